//! What a use case can answer instead of what it was asked for. Knows no status code:
//! `http/problem.rs` gives each its own.

use crate::domain::check::{Invalid, Violation};
use crate::domain::comment_settings::Reason;
use crate::domain::mention::Refused;
use crate::domain::policy::Denied;
use crate::domain::user::Role;
use crate::domain::{ResourceKind, WireName};
use crate::store::StoreError;
use crate::store::connection::Failure;
use crate::text::query::QueryError;

/// A rule that the present state of a resource breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The problem's code.
    pub code: &'static str,
    /// The values that its wording contains, by name.
    pub values: Vec<(&'static str, String)>,
}

/// Why a use case could not be carried out. In each case it changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It isn't there, or isn't theirs to see.
    #[error("{0:?} not found")]
    NotFound(ResourceKind),
    /// It takes this role.
    #[error("needs the role {0}")]
    Forbidden(Role),
    /// The input has flaws.
    #[error("invalid input: {0:?}")]
    Invalid(Invalid),
    /// Somebody else changed it since: it is at this version now.
    #[error("stale version, now {0}")]
    Stale(i64),
    /// The present state of a resource forbids it.
    #[error("conflict: {}", .0.code)]
    Conflict(Conflict),
    /// No comments are taken there, for this reason.
    #[error("comments are closed: {}", .0.as_str())]
    CommentsClosed(Reason),
    /// Only those who are signed in comment here.
    #[error("commenting takes a login")]
    LoginRequired,
    /// Wrong address or password.
    #[error("wrong email or password")]
    BadCredentials,
    /// The token is not good, for a reason that is only logged.
    #[error("invalid token: {0}")]
    InvalidToken(&'static str),
    /// The refresh token is not good.
    #[error("invalid refresh token")]
    InvalidRefreshToken,
    /// The refresh token was used before: its session is over.
    #[error("refresh token used twice")]
    RefreshTokenReused,
    /// Too many attempts; another may be made after so many seconds.
    #[error("too many attempts, retry in {0} s")]
    TooMany(u64),
    /// The text asks for nothing that could be searched for, or for too much.
    #[error("query: {0:?}")]
    Query(QueryError),
    /// The cursor was not made by this server for this list.
    #[error("malformed cursor")]
    BadCursor,
    /// The idempotency key came with another body before.
    #[error("idempotency key reused")]
    KeyReused,
    /// The mention is not taken in.
    #[error("mention refused: {0:?}")]
    Mention(Refused),
    /// The machine is busy with too much of this.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A bug, or a state that should not be.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// One flaw in the input.
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
        Self::Conflict(Conflict { code, values: values.into_iter().collect() })
    }

    /// A [`Denied`] about this thing.
    #[must_use]
    pub fn denied(kind: ResourceKind, denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::NotFound(kind),
            Denied::NeedsRole(role) => Self::Forbidden(role),
        }
    }
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

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
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
