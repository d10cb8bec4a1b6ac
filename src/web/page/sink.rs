//! Receives the tokenizer's tokens and collects links, endpoints, text, metadata and microformats.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use url::Url;

use super::content::{Content, Document, Link, Rel};
use super::html::{ENDS_PARAGRAPH, INLINE, INVISIBLE, VOID, address_attribute, attribute};
use super::tree::Trees;
use crate::text::web_url::is_reachable;

/// Most links stored of a page, and most endpoints.
const MAX_LINKS: usize = 20_000;
/// Deepest tracked nesting of elements. Deeper elements count as part of their ancestor.
const MAX_DEPTH: usize = 256;

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
    author: Option<String>,
    canonical: Option<Url>,
    status: Option<u16>,
    trees: Trees,
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
            author: None,
            canonical: None,
            status: None,
            trees: Trees::default(),
        }))
    }

    pub(super) fn into_content(self) -> Content {
        let State { base, links, rels, title, author, canonical, status, trees, text, .. } =
            self.0.into_inner();
        let trees = trees.finish();
        let document = Document { base, title, author, canonical, status, trees, text };
        Content { links, rels, document }
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
        self.end_implied(name);
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
            self.meta(tag, name);
        }
        let is_leaf = VOID.contains(&name) || self.open.len() >= MAX_DEPTH;
        if self.templates == 0 {
            self.trees.start(tag, self.open.len(), is_leaf);
        }
        if !is_leaf {
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
            self.trees.close(at);
        }
    }

    /// Ends a paragraph or list item that a start tag ends.
    fn end_implied(&mut self, name: &str) {
        let ends = match self.open.last().map(String::as_str) {
            Some("p") => ENDS_PARAGRAPH.contains(&name),
            Some("li") => name == "li",
            Some("dt" | "dd") => matches!(name, "dt" | "dd"),
            _ => false,
        };
        if ends && let Some(last) = self.open.last().cloned() {
            self.end(&last);
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
        self.trees.text(text);
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

    /// Reads the author, and the status that pages without access to their headers state
    /// (Webmention, section 3.2.4).
    fn meta(&mut self, tag: &Tag, name: &str) {
        if name != "meta" || self.bodies > 0 {
            return;
        }
        let is = |attribute_name: &str, value: &str| {
            attribute(tag, attribute_name).is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        let Some(content) = attribute(tag, "content") else { return };
        if is("http-equiv", "status") {
            let number = content.split_whitespace().find_map(|word| word.parse().ok());
            self.status = self.status.or(number.filter(|status| (100..600).contains(status)));
        }
        if is("name", "author") && self.author.is_none() {
            self.author = Some(content.to_owned());
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
        // In the body, it may be the text of others.
        if name == "link" && self.bodies == 0 && names.iter().any(|name| name == "canonical") {
            let url = self.base.join(href).ok().filter(is_reachable);
            self.canonical = self.canonical.take().or(url);
        }
        let endpoints =
            ["webmention", "http://webmention.org/", "http://webmention.org", "pingback"];
        if names.iter().any(|name| endpoints.contains(&name.as_str()))
            && let Ok(url) = self.base.join(href)
        {
            self.rels.push(Rel { names, url, link: name == "link" });
        }
    }
}
