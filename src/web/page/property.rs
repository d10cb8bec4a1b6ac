//! Finds the properties of a microformat, by the class names of microformats2 or of a classic one.
//! The properties of a nested microformat are its own.

use super::tree::Element;

/// A property and its element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    /// The name without its prefix, such as `in-reply-to`.
    pub name: &'a str,
    /// The element.
    pub element: &'a Element,
}

/// The vocabulary of the class names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vocabulary {
    /// Prefixed names, such as `p-name`.
    Prefixed,
    /// The classic hAtom entry.
    Entry,
    /// The classic hCard.
    Card,
}

impl Vocabulary {
    fn of(element: &Element) -> Self {
        if element.classes().any(|class| class.starts_with("h-")) {
            Self::Prefixed
        } else if element.has_class("hentry") {
            Self::Entry
        } else if element.has_class("vcard") || element.has_class("author") {
            Self::Card
        } else {
            Self::Prefixed
        }
    }

    /// Returns the property that a class name stands for.
    fn property(self, class: &str) -> Option<&str> {
        match (self, class) {
            (Self::Prefixed, _) => {
                ["p-", "u-", "dt-", "e-"].iter().find_map(|prefix| class.strip_prefix(prefix))
            }
            (Self::Entry, "entry-title") => Some("name"),
            (Self::Entry, "entry-summary") => Some("summary"),
            (Self::Entry, "entry-content") => Some("content"),
            (Self::Entry, "published" | "updated" | "author") | (Self::Card, "url" | "photo") => {
                Some(class)
            }
            (Self::Card, "fn") => Some("name"),
            _ => None,
        }
    }
}

/// Whether an element is an entry of hAtom, whose time of publication may be stated as its update.
pub(super) fn is_classic_entry(element: &Element) -> bool {
    Vocabulary::of(element) == Vocabulary::Entry
}

/// Returns the properties of an element, in document order.
pub(super) fn properties(element: &Element) -> Vec<Property<'_>> {
    let mut found = Vec::new();
    collect(element, Vocabulary::of(element), &mut found);
    found
}

fn collect<'a>(parent: &'a Element, vocabulary: Vocabulary, found: &mut Vec<Property<'a>>) {
    for element in parent.elements() {
        let before = found.len();
        let names = element.classes().filter_map(|class| vocabulary.property(class));
        found.extend(names.map(|name| Property { name, element }));
        // An author's name is not the entry's, even if the author is no card.
        let is_author = found[before..].iter().any(|property| property.name == "author");
        if !is_author && !element.is_microformat() {
            collect(element, vocabulary, found);
        }
    }
}

/// Returns the element of the first property with a name.
pub(super) fn first<'a>(properties: &[Property<'a>], name: &str) -> Option<&'a Element> {
    properties.iter().find(|property| property.name == name).map(|property| property.element)
}
