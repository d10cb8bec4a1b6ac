//! The search analyser: turns a text or a query into the words of the index.

use icu_properties::props::Script;
use unicode_segmentation::UnicodeSegmentation;

use super::compounds;
use super::fold::{self, Elision, Token};
use super::lang::Lang;
use super::memo;
use super::plain;
use super::stem::{self, Stemmer};
use super::unicode::script;

/// Version of all rules that decide a token, stored with each indexed article. An article of
/// another version must be indexed again.
pub const VERSION: i32 = 10_000 * fold::VERSION as i32 + 100 * TOKENS_VERSION + stem::VERSION;

/// Version of [`search_tokens`]: of this file and `compounds`. Raise it with every change of
/// output.
const TOKENS_VERSION: i32 = 1;

pub use super::word::Word;

/// A word of a query of unknown language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// Every stem that the index may have for the word, sorted and without repeats; at least one.
    pub stems: Vec<String>,
    /// The folded word; see [`Word::exact`].
    pub exact: String,
}

/// Returns the words of an article's text, in order.
///
/// ```
/// # use maqal::text::{analyse::analyse, lang::Lang};
/// let lang = Lang::parse("ar")?;
/// let words = analyse("ووزارةُ الخارجيّة", &lang);
/// assert_eq!((&*words[0].stem, &*words[0].exact), ("وزاره", "ووزاره"));
/// assert_eq!(words[0].stem, analyse("وزارات", &lang)[0].stem);
/// # Ok::<(), maqal::text::lang::InvalidLang>(())
/// ```
#[must_use]
pub fn analyse(text: &str, lang: &Lang) -> Vec<Word> {
    let (stemmer, elision) = (Stemmer::of(lang), Elision::of(lang));
    if !plain::is_plain(text) {
        return analyse_uncached(text, stemmer, elision);
    }
    let join_name = |word: &mut Word, next: &str| {
        if let Some(first) = compounds::first(&word.exact, next).map(str::to_owned) {
            word.stem = stemmer.stem(&first).into_owned();
            word.exact = first;
        }
    };
    memo::words(text, lang.language(), |word| analyse_uncached(word, stemmer, elision), join_name)
}

/// Counts the words of an article's text in `lang`.
#[must_use]
pub fn count(text: &str, lang: &Lang) -> usize {
    search_tokens(text, Elision::of(lang)).len()
}

/// Analyses any text without the cache.
pub(super) fn analyse_uncached(text: &str, stemmer: Stemmer, elision: Elision) -> Vec<Word> {
    search_tokens(text, elision)
        .into_iter()
        .map(|token| Word {
            stem: stemmer.stem(&token.text).into_owned(),
            exact: token.text,
            start: token.start,
            end: token.end,
        })
        .collect()
}

/// Returns the words of a query, in order. `langs` are the languages of the searched articles, each
/// with its own stems. A word in Arabic letters has one stem in all languages.
#[must_use]
pub fn analyse_query(text: &str, langs: &[Lang]) -> Vec<QueryWord> {
    let stemmers = stemmers(langs);
    search_tokens(text, Elision::Any)
        .into_iter()
        .map(|token| query_word(token.text, &stemmers))
        .collect()
}

/// Returns the stemmers of the languages.
pub(super) fn stemmers(langs: &[Lang]) -> Vec<Stemmer> {
    langs.iter().map(Stemmer::of).collect()
}

/// Adds stems to a folded word. Without languages, stems as in a language without a stemmer.
pub(super) fn query_word(exact: String, stemmers: &[Stemmer]) -> QueryWord {
    let mut stems: Vec<String> = if stem::is_arabic(&exact) || stemmers.is_empty() {
        vec![Stemmer::default().stem(&exact).into_owned()]
    } else {
        stemmers.iter().map(|stemmer| stemmer.stem(&exact).into_owned()).collect()
    };
    stems.sort_unstable();
    stems.dedup();
    QueryWord { stems, exact }
}

/// Returns the folded words as search counts them: two-word names as two words, and scripts without
/// spaces as single characters.
pub(super) fn search_tokens(text: &str, elision: Elision) -> Vec<Token> {
    let tokens = fold::tokens(text, elision);
    let mut out = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(mut token) = tokens.next() {
        if stem::is_arabic(&token.text) {
            let next = tokens.peek().map_or("", |next| &next.text);
            if let Some(first) = compounds::first(&token.text, next) {
                token.text = first.to_owned();
            } else if let Some((first, second)) = compounds::split(&token.text) {
                out.push(Token { text: first.to_owned(), ..token });
                token.text = second.to_owned();
            }
            out.push(token);
        } else if token.text.len() > 4 && token.text.chars().any(is_unspaced) {
            split_unspaced(text, &token, &mut out);
        } else {
            out.push(token);
        }
    }
    out
}

/// True for a script written without spaces, or with unbounded endings (Hangul).
///
/// Each character of these is a word, and a query word is a phrase of them: 서울 matches 서울에서,
/// and 北京 matches 去北京吧. A dictionary would miss unknown words, and could split text and query
/// at different places.
pub(super) fn is_unspaced(c: char) -> bool {
    !c.is_ascii()
        && (c == 'ー'
            || matches!(
                script(c),
                Script::Han
                    | Script::Hiragana
                    | Script::Katakana
                    | Script::Bopomofo
                    | Script::Hangul
                    | Script::Thai
                    | Script::Lao
                    | Script::Khmer
                    | Script::Myanmar
            ))
}

/// Splits a word into graphemes, but keeps runs of other scripts together.
fn split_unspaced(text: &str, token: &Token, out: &mut Vec<Token>) {
    let mut push = |start: usize, end: usize| {
        let parts = fold::tokens(&text[start..end], Elision::Keep);
        out.extend(parts.into_iter().map(|part| Token {
            text: part.text,
            start: start + part.start,
            end: start + part.end,
        }));
    };
    let mut others = token.start;
    for (at, grapheme) in text[token.start..token.end].grapheme_indices(true) {
        let (start, end) = (token.start + at, token.start + at + grapheme.len());
        if grapheme.starts_with(is_unspaced) {
            push(others, start);
            push(start, end);
            others = end;
        }
    }
    push(others, token.end);
}
