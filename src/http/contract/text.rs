//! The OpenAPI document as text.

use serde_json::Value;

use crate::service::Error;

/// Returns a document as indented JSON.
///
/// # Errors
/// [`Error::Internal`] if serialisation fails.
pub fn pretty(document: &Value) -> Result<String, Error> {
    serde_json::to_string_pretty(document)
        .map(|text| text + "\n")
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Returns a document as YAML.
///
/// # Errors
/// [`Error::Internal`] if serialisation fails.
pub fn yaml(document: &Value) -> Result<String, Error> {
    yaml_serde::to_string(document)
        .map(|text| text.lines().map(quote_text).collect())
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Returns a line of YAML with its end, and with quotes around a text that readers of YAML 1.1 take
/// for a date or a boolean: `2026-01-15T09:00:00Z`, `no`.
fn quote_text(line: &str) -> String {
    const BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let start = line.rfind(": ").or_else(|| line.rfind("- ")).map_or(0, |at| at + 2);
    let (before, text) = line.split_at(start);
    let is_date = text.len() >= 10
        && text.bytes().take(10).zip(b"dddd-dd-dd").all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            _ => byte == *form,
        });
    if is_date || BOOLEANS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        format!("{before}\"{text}\"\n")
    } else {
        format!("{line}\n")
    }
}
