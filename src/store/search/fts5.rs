//! The search index on SQLite: FTS5 (<https://sqlite.org/fts5.html>), its columns and its query
//! language.

use crate::domain::search::document::Document;
use crate::domain::search::plan::Node;
use crate::text::analyse::Word;

/// Returns the columns of a document, in the migration's order: stem, title, body, impact.
pub(super) fn columns(document: &Document) -> [String; 4] {
    let exact = |words: &[Word]| join_tokens(words.iter().map(|word| word.exact.as_str()));
    let mut impact = String::new();
    for (stem, level) in document.impacts() {
        for level in 1..=level {
            impact.push_str(&impact_token(level, stem));
            impact.push(' ');
        }
    }
    [
        join_tokens(document.words().map(|word| word.stem.as_str())),
        exact(&document.title),
        exact(&document.body),
        impact,
    ]
}

fn join_tokens<'a>(tokens: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
}

/// Returns the token for a stem with this impact level.
fn impact_token(level: u8, stem: &str) -> String {
    format!("{level}{stem}")
}

/// Returns the node as an argument of `MATCH`.
pub(super) fn print(node: &Node) -> String {
    match node {
        Node::Stem(stem) => format!("stem : {}", quote(stem)),
        Node::Impact(level, stem) => format!("impact : {}", quote(&impact_token(*level, stem))),
        Node::Phrase(words) => format!("{{title body}} : {}", quote(&words.join(" "))),
        Node::Prefix(prefix) => format!("{{title body}} : {} *", quote(prefix)),
        Node::InTitle(word) => format!("title : {}", quote(word)),
        Node::PrefixInTitle(prefix) => format!("title : {} *", quote(prefix)),
        Node::All(nodes) => join_nodes(nodes, " AND "),
        Node::Any(nodes) => join_nodes(nodes, " OR "),
        Node::Without(included, excluded) => {
            format!("({}) NOT ({})", print(included), print(excluded))
        }
    }
}

fn join_nodes(nodes: &[Node], operator: &str) -> String {
    let parts: Vec<String> = nodes.iter().map(|node| format!("({})", print(node))).collect();
    parts.join(operator)
}

/// Quotes a string, so that it can't contain operators.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
