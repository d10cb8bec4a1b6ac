//! The prose of an article, of which an excerpt is made. Captions, credits, notes, navigation and the
//! like stand beside it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::clean::is_blank;
use super::extract::{self, plain_text};
use super::fold::fold;
use super::references::decode;
use super::site::Site;
use super::{notes, shortcodes, tidy};

/// Elements beside the prose.
#[rustfmt::skip]
const ELEMENTS: [&str; 25] = [
    "address", "aside", "caption", "details", "dialog", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "menu", "nav",
    "pre", "search", "small", "summary", "table",
];

/// Words in the classes of elements beside the prose.
#[rustfmt::skip]
const CLASS_WORDS: [&str; 21] = [
    "advertisement", "breadcrumb", "breadcrumbs", "byline", "caption", "copyright", "credit",
    "credits", "endnote", "endnotes", "footnote", "footnotes", "infobox", "nav", "navbar",
    "navigation", "newsletter", "readmore", "relatedposts", "sharedaddy", "toc",
];

/// Classes of elements beside the prose.
#[rustfmt::skip]
const CLASSES: [&str; 29] = [
    "also-read", "author-bio", "author-box", "gallery", "more-link", "post-tags", "read-also",
    "read-more", "references", "reflist", "related", "related-articles", "related-links",
    "related-news", "related-posts", "screen-reader-text", "see-also", "share-buttons",
    "sharing", "sidebar", "social-share", "sr-only", "tags-links", "visually-hidden",
    "wp-block-buttons", "wp-block-embed", "wp-block-gallery", "wp-block-latest-posts",
    "wp-block-read-more",
];

/// Roles of elements beside the prose.
#[rustfmt::skip]
const ROLES: [&str; 10] = [
    "banner", "complementary", "contentinfo", "doc-credits", "doc-endnote", "doc-endnotes",
    "doc-footnote", "doc-toc", "navigation", "search",
];

/// Labels of links to other articles.
#[rustfmt::skip]
const LABELS: [&str; 54] = [
    "اقرأ أيضا", "اقرأ كذلك", "اقرأ المزيد", "اقرأ أكثر", "إقرأ أيضا", "طالع أيضا",
    "طالع المزيد", "شاهد أيضا", "شاهد المزيد", "تابع أيضا", "انظر أيضا", "للمزيد", "المزيد",
    "لقراءة المزيد", "مواضيع ذات صلة", "موضوعات ذات صلة", "أخبار ذات صلة", "مقالات ذات صلة",
    "ذات صلة", "روابط ذات صلة", "قد يهمك", "قد يهمك أيضا", "قد يعجبك أيضا", "read more",
    "read also", "also read", "see also", "related", "related articles", "related stories",
    "related posts", "more on this story", "more on this", "continue reading", "keep reading",
    "you may also like", "lire aussi", "à lire aussi", "lire la suite", "voir aussi",
    "à voir aussi", "à lire également", "en savoir plus", "sur le même sujet", "lee también",
    "lea también", "leer más", "ver también", "leia também", "lesen sie auch", "siehe auch",
    "mehr zum thema", "بیشتر بخوانید", "همچنین بخوانید",
];

static FOLDED_LABELS: LazyLock<HashSet<String>> =
    LazyLock::new(|| LABELS.iter().map(|label| fold(label)).collect());

/// Extracts the text of an excerpt from any HTML, as the source has it: classes tell captions and
/// the like. It's the prose, or all text if there is no prose.
#[must_use]
pub fn opening(html: &str) -> String {
    let html = tidy::tidy(html, &Site::default(), is_beside);
    let prose = shortcodes::without(&extract::prose(&html, is_label));
    if !is_blank(&prose) {
        return prose;
    }
    let all = plain_text(&html);
    let text = shortcodes::without_tags(&all);
    if is_blank(&text) { all } else { text }
}

/// True for an element beside the prose, by its name and attributes as written.
fn is_beside(name: &str, attributes: &[(String, &str)]) -> bool {
    let is_element = ELEMENTS.contains(&name);
    attributes.iter().any(|(key, value)| is_beside_by(name, key, &decode(value)))
        || is_element && !(name == "pre" && is_verse(attributes))
}

fn is_beside_by(name: &str, key: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let mut words = value.split_ascii_whitespace();
    match key {
        "class" => words.any(|class| {
            CLASSES.contains(&class)
                || class.split(['-', '_']).any(|word| CLASS_WORDS.contains(&word))
        }),
        "role" => words.any(|role| ROLES.contains(&role)),
        "hidden" => true,
        "aria-hidden" => value == "true",
        "style" => value.replace(' ', "").contains("display:none"),
        "id" => {
            matches!(name, "dd" | "div" | "dt" | "li" | "p" | "section")
                && notes::is_note_id(&value)
        }
        _ => false,
    }
}

/// True for a poem, which stands in `pre` for its lines.
fn is_verse(attributes: &[(String, &str)]) -> bool {
    attributes.iter().any(|(key, value)| key == "class" && value.contains("verse"))
}

/// True for a label such as "Read more:", with or without a title behind the colon.
fn is_label(text: &str) -> bool {
    let label = text.split([':', '：']).next().unwrap_or_default();
    FOLDED_LABELS.contains(&fold(label.trim_matches(|c: char| !c.is_alphanumeric())))
}
