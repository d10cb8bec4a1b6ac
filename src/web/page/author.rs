//! Finds the author of an entry: its `author` property, or else the feed's, or else the page's
//! (IndieWeb authorship, without a request for another page).

use url::Url;

use super::property::{Property, first, properties};
use super::tree::Element;
use super::value;
use crate::text::web_url::is_reachable;
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
    let named = properties.iter().filter(|property| property.name == "author");
    let authors = named.map(|property| (property.element, card(property.element, base)));
    let (element, author) = authors.into_iter().find(|(_, author)| *author != Author::default())?;
    Some(complete(author, element.has_class("u-author") && !has_card(element), trees, base))
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
    Some(complete(card(link, base), !has_card(link), trees, base))
}

fn has_card(element: &Element) -> bool {
    element.all().into_iter().any(is_card)
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
    // An address is no name.
    let address =
        Url::parse(name.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let is_name = address.is_none() && !name.trim().is_empty();
    Author {
        name: Some(name).filter(|_| is_name),
        url: url_of("url", &["a", "area", "link"])
            .or(address.filter(is_reachable).map(String::from)),
        photo: url_of("photo", &["img"]),
    }
}

/// Completes an author without a name from the page's card with the same URL, or else names the host.
/// The card outranks the text of a `reference`, which is a mere link to the author.
fn complete(author: Author, reference: bool, trees: &[Element], base: &Url) -> Author {
    let is_open = reference || author.name.is_none();
    let Some(url) = author.url.clone().filter(|_| is_open) else { return author };
    let all = trees.iter().flat_map(Element::all);
    let cards = all.filter(|element| is_card(element));
    let mut known = cards.map(|element| card(element, base));
    let same = known.find(|card| card.name.is_some() && card.url.as_ref() == Some(&url));
    let host = || Url::parse(&url).ok().map(|url| urls::host(&url));
    let same = same.unwrap_or_default();
    let name = same.name.or(author.name).or_else(host);
    Author { name, url: Some(url), photo: same.photo.or(author.photo) }
}

#[cfg(test)]
mod tests {
    use crate::web::page::Page;
    use url::Url;

    #[test]
    fn author_is_named_by_the_card_of_the_link() {
        let base = Url::parse("https://blog.example/post").expect("a URL");
        let card = "<div class=h-card><a class='p-name u-url' href=/me>Salma</a><img class=u-photo src=/me.jpg></div>";
        for (author, after, name, photo) in [
            ("<a class=u-author href=/me>me</a>", card, "Salma", true),
            ("<a class=u-author href=/me>me</a>", "", "me", false),
            ("<a class='p-author h-card' href=/me>me</a>", card, "me", false),
            ("<a class=p-author href=/me>https://blog.example/me</a>", card, "Salma", true),
            ("<b class=p-author>https://blog.example/me</b>", card, "Salma", true),
            ("<b class=p-author>https://blog.example/me</b>", "", "blog.example", false),
            ("<b class=p-author> </b><b class=p-author>Salma</b>", "", "Salma", false),
            ("<b class='p-author h-card'></b><a class=u-author href=/me></a>", card, "Salma", true),
            ("<b class=p-author></b>", "<a rel=author href=/me>about</a>", "about", false),
        ] {
            let html = format!(
                "<div class=h-entry>{author}<a href='https://news.example/x'>x</a></div>{after}"
            );
            let page = Page::html(&html, &base);
            let mention = page.mention_of(&|url| url.path() == "/x").expect("a mention");
            assert_eq!(mention.author.as_deref(), Some(name), "{html}");
            assert_eq!(mention.author_photo.is_some(), photo, "{html}");
        }
    }
}
