//! The microformats of a page as trees of elements. Elements outside of microformats aren't kept,
//! and depth and number are limited.

use html5ever::tokenizer::Tag;

use super::html::{INLINE, attribute};
use super::relation::states_relation;

/// Most elements kept of a page.
const MAX_ELEMENTS: usize = 20_000;
/// The class names of microformats, the last two of classic ones.
const MICROFORMATS: [&str; 16] = [
    "h-adr",
    "h-card",
    "h-cite",
    "h-entry",
    "h-event",
    "h-feed",
    "h-geo",
    "h-item",
    "h-listing",
    "h-product",
    "h-recipe",
    "h-resume",
    "h-review",
    "h-review-aggregate",
    "hentry",
    "vcard",
];
/// The attributes that are kept.
const KEPT: [&str; 9] =
    ["alt", "class", "data", "datetime", "href", "rel", "src", "title", "value"];

/// An element.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    /// The tag's name.
    pub name: String,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    fn new(tag: &Tag) -> Self {
        let kept = KEPT.iter().filter_map(|name| Some((*name, attribute(tag, name)?.to_owned())));
        Self { name: tag.name.to_string(), attributes: kept.collect(), children: Vec::new() }
    }

    /// Returns an attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the class names.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether the element has the class name.
    pub fn has_class(&self, name: &str) -> bool {
        self.classes().any(|class| class == name)
    }

    /// Whether the element begins a microformat, of microformats2 or classic.
    pub fn is_microformat(&self) -> bool {
        self.classes().any(is_microformat)
    }

    /// Returns the child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the element and those within it, in document order.
    pub fn all(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        self.append_all(&mut found);
        found
    }

    fn append_all<'a>(&'a self, found: &mut Vec<&'a Self>) {
        found.push(self);
        self.elements().for_each(|child| child.append_all(found));
    }

    /// Returns the element and those within it that are no part of a nested microformat.
    pub fn own(&self) -> Vec<&Self> {
        let mut found = vec![self];
        self.append_own(&mut found);
        found
    }

    fn append_own<'a>(&'a self, found: &mut Vec<&'a Self>) {
        for child in self.elements().filter(|child| !child.is_microformat()) {
            found.push(child);
            child.append_own(found);
        }
    }

    /// Returns the text, with the alternative texts of images in their places.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.append_text(&mut text);
        text
    }

    fn append_text(&self, text: &mut String) {
        let is_block = !INLINE.contains(&self.name.as_str());
        if is_block {
            text.push(' ');
        }
        if self.name == "img" {
            text.push_str(self.attribute("alt").unwrap_or_default());
        }
        for node in &self.children {
            match node {
                Node::Element(element) => element.append_text(text),
                Node::Text(part) => text.push_str(part),
            }
        }
        if is_block {
            text.push(' ');
        }
    }
}

/// Whether a class name begins a microformat. Other names that begin with `h-` are heights in some
/// frameworks, such as `h-full`.
fn is_microformat(class: &str) -> bool {
    MICROFORMATS.contains(&class)
}

/// Whether a tag begins a tree: a microformat, the link to the page's author, or a stated relation to an
/// address.
fn is_root(tag: &Tag) -> bool {
    let words = |name| attribute(tag, name).unwrap_or_default().split_ascii_whitespace();
    words("class").any(|class| is_microformat(class) || states_relation(class))
        || words("rel").any(|rel| rel.eq_ignore_ascii_case("author"))
}

/// The trees of a page, as far as it has been read.
#[derive(Default)]
pub(super) struct Trees {
    /// The open elements of a tree and their depths in the page.
    open: Vec<(usize, Element)>,
    roots: Vec<Element>,
    elements: usize,
}

impl Trees {
    /// Begins an element. A leaf has no content.
    pub fn start(&mut self, tag: &Tag, depth: usize, is_leaf: bool) {
        if self.elements >= MAX_ELEMENTS || self.open.is_empty() && !is_root(tag) {
            return;
        }
        self.elements += 1;
        let element = Element::new(tag);
        if is_leaf { self.attach(element) } else { self.open.push((depth, element)) }
    }

    /// Appends text to the innermost open element.
    pub fn text(&mut self, text: &str) {
        let Some((_, element)) = self.open.last_mut() else { return };
        match element.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => element.children.push(Node::Text(text.to_owned())),
        }
    }

    /// Ends all elements at this depth or deeper.
    pub fn close(&mut self, depth: usize) {
        while let Some((_, element)) = self.open.pop_if(|(at, _)| *at >= depth) {
            self.attach(element);
        }
    }

    fn attach(&mut self, element: Element) {
        match self.open.last_mut() {
            Some((_, parent)) => parent.children.push(Node::Element(element)),
            None => self.roots.push(element),
        }
    }

    /// Returns the trees. The end of the page ends all elements.
    pub fn finish(mut self) -> Vec<Element> {
        self.close(0);
        self.roots
    }
}
