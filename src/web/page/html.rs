//! Facts about HTML elements, and access to their attributes.

use html5ever::tokenizer::Tag;

/// Elements without an end tag.
pub(super) const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];
/// Elements that do not separate words.
pub(super) const INLINE: [&str; 19] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "font", "i", "mark", "q", "s",
    "small", "span", "strong", "time", "u",
];
/// Elements with invisible content.
pub(super) const INVISIBLE: [&str; 6] =
    ["head", "script", "style", "template", "title", "noscript"];
/// Elements that end an open `p`.
pub(super) const ENDS_PARAGRAPH: [&str; 29] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// Returns the attribute that holds the element's address.
pub(super) fn address_attribute(element: &str) -> Option<&'static str> {
    match element {
        "a" | "area" => Some("href"),
        "img" | "video" | "audio" | "source" | "track" | "embed" | "iframe" => Some("src"),
        "object" => Some("data"),
        "blockquote" | "q" | "ins" | "del" => Some("cite"),
        _ => None,
    }
}

/// Returns an attribute's value.
pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|one| &*one.name.local == name).map(|one| &*one.value)
}
