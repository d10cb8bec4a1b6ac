//! The searchable parts of a written word: letters of one script, digits, and the characters of
//! scripts without spaces.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::fold::{self, Elision, Token};
use super::grams::is_unspaced;
use super::respell::respell;
use super::runs::{Kind, is_mixed, runs};
use super::spelling;
use super::stem::{is_arabic, is_clitic};
use super::unicode::{TATWEEL, is_invisible, is_mark, nfkc};

/// Hebrew conjunctions, prepositions and the article, which are attached to the next word.
const HEBREW_CLITICS: &[&str] = &[
    "ה", "ו", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "וכ", "שה", "שב", "של", "מה",
    "כש",
];

/// Adds the parts of a folded word, each in the spelling of search. Each part is a word of its own,
/// so that it is found alone. The whole is found as a phrase of its parts.
///
/// Attached letters are left out before letters of another script, as stems leave them out: وB52 is
/// B52, and الـG7 is G7.
pub(super) fn split(text: &str, token: Token, out: &mut Vec<Token>) {
    if !is_mixed(&token.text) {
        if !is_clitic(&token.text) || !precedes_tatweel(text, token.end) {
            letters(text, token, out);
        }
        return;
    }
    let written = &text[token.start..token.end];
    let mut runs = runs(written).into_iter().peekable();
    let mut is_first = true;
    while let Some((kind, run)) = runs.next() {
        let next = runs.peek().map(|(kind, _)| *kind);
        if kind != Kind::Apostrophe
            && !(std::mem::take(&mut is_first) && is_attached(&written[run.clone()], next))
        {
            part(text, token.start + run.start..token.start + run.end, out);
        }
    }
}

/// True if tatweel follows, as after an attached letter that stands apart: «لـ F35».
fn precedes_tatweel(text: &str, end: usize) -> bool {
    text[end..].chars().find(|c| !is_mark(*c) && !is_invisible(*c)) == Some(TATWEEL)
}

/// True for the first run of a word if it consists of letters that are attached to the next run. One
/// letter before a number may be a mark of its own, as in ف16, unless tatweel follows.
fn is_attached(written: &str, next: Option<Kind>) -> bool {
    let folded = fold::fold(written);
    match next {
        Some(Kind::Letter(_)) => is_clitic(&folded) || HEBREW_CLITICS.contains(&&*folded),
        Some(Kind::Digit) => {
            is_clitic(&folded) && (folded.chars().nth(1).is_some() || written.contains(TATWEEL))
        }
        Some(Kind::Apostrophe) | None => false,
    }
}

/// Adds a run of letters or digits.
fn part(text: &str, run: Range<usize>, out: &mut Vec<Token>) {
    for part in fold_range(text, run.start, run.end) {
        if is_mixed(&part.text) {
            // One character that stands for letters and digits, such as ㎡.
            for chunk in digit_chunks(&part.text) {
                out.push(Token { text: spelling::unify(chunk), ..part });
            }
        } else {
            letters(text, part, out);
        }
    }
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
        match respell(written) {
            Some(respelt) => out.extend(
                fold::tokens(&respelt, Elision::Keep)
                    .into_iter()
                    .map(|part| Token { text: spelling::unify(part.text), ..token }),
            ),
            None => out.push(Token { text: spelling::unify(token.text), ..token }),
        }
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
            ("وB52", &["b", "52"]),
            ("وَB52", &["b", "52"]),
            ("الـG7", &["g", "7"]),
            ("الـ G7", &["g", "7"]),
            ("الـ«قمة»", &["قمه"]),
            ("بالـ4K", &["4", "k"]),
            ("وال20", &["20"]),
            ("لـ20", &["20"]),
            ("ف16", &["ف", "16"]),
            ("و20", &["و", "20"]),
            ("5Gفي", &["5", "g", "في"]),
            ("هاتفiPhone", &["هاتف", "iphone"]),
            ("١٤٤٥هـ", &["1445", "ه"]),
            ("בG20", &["g", "20"]),
            ("G20में", &["g", "20", "में"]),
            ("μm", &["μm"]),
            ("Сovid", &["сovid"]),
            ("пʼять", &["п", "ять"]),
            ("oʻzbek", &["o", "zbek"]),
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
