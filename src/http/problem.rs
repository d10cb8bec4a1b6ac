//! Errors as problems (RFC 9457). Handlers return an [`ApiError`]; `middleware.rs` writes its body
//! in the client's language.

mod body;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

pub use body::{Problem, ProblemField};

use super::catalogue::{Locale, Values, dashed};
use super::contract::MAX_VIOLATIONS;
use crate::domain::check::{FieldError, Invalid, ParameterError, Violation};
use crate::domain::{ResourceKind, WireName};
use crate::service::{Conflict, Error, StoreError};
use crate::text::query::{MAX_CHARS, QueryError};

/// The error of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Stable machine code.
    pub code: &'static str,
    /// Status.
    pub status: StatusCode,
    /// The values of its wording.
    pub values: Values,
    /// The violations of the body.
    pub errors: Vec<FieldError>,
    /// Whether the check ended before all violations were found.
    pub more_errors: bool,
    /// Additional headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The violations of parameters. The wording contains the first.
    pub parameters: Vec<ParameterError>,
    /// The path of the resource that it conflicts with.
    pub holder: Option<String>,
}

/// The result of a handler.
pub type HandlerResult = Result<HttpResponse, ApiError>;

/// The problems that any resource may answer, with their statuses. Codes of a single resource come
/// from its errors: not found (404), conflict (409) and refused mention (400).
pub const KINDS: &[(&str, u16)] = &[
    ("bad_request", 400),
    ("malformed_json", 400),
    ("malformed_cursor", 400),
    ("unknown_parameter", 400),
    ("invalid_parameter", 400),
    ("invalid_header", 400),
    ("empty_query", 400),
    ("negative_query", 400),
    ("idempotency_key_invalid", 400),
    ("malformed_form", 400),
    ("unauthenticated", 401),
    ("invalid_token", 401),
    ("invalid_credentials", 401),
    ("refresh_token_invalid", 401),
    ("refresh_token_reused", 401),
    ("login_required", 401),
    ("forbidden", 403),
    ("comments_closed", 403),
    ("edit_token_invalid", 403),
    ("edit_expired", 403),
    ("not_found", 404),
    ("method_not_allowed", 405),
    ("request_timeout", 408),
    ("precondition_failed", 412),
    ("content_too_large", 413),
    ("uri_too_long", 414),
    ("unsupported_media_type", 415),
    ("encoded_body", 415),
    ("unprocessable", 422),
    ("idempotency_key_reused", 422),
    ("precondition_required", 428),
    ("too_many_requests", 429),
    ("head_too_large", 431),
    ("internal", 500),
    ("unavailable", 503),
    ("storage_full", 507),
];

/// The problems of a single parameter, and its name.
const OF_ONE_PARAMETER: [(&str, &str); 4] = [
    ("malformed_cursor", "cursor"),
    ("empty_query", "q"),
    ("negative_query", "q"),
    ("idempotency_key_invalid", "Idempotency-Key"),
];

impl ApiError {
    /// Returns a problem of [`KINDS`]. A code that is not there is a bug, and answered by 500.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        let status = KINDS.iter().find(|kind| kind.0 == code).map_or(500, |kind| kind.1);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::with_status(status, code)
    }

    /// Returns a problem of a resource.
    fn with_status(status: StatusCode, code: &'static str) -> Self {
        Self {
            code,
            status,
            values: Values::new(),
            errors: Vec::new(),
            more_errors: false,
            headers: Vec::new(),
            parameters: Vec::new(),
            holder: None,
        }
    }

    /// Adds a value of the wording.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl ToString) -> Self {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            self.headers.push((name, value));
        }
        self
    }

    /// Returns `invalid_parameter` for a parameter and its violation.
    #[must_use]
    pub fn parameter(name: impl ToString, violation: Violation) -> Self {
        Self::parameters(vec![ParameterError { name: name.to_string(), violation }])
    }

    /// Returns `unknown_parameter` or `invalid_parameter`, by the first of the violations.
    #[must_use]
    pub fn parameters(errors: Vec<ParameterError>) -> Self {
        let is_unknown =
            |error: &ParameterError| matches!(error.violation, Violation::UnknownParameter { .. });
        let code = match errors.first() {
            Some(first) if is_unknown(first) => "unknown_parameter",
            _ => "invalid_parameter",
        };
        Self { parameters: errors, ..Self::new(code) }
    }

    /// Returns `invalid_header` for a header and its violation.
    #[must_use]
    pub fn malformed_header(name: &str, violation: Violation) -> Self {
        let error = ParameterError { name: name.to_owned(), violation };
        Self { parameters: vec![error], ..Self::new("invalid_header") }
    }

    /// Adds `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(actix_web::http::header::RETRY_AFTER, seconds)
    }

    /// Returns the body of the answer.
    #[must_use]
    pub fn problem(&self, locale: &Locale, request_id: &str) -> Problem {
        let mut values = self.values.clone();
        if let Some(first) = self.parameters.first() {
            values.push(("name", first.name.clone()));
            values.push(("reason", locale.violation(&first.violation)));
        }
        let id = dashed(self.code);
        let mut detail = locale.message(&format!("{id}-detail"), &values);
        if self.more_errors {
            detail = format!("{detail} {}", locale.message("unprocessable-more", &values));
        }
        let body = self.errors.iter().map(|error| ProblemField::of_body(error, locale));
        let parameters = self.parameters.iter();
        let parameters = parameters.map(|error| ProblemField::of_parameter(error, locale));
        let own = OF_ONE_PARAMETER.iter().filter(|(code, _)| *code == self.code);
        let own = own.map(|(code, name)| ProblemField {
            pointer: None,
            parameter: Some((*name).to_owned()),
            code: (*code).to_owned(),
            detail: detail.clone(),
            accepted: Vec::new(),
        });
        let errors = body.chain(parameters).chain(own).collect();
        Problem {
            kind: format!("urn:maqal:problem:{}", self.code),
            title: locale.message(&format!("{id}-title"), &values),
            status: self.status.as_u16(),
            detail,
            instance: format!("urn:maqal:request:{request_id}"),
            code: self.code.to_owned(),
            errors,
            more_errors: self.more_errors,
            holder: self.holder.clone(),
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status);
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 requires it with each 401. Guards add details.
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"maqal\""));
        }
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        let mut api_error = Self::new("unprocessable");
        api_error.errors = invalid.0;
        api_error.more_errors = api_error.errors.len() > MAX_VIOLATIONS;
        api_error.errors.truncate(MAX_VIOLATIONS);
        api_error
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(kind) => Self::with_status(StatusCode::NOT_FOUND, kind.as_str()),
            Error::Forbidden(role) => Self::new("forbidden").with("role", role),
            Error::Invalid(invalid) => invalid.into(),
            Error::Stale(current) => Self::new("precondition_failed").with("current", current),
            Error::Conflict(Conflict { code, values, holder }) => Self {
                values,
                holder: holder.and_then(|(kind, id)| path(kind, id)),
                ..Self::with_status(StatusCode::CONFLICT, code)
            },
            Error::CommentsClosed(reason) => {
                Self::new("comments_closed").with("reason", reason.as_str())
            }
            Error::LoginRequired => Self::new("login_required"),
            Error::InvalidEditToken => Self::new("edit_token_invalid"),
            Error::EditExpired => Self::new("edit_expired"),
            Error::BadCredentials => Self::new("invalid_credentials"),
            Error::InvalidToken(reason) => {
                tracing::debug!(reason, "token refused");
                Self::new("invalid_token")
            }
            Error::InvalidRefreshToken => Self::new("refresh_token_invalid"),
            Error::RefreshTokenReused => Self::new("refresh_token_reused"),
            Error::TooMany(seconds) => {
                Self::new("too_many_requests").with("seconds", seconds).retry_after(seconds)
            }
            Error::Query(violation) => match violation {
                QueryError::Empty => Self::new("empty_query"),
                QueryError::OnlyNegative => Self::new("negative_query"),
                QueryError::TooLong => {
                    Self::parameter("q", Violation::TooLong { max: MAX_CHARS as u64 })
                }
            },
            Error::BadCursor => Self::new("malformed_cursor"),
            Error::KeyReused => Self::new("idempotency_key_reused"),
            Error::Mention(refused) => Self::with_status(StatusCode::BAD_REQUEST, refused.as_str()),
            Error::Busy(resource) => {
                tracing::warn!(resource, "too busy");
                Self::new("unavailable").retry_after(1)
            }
            Error::Store(error) => error.into(),
            Error::Internal(cause) => {
                tracing::error!(error = cause, "internal error");
                Self::new("internal")
            }
        }
    }
}

/// Returns the path of a resource that a conflict names.
fn path(kind: ResourceKind, id: i64) -> Option<String> {
    match kind {
        ResourceKind::Article => Some(format!("/api/v1/articles/{id}")),
        ResourceKind::Tag => Some(format!("/api/v1/tags/{id}")),
        _ => None,
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(error = cause, "database unavailable");
                Self::new("unavailable").retry_after(1)
            }
            StoreError::Collision(cause)
            | StoreError::Duplicate(cause)
            | StoreError::MissingReference(cause) => {
                tracing::warn!(error = cause, "a transaction collided too often");
                Self::new("unavailable").retry_after(1)
            }
            StoreError::Full(cause) => {
                tracing::error!(error = cause, "storage full");
                Self::new("storage_full").retry_after(30)
            }
            _ => {
                tracing::error!(%error, "query failed");
                Self::new("internal")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::domain::mention::MentionRefusal;

    #[test]
    fn every_code_has_a_title_and_a_detail() {
        let shared = KINDS.iter().map(|kind| kind.0);
        let missing = ResourceKind::VARIANTS.iter().map(|kind| kind.as_str());
        let refused = MentionRefusal::VARIANTS.iter().map(|refused| refused.as_str());
        for code in shared.chain(missing).chain(refused) {
            let problem = ApiError::new(code).problem(&Locale::fallback(), "1");
            let id = dashed(code);
            assert_ne!(
                (problem.title, problem.detail),
                (format!("{id}-title"), format!("{id}-detail"))
            );
        }
    }
}
