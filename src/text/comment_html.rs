//! Renders a comment's source to sanitised HTML.
//!
//! A comment is plain text with a little HTML. Blank lines separate paragraphs, a line feed breaks
//! the line, and a bare address becomes a link. Other tags are removed, and their text stays.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::addresses::{self, addresses, is_link};
use super::references;
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
    /// The targets of its links, and then the domains in its text that are no links.
    pub links: Vec<String>,
}

/// Renders and sanitises a source of at most [`MAX_CHARS`] characters.
///
/// The result has only `ALLOWED` elements, and `href` (http and https) and `rel` on links.
/// Sanitising it again changes nothing.
#[must_use]
pub fn render(source: &str) -> Rendered {
    let source: String = source.chars().filter(|c| is_allowed_char(*c)).collect();
    let writer = paragraphs(&escape_addresses(&source));
    let html = sanitise(&writer.out);
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
    links.extend(writer.domains);
    let others = hidden_addresses(&html, &links);
    links.extend(others);
    Rendered { html, links }
}

/// Returns the addresses in the visible text that are no links: in code, across elements, and with the
/// full stops of other scripts. Names of files in code look like domains, so only URLs and `www.`
/// count there.
fn hidden_addresses(html: &str, links: &[String]) -> Vec<String> {
    let (mut prose, mut code) = (String::with_capacity(html.len()), String::new());
    let (mut in_link, mut in_code) = (false, 0_u32);
    scan(html, |piece| match piece {
        Piece::Text(_) if in_link => {}
        Piece::Text(part) if in_code > 0 => code.push_str(&decode(part)),
        Piece::Text(part) => prose.push_str(&decode(part)),
        Piece::LessThan => prose.push('<'),
        Piece::Start(name, _) => {
            in_link |= name == "a";
            in_code += u32::from(matches!(&*name, "code" | "pre"));
            if matches!(&*name, "br" | "a" | "code" | "pre") {
                prose.push(' ');
                code.push(' ');
            }
        }
        Piece::End(name) => {
            in_link &= name != "a";
            in_code = in_code.saturating_sub(u32::from(matches!(&*name, "code" | "pre")));
        }
        Piece::Noscript(_) => {}
    });
    let known: HashSet<String> = links.iter().map(|link| decode(link)).collect();
    let found = |text: &str, is_code: bool| -> Vec<String> {
        let text = with_ascii_stops(text);
        let all = addresses(&text).into_iter();
        let all = all.map(|address| text[address.range].to_owned());
        let is_plain = |name: &String| {
            !is_code || name.contains("://") || name.to_lowercase().starts_with("www.")
        };
        all.filter(is_plain).filter(|name| !known.contains(name)).collect()
    };
    let mut hidden = found(&prose, false);
    hidden.extend(found(&code, true));
    hidden
}

/// Replaces the full stops that browsers read as the dots of a domain (UTS #46, section 2.3).
fn with_ascii_stops(text: &str) -> String {
    text.replace(['\u{ff0e}', '\u{ff61}', '\u{3002}'], ".")
}

/// Escapes each `<` that begins no tag: one before an address, as in `<https://a.example>`, and one
/// without a `>` after it. A tokenizer would remove them with the text after them.
fn escape_addresses(source: &str) -> String {
    let last_end = source.rfind('>');
    let mut out = String::with_capacity(source.len());
    let mut written = 0;
    for (at, _) in source.match_indices('<') {
        let rest = &source[at + 1..];
        let ends_name = |c: char| c.is_whitespace() || matches!(c, '/' | '>' | '<');
        let name = &rest[..rest.find(ends_name).unwrap_or(rest.len())];
        let is_address = ["http:", "https:"].iter().any(|scheme| name.eq_ignore_ascii_case(scheme))
            || name.contains(['@', '.']);
        if is_address || last_end.is_none_or(|end| end < at) {
            out.push_str(&source[written..at]);
            out.push_str("&lt;");
            written = at + 1;
        }
    }
    out.push_str(&source[written..]);
    out
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

fn paragraphs(source: &str) -> Writer {
    let mut writer = Writer::default();
    scan(source, |piece| match piece {
        Piece::Text(text) => writer.text(text),
        Piece::LessThan => writer.text("<"),
        Piece::Start(name, attributes) => writer.start(&name, &attributes),
        Piece::End(name) => writer.end(&name),
        Piece::Noscript(_) => {}
    });
    writer.close_to(0);
    writer
}

/// Decodes character references, and removes characters that are not allowed.
fn decode(text: &str) -> String {
    references::decode(text).chars().filter(|c| is_allowed_char(*c)).collect()
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
    /// The domains in the text that are no links.
    domains: Vec<String>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if self.dropping.is_some() {
            return;
        }
        if self.open.contains(&"pre") {
            let text = decode(text);
            // Parsers drop a line feed right after `<pre>`, and would drop a second on the next
            // pass.
            return match self.out.ends_with("<pre>") {
                true => self.push_escaped(text.trim_start_matches(['\n', '\r'])),
                false => self.push_escaped(&text),
            };
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
        let text = decode(text);
        if self.open.contains(&"a") || self.open.contains(&"code") {
            return self.push_escaped(&text);
        }
        let mut written = 0;
        for address in addresses(&text) {
            let found = &text[address.range.clone()];
            if !address.is_link {
                self.domains.push(found.to_owned());
                continue;
            }
            self.push_escaped(&text[written..address.range.start]);
            self.out.push_str("<a href=\"");
            self.push_escaped(found);
            self.out.push_str("\">");
            self.push_escaped(found);
            self.out.push_str("</a>");
            written = address.range.end;
        }
        self.push_escaped(&text[written..]);
    }

    /// Escapes decoded text or a decoded value.
    fn push_escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
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
        let to = attributes.iter().find(|(key, _)| key == "href").map(|(_, to)| decode(to));
        let Some(to) = to.filter(|_| self.open.len() < MAX_OPEN) else { return };
        if !is_link(&to) {
            // A URL that shows another host counts, but is no link.
            self.domains.extend(addresses::parse(&to).map(|_| to));
            return;
        }
        if !in_pre {
            self.enter();
        }
        self.out.push_str("<a href=\"");
        self.push_escaped(&to);
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

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{c}')
}
