//! Reads the variables from the environment and from `.env`. The environment takes precedence.

use std::collections::HashMap;
use std::fs;
use std::io::{Cursor, ErrorKind};

use super::variables::VARIABLES;
use super::{ConfigError, Problem};

/// Returns the variables that are set. It does not change the process's environment, which is
/// unsafe once there are threads.
pub(super) fn read() -> Result<HashMap<&'static str, String>, ConfigError> {
    // Only in the current folder: `dotenvy::dotenv` would search the parent folders too.
    let file = match fs::read(".env") {
        Ok(bytes) => parse(&bytes)?,
        Err(error) if error.kind() == ErrorKind::NotFound => HashMap::new(),
        Err(error) => return Err(ConfigError::EnvFile(error.to_string())),
    };
    let mut problems = Vec::new();
    let mut values = HashMap::new();
    for name in VARIABLES.iter().map(|variable| variable.name) {
        match std::env::var(name) {
            Ok(value) => drop(values.insert(name, value)),
            Err(std::env::VarError::NotPresent) => {
                values.extend(file.get(name).map(|value| (name, value.clone())));
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                problems.push(Problem { name, value: None, expected: "text in UTF-8".into() });
            }
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(ConfigError::Invalid(problems)) }
}

/// Parses the content of a `.env` file.
pub(super) fn parse(bytes: &[u8]) -> Result<HashMap<String, String>, ConfigError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut values = HashMap::new();
    let mut place = "first".to_owned();
    for line in dotenvy::Iter::new(Cursor::new(bytes)) {
        let (name, value) = line.map_err(|error| file_error(error, &place))?;
        place = format!("next after {name}");
        values.insert(name, value);
    }
    Ok(values)
}

/// Describes the place of a syntax error. Dotenvy's own message quotes the line, which may hold a
/// password.
fn file_error(error: dotenvy::Error, place: &str) -> ConfigError {
    ConfigError::EnvFile(match error {
        dotenvy::Error::LineParse(..) => format!(
            "the setting that comes {place} must be NAME=value, with a value that holds spaces, $, \
             # or quotes in single quotes"
        ),
        other => other.to_string(),
    })
}
