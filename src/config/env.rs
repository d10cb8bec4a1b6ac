//! Where the text of the settings comes from: the environment, and for what it lacks `.env` in the
//! current folder. Called by `Config::load`.

use std::collections::HashMap;
use std::fs;
use std::io::{Cursor, ErrorKind};

use super::variables::VARIABLES;
use super::{ConfigError, Problem};

/// The values of our variables, as far as they are set. The process's own environment is left as
/// it is: changing it is not safe once there are threads.
pub(super) fn read() -> Result<HashMap<&'static str, String>, ConfigError> {
    // Only here and not in the folders above, where dotenvy would go on looking: a server should
    // not take its settings from wherever it happens to be started below.
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
                problems.push(Problem { name, value: None, wanted: "text in UTF-8".into() });
            }
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(ConfigError::Invalid(problems)) }
}

/// Reads the text of a `.env` file.
pub(super) fn parse(bytes: &[u8]) -> Result<HashMap<String, String>, ConfigError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut values = HashMap::new();
    let mut place = "first".to_owned();
    for line in dotenvy::Iter::new(Cursor::new(bytes)) {
        let (name, value) = line.map_err(|error| refused(error, &place))?;
        place = format!("next after {name}");
        values.insert(name, value);
    }
    Ok(values)
}

/// Tells where the file is wrong. Dotenvy's own message quotes the text that it can't read, and
/// that may be part of a password.
fn refused(error: dotenvy::Error, place: &str) -> ConfigError {
    ConfigError::EnvFile(match error {
        dotenvy::Error::LineParse(..) => format!(
            "the setting that comes {place} must be NAME=value, with a value that holds spaces, $, \
             # or quotes in single quotes"
        ),
        other => other.to_string(),
    })
}
