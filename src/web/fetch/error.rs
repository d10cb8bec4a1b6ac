//! Why nothing was fetched. Read by `service/mentions/`, which decides what becomes of it.

use chrono::{DateTime, Utc};

/// Why nothing was fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is one that is never gone to, for this reason.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The host's turn has not come: not before then.
    #[error("not before {0}")]
    Postponed(DateTime<Utc>),
    /// The name has no address.
    #[error("no such host: {0}")]
    Unresolved(String),
    /// Nobody answers there.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The certificate is no good, or no TLS is spoken there.
    #[error("TLS: {0}")]
    Tls(String),
    /// It took too long.
    #[error("timed out")]
    TimedOut,
    /// It leads on and on.
    #[error("too many redirects")]
    TooManyRedirects,
    /// What came is no HTTP, or is compressed although that was not asked for.
    #[error("bad answer: {0}")]
    BadAnswer(String),
}

impl FetchError {
    /// Whether trying again is of no use.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::TooManyRedirects)
    }

    /// A stable machine code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "address_refused",
            Self::Postponed(_) => "postponed",
            Self::Unresolved(_) => "host_not_found",
            Self::Unreachable(_) => "unreachable",
            Self::Tls(_) => "tls_failed",
            Self::TimedOut => "timed_out",
            Self::TooManyRedirects => "too_many_redirects",
            Self::BadAnswer(_) => "bad_answer",
        }
    }
}
