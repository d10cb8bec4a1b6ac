//! Tells whether a number keeps its value.

/// Whether serde_json writes a number with the value that it has here: it holds 64-bit integers, and
/// doubles by their shortest decimal form.
pub(super) fn is_exact(number: &str) -> bool {
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
