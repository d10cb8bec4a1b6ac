//! Conditions on an article's tokens, made from a query. The store writes a [`Node`] in its
//! database's query language, with every token quoted.

use crate::text::query::{SearchQuery, Term, is_short_prefix};

/// A condition on an article's tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// The stem.
    Stem(String),
    /// The stem with at least this impact level: see [`super::bm25::impact`].
    Impact(u8, String),
    /// The exact forms in sequence.
    Phrase(Vec<String>),
    /// An exact form with this prefix.
    Prefix(String),
    /// The exact form in the title.
    InTitle(String),
    /// An exact form with this prefix in the title.
    PrefixInTitle(String),
    /// All conditions.
    All(Vec<Node>),
    /// Any condition.
    Any(Vec<Node>),
    /// The first condition and not the second.
    Without(Box<Node>, Box<Node>),
}

/// The clauses that an article must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// All clauses.
    All,
    /// At least one clause.
    Any,
}

/// Returns the condition of a query. The characters of a word in a script without spaces may stand
/// in any order: see [`super::rank::Ranking::of_match`].
#[must_use]
pub fn matching(query: &SearchQuery, how: Match) -> Node {
    let nodes = query.required().map(term).collect();
    let wanted = match how {
        Match::All => all(nodes),
        Match::Any => any(nodes),
    };
    let unwanted: Vec<Node> = query.excluded().map(term).collect();
    if unwanted.is_empty() {
        wanted
    } else {
        Node::Without(Box::new(wanted), Box::new(any(unwanted)))
    }
}

/// Returns the condition of a query with at least one word at an impact level; `None` for a query
/// without words that have levels.
#[must_use]
pub fn with_impact(query: &SearchQuery, how: Match, level: u8) -> Option<Node> {
    let heavy: Vec<Node> = query
        .required()
        .filter_map(|term| match term {
            Term::Word(word) => Some(&word.stems),
            _ => None,
        })
        .flatten()
        .map(|stem| Node::Impact(level, stem.clone()))
        .collect();
    if heavy.is_empty() {
        return None;
    }
    let heavy = any(heavy);
    // The impact condition of a single word implies the word itself.
    let alone = query.required().count() == 1;
    let with = |wanted: Node| if alone { heavy } else { all(vec![wanted, heavy]) };
    Some(match matching(query, how) {
        // The exclusion applies to the whole condition.
        Node::Without(wanted, unwanted) => Node::Without(Box::new(with(*wanted)), unwanted),
        wanted => with(wanted),
    })
}

/// Returns the condition of one clause.
#[must_use]
pub fn term(term: &Term) -> Node {
    match term {
        Term::Word(word) => {
            let stems = word.stems.iter().cloned().map(Node::Stem);
            let apart = Some(word.apart.clone()).filter(|apart| !apart.is_empty());
            any(stems.chain(apart.map(Node::Phrase)).collect())
        }
        Term::Phrase(phrase) => any(phrase.spellings().map(Node::Phrase).collect()),
        Term::Prefix(prefixes) => any(prefixes.iter().cloned().map(Node::Prefix).collect()),
    }
}

/// Returns the condition of titles that complete a typed text: all words except the last in full,
/// each in one of its forms, and the last as a prefix unless it is short. Each run is a sequence of words.
#[must_use]
pub fn title_completion(words: &[Vec<String>], runs: &[Vec<String>]) -> Option<Node> {
    let (last, before) = words.split_last()?;
    let in_title =
        |forms: &[String], node: fn(String) -> Node| any(forms.iter().cloned().map(node).collect());
    let mut nodes: Vec<Node> = before.iter().map(|forms| in_title(forms, Node::InTitle)).collect();
    let is_short = last.first().is_some_and(|form| is_short_prefix(form));
    nodes.push(in_title(last, if is_short { Node::InTitle } else { Node::PrefixInTitle }));
    nodes.extend(runs.iter().cloned().map(Node::Phrase));
    Some(all(nodes))
}

fn all(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) }
}

fn any(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) }
}
