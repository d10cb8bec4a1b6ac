//! Parses the text of a search box into a query.
//!
//! No input is database syntax: the store quotes every token.

use icu_properties::props::Script;

use super::analyse::{QueryWord, is_unspaced, query_word, search_tokens, stemmers};
use super::compounds;
use super::fold::Elision;
use super::function_words::is_function_word;
use super::lang::Lang;
pub use super::phrase::Phrase;
use super::stem::{Stemmer, is_arabic};
use super::unicode::{is_invisible, is_mark, script};

/// Longest query, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 256;

/// Most words, phrases and prefixes of a query.
pub const MAX_TERMS: usize = 16;

/// Shortest prefix, in characters. A shorter one would match half of the index.
pub const MIN_PREFIX_CHARS: usize = 2;

/// A condition on an article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word in any of its forms.
    Word(QueryWord),
    /// Exact forms, one after the other.
    Phrase(Phrase),
    /// Words that begin with any of these; at least one.
    Prefix(Vec<String>),
}

/// A required, optional or excluded term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Excludes articles with the term.
    pub negative: bool,
    /// Admits articles without the term: a function word beside other words. Never with `negative`.
    pub optional: bool,
    /// The term.
    pub term: Term,
}

/// A query. All clauses that aren't optional must hold, and at least one of them is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The clauses in query order, without repeats; at most [`MAX_TERMS`].
    pub clauses: Vec<Clause>,
}

impl SearchQuery {
    /// Returns the required terms.
    pub fn required(&self) -> impl Iterator<Item = &Term> {
        self.positive().filter(|clause| !clause.optional).map(|clause| &clause.term)
    }

    /// Returns the excluded terms.
    pub fn excluded(&self) -> impl Iterator<Item = &Term> {
        self.clauses.iter().filter(|clause| clause.negative).map(|clause| &clause.term)
    }

    /// Returns the required and the optional clauses.
    pub fn positive(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| !clause.negative)
    }
}

/// The reason for refusing a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Contains no letter and no digit.
    #[error("a query needs at least one word")]
    Empty,
    /// Contains only excluded terms.
    #[error("a query needs something to look for, not only words to leave out")]
    OnlyNegative,
    /// Has more than [`MAX_CHARS`] characters.
    #[error("a query has at most {MAX_CHARS} characters")]
    TooLong,
    /// Has more than [`MAX_TERMS`] terms.
    #[error("a query has at most {MAX_TERMS} words, phrases and prefixes")]
    TooManyTerms,
}

/// Parses a query.
///
/// - All words must match, in any of their forms.
/// - `"…"`, and the marks « » “ ” „, enclose a phrase of exact forms, to the end if unclosed. A
///   single word in them is not stemmed. The first of several may have an attached conjunction or
///   preposition.
/// - Function words (في, هل, the) are optional beside other words, and required in a phrase.
/// - `-` (or `−`) before a word or phrase excludes articles that contain it.
/// - `*` after at least [`MIN_PREFIX_CHARS`] characters matches words that begin with them, with
///   the Arabic article or without.
/// - One typed word of several tokens (`covid-19`, `don't`, 北京) is a phrase. In Arabic letters it
///   is several words, since an attached preposition would break the phrase (لكوفيد-19). Only a name
///   such as عبدالله is a phrase, since its [`super::analyse::Word::exact`] has no clitics.
/// - All else is text, including operators of other systems (`AND`, `NEAR(`, `col:`, `^`).
///
/// # Errors
///
/// Any [`QueryError`].
pub fn parse(text: &str, langs: &[Lang]) -> Result<SearchQuery, QueryError> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(QueryError::TooLong);
    }
    let mut parser = Parser { stemmers: stemmers(langs), clauses: Vec::new() };
    let mut rest = text;
    while !rest.is_empty() {
        rest = parser.item(rest);
    }
    let mut clauses = parser.clauses;
    set_optional(&mut clauses, langs);
    if clauses.is_empty() {
        Err(QueryError::Empty)
    } else if clauses.iter().all(|clause| clause.negative) {
        Err(QueryError::OnlyNegative)
    } else if clauses.len() > MAX_TERMS {
        Err(QueryError::TooManyTerms)
    } else {
        Ok(SearchQuery { clauses })
    }
}

/// Makes function words optional if the query has other required terms.
fn set_optional(clauses: &mut [Clause], langs: &[Lang]) {
    let is_function_word_clause = |clause: &Clause| matches!(&clause.term, Term::Word(word) if is_function_word(&word.exact, langs));
    if clauses.iter().any(|clause| !clause.negative && !is_function_word_clause(clause)) {
        for clause in clauses.iter_mut().filter(|clause| !clause.negative) {
            clause.optional = is_function_word_clause(clause);
        }
    }
}

struct Parser {
    stemmers: Vec<Stemmer>,
    clauses: Vec<Clause>,
}

impl Parser {
    /// Parses one word or phrase, or white space, and returns the remaining text.
    fn item<'t>(&mut self, text: &'t str) -> &'t str {
        let start = text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
        let after_minus = start.strip_prefix(['-', '\u{2212}']);
        let negative = after_minus.is_some();
        let start = after_minus.unwrap_or(start);
        let mut inside = start.chars();
        if let Some(opener) = inside.next()
            && let Some(closers) = closers(opener)
        {
            let inside = inside.as_str();
            let end = find(inside, |c| closers.contains(&c));
            if end.is_none() && matches!(opener, '»' | '”') {
                // A closing mark without an opening one.
                return inside;
            }
            let (phrase, rest) = inside.split_at(end.unwrap_or(inside.len()));
            self.phrase(phrase, negative);
            let mut rest = rest.chars();
            rest.next();
            return rest.as_str();
        }
        // A mark that ends the word opens a phrase, so it stays in the remaining text.
        let end = find(start, |c| c.is_whitespace() || closers(c).is_some());
        let (word, rest) = start.split_at(end.unwrap_or(start.len()));
        self.word(word, negative);
        rest
    }

    fn push(&mut self, negative: bool, term: Term) {
        let clause = Clause { negative, optional: false, term };
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }

    fn phrase(&mut self, text: &str, negative: bool) {
        if let Some(phrase) = Phrase::of(exact_forms(text)) {
            self.push(negative, Term::Phrase(phrase));
        }
    }

    /// Adds the terms of a run of characters without spaces.
    fn word(&mut self, text: &str, negative: bool) {
        let mut forms = exact_forms(text);
        if forms.len() > 1 && POSSESSIVES.iter().any(|ending| text.ends_with(ending)) {
            // «Libya's» searches for Libya.
            forms.pop();
        }
        let is_prefix = has_star(text)
            && !(negative && forms.len() > 1)
            && forms.last().is_some_and(|form| {
                form.chars().nth(MIN_PREFIX_CHARS - 1).is_some() && !form.contains(is_unspaced)
            });
        let mut prefix = if is_prefix { forms.pop() } else { None };
        if let Some((first, partial)) = prefix.as_deref().and_then(compounds::split_partial) {
            forms.push(first.to_owned());
            prefix = Some(partial.to_owned());
        }
        if negative && forms.len() > 1 {
            // A phrase, since excluding each word would exclude more than the query says.
            self.parts(forms, true);
        } else if forms.iter().any(|form| is_arabic(form)) {
            self.arabic(forms, negative);
        } else {
            self.parts(forms, negative);
        }
        if let Some(prefix) = prefix {
            self.push(negative, Term::Prefix(prefixes(prefix)));
        }
    }

    fn arabic(&mut self, forms: Vec<String>, negative: bool) {
        let mut forms = forms.into_iter().peekable();
        while let Some(form) = forms.next() {
            let name = |next: &String| compounds::first(&form, next).is_some();
            let parts = match forms.next_if(name) {
                Some(next) => vec![form, next],
                None => vec![form],
            };
            self.parts(parts, negative);
        }
    }

    fn parts(&mut self, mut forms: Vec<String>, negative: bool) {
        if forms.len() > 1 {
            if let Some(phrase) = Phrase::of(forms) {
                self.push(negative, Term::Phrase(phrase));
            }
        } else if let Some(form) = forms.pop() {
            self.push(negative, Term::Word(query_word(form, &self.stemmers)));
        }
    }
}

/// The English possessive, which the analyser treats as a word.
const POSSESSIVES: &[&str] = &["'s", "’s", "'S", "’S"];

/// Returns the exact forms of the words in a text.
fn exact_forms(text: &str) -> Vec<String> {
    search_tokens(text, Elision::Any).into_iter().map(|token| token.text).collect()
}

/// Returns the words of an incomplete query, for suggestions: each as its possible prefixes. The
/// last word is a beginning.
#[must_use]
pub fn prefix_forms(text: &str) -> Vec<Vec<String>> {
    let mut forms = exact_forms(text);
    if let Some((first, partial)) =
        forms.last().map(String::as_str).and_then(compounds::split_partial)
    {
        let (first, partial) = (first.to_owned(), partial.to_owned());
        forms.pop();
        forms.extend([first, partial]);
    }
    forms.into_iter().map(prefixes).collect()
}

/// Returns the marks that close a phrase. Some languages close with the opening marks of others,
/// and in bidirectional text the marks are often reversed.
fn closers(opener: char) -> Option<&'static [char]> {
    match opener {
        '"' => Some(&['"']),
        '«' => Some(&['»']),
        '»' => Some(&['«']),
        '“' | '”' | '„' | '‟' => Some(&['“', '”', '‟']),
        '＂' => Some(&['＂']),
        _ => None,
    }
}

/// Returns the position of the first end. A `"` in a Hebrew word is part of an acronym (צה"ל).
fn find(text: &str, ends: impl Fn(char) -> bool) -> Option<usize> {
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let hebrew = |c: Option<char>| c.is_some_and(|c| script(c) == Script::Hebrew);
        let in_word = c == '"' && hebrew(before) && hebrew(chars.peek().map(|next| next.1));
        if ends(c) && !in_word {
            return Some(at);
        }
        before = Some(c);
    }
    None
}

/// True if a star follows the word directly.
fn has_star(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let behind = &word[letters.len()..];
    behind.trim_start_matches(|c| is_invisible(c) || is_mark(c)).starts_with(['*', '＊', '٭'])
}

/// Returns the prefixes to search for.
///
/// An Arabic noun usually has the article: حكو* and الحكو* both match with it and without it, also
/// after a preposition. A conjunction or preposition alone needs more letters after it, so that لد*
/// doesn't match every ولد (child).
fn prefixes(prefix: String) -> Vec<String> {
    if !is_arabic(&prefix) {
        return vec![prefix];
    }
    let long = |text: &str, letters: usize| text.chars().nth(letters - 1).is_some();
    let bare = match prefix.strip_prefix("ال") {
        Some(bare) if long(bare, MIN_PREFIX_CHARS) => bare,
        Some(_) => return vec![prefix],
        None => &prefix,
    };
    let alone: &[&str] = if long(bare, MIN_PREFIX_CHARS + 1) { &["و", "ب", "ل"] } else { &[] };
    let with_article = ["", "ال", "وال", "بال", "لل", "ولل", "فال", "كال"];
    with_article.iter().chain(alone).map(|before| format!("{before}{bare}")).collect()
}
