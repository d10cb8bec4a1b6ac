//! The errors of use cases. They know no HTTP status codes; `http::problem` maps them.

use crate::auth::passwords::PasswordError;
use crate::domain::check::{Invalid, Violation};
use crate::domain::comment_settings::Reason;
use crate::domain::mention::MentionRefusal;
use crate::domain::policy::{self, Actor, Denied};
use crate::domain::user::Role;
use crate::domain::{ResourceKind, WireName};
use crate::store::StoreError;
use crate::store::connection::Failure;
use crate::text::query::QueryError;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// A rule that the present state of a resource breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The problem's code.
    pub code: &'static str,
    /// The values that its wording contains, by name.
    pub values: Vec<(&'static str, String)>,
    /// The resource that it conflicts with, if the actor may see it.
    pub holder: Option<(ResourceKind, i64)>,
}

/// The error of a use case, which then changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The resource does not exist, or the actor may not see it.
    #[error("{0:?} not found")]
    NotFound(ResourceKind),
    /// The use case needs this role.
    #[error("needs the role {0}")]
    Forbidden(Role),
    /// The input is invalid.
    #[error("invalid input: {0:?}")]
    Invalid(Invalid),
    /// The resource has this version, which was not expected.
    #[error("stale version, now {0}")]
    Stale(i64),
    /// The present state of a resource forbids it.
    #[error("conflict: {}", .0.code)]
    Conflict(Conflict),
    /// The article accepts no comments, for this reason.
    #[error("comments are closed: {}", .0.as_str())]
    CommentsClosed(Reason),
    /// The site accepts comments of signed-in users only.
    #[error("commenting takes a login")]
    LoginRequired,
    /// The edit token does not belong to the comment.
    #[error("invalid edit token")]
    InvalidEditToken,
    /// The time for editing the comment is over.
    #[error("the time for editing is over")]
    EditExpired,
    /// The email address or the password is wrong.
    #[error("wrong email or password")]
    BadCredentials,
    /// The access or preview token is invalid. The reason is for the log only.
    #[error("invalid token: {0}")]
    InvalidToken(&'static str),
    /// The refresh token is unknown, expired or revoked.
    #[error("invalid refresh token")]
    InvalidRefreshToken,
    /// The refresh token was used before. Its session has been ended.
    #[error("refresh token used twice")]
    RefreshTokenReused,
    /// A rate limit is exceeded; retry after this many seconds.
    #[error("too many attempts, retry in {0} s")]
    TooMany(u64),
    /// The search query has no terms, or too many.
    #[error("query: {0:?}")]
    Query(QueryError),
    /// The cursor does not belong to this list.
    #[error("malformed cursor")]
    BadCursor,
    /// The idempotency key was used with another body before.
    #[error("idempotency key reused")]
    KeyReused,
    /// The mention is refused.
    #[error("mention refused: {0:?}")]
    Mention(MentionRefusal),
    /// The server has too much work of this kind.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An invariant is violated, or a dependency failed unexpectedly.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Makes [`Error::Invalid`] of one violation.
    #[must_use]
    pub fn violation(pointer: &str, violation: Violation) -> Self {
        Self::Invalid(Invalid::one(pointer, violation))
    }

    /// Returns a conflict with its code and the values that its wording contains.
    #[must_use]
    pub fn conflict(
        code: &'static str,
        values: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        Self::Conflict(Conflict { code, values: values.into_iter().collect(), holder: None })
    }

    /// As [`Error::conflict`], with the resource that holds what is asked for.
    #[must_use]
    pub fn held(
        code: &'static str,
        values: impl IntoIterator<Item = (&'static str, String)>,
        kind: ResourceKind,
        id: i64,
    ) -> Self {
        let values = values.into_iter().collect();
        Self::Conflict(Conflict { code, values, holder: Some((kind, id)) })
    }

    /// Makes the error of a denied access to a resource of this kind.
    #[must_use]
    pub fn denied(kind: ResourceKind, denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::NotFound(kind),
            Denied::NeedsRole(role) => Self::Forbidden(role),
        }
    }
}

/// Requires a role of the actor.
///
/// # Errors
/// [`Error::Forbidden`].
pub(super) fn require(actor: &Actor, role: Role) -> Result<()> {
    policy::needs(actor, role).map_err(Error::Forbidden)
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<QueryError> for Error {
    fn from(violation: QueryError) -> Self {
        Self::Query(violation)
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy("passwords"),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<MentionRefusal> for Error {
    fn from(refused: MentionRefusal) -> Self {
        Self::Mention(refused)
    }
}

impl Failure for Error {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}
