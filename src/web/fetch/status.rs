//! Classifies the failure statuses of other sites. Each failure has one code for each role of a URL.

/// The role of a fetched URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The source of a received mention.
    Source,
    /// The target of a ping.
    Target,
    /// The endpoint that receives a ping.
    Endpoint,
}

/// A failure status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFailure {
    /// The page doesn't exist: 404 or 410.
    NotFound,
    /// A temporary failure, which is worth a retry: 408, 425, 429 or 5xx.
    Failed,
    /// The site denies the request: every other status, such as 403.
    Denied,
}

impl StatusFailure {
    /// Classifies a status; `None` for a success.
    #[must_use]
    pub fn of(status: u16) -> Option<Self> {
        match status {
            200..=299 => None,
            404 | 410 => Some(Self::NotFound),
            408 | 425 | 429 | 500..=599 => Some(Self::Failed),
            _ => Some(Self::Denied),
        }
    }

    /// A stable machine-readable code.
    #[must_use]
    pub fn code(self, role: Role) -> &'static str {
        match (role, self) {
            (Role::Source, Self::NotFound) => "source_not_found",
            (Role::Source, Self::Failed) => "source_failed",
            (Role::Source, Self::Denied) => "source_denied",
            (Role::Target, Self::NotFound) => "target_not_found",
            (Role::Target, Self::Failed) => "target_failed",
            (Role::Target, Self::Denied) => "target_denied",
            (Role::Endpoint, Self::NotFound) => "endpoint_not_found",
            (Role::Endpoint, Self::Failed) => "endpoint_failed",
            (Role::Endpoint, Self::Denied) => "endpoint_denied",
        }
    }
}
