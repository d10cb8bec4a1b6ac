//! The HTML an article may contain: elements, attributes, and the values of attributes.
//!
//! Called by `tidy`, which builds from it, and by [`super::render`], which has ammonia enforce it.
//! The list is for news articles. Left out on purpose: `style`, scripts, forms, frames, SVG,
//! `MathML`, media players (embeds belong to metadata, where the frontend decides), `target`, and
//! any `class` or `id` a page's own scripts and styles could be confused by.

use super::lang::Lang;

/// Every element allowed.
pub(super) const ALLOWED: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Attributes any element may have.
pub(super) const GLOBAL_ATTRIBUTES: &[&str] = &["dir", "lang", "title"];

/// Attributes of single elements. `rel` is set on every link, never taken over.
pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "class", "id"]),
    ("blockquote", &["cite"]),
    ("code", &["class"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("img", &["src", "alt", "width", "height", "loading"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["id", "value"]),
    ("ol", &["start", "reversed"]),
    ("q", &["cite"]),
    ("section", &["class"]),
    ("sup", &["class", "id"]),
    ("td", &["align", "colspan", "rowspan"]),
    ("th", &["align", "colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
];

/// Schemes of absolute addresses; relative ones are allowed besides.
pub(super) const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Elements that disappear with all they contain. (Scripts, styles, frames and other raw text
/// never get past `scan`.) Elements neither here nor in [`ALLOWED`] disappear, their content stays.
pub(super) fn is_dropped(name: &str) -> bool {
    matches!(name, "head" | "math" | "svg" | "template" | "select" | "datalist")
}

/// Elements without content or end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "col" | "hr" | "img" | "wbr")
}

/// Elements that stand on lines of their own; a paragraph ends before one of them.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "blockquote"
            | "details"
            | "div"
            | "dl"
            | "dd"
            | "dt"
            | "figcaption"
            | "figure"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}

/// Elements that only make sense inside a table.
pub(super) fn is_table_part(name: &str) -> bool {
    matches!(
        name,
        "caption" | "col" | "colgroup" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr"
    )
}

/// Whether an element may have an attribute, whatever its value.
pub(super) fn allows(name: &str, attribute: &str) -> bool {
    GLOBAL_ATTRIBUTES.contains(&attribute)
        || ATTRIBUTES.iter().any(|(tag, list)| *tag == name && list.contains(&attribute))
}

/// Whether an allowed attribute may have a value. The schemes of links and images are
/// ammonia's to check.
pub(super) fn allows_value(name: &str, attribute: &str, value: &str) -> bool {
    let number = |max_digits| {
        (1..=max_digits).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
    };
    match (name, attribute) {
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto"),
        // Ammonia checks the schemes of `href` and `src` only.
        (_, "cite") => ["https://", "http://", "/"].iter().any(|start| value.starts_with(start)),
        (_, "lang" | "hreflang") => Lang::parse(value).is_ok(),
        (_, "width" | "height") => number(5),
        (_, "colspan" | "rowspan" | "span") => number(3),
        (_, "start" | "value") => number(6),
        (_, "loading") => matches!(value, "lazy" | "eager"),
        (_, "align") => matches!(value, "left" | "right" | "center"),
        (_, "scope") => matches!(value, "row" | "col" | "rowgroup" | "colgroup"),
        // Only the ids of footnotes: any other could shadow a variable of the page (DOM clobbering).
        (_, "id") => ["fn-", "fnref-"].iter().any(|prefix| {
            value.strip_prefix(prefix).is_some_and(|n| {
                (1..=5).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())
            })
        }),
        ("code", "class") => value.strip_prefix("language-").is_some_and(|language| {
            (1..=32).contains(&language.len())
                && language.bytes().all(|b| b.is_ascii_alphanumeric() || b"+#._-".contains(&b))
        }),
        ("sup", "class") => value == "footnote-ref",
        ("a", "class") => value == "footnote-backref",
        ("section", "class") => value == "footnotes",
        _ => true,
    }
}
