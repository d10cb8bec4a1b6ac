//! The index in SQLite: FTS5 (<https://sqlite.org/fts5.html>). What is fed to it, and its query
//! language. Called by `index.rs` and `matching.rs`.

use crate::domain::search::document::Document;
use crate::domain::search::plan::Node;
use crate::text::analyse::Word;

/// The columns of an article, in the order of the migration: stem, title, body, impact.
pub(super) fn columns(document: &Document) -> [String; 4] {
    let exact = |words: &[Word]| joined(words.iter().map(|word| word.exact.as_str()));
    let mut impact = String::new();
    for (stem, level) in document.impacts() {
        for level in 1..=level {
            impact.push_str(&heavy(level, stem));
            impact.push(' ');
        }
    }
    [
        joined(document.words().map(|word| word.stem.as_str())),
        exact(&document.title),
        exact(&document.body),
        impact,
    ]
}

fn joined<'a>(tokens: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
}

/// The token that says that a stem weighs so much.
fn heavy(level: u8, stem: &str) -> String {
    format!("{level}{stem}")
}

/// The node as an argument of `MATCH`.
pub(super) fn print(node: &Node) -> String {
    match node {
        Node::Stem(stem) => format!("stem : {}", quoted(stem)),
        Node::Impact(level, stem) => format!("impact : {}", quoted(&heavy(*level, stem))),
        Node::Phrase(words) => format!("{{title body}} : {}", quoted(&words.join(" "))),
        Node::Prefix(prefix) => format!("{{title body}} : {} *", quoted(prefix)),
        Node::InTitle(word) => format!("title : {}", quoted(word)),
        Node::PrefixInTitle(prefix) => format!("title : {} *", quoted(prefix)),
        Node::All(nodes) => series(nodes, " AND "),
        Node::Any(nodes) => series(nodes, " OR "),
        Node::Without(wanted, unwanted) => {
            format!("({}) NOT ({})", print(wanted), print(unwanted))
        }
    }
}

fn series(nodes: &[Node], operator: &str) -> String {
    let printed: Vec<String> = nodes.iter().map(|node| format!("({})", print(node))).collect();
    printed.join(operator)
}

/// A string of FTS5: whatever it holds, it is text.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
