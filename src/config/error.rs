//! What is wrong with the settings, and what would be right. Made by the rest of `config`, told by
//! `cli/`.

use std::fmt;

/// Settings that cannot be used. None of them took effect.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// `.env` is there and cannot be read.
    #[error(".env cannot be read: {0}")]
    EnvFile(String),
    /// Values that cannot be used: all of them, so that one start finds them all.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
}

/// A value that cannot be used, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub name: &'static str,
    /// Its value; `None` when it is not set, or not to be shown.
    pub value: Option<String>,
    /// What it must be.
    pub wanted: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value:?}: must be {}", self.name, self.wanted),
            None => write!(f, "{}: must be {}", self.name, self.wanted),
        }
    }
}

fn list(problems: &[Problem]) -> String {
    match problems {
        [problem] => problem.to_string(),
        _ => problems.iter().fold("some settings cannot be used".to_owned(), |text, problem| {
            text + "\n  " + &problem.to_string()
        }),
    }
}
