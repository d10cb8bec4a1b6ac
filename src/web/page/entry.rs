//! Reads the first `h-entry` of a page: name, summary, author and date (microformats2).
//!
//! Properties inside other microformats within the entry, such as comments, are not the entry's.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use html5ever::tokenizer::Tag;
use url::Url;

/// The properties of an entry.
#[derive(Debug, Clone, Default)]
pub(super) struct EntryProperties {
    pub name: Option<String>,
    pub summary: Option<String>,
    pub author: Option<String>,
    pub author_url: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
}

/// The role of an open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Entry,
    /// Another microformat within the entry, and so not part of it.
    Nested,
    Name,
    Summary,
    Author,
    AuthorName,
    Published,
}

/// The first entry of a page, as far as the page has been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Open elements with a role: the role, the depth, and the start in the text.
    open: Vec<(Role, usize, usize)>,
    done: bool,
    properties: EntryProperties,
}

impl Entry {
    fn within(&self, role: Role) -> bool {
        self.open.iter().any(|(open, ..)| *open == role)
    }

    pub(super) fn start(&mut self, tag: &Tag, base: &Url, depth: usize, at: usize) {
        let Some(classes) = attribute(tag, "class") else { return };
        let has = |name: &str| classes.split_ascii_whitespace().any(|class| class == name);
        if !self.within(Role::Entry) {
            if has("h-entry") && !self.done {
                self.open.push((Role::Entry, depth, at));
            }
            return;
        }
        if self.within(Role::Nested) {
            return;
        }
        if self.within(Role::Author) {
            if has("p-name") {
                self.open.push((Role::AuthorName, depth, at));
            }
            if has("u-url") {
                self.author_url(tag, base);
            }
            return;
        }
        if has("p-author") {
            self.open.push((Role::Author, depth, at));
            self.author_url(tag, base);
        } else if classes.split_ascii_whitespace().any(|class| class.starts_with("h-")) {
            self.open.push((Role::Nested, depth, at));
        } else if has("p-name") {
            self.open.push((Role::Name, depth, at));
        } else if has("p-summary") {
            self.open.push((Role::Summary, depth, at));
        } else if has("dt-published") && self.properties.published_at.is_none() {
            match attribute(tag, "datetime") {
                Some(text) => self.properties.published_at = time(text),
                None => self.open.push((Role::Published, depth, at)),
            }
        }
    }

    /// Closes all elements at this depth or deeper.
    pub(super) fn close(&mut self, depth: usize, text: &str) {
        while let Some((role, at, start)) = self.open.last().copied() {
            if at < depth {
                break;
            }
            self.open.pop();
            let inner = || Some(text[start.min(text.len())..].trim().to_owned());
            let properties = &mut self.properties;
            match role {
                Role::Entry => self.done = true,
                Role::Nested => {}
                Role::Name => properties.name = properties.name.take().or_else(inner),
                Role::Summary => properties.summary = properties.summary.take().or_else(inner),
                Role::AuthorName | Role::Author => {
                    properties.author = properties.author.take().or_else(inner);
                }
                Role::Published => properties.published_at = inner().and_then(|text| time(&text)),
            }
        }
    }

    /// Returns the properties. The end of the page closes all elements.
    pub(super) fn finish(mut self, text: &str) -> EntryProperties {
        self.close(0, text);
        self.properties
    }

    fn author_url(&mut self, tag: &Tag, base: &Url) {
        let url = attribute(tag, "href").and_then(|href| base.join(href).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.map(String::from).filter(|url| url.len() <= crate::web::urls::MAX_BYTES);
        self.properties.author_url = self.properties.author_url.take().or(url);
    }
}

/// Parses a time, or a date as its midnight.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    instant.or_else(|| Some(day()?.and_time(NaiveTime::MIN).and_utc()))
}

/// Returns an attribute's value.
pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|one| &*one.name.local == name).map(|one| &*one.value)
}
