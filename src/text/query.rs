//! What a reader types into a search box, as a tree.
//!
//! Called by the service. Calls [`super::analyse`]. No input is syntax to a database: the store
//! prints the tree, quoting every token.

use super::analyse::{QueryWord, analyse_query};
use super::lang::Lang;

/// The longest query, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 256;

/// The most words, phrases and prefixes in a query.
pub const MAX_TERMS: usize = 16;

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
    /// The clauses in the order they were typed, without repeats.
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

/// Reads a query: words, `"phrases"` in any quotation marks, `begin*`, and `-` before what must
/// not be there. Whatever else was typed is text. What the analyser takes apart (`covid-19`) must
/// stand together, as it was typed.
///
/// `langs` are those of [`analyse_query`].
///
/// # Errors
///
/// Any [`QueryFlaw`].
pub fn parse(text: &str, langs: &[Lang]) -> Result<SearchQuery, QueryFlaw> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(QueryFlaw::TooLong);
    }
    let mut clauses: Vec<Clause> = Vec::new();
    for part in parts(text) {
        for clause in part.clauses(langs) {
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        if clauses.len() > MAX_TERMS {
            return Err(QueryFlaw::TooManyTerms);
        }
    }
    match clauses.iter().filter(|clause| !clause.negative).count() {
        0 if clauses.is_empty() => Err(QueryFlaw::Empty),
        0 => Err(QueryFlaw::OnlyNegative),
        _ => Ok(SearchQuery { clauses }),
    }
}

/// What stands between spaces, or between quotation marks.
#[derive(Debug, PartialEq, Eq)]
struct Part<'t> {
    text: &'t str,
    quoted: bool,
    negative: bool,
}

/// The fewest letters of a word's beginning.
const MIN_PREFIX: usize = 2;

impl Part<'_> {
    fn clauses(&self, langs: &[Lang]) -> Vec<Clause> {
        let begun = !self.quoted && self.text.ends_with('*');
        let mut words = analyse_query(self.text, langs);
        let mut terms = Vec::new();
        if begun && words.last().is_some_and(|last| last.exact.chars().count() >= MIN_PREFIX) {
            let last = words.pop();
            terms.extend(last.map(|last| Term::Prefix(prefixes(last.exact))));
        }
        if self.quoted || words.len() > 1 {
            let exact: Vec<String> = words.into_iter().map(|word| word.exact).collect();
            if !exact.is_empty() {
                terms.insert(0, Term::Phrase(exact));
            }
        } else {
            terms.splice(0..0, words.into_iter().map(Term::Word));
        }
        terms.into_iter().map(|term| Clause { negative: self.negative, term }).collect()
    }
}

/// A beginning as it was typed, and without the Arabic article: who has typed `الحكو` means حكومة,
/// too.
fn prefixes(typed: String) -> Vec<String> {
    let bare = typed
        .strip_prefix("ال")
        .filter(|rest| rest.chars().nth(MIN_PREFIX - 1).is_some())
        .map(str::to_owned);
    std::iter::once(typed).chain(bare).collect()
}

/// What closes a quotation that this opens.
fn closing(c: char) -> Option<fn(char) -> bool> {
    match c {
        '"' => Some(|c| c == '"'),
        '«' => Some(|c| c == '»'),
        '“' | '„' | '‟' | '”' => Some(|c| matches!(c, '“' | '”')),
        _ => None,
    }
}

/// Takes a query apart. A quotation that is not closed goes on to the end.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let unsigned = rest.strip_prefix(['-', '\u{2212}']);
        let negative = unsigned.is_some();
        rest = unsigned.unwrap_or(rest);
        let Some(first) = rest.chars().next() else { return parts };
        if let Some(closes) = closing(first) {
            rest = &rest[first.len_utf8()..];
            let end = rest.find(closes).unwrap_or(rest.len());
            parts.push(Part { text: &rest[..end], quoted: true, negative });
            rest = &rest[end..];
            rest = rest.strip_prefix(closes).unwrap_or(rest);
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || closing(c).is_some())
                .unwrap_or(rest.len());
            parts.push(Part { text: &rest[..end], quoted: false, negative });
            rest = &rest[end..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ar() -> Vec<Lang> {
        vec![Lang::parse("ar").unwrap()]
    }

    fn shown(text: &str) -> Vec<String> {
        let show = |clause: Clause| {
            let sign = if clause.negative { "-" } else { "" };
            match clause.term {
                Term::Word(word) => format!("{sign}{}", word.exact),
                Term::Phrase(words) => format!("{sign}\"{}\"", words.join(" ")),
                Term::Prefix(prefixes) => format!("{sign}{}*", prefixes.join("|")),
            }
        };
        parse(text, &ar()).unwrap().clauses.into_iter().map(show).collect()
    }

    #[test]
    fn what_is_typed_becomes_a_tree() {
        for (typed, tree) in [
            ("سوق السمك", &["سوق", "السمك"][..]),
            ("سوق  سوق", &["سوق"]),
            ("\"سوق السمك\" قديم", &["\"سوق السمك\"", "قديم"]),
            ("«سوق السمك»قديم", &["\"سوق السمك\"", "قديم"]),
            ("“fish market” „old town“", &["\"fish market\"", "\"old town\""]),
            ("\"سوق السمك", &["\"سوق السمك\""]),
            ("سوق\"قديم\"", &["سوق", "\"قديم\""]),
            ("سوق -سمك", &["سوق", "-سمك"]),
            ("سوق \u{2212}\"سمك طازج\"", &["سوق", "-\"سمك طازج\""]),
            ("سوق - سمك", &["سوق", "سمك"]),
            ("covid-19", &["\"covid 19\""]),
            ("-covid-19 x", &["-\"covid 19\"", "x"]),
            ("الحكو*", &["الحكو|حكو*"]),
            ("الح*", &["الح*"]),
            ("ح*", &["ح"]),
            ("fish-mark*", &["fish", "mark*"]),
            ("\"سوق*\"", &["\"سوق\""]),
            ("title:AND NEAR(x", &["\"title and\"", "\"near x\""]),
        ] {
            assert_eq!(shown(typed), tree, "{typed}");
        }
    }

    #[test]
    fn what_asks_for_nothing_or_too_much_is_refused() {
        for empty in ["", " ", "-", "*", "\"\"", "«", "- - -", "😀", "\u{202e}", "ـ"] {
            assert_eq!(parse(empty, &ar()), Err(QueryFlaw::Empty), "{empty:?}");
        }
        for negative in ["-سوق", "-\"سوق قديم\" -x", "-سو*"] {
            assert_eq!(parse(negative, &ar()), Err(QueryFlaw::OnlyNegative), "{negative}");
        }
        assert_eq!(parse(&"س".repeat(257), &ar()), Err(QueryFlaw::TooLong));
        let words = |n: usize| (0..n).map(|n| format!("w{n} ")).collect::<String>();
        assert_eq!(parse(&words(17), &ar()), Err(QueryFlaw::TooManyTerms));
        assert_eq!(parse(&words(16), &ar()).unwrap().clauses.len(), 16);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[\"«»“”„*\\-\u{2212} a-cا-ي\u{202e}\u{64e}😀]{0,300}") {
            if let Ok(query) = parse(&text, &ar()) {
                proptest::prop_assert!(query.clauses.len() <= MAX_TERMS);
                for clause in query.clauses {
                    let held = match clause.term {
                        Term::Word(word) => word.stems.len(),
                        Term::Phrase(words) | Term::Prefix(words) => words.len(),
                    };
                    proptest::prop_assert!(held > 0);
                }
            }
        }
    }
}
