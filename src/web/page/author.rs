//! Finds the author of an entry: its `author` property, or else the feed's, or else the page's
//! (IndieWeb authorship, without a request for another page).

use url::Url;

use super::property::{Property, first, properties};
use super::tree::Element;
use super::value;
use crate::web::urls;

/// An author, as the page states it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// The name, with white space as in the page.
    pub name: Option<String>,
    /// The author's page.
    pub url: Option<String>,
    /// The author's photo.
    pub photo: Option<String>,
}

/// Returns the author among the properties of an entry or feed.
pub(super) fn of_properties(
    properties: &[Property<'_>],
    trees: &[Element],
    base: &Url,
) -> Option<Author> {
    let mut named = properties.iter().filter(|property| property.name == "author");
    Some(complete(card(named.next()?.element, base), trees, base))
}

/// Returns the author of the page: its first link with the relation `author`.
pub(super) fn of_page(trees: &[Element], base: &Url) -> Option<Author> {
    let is_author = |element: &&&Element| {
        let rels = element.attribute("rel").unwrap_or_default();
        matches!(element.name.as_str(), "a" | "link")
            && rels.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"))
    };
    let all: Vec<&Element> = trees.iter().flat_map(Element::all).collect();
    let link = all.iter().find(is_author)?;
    Some(complete(card(link, base), trees, base))
}

fn is_card(element: &Element) -> bool {
    element.has_class("h-card") || element.has_class("vcard")
}

/// Reads an author's element: a card, or a link, image or text that stands for one.
fn card(element: &Element, base: &Url) -> Author {
    // A card within the element says more than its text.
    let element = element.all().into_iter().find(|inner| is_card(inner)).unwrap_or(element);
    let properties = properties(element);
    let inner = element.own();
    let of_element =
        |names: &[&str]| inner.iter().find(|inner| names.contains(&inner.name.as_str())).copied();
    let url_of = |name: &str, implied: &[&str]| {
        let stated = first(&properties, name).and_then(|element| value::url(element, base));
        stated.or_else(|| value::url(of_element(implied)?, base))
    };
    let name = first(&properties, "name").map(value::text).filter(|name| !name.trim().is_empty());
    let name = name.unwrap_or_else(|| value::text(element));
    Author {
        name: Some(name).filter(|name| !name.trim().is_empty()),
        url: url_of("url", &["a", "area", "link"]),
        photo: url_of("photo", &["img"]),
    }
}

/// Completes an author with a URL alone from the page's card with that URL, or else names the host.
fn complete(author: Author, trees: &[Element], base: &Url) -> Author {
    let Some(url) = author.url.clone().filter(|_| author.name.is_none()) else { return author };
    let all = trees.iter().flat_map(Element::all);
    let cards = all.filter(|element| is_card(element));
    let mut known = cards.map(|element| card(element, base));
    let same = known.find(|card| card.name.is_some() && card.url.as_ref() == Some(&url));
    let host = || Url::parse(&url).ok().map(|url| urls::host(&url));
    let same = same.unwrap_or_default();
    Author { name: same.name.or_else(host), url: Some(url), photo: author.photo.or(same.photo) }
}
