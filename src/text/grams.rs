//! N-grams of scripts that put no space between words, and of Hangul, whose words have unbounded
//! endings.
//!
//! Each character is a word of the index. Its exact form is the character, for phrases. Its stem is
//! the n-gram that begins with it, for all other searches. No dictionary is needed, so new words are
//! found, and text and query are never cut at different places.

use std::ops::Range;

use icu_properties::props::Script;

use super::fold::{MAX_TOKEN_CHARS, Token};
use super::unicode::{is_invisible, script};

/// True for a character of a script that is searched by n-grams.
pub(super) fn is_unspaced(c: char) -> bool {
    size(c).is_some()
}

/// Returns the length of the n-grams of a character's script, or `None` for a script with spaces.
///
/// Most Chinese words have two characters, and most Japanese and Korean words begin with two that
/// tell them apart. The alphabets of South-East Asia need three letters for that. Measured with
/// questions over paragraphs: see `docs/search.md`.
pub(super) fn size(c: char) -> Option<usize> {
    if c.is_ascii() {
        return None;
    }
    match script(c) {
        Script::Han
        | Script::Hiragana
        | Script::Katakana
        | Script::Bopomofo
        | Script::Hangul
        | Script::Yi => Some(2),
        Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar => Some(3),
        _ => (c == 'ー').then_some(2),
    }
}

/// The tokens of adjacent characters, and the length of their n-grams.
pub(super) struct Run {
    pub(super) tokens: Range<usize>,
    pub(super) size: usize,
}

/// Returns the runs of unspaced characters among the tokens of a text. Invisible characters don't
/// end a run: Khmer and Burmese writers put a zero width space between words, or leave it out.
pub(super) fn runs(text: &str, tokens: &[Token]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(size) = token.text.chars().next().and_then(size) else { continue };
        match runs.last_mut() {
            Some(run)
                if run.tokens.end == at
                    && run.size == size
                    && is_adjacent(text, &tokens[at - 1], token) =>
            {
                run.tokens.end = at + 1;
            }
            _ => runs.push(Run { tokens: at..at + 1, size }),
        }
    }
    runs
}

/// True if nothing visible stands between two tokens.
fn is_adjacent(text: &str, one: &Token, other: &Token) -> bool {
    // Tokens of one character, such as ㍿, have the same range.
    text.get(one.end..other.start).is_none_or(|gap| gap.chars().all(is_invisible))
}

/// Returns the n-gram that begins at each token, and `None` for tokens of other scripts. At the end
/// of a run the n-grams are shorter.
pub(super) fn grams(text: &str, tokens: &[Token]) -> Vec<Option<String>> {
    let mut grams = vec![None; tokens.len()];
    for Run { tokens: run, size } in runs(text, tokens) {
        for at in run.clone() {
            grams[at] = Some(gram(&tokens[at..run.end.min(at + size)]));
        }
    }
    grams
}

/// Joins the tokens of an n-gram. A token with many marks is cut.
pub(super) fn gram(tokens: &[Token]) -> String {
    tokens.iter().flat_map(|token| token.text.chars()).take(MAX_TOKEN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::analyse::search_tokens;
    use crate::text::fold::Elision;

    fn shown(text: &str) -> Vec<String> {
        let tokens = search_tokens(text, Elision::Keep);
        grams(text, &tokens).into_iter().flatten().collect()
    }

    #[test]
    fn scripts_have_bigrams_or_trigrams_within_a_run() {
        assert_eq!(shown("去北京。吧"), ["去北", "北京", "京", "吧"]);
        assert_eq!(shown("ゲーム"), ["ゲー", "ーム", "ム"]);
        assert_eq!(shown("서울에 간"), ["서울", "울에", "에", "간"]);
        assert_eq!(shown("ภาษา"), ["ภาษ", "าษา", "ษา", "า"]);
        assert_eq!(shown("iPhone手机"), ["手机", "机"]);
        assert_eq!(shown("no grams"), [] as [&str; 0]);
    }

    #[test]
    fn invisible_characters_do_not_end_a_run() {
        assert_eq!(shown("ភាសា\u{200b}ខ្មែរ"), shown("ភាសាខ្មែរ"));
        assert_eq!(shown("မြန်မာ\u{200b}ဘာသာ"), shown("မြန်မာဘာသာ"));
    }
}
