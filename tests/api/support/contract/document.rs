//! The OpenAPI document as the rules need it: which operation a request means, what is declared
//! for it, and compiled validators for the schemas in it. Called by `rules.rs`.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};

/// The document's name among the validators.
const URN: &str = "urn:openapi";

/// The keys of a path item that are operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A declared operation.
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The statuses it declares, `default` and ranges left as they are.
    pub statuses: BTreeSet<String>,
    /// Names of the query parameters it declares.
    pub query: BTreeSet<String>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// What a method and a path mean to the document.
pub enum OperationLookup<'a> {
    /// This operation.
    Operation(&'a Operation),
    /// A known path, which only has these operations.
    OtherMethods(Vec<&'a Operation>),
    /// Nothing.
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

    /// What a request means. Of several templates that match, the one with the earlier literal
    /// segment wins; `HEAD` means the `GET` operation unless it has one of its own.
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

    /// The value at a pointer, if there is one, with references followed; and where it stands.
    pub fn look(&self, pointer: String) -> Result<Option<(String, &Value)>, String> {
        match self.json.pointer(&pointer) {
            Some(_) => self.resolve(pointer).map(Some),
            None => Ok(None),
        }
    }

    /// The members of an object in the document; none if it isn't there.
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

    /// Holds a value against the schema at a pointer; formats count.
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
            .map_err(|error| format!("the schema at {schema} is no good: {error}"))?;
        compiled.insert(schema.to_owned(), validator.clone());
        Ok(validator)
    }
}

/// A JSON pointer one step further.
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

/// Whether a path fits a template, and how closely: for each segment whether it is literal.
fn fit(template: &str, path: &str) -> Option<Vec<bool>> {
    let (template, path) = (template.split('/'), path.split('/'));
    let fits: Option<Vec<_>> = template.clone().zip(path.clone()).map(fit_segment).collect();
    fits.filter(|_| template.count() == path.count())
}

/// A parameter may have literal text around it, as in `{slug}.xml`.
fn fit_segment((template, segment): (&str, &str)) -> Option<bool> {
    let Some((before, rest)) = template.split_once('{') else {
        return (template == segment).then_some(true);
    };
    let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
    let value = segment.strip_prefix(before)?.strip_suffix(after)?;
    (!value.is_empty()).then_some(false)
}
