//! Rewrites any HTML into well-nested HTML of allowed elements, in one pass.
//!
//! Ammonia's parser repairs misnested tags as browsers do. That can turn a small input into a huge
//! tree, in superlinear time: `<b id=1><b id=2>…<p><p>…` repeats every `b` in every `p`. After this
//! pass nothing needs repair. Safety does not rest on it, since ammonia still sanitises the result.

use std::collections::HashMap;

use super::attributes::{self, Kept};
use super::code_blocks::CodeBlocks;
use super::pictures::Pictures;
use super::scan::{Piece, scan};
use super::site::Site;
use super::{sources, tags};

/// Deepest nesting. Deeper tags are removed, their text stays.
pub(super) const MAX_DEPTH: usize = 48;

/// Most character references in one text node, including « » © …, which share their first byte with
/// the no-break space. For each, html5ever's serialiser searches the rest of the node: 256 KiB of
/// `&` took 1.3 s. An invisible `<wbr>` splits the node.
const MAX_STOPS: usize = 2_048;

/// A choice of elements, by their names and attributes as written.
pub(super) type Choice = fn(&str, &[(String, &str)]) -> bool;

/// The attribute of chosen elements. No article may have it.
pub(super) const MARK: &str = "hidden";

/// Rewrites the HTML of an article of this site, and gives chosen elements the attribute [`MARK`].
pub(super) fn tidy(html: &str, site: &Site, is_marked: Choice) -> String {
    let html = &html.replace('\0', "");
    let mut tidy = Tidy::new(html.len(), site, is_marked);
    scan(html, |piece| match piece {
        Piece::Text(text) => tidy.text(text),
        Piece::LessThan => tidy.text("<"),
        Piece::Start(name, attributes) => tidy.start(&name, &attributes),
        Piece::End(name) => tidy.end(&name),
        Piece::Noscript(html) => tidy.noscript(html),
    });
    tidy.close_to(0);
    tidy.pictures.without_twins(tidy.out)
}

struct Tidy<'s> {
    site: &'s Site,
    is_marked: Choice,
    out: String,
    /// The open elements, outermost first.
    open: Vec<&'static str>,
    /// Counts of start tags removed for their depth. Their end tags are removed too.
    too_deep: HashMap<&'static str, u32>,
    /// The element that is removed with its content, and its nesting depth.
    dropping: Option<(String, u32)>,
    /// Stop characters of html5ever's serialiser since the last tag.
    stops: usize,
    /// Set directly after `<pre>`, where line feeds are dropped.
    after_pre: bool,
    /// Set after a removed tag that separates words. A space precedes the next text of the line.
    gap: bool,
    pictures: Pictures,
    code: CodeBlocks,
}

impl<'s> Tidy<'s> {
    fn new(capacity: usize, site: &'s Site, is_marked: Choice) -> Self {
        Self {
            site,
            is_marked,
            out: String::with_capacity(capacity),
            open: Vec::new(),
            too_deep: HashMap::new(),
            dropping: None,
            stops: 0,
            after_pre: false,
            gap: false,
            pictures: Pictures::default(),
            code: CodeBlocks::default(),
        }
    }

    fn text(&mut self, text: &str) {
        if self.dropping.is_some() {
            return;
        }
        let mut text = text;
        if self.after_pre {
            // Parsers drop one line feed after `<pre>`, and would drop a second on the next pass.
            text = text.trim_start_matches(['\n', '\r']);
            if text.is_empty() {
                return;
            }
        }
        if !text.bytes().all(|b| b.is_ascii_whitespace()) {
            self.enter_cell();
            self.pictures.text();
        }
        self.after_pre = false;
        if std::mem::take(&mut self.gap) && !text.starts_with(char::is_whitespace) {
            let is_apart = self.out.is_empty() || self.out.ends_with(char::is_whitespace);
            self.out.push_str(if is_apart { "" } else { " " });
        }
        let mut written = 0;
        let is_stop = |c: char| matches!(c, '&' | '<' | '>' | '\u{80}'..='\u{bf}');
        for (at, _) in text.match_indices(is_stop) {
            if self.stops == MAX_STOPS {
                self.push_escaped(&text[written..at]);
                self.out.push_str("<wbr>");
                written = at;
                self.stops = 0;
            }
            self.stops += 1;
        }
        self.push_escaped(&text[written..]);
    }

    /// Escapes text or a value, except character references.
    fn push_escaped(&mut self, text: &str) {
        let mut written = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escaped = match byte {
                b'"' => "&quot;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => continue,
            };
            self.out.push_str(&text[written..at]);
            self.out.push_str(escaped);
            written = at + 1;
        }
        self.out.push_str(&text[written..]);
    }

    fn start(&mut self, name: &str, attributes: &[(String, &str)]) {
        if let Some((dropped, depth)) = &mut self.dropping {
            if dropped == name {
                *depth += 1;
            }
            return;
        }
        if tags::is_dropped(name) {
            self.dropping = Some((name.to_owned(), 1));
            self.gap = true;
            return;
        }
        let is_marked = (self.is_marked)(name, attributes);
        let allowed = tags::ALLOWED.binary_search(&tags::replacement(name)).ok();
        let name = allowed.map_or(name, |index| tags::ALLOWED[index]);
        let spare = self.pictures.spare().filter(|_| self.open.last() == Some(&"picture"));
        let kept = attributes::kept(name, attributes, self.site, spare);
        let (Some(index), Some(mut kept), true) = (allowed, kept, self.has_place(name)) else {
            self.gap |= tags::separates(name);
            return;
        };
        let name = tags::ALLOWED[index];
        if is_marked {
            kept.push((MARK, "".into()));
        }
        let directly_in_pre = self.after_pre.then_some(&mut self.out);
        self.code.note(name, attributes, &mut kept, self.open.len(), directly_in_pre);
        if tags::is_table_part(name) {
            self.close_table_parts(name);
        } else {
            self.enter_cell();
            self.close_before(name);
        }
        let from = self.out.len();
        if tags::is_void(name) {
            self.write_start(name, &kept);
        } else if name == "iframe" {
            // Its content is text of scripts, which `scan` leaves out.
            self.write_start(name, &kept);
            self.out.push_str("</iframe>");
        } else if self.open.len() < MAX_DEPTH {
            self.write_start(name, &kept);
            self.open.push(name);
            self.after_pre = name == "pre";
        } else {
            *self.too_deep.entry(name).or_default() += 1;
            self.gap |= tags::is_block(name) || tags::separates(name);
        }
        self.pictures.note(name, attributes, &kept, from..self.out.len());
    }

    /// Writes the pictures, players and frames of a `noscript`. Its texts are for readers without
    /// scripts, and its pixels count them.
    fn noscript(&mut self, html: &str) {
        let table_parts = ["table", "colgroup", "thead", "tbody", "tfoot", "tr"];
        let is_between_cells = self.open.last().is_some_and(|name| table_parts.contains(name));
        if self.dropping.is_some() || is_between_cells {
            return;
        }
        let (from, depth) = (self.out.len(), self.open.len());
        self.pictures.enter_noscript();
        let is_kept = |name: &str| name == "picture" || sources::is_media(name);
        scan(html, |piece| match piece {
            Piece::Start(name, _) if !is_kept(&name) || self.open.len() == MAX_DEPTH => {}
            Piece::Start(name, attributes) if !sources::is_pixel(&attributes) => {
                self.start(&name, &attributes);
            }
            Piece::End(name) if self.open[depth..].contains(&name.as_str()) => self.end(&name),
            _ => {}
        });
        self.close_to(depth);
        self.pictures.leave_noscript(from..self.out.len());
    }

    /// True unless an element needs a parent that is not open.
    fn has_place(&self, name: &str) -> bool {
        let parents: &[&str] = match name {
            "source" => &["audio", "picture", "video"],
            "track" => &["audio", "video"],
            name if tags::is_table_part(name) => &["table"],
            _ => return true,
        };
        self.open.iter().any(|open| parents.contains(open))
    }

    fn end(&mut self, name: &str) {
        if let Some((dropped, depth)) = &mut self.dropping {
            if dropped == name {
                *depth -= 1;
                if *depth == 0 {
                    self.dropping = None;
                }
            }
            return;
        }
        let name = tags::replacement(name);
        if let Some(count) = self.too_deep.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            self.gap |= tags::is_block(name) || tags::separates(name);
            return;
        }
        // An end tag in a cell closes no element outside, except a part of the table.
        let in_cell = |open: &&str| matches!(*open, "td" | "th" | "caption");
        let from = if name == "table" || tags::is_table_part(name) {
            self.table().unwrap_or(0)
        } else {
            self.open.iter().rposition(in_cell).map_or(0, |cell| cell + 1)
        };
        match self.open[from..].iter().rposition(|open| *open == name) {
            Some(at) => self.close_to(from + at),
            None => self.gap |= tags::is_block(name) || tags::separates(name),
        }
    }

    /// Returns the position of the innermost open table.
    fn table(&self) -> Option<usize> {
        self.open.iter().rposition(|open| *open == "table")
    }

    fn close_to(&mut self, len: usize) {
        if len < self.open.len() {
            self.stops = 0;
            self.code.close_to(len);
        }
        for name in self.open.drain(len.min(self.open.len())..).rev() {
            self.gap &= !tags::is_block(name) && !tags::is_table_part(name);
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        self.after_pre = false;
    }

    /// Closes the innermost open element of `names`, unless one of `limits` is inside it.
    fn close_innermost(&mut self, names: &[&str], limits: &[&str]) {
        for at in (0..self.open.len()).rev() {
            if names.contains(&self.open[at]) {
                return self.close_to(at);
            }
            if limits.contains(&self.open[at]) {
                return;
            }
        }
    }

    /// Closes the elements that a start tag closes implicitly, as browsers do.
    fn close_before(&mut self, name: &str) {
        const CELLS: [&str; 4] = ["table", "td", "th", "caption"];
        const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
        match name {
            "li" => self.close_innermost(&["li"], &["ol", "ul", "table", "td", "th", "caption"]),
            "dd" | "dt" => {
                self.close_innermost(&["dd", "dt"], &["dl", "table", "td", "th", "caption"]);
            }
            "a" => self.close_innermost(&["a"], &CELLS),
            _ => {}
        }
        if tags::is_block(name) {
            self.close_innermost(&["p"], &CELLS);
        }
        if HEADINGS.contains(&name) && self.open.last().is_some_and(|o| HEADINGS.contains(o)) {
            self.close_to(self.open.len() - 1);
        }
        if matches!(name, "rp" | "rt") {
            self.close_innermost(&["rp", "rt"], &["ruby", "table", "td", "th", "caption"]);
        }
    }

    /// Closes the parts of the innermost table that cannot contain `name`.
    fn close_table_parts(&mut self, name: &str) {
        let Some(table) = self.table() else { return };
        let keep: &[&str] = match name {
            "td" | "th" => &["tbody", "thead", "tfoot", "tr"],
            "tr" => &["tbody", "thead", "tfoot"],
            "col" => &["colgroup"],
            _ => &[],
        };
        let kept = self.open[table + 1..].iter().take_while(|open| keep.contains(open)).count();
        self.close_to(table + 1 + kept);
    }

    /// Opens a cell for content directly in a table, which browsers would move before the table.
    fn enter_cell(&mut self) {
        if self.open.last() == Some(&"colgroup") {
            self.close_to(self.open.len() - 1);
        }
        let missing: &[&str] = match self.open.last() {
            Some(&("table" | "tbody" | "thead" | "tfoot")) => &["tr", "td"],
            Some(&"tr") => &["td"],
            _ => return,
        };
        for name in missing {
            self.write_start(name, &Kept::new());
            self.open.push(name);
        }
    }

    fn write_start(&mut self, name: &str, kept: &Kept<'_>) {
        self.after_pre = false;
        self.stops = 0;
        self.gap &= !tags::is_block(name) && !tags::is_table_part(name) && name != "br";
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in kept {
            self.write_attribute(key, value);
        }
        self.out.push('>');
    }

    fn write_attribute(&mut self, key: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(key);
        self.out.push_str("=\"");
        self.push_escaped(value);
        self.out.push('"');
    }
}
