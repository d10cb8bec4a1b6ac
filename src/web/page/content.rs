//! The parsed content of an HTML page.

use url::Url;

use super::tree::Element;

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

/// The content of an HTML page.
pub(super) struct Content {
    /// The links, in document order.
    pub links: Vec<Link>,
    /// The elements that name endpoints, in document order.
    pub rels: Vec<Rel>,
    /// All else.
    pub document: Document,
}

/// The text, the metadata and the microformats of an HTML page.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// The URL that relative URLs refer to.
    pub base: Url,
    /// The title of the document.
    pub title: Option<String>,
    /// The author that a `meta` element names.
    pub author: Option<String>,
    /// The URL that the page calls its own, by a `link` with the relation `canonical`.
    pub canonical: Option<Url>,
    /// The HTTP status that a `meta` element states instead of the response's.
    pub status: Option<u16>,
    /// The microformats, and links to the author.
    pub trees: Vec<Element>,
    /// The visible text.
    pub text: String,
}
