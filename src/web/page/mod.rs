//! Reads a page of another site: its links, its endpoints and its metadata.
//!
//! html5ever's tokenizer suffices, since no tree is needed. Without a tree the cost stays linear in
//! the page's length, however hostile its nesting. Parse pages off the event loop.

pub mod charset;
mod content;
mod entry;
pub mod plain;
mod sink;

use std::time::{Duration, Instant};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use serde_json::Value;
use url::Url;

pub use content::{Link, Metadata, Rel};

use super::fetch::Fetched;
use super::urls;
use content::MAX_EXCERPT;

/// Bytes fed to the tokenizer between two checks of the time.
const CHUNK_BYTES: usize = 4 << 10;
/// Longest time for parsing a page, after which the rest is ignored. An ordinary page takes
/// milliseconds, but the cost of many attributes is quadratic.
const PARSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The links, in document order.
    pub links: Vec<Link>,
    /// The elements that name endpoints, in document order.
    pub rels: Vec<Rel>,
    /// The page's metadata.
    pub metadata: Metadata,
    /// The visible text.
    text: String,
    /// The content, if it is JSON or plain text.
    other: Option<Other>,
}

#[derive(Debug, Clone)]
enum Other {
    Json(Value),
    Plain(String),
}

/// A page's mention of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// The page's metadata.
    pub metadata: Metadata,
    /// The page's summary, or else the text around the link.
    pub excerpt: Option<String>,
}

impl Page {
    /// Reads a response by its media type: links in HTML, string values in JSON, words in plain
    /// text (Webmention, section 3.2.2).
    #[must_use]
    pub fn of(fetched: &Fetched) -> Self {
        let kind = fetched.content_type();
        let text = charset::decode(&fetched.body, kind);
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence == "application/json" || essence.ends_with("+json") {
            let value = serde_json::from_str(&text).unwrap_or_default();
            return Self::other(Other::Json(value));
        }
        if essence == "text/plain" {
            return Self::other(Other::Plain(text));
        }
        Self::html(&text, &fetched.url)
    }

    fn other(other: Other) -> Self {
        let (links, rels, metadata) = (Vec::new(), Vec::new(), Metadata::default());
        Self { links, rels, metadata, text: String::new(), other: Some(other) }
    }

    /// Reads HTML with the given base URL.
    #[must_use]
    pub fn html(html: &str, base: &Url) -> Self {
        let tokenizer = Tokenizer::new(sink::Sink::new(base), TokenizerOpts::default());
        let (started, queue) = (Instant::now(), BufferQueue::default());
        let mut rest = html;
        while !rest.is_empty() && started.elapsed() < PARSE_TIMEOUT {
            let cut = (1..=CHUNK_BYTES.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
            let (chunk, after) = rest.split_at(cut.unwrap_or(rest.len()));
            queue.push_back(StrTendril::from_slice(chunk));
            let _ = tokenizer.feed(&queue);
            rest = after;
        }
        tokenizer.end();
        let content::Content { links, rels, metadata, text } = tokenizer.sink.into_content();
        Self { links, rels, metadata, text, other: None }
    }

    /// Returns the visible text of an HTML fragment as one line of at most `max_chars` characters,
    /// for text that may contain markup.
    #[must_use]
    pub fn plain_text(html: &str, max_chars: usize) -> Option<String> {
        let base = Url::parse("http://localhost/").ok()?;
        plain::optional(Some(&Self::html(html, &base).text), max_chars)
    }

    /// Returns the page's mention of the address, compared after normalisation.
    #[must_use]
    pub fn mentions(&self, target: &Url) -> Option<Mentioned> {
        let metadata = self.metadata.clone();
        match &self.other {
            Some(Other::Json(value)) => {
                in_json(value, target).then_some(Mentioned { metadata, excerpt: None })
            }
            Some(Other::Plain(text)) => in_text(text, target).then(|| Mentioned {
                excerpt: text
                    .find(target.as_str())
                    .and_then(|at| plain::excerpt_at(text, at, MAX_EXCERPT)),
                metadata,
            }),
            None => {
                let normalised = urls::normalise(target);
                let link =
                    self.links.iter().find(|link| urls::normalise(&link.url) == normalised)?;
                let around = || plain::excerpt_at(&self.text, link.at, MAX_EXCERPT);
                Some(Mentioned { excerpt: metadata.summary.clone().or_else(around), metadata })
            }
        }
    }
}

/// True if any string value is the address. serde_json limits the depth.
fn in_json(value: &Value, target: &Url) -> bool {
    match value {
        Value::String(text) => Url::parse(text).is_ok_and(|url| urls::is_same(&url, target)),
        Value::Array(items) => items.iter().any(|item| in_json(item, target)),
        Value::Object(fields) => fields.values().any(|item| in_json(item, target)),
        _ => false,
    }
}

/// True if a word is the address, also in brackets or before punctuation.
fn in_text(text: &str, target: &Url) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>\"'()[]".contains(c)).any(|word| {
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '،', '؛', '؟']);
        [word, bare].iter().any(|one| Url::parse(one).is_ok_and(|url| urls::is_same(&url, target)))
    })
}
