//! The HTML that an article may contain: elements, attributes and values.
//!
//! It excludes `style`, scripts, forms, frames, SVG, `MathML` and `target`. Media players are left
//! out too, since embeds belong in the metadata. `class` and `id` have fixed values, so that they
//! cannot affect a page's scripts and styles.

use super::lang::Lang;

/// The allowed elements, sorted.
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

/// Attributes of all elements.
pub(super) const GLOBAL_ATTRIBUTES: &[&str] = &["dir", "lang", "title"];

/// Attributes of single elements. `rel` is set on every link, never taken from the source.
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

/// Schemes of absolute addresses. Relative addresses are allowed too.
pub(super) const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// True for elements that are removed with their content. `scan` removes scripts, styles, frames
/// and other raw text. Other elements outside [`ALLOWED`] are removed, and their content stays.
pub(super) fn is_dropped(name: &str) -> bool {
    matches!(name, "head" | "math" | "svg" | "template" | "select" | "datalist")
}

/// True for elements without content and end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "col" | "hr" | "img" | "wbr")
}

/// True for elements on lines of their own. They end a paragraph.
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

/// True for parts of a table.
pub(super) fn is_table_part(name: &str) -> bool {
    matches!(
        name,
        "caption" | "col" | "colgroup" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr"
    )
}

/// True if an element may have an attribute.
pub(super) fn allows(name: &str, attribute: &str) -> bool {
    GLOBAL_ATTRIBUTES.contains(&attribute)
        || ATTRIBUTES.iter().any(|(tag, list)| *tag == name && list.contains(&attribute))
}

/// True if an allowed attribute may have the value. Ammonia checks the schemes of links and images.
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
        // Only ids of footnotes. Another id could shadow a variable of the page (DOM clobbering).
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
