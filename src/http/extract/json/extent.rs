//! Measures a JSON value without parsing it.

/// The extent of a JSON value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// The length of its text, in bytes.
    pub length: usize,
    /// The number of its own items or members.
    pub members: usize,
    /// The number of nested containers, itself included.
    pub depth: usize,
    /// The least size of the same value, however it is written, in bytes.
    pub size: usize,
}

/// Measures the array or object that a valid text begins with.
pub(super) fn measure(text: &str) -> Extent {
    let mut extent = Extent::default();
    let (mut depth, mut commas, mut is_empty, mut in_scalar) = (0_usize, 0, true, false);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if depth == 1 && !matches!(byte, b']' | b'}') && !byte.is_ascii_whitespace() {
            is_empty = false;
        }
        let is_scalar = !matches!(byte, b'{' | b'[' | b'}' | b']' | b',' | b':' | b'"')
            && !byte.is_ascii_whitespace();
        if !(byte.is_ascii_whitespace() || is_scalar && in_scalar) {
            extent.size += 1;
        }
        in_scalar = is_scalar;
        at += 1;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                extent.depth = extent.depth.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => commas += 1,
            b'"' => {
                let (length, size) = string(&bytes[at..]);
                at += length;
                extent.size += size;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    extent.length = at;
    extent.members = if is_empty { 0 } else { commas + 1 };
    extent
}

/// Returns the length of the rest of a string, and its least size. An escape stands for a byte at least.
fn string(rest: &[u8]) -> (usize, usize) {
    let (mut at, mut size) = (0, 1);
    while let Some(byte) = rest.get(at) {
        at += match byte {
            b'"' => return (at + 1, size),
            b'\\' if rest.get(at + 1) == Some(&b'u') => 6,
            b'\\' => 2,
            _ => 1,
        };
        size += 1;
    }
    (rest.len(), size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_depth_and_size_of_values() {
        for (text, members, depth, size) in [
            ("[]", 0, 1, 2),
            ("[ \n]", 0, 1, 2),
            ("{}", 0, 1, 2),
            ("[1, 23.5e7]", 2, 1, 5),
            ("[[1,2],[]]", 2, 2, 10),
            (r#"{"a":{"b":[true]},"c":"],\"}"}"#, 2, 3, 26),
            (r#"["\u0041\\"]"#, 1, 1, 6),
        ] {
            let expected = Extent { length: text.len(), members, depth, size };
            assert_eq!(measure(&format!("{text},[1]")), expected, "{text}");
        }
    }

    #[test]
    fn end_of_a_broken_text_ends_the_value() {
        for text in ["[", "{\"a", "[\"\\", "[\"\\u00"] {
            assert_eq!(measure(text).length, text.len(), "{text}");
        }
    }
}
