//! Parses JSON without losing anything: a repeated name, a number that a double can't hold and a NUL
//! character are violations. The bounds of the schema are checked first, so that the memory of a value
//! is bounded.

mod exact;
mod extent;
mod scan;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::check::{FieldError, Violation};
use crate::http::contract::bounds::Bounds;
use crate::http::problem::ApiError;
use extent::measure;
use scan::Scanner;

/// The nesting that serde_json refuses.
const MAX_DEPTH: usize = 128;

/// A byte order mark, which some clients send. A parser may skip it (RFC 8259, section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A parsed text.
pub(super) struct Parsed {
    /// The value, without the content of containers that are too large or that no value may have;
    /// `None` if a violation leaves none.
    pub value: Option<Value>,
    /// The violations of the text.
    pub violations: Vec<FieldError>,
    /// Whether the whole text was checked.
    pub is_whole: bool,
}

/// Parses JSON that a schema with these bounds describes.
///
/// # Errors
/// `malformed_json`.
pub(super) fn parse(bytes: &[u8], bounds: &Bounds) -> Result<Parsed, ApiError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text: &RawValue = serde_json::from_slice(bytes).map_err(malformed)?;
    let text = text.get();
    if text.starts_with(['[', '{']) && measure(text).depth >= MAX_DEPTH {
        return Err(malformed("recursion limit exceeded"));
    }
    let scanned = Scanner::new(text, bounds).scan();
    let kept = scanned.kept(text);
    let (violations, is_whole) = (scanned.violations, scanned.is_whole);
    let has = |violation: &Violation| violations.iter().any(|one| one.violation == *violation);
    if !is_whole || has(&Violation::UnknownField) {
        return Ok(Parsed { value: None, violations, is_whole });
    }
    match serde_json::from_str(&kept) {
        Ok(value) => Ok(Parsed { value: Some(value), violations, is_whole }),
        Err(_) if has(&Violation::InexactNumber) => {
            Ok(Parsed { value: None, violations, is_whole })
        }
        Err(error) => Err(malformed(error)),
    }
}

fn malformed(reason: impl ToString) -> ApiError {
    ApiError::new("malformed_json").with("reason", reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::contract::bounds::{ArrayBounds, ObjectBounds};

    /// Bounds that take any array or object.
    fn free() -> Bounds {
        let array = Some(Box::new(ArrayBounds { max: usize::MAX, items: Bounds::default() }));
        Bounds { array, object: Some(ObjectBounds::Open(usize::MAX)) }
    }

    fn violations(text: &str) -> Vec<(String, &'static str)> {
        let found = parse(text.as_bytes(), &free()).expect("JSON");
        found.violations.into_iter().map(|one| (one.pointer, one.violation.code())).collect()
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
            assert!(parse(text.as_bytes(), &free()).is_err(), "{text}");
        }
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(deep.as_bytes(), &free()).is_err());
    }
}
