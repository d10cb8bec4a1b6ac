//! A page of another site, read: what it links to, and what it says of itself. Called by
//! `service/mentions/`, off the event loop.
//!
//! Pages are read by html5ever's tokenizer. What is wanted needs no tree, and without one the cost
//! stays linear in the page, however it nests: hostile pages are the point of it.

pub mod charset;
mod entry;
pub mod plain;
mod sink;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use serde_json::Value;
use url::Url;

use super::fetch::Fetched;
use super::urls;

/// How much is read at once, in bytes.
const PIECE: usize = 4 << 10;
/// How long a page may take. An ordinary one takes milliseconds; one of nothing but attributes
/// costs the square of their number, and is left where it is then.
const TIME: Duration = Duration::from_secs(1);
/// The longest that a title is kept, in characters.
const TITLE: usize = 200;
/// The longest that an excerpt is kept, in characters.
const EXCERPT: usize = 300;
/// The longest that a name is kept, in characters.
const NAME: usize = 100;

/// A link in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub url: Url,
    /// Whether a reader can follow it (`a`, `area`), or it is a picture and the like.
    pub anchor: bool,
    /// Where in the text it stands, in bytes.
    at: usize,
}

/// A `rel` that names an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rel {
    /// Its tokens, in small letters.
    pub names: Vec<String>,
    /// Where it points.
    pub url: Url,
    /// Whether it is a `link` rather than an `a`.
    pub link: bool,
}

/// What a page says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Its title.
    pub title: Option<String>,
    /// Its own summary.
    pub summary: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Their page.
    pub author_url: Option<String>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its links, in order.
    pub links: Vec<Link>,
    /// Its endpoints, in order.
    pub rels: Vec<Rel>,
    /// What it says of itself.
    pub about: About,
    /// What a reader sees of it.
    text: String,
    /// For JSON and plain text: what the address must be found in.
    other: Option<Other>,
}

#[derive(Debug, Clone)]
enum Other {
    Json(Value),
    Plain(String),
}

/// What a page says of an address that it mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// What the page says of itself.
    pub about: About,
    /// What stands around the link, or the page's own summary.
    pub excerpt: Option<String>,
}

impl Page {
    /// Reads an answer, by its type: HTML by its links; JSON by its values and plain text by what
    /// stands in it, as the Webmention recommendation wants (section 3.2.2).
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
        let (links, rels, about) = (Vec::new(), Vec::new(), About::default());
        Self { links, rels, about, text: String::new(), other: Some(other) }
    }

    /// Reads HTML that came from an address.
    #[must_use]
    pub fn html(html: &str, base: &Url) -> Self {
        let tokenizer = Tokenizer::new(sink::Sink::new(base), TokenizerOpts::default());
        let (begun, queue) = (Instant::now(), BufferQueue::default());
        let mut rest = html;
        while !rest.is_empty() && begun.elapsed() < TIME {
            let cut = (1..=PIECE.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
            let (piece, after) = rest.split_at(cut.unwrap_or(rest.len()));
            queue.push_back(StrTendril::from_slice(piece));
            let _ = tokenizer.feed(&queue);
            rest = after;
        }
        tokenizer.end();
        tokenizer.sink.into_page()
    }

    /// The text of a piece of HTML.
    #[must_use]
    pub fn read_text(html: &str) -> String {
        match Url::parse("http://localhost/") {
            Ok(base) => Self::html(html, &base).text,
            Err(_) => String::new(),
        }
    }

    /// What the page says of an address, if it mentions it: exactly it, however spelled.
    #[must_use]
    pub fn mentions(&self, target: &Url) -> Option<Mentioned> {
        let about = self.about.clone();
        match &self.other {
            Some(Other::Json(value)) => {
                in_json(value, target).then_some(Mentioned { about, excerpt: None })
            }
            Some(Other::Plain(text)) => in_text(text, target).then(|| Mentioned {
                excerpt: text.find(target.as_str()).and_then(|at| plain::around(text, at, EXCERPT)),
                about,
            }),
            None => {
                let wanted = urls::normal(target);
                let link = self.links.iter().find(|link| urls::normal(&link.url) == wanted)?;
                let around = || plain::around(&self.text, link.at, EXCERPT);
                Some(Mentioned { excerpt: about.summary.clone().or_else(around), about })
            }
        }
    }
}

/// A value that is the address, at whatever depth: serde_json bounds it.
fn in_json(value: &Value, target: &Url) -> bool {
    match value {
        Value::String(text) => Url::parse(text).is_ok_and(|url| urls::same(&url, target)),
        Value::Array(items) => items.iter().any(|item| in_json(item, target)),
        Value::Object(fields) => fields.values().any(|item| in_json(item, target)),
        _ => false,
    }
}

/// A word of the text that is the address, maybe in brackets or before a full stop.
fn in_text(text: &str, target: &Url) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>\"'()[]".contains(c)).any(|word| {
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '،', '؛', '؟']);
        [word, bare].iter().any(|one| Url::parse(one).is_ok_and(|url| urls::same(&url, target)))
    })
}
