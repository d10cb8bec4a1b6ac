//! Why a command failed. Made by the commands, told by `main.rs`.

use std::error::Error;
use std::io;

use crate::auth::entropy::EntropyError;
use crate::auth::keys::KeyError;
use crate::config::ConfigError;
use crate::domain::check::Invalid;
use crate::server::ServerError;
use crate::{service, store::StoreError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server did not start, or stopped badly.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A use case refused.
    #[error("{}", in_words(.0))]
    Service(service::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// No randomness for a password.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The password could not be read.
    #[error("cannot read the password: {0}")]
    Password(io::Error),
    /// The answer could not be written.
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
    /// The arguments fit the command but not the facts; what would fit.
    #[error("{0}")]
    Usage(String),
    /// It cannot be done now, and why.
    #[error("{0}")]
    Refused(String),
}

// Not `#[from]`, which would name the error as its own cause, in the words it has for programmers.
impl From<service::Error> for CliError {
    fn from(error: service::Error) -> Self {
        Self::Service(error)
    }
}

impl CliError {
    /// The status to exit with; 0 when there is nothing to tell.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Usage(_) => 2,
            // `maqal user list | head -1`: the reader has what it wanted.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            _ => 1,
        }
    }

    /// The error and what caused it, in a line.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let words = error.to_string();
            // Many errors name their cause already.
            if !text.contains(&words) {
                text = text + ": " + &words;
            }
            cause = error.source();
        }
        text
    }
}

/// What a use case's refusal means to an operator.
fn in_words(error: &service::Error) -> String {
    match error {
        service::Error::Conflict(conflict) => match conflict.code {
            "email_taken" => "another user has this email address".into(),
            "last_admin" => "this is the last active admin, and a site needs one".into(),
            other => other.to_owned(),
        },
        service::Error::NotFound(thing) => {
            format!("there is no such {}", format!("{thing:?}").to_lowercase())
        }
        service::Error::Invalid(Invalid(violations)) => {
            let violations: Vec<_> = violations
                .iter()
                .map(|error| {
                    format!("{}: {}", error.pointer.trim_start_matches('/'), error.violation.code())
                })
                .collect();
            format!("not accepted: {}", violations.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::Violation;
    use crate::service::ResourceKind;

    #[test]
    fn refusals_are_put_in_words() {
        let text = |error: service::Error| CliError::from(error).with_causes();
        assert_eq!(text(service::Error::NotFound(ResourceKind::User)), "there is no such user");
        assert_eq!(
            text(service::Error::violation("/name", Violation::Empty)),
            "not accepted: name: empty"
        );
        let store = StoreError::Unavailable("connection refused".into());
        assert_eq!(text(store.into()), "database unavailable: connection refused");
    }

    #[test]
    fn only_what_another_try_cannot_help_is_2() {
        assert_eq!(CliError::Usage(String::new()).exit_code(), 2);
        assert_eq!(CliError::Refused(String::new()).exit_code(), 1);
        assert_eq!(CliError::Output(io::ErrorKind::BrokenPipe.into()).exit_code(), 0);
    }
}
