//! The HTML that an article may contain: elements, attributes and values.
//!
//! It excludes `style`, scripts, forms, SVG, `MathML` and `target`. Frames are embeds of allowed
//! hosts. `class` has fixed values, so that it cannot affect a page's styles.

use super::code_language;
use super::ids;
use super::lang::Lang;
use super::srcset;

/// The allowed elements, sorted.
pub(super) const ALLOWED: &[&str] = &[
    "a",
    "abbr",
    "address",
    "aside",
    "audio",
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
    "iframe",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
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
    "track",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Attributes of all elements.
pub(super) const GLOBAL_ATTRIBUTES: &[&str] = &["dir", "id", "lang", "title"];

/// Attributes of single elements. `rel` is completed on links to other sites. `sandbox` and `loading`
/// of frames, and `controls` of players, are always set.
pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "class", "rel"]),
    ("audio", &["src", "controls", "loop", "muted", "preload"]),
    ("blockquote", &["cite"]),
    ("code", &["class"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    (
        "iframe",
        &[
            "src",
            "width",
            "height",
            "allow",
            "allowfullscreen",
            "referrerpolicy",
            "sandbox",
            "loading",
        ],
    ),
    ("img", &["src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["value"]),
    ("ol", &["class", "start", "reversed", "type"]),
    ("pre", &["class"]),
    ("q", &["cite"]),
    ("section", &["class"]),
    ("source", &["src", "srcset", "sizes", "type", "media", "width", "height"]),
    ("sup", &["class"]),
    ("td", &["align", "colspan", "rowspan"]),
    ("th", &["abbr", "align", "colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("track", &["src", "kind", "srclang", "label", "default"]),
    (
        "video",
        &[
            "src",
            "poster",
            "width",
            "height",
            "controls",
            "loop",
            "muted",
            "playsinline",
            "preload",
        ],
    ),
];

/// Longest attribute value, in bytes. Longer ones are images pasted as `data:`, which are refused
/// anyway.
pub(super) const MAX_VALUE: usize = 8 * 1024;

/// Schemes of absolute addresses. Relative addresses are allowed too.
pub(super) const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// The `sandbox` of a frame. An embed runs its own scripts in its own origin, and cannot navigate
/// the page around it.
pub(super) const SANDBOX: &str = "allow-forms allow-popups allow-popups-to-escape-sandbox \
    allow-presentation allow-same-origin allow-scripts";

/// Link types that say something of the target. Others are removed.
#[rustfmt::skip]
pub(super) const LINK_TYPES: &[&str] = &[
    "author", "bookmark", "external", "help", "license", "me", "nofollow", "noopener",
    "noreferrer", "sponsored", "tag", "ugc",
];

/// Features that a frame may be allowed.
#[rustfmt::skip]
const FEATURES: &[&str] = &[
    "accelerometer", "autoplay", "clipboard-write", "encrypted-media", "fullscreen", "gyroscope",
    "picture-in-picture", "web-share",
];

/// Returns the allowed element that an obsolete or structural one becomes. Blocks stay blocks, so
/// that the words around them stay apart.
pub(super) fn replacement(name: &str) -> &str {
    match name {
        "acronym" => "abbr",
        "article" | "center" | "dialog" | "fieldset" | "footer" | "form" | "header" | "hgroup"
        | "legend" | "main" | "marquee" | "nav" | "search" => "div",
        "dir" | "menu" => "ul",
        "image" => "img",
        "listing" => "pre",
        "rtc" => "rt",
        "strike" => "s",
        "tt" => "code",
        name => name,
    }
}

/// True for elements that are removed with their content. `scan` removes the content of scripts,
/// styles, frames and other raw text. Other elements outside [`ALLOWED`] are removed, and their
/// content stays.
pub(super) fn is_dropped(name: &str) -> bool {
    matches!(name, "head" | "math" | "svg" | "template" | "select" | "datalist")
}

/// True for elements other than blocks that separate the words around them.
pub(super) fn separates(name: &str) -> bool {
    is_dropped(name)
        || is_table_part(name)
        || matches!(
            name,
            "applet"
                | "audio"
                | "button"
                | "canvas"
                | "embed"
                | "frame"
                | "iframe"
                | "img"
                | "input"
                | "meter"
                | "noembed"
                | "noframes"
                | "noscript"
                | "object"
                | "optgroup"
                | "option"
                | "param"
                | "progress"
                | "source"
                | "textarea"
                | "title"
                | "track"
                | "video"
                | "xmp"
        )
}

/// True for elements without content and end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "col" | "hr" | "img" | "source" | "track" | "wbr")
}

/// True for elements on lines of their own. They end a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        replacement(name),
        "address"
            | "aside"
            | "blockquote"
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

/// True if an allowed attribute may have the value. Ammonia checks the schemes of `href`, `src` and
/// `poster`.
pub(super) fn allows_value(name: &str, attribute: &str, value: &str) -> bool {
    let number = |max_digits| {
        (1..=max_digits).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
    };
    let plain = |signs: &str| {
        value.len() <= 500 && value.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
    };
    // Enumerated values are ASCII case-insensitive (WHATWG HTML, section 2.3.3).
    let is_one_of = |known: &[&str]| known.iter().any(|one| value.eq_ignore_ascii_case(one));
    match (name, attribute) {
        (_, "dir") => is_one_of(&["ltr", "rtl", "auto"]),
        // Ammonia does not check the scheme of `cite`.
        (_, "cite") => ["https://", "http://", "/"].iter().any(|start| value.starts_with(start)),
        (_, "lang" | "hreflang" | "srclang") => Lang::parse(value).is_ok(),
        ("iframe", "width" | "height") => number(5) || value == "100%",
        (_, "width" | "height") => number(5),
        (_, "colspan" | "rowspan" | "span") => number(3),
        (_, "start" | "value") => number(6),
        ("ol", "type") => matches!(value, "1" | "a" | "A" | "i" | "I"),
        (_, "type") => plain("/+.;=,\"'_* -"),
        (_, "loading") => is_one_of(&["lazy", "eager"]),
        (_, "decoding") => is_one_of(&["async", "sync", "auto"]),
        (_, "preload") => is_one_of(&["none", "metadata", "auto", ""]),
        (_, "kind") => {
            is_one_of(&["subtitles", "captions", "descriptions", "chapters", "metadata"])
        }
        (_, "sizes" | "media") => plain(" ()<>=:,.%-+*/"),
        (_, "srcset") => !value.is_empty() && srcset::clean(value) == value,
        (_, "align") => is_one_of(&["left", "right", "center"]),
        (_, "scope") => is_one_of(&["row", "col", "rowgroup", "colgroup"]),
        (_, "id") => ids::safe(value).as_deref() == Some(value),
        (_, "rel") => value.split(' ').all(|kind| LINK_TYPES.contains(&kind)),
        (_, "class") => class(name, value).as_deref() == Some(value),
        (_, "allow") => value.split(';').all(|feature| FEATURES.contains(&feature.trim())),
        (_, "referrerpolicy") => matches!(
            value,
            "no-referrer"
                | "origin"
                | "same-origin"
                | "strict-origin"
                | "strict-origin-when-cross-origin"
        ),
        (_, "sandbox") => value == SANDBOX,
        _ => true,
    }
}

/// Returns the class that an element keeps of those written: the language of code, or a part of
/// footnotes.
pub(super) fn class(name: &str, written: &str) -> Option<String> {
    let mut classes = written.split_ascii_whitespace();
    let fixed = match name {
        "code" | "pre" => {
            return code_language::of_classes(written).map(|name| code_language::class(&name));
        }
        "sup" => {
            classes.any(|class| matches!(class, "footnote-ref" | "fn")).then_some("footnote-ref")
        }
        "a" => classes.any(|class| class == "footnote-backref").then_some("footnote-backref"),
        "section" | "ol" => classes
            .any(|class| matches!(class, "footnotes" | "wp-block-footnotes"))
            .then_some("footnotes"),
        _ => None,
    };
    fixed.map(str::to_owned)
}
