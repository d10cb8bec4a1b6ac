//! What a reader types into a search box, as a tree.
//!
//! Called by the service. Calls [`super::analyse`]. No input is syntax to a database: the store
//! prints the tree, quoting every token.

use icu_properties::props::Script;

use super::analyse::{QueryWord, is_unspaced, pieces, query_word, stemmers};
use super::compounds;
use super::fold::Elision;
use super::function_words::is_function_word;
use super::lang::Lang;
pub use super::phrase::Phrase;
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
    /// Exact forms that stand one after the other.
    Phrase(Phrase),
    /// The exact form starts with any of these; at least one.
    Prefix(Vec<String>),
}

/// A term that must be there, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Whether a text with the term is left out.
    pub negative: bool,
    /// Whether a text without it is found all the same: a function word, beside words that say
    /// more. Never of a negative clause.
    pub optional: bool,
    /// What to look for.
    pub term: Term,
}

/// A query: every clause must hold that isn't optional. At least one such is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The clauses in the order they were typed, without repeats; at most [`MAX_TERMS`].
    pub clauses: Vec<Clause>,
}

impl SearchQuery {
    /// The terms that must be there.
    pub fn wanted(&self) -> impl Iterator<Item = &Term> {
        self.positive().filter(|clause| !clause.optional).map(|clause| &clause.term)
    }

    /// The terms that must not.
    pub fn unwanted(&self) -> impl Iterator<Item = &Term> {
        self.clauses.iter().filter(|clause| clause.negative).map(|clause| &clause.term)
    }

    /// The clauses that speak for a text: those that must hold, and the optional ones.
    pub fn positive(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| !clause.negative)
    }
}

/// Why a text is no query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
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
///   The first of several may have a conjunction or preposition written on to it.
/// - Function words (في, هل, the) are optional, unless there is nothing else to look for; in a phrase
///   they count as any word does.
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
/// Any [`QueryError`].
pub fn parse(text: &str, langs: &[Lang]) -> Result<SearchQuery, QueryError> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(QueryError::TooLong);
    }
    let mut reader = Reader { stemmers: stemmers(langs), clauses: Vec::new() };
    let mut rest = text;
    while !rest.is_empty() {
        rest = reader.item(rest);
    }
    let mut clauses = reader.clauses;
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

/// Function words may be missing, if something else is asked for.
fn set_optional(clauses: &mut [Clause], langs: &[Lang]) {
    let says_little = |clause: &Clause| matches!(&clause.term, Term::Word(word) if is_function_word(&word.exact, langs));
    if clauses.iter().any(|clause| !clause.negative && !says_little(clause)) {
        for clause in clauses.iter_mut().filter(|clause| !clause.negative) {
            clause.optional = says_little(clause);
        }
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

    /// A run of characters without spaces.
    fn word(&mut self, text: &str, negative: bool) {
        let mut forms = exact_forms(text);
        if forms.len() > 1 && POSSESSIVE.iter().any(|ending| text.ends_with(ending)) {
            // What is not asked for can't be missed: «Libya's» is a matter of Libya.
            forms.pop();
        }
        let is_prefix = has_star(text)
            && !(negative && forms.len() > 1)
            && forms.last().is_some_and(|form| {
                form.chars().nth(MIN_PREFIX_CHARS - 1).is_some() && !form.contains(is_unspaced)
            });
        let mut prefix = if is_prefix { forms.pop() } else { None };
        if let Some((first, begun)) = prefix.as_deref().and_then(compounds::begun) {
            forms.push(first.to_owned());
            prefix = Some(begun.to_owned());
        }
        if negative && forms.len() > 1 {
            // Leaving out each of them would leave out more than was asked.
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

/// The English possessive, which the analyser takes for a word.
const POSSESSIVE: &[&str] = &["'s", "’s", "'S", "’S"];

/// The exact forms of the words in a text.
fn exact_forms(text: &str) -> Vec<String> {
    pieces(text, Elision::Any).into_iter().map(|piece| piece.text).collect()
}

/// The words of a text that somebody is in the midst of typing, each in the forms it may stand in;
/// the last one is a beginning.
#[must_use]
pub fn being_typed(text: &str) -> Vec<Vec<String>> {
    let mut forms = exact_forms(text);
    if let Some((first, begun)) = forms.last().map(String::as_str).and_then(compounds::begun) {
        let (first, begun) = (first.to_owned(), begun.to_owned());
        forms.pop();
        forms.extend([first, begun]);
    }
    forms.into_iter().map(prefixes).collect()
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
/// asks for حكو* or for الحكو* gets both, and the article behind a preposition. A conjunction or
/// preposition alone is tried where enough letters follow: لد* isn't after every child, ولد.
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
