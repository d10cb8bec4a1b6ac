//! The OpenAPI document's schemas, put to work: `extract/body.rs` checks every body against them.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::openapi;
use crate::domain::check::{FieldError, Invalid, Violation};

/// The name that the schema of a patch has in the document.
#[must_use]
pub fn patch_name(of: &str) -> String {
    format!("{}Patch", of.trim_end_matches("Input"))
}

static SCHEMAS: LazyLock<HashMap<String, Validator>> = LazyLock::new(|| {
    let document = openapi::with_inner_schemas();
    let names = document.pointer("/components/schemas").and_then(Value::as_object);
    let names: Vec<String> = names.map(|all| all.keys().cloned().collect()).unwrap_or_default();
    names
        .into_iter()
        .filter(|name| name.ends_with("Input") || name.ends_with("Patch"))
        .filter_map(|name| {
            let schema = alone(document, &name);
            let validator = jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&schema)
                .inspect_err(|error| tracing::error!(name, %error, "a schema can't be used"))
                .ok()?;
            Some((name, validator))
        })
        .collect()
});

/// A schema of the document, with those that it leads to and nothing else: a validator keeps all that
/// it is given, and the whole document in each of them would come to 100 MB.
fn alone(document: &Value, name: &str) -> Value {
    let (mut reached, mut next) = (Map::new(), vec![name.to_owned()]);
    while let Some(name) = next.pop() {
        let found = document.pointer(&format!("/components/schemas/{name}"));
        if let Some(schema) = found.filter(|_| !reached.contains_key(&name)) {
            references(schema, &mut next);
            reached.insert(name, schema.clone());
        }
    }
    let reference = format!("#/components/schemas/{name}");
    json!({ "$ref": reference, "components": { "schemas": reached } })
}

/// The names of the schemas that a value refers to.
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

/// Compiles the schemas now rather than at the first body.
pub fn warm() {
    LazyLock::force(&SCHEMAS);
}

/// The most flaws that are told of one body: enough for any form, and few enough that a body made
/// of nothing but flaws costs no more than another.
pub const MOST_FLAWS: usize = 100;

/// Checks a value against a schema of the document.
///
/// # Errors
/// All flaws. A schema that isn't there refuses everything.
pub fn check(schema: &str, value: &Value) -> Result<(), Invalid> {
    let Some(validator) = SCHEMAS.get(schema) else {
        tracing::error!(schema, "the document has no such schema");
        return Err(Invalid::one("", Violation::InvalidFormat));
    };
    let mut violations = Vec::new();
    for error in validator.iter_errors(value) {
        explain(&error, &mut violations);
        if violations.len() >= MOST_FLAWS {
            break;
        }
    }
    keep_telling(&mut violations);
    if violations.is_empty() { Ok(()) } else { Err(Invalid(violations)) }
}

/// One value often breaks several rules at once: an empty one has no pattern either, and one of
/// the wrong type is none of the allowed words. What says more is enough.
fn keep_telling(violations: &mut Vec<FieldError>) {
    let all = violations.clone();
    violations.retain(|one| {
        let mut others = all.iter().filter(|other| other.pointer == one.pointer && *other != one);
        match one.violation {
            Violation::InvalidFormat => others.next().is_none(),
            Violation::WrongType { .. } => {
                !others.any(|other| matches!(other.violation, Violation::NotOneOf { .. }))
            }
            _ => true,
        }
    });
}

fn explain(error: &ValidationError<'_>, violations: &mut Vec<FieldError>) {
    let here = error.instance_path().to_string();
    let mut add = |pointer: String, violation: Violation| {
        let new = FieldError { pointer, violation };
        if violations.len() < MOST_FLAWS && !violations.contains(&new) {
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
            for name in unexpected.iter().take(MOST_FLAWS) {
                let violation = if here.is_empty() && openapi::is_read_only(name) {
                    Violation::ReadOnly
                } else {
                    Violation::UnknownField
                };
                add(format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), violation);
            }
            return;
        }
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            return explain_branches(error, context, violations);
        }
        ValidationErrorKind::Type { kind } => Violation::WrongType { expected: type_names(kind) },
        ValidationErrorKind::Enum { options } => Violation::NotOneOf { allowed: words(options) },
        ValidationErrorKind::MaxLength { limit } => Violation::TooLong { max: *limit },
        ValidationErrorKind::MinLength { limit } => match limit {
            1 => Violation::Empty,
            limit => Violation::TooShort { min: *limit },
        },
        ValidationErrorKind::MaxItems { limit } | ValidationErrorKind::MaxProperties { limit } => {
            Violation::TooMany { max: *limit }
        }
        ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => bounds(error),
        ValidationErrorKind::UniqueItems => Violation::Duplicate,
        ValidationErrorKind::Format { format } => match format.as_str() {
            "uri" => Violation::InvalidUrl,
            "email" | "idn-email" => Violation::InvalidEmail,
            "date-time" => Violation::InvalidTime,
            _ => Violation::InvalidFormat,
        },
        _ => Violation::InvalidFormat,
    };
    add(here, violation);
}

/// A value that may be null, or one of several shapes, failed all of them: the flaws of the shape
/// it has the type of are the ones that help.
fn explain_branches(
    error: &ValidationError<'_>,
    branches: &[Vec<ValidationError<'static>>],
    violations: &mut Vec<FieldError>,
) {
    let here = error.instance_path().to_string();
    let of_type = branches.iter().find(|errors| {
        !errors.is_empty()
            && !errors.iter().any(|error| {
                error.instance_path().to_string() == here
                    && matches!(error.kind(), ValidationErrorKind::Type { .. })
            })
    });
    match of_type.or_else(|| branches.last()) {
        Some(errors) => errors.iter().for_each(|error| explain(error, violations)),
        None => violations.push(FieldError { pointer: here, violation: Violation::InvalidFormat }),
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

fn words(options: &Value) -> String {
    let words: Vec<String> = options
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    words.join(", ")
}

/// Both bounds, though the value is beyond only one: they stand side by side in the schema.
fn bounds(error: &ValidationError<'_>) -> Violation {
    let beyond = |limit: &Value| limit.to_string();
    match error.kind() {
        ValidationErrorKind::Minimum { limit } => {
            Violation::OutOfRange { min: beyond(limit), max: "…".into() }
        }
        ValidationErrorKind::Maximum { limit } => {
            Violation::OutOfRange { min: "…".into(), max: beyond(limit) }
        }
        _ => Violation::InvalidFormat,
    }
}
