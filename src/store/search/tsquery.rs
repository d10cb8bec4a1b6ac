//! The index in Postgres: `tsvector` and `tsquery`, written out here and cast, so that the
//! database's own parser and dictionaries have no say
//! (<https://www.postgresql.org/docs/current/datatype-textsearch.html>). Called by `index.rs` and
//! `matching.rs`.
//!
//! One vector holds all fields; the letter a lexeme begins with names its own: `s` a stem, `t` an
//! exact form of the title, `e` an exact form with its positions, a digit a stem that weighs so much.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::domain::search::document::Document;
use crate::domain::search::plan::Node;

/// The last position that Postgres keeps.
const LAST_POSITION: usize = 16_383;

/// How many positions it keeps of a lexeme.
const MOST_POSITIONS: usize = 255;

/// An article as the text of a `tsvector`.
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
            lexemes.entry(heavy(level, stem)).or_default();
        }
    }
    // A place is left free between title and text, so that no phrase stands in both.
    let text_begins = document.title.len() + 2;
    let title = document.title.iter().zip(1..);
    for (word, position) in title.chain(document.body.iter().zip(text_begins..)) {
        let positions = lexemes.entry(format!("e{}", word.exact)).or_default();
        if position <= LAST_POSITION && positions.len() < MOST_POSITIONS {
            positions.push(position);
        }
    }
    printed(&lexemes)
}

fn printed(lexemes: &BTreeMap<String, Vec<usize>>) -> String {
    let mut text = String::new();
    for (lexeme, positions) in lexemes {
        text.push_str(&quoted(lexeme));
        let mut sign = ':';
        for position in positions {
            // Writing to a string can't fail.
            let _ = write!(text, "{sign}{position}");
            sign = ',';
        }
        text.push(' ');
    }
    text
}

fn heavy(level: u8, stem: &str) -> String {
    format!("{level}{stem}")
}

/// The node as the text of a `tsquery`.
pub(super) fn print(node: &Node) -> String {
    match node {
        Node::Stem(stem) => quoted(&format!("s{stem}")),
        Node::Impact(level, stem) => quoted(&heavy(*level, stem)),
        Node::Phrase(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(&format!("e{word}"))).collect();
            format!("({})", words.join(" <-> "))
        }
        Node::Prefix(prefix) => format!("{}:*", quoted(&format!("e{prefix}"))),
        Node::InTitle(word) => quoted(&format!("t{word}")),
        Node::PrefixInTitle(prefix) => format!("{}:*", quoted(&format!("t{prefix}"))),
        Node::All(nodes) => series(nodes, " & "),
        Node::Any(nodes) => series(nodes, " | "),
        Node::Without(wanted, unwanted) => format!("({}) & !({})", print(wanted), print(unwanted)),
    }
}

fn series(nodes: &[Node], operator: &str) -> String {
    let printed: Vec<String> = nodes.iter().map(|node| format!("({})", print(node))).collect();
    printed.join(operator)
}

/// A lexeme between quotation marks: whatever it holds, it is text.
fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}
