//! Reads the value of a property from its element (microformats2 parsing): a text, a URL or a time.
//! The value class pattern takes precedence.

use chrono::{DateTime, Utc};
use url::Url;

use super::date;
use super::tree::Element;
use crate::text::web_url::is_reachable;
use crate::web::urls;

/// Returns the value of a `p-` property.
pub(super) fn text(element: &Element) -> String {
    let parts = value_parts(element, simple_text);
    if parts.is_empty() { simple_text(element) } else { parts.concat() }
}

/// Returns the value of a `u-` property, if it is a URL that readers can open.
pub(super) fn url(element: &Element, base: &Url) -> Option<String> {
    let attribute = match element.name.as_str() {
        "a" | "area" | "link" => element.attribute("href"),
        "img" | "audio" | "video" | "source" | "iframe" => element.attribute("src"),
        "object" => element.attribute("data"),
        // Some pages state a URL where HTML has a time.
        "time" | "ins" | "del" => {
            element.attribute("datetime").filter(|value| value.contains("://"))
        }
        _ => None,
    };
    let address = attribute.map_or_else(|| text(element), str::to_owned);
    // An empty address would be the page's own.
    let is_address = |address: &&str| (1..=urls::MAX_BYTES).contains(&address.len());
    let address = Some(address.trim()).filter(is_address)?;
    let url = base.join(address).ok().filter(is_reachable)?;
    Some(String::from(url)).filter(|url| url.len() <= urls::MAX_BYTES)
}

/// Returns the value of a `dt-` property.
pub(super) fn time(element: &Element) -> Option<DateTime<Utc>> {
    let parts = value_parts(element, time_text);
    date::parse(&if parts.is_empty() { vec![time_text(element)] } else { parts })
}

fn simple_text(element: &Element) -> String {
    let attribute = match element.name.as_str() {
        "abbr" | "link" => element.attribute("title"),
        "data" | "input" => element.attribute("value"),
        "img" | "area" => element.attribute("alt"),
        _ => None,
    };
    attribute.map_or_else(|| element.text(), str::to_owned)
}

fn time_text(element: &Element) -> String {
    let attribute = match element.name.as_str() {
        "time" | "ins" | "del" => element.attribute("datetime"),
        _ => None,
    };
    attribute.map_or_else(|| simple_text(element), str::to_owned)
}

/// Returns the texts of the elements with the class `value` or `value-title`, outside of nested
/// microformats.
fn value_parts(element: &Element, read: fn(&Element) -> String) -> Vec<String> {
    let mut parts = Vec::new();
    for child in element.elements() {
        if child.has_class("value-title") {
            parts.push(child.attribute("title").unwrap_or_default().to_owned());
        } else if child.has_class("value") {
            parts.push(read(child));
        } else if !child.is_microformat() {
            parts.extend(value_parts(child, read));
        }
    }
    parts
}
