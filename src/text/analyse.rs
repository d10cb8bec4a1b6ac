//! The analyser of search: a text, or a query, into the words it is found under.
//!
//! Called by the service when an article is indexed, by [`super::query`], [`super::highlight`] and
//! [`super::words`]. Calls [`super::fold`] for the words and their spelling, `compounds` for names
//! written as one word or two, and `stem` for what the forms of a word share.

use icu_properties::props::Script;
use unicode_segmentation::UnicodeSegmentation;

use super::compounds;
use super::fold::{self, Elision, Token};
use super::lang::Lang;
use super::memo;
use super::plain;
use super::stem::{self, Stemmer};
use super::unicode::script;

/// Version of everything that decides a token, stored beside each indexed article: one that was
/// indexed under another version must be indexed again.
pub const VERSION: i32 = 10_000 * fold::VERSION as i32 + 100 * PIECES + stem::VERSION;

/// Version of how [`pieces`] cuts words: of this file and of `compounds`. Raise it with every change
/// of output.
const PIECES: i32 = 1;

/// A word of an article, as it is indexed.
///
/// Stem and exact form are never empty, hold no spaces and no ASCII punctuation, and have at most
/// [`fold::MAX_TOKEN_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What the forms of the word have in common.
    pub stem: String,
    /// The word itself, folded. In a name of two words (عبد الله) without what is attached to it.
    pub exact: String,
    /// Where it starts in the original text, in bytes.
    pub start: usize,
    /// Where it ends there, exclusive. Two words have the same range when they are written as one.
    pub end: usize,
}

/// A word of a query, whose language is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// Every stem the word may be indexed under, sorted, without repeats; at least one.
    pub stems: Vec<String>,
    /// The word itself, folded; see [`Word::exact`].
    pub exact: String,
}

/// The words of an article's text, in order.
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
        return whole(text, stemmer, elision);
    }
    let joined = |word: &mut Word, next: &str| {
        if let Some(first) = compounds::first(&word.exact, next).map(str::to_owned) {
            word.stem = stemmer.stem(&first).into_owned();
            word.exact = first;
        }
    };
    memo::words(text, lang.language(), |word| whole(word, stemmer, elision), joined)
}

/// How many words a text has, as an article in `lang`.
#[must_use]
pub fn count(text: &str, lang: &Lang) -> usize {
    pieces(text, Elision::of(lang)).len()
}

/// The words of any text, all at once.
pub(super) fn whole(text: &str, stemmer: Stemmer, elision: Elision) -> Vec<Word> {
    pieces(text, elision)
        .into_iter()
        .map(|piece| Word {
            stem: stemmer.stem(&piece.text).into_owned(),
            exact: piece.text,
            start: piece.start,
            end: piece.end,
        })
        .collect()
}

/// The words of a query, in order. `langs` are the languages of the articles looked through: each
/// may have indexed the word under another stem. Words in Arabic letters have one stem in all.
#[must_use]
pub fn analyse_query(text: &str, langs: &[Lang]) -> Vec<QueryWord> {
    let stemmers = stemmers(langs);
    pieces(text, Elision::Any).into_iter().map(|piece| query_word(piece.text, &stemmers)).collect()
}

/// The stemmers of some languages.
pub(super) fn stemmers(langs: &[Lang]) -> Vec<Stemmer> {
    langs.iter().map(Stemmer::of).collect()
}

/// A folded word with its stems. Without languages there is nothing it could be indexed under; it
/// is then looked for as if in one that no stemmer is known for.
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

/// The folded words of a text as search counts them: names in two words, scripts without spaces
/// in characters.
pub(super) fn pieces(text: &str, elision: Elision) -> Vec<Token> {
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

/// Whether a character is of a script that is written without spaces, or whose words carry endings
/// without bounds (Hangul). Every character of these is a word of its own and a query word is a
/// phrase of them, so that 서울 is found in 서울에서 and 北京 in 去北京吧: what a dictionary would do
/// better as long as it knew every word, and worse where it cuts text and query in different places.
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

/// Cuts a word into its characters (graphemes), but keeps together what it holds in other scripts.
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
