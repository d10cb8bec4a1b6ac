//! Extracts plain text from sanitised HTML, for counting, excerpts and search. Words of different
//! blocks never touch, and an inline element never splits a word.

use super::entities::decode;
use super::scan::{Piece, scan};
use super::tags;

/// Extracts all text.
///
/// Blocks stand on their own lines, table cells are separated, character references decoded and
/// white space collapsed. Footnote marks, pronunciation aids and the fallbacks of players are left
/// out. In other HTML, scripts, styles and comments are dropped too, but only the named references of
/// sanitised HTML are decoded.
#[must_use]
pub fn plain_text(html: &str) -> String {
    extract(html, |_, _| false)
}

/// Extracts the text of an excerpt: without headings, captions, tables, code blocks and footnotes. A
/// text that consists of them keeps them.
#[must_use]
pub fn opening(html: &str) -> String {
    let text = extract(html, is_beside_prose);
    if super::clean::is_blank(&text) { plain_text(html) } else { text }
}

/// True for an element beside the prose, which an excerpt leaves out.
fn is_beside_prose(name: &str, attributes: &[(String, &str)]) -> bool {
    match name {
        "section" | "ol" => {
            attributes.iter().any(|(key, value)| key == "class" && *value == "footnotes")
        }
        name => matches!(
            name,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "caption" | "figcaption" | "pre" | "table"
        ),
    }
}

/// A choice of elements by name and attributes.
type Choice = fn(&str, &[(String, &str)]) -> bool;

fn extract(html: &str, is_left_out: Choice) -> String {
    let mut text = Plain::default();
    scan(html, |piece| match piece {
        Piece::Text(raw) => text.push(raw),
        Piece::LessThan => text.push("<"),
        Piece::Start(name, attributes) => {
            text.boundary(&name);
            let is_dropped = matches!(name.as_str(), "audio" | "rp" | "rt" | "video")
                || tags::is_dropped(&name)
                || text.is_footnote_mark(&name, &attributes)
                || is_left_out(&name, &attributes);
            if is_dropped {
                text.skip(name);
            } else {
                text.enter(&name, &attributes);
            }
        }
        Piece::End(name) => {
            text.boundary(&name);
            text.leave(&name);
        }
    });
    text.out
}

#[derive(Default)]
struct Plain {
    out: String,
    /// The white space before the next word.
    gap: Option<char>,
    /// The element that is left out with its content, and its nesting depth.
    skipping: Option<(String, i32)>,
    /// Open superscripts.
    superscripts: usize,
    /// True in a link within the page.
    in_page_link: bool,
}

impl Plain {
    fn push(&mut self, raw: &str) {
        if self.skipping.is_some() {
            return;
        }
        for (n, word) in decode(raw).split(char::is_whitespace).enumerate() {
            if n > 0 {
                self.gap = self.gap.or(Some(' '));
            }
            if word.is_empty() {
                continue;
            }
            if let Some(gap) = self.gap.take()
                && !self.out.is_empty()
            {
                self.out.push(gap);
            }
            self.out.push_str(word);
        }
    }

    fn boundary(&mut self, name: &str) {
        if tags::is_block(name) || matches!(name, "br" | "caption" | "tr") {
            self.gap = Some('\n');
        } else if tags::separates(name) {
            self.gap = self.gap.or(Some(' '));
        }
    }

    /// True for the mark of a footnote: a superscript link within the page, or one by its class.
    fn is_footnote_mark(&self, name: &str, attributes: &[(String, &str)]) -> bool {
        let by_class =
            attributes.iter().any(|(key, value)| key == "class" && value.starts_with("footnote-"));
        by_class
            || (name == "a" && self.superscripts > 0 && is_page_link(attributes))
            || (name == "sup" && self.in_page_link)
    }

    fn enter(&mut self, name: &str, attributes: &[(String, &str)]) {
        match name {
            "sup" => self.superscripts += 1,
            "a" => self.in_page_link = is_page_link(attributes),
            _ => {}
        }
        self.deeper(name, 1);
    }

    fn leave(&mut self, name: &str) {
        if self.skipping.is_none() {
            match name {
                "sup" => self.superscripts = self.superscripts.saturating_sub(1),
                "a" => self.in_page_link = false,
                _ => {}
            }
        }
        self.deeper(name, -1);
    }

    fn skip(&mut self, name: String) {
        if self.skipping.is_some() {
            self.deeper(&name, 1);
        } else {
            self.skipping = Some((name, 1));
        }
    }

    fn deeper(&mut self, name: &str, by: i32) {
        if let Some((skipped, depth)) = &mut self.skipping
            && skipped == name
        {
            *depth += by;
            if *depth == 0 {
                self.skipping = None;
            }
        }
    }
}

fn is_page_link(attributes: &[(String, &str)]) -> bool {
    attributes.iter().any(|(key, value)| key == "href" && value.starts_with('#'))
}
