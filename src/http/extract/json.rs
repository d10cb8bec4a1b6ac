//! Parses JSON without losing anything: a repeated name, a number that a double can't hold and a NUL
//! character are violations.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::check::{FieldError, Violation};
use crate::http::contract::MAX_VIOLATIONS;
use crate::http::problem::ApiError;

/// The deepest nesting that serde_json parses.
const MAX_DEPTH: usize = 128;

/// The room for pointers, in bytes: a long name may be a part of each.
const MAX_POINTERS: usize = 64 << 10;

/// The beginning of names by which serde_json marks its own values. It would read such a member as
/// JSON within JSON, past all checks.
const RESERVED_NAMES: &str = "$serde_json::private::";

/// A byte order mark, which some clients send. A parser may skip it (RFC 8259, section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Parses JSON. The violations come with a value unless a number has none.
///
/// # Errors
/// `malformed_json`.
pub(super) fn parse(bytes: &[u8]) -> Result<(Option<Value>, Vec<FieldError>), ApiError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let malformed =
        |error: serde_json::Error| ApiError::new("malformed_json").with("reason", error);
    let text: &RawValue = serde_json::from_slice(bytes).map_err(malformed)?;
    let violations = Scanner::default().scan(text.get());
    if violations.iter().any(|one| one.violation == Violation::UnknownField) {
        return Ok((None, violations));
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok((Some(value), violations)),
        Err(_) if violations.iter().any(|one| one.violation == Violation::InexactNumber) => {
            Ok((None, violations))
        }
        Err(error) => Err(malformed(error)),
    }
}

/// A container that the scanner is in.
enum Container {
    Object { names: HashSet<String>, name: String },
    Array { index: usize },
}

/// Finds violations in valid JSON.
#[derive(Default)]
struct Scanner {
    containers: Vec<Container>,
    violations: Vec<FieldError>,
    pointers: usize,
}

impl Scanner {
    fn scan(mut self, text: &str) -> Vec<FieldError> {
        let mut rest = text;
        let mut is_name = false;
        while let Some(first) = rest.bytes().next() {
            if self.violations.len() >= MAX_VIOLATIONS || self.pointers > MAX_POINTERS {
                break;
            }
            if self.containers.len() > MAX_DEPTH {
                // The parser refuses the text.
                return Vec::new();
            }
            let length = match first {
                b'"' => string_length(rest),
                b'-' | b'0'..=b'9' => number_length(rest),
                _ => 1,
            };
            // JSON's tokens begin and end with ASCII characters, so this never splits a character.
            let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            rest = after;
            match first {
                b'{' => {
                    let (names, name) = (HashSet::new(), String::new());
                    self.containers.push(Container::Object { names, name });
                    is_name = true;
                }
                b'[' => self.containers.push(Container::Array { index: 0 }),
                b'}' | b']' => {
                    self.containers.pop();
                    is_name = false;
                }
                b',' => match self.containers.last_mut() {
                    Some(Container::Array { index }) => *index += 1,
                    _ => is_name = true,
                },
                b'"' if is_name => {
                    self.name(token);
                    is_name = false;
                }
                b'"' if decoded(token).contains('\0') => self.add(Violation::NulCharacter),
                b'-' | b'0'..=b'9' if !is_exact(token) => self.add(Violation::InexactNumber),
                _ => {}
            }
        }
        self.violations
    }

    /// Enters the member with this name.
    fn name(&mut self, token: &str) {
        let new = decoded(token).into_owned();
        let has_nul = new.contains('\0');
        let Some(Container::Object { names, name }) = self.containers.last_mut() else { return };
        let is_reserved = new.starts_with(RESERVED_NAMES);
        let is_repeated = !names.insert(new.clone());
        *name = new;
        if is_repeated {
            self.add(Violation::RepeatedName);
        }
        if is_reserved {
            self.add(Violation::UnknownField);
        }
        if has_nul {
            self.add_at(self.containers.len() - 1, Violation::NulCharacter);
        }
    }

    fn add(&mut self, violation: Violation) {
        self.add_at(self.containers.len(), violation);
    }

    fn add_at(&mut self, depth: usize, violation: Violation) {
        let pointer = self.pointer(depth);
        self.pointers += pointer.len();
        self.violations.push(FieldError { pointer, violation });
    }

    /// Returns the JSON Pointer of the place within the outermost containers.
    fn pointer(&self, depth: usize) -> String {
        let step = |container: &Container| match container {
            Container::Object { name, .. } => name.replace('~', "~0").replace('/', "~1"),
            Container::Array { index } => index.to_string(),
        };
        self.containers.iter().take(depth).map(|one| format!("/{}", step(one))).collect()
    }
}

/// Returns the length of the string that a text begins with, in bytes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

/// Returns the length of the number that a text begins with, in bytes.
fn number_length(text: &str) -> usize {
    let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().position(|byte| !is_part(byte)).unwrap_or(text.len())
}

/// Decodes a string. A lone surrogate makes it empty; the parser refuses the text anyway.
fn decoded(token: &str) -> Cow<'_, str> {
    match token.get(1..token.len().saturating_sub(1)) {
        Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(serde_json::from_str(token).unwrap_or_default()),
    }
}

/// Whether serde_json writes a number with the value that it has here: it holds 64-bit integers, and
/// doubles by their shortest decimal form.
fn is_exact(number: &str) -> bool {
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return true;
    }
    let Ok(double) = number.parse::<f64>() else { return false };
    double.is_finite() && decimal(number) == decimal(&format!("{double:e}"))
}

/// Returns the significant digits of a number and the power of ten of the last; `None` for zero and
/// for an exponent beyond 64 bits.
fn decimal(number: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let significant = digits.trim_start_matches('0');
    let shortest = significant.trim_end_matches('0');
    if shortest.is_empty() {
        return None;
    }
    let zeros = i64::try_from(significant.len() - shortest.len()).ok()?;
    let places = i64::try_from(fraction.len()).ok()?;
    let exponent: i64 = exponent.parse().ok()?;
    Some((shortest.to_owned(), exponent.checked_sub(places)?.checked_add(zeros)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(text: &str) -> Vec<(String, &'static str)> {
        let (_, found) = parse(text.as_bytes()).expect("JSON");
        found.into_iter().map(|one| (one.pointer, one.violation.code())).collect()
    }

    #[test]
    fn numbers_that_a_double_holds_are_exact() {
        for number in [
            "0",
            "-0",
            "-0.0",
            "0e999999999999999999999",
            "1",
            "1.0",
            "1E2",
            "1e+2",
            "100e-2",
            "0.1",
            "-0.5",
            "9223372036854775807",
            "18446744073709551615",
            "-9223372036854775808",
            "1e22",
            "10000000000000000000000",
            "1.7976931348623157e308",
            "5e-324",
            "0.30000000000000004",
            "32.887209000000",
        ] {
            assert_eq!(violations(&format!("{{\"a\": [{number} ]}}")), [], "{number}");
        }
        for number in [
            "1e400",
            "-1e400",
            "1e-400",
            "0.1000000000000000055",
            "12345678901234567890123",
            "18446744073709551616",
            "-9223372036854775809",
            "0.10000000000000001",
            "1.00000000000000000001",
            "9007199254740993.5",
            "1e99999999999999999999",
        ] {
            let expected = [("/a/1".to_owned(), "inexact_number")];
            assert_eq!(violations(&format!("{{\"a\": [0,{number}]}}")), expected, "{number}");
        }
    }

    #[test]
    fn repeated_names_are_found_at_any_depth_and_in_any_spelling() {
        for (text, pointers) in [
            (r#"{"a":1,"a":1}"#, &["/a"][..]),
            (r#"{"a":1,"\u0061":2}"#, &["/a"]),
            (
                r#"{"a":{"b":1,"b":{"b":1}},"c":[{"d":1},{"d":1,"d":2,"d":3}]}"#,
                &["/a/b", "/c/1/d", "/c/1/d"],
            ),
            (r#"{"a/b":1,"a/b":{"x~":1,"x~":1}}"#, &["/a~1b", "/a~1b/x~0"]),
            (r#"{"":1,"":2}"#, &["/"]),
            (r#"{"a":"a","b":"a","A":["a","a"],"c":{"a":1}}"#, &[]),
            (r#"[{"a":1},{"a":1}]"#, &[]),
            (r#"{"a":"\",\"a\":1"}"#, &[]),
            ("{\"a\":\"\\\\\",\"a\":1}", &["/a"]),
            (r#"{"ليبيا":1,"ليبيا":2}"#, &["/ليبيا"]),
        ] {
            let expected: Vec<_> =
                pointers.iter().map(|at| ((*at).to_owned(), "repeated_name")).collect();
            assert_eq!(violations(text), expected, "{text}");
        }
    }

    #[test]
    fn nul_is_found_in_values_and_names() {
        let text = r#"{"a":"x\u0000","b":["y",{"\u0000":1,"c":"\u0000"}]}"#;
        let at = |place: &str| (place.to_owned(), "nul_character");
        assert_eq!(violations(text), [at("/a"), at("/b/1"), at("/b/1/c")]);
    }

    #[test]
    fn malformed_json_is_malformed_despite_violations() {
        for text in [r#"{"a":1,"a":1"#, r#"{"a":1e400,}"#, "1e400 1", r#"{"a":"\ud800"}"#, "01", ""]
        {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(deep.as_bytes()).is_err());
    }
}
