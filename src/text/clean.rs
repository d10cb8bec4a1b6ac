//! Cleaning of text as it is received: what is stored is what these return.
//!
//! Called by the domain for every text field, before length checks. Both functions are idempotent.

use super::unicode::{is_bidi_control, is_invisible, is_mark, nfc};

/// Cleans a one-line text: a title, a name, a tag.
///
/// NFC; runs of whitespace and control characters become one space; trimmed; bidi embeddings,
/// overrides and isolates (U+202A–202E, U+2066–2069) and byte order marks are removed. ZWNJ, ZWJ,
/// RLM and LRM stay: Persian spelling and mixed-direction titles need them.
#[must_use]
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if is_bidi_control(c) || c == '\u{feff}' {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    nfc(&out)
}

/// Cleans a text of several lines: an article's source, a description.
///
/// NFC; CRLF and CR become LF; control characters other than line feed and tab are removed, and so
/// is a byte order mark. Everything else stays as the author wrote it.
#[must_use]
pub fn body(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\t' => out.push(c),
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    nfc(&out)
}

/// Whether a text shows nothing: empty, or only whitespace, marks and invisible characters. A title
/// of one RLM is as empty as a title of one space.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c) || is_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines() {
        for (sent, kept) in [
            ("  عنوان \t\r\n  الخبر ", "عنوان الخبر"),
            ("a\u{0}b", "a b"),
            ("\u{202e}خبر\u{202c} \u{2067}عاجل\u{2069}", "خبر عاجل"),
            ("می\u{200c}روم", "می\u{200c}روم"),
            ("C++\u{200f} في", "C++\u{200f} في"),
            ("ا\u{654}حمد", "أحمد"),
            ("a\u{2028}b\u{a0}\u{85}c", "a b c"),
            ("\u{feff}خبر", "خبر"),
            (" \u{202a} \u{202c} ", ""),
        ] {
            assert_eq!(line(sent), kept, "{sent:?}");
        }
    }

    #[test]
    fn bodies() {
        assert_eq!(body("a\r\nb\rc\n\n\td\u{0}\u{7}\u{9f}"), "a\nb\nc\n\n\td");
        assert_eq!(body("می\u{200c}روم\u{200f}  e\u{301}"), "می\u{200c}روم\u{200f}  é");
    }

    #[test]
    fn blank() {
        for text in ["", " \n", "\u{200f}\u{200c}", "\u{64b}", "\u{3164}"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("\u{200f}؟"));
    }

    proptest! {
        #[test]
        fn idempotent(text in "\\PC*|[\u{0}-\u{a0}\u{640}-\u{655}\u{2028}-\u{202e}a\u{301}]*") {
            let once = line(&text);
            prop_assert_eq!(line(&once), once.clone());
            let once = body(&text);
            prop_assert_eq!(body(&once), once.clone());
        }
    }
}
