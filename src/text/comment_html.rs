//! Renders a comment's source to sanitised HTML.
//!
//! A comment is plain text with a little HTML. Blank lines separate paragraphs, a line feed breaks
//! the line, and a bare address becomes a link. Other tags are removed, and their text stays.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::entities::decode;
use super::scan::{Piece, scan};
use super::tags;
use super::unicode::is_bidi_control;

/// Longest source to render, in characters. The worst known source of this length (only `&`) takes
/// ten times as long as prose.
pub const MAX_CHARS: usize = 10_000;

/// The allowed elements.
const ALLOWED: [&str; 10] = ["a", "b", "blockquote", "br", "code", "em", "i", "p", "pre", "strong"];

/// Most open elements. Further tags are removed, their text stays.
const MAX_OPEN: usize = 16;

/// The `rel` of links: user-generated, without endorsement.
const REL: &str = "ugc nofollow";

/// A rendered comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Sanitised HTML.
    pub html: String,
    /// The targets of its links, in order.
    pub links: Vec<String>,
}

/// Renders and sanitises a source of at most [`MAX_CHARS`] characters.
///
/// The result has only `ALLOWED` elements, and `href` (http and https) and `rel` on links.
/// Sanitising it again changes nothing.
#[must_use]
pub fn render(source: &str) -> Rendered {
    let source: String = source.chars().filter(|c| is_allowed_char(*c)).collect();
    let html = sanitise(&paragraphs(&source));
    let mut links = Vec::new();
    scan(&html, |piece| {
        if let Piece::Start(name, attributes) = piece
            && name == "a"
        {
            links.extend(
                attributes.iter().find(|(key, _)| key == "href").map(|(_, to)| (*to).to_owned()),
            );
        }
    });
    Rendered { html, links }
}

/// Sanitises until a pass changes nothing, which the second pass nearly always confirms.
pub(super) fn sanitise(html: &str) -> String {
    const PASSES: usize = 4;
    let mut current = clean(html);
    for _ in 1..PASSES {
        let next = clean(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// Sanitises once. Ammonia decodes character references, so characters are filtered after it. It
/// writes `&` as `&amp;` everywhere, so the filter cannot create markup.
fn clean(html: &str) -> String {
    SANITIZER.clean(html).to_string().chars().filter(|c| is_allowed_char(*c)).collect()
}

/// True except for control characters and bidi controls.
fn is_allowed_char(c: char) -> bool {
    !is_bidi_control(c) && (!c.is_control() || matches!(c, '\n' | '\t'))
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(ALLOWED.into())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(REL));
    builder
});

fn paragraphs(source: &str) -> String {
    let mut writer = Writer::default();
    scan(source, |piece| match piece {
        Piece::Text(text) => writer.text(text),
        Piece::LessThan => writer.text("<"),
        Piece::Start(name, attributes) => writer.start(&name, &attributes),
        Piece::End(name) => writer.end(&name),
    });
    writer.close_to(0);
    writer.out
}

/// Writes well-nested HTML of allowed elements.
#[derive(Default)]
struct Writer {
    out: String,
    /// The open elements, outermost first.
    open: Vec<&'static str>,
    /// The element that is removed with its content, and its nesting depth.
    dropping: Option<(String, u32)>,
    /// Line feeds since the last text of a paragraph.
    feeds: usize,
    /// Writes a space before the next text.
    gap: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if self.dropping.is_some() {
            return;
        }
        if self.open.contains(&"pre") {
            // Parsers drop a line feed right after `<pre>`, and would drop a second on the next
            // pass.
            let text = if self.out.ends_with("<pre>") {
                text.trim_start_matches(['\n', '\r'])
            } else {
                text
            };
            return self.push_escaped(text);
        }
        for (index, line) in text.split('\n').enumerate() {
            self.feeds += usize::from(index > 0);
            let words = line.trim_matches(is_space);
            if words.is_empty() {
                self.gap |= !line.is_empty();
                continue;
            }
            self.gap |= line.starts_with(is_space);
            self.enter();
            self.words(words);
            self.gap = line.ends_with(is_space);
        }
    }

    /// Begins a paragraph or a line, or writes a space, as the pending white space requires.
    fn enter(&mut self) {
        if self.feeds > 1 {
            self.close_paragraph();
        }
        if !self.open.contains(&"p") {
            self.out.push_str("<p>");
            self.open.push("p");
        } else if self.feeds == 1 {
            self.out.push_str("<br>");
        } else if self.gap {
            self.out.push(' ');
        }
        (self.feeds, self.gap) = (0, false);
    }

    fn words(&mut self, text: &str) {
        if self.open.contains(&"a") || self.open.contains(&"code") {
            return self.push_escaped(text);
        }
        let mut rest = text;
        while let Some((before, address, after)) = bare_address(rest) {
            self.push_escaped(before);
            self.out.push_str("<a href=\"");
            self.push_escaped(address);
            self.out.push_str("\">");
            self.push_escaped(address);
            self.out.push_str("</a>");
            rest = after;
        }
        self.push_escaped(rest);
    }

    /// Escapes text or a value, except character references.
    fn push_escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                c => self.out.push(c),
            }
        }
    }

    fn start(&mut self, name: &str, attributes: &[(String, &str)]) {
        if let Some((dropped, depth)) = &mut self.dropping {
            *depth += u32::from(dropped == name);
            return;
        }
        if tags::is_dropped(name) {
            self.dropping = Some((name.to_owned(), 1));
            return;
        }
        let Some(name) = ALLOWED.into_iter().find(|allowed| *allowed == name) else {
            // Block elements separate lines.
            self.feeds += usize::from(tags::is_block(name));
            return;
        };
        let in_pre = self.open.contains(&"pre");
        match name {
            "br" if in_pre => self.out.push('\n'),
            "br" => {
                self.enter();
                self.out.push_str("<br>");
            }
            "p" | "blockquote" | "pre" if in_pre => {}
            "p" => self.close_paragraph(),
            "blockquote" | "pre" if self.open.len() < MAX_OPEN => {
                self.close_paragraph();
                self.push_start(name);
            }
            "a" => self.link(attributes, in_pre),
            _ if self.open.len() < MAX_OPEN => {
                if !in_pre {
                    self.enter();
                }
                self.push_start(name);
            }
            _ => {}
        }
    }

    fn push_start(&mut self, name: &'static str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.open.push(name);
    }

    fn link(&mut self, attributes: &[(String, &str)], in_pre: bool) {
        self.end("a");
        let to = attributes.iter().find(|(key, _)| key == "href").map(|(_, to)| *to);
        let Some(to) = to.filter(|to| self.open.len() < MAX_OPEN && is_web(to)) else { return };
        if !in_pre {
            self.enter();
        }
        self.out.push_str("<a href=\"");
        self.push_escaped(to);
        self.out.push_str("\">");
        self.open.push("a");
    }

    fn end(&mut self, name: &str) {
        if let Some((dropped, depth)) = &mut self.dropping {
            *depth -= u32::from(dropped == name);
            if *depth == 0 {
                self.dropping = None;
            }
            return;
        }
        if !ALLOWED.contains(&name) {
            self.feeds += usize::from(tags::is_block(name));
            return;
        }
        // The end of an inline element closes no block around it.
        let from = match name {
            "p" | "blockquote" => 0,
            _ => {
                let inside = |open: &&str| matches!(*open, "p" | "blockquote");
                self.open.iter().rposition(inside).map_or(0, |at| at + 1)
            }
        };
        if name == "p" && !self.open.contains(&"p") {
            return;
        }
        if let Some(at) = self.open[from..].iter().rposition(|open| *open == name) {
            self.close_to(from + at);
        }
    }

    /// Closes the open paragraph with its elements.
    fn close_paragraph(&mut self) {
        if let Some(at) = self.open.iter().rposition(|open| *open == "p") {
            self.close_to(at);
        }
        (self.feeds, self.gap) = (0, false);
    }

    fn close_to(&mut self, len: usize) {
        while self.open.len() > len {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
                if matches!(name, "p" | "blockquote" | "pre") {
                    self.out.push('\n');
                    (self.feeds, self.gap) = (0, false);
                }
            }
        }
    }
}

/// True for an http or https address. Ammonia checks it again, with all character references
/// decoded.
fn is_web(address: &str) -> bool {
    Url::parse(decode(address).trim())
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{c}')
}

/// Returns the first bare web address in a text, and the text before and after it.
fn bare_address(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("://").map(|at| from + at) {
        from = at + 3;
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            text.get(at.saturating_sub(scheme.len())..at)
                .is_some_and(|found| found.eq_ignore_ascii_case(scheme))
        });
        let Some(start) = scheme.map(|scheme| at - scheme.len()) else { continue };
        if text[..start].ends_with(|c: char| c.is_alphanumeric()) {
            continue;
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '«' | '»');
        let end = text[start..].find(ends).map_or(text.len(), |end| start + end);
        // Closing punctuation and brackets are no part of the address.
        let closing = |c: char| {
            matches!(
                c,
                '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '\'' | '،' | '؛' | '؟' | '”' | '’'
            )
        };
        let address = text[start..end].trim_end_matches(closing);
        if is_web(address) {
            return Some((&text[..start], address, &text[start + address.len()..]));
        }
    }
    None
}
