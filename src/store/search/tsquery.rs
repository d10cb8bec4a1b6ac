//! The search index on PostgreSQL. `tsvector` and `tsquery` are written as text and cast, so that
//! the database's parser and dictionaries aren't used
//! (<https://www.postgresql.org/docs/current/datatype-textsearch.html>).
//!
//! One vector holds all fields. A lexeme's first letter names its field: `s` a stem, `t` an exact
//! form in the title, `e` an exact form with positions, a digit a stem with this impact level.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::domain::search::document::Document;
use crate::domain::search::plan::Node;

/// PostgreSQL's highest position.
const LAST_POSITION: usize = 16_383;

/// PostgreSQL's limit of positions for a lexeme.
const POSITIONS_PER_LEXEME: usize = 255;

/// Returns a document as the text of a `tsvector`.
pub(super) fn vector(document: &Document) -> String {
    let mut lexemes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for word in document.words() {
        lexemes.entry(format!("s{}", word.stem)).or_default();
    }
    for word in &document.title {
        lexemes.entry(format!("t{}", word.exact)).or_default();
    }
    for (stem, level) in document.impacts() {
        for level in 1..=level {
            lexemes.entry(impact_token(level, stem)).or_default();
        }
    }
    // A free position between title and body keeps phrases from matching across both.
    let body_start = document.title.len() + 2;
    let title = document.title.iter().zip(1..);
    for (word, position) in title.chain(document.body.iter().zip(body_start..)) {
        let positions = lexemes.entry(format!("e{}", word.exact)).or_default();
        if position <= LAST_POSITION && positions.len() < POSITIONS_PER_LEXEME {
            positions.push(position);
        }
    }
    vector_text(&lexemes)
}

fn vector_text(lexemes: &BTreeMap<String, Vec<usize>>) -> String {
    let mut text = String::new();
    for (lexeme, positions) in lexemes {
        text.push_str(&quote(lexeme));
        let mut separator = ':';
        for position in positions {
            // Writing to a string can't fail.
            let _ = write!(text, "{separator}{position}");
            separator = ',';
        }
        text.push(' ');
    }
    text
}

fn impact_token(level: u8, stem: &str) -> String {
    format!("{level}{stem}")
}

/// Returns the node as the text of a `tsquery`.
pub(super) fn print(node: &Node) -> String {
    match node {
        Node::Stem(stem) => quote(&format!("s{stem}")),
        Node::Impact(level, stem) => quote(&impact_token(*level, stem)),
        Node::Phrase(words) => {
            let words: Vec<String> = words.iter().map(|word| quote(&format!("e{word}"))).collect();
            format!("({})", words.join(" <-> "))
        }
        Node::Prefix(prefix) => format!("{}:*", quote(&format!("e{prefix}"))),
        Node::InTitle(word) => quote(&format!("t{word}")),
        Node::PrefixInTitle(prefix) => format!("{}:*", quote(&format!("t{prefix}"))),
        Node::All(nodes) => join_nodes(nodes, " & "),
        Node::Any(nodes) => join_nodes(nodes, " | "),
        Node::Without(included, excluded) => {
            format!("({}) & !({})", print(included), print(excluded))
        }
    }
}

fn join_nodes(nodes: &[Node], operator: &str) -> String {
    let parts: Vec<String> = nodes.iter().map(|node| format!("({})", print(node))).collect();
    parts.join(operator)
}

/// Quotes a lexeme, so that it can't contain operators.
fn quote(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}
