//! Reads the entry of a page that mentions an address: its metadata, and its relation to the address
//! (microformats2 and hAtom).

use chrono::{DateTime, Utc};
use url::Url;

use super::author::{self, Author};
use super::property::{Property, first, is_classic_entry, properties};
use super::relation::{RELATIONS, Relation, states_relation};
use super::tree::Element;
use super::value;

/// The microformats that are entries of a page.
const ENTRIES: [&str; 4] = ["h-entry", "h-event", "h-review", "h-recipe"];

/// An entry. Its texts have the white space of the page.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub name: Option<String>,
    pub summary: Option<String>,
    /// The content, and whether the link is in it.
    pub content: Option<(String, bool)>,
    pub author: Option<Author>,
    pub published_at: Option<DateTime<Utc>>,
    pub relation: Relation,
}

/// An entry's element, and the feed that it is in.
struct Found<'a> {
    element: &'a Element,
    feed: Option<&'a Element>,
}

/// Returns the entry with a property that names the address, or else the first one that links to
/// it, or else the first entry.
pub(super) fn find(trees: &[Element], base: &Url, is_target: &dyn Fn(&Url) -> bool) -> Entry {
    let entries = entries(trees);
    let mut all = entries.iter();
    let stating = all.find(|entry| stated(entry.element, base, is_target).is_some());
    let linking = || entries.iter().find(|entry| links(entry.element, base, is_target));
    match stating.or_else(linking).or_else(|| entries.first()) {
        Some(entry) => read(entry, trees, base, is_target),
        None => Entry { author: author::of_page(trees, base), ..Entry::default() },
    }
}

/// Returns the address that a property names outside of links, in an entry or elsewhere.
pub(super) fn stated_target(
    trees: &[Element],
    base: &Url,
    is_target: &dyn Fn(&Url) -> bool,
) -> Option<Url> {
    let all = trees.iter().flat_map(Element::all);
    let stating = all.filter(|element| element.classes().any(states_relation));
    stating.into_iter().find_map(|element| referred(element, base, is_target))
}

/// Returns the address, if a property of the entry names it.
fn stated(entry: &Element, base: &Url, is_target: &dyn Fn(&Url) -> bool) -> Option<Url> {
    let own = properties(entry);
    let is_relation = |property: &&Property<'_>| {
        RELATIONS.iter().any(|(names, _)| names.contains(&property.name))
    };
    own.iter().filter(is_relation).find_map(|property| referred(property.element, base, is_target))
}

fn entries(trees: &[Element]) -> Vec<Found<'_>> {
    let mut entries = Vec::new();
    trees.iter().for_each(|tree| collect(tree, None, &mut entries));
    entries
}

fn collect<'a>(element: &'a Element, feed: Option<&'a Element>, found: &mut Vec<Found<'a>>) {
    let has_prefix = element.classes().any(|class| class.starts_with("h-"));
    let is_entry = element.classes().any(|class| ENTRIES.contains(&class))
        || !has_prefix && element.has_class("hentry");
    if is_entry {
        // An entry within an entry is a comment on it, or quoted by it.
        found.push(Found { element, feed });
        return;
    }
    let feed = if element.has_class("h-feed") { Some(element) } else { feed };
    element.elements().for_each(|child| collect(child, feed, found));
}

/// Whether an element or one within it links to the address.
fn links(element: &Element, base: &Url, is_target: &dyn Fn(&Url) -> bool) -> bool {
    element.all().into_iter().any(|inner| linked(inner, base, is_target).is_some())
}

/// Returns the address, if the element is a link to it.
fn linked(element: &Element, base: &Url, is_target: &dyn Fn(&Url) -> bool) -> Option<Url> {
    let address = ["href", "src", "data"].iter().find_map(|name| element.attribute(name))?;
    base.join(address).ok().filter(is_target)
}

fn read(
    entry: &Found<'_>,
    trees: &[Element],
    base: &Url,
    is_target: &dyn Fn(&Url) -> bool,
) -> Entry {
    let own = properties(entry.element);
    let text = |name: &str| first(&own, name).map(value::text);
    let time = |name: &str| first(&own, name).and_then(value::time);
    let of_feed = || author::of_properties(&properties(entry.feed?), trees, base);
    let content = first(&own, "content");
    Entry {
        name: text("name"),
        summary: text("summary"),
        content: content.map(|element| (element.text(), links(element, base, is_target))),
        author: author::of_properties(&own, trees, base)
            .or_else(of_feed)
            .or_else(|| author::of_page(trees, base)),
        published_at: time("published")
            .or_else(|| time("updated").filter(|_| is_classic_entry(entry.element))),
        relation: relation(&own, base, is_target),
    }
}

fn relation(properties: &[Property<'_>], base: &Url, is_target: &dyn Fn(&Url) -> bool) -> Relation {
    let states = |names: &[&str]| {
        let mut stated = properties.iter().filter(|property| names.contains(&property.name));
        stated.any(|property| referred(property.element, base, is_target).is_some())
    };
    let stated = RELATIONS.iter().find(|(names, _)| states(names));
    match stated.map(|(_, relation)| relation.clone()) {
        Some(Relation::Reply) => match first(properties, "rsvp").map(value::text) {
            Some(answer) => Relation::Rsvp(answer.trim().to_ascii_lowercase()),
            None => Relation::Reply,
        },
        Some(relation) => relation,
        None => Relation::Mention,
    }
}

/// Returns the address, if it is a property's value: a URL, or a cited page with that URL.
fn referred(element: &Element, base: &Url, is_target: &dyn Fn(&Url) -> bool) -> Option<Url> {
    let value_of = |element: &Element| {
        let url = value::url(element, base).and_then(|url| Url::parse(&url).ok());
        url.filter(is_target)
    };
    if let Some(url) = value_of(element) {
        return Some(url);
    }
    let cited = properties(element);
    let mut urls =
        cited.iter().filter(|property| matches!(property.name, "url" | "uid")).peekable();
    if urls.peek().is_some() {
        return urls.find_map(|property| value_of(property.element));
    }
    // Without a stated URL it is that of the first link.
    let link = element.all().into_iter().find(|inner| inner.attribute("href").is_some())?;
    linked(link, base, is_target)
}
