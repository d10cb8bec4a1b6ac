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
    /// The fetch took longer than [`TIMEOUT`](super::TIMEOUT).
    #[error("timed out")]
    TimedOut,
    /// More than [`MAX_REDIRECTS`](super::MAX_REDIRECTS) redirects.
    #[error("too many redirects")]
    TooManyRedirects,
    /// The response is malformed, or its compressed body is corrupt.
    #[error("bad answer: {0}")]
    BadAnswer(String),
    /// The body has a content coding other than gzip.
    #[error("the content coding is not supported: {0}")]
    UnsupportedEncoding(String),
}

impl FetchError {
    /// True if a retry is pointless.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::TooManyRedirects | Self::UnsupportedEncoding(_))
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
            Self::UnsupportedEncoding(_) => "unsupported_encoding",
        }
    }
}
