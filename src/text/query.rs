//! Parses the text of a search box into a query.
//!
//! No input is database syntax: the store quotes every token.

use icu_properties::props::Script;

use super::analyse::{QueryWord, query_word, search_tokens, stemmers};
use super::compounds;
use super::fold::{Elision, Token};
use super::function_words::is_function_word;
use super::grams::{self, Run, is_unspaced};
use super::lang::Lang;
pub use super::phrase::Phrase;
use super::stem::{Stemmer, is_arabic};
pub use super::terms::{Clause, MAX_TERMS, Role, SearchQuery, Term};
use super::unicode::{is_invisible, is_mark, script};

/// Longest query, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 1000;

/// Shortest prefix, in characters. A shorter one would match half of the index.
pub const MIN_PREFIX_CHARS: usize = 2;

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
/// - One typed word of several tokens (`covid-19`, `iPhone15`, `don't`) is a phrase. In Arabic
///   letters it is several words, since an attached preposition would break the phrase
///   (لكوفيد-19). Only a name such as عبدالله is a phrase, since its
///   [`super::analyse::Word::exact`] has no clitics.
/// - A word in a script without spaces (北京大学) is its n-grams, and the whole in sequence.
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
    set_optional(&mut parser.clauses, langs);
    parser.join_words(langs.iter().any(writes_apart));
    let clauses = parser.clauses;
    if clauses.is_empty() {
        Err(QueryError::Empty)
    } else if clauses.iter().all(|clause| clause.role == Role::Excluded) {
        Err(QueryError::OnlyNegative)
    } else {
        Ok(SearchQuery { clauses })
    }
}

/// Makes function words optional if the query has other required terms.
fn set_optional(clauses: &mut [Clause], langs: &[Lang]) {
    let is_function_word = |clause: &Clause, before: Option<&Clause>| match &clause.term {
        Term::Word(word) => is_function_word(&word.exact, langs) || is_unit(&word.exact, before),
        Term::Phrase(_) | Term::Prefix(_) => false,
    };
    let optional: Vec<usize> = (0..clauses.len())
        .filter(|at| clauses[*at].role == Role::Required)
        .filter(|at| {
            let before = at.checked_sub(1).and_then(|before| clauses.get(before));
            is_function_word(&clauses[*at], before)
        })
        .collect();
    let required = clauses.iter().filter(|clause| clause.role == Role::Required).count();
    if optional.len() < required {
        optional.into_iter().for_each(|at| clauses[at].role = Role::Optional);
    }
}

/// True for an Arabic letter after a number, as in ٢٠٢٤م or ١٤٤٥ هـ: an abbreviation that others
/// leave out.
fn is_unit(word: &str, before: Option<&Clause>) -> bool {
    let last = before.and_then(|clause| match &clause.term {
        Term::Word(word) => Some(&word.exact),
        Term::Phrase(phrase) => phrase.rest.last(),
        Term::Prefix(_) => None,
    });
    let is_number = |form: &String| form.bytes().all(|byte| byte.is_ascii_digit());
    is_arabic(word) && word.chars().nth(1).is_none() && last.is_some_and(is_number)
}

/// True for a language that writes parts of a word apart, with a zero width non-joiner or a space.
fn writes_apart(lang: &Lang) -> bool {
    matches!(lang.language(), "fa" | "ckb" | "ku" | "ps" | "ur" | "ug" | "glk" | "mzn" | "azb")
}

/// ZERO WIDTH NON-JOINER, which Persian puts between the parts of a word. Folding drops it.
const ZWNJ: char = '\u{200c}';

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
        self.push_as(if negative { Role::Excluded } else { Role::Required }, term);
    }

    fn push_as(&mut self, role: Role, term: Term) {
        let clause = Clause { role, term };
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }

    fn phrase(&mut self, text: &str, negative: bool) {
        self.push_phrase(if negative { Role::Excluded } else { Role::Required }, exact_forms(text));
    }

    /// Adds the terms of a run of characters without spaces.
    fn word(&mut self, text: &str, negative: bool) {
        let tokens = search_tokens(text, Elision::Any);
        if !negative && tokens.iter().any(|token| token.text.starts_with(is_unspaced)) {
            return self.unspaced(text, &tokens);
        }
        if let Some(word) = self.written_apart(text) {
            return self.push(negative, Term::Word(word));
        }
        let mut forms: Vec<String> = tokens.into_iter().map(|token| token.text).collect();
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

    /// Adds the terms of a word with characters of scripts without spaces.
    fn unspaced(&mut self, text: &str, tokens: &[Token]) {
        let forms = |tokens: &[Token]| tokens.iter().map(|token| token.text.clone()).collect();
        let mut at = 0;
        let mut terms = 0;
        for Run { tokens: run, size } in grams::runs(text, tokens) {
            if at < run.start {
                self.parts(forms(&tokens[at..run.start]), false);
                terms += 1;
            }
            at = run.end;
            let run = &tokens[run];
            if run.len() < size {
                self.push_phrase(Role::Required, forms(run));
                terms += 1;
            }
            for gram in run.windows(size) {
                self.push(false, Term::Word(QueryWord::gram(grams::gram(gram), size)));
                terms += 1;
            }
        }
        if at < tokens.len() {
            self.parts(forms(&tokens[at..]), false);
            terms += 1;
        }
        if terms > 1 {
            self.push_phrase(Role::Whole, forms(tokens));
        }
    }

    /// Returns a word that is typed with a zero width non-joiner, which others leave out or replace
    /// by a space.
    fn written_apart(&self, text: &str) -> Option<QueryWord> {
        if !text.contains(ZWNJ) || has_star(text) {
            return None;
        }
        let [joined] = exact_forms(text).try_into().ok()?;
        let apart = exact_forms(&text.replace(ZWNJ, " "));
        (is_arabic(&joined) && apart.len() > 1)
            .then(|| QueryWord { apart, ..query_word(joined, &self.stemmers) })
    }

    /// Adapts words to the next word: a name in أبي gets the form أبو of the index, and if
    /// `apart`, two words may also be written as one.
    fn join_words(&mut self, apart: bool) {
        for at in 1..self.clauses.len() {
            let [
                Clause { role: Role::Required, term: Term::Word(one) },
                Clause { role: Role::Required, term: Term::Word(other) },
            ] = &mut self.clauses[at - 1..=at]
            else {
                continue;
            };
            if let Some(first) = compounds::first(&one.exact, &other.exact) {
                *one = query_word(first.to_owned(), &self.stemmers);
            } else if apart && is_arabic(&one.exact) && is_arabic(&other.exact) {
                let joined = query_word(format!("{}{}", one.exact, other.exact), &self.stemmers);
                for word in [one, other] {
                    word.stems.extend(joined.stems.iter().cloned());
                    word.stems.sort_unstable();
                    word.stems.dedup();
                }
            }
        }
    }

    fn arabic(&mut self, forms: Vec<String>, negative: bool) {
        let mut forms = forms.into_iter().peekable();
        while let Some(form) = forms.next() {
            let mut parts = vec![form];
            if is_arabic(&parts[0]) {
                parts.extend(forms.next_if(|next| compounds::first(&parts[0], next).is_some()));
            } else {
                // 5G in 5Gفي is a phrase, as it is alone.
                while let Some(next) = forms.next_if(|next| !is_arabic(next)) {
                    parts.push(next);
                }
            }
            self.parts(parts, negative);
        }
    }

    fn parts(&mut self, mut forms: Vec<String>, negative: bool) {
        if forms.len() > 1 {
            self.push_phrase(if negative { Role::Excluded } else { Role::Required }, forms);
        } else if let Some(form) = forms.pop() {
            self.push(negative, Term::Word(query_word(form, &self.stemmers)));
        }
    }

    fn push_phrase(&mut self, role: Role, forms: Vec<String>) {
        if let Some(phrase) = Phrase::of(forms) {
            self.push_as(role, Term::Phrase(phrase));
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

/// True for a prefix that is too short to complete: one letter, but not one Chinese character.
#[must_use]
pub fn is_short_prefix(prefix: &str) -> bool {
    prefix.chars().nth(MIN_PREFIX_CHARS - 1).is_none() && !prefix.starts_with(is_unspaced)
}

/// Returns the runs of two or more characters in scripts without spaces, each as its exact forms.
#[must_use]
pub fn unspaced_runs(text: &str) -> Vec<Vec<String>> {
    let tokens = search_tokens(text, Elision::Any);
    let forms = |run: Run| tokens[run.tokens].iter().map(|token| token.text.clone()).collect();
    grams::runs(text, &tokens).into_iter().filter(|run| run.tokens.len() > 1).map(forms).collect()
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
