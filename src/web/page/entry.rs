//! What a page says of itself in microformats: the first `h-entry` of it, its name, summary,
//! author and date. Called by `sink.rs` with each element. Source: microformats2 parsing, of which
//! it takes what a mention shows; what stands in other roots within the entry (comments, citations)
//! is not the entry's own.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use html5ever::tokenizer::Tag;
use url::Url;

use super::sink::attribute;

/// What was found.
#[derive(Debug, Clone, Default)]
pub(super) struct EntryProperties {
    pub name: Option<String>,
    pub summary: Option<String>,
    pub author: Option<String>,
    pub author_url: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
}

/// What an element that is open stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Entry,
    /// Another root within: nothing in it is the entry's.
    Other,
    Name,
    Summary,
    Author,
    AuthorName,
    Published,
}

/// The first entry of a page, as far as it has been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Open elements that matter: which, how deep, and where in the text they begin.
    open: Vec<(Part, usize, usize)>,
    done: bool,
    said: EntryProperties,
}

impl Entry {
    fn within(&self, part: Part) -> bool {
        self.open.iter().any(|(open, ..)| *open == part)
    }

    pub(super) fn start(&mut self, tag: &Tag, base: &Url, depth: usize, at: usize) {
        let Some(classes) = attribute(tag, "class") else { return };
        let has = |name: &str| classes.split_ascii_whitespace().any(|class| class == name);
        if !self.within(Part::Entry) {
            if has("h-entry") && !self.done {
                self.open.push((Part::Entry, depth, at));
            }
            return;
        }
        if self.within(Part::Other) {
            return;
        }
        if self.within(Part::Author) {
            if has("p-name") {
                self.open.push((Part::AuthorName, depth, at));
            }
            if has("u-url") {
                self.author_url(tag, base);
            }
            return;
        }
        if has("p-author") {
            self.open.push((Part::Author, depth, at));
            self.author_url(tag, base);
        } else if classes.split_ascii_whitespace().any(|class| class.starts_with("h-")) {
            self.open.push((Part::Other, depth, at));
        } else if has("p-name") {
            self.open.push((Part::Name, depth, at));
        } else if has("p-summary") {
            self.open.push((Part::Summary, depth, at));
        } else if has("dt-published") && self.said.published_at.is_none() {
            match attribute(tag, "datetime") {
                Some(text) => self.said.published_at = time(text),
                None => self.open.push((Part::Published, depth, at)),
            }
        }
    }

    /// All elements from this depth on are closed.
    pub(super) fn close(&mut self, depth: usize, text: &str) {
        while let Some((part, at, begins)) = self.open.last().copied() {
            if at < depth {
                break;
            }
            self.open.pop();
            let inner = || Some(text[begins.min(text.len())..].trim().to_owned());
            let said = &mut self.said;
            match part {
                Part::Entry => self.done = true,
                Part::Other => {}
                Part::Name => said.name = said.name.take().or_else(inner),
                Part::Summary => said.summary = said.summary.take().or_else(inner),
                Part::AuthorName | Part::Author => said.author = said.author.take().or_else(inner),
                Part::Published => said.published_at = inner().and_then(|text| time(&text)),
            }
        }
    }

    /// What was found; elements that were never closed end with the page.
    pub(super) fn finish(mut self, text: &str) -> EntryProperties {
        self.close(0, text);
        self.said
    }

    fn author_url(&mut self, tag: &Tag, base: &Url) {
        let url = attribute(tag, "href").and_then(|href| base.join(href).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.map(String::from).filter(|url| url.len() <= crate::web::urls::LONGEST);
        self.said.author_url = self.said.author_url.take().or(url);
    }
}

/// Reads a time. A date without a time is the beginning of the day.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let whole = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    whole.or_else(|| Some(day()?.and_time(NaiveTime::MIN).and_utc()))
}
