//! Errors of the settings. Each names the variable and the expected value.

use std::fmt;

/// The settings are invalid. None of them took effect.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// `.env` exists and cannot be read.
    #[error(".env cannot be read: {0}")]
    EnvFile(String),
    /// All invalid settings, so that one start reports them all.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
}

/// An invalid setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub name: &'static str,
    /// Its value; `None` when it is not set or secret.
    pub value: Option<String>,
    /// The requirement, worded to follow "must".
    pub requirement: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value:?}: must {}", self.name, self.requirement),
            None => write!(f, "{}: must {}", self.name, self.requirement),
        }
    }
}

fn list(problems: &[Problem]) -> String {
    match problems {
        [problem] => problem.to_string(),
        _ => problems.iter().fold("invalid settings:".to_owned(), |text, problem| {
            text + "\n  " + &problem.to_string()
        }),
    }
}
