//! The attributes that an element of an article keeps, with their values made safe. An element
//! without its address (an image, an embed) is removed.

use std::borrow::Cow;

use super::site::Site;
use super::tags::{self, LINK_TYPES};
use super::web_url::has_credentials;
use super::{code_language, ids, references, sources};

/// Link types of every link to another site: it learns nothing of the page, and gets no hold of it.
const FOREIGN: [&str; 2] = ["noopener", "noreferrer"];

/// The attributes that an element keeps. Values are written as HTML, except quotation marks and
/// angle brackets.
pub(super) type Kept<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Returns the attributes that an element keeps, or `None` for an element to remove. `spare` is the
/// address of an image without any.
pub(super) fn kept<'a>(
    name: &'a str,
    written: &'a [(String, &'a str)],
    site: &Site,
    spare: Option<&str>,
) -> Option<Kept<'a>> {
    let mut addresses = match sources::is_media(name) {
        true => sources::of(name, written, site, spare),
        false => Vec::new(),
    };
    let mut kept: Kept<'a> = Vec::with_capacity(written.len());
    let mut link_types: Vec<String> = Vec::new();
    for (key, value) in written {
        if value.len() > tags::MAX_VALUE || kept.iter().any(|(other, _)| other == key) {
            continue;
        }
        let text = || references::decode(value);
        let owned = |text: String| Cow::Owned(text.replace('&', "&amp;"));
        // A password in a link is public, and readers take a user name for the host.
        if matches!(key.as_str(), "href" | "src" | "poster" | "cite") && has_credentials(&text()) {
            continue;
        }
        match (name, key.as_str()) {
            // The anchors of old pages.
            ("a", "name") if !written.iter().any(|(key, _)| key == "id") => {
                let id = ids::safe(&text()).map(|id| owned(id.into_owned()));
                kept.extend(id.map(|id| ("id", id)));
            }
            (_, "id") => {
                let id = ids::safe(&text()).map(|id| owned(id.into_owned()));
                kept.extend(id.map(|id| ("id", id)));
            }
            ("a", "rel") => {
                link_types.extend(text().split_ascii_whitespace().map(str::to_ascii_lowercase));
            }
            ("a", "href") => match ids::safe_link(&text()) {
                Some(link) => kept.push(("href", owned(link))),
                None => kept.push(("href", Cow::Borrowed(value))),
            },
            (_, key) if sources::is_address(name, key) => {
                let at = addresses.iter().position(|(address, _)| *address == key);
                kept.extend(at.map(|at| addresses.remove(at)));
            }
            ("code" | "pre", "class") => {}
            ("code" | "pre", "lang") if code_language::is_code(value) => {}
            (_, "class") => {
                kept.extend(tags::class(name, &text()).map(|class| ("class", owned(class))));
            }
            // Markdown tables align by a style, which is not allowed.
            ("td" | "th", "style") => {
                let style = value.trim().strip_prefix("text-align:");
                let align = style.map(|align| align.trim().trim_end_matches(';'));
                kept.extend(align.map(|align| ("align", Cow::Borrowed(align))));
            }
            _ if tags::allows(name, key) => kept.push((key, Cow::Borrowed(value))),
            _ => {}
        }
    }
    if matches!(name, "code" | "pre") {
        let language = code_language::of_element(written);
        kept.extend(language.map(|name| ("class", Cow::Owned(code_language::class(&name)))));
    }
    // Addresses in attributes of scripts only.
    kept.splice(0..0, addresses);
    complete(name, kept, &link_types, site)
}

/// Returns the value of a kept attribute.
pub(super) fn value_of<'k>(kept: &'k Kept<'_>, key: &str) -> Option<&'k str> {
    kept.iter().find(|(other, _)| *other == key).map(|(_, value)| &**value)
}

/// Adds the link types of a link, and removes an element without an address.
fn complete<'a>(
    name: &str,
    mut kept: Kept<'a>,
    link_types: &[String],
    site: &Site,
) -> Option<Kept<'a>> {
    let value = |key: &str| value_of(&kept, key);
    match name {
        "a" => {
            let href = value("href").map(|href| references::decode(href));
            let is_foreign = href.as_ref().is_some_and(|href| site.is_foreign(href));
            let foreign = FOREIGN.iter().filter(|_| is_foreign);
            let others = LINK_TYPES.iter().filter(|kind| !(is_foreign && FOREIGN.contains(kind)));
            let others = others.filter(|kind| link_types.iter().any(|other| other == *kind));
            let types: Vec<&str> = foreign.chain(others).copied().collect();
            if href.is_some() && !types.is_empty() {
                kept.push(("rel", Cow::Owned(types.join(" "))));
            }
        }
        "img" | "iframe" | "track" => {
            value("src")?;
        }
        "source" => {
            value("src").or_else(|| value("srcset"))?;
        }
        _ => {}
    }
    Some(kept)
}
