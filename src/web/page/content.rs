//! The parsed content of an HTML page.

use chrono::{DateTime, Utc};
use url::Url;

/// Longest stored title, in characters.
pub(super) const MAX_TITLE: usize = 200;
/// Longest stored excerpt, in characters.
pub(super) const MAX_EXCERPT: usize = 300;
/// Longest stored author name, in characters.
pub(super) const MAX_NAME: usize = 100;

/// A link in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target.
    pub url: Url,
    /// True if a reader can follow it (`a`, `area`), false for images and the like.
    pub anchor: bool,
    /// The link's position in the page's text, in bytes.
    pub(super) at: usize,
}

/// A `link` or `a` element with the relation of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rel {
    /// The relation types, in lower case.
    pub names: Vec<String>,
    /// The target.
    pub url: Url,
    /// True for a `link`, false for an `a`.
    pub link: bool,
}

/// A page's metadata, from its microformats or its title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The title.
    pub title: Option<String>,
    /// The summary.
    pub summary: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// The author's page.
    pub author_url: Option<String>,
    /// The time of publication.
    pub published_at: Option<DateTime<Utc>>,
}

/// The content of an HTML page.
pub(super) struct Content {
    pub links: Vec<Link>,
    pub rels: Vec<Rel>,
    pub metadata: Metadata,
    /// The visible text.
    pub text: String,
}
