//! Errors of the commands, with their exit status.

use std::error::Error;
use std::io;

use crate::auth::entropy::EntropyError;
use crate::auth::keys::KeyError;
use crate::config::ConfigError;
use crate::domain::check::Invalid;
use crate::server::ServerError;
use crate::service;

/// The error of a command.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server did not start, or did not stop cleanly.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A use case failed.
    #[error("{}", describe(.0))]
    Service(service::Error),
    /// The signing keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The system has no randomness for a password.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The password could not be read.
    #[error("cannot read the password: {0}")]
    Password(io::Error),
    /// Standard output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The command needs other arguments; the message names them.
    #[error("{0}")]
    Usage(String),
    /// The present state does not allow the command; the message gives the reason.
    #[error("{0}")]
    Refused(String),
}

// Not `#[from]`: it would add the service's own message as a cause.
impl From<service::Error> for CliError {
    fn from(error: service::Error) -> Self {
        Self::Service(error)
    }
}

impl CliError {
    /// Returns the exit status; 0 if the error is no failure.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Usage(_) => 2,
            // `maqal user list | head -1` closes the pipe early.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            _ => 1,
        }
    }

    /// Returns the error and its causes on one line.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let message = error.to_string();
            // Many messages include their cause already.
            if !text.contains(&message) {
                text = text + ": " + &message;
            }
            cause = error.source();
        }
        text
    }
}

/// Describes a use case's error for an operator.
fn describe(error: &service::Error) -> String {
    match error {
        service::Error::Conflict(conflict) => match conflict.code {
            "email_taken" => "another user has this email address".into(),
            "last_admin" => "this is the last active admin: the site needs at least one".into(),
            other => other.to_owned(),
        },
        service::Error::NotFound(kind) => {
            format!("there is no such {}", format!("{kind:?}").to_lowercase())
        }
        service::Error::Invalid(Invalid(violations)) => {
            let violations: Vec<_> = violations
                .iter()
                .map(|error| {
                    format!("{}: {}", error.pointer.trim_start_matches('/'), error.violation.code())
                })
                .collect();
            format!("invalid: {}", violations.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::Violation;
    use crate::service::ResourceKind;
    use crate::store::StoreError;

    #[test]
    fn service_errors_are_described_for_operators() {
        let text = |error: service::Error| CliError::from(error).with_causes();
        assert_eq!(text(service::Error::NotFound(ResourceKind::User)), "there is no such user");
        assert_eq!(
            text(service::Error::violation("/name", Violation::Empty)),
            "invalid: name: empty"
        );
        let store = StoreError::Unavailable("connection refused".into());
        assert_eq!(text(store.into()), "database unavailable: connection refused");
    }

    #[test]
    fn usage_error_exits_with_2_and_closed_pipe_with_0() {
        assert_eq!(CliError::Usage(String::new()).exit_code(), 2);
        assert_eq!(CliError::Refused(String::new()).exit_code(), 1);
        assert_eq!(CliError::Output(io::ErrorKind::BrokenPipe.into()).exit_code(), 0);
    }
}
