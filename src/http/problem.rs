//! Errors as RFC 9457 problems: the only place that knows which error has which status. Handlers
//! return a [`ApiError`]; `middleware.rs`, which knows the client's language, makes the body of it.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::catalogue::{Locale, Values, dashed};
use crate::domain::check::{FieldError, Invalid, Violation};
use crate::domain::mention::Refused;
use crate::service::{Error, ResourceKind, StoreError};
use crate::text::query::{MAX_CHARS, MAX_TERMS, QueryError};

/// What went wrong (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem: `urn:maqal:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(format = UriReference, example = "urn:maqal:problem:article_not_found")]
    pub kind: String,
    /// The kind of problem in a few words, in the client's language.
    #[schema(example = "Article not found")]
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    pub status: u16,
    /// What is wrong and what to do about it, in the client's language.
    #[schema(example = "There is no article with this address, or you may not see it.")]
    pub detail: String,
    /// A URI that names this very occurrence: `urn:maqal:request:` and the request's id, which the
    /// logs have too.
    #[schema(format = UriReference, example = "urn:maqal:request:01JD8Z7M3K")]
    pub instance: String,
    /// A stable machine code.
    #[schema(example = "article_not_found")]
    pub code: String,
    /// For invalid input: every flaw, and where it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemField>,
}

/// One flaw in the input.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemField {
    /// Where: a JSON Pointer (RFC 6901) into the body.
    #[schema(example = "/credits/0/url")]
    pub pointer: String,
    /// A stable machine code.
    #[schema(example = "invalid_url")]
    pub code: String,
    /// What is wrong, in the client's language.
    #[schema(example = "Must be an absolute http or https URL.")]
    pub detail: String,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Stable machine code.
    pub code: &'static str,
    /// Status.
    pub status: StatusCode,
    /// What the wording mentions.
    pub values: Values,
    /// Flaws in the input.
    pub errors: Vec<FieldError>,
    /// Headers that go with it.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// A flaw that the wording explains itself by, of a parameter.
    pub reason: Option<Violation>,
}

/// The result of a handler.
pub type HandlerResult = Result<HttpResponse, ApiError>;

/// Every kind of problem that can be answered, with its status.
pub const KINDS: &[(&str, u16)] = &[
    ("bad_request", 400),
    ("malformed_json", 400),
    ("malformed_cursor", 400),
    ("unknown_parameter", 400),
    ("invalid_parameter", 400),
    ("empty_query", 400),
    ("negative_query", 400),
    ("idempotency_key_invalid", 400),
    ("malformed_form", 400),
    ("mention_source_invalid", 400),
    ("mention_target_invalid", 400),
    ("mention_same_address", 400),
    ("mention_source_own", 400),
    ("mention_source_denied", 400),
    ("mention_target_foreign", 400),
    ("mention_target_not_article", 400),
    ("mention_target_not_found", 400),
    ("pings_closed", 400),
    ("unauthenticated", 401),
    ("invalid_token", 401),
    ("invalid_credentials", 401),
    ("refresh_token_invalid", 401),
    ("refresh_token_reused", 401),
    ("login_required", 401),
    ("forbidden", 403),
    ("comments_closed", 403),
    ("not_found", 404),
    ("article_not_found", 404),
    ("tag_not_found", 404),
    ("user_not_found", 404),
    ("revision_not_found", 404),
    ("comment_not_found", 404),
    ("mention_not_found", 404),
    ("method_not_allowed", 405),
    ("request_timeout", 408),
    ("illegal_transition", 409),
    ("article_in_trash", 409),
    ("slug_taken", 409),
    ("tag_exists", 409),
    ("tag_merge_itself", 409),
    ("email_taken", 409),
    ("last_admin", 409),
    ("comment_repeated", 409),
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

impl ApiError {
    /// A refusal of a kind in [`KINDS`]; one that isn't there is a bug and so a 500.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        let status = KINDS.iter().find(|kind| kind.0 == code).map_or(500, |kind| kind.1);
        Self {
            code,
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            values: Values::new(),
            errors: Vec::new(),
            headers: Vec::new(),
            reason: None,
        }
    }

    /// Mentions a value.
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

    /// A parameter that is not as it should be.
    #[must_use]
    pub fn parameter(name: impl ToString, violation: Violation) -> Self {
        let mut api_error = Self::new("invalid_parameter").with("name", name);
        api_error.reason = Some(violation);
        api_error
    }

    /// Try again in a while.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(actix_web::http::header::RETRY_AFTER, seconds)
    }

    /// The body of the answer.
    #[must_use]
    pub fn problem(&self, locale: &Locale, request_id: &str) -> Problem {
        let mut values = self.values.clone();
        if let Some(violation) = &self.reason {
            values.push(("reason", locale.violation(violation)));
        }
        let id = dashed(self.code);
        let errors = self.errors.iter().map(|error| ProblemField {
            pointer: error.pointer.clone(),
            code: error.violation.code().to_owned(),
            detail: locale.violation(&error.violation),
        });
        Problem {
            kind: format!("urn:maqal:problem:{}", self.code),
            title: locale.say(&format!("{id}-title"), &values),
            status: self.status.as_u16(),
            detail: locale.say(&format!("{id}-detail"), &values),
            instance: format!("urn:maqal:request:{request_id}"),
            code: self.code.to_owned(),
            errors: errors.collect(),
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
            // RFC 9110 wants it with every 401; guards say more.
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
        api_error
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(thing) => Self::new(match thing {
                ResourceKind::Article => "article_not_found",
                ResourceKind::Revision => "revision_not_found",
                ResourceKind::Tag => "tag_not_found",
                ResourceKind::User => "user_not_found",
                ResourceKind::Comment => "comment_not_found",
                ResourceKind::Mention => "mention_not_found",
            }),
            Error::Forbidden(role) => Self::new("forbidden").with("role", role),
            Error::Invalid(invalid) => invalid.into(),
            Error::Stale(current) => Self::new("precondition_failed").with("current", current),
            Error::IllegalTransition { from, step } => Self::new("illegal_transition")
                .with("from", from.as_str())
                .with("action", step.as_str()),
            Error::InTrash => Self::new("article_in_trash"),
            Error::SlugTaken(slug) => Self::new("slug_taken").with("slug", slug),
            Error::TagExists(name) => Self::new("tag_exists").with("name", name),
            Error::MergeIntoItself => Self::new("tag_merge_itself"),
            Error::CommentsClosed(reason) => {
                Self::new("comments_closed").with("reason", reason.as_str())
            }
            Error::LoginRequired => Self::new("login_required"),
            Error::CommentRepeated => Self::new("comment_repeated"),
            Error::EmailTaken => Self::new("email_taken"),
            Error::LastAdmin => Self::new("last_admin"),
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
                QueryError::TooManyTerms => {
                    Self::parameter("q", Violation::TooMany { max: MAX_TERMS as u64 })
                }
            },
            Error::BadCursor => Self::new("malformed_cursor"),
            Error::KeyReused => Self::new("idempotency_key_reused"),
            Error::Mention(refused) => Self::new(mention_code(refused)),
            Error::Busy(what) => {
                tracing::warn!(what, "too busy");
                Self::new("unavailable").retry_after(1)
            }
            Error::Store(error) => error.into(),
            Error::Internal(cause) => {
                tracing::error!(cause, "internal error");
                Self::new("internal")
            }
        }
    }
}

/// The code of each reason not to take a mention in.
#[must_use]
pub fn mention_code(refused: Refused) -> &'static str {
    match refused {
        Refused::SourceInvalid => "mention_source_invalid",
        Refused::TargetInvalid => "mention_target_invalid",
        Refused::SameAddress => "mention_same_address",
        Refused::SourceOwn => "mention_source_own",
        Refused::SourceDenied => "mention_source_denied",
        Refused::TargetForeign => "mention_target_foreign",
        Refused::TargetNotArticle => "mention_target_not_article",
        Refused::TargetMissing => "mention_target_not_found",
        Refused::PingsClosed => "pings_closed",
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(cause, "database unavailable");
                Self::new("unavailable").retry_after(1)
            }
            StoreError::Collision(cause)
            | StoreError::Duplicate(cause)
            | StoreError::MissingReference(cause) => {
                tracing::warn!(cause, "a transaction collided too often");
                Self::new("unavailable").retry_after(1)
            }
            StoreError::Full(cause) => {
                tracing::error!(cause, "storage full");
                Self::new("storage_full").retry_after(30)
            }
            _ => {
                tracing::error!(%error, "query failed");
                Self::new("internal")
            }
        }
    }
}
