//! Renders an article's source to sanitised HTML, and HTML to plain text.
//!
//! A source of the maximum length takes a noticeable fraction of a second: render off the event
//! loop.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use super::scan::{Piece, scan};
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

/// The sanitised HTML of a source. The caller has refused sources over [`MAX_SOURCE_BYTES`].
#[must_use]
pub fn render(source: &str, format: BodyFormat) -> String {
    match format {
        BodyFormat::Markdown => sanitize(&markdown::to_html(source)),
        BodyFormat::Html => sanitize(source),
    }
}

/// Reduces any HTML to the elements and attributes that an article may contain: no scripts, frames,
/// forms or styles.
///
/// Idempotent: the result has been parsed again without change. A browser therefore reads the same
/// tree, which rules out mutation XSS.
#[must_use]
pub fn sanitize(html: &str) -> String {
    // The second pass nearly always confirms the first. A rare element loses its justification only
    // in the second, and needs a third.
    const PASSES: usize = 4;
    let mut current = clean(html);
    for _ in 1..PASSES {
        let next = clean(&current);
        if next == current {
            return current;
        }
        current = next;
    }
    // A fallback for a case that is not known to occur. Plain text is stable by construction.
    debug_assert!(false, "sanitising does not converge: {html:?}");
    let text = plain_text(&current);
    clean(&format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;")))
}

fn clean(html: &str) -> String {
    SANITIZER.clean(&tidy::tidy(html)).to_string()
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let attributes: HashMap<_, _> =
        tags::ATTRIBUTES.iter().map(|(tag, list)| (*tag, set(list))).collect();
    let mut builder = Builder::empty();
    builder
        .tags(set(tags::ALLOWED))
        .clean_content_tags(set(&["script", "style"]))
        .generic_attributes(set(tags::GLOBAL_ATTRIBUTES))
        .tag_attributes(attributes)
        .url_schemes(set(tags::SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|tag, attribute, value| {
            tags::allows_value(tag, attribute, value).then_some(Cow::Borrowed(value))
        });
    builder
});

/// Extracts the text of sanitised HTML, for counting, excerpts and search.
///
/// Blocks stand on their own lines, table cells are separated, character references decoded and
/// white space collapsed. Footnote marks and pronunciation aids are left out. In other HTML,
/// scripts, styles and comments are dropped too, but only the named references of sanitised HTML
/// are decoded.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut text = Plain::default();
    scan(html, |piece| match piece {
        Piece::Text(raw) => text.push(raw),
        Piece::LessThan => text.push("<"),
        Piece::Start(name, attributes) => {
            text.boundary(&name);
            let is_mark = attributes
                .iter()
                .any(|(key, value)| key == "class" && value.starts_with("footnote-"));
            if matches!(name.as_str(), "rp" | "rt") || tags::is_dropped(&name) || is_mark {
                text.skip(name);
            } else {
                text.deeper(&name, 1);
            }
        }
        Piece::End(name) => {
            text.boundary(&name);
            text.deeper(&name, -1);
        }
    });
    text.out
}

#[derive(Default)]
struct Plain {
    out: String,
    /// The white space before the next word.
    gap: Option<char>,
    /// The element that is left out with its content, and its nesting depth.
    skipping: Option<(String, i32)>,
}

impl Plain {
    fn push(&mut self, raw: &str) {
        if self.skipping.is_some() {
            return;
        }
        for (n, word) in decode(raw).split(char::is_whitespace).enumerate() {
            if n > 0 {
                self.gap = self.gap.or(Some(' '));
            }
            if word.is_empty() {
                continue;
            }
            if let Some(gap) = self.gap.take()
                && !self.out.is_empty()
            {
                self.out.push(gap);
            }
            self.out.push_str(word);
        }
    }

    fn boundary(&mut self, name: &str) {
        if tags::is_block(name) || matches!(name, "br" | "tr" | "caption") {
            self.gap = Some('\n');
        } else if matches!(name, "td" | "th" | "img") {
            self.gap = self.gap.or(Some(' '));
        }
    }

    fn skip(&mut self, name: String) {
        if self.skipping.is_some() {
            self.deeper(&name, 1);
        } else {
            self.skipping = Some((name, 1));
        }
    }

    fn deeper(&mut self, name: &str, by: i32) {
        if let Some((skipped, depth)) = &mut self.skipping
            && skipped == name
        {
            *depth += by;
            if *depth == 0 {
                self.skipping = None;
            }
        }
    }
}

/// Decodes numeric character references, and the named ones that serialisers write.
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest reference is `&#1114111;`.
        let end = rest.bytes().take(12).position(|b| b == b';');
        if let Some((c, end)) = end.and_then(|end| Some((reference(&rest[1..end])?, end))) {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
