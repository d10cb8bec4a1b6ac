//! Takes the tokenizer's tokens and keeps what is wanted of them. Called by `page/mod.rs`; what a
//! page says of itself in microformats is `entry.rs`.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use url::Url;

use super::entry::Entry;
use super::{About, Link, NAME, Page, Rel, TITLE, plain};

/// The most links that are kept of a page.
const MOST_LINKS: usize = 20_000;
/// How deep elements are kept track of; what nests deeper is read without its surroundings.
const DEEPEST: usize = 256;

/// Elements without content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];
/// Elements that don't part words.
const INLINE: [&str; 18] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small",
    "span", "strong", "time", "u",
];
/// Elements whose content no reader sees.
const UNSEEN: [&str; 6] = ["head", "script", "style", "template", "title", "noscript"];

/// Attributes that hold an address, by element.
fn address_attribute(element: &str) -> Option<&'static str> {
    match element {
        "a" | "area" => Some("href"),
        "img" | "video" | "audio" | "source" | "track" | "embed" | "iframe" => Some("src"),
        "object" => Some("data"),
        "blockquote" | "q" | "ins" | "del" => Some("cite"),
        _ => None,
    }
}

/// The sink.
pub(super) struct Sink(RefCell<State>);

struct State {
    base: Url,
    base_set: bool,
    /// Elements that are open, outermost first.
    open: Vec<String>,
    /// How many of them hide their content, are templates, or are where no title of the page is.
    unseen: usize,
    templates: usize,
    bodies: usize,
    links: Vec<Link>,
    rels: Vec<Rel>,
    text: String,
    title: Option<String>,
    titled: bool,
    entry: Entry,
}

impl Sink {
    pub(super) fn new(base: &Url) -> Self {
        Self(RefCell::new(State {
            base: base.clone(),
            base_set: false,
            open: Vec::new(),
            unseen: 0,
            templates: 0,
            bodies: 0,
            links: Vec::new(),
            rels: Vec::new(),
            text: String::new(),
            title: None,
            titled: false,
            entry: Entry::default(),
        }))
    }

    pub(super) fn into_page(self) -> Page {
        let state = self.0.into_inner();
        let said = state.entry.finish(&state.text);
        let kept = |text: Option<String>, most| plain::optional(text.as_deref(), most);
        let about = About {
            title: kept(said.name, TITLE).or_else(|| kept(state.title, TITLE)),
            summary: kept(said.summary, super::EXCERPT),
            author: kept(said.author, NAME),
            author_url: said.author_url,
            published_at: said.published_at,
        };
        Page { links: state.links, rels: state.rels, about, text: state.text, other: None }
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

/// An attribute's value.
pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|one| &*one.name.local == name).map(|one| &*one.value)
}

impl State {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if !INLINE.contains(&name) {
            self.part();
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
        if !VOID.contains(&name) && self.open.len() < DEEPEST {
            self.open.push(name.to_owned());
            self.count(name, 1);
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
        self.titled |= name == "title" && self.title.is_some();
        if !INLINE.contains(&name) {
            self.part();
        }
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            for closed in self.open.split_off(at) {
                self.count(&closed, -1);
            }
            self.entry.close(at, &self.text);
        }
    }

    fn characters(&mut self, text: &str) {
        let last = self.open.last().map(String::as_str);
        if last == Some("title") {
            // Its own, not a drawing's, and the first.
            if !self.titled && self.bodies == 0 {
                self.title.get_or_insert_default().push_str(text);
            }
            return;
        }
        if last == Some("iframe") {
            return;
        }
        if self.unseen > 0 {
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.part();
            } else {
                self.text.push(c);
            }
        }
    }

    /// A space, unless there is one.
    fn part(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Counts an element that opens or closes, if it matters: looking through all that are open at
    /// each tag would cost the page's depth times its length.
    fn count(&mut self, name: &str, by: isize) {
        if UNSEEN.contains(&name) {
            self.unseen = self.unseen.saturating_add_signed(by);
        }
        if name == "template" {
            self.templates = self.templates.saturating_add_signed(by);
        }
        if matches!(name, "body" | "svg") {
            self.bodies = self.bodies.saturating_add_signed(by);
        }
    }

    fn link(&mut self, tag: &Tag, name: &str) {
        if self.links.len() >= MOST_LINKS {
            return;
        }
        let Some(address) = address_attribute(name).and_then(|wanted| attribute(tag, wanted))
        else {
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
        if !matches!(name, "a" | "link") || self.rels.len() >= MOST_LINKS {
            return;
        }
        let (Some(rel), Some(href)) = (attribute(tag, "rel"), attribute(tag, "href")) else {
            return;
        };
        let names: Vec<String> =
            rel.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
        let wanted = ["webmention", "http://webmention.org/", "pingback"];
        if names.iter().any(|name| wanted.contains(&name.as_str()))
            && let Ok(url) = self.base.join(href)
        {
            self.rels.push(Rel { names, url, link: name == "link" });
        }
    }
}
