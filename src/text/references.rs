//! Character references of HTML (WHATWG HTML §13.5). Only complete ones count: `&copy;` is a sign,
//! and `&copy=1` is a parameter of a URL.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// The longest name of a reference, with its semicolon.
const MAX_NAME: usize = 32;

/// Decodes the references of a text. Others, and an `&` alone, stay.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(MAX_NAME).position(|byte| byte == b';').map(|end| end + 1);
        match end.and_then(|end| Some((reference(&rest[..end])?, end))) {
            Some(((first, second), end)) => {
                out.push(first);
                out.extend(second);
                rest = &rest[end..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the one or two characters of a reference, which ends in a semicolon.
fn reference(name: &str) -> Option<(char, Option<char>)> {
    if let Some(number) = name.strip_prefix('#') {
        let digits = number.trim_end_matches(';');
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        };
        return Some((char::from_u32(code.ok()?)?, None));
    }
    let (first, second) = NAMED_ENTITIES.get(name)?;
    let second = char::from_u32(*second).filter(|_| *second > 0);
    Some((char::from_u32(*first).filter(|_| *first > 0)?, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_references_are_decoded_and_others_stay() {
        for (text, decoded) in [
            ("&copy; &eacute;&#8217;&#x41;", "© é’A"),
            ("?a=1&region=ly&copy=2&reg", "?a=1&region=ly&copy=2&reg"),
            (
                "&region; &nosuch; & &; &#; &#xd800; AT&T",
                "&region; &nosuch; & &; &#; &#xd800; AT&T",
            ),
            ("&amp;lt; &NotEqualTilde;", "&lt; ≂\u{338}"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
        }
    }
}
