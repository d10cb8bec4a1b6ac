//! Reads a page of another site: its links, its endpoints and its metadata.
//!
//! html5ever's tokenizer suffices: a tree is made of microformats only, within limits. The cost
//! stays linear in the page's length, however hostile its nesting. Parse pages off the event loop.

mod author;
pub mod charset;
mod content;
mod date;
mod entry;
mod html;
mod mentioned;
pub mod plain;
mod prescan;
mod property;
mod relation;
mod sink;
mod tree;
mod value;

use std::time::{Duration, Instant};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use serde_json::Value;
use url::Url;

pub use content::{Link, Rel};
pub use mentioned::Mentioned;
pub use relation::Relation;

use super::fetch::Fetched;
use super::media_type;
use content::{Content, Document};

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
    document: Document,
    /// The content, if it is JSON or plain text.
    other: Option<Other>,
}

#[derive(Debug, Clone)]
enum Other {
    Json(Value),
    Plain(String),
}

impl Page {
    /// Reads a response by its media type: links in HTML, string values in JSON, words in plain
    /// text (Webmention, section 3.2.2). `None` for a character encoding that no browser reads.
    #[must_use]
    pub fn of(fetched: &Fetched) -> Option<Self> {
        let text = charset::decode(&fetched.body, fetched.content_type())?;
        let essence = media_type::essence(fetched.content_type());
        let mut page = Self::html("", &fetched.url);
        if essence == "application/json" || essence.ends_with("+json") {
            page.other = Some(Other::Json(serde_json::from_str(&text).unwrap_or_default()));
        } else if essence == "text/plain" {
            page.other = Some(Other::Plain(text));
        } else {
            page = Self::html(&text, &fetched.url);
        }
        Some(page)
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
        let Content { links, rels, document } = tokenizer.sink.into_content();
        Self { links, rels, document, other: None }
    }

    /// Returns the visible text of an HTML fragment as one line of at most `max_chars` characters,
    /// for text that may contain markup.
    #[must_use]
    pub fn plain_text(html: &str, max_chars: usize) -> Option<String> {
        let base = Url::parse("http://localhost/").ok()?;
        plain::optional(Some(&Self::html(html, &base).document.text), max_chars)
    }

    /// Returns the HTTP status that the page states instead of the response's.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.document.status
    }

    /// Returns the URL that the page calls its own.
    #[must_use]
    pub fn canonical(&self) -> Option<&Url> {
        self.document.canonical.as_ref()
    }

    /// Returns the target of a property that is no visible link, as of a `data` element.
    fn stated_link(&self, is_target: &dyn Fn(&Url) -> bool) -> Option<Link> {
        let Document { trees, base, .. } = &self.document;
        let url = entry::stated_target(trees, base, is_target)?;
        Some(Link { url, anchor: false, at: 0 })
    }

    /// Returns the page's first mention of a URL that `is_target` accepts.
    #[must_use]
    pub fn mention_of(&self, is_target: &dyn Fn(&Url) -> bool) -> Option<Mentioned> {
        match &self.other {
            Some(Other::Json(value)) => mentioned::in_json(value, is_target),
            Some(Other::Plain(text)) => mentioned::in_text(text, is_target),
            None => {
                let link = self.links.iter().find(|link| is_target(&link.url)).cloned();
                let link = link.or_else(|| self.stated_link(is_target))?;
                Some(mentioned::in_html(&self.document, &link, is_target))
            }
        }
    }
}
