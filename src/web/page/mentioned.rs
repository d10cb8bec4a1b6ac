//! A page's mention of a URL, with the metadata of the entry that holds the link. All texts are plain
//! text of limited length.

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use super::content::{Document, Link};
use super::entry::{self, Entry};
use super::plain;
use super::relation::Relation;

/// Longest stored title, in characters.
const MAX_TITLE: usize = 200;
/// Longest stored excerpt, in characters.
const MAX_EXCERPT: usize = 300;
/// Longest stored author name, in characters.
const MAX_NAME: usize = 100;

/// A page's mention of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentioned {
    /// The URL, as the page links to it.
    pub target: Url,
    /// The relation of the page to the URL.
    pub relation: Relation,
    /// The title.
    pub title: Option<String>,
    /// The page's summary or content, or else the text around the link.
    pub excerpt: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// The author's page.
    pub author_url: Option<String>,
    /// The author's photo.
    pub author_photo: Option<String>,
    /// The time of publication.
    pub published_at: Option<DateTime<Utc>>,
}

impl Mentioned {
    fn bare(target: Url, excerpt: Option<String>) -> Self {
        Self {
            target,
            relation: Relation::Mention,
            title: None,
            excerpt,
            author: None,
            author_url: None,
            author_photo: None,
            published_at: None,
        }
    }
}

/// Reads the mention by a link in an HTML page.
pub(super) fn in_html(
    document: &Document,
    link: &Link,
    is_target: &dyn Fn(&Url) -> bool,
) -> Mentioned {
    let entry = entry::find(&document.trees, &document.base, is_target);
    let excerpt = excerpt(document, &entry, link);
    let title = plain::optional(entry.name.as_deref(), MAX_TITLE)
        .or_else(|| plain::optional(document.title.as_deref(), MAX_TITLE));
    let author = entry.author.unwrap_or_default();
    let name = plain::optional(author.name.as_deref(), MAX_NAME)
        .or_else(|| plain::optional(document.author.as_deref(), MAX_NAME));
    Mentioned {
        relation: entry.relation,
        title,
        author: name,
        author_url: author.url,
        author_photo: author.photo,
        published_at: entry.published_at,
        ..Mentioned::bare(link.url.clone(), excerpt)
    }
}

/// Returns the summary. Else, if the content doesn't contain the link, it returns the content, as of a
/// reply; or else the text around the link.
fn excerpt(document: &Document, entry: &Entry, link: &Link) -> Option<String> {
    if let Some(summary) = plain::optional(entry.summary.as_deref(), MAX_EXCERPT) {
        return Some(summary);
    }
    match (&entry.content, &entry.relation) {
        (Some((content, false)), _) => plain::optional(Some(content), MAX_EXCERPT),
        // The text around such a link is its label and the author's name.
        (None, Relation::Like | Relation::Repost | Relation::Bookmark) => None,
        _ => plain::excerpt_at(&document.text, link.at, MAX_EXCERPT),
    }
}

/// Finds a URL among the string values of JSON. serde_json limits the depth.
pub(super) fn in_json(value: &Value, is_target: &dyn Fn(&Url) -> bool) -> Option<Mentioned> {
    match value {
        Value::String(text) => {
            let url = Url::parse(text).ok().filter(|url| is_target(url))?;
            Some(Mentioned::bare(url, None))
        }
        Value::Array(items) => items.iter().find_map(|item| in_json(item, is_target)),
        Value::Object(fields) => fields.values().find_map(|item| in_json(item, is_target)),
        _ => None,
    }
}

/// Finds a URL among the words of a text, also in brackets or before punctuation.
pub(super) fn in_text(text: &str, is_target: &dyn Fn(&Url) -> bool) -> Option<Mentioned> {
    let is_end = |c: char| c.is_whitespace() || "<>\"'".contains(c);
    // A URL may contain brackets, or stand in them.
    let words = text.split(is_end).chain(text.split(|c| is_end(c) || "()[]".contains(c)));
    let url_of = |word: &str| {
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '،', '؛', '؟']);
        let urls = [word, bare].into_iter().filter_map(|word| Url::parse(word).ok());
        urls.into_iter().find(is_target)
    };
    let (word, url) =
        words.filter(|word| !word.is_empty()).find_map(|word| Some((word, url_of(word)?)))?;
    let at = text.find(word).unwrap_or_default();
    Some(Mentioned::bare(url, plain::excerpt_at(text, at, MAX_EXCERPT)))
}
