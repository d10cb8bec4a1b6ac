//! What a reader types into a search box, as a tree.
//!
//! Called by the service. Calls [`super::analyse`]. No input is syntax to a database: the store
//! prints the tree, quoting every token.

use icu_properties::props::Script;

use super::analyse::{QueryWord, is_unspaced, pieces, query_word, stemmers};
use super::compounds;
use super::fold::Elision;
use super::lang::Lang;
use super::stem::{Stemmer, is_arabic};
use super::unicode::{is_invisible, is_mark, script};

/// The longest query, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 256;

/// The most words, phrases and prefixes in a query.
pub const MAX_TERMS: usize = 16;

/// The shortest prefix, in characters: a shorter one would match half the index.
pub const MIN_PREFIX_CHARS: usize = 2;

/// What a text may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word in any of its forms.
    Word(QueryWord),
    /// Exact forms that stand one after the other; at least one.
    Phrase(Vec<String>),
    /// The exact form starts with any of these; at least one.
    Prefix(Vec<String>),
}

/// A term that must be there, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Whether a text with the term is left out.
    pub negative: bool,
    /// What to look for.
    pub term: Term,
}

/// A query: every clause must hold. At least one is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The clauses in the order they were typed, without repeats; at most [`MAX_TERMS`].
    pub clauses: Vec<Clause>,
}

/// Why a text is no query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryFlaw {
    /// It holds no letter and no digit.
    #[error("a query needs at least one word")]
    Empty,
    /// It only says what must not be there.
    #[error("a query needs something to look for, not only words to leave out")]
    OnlyNegative,
    /// It has more than [`MAX_CHARS`] characters.
    #[error("a query has at most {MAX_CHARS} characters")]
    TooLong,
    /// It has more than [`MAX_TERMS`] terms.
    #[error("a query has at most {MAX_TERMS} words, phrases and prefixes")]
    TooManyTerms,
}

/// Reads a query.
///
/// - Words are all looked for, in any of their forms.
/// - `"…"`, and the marks « » “ ” „, enclose a phrase, to the end if it is not closed: exactly these
///   forms, one after the other. A single word in them is not stemmed.
/// - `-` (or `−`) before a word or phrase leaves out the texts that have it.
/// - `*` behind at least [`MIN_PREFIX_CHARS`] characters looks for everything that begins with
///   them, with the Arabic article or without.
/// - What is typed as one word and is several tokens (`covid-19`, `don't`, 北京) is a phrase.
///   In Arabic letters it is several words instead, for a preposition on the first would undo the
///   phrase (لكوفيد-19); only a name such as عبدالله is a phrase, [`super::analyse::Word::exact`]
///   being bare there.
/// - Everything else is text, also what is an operator elsewhere (`AND`, `NEAR(`, `col:`, `^`).
///
/// # Errors
///
/// Any [`QueryFlaw`].
pub fn parse(text: &str, langs: &[Lang]) -> Result<SearchQuery, QueryFlaw> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(QueryFlaw::TooLong);
    }
    let mut reader = Reader { stemmers: stemmers(langs), clauses: Vec::new() };
    let mut rest = text;
    while !rest.is_empty() {
        rest = reader.item(rest);
    }
    let clauses = reader.clauses;
    if clauses.is_empty() {
        Err(QueryFlaw::Empty)
    } else if clauses.iter().all(|clause| clause.negative) {
        Err(QueryFlaw::OnlyNegative)
    } else if clauses.len() > MAX_TERMS {
        Err(QueryFlaw::TooManyTerms)
    } else {
        Ok(SearchQuery { clauses })
    }
}

struct Reader {
    stemmers: Vec<Stemmer>,
    clauses: Vec<Clause>,
}

impl Reader {
    /// Reads what a query begins with, a word, phrase or space, and returns what follows.
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
                // It closes what nobody opened.
                return inside;
            }
            let (phrase, rest) = inside.split_at(end.unwrap_or(inside.len()));
            self.phrase(phrase, negative);
            let mut rest = rest.chars();
            rest.next();
            return rest.as_str();
        }
        // The mark that ends a word opens a phrase: it stays for the next round.
        let end = find(start, |c| c.is_whitespace() || closers(c).is_some());
        let (word, rest) = start.split_at(end.unwrap_or(start.len()));
        self.word(word, negative);
        rest
    }

    fn push(&mut self, negative: bool, term: Term) {
        let clause = Clause { negative, term };
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }

    fn phrase(&mut self, text: &str, negative: bool) {
        let forms: Vec<String> = exact(text);
        if !forms.is_empty() {
            self.push(negative, Term::Phrase(forms));
        }
    }

    /// A run of characters without spaces.
    fn word(&mut self, text: &str, negative: bool) {
        let mut forms = exact(text);
        if forms.len() > 1 && POSSESSIVE.iter().any(|ending| text.ends_with(ending)) {
            // What is not asked for can't be missed: «Libya's» is a matter of Libya.
            forms.pop();
        }
        let is_prefix = has_star(text)
            && !(negative && forms.len() > 1)
            && forms.last().is_some_and(|form| {
                form.chars().nth(MIN_PREFIX_CHARS - 1).is_some() && !form.contains(is_unspaced)
            });
        let prefix = if is_prefix { forms.pop() } else { None };
        if negative && forms.len() > 1 {
            // Leaving out each of them would leave out more than was asked.
            self.push(true, Term::Phrase(forms));
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
            self.push(negative, Term::Phrase(forms));
        } else if let Some(form) = forms.pop() {
            self.push(negative, Term::Word(query_word(form, &self.stemmers)));
        }
    }
}

/// The English possessive, which the analyser takes for a word.
const POSSESSIVE: &[&str] = &["'s", "’s", "'S", "’S"];

/// The exact forms of the words in a text.
fn exact(text: &str) -> Vec<String> {
    pieces(text, Elision::Any).into_iter().map(|piece| piece.text).collect()
}

/// The marks that close what a mark opens. Some languages close with the opening marks of others,
/// and bidirectional text is often typed the wrong way round.
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

/// Where the first such character is. A `"` inside a Hebrew word is none: צה"ל is an acronym.
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

/// Whether the first thing behind a word is a star.
fn has_star(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let behind = &word[letters.len()..];
    behind.trim_start_matches(|c| is_invisible(c) || is_mark(c)).starts_with(['*', '＊', '٭'])
}

/// The beginnings to look for. An Arabic noun stands in a text with the article, mostly: whoever
/// asks for حكو* or for الحكو* gets both, and the article behind a preposition.
fn prefixes(prefix: String) -> Vec<String> {
    if !is_arabic(&prefix) {
        return vec![prefix];
    }
    let bare = match prefix.strip_prefix("ال") {
        Some(bare) if bare.chars().nth(MIN_PREFIX_CHARS - 1).is_some() => bare,
        Some(_) => return vec![prefix],
        None => &prefix,
    };
    ["", "ال", "وال", "بال", "لل"].iter().map(|article| format!("{article}{bare}")).collect()
}
