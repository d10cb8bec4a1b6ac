//! Receives the tokenizer's tokens and collects links, endpoints, text and metadata.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use url::Url;

use super::content::{Content, Link, MAX_EXCERPT, MAX_NAME, MAX_TITLE, Metadata, Rel};
use super::entry::{Entry, attribute};
use super::plain;

/// Most links stored of a page, and most endpoints.
const MAX_LINKS: usize = 20_000;
/// Deepest tracked nesting of elements. Deeper elements count as part of their ancestor.
const MAX_DEPTH: usize = 256;

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];
/// Elements that do not separate words.
const INLINE: [&str; 18] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small",
    "span", "strong", "time", "u",
];
/// Elements with invisible content.
const INVISIBLE: [&str; 6] = ["head", "script", "style", "template", "title", "noscript"];

/// Returns the attribute that holds the element's address.
fn address_attribute(element: &str) -> Option<&'static str> {
    match element {
        "a" | "area" => Some("href"),
        "img" | "video" | "audio" | "source" | "track" | "embed" | "iframe" => Some("src"),
        "object" => Some("data"),
        "blockquote" | "q" | "ins" | "del" => Some("cite"),
        _ => None,
    }
}

pub(super) struct Sink(RefCell<State>);

struct State {
    base: Url,
    base_set: bool,
    /// The open elements, outermost first.
    open: Vec<String>,
    /// Open elements with invisible content, open templates, and open elements with no page title.
    invisible: usize,
    templates: usize,
    bodies: usize,
    links: Vec<Link>,
    rels: Vec<Rel>,
    text: String,
    title: Option<String>,
    title_ended: bool,
    entry: Entry,
}

impl Sink {
    pub(super) fn new(base: &Url) -> Self {
        Self(RefCell::new(State {
            base: base.clone(),
            base_set: false,
            open: Vec::new(),
            invisible: 0,
            templates: 0,
            bodies: 0,
            links: Vec::new(),
            rels: Vec::new(),
            text: String::new(),
            title: None,
            title_ended: false,
            entry: Entry::default(),
        }))
    }

    pub(super) fn into_content(self) -> Content {
        let state = self.0.into_inner();
        let entry = state.entry.finish(&state.text);
        let clean = |text: Option<String>, max| plain::optional(text.as_deref(), max);
        let metadata = Metadata {
            title: clean(entry.name, MAX_TITLE).or_else(|| clean(state.title, MAX_TITLE)),
            summary: clean(entry.summary, MAX_EXCERPT),
            author: clean(entry.author, MAX_NAME),
            author_url: entry.author_url,
            published_at: entry.published_at,
        };
        Content { links: state.links, rels: state.rels, metadata, text: state.text }
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return state.start(&tag),
            Token::TagToken(tag) => state.end(&tag.name),
            Token::CharacterTokens(text) => state.characters(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if !INLINE.contains(&name) {
            self.separate();
        }
        if name == "base" && !self.base_set {
            self.base_set = true;
            if let Some(base) = attribute(tag, "href").and_then(|href| self.base.join(href).ok()) {
                self.base = base;
            }
        }
        if self.templates == 0 {
            self.link(tag, name);
            self.rel(tag, name);
            let (base, at) = (self.base.clone(), self.text.len());
            self.entry.start(tag, &base, self.open.len(), at);
        }
        if !VOID.contains(&name) && self.open.len() < MAX_DEPTH {
            self.open.push(name.to_owned());
            self.track(name, 1);
        }
        match name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&mut self, name: &str) {
        self.title_ended |= name == "title" && self.title.is_some();
        if !INLINE.contains(&name) {
            self.separate();
        }
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            for closed in self.open.split_off(at) {
                self.track(&closed, -1);
            }
            self.entry.close(at, &self.text);
        }
    }

    fn characters(&mut self, text: &str) {
        let last = self.open.last().map(String::as_str);
        if last == Some("title") {
            // The page's first title, and not that of an SVG drawing.
            if !self.title_ended && self.bodies == 0 {
                self.title.get_or_insert_default().push_str(text);
            }
            return;
        }
        if last == Some("iframe") {
            return;
        }
        if self.invisible > 0 {
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.separate();
            } else {
                self.text.push(c);
            }
        }
    }

    /// Appends a space, unless the text ends with one.
    fn separate(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Counts an element that opens or closes. Searching the open elements at each tag instead
    /// would cost depth times length.
    fn track(&mut self, name: &str, by: isize) {
        if INVISIBLE.contains(&name) {
            self.invisible = self.invisible.saturating_add_signed(by);
        }
        if name == "template" {
            self.templates = self.templates.saturating_add_signed(by);
        }
        if matches!(name, "body" | "svg") {
            self.bodies = self.bodies.saturating_add_signed(by);
        }
    }

    fn link(&mut self, tag: &Tag, name: &str) {
        if self.links.len() >= MAX_LINKS {
            return;
        }
        let Some(address) = address_attribute(name).and_then(|name| attribute(tag, name)) else {
            return;
        };
        if let Ok(url) = self.base.join(address)
            && matches!(url.scheme(), "http" | "https")
        {
            let anchor = matches!(name, "a" | "area");
            self.links.push(Link { url, anchor, at: self.text.len() });
        }
    }

    fn rel(&mut self, tag: &Tag, name: &str) {
        if !matches!(name, "a" | "link") || self.rels.len() >= MAX_LINKS {
            return;
        }
        let (Some(rel), Some(href)) = (attribute(tag, "rel"), attribute(tag, "href")) else {
            return;
        };
        let names: Vec<String> =
            rel.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
        let endpoints = ["webmention", "http://webmention.org/", "pingback"];
        if names.iter().any(|name| endpoints.contains(&name.as_str()))
            && let Ok(url) = self.base.join(href)
        {
            self.rels.push(Rel { names, url, link: name == "link" });
        }
    }
}
