//! The OpenAPI document and the validators of its schemas. `server.rs` builds them once and hands
//! them to the application; `extract/body.rs` checks every body with them.

pub mod bounds;
pub mod text;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::domain::check::{FieldError, Invalid, UNBOUNDED, Violation};
use crate::http::formats;
use crate::service::Error;
use bounds::Bounds;

/// The most violations in one answer. The search for more ends there.
pub const MAX_VIOLATIONS: usize = 100;

/// The pattern of times that clients send: the years 1 to 9999, which both databases can store.
pub const YEARS: &str = "^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-";
/// The pattern of a URL in a request: http or https in any case, and a host. Spaces around it are
/// removed, and other characters encoded.
pub const URL_PATTERN: &str = "^\\s*[Hh][Tt][Tt][Pp][Ss]?://[^/\\\\\\s]";

/// The pattern of a text that isn't only white space. A format checks the rest.
const NOT_BLANK: &str = "\\S";

/// Returns the name that the schema of a merge patch has in the document.
#[must_use]
pub fn patch_name(input: &str) -> String {
    format!("{}Patch", input.trim_end_matches("Input"))
}

/// The extension by which an operation declares the largest body that it reads, in bytes. Without it,
/// the setting `MAQAL_MAX_BODY` applies alone.
const MAX_BODY: &str = "x-max-body";

/// The OpenAPI document, and the validators of its inputs and patches.
pub struct Contract {
    document: Value,
    /// The same document in OpenAPI 3.0.
    older: Value,
    /// The document with the schemas that no operation names, but that merged patches must satisfy.
    complete: Value,
    read_only: BTreeSet<String>,
    /// The bounds of inputs, by the names of their schemas.
    bounds: HashMap<String, Bounds>,
    /// The largest bodies in bytes, by method and path pattern.
    max_bodies: HashMap<(String, String), usize>,
    validators: OnceLock<HashMap<String, Validator>>,
}

impl Contract {
    /// Holds a document, the same in OpenAPI 3.0, and the same with its internal schemas.
    #[must_use]
    pub fn new(document: Value, older: Value, complete: Value) -> Self {
        let read_only = read_only(&document);
        let (bounds, max_bodies) = (all_bounds(&complete), max_bodies(&document));
        Self {
            document,
            older,
            complete,
            read_only,
            bounds,
            max_bodies,
            validators: OnceLock::new(),
        }
    }

    /// Returns the bounds of an input, by the name of its schema. A merge patch has those of its input.
    ///
    /// # Errors
    /// [`Error::Internal`] for a name that the document lacks.
    pub fn bounds(&self, input: &str) -> Result<&Bounds, Error> {
        let missing = || Error::Internal(format!("the OpenAPI document lacks {input}"));
        self.bounds.get(input).ok_or_else(missing)
    }

    /// Returns the largest body of an operation in bytes, if the operation declares one.
    #[must_use]
    pub fn max_body(&self, method: &str, pattern: &str) -> Option<usize> {
        self.max_bodies.get(&(method.to_ascii_lowercase(), pattern.to_owned())).copied()
    }

    /// Removes a path that this instance doesn't serve.
    pub fn remove_path(&mut self, path: &str) {
        for document in [&mut self.document, &mut self.older] {
            if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
                paths.shift_remove(path);
            }
        }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The document in OpenAPI 3.0.
    #[must_use]
    pub fn document_3_0(&self) -> &Value {
        &self.older
    }

    /// Returns the document as YAML.
    ///
    /// # Errors
    /// [`Error::Internal`] if serialisation fails.
    pub fn yaml(&self) -> Result<String, Error> {
        text::yaml(&self.document)
    }

    /// Compiles the validators, so that the first request with a body needn't wait for them.
    pub fn compile(&self) {
        self.validators();
    }

    /// Checks a value against a schema of the document.
    ///
    /// # Errors
    /// The violations, one more than [`MAX_VIOLATIONS`] at most. A schema that the document lacks refuses every value.
    pub fn check(&self, schema: &str, value: &Value) -> Result<(), Invalid> {
        let Some(validator) = self.validators().get(schema) else {
            tracing::error!(schema, "the OpenAPI document lacks a schema");
            return Err(Invalid::one("", Violation::InvalidFormat));
        };
        let mut violations = Vec::new();
        for error in validator.iter_errors(value) {
            self.explain(&error, &mut violations);
            if violations.len() > MAX_VIOLATIONS {
                break;
            }
        }
        drop_redundant(&mut violations);
        if violations.is_empty() { Ok(()) } else { Err(Invalid(violations)) }
    }

    fn validators(&self) -> &HashMap<String, Validator> {
        self.validators.get_or_init(|| {
            let schemas = self.complete.pointer("/components/schemas").and_then(Value::as_object);
            let names = schemas.into_iter().flat_map(Map::keys);
            names
                .filter(|name| name.ends_with("Input") || name.ends_with("Patch"))
                .filter_map(|name| {
                    let validator = formats::add_to(jsonschema::draft202012::options())
                        .should_validate_formats(true)
                        .build(&with_references(&self.complete, name))
                        .inspect_err(|error| tracing::error!(name, %error, "invalid JSON Schema"))
                        .ok()?;
                    Some((name.clone(), validator))
                })
                .collect()
        })
    }

    /// Translates an error of the validator into violations.
    fn explain(&self, error: &ValidationError<'_>, violations: &mut Vec<FieldError>) {
        let here = error.instance_path().to_string();
        let mut add = |pointer: String, violation: Violation| {
            let new = FieldError { pointer, violation };
            if violations.len() <= MAX_VIOLATIONS && !violations.contains(&new) {
                violations.push(new);
            }
        };
        let violation = match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                return add(format!("{here}/{name}"), Violation::Required);
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                for name in unexpected {
                    let violation = if here.is_empty() && self.read_only.contains(name) {
                        Violation::ReadOnly
                    } else {
                        Violation::UnknownField
                    };
                    add(
                        format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")),
                        violation,
                    );
                }
                return;
            }
            ValidationErrorKind::UniqueItems => {
                for index in repeated(error.instance()) {
                    add(format!("{here}/{index}"), Violation::Duplicate);
                }
                return;
            }
            ValidationErrorKind::OneOfNotValid { context }
            | ValidationErrorKind::AnyOf { context } => {
                return self.explain_branches(error, context, violations);
            }
            ValidationErrorKind::Type { kind } => {
                Violation::WrongType { expected: type_names(kind) }
            }
            ValidationErrorKind::Enum { options } => {
                Violation::NotOneOf { allowed: words(options) }
            }
            ValidationErrorKind::MaxLength { limit } => Violation::TooLong { max: *limit },
            ValidationErrorKind::MinLength { limit } => match limit {
                1 => Violation::Empty,
                limit => Violation::TooShort { min: *limit },
            },
            ValidationErrorKind::MaxItems { limit }
            | ValidationErrorKind::MaxProperties { limit } => Violation::TooMany { max: *limit },
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
                bounds(error)
            }
            ValidationErrorKind::Pattern { pattern } if pattern == URL_PATTERN => {
                Violation::InvalidUrl
            }
            ValidationErrorKind::Pattern { pattern } if pattern == NOT_BLANK => Violation::Empty,
            ValidationErrorKind::Pattern { pattern } if pattern == YEARS => Violation::InvalidTime,
            ValidationErrorKind::Format { format } => match format.as_str() {
                "email" | "idn-email" => Violation::InvalidEmail,
                "date-time" => Violation::InvalidTime,
                format => {
                    let text = error.instance().as_str().unwrap_or_default();
                    let found = formats::violations(format, &here, text);
                    return found.into_iter().for_each(|one| add(one.pointer, one.violation));
                }
            },
            _ => Violation::InvalidFormat,
        };
        add(here, violation);
    }

    /// Reports the violations of one alternative of a `oneOf` or `anyOf`: the first that accepts the
    /// value's type.
    fn explain_branches(
        &self,
        error: &ValidationError<'_>,
        branches: &[Vec<ValidationError<'static>>],
        violations: &mut Vec<FieldError>,
    ) {
        let here = error.instance_path().to_string();
        let same_type = branches.iter().find(|errors| {
            !errors.is_empty()
                && !errors.iter().any(|error| {
                    error.instance_path().to_string() == here
                        && matches!(error.kind(), ValidationErrorKind::Type { .. })
                })
        });
        match same_type.or_else(|| branches.last()) {
            Some(errors) => errors.iter().for_each(|error| self.explain(error, violations)),
            None => {
                violations.push(FieldError { pointer: here, violation: Violation::InvalidFormat })
            }
        }
    }
}

/// Drops redundant violations of one place: an invalid format beside any other, an invalid slug beside
/// an empty one, and a wrong type beside a list of accepted values.
fn drop_redundant(violations: &mut Vec<FieldError>) {
    let all = violations.clone();
    violations.retain(|one| {
        let mut others = all.iter().filter(|other| other.pointer == one.pointer && *other != one);
        match one.violation {
            Violation::InvalidFormat => others.next().is_none(),
            Violation::InvalidSlug => !others.any(|other| other.violation == Violation::Empty),
            Violation::WrongType { .. } => {
                !others.any(|other| matches!(other.violation, Violation::NotOneOf { .. }))
            }
            _ => true,
        }
    });
}

/// Derives the bounds of all inputs.
fn all_bounds(document: &Value) -> HashMap<String, Bounds> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let inputs = schemas.into_iter().flatten().filter(|(name, _)| name.ends_with("Input"));
    inputs.map(|(name, schema)| (name.clone(), Bounds::of(document, schema))).collect()
}

/// Collects the largest bodies that operations declare.
fn max_bodies(document: &Value) -> HashMap<(String, String), usize> {
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths.into_iter().flatten().flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path, method, operation))
    });
    let limit = |operation: &Value| usize::try_from(operation.get(MAX_BODY)?.as_u64()?).ok();
    operations
        .filter_map(|(path, method, operation)| {
            Some(((method.clone(), path.clone()), limit(operation)?))
        })
        .collect()
}

/// Collects the fields that answers contain and inputs lack, and those that no input may set.
fn read_only(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let fields = |input: bool| -> BTreeSet<String> {
        schemas
            .into_iter()
            .flatten()
            .filter(|(name, _)| name.ends_with("Input") == input)
            .filter_map(|(_, schema)| schema.get("properties").and_then(Value::as_object))
            .flat_map(|properties| properties.keys().cloned())
            .collect()
    };
    let always = ["id", "html", "dir", "status", "version", "created_at", "updated_at"];
    let always = always.iter().map(|name| (*name).to_owned());
    fields(false).difference(&fields(true)).cloned().chain(always).collect()
}

/// Returns a schema with all schemas that it refers to. A validator keeps its input in memory, and
/// the whole document in each validator takes 100 MB.
fn with_references(document: &Value, name: &str) -> Value {
    let (mut reached, mut next) = (Map::new(), vec![name.to_owned()]);
    while let Some(name) = next.pop() {
        let schema = document.pointer(&format!("/components/schemas/{name}"));
        if let Some(schema) = schema.filter(|_| !reached.contains_key(&name)) {
            references(schema, &mut next);
            reached.insert(name, schema.clone());
        }
    }
    let reference = format!("#/components/schemas/{name}");
    json!({ "$ref": reference, "components": { "schemas": reached } })
}

/// Collects the names of the schemas that a value refers to.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            names.extend(text.strip_prefix("#/components/schemas/").map(str::to_owned));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, names)),
        Value::Object(fields) => fields.values().for_each(|value| references(value, names)),
        _ => {}
    }
}

fn type_names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(", ")
        }
    }
}

fn words(options: &Value) -> Vec<String> {
    let words = options.as_array().into_iter().flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the places of the items that repeat an earlier one.
fn repeated(items: &Value) -> Vec<usize> {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    // JSON Schema compares numbers by value: 1.0 repeats 1.
    let same = |a: &Value, b: &Value| a == b || a.is_number() && a.as_f64() == b.as_f64();
    let is_repeated =
        |index: &usize| items[..*index].iter().any(|earlier| same(earlier, &items[*index]));
    (0..items.len()).filter(is_repeated).collect()
}

/// Names the bound that a number exceeds.
fn bounds(error: &ValidationError<'_>) -> Violation {
    let beyond = |limit: &Value| limit.to_string();
    match error.kind() {
        ValidationErrorKind::Minimum { limit } => {
            Violation::OutOfRange { min: beyond(limit), max: UNBOUNDED.into() }
        }
        ValidationErrorKind::Maximum { limit } => {
            Violation::OutOfRange { min: UNBOUNDED.into(), max: beyond(limit) }
        }
        _ => Violation::InvalidFormat,
    }
}
