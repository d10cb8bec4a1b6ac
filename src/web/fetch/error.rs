//! The errors of a fetch.

use chrono::{DateTime, Utc};

/// The reason for which a fetch failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not allowed, for this reason.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The host's rate limit allows no request before this time.
    #[error("not before {0}")]
    Postponed(DateTime<Utc>),
    /// The name has no address.
    #[error("no such host: {0}")]
    Unresolved(String),
    /// No connection could be opened.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The certificate is invalid, or the server speaks no TLS.
    #[error("TLS: {0}")]
    Tls(String),
    /// The fetch took longer than [`TIME`](super::TIMEOUT).
    #[error("timed out")]
    TimedOut,
    /// More than [`MAX_REDIRECTS`](super::MAX_REDIRECTS) redirects.
    #[error("too many redirects")]
    TooManyRedirects,
    /// The response is no HTTP, or compressed although identity was requested.
    #[error("bad answer: {0}")]
    BadAnswer(String),
}

impl FetchError {
    /// True if a retry is pointless.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::TooManyRedirects)
    }

    /// A stable machine-readable code.
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
