//! The formats of texts in the OpenAPI document that JSON Schema doesn't know. A pattern of theirs
//! would be a class of thousands of characters, which some clients can't compile.

use jsonschema::ValidationOptions;

use crate::domain::check::{Checks, FieldError, Invalid, Violation};
use crate::text::{fold, tag_name};

/// Adds the violations of a text at a pointer.
type Check = fn(&mut Checks, &str, &str);

/// The formats by name.
const FORMATS: [(&str, Check); 4] = [
    ("slug", |checks, pointer, text| {
        checks.slug(pointer, text, None);
    }),
    ("tag-name", |checks, pointer, text| require(checks, pointer, text, tag_name::key)),
    ("visible-text", |checks, pointer, text| {
        checks.line(pointer, text);
    }),
    ("words", |checks, pointer, text| require(checks, pointer, text, fold::fold)),
];

/// Checks that a text is visible, and that its key isn't empty.
fn require(checks: &mut Checks, pointer: &str, text: &str, key: fn(&str) -> String) {
    let line = checks.line(pointer, text);
    if key(&line).is_empty() {
        checks.violation(pointer, Violation::InvalidFormat);
    }
}

/// Makes a validator check the formats.
#[must_use]
pub fn add_to(options: ValidationOptions) -> ValidationOptions {
    FORMATS.into_iter().fold(options, |options, (name, check)| {
        options.with_format(name, move |text: &str| violations_by(check, "", text).is_empty())
    })
}

/// Returns the violations of a format by the text at a pointer.
#[must_use]
pub fn violations(format: &str, pointer: &str, text: &str) -> Vec<FieldError> {
    let check = FORMATS.iter().find(|(name, _)| *name == format);
    check.map_or_else(Vec::new, |(_, check)| violations_by(*check, pointer, text))
}

fn violations_by(check: Check, pointer: &str, text: &str) -> Vec<FieldError> {
    let mut checks = Checks::default();
    check(&mut checks, pointer, text);
    let Invalid(violations) = checks.into_invalid();
    violations
}
