//! The searchable parts of a written word: letters and digits, and the characters of scripts without
//! spaces.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::{self, Elision, Token};
use super::grams::is_unspaced;
use super::letters::is_digit;
use super::spelling;
use super::stem::is_arabic;
use super::unicode::nfkc;

/// Adds the parts of a folded word, each in the spelling of search.
pub(super) fn split(text: &str, token: Token, out: &mut Vec<Token>) {
    if !mixes_digits(&token.text) {
        return letters(text, token, out);
    }
    for (start, end) in digit_ranges(&text[token.start..token.end]) {
        for part in fold_range(text, token.start + start, token.start + end) {
            if !mixes_digits(&part.text) {
                letters(text, part, out);
                continue;
            }
            // One character that stands for letters and digits, such as ㎡.
            for chunk in digit_chunks(&part.text) {
                out.push(Token { text: spelling::unify(chunk), ..part });
            }
        }
    }
}

/// True for a word of digits and other characters: iPhone15, ٢٠٢٤م. Each part is a word of its own,
/// so that it is found alone. The whole is found as a phrase of its parts.
pub(super) fn mixes_digits(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit()) && !word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the byte ranges of digits and of other characters. Punctuation belongs to the characters
/// before it.
fn digit_ranges(written: &str) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut before = None;
    for (at, grapheme) in written.grapheme_indices(true) {
        let normal = nfkc(grapheme);
        let first = normal.chars().find(|c| c.is_alphanumeric());
        let kind = first.map(is_digit).or(before);
        let end = at + grapheme.len();
        match ranges.last_mut() {
            Some(range) if kind == before || before.is_none() => range.1 = end,
            _ => ranges.push((at, end)),
        }
        before = kind.or(before);
    }
    ranges
}

/// Splits a folded word into digits and other characters.
fn digit_chunks(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let chunks = chars.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit());
    chunks.map(|chunk| chunk.iter().collect()).collect()
}

/// Folds a part of a text.
fn fold_range(text: &str, start: usize, end: usize) -> impl Iterator<Item = Token> {
    fold::tokens(&text[start..end], Elision::Keep).into_iter().map(move |token| Token {
        start: start + token.start,
        end: start + token.end,
        ..token
    })
}

/// Adds a word without digits, or one of digits only.
fn letters(text: &str, token: Token, out: &mut Vec<Token>) {
    let written = &text[token.start..token.end];
    if is_arabic(&token.text) {
        let plain = spelling::without_dagger_alifs(written);
        let folded = plain.and_then(|plain| fold::tokens(&plain, Elision::Keep).pop());
        let folded = folded.map_or(token.text, |folded| folded.text);
        out.push(Token { text: spelling::unify(folded), ..token });
    } else if token.text.contains(is_unspaced) {
        characters(text, &token, out);
    } else {
        out.push(Token { text: spelling::unify(token.text), ..token });
    }
}

/// Splits a word into the characters of scripts without spaces, and runs of other scripts.
fn characters(text: &str, token: &Token, out: &mut Vec<Token>) {
    let mut others = token.start;
    for (at, grapheme) in text[token.start..token.end].grapheme_indices(true) {
        let (start, end) = (token.start + at, token.start + at + grapheme.len());
        if nfkc(grapheme).starts_with(is_unspaced) {
            out.extend(fold_range(text, others, start));
            // One character may stand for several, as ㌔ for キロ.
            for part in fold_range(text, start, end) {
                let graphemes = part.text.graphemes(true);
                out.extend(graphemes.map(|one| Token { text: one.to_owned(), start, end }));
            }
            others = end;
        }
    }
    out.extend(fold_range(text, others, token.end));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(String, &str)> {
        let mut out = Vec::new();
        for token in fold::tokens(text, Elision::Keep) {
            split(text, token, &mut out);
        }
        out.into_iter().map(|token| (token.text, &text[token.start..token.end])).collect()
    }

    fn words(text: &str) -> Vec<String> {
        parts(text).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn digits_and_letters_are_parts() {
        for (text, expected) in [
            ("٢٠٢٤م", &["2024", "م"][..]),
            ("20كم", &["20", "كم"]),
            ("iPhone15", &["iphone", "15"]),
            ("H1N1", &["h", "1", "n", "1"]),
            ("CO₂", &["co", "2"]),
            ("1,000km", &["1000", "km"]),
            ("3.5km", &["3", "5", "km"]),
            ("2024年", &["2024", "年"]),
            ("A4용지", &["a", "4", "용", "지"]),
            ("1000", &["1000"]),
            ("٣٫١٤", &["3", "14"]),
            ("㎡", &["m", "2"]),
            ("5㎡", &["5", "m", "2"]),
            ("㌔", &["キ", "ロ"]),
            ("가a나", &["가", "a", "나"]),
            ("word", &["word"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_have_the_range_that_is_written() {
        assert_eq!(parts("في ٢٠٢٤م"), [("في", "في"), ("2024", "٢٠٢٤"), ("م", "م")].map(owned));
        assert_eq!(parts("㎞20"), [("km", "㎞"), ("20", "20")].map(owned));
    }

    fn owned((word, written): (&str, &'static str)) -> (String, &'static str) {
        (word.to_owned(), written)
    }
}
