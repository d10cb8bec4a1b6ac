//! Renders an article's source to HTML, and sanitises it.
//!
//! A source of the maximum length takes a noticeable fraction of a second: render off the event
//! loop.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use ammonia::{Builder, UrlRelative};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

pub use super::extract::plain_text;
pub use super::prose::opening;
use super::site::Site;
use super::{markdown, tags, tidy};

/// Longest source to render, in bytes (UTF-8): about 25,000 Arabic words.
///
/// Sanitising is the most expensive work on text. Ammonia alone is superlinear on misnested tags
/// (468 KB took 10.8 s). After `tidy` the cost is linear, and this limit bounds it.
pub const MAX_SOURCE_BYTES: usize = 256 * 1024;

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = Format)]
pub enum BodyFormat {
    /// `CommonMark` with tables, strikethrough, footnotes, bare links and inline HTML.
    Markdown,
    /// HTML, for example from a rich text editor.
    Html,
}

/// Returns a source as HTML, not sanitised. The caller has refused sources over
/// [`MAX_SOURCE_BYTES`].
#[must_use]
pub fn markup(source: &str, format: BodyFormat) -> Cow<'_, str> {
    match format {
        BodyFormat::Markdown => Cow::Owned(markdown::to_html(source)),
        BodyFormat::Html => Cow::Borrowed(source),
    }
}

/// Renders and sanitises the articles of a site.
pub struct Renderer {
    site: Site,
    sanitizer: Builder<'static>,
}

impl Renderer {
    /// Makes the renderer of a site.
    #[must_use]
    pub fn new(site: Site) -> Self {
        Self { sanitizer: sanitizer(&site), site }
    }

    /// Reduces any HTML to the elements and attributes that an article may contain: no scripts,
    /// forms or styles, and frames of the site's embeds only.
    ///
    /// Idempotent: the result has been parsed again without change. A browser therefore reads the
    /// same tree, which rules out mutation XSS.
    #[must_use]
    pub fn sanitize(&self, html: &str) -> String {
        // The second pass nearly always confirms the first. A rare element loses its justification
        // only in the second, and needs a third.
        const PASSES: usize = 5;
        let mut current = self.clean(html);
        for _ in 1..PASSES {
            let next = self.clean(&current);
            if next == current {
                return current;
            }
            current = next;
        }
        // A fallback for a case that is not known to occur. Plain text is stable by construction.
        debug_assert!(false, "sanitising does not converge: {html:?}");
        let text = plain_text(&current);
        self.clean(&format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;")))
    }

    fn clean(&self, html: &str) -> String {
        self.sanitizer.clean(&tidy::tidy(html, &self.site, |_, _| false)).to_string()
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new(Site::default())
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("site", &self.site).finish_non_exhaustive()
    }
}

fn sanitizer(site: &Site) -> Builder<'static> {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let attributes: HashMap<_, _> =
        tags::ATTRIBUTES.iter().map(|(tag, list)| (*tag, set(list))).collect();
    let embeds = site.embeds.clone();
    let mut builder = Builder::empty();
    builder
        .tags(set(tags::ALLOWED))
        .clean_content_tags(set(&["script", "style"]))
        .generic_attributes(set(tags::GLOBAL_ATTRIBUTES))
        .tag_attributes(attributes)
        .set_tag_attribute_values(HashMap::from([
            ("iframe", HashMap::from([("sandbox", tags::SANDBOX), ("loading", "lazy")])),
            ("audio", HashMap::from([("controls", "")])),
            ("video", HashMap::from([("controls", "")])),
        ]))
        .url_schemes(set(tags::SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(move |tag, attribute, value| {
            let is_allowed = match (tag, attribute) {
                ("iframe", "src") => embeds.address(value).as_deref() == Some(value),
                _ => tags::allows_value(tag, attribute, value),
            };
            is_allowed.then_some(Cow::Borrowed(value))
        });
    builder
}
