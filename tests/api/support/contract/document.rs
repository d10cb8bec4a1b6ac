//! The OpenAPI document: finds the operation of a request, and compiles schemas.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};

/// The document's URN in the schema registry.
const URN: &str = "urn:openapi";

/// The keys of a path item that are operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A declared operation.
pub struct Operation {
    /// Method in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The declared statuses, including `default` and ranges.
    pub statuses: BTreeSet<String>,
    /// The declared query parameters.
    pub query: BTreeSet<String>,
    /// The places of the query parameters that reduce the response, by name.
    pub reducing: BTreeMap<String, String>,
    /// Its JSON pointer in the document.
    pub pointer: String,
}

/// The result of a lookup by method and path.
pub enum OperationLookup<'a> {
    /// The operation.
    Operation(&'a Operation),
    /// A known path with other operations only.
    OtherMethods(Vec<&'a Operation>),
    /// An unknown path.
    Nothing,
}

impl fmt::Display for OperationLookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(operation) => write!(f, "{} {}", operation.method, operation.path),
            Self::OtherMethods(others) => {
                let declared: Vec<_> = others.iter().map(|other| other.method.as_str()).collect();
                write!(f, "undeclared; the path has only {}", declared.join(", "))
            }
            Self::Nothing => f.write_str("undeclared; no path template matches"),
        }
    }
}

/// The document.
pub struct Document {
    json: Value,
    operations: Vec<Operation>,
    registry: Registry<'static>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    /// Reads the operations.
    pub fn new(json: Value) -> Result<Self, String> {
        let version = json["openapi"].as_str().unwrap_or_default();
        if !version.starts_with("3.1") {
            return Err(format!("an OpenAPI 3.1 document is needed, this says {version:?}"));
        }
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(URN, json.clone())
            .and_then(|registry| registry.prepare())
            .map_err(|error| format!("the OpenAPI document: {error}"))?;
        let mut document =
            Self { json, operations: Vec::new(), registry, compiled: Mutex::default() };
        document.operations = document.read_operations()?;
        Ok(document)
    }

    /// Every declared operation.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    fn read_operations(&self) -> Result<Vec<Operation>, String> {
        let paths = self.json["paths"].as_object().ok_or("the document has no paths")?;
        let mut operations = Vec::new();
        for (path, item) in paths {
            for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
                let at_path = pointer("/paths", path);
                let at_operation = pointer(&at_path, method);
                let mut query = self.query_names(&pointer(&at_path, "parameters"))?;
                query.append(&mut self.query_names(&pointer(&at_operation, "parameters"))?);
                let statuses = item[method]["responses"]
                    .as_object()
                    .ok_or_else(|| format!("{method} {path} declares no responses"))?
                    .keys()
                    .cloned()
                    .collect();
                operations.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    statuses,
                    query,
                    reducing: reducing(&item[method]),
                    pointer: at_operation,
                });
            }
        }
        Ok(operations)
    }

    fn query_names(&self, parameters: &str) -> Result<BTreeSet<String>, String> {
        let count = self.json.pointer(parameters).and_then(Value::as_array).map_or(0, Vec::len);
        let mut names = BTreeSet::new();
        for index in 0..count {
            let (_, parameter) = self.resolve(pointer(parameters, &index.to_string()))?;
            if parameter["in"] == "query" {
                names.extend(parameter["name"].as_str().map(str::to_owned));
            }
        }
        Ok(names)
    }

    /// Finds the operation of a request. Of several matching templates the one with the earlier
    /// literal segment wins. `HEAD` falls back to the `GET` operation.
    pub fn find(&self, method: &str, path: &str) -> OperationLookup<'_> {
        let Some((_, template)) = self
            .operations
            .iter()
            .filter_map(|operation| Some((fit(&operation.path, path)?, &operation.path)))
            .max()
        else {
            return OperationLookup::Nothing;
        };
        let there: Vec<_> = self.operations.iter().filter(|one| one.path == *template).collect();
        let named = |name: &str| there.iter().find(|one| one.method == name).copied();
        let get = || if method == "HEAD" { named("GET") } else { None };
        match named(method).or_else(get) {
            Some(operation) => OperationLookup::Operation(operation),
            None => OperationLookup::OtherMethods(there),
        }
    }

    /// The resolved pointer and value at a pointer, with references followed.
    pub fn resolve_at(&self, pointer: String) -> Result<Option<(String, &Value)>, String> {
        match self.json.pointer(&pointer) {
            Some(_) => self.resolve(pointer).map(Some),
            None => Ok(None),
        }
    }

    /// The members of the object at a pointer.
    pub fn members(&self, pointer: &str) -> Option<&Map<String, Value>> {
        self.json.pointer(pointer).and_then(Value::as_object)
    }

    fn resolve(&self, mut pointer: String) -> Result<(String, &Value), String> {
        loop {
            let value = self
                .json
                .pointer(&pointer)
                .ok_or_else(|| format!("the document refers to {pointer}, which isn't there"))?;
            match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => {
                    pointer = reference
                        .strip_prefix('#')
                        .ok_or_else(|| format!("{reference} leads out of the document"))?
                        .to_owned();
                }
                None => return Ok((pointer, value)),
            }
        }
    }

    /// Validates a value against the schema at a pointer, with formats.
    pub fn validate(&self, schema: &str, value: &Value) -> Result<(), String> {
        let validator = self.validator(schema)?;
        let errors: Vec<_> = validator
            .iter_errors(value)
            .map(|error| format!("\n    at {:?}: {error}", error.instance_path().to_string()))
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors.concat()) }
    }

    fn validator(&self, schema: &str) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(schema) {
            return Ok(validator.clone());
        }
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": format!("{URN}#{}", fragment(schema)) }))
            .map(Arc::new)
            .map_err(|error| format!("the schema at {schema} is invalid: {error}"))?;
        compiled.insert(schema.to_owned(), validator.clone());
        Ok(validator)
    }
}

/// The query parameters of an operation with a schema for the reduced response.
fn reducing(operation: &Value) -> BTreeMap<String, String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten().enumerate();
    parameters
        .filter(|(_, one)| one.get("x-response-schema").is_some())
        .filter_map(|(index, one)| Some((one["name"].as_str()?.to_owned(), index.to_string())))
        .collect()
}

/// A JSON pointer extended by a key.
pub fn pointer(base: &str, key: &str) -> String {
    format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// A JSON pointer as the fragment of a URI.
fn fragment(pointer: &str) -> String {
    let mut out = String::new();
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Matches a path with a template. Returns for each segment whether it is literal.
fn fit(template: &str, path: &str) -> Option<Vec<bool>> {
    let (template, path) = (template.split('/'), path.split('/'));
    let fits: Option<Vec<_>> = template.clone().zip(path.clone()).map(fit_segment).collect();
    fits.filter(|_| template.count() == path.count())
}

/// A parameter may have literal text around it, such as `{slug}.xml`.
fn fit_segment((template, segment): (&str, &str)) -> Option<bool> {
    let Some((before, rest)) = template.split_once('{') else {
        return (template == segment).then_some(true);
    };
    let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
    let value = segment.strip_prefix(before)?.strip_suffix(after)?;
    (!value.is_empty()).then_some(false)
}
