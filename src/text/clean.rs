//! Cleans received text before it is checked and stored. All functions are idempotent.

use super::unicode::{is_bidi_control, is_invisible, is_mark, nfc, nfkc, plain_letters};

/// Cleans a one-line text, such as a title, name or tag.
///
/// NFC, trimmed. Runs of white space and control characters become one space. Presentation forms of
/// Arabic letters become the letters. Removes bidi embeddings, overrides and isolates (U+202A–202E,
/// U+2066–2069) and byte order marks. Keeps ZWNJ, ZWJ, RLM and LRM, which Persian spelling and
/// mixed-direction titles need.
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
    nfc(&plain_letters(&out))
}

/// Normalises an identifier that people type, such as an email address: NFKC, in lower case, without
/// white space around it and invisible characters.
#[must_use]
pub fn identifier(text: &str) -> String {
    let visible: String = nfkc(text).chars().filter(|c| !is_invisible(*c)).collect();
    nfkc(&visible.to_lowercase()).trim().to_owned()
}

/// Cleans a text of several lines, such as an article's source or a description.
///
/// NFC. CRLF and CR become LF. Removes byte order marks, and control characters other than line
/// feed and tab.
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

/// True if a text shows nothing: only white space, marks and invisible characters, such as an RLM.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c) || is_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_is_trimmed_and_without_controls() {
        for (text, expected) in [
            ("  عنوان \t\r\n  الخبر ", "عنوان الخبر"),
            ("a\u{0}b", "a b"),
            ("\u{202e}خبر\u{202c} \u{2067}عاجل\u{2069}", "خبر عاجل"),
            ("می\u{200c}روم", "می\u{200c}روم"),
            ("C++\u{200f} في", "C++\u{200f} في"),
            ("ا\u{654}حمد", "أحمد"),
            ("a\u{2028}b\u{a0}\u{85}c", "a b c"),
            ("\u{feff}خبر", "خبر"),
            (" \u{202a} \u{202c} ", ""),
            ("ﻟﻴﺒﻴﺎ ﻻ ﷺ ﷲ", "ليبيا لا ﷺ ﷲ"),
            ("ﺍﻟﻤﺪﺭﺳﺔ\u{fe76}", "المدرسة\u{64e}"),
            ("﴿قل﴾ ﷽", "﴿قل﴾ ﷽"),
        ] {
            assert_eq!(line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn spellings_of_an_identifier_are_equal() {
        for (text, expected) in [
            (" Lina@News.example\n", "lina@news.example"),
            ("ｌｉｎａ＠ｎｅｗｓ．ｅｘａｍｐｌｅ", "lina@news.example"),
            ("ﻟﻴﻨﺎ@news.example", "لينا@news.example"),
            ("\u{200f}lina@news.example\u{200f}", "lina@news.example"),
            ("RENE\u{301}@news.example", "rené@news.example"),
        ] {
            assert_eq!(identifier(text), expected);
            assert_eq!(identifier(expected), expected);
        }
    }

    #[test]
    fn body_keeps_lines_and_drops_controls() {
        assert_eq!(body("a\r\nb\rc\n\n\td\u{0}\u{7}\u{9f}"), "a\nb\nc\n\n\td");
        assert_eq!(body("می\u{200c}روم\u{200f}  e\u{301}"), "می\u{200c}روم\u{200f}  é");
    }

    #[test]
    fn invisible_text_is_blank() {
        for text in ["", " \n", "\u{200f}\u{200c}", "\u{64b}", "\u{3164}"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("\u{200f}؟"));
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent(text in "\\PC*|[\u{0}-\u{a0}\u{640}-\u{655}\u{2028}-\u{202e}a\u{301}]*") {
            let once = line(&text);
            prop_assert_eq!(line(&once), once.clone());
            let once = body(&text);
            prop_assert_eq!(body(&once), once.clone());
            let once = identifier(&text);
            prop_assert_eq!(identifier(&once), once.clone());
        }
    }
}
