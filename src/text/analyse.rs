//! The search analyser: turns a text or a query into the words of the index.

use super::compounds;
use super::fold::{self, Elision, Token};
use super::grams;
use super::lang::Lang;
use super::memo;
use super::parts;
use super::plain;
use super::spelling;
use super::stem::{self, Stemmer};

/// Version of all rules that decide a token, stored with each indexed article. An article of
/// another version must be indexed again.
pub const VERSION: i32 = 10_000 * fold::VERSION as i32 + 100 * TOKENS_VERSION + stem::VERSION;

/// Version of [`search_tokens`]: of this file, `compounds`, `grams`, `indic`, `parts`, `respell`, `runs`
/// and `spelling`. Raise it with every change of output.
const TOKENS_VERSION: i32 = 3;

pub use super::word::Word;

/// A word of a query of unknown language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// Every stem that the index may have for the word, sorted and without repeats; at least one.
    pub stems: Vec<String>,
    /// The folded word; see [`Word::exact`].
    pub exact: String,
    /// The words of a text that a stem stands for: 1, or the characters of an n-gram.
    pub length: usize,
    /// The exact forms of the word written apart, in sequence, as می روم for می‌روم. Empty for a
    /// word that has no such spelling.
    pub apart: Vec<String>,
}

impl QueryWord {
    /// Makes an n-gram of `length` characters.
    pub(super) fn gram(gram: String, length: usize) -> Self {
        Self { stems: vec![gram.clone()], exact: gram, length, apart: Vec::new() }
    }
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
    let tokens = search_tokens(text, elision);
    let grams = grams::grams(text, &tokens);
    let stem = |gram: Option<String>, token: &Token| {
        gram.unwrap_or_else(|| stemmer.stem(&token.text).into_owned())
    };
    tokens
        .into_iter()
        .zip(grams)
        .map(|(token, gram)| Word {
            stem: stem(gram, &token),
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
    let tokens = search_tokens(text, Elision::Any);
    let grams = grams::grams(text, &tokens);
    let word = |(token, gram): (Token, Option<String>)| match gram {
        Some(gram) => QueryWord { exact: token.text, ..QueryWord::gram(gram, 1) },
        None => query_word(token.text, &stemmers),
    };
    tokens.into_iter().zip(grams).map(word).collect()
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
    QueryWord { stems, exact, length: 1, apart: Vec::new() }
}

/// Returns the folded words as search counts them: letters of each script and digits apart, two-word
/// names as two words, and scripts without spaces as single characters.
pub(super) fn search_tokens(text: &str, elision: Elision) -> Vec<Token> {
    let tokens = fold::tokens(text, elision);
    let mut parts = Vec::with_capacity(tokens.len());
    for token in tokens {
        parts::split(text, token, &mut parts);
    }
    let mut out = Vec::with_capacity(parts.len());
    let mut parts = parts.into_iter().peekable();
    while let Some(mut token) = parts.next() {
        if stem::is_arabic(&token.text) {
            let next = parts.peek().map_or("", |next| &next.text);
            if let Some(first) = compounds::first(&token.text, next) {
                token.text = first.to_owned();
            } else if let Some((first, second)) = compounds::split(&token.text) {
                out.push(Token { text: first.to_owned(), ..token });
                token.text = spelling::unify(second.to_owned());
            }
        }
        out.push(token);
    }
    out
}
