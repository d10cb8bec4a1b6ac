//! Extracts plain text from sanitised HTML, for counting, excerpts and search. Words of different
//! blocks never touch, and an inline element never splits a word.

use super::notes;
use super::references::decode;
use super::scan::{Piece, scan};
use super::{tags, tidy};

/// Extracts all text.
///
/// Blocks stand on their own lines, table cells are separated, character references decoded and
/// white space collapsed. Footnote marks, pronunciation aids and the fallbacks of players are left
/// out. In other HTML, scripts, styles and comments are dropped too.
#[must_use]
pub fn plain_text(html: &str) -> String {
    extract(html, None)
}

/// Extracts the text outside of marked elements, of footnotes, and of blocks that only link to other
/// articles. `is_label` knows the labels of such links.
pub(super) fn prose(html: &str, is_label: fn(&str) -> bool) -> String {
    extract(html, Some(is_label))
}

fn extract(html: &str, is_label: Option<fn(&str) -> bool>) -> String {
    let mut text = Plain { is_label, ..Plain::default() };
    scan(html, |piece| match piece {
        Piece::Text(raw) => text.push(raw),
        Piece::LessThan => text.push("<"),
        Piece::Start(name, attributes) => text.start(name, &attributes),
        Piece::End(name) => text.end(&name),
        Piece::Noscript(_) => {}
    });
    text.out
}

/// Most open elements that are judged by their text. Sanitised HTML is less deep.
const MAX_OPEN: usize = 64;

/// Longest text outside of links that is compared with labels, in bytes.
const MAX_LABEL: usize = 200;

#[derive(Default)]
struct Plain {
    out: String,
    /// The white space before the next word.
    gap: Option<char>,
    /// The element that is left out with its content, and its nesting depth.
    skipping: Option<(String, i32)>,
    /// Open superscripts.
    superscripts: usize,
    /// Open quotations and figures.
    quotations: usize,
    /// True in a link.
    in_link: bool,
    /// True in a link within the page.
    in_page_link: bool,
    /// The open elements that are judged by their text when they end.
    open: Vec<Open>,
    /// Knows labels of links. `None` keeps footnotes and links.
    is_label: Option<fn(&str) -> bool>,
}

/// An open element.
struct Open {
    name: String,
    /// The length of the text before it.
    start: usize,
    /// The white space before it.
    gap: Option<char>,
    /// The fragment that a link names, empty for the whole page, or the id of a superscript.
    target: Option<String>,
    /// The text outside of links, up to [`MAX_LABEL`].
    label: String,
    has_link: bool,
    /// True for a footnote: it links back to its mark.
    is_note: bool,
}

impl Plain {
    fn push(&mut self, raw: &str) {
        if self.skipping.is_some() {
            return;
        }
        let text = decode(raw);
        for (n, word) in text.split(char::is_whitespace).enumerate() {
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
        if !self.in_link
            && let Some(open) = self.open.last_mut()
        {
            open.add_label(&text);
        }
    }

    fn boundary(&mut self, name: &str) {
        let is_line = tags::is_block(name) || matches!(name, "br" | "caption" | "tr");
        if is_line || name == "cite" && self.quotations > 0 {
            self.gap = Some('\n');
        } else if tags::separates(name) {
            self.gap = self.gap.or(Some(' '));
        }
    }

    fn start(&mut self, name: String, attributes: &[(String, &str)]) {
        self.boundary(&name);
        // A source directly behind the sentence that it is the source of.
        if name == "cite" && self.out.ends_with(['.', '!', '؟', '?', '…', '»', '”', '"', ')', ':'])
        {
            self.gap = self.gap.or(Some(' '));
        }
        let is_beside = self.is_label.is_some()
            && attributes.iter().any(|(key, _)| key == tidy::MARK)
            && !tags::is_void(&name);
        let is_left_out = matches!(name.as_str(), "audio" | "rp" | "rt" | "rtc" | "video")
            || tags::is_dropped(&name)
            || self.is_footnote_mark(&name, attributes)
            || is_beside;
        if is_left_out {
            self.skip(name);
        } else {
            self.enter(name, attributes);
        }
    }

    /// True for the mark of a footnote: a superscript link within the page, or one by its class.
    fn is_footnote_mark(&self, name: &str, attributes: &[(String, &str)]) -> bool {
        let by_class =
            attributes.iter().any(|(key, value)| key == "class" && value.starts_with("footnote-"));
        // A link back from a footnote tells that its block is one.
        let is_judged = name == "a" && self.is_label.is_some();
        let is_back =
            |(key, value): &(String, &str)| key == "href" && notes::is_back(fragment(value), "");
        by_class && !is_judged
            || (name == "a" && self.superscripts > 0 && is_page_link(attributes))
                && !(is_judged && attributes.iter().any(is_back))
            || (name == "sup" && self.in_page_link)
    }

    fn enter(&mut self, name: String, attributes: &[(String, &str)]) {
        self.deeper(&name, 1);
        if self.skipping.is_some() {
            return;
        }
        let value = |key: &str| attributes.iter().find(|(other, _)| other == key);
        let mut target = None;
        match name.as_str() {
            "sup" => {
                self.superscripts += 1;
                target = value("id").map(|(_, id)| (*id).to_owned());
            }
            "a" => {
                target = value("href").map(|(_, to)| fragment(to).to_owned());
                self.in_link = target.is_some();
                self.in_page_link = is_page_link(attributes);
            }
            "blockquote" | "figure" => self.quotations += 1,
            _ => {}
        }
        if is_judged(&name) && self.open.len() < MAX_OPEN {
            let (start, gap) = (self.out.len(), self.gap);
            let (label, has_link, is_note) = (String::new(), false, false);
            self.open.push(Open { name, start, gap, target, label, has_link, is_note });
        }
    }

    fn end(&mut self, name: &str) {
        self.boundary(name);
        if self.skipping.is_none() {
            match name {
                "sup" => self.superscripts = self.superscripts.saturating_sub(1),
                "a" => {
                    self.in_link = false;
                    self.in_page_link = false;
                }
                "blockquote" | "figure" => self.quotations = self.quotations.saturating_sub(1),
                _ => {}
            }
            if is_judged(name)
                && let Some(at) = self.open.iter().rposition(|open| open.name == name)
            {
                while self.open.len() > at {
                    self.judge();
                }
            }
        }
        self.deeper(name, -1);
    }

    /// Removes the text of the element that ends, if it is the mark of a footnote or a block beside
    /// the prose.
    fn judge(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let text = self.out[open.start..].trim();
        let is_inline = matches!(open.name.as_str(), "a" | "sup");
        let is_link = open.name == "a" && open.target.is_some();
        let fragment = open.target.as_deref().filter(|target| !target.is_empty());
        let is_back = is_link && fragment.is_some_and(|to| notes::is_back(to, text));
        let is_left_out = if is_inline {
            let may_be_mark = open.name == "sup" || fragment.is_some();
            is_back || may_be_mark && notes::is_mark(text, fragment)
        } else {
            !text.is_empty() && self.is_label.is_some_and(|is_label| open.is_beside_prose(is_label))
        };
        if is_left_out {
            self.out.truncate(open.start);
            self.gap = if is_inline { open.gap.or(self.gap) } else { Some('\n') };
        }
        if let Some(parent) = self.open.last_mut() {
            parent.is_note |= is_back || is_inline && open.is_note;
            if !is_left_out {
                parent.has_link |= open.has_link || is_link;
                parent.add_label(&open.label);
            }
        }
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

impl Open {
    fn add_label(&mut self, text: &str) {
        if self.label.len() <= MAX_LABEL {
            self.label.push_str(text);
        }
    }

    /// True for a footnote, and for a block of nothing but links and their label.
    fn is_beside_prose(&self, is_label: fn(&str) -> bool) -> bool {
        let is_link = || self.has_link && !self.label.contains(char::is_alphanumeric);
        self.is_note && self.name != "section" && self.name != "div"
            || self.label.len() <= MAX_LABEL
                && (self.name != "li" && is_link() || is_label(&self.label))
    }
}

/// True for elements that are judged by their text.
fn is_judged(name: &str) -> bool {
    matches!(name, "a" | "div" | "li" | "ol" | "p" | "section" | "sup" | "ul")
}

fn fragment(href: &str) -> &str {
    href.split_once('#').map_or("", |(_, fragment)| fragment)
}

fn is_page_link(attributes: &[(String, &str)]) -> bool {
    attributes.iter().any(|(key, value)| key == "href" && value.starts_with('#'))
}
