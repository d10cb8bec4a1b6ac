//! Reads the variables from the environment and from `.env`. The environment takes precedence.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::ErrorKind;

use super::variables::{self, VARIABLES};
use super::{ConfigError, Problem, UnknownVariable};

/// The variables of the environment and of `.env`.
pub(super) struct Environment {
    /// The settings that are set.
    pub values: HashMap<&'static str, String>,
    /// Variables that look like settings and are none, by name.
    pub unknown: Vec<UnknownVariable>,
}

/// Returns the variables that are set. It does not change the process's environment, which is
/// unsafe once there are threads.
pub(super) fn read() -> Result<Environment, ConfigError> {
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
                problems.push(Problem {
                    name,
                    value: None,
                    requirement: "be text in UTF-8".into(),
                });
            }
        }
    }
    if !problems.is_empty() {
        return Err(ConfigError::Invalid(problems));
    }
    let set = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let unknown = unknown(set.chain(file.into_keys()));
    Ok(Environment { values, unknown })
}

/// Returns the names that look like a setting and are none, sorted: they have Maqal's prefix, or
/// are a setting's name up to a slip of the keyboard.
pub(super) fn unknown(names: impl Iterator<Item = String>) -> Vec<UnknownVariable> {
    let names: BTreeSet<_> = names.filter(|name| !variables::is_setting(name)).collect();
    let unknown = names.into_iter().map(|name| {
        let nearest = variables::nearest(&name);
        UnknownVariable { name, nearest }
    });
    let has_prefix = |name: &str| name.to_ascii_uppercase().starts_with(variables::PREFIX);
    unknown.filter(|one| one.nearest.is_some() || has_prefix(&one.name)).collect()
}

/// Parses the content of a `.env` file.
pub(super) fn parse(bytes: &[u8]) -> Result<HashMap<String, String>, ConfigError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::EnvFile(format!("line {line} is not text in UTF-8"))
    })?;
    let mut values = HashMap::new();
    for (index, setting) in dotenvy::Iter::new(text.as_bytes()).enumerate() {
        let (name, value) = setting.map_err(|error| file_error(error, text, index))?;
        values.insert(name, value);
    }
    Ok(values)
}

/// Describes the place of a syntax error, which comes after this number of valid settings. Dotenvy's own message quotes the line, which may hold a
/// password.
fn file_error(error: dotenvy::Error, text: &str, valid: usize) -> ConfigError {
    ConfigError::EnvFile(match error {
        dotenvy::Error::LineParse(..) => format!(
            "line {} must be NAME=value, with a value that holds spaces, $, # or quotes in single \
             quotes",
            line_number(text, valid)
        ),
        other => other.to_string(),
    })
}

/// Returns the line at which the first setting after this number of valid ones begins. Dotenvy
/// doesn't tell it, and a value may have several lines.
fn line_number(text: &str, valid: usize) -> usize {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let settings = |count: &usize| {
        let begin: String = lines.iter().take(*count).copied().collect();
        dotenvy::Iter::new(begin.as_bytes()).map_while(Result::ok).count() == valid
    };
    let end = (0..=lines.len()).find(settings).unwrap_or_default();
    let is_setting = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    end + lines.iter().skip(end).position(is_setting).unwrap_or_default() + 1
}
