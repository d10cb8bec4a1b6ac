//! From a query to what an index is asked for. The store prints a [`Node`] in its database's own
//! language, every token quoted: nothing that somebody typed is ever syntax.

use crate::text::query::{SearchQuery, Term};

/// What an article must hold to match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// This stem.
    Stem(String),
    /// This stem, weighing at least so much: see [`super::rank::impact`].
    Impact(u8, String),
    /// These exact forms, one after the other.
    Phrase(Vec<String>),
    /// An exact form that begins so.
    Prefix(String),
    /// This exact form in the title.
    InTitle(String),
    /// An exact form in the title that begins so.
    PrefixInTitle(String),
    /// All of these.
    All(Vec<Node>),
    /// Any of these.
    Any(Vec<Node>),
    /// The first, but not the second.
    Without(Box<Node>, Box<Node>),
}

/// Whether an article must match every clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It must.
    All,
    /// One will do.
    Any,
}

/// What matches a query.
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

/// What matches a query and is, by one of its words, about it; `None` if the query has no words
/// whose weight is known.
#[must_use]
pub fn weighing(query: &SearchQuery, how: Match, level: u8) -> Option<Node> {
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
    // Where a word weighs, it stands: of a single one there is nothing more to ask.
    let alone = query.required().count() == 1;
    let with = |wanted: Node| if alone { heavy } else { all(vec![wanted, heavy]) };
    Some(match matching(query, how) {
        // "But not" binds to the whole.
        Node::Without(wanted, unwanted) => Node::Without(Box::new(with(*wanted)), unwanted),
        wanted => with(wanted),
    })
}

/// What matches one clause, whether it is wanted or not.
#[must_use]
pub fn term(term: &Term) -> Node {
    match term {
        Term::Word(word) => any(word.stems.iter().cloned().map(Node::Stem).collect()),
        Term::Phrase(phrase) => any(phrase.spellings().map(Node::Phrase).collect()),
        Term::Prefix(prefixes) => any(prefixes.iter().cloned().map(Node::Prefix).collect()),
    }
}

/// What a title holds that begins like what is being typed: all words but the last in full, each in
/// one of its forms.
#[must_use]
pub fn title_begun(words: &[Vec<String>]) -> Option<Node> {
    let (last, before) = words.split_last()?;
    let in_title =
        |forms: &[String], node: fn(String) -> Node| any(forms.iter().cloned().map(node).collect());
    let mut nodes: Vec<Node> = before.iter().map(|forms| in_title(forms, Node::InTitle)).collect();
    nodes.push(in_title(last, Node::PrefixInTitle));
    Some(all(nodes))
}

fn all(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) }
}

fn any(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) }
}
