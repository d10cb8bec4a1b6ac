//! The body of a problem (RFC 9457).

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::check::{FieldError, ParameterError, Violation};
use crate::http::catalogue::Locale;

/// A problem (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The URI of the kind of problem: `urn:maqal:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(format = UriReference, example = "urn:maqal:problem:article_not_found")]
    pub kind: String,
    /// The kind of problem, in the client's language.
    #[schema(example = "Article not found")]
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    pub status: u16,
    /// The explanation and a remedy, in the client's language.
    #[schema(example = "There is no article with this address, or you may not see it.")]
    pub detail: String,
    /// The URI of this occurrence: `urn:maqal:request:` and the request id, which the logs contain
    /// too.
    #[schema(format = UriReference, example = "urn:maqal:request:01JD8Z7M3K")]
    pub instance: String,
    /// A stable machine code.
    #[schema(example = "article_not_found")]
    pub code: String,
    /// The violations of an invalid body, or of invalid parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemField>,
    /// Whether the check ended after these violations. There may be more. Default: false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false, example = false)]
    pub more_errors: bool,
    /// The path of the resource that already has the slug or the name, if you may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "/api/v1/articles/42")]
    pub holder: Option<String>,
}

/// A violation in the body or of a parameter. It has either `pointer` or `parameter`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemField {
    /// The place in the body: a JSON Pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/credits/0/url")]
    pub pointer: Option<String>,
    /// The name of the parameter, of the query, the path or a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "sort")]
    pub parameter: Option<String>,
    /// A stable machine code.
    #[schema(example = "invalid_url")]
    pub code: String,
    /// The explanation, in the client's language.
    #[schema(example = "Must be an absolute http or https URL.")]
    pub detail: String,
    /// The accepted values; for an unknown parameter, the names of the known ones. Otherwise one item
    /// with the form: a JSON type, a range such as `1..100` or `0..200 characters`, or `date-time`,
    /// `email`, `uri`, `language-tag`, `entity-tag`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["name", "-name"]))]
    pub accepted: Vec<String>,
}

impl ProblemField {
    /// Words a violation in the body.
    #[must_use]
    pub fn of_body(error: &FieldError, locale: &Locale) -> Self {
        Self { pointer: Some(error.pointer.clone()), ..Self::of(&error.violation, locale) }
    }

    /// Words the violation of a parameter.
    #[must_use]
    pub fn of_parameter(error: &ParameterError, locale: &Locale) -> Self {
        Self { parameter: Some(error.name.clone()), ..Self::of(&error.violation, locale) }
    }

    fn of(violation: &Violation, locale: &Locale) -> Self {
        Self {
            pointer: None,
            parameter: None,
            code: violation.code().to_owned(),
            detail: locale.violation(violation),
            accepted: violation.accepted(),
        }
    }
}
