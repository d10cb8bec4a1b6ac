//! Shortcodes of `WordPress` in plain text: `[caption width="300"]…[/caption]`, `[gallery]`.
//!
//! Square brackets of prose, such as `[sic]` and `[…]`, are none.

use std::collections::HashMap;
use std::ops::Range;

/// Longest tag, in bytes.
const MAX_TAG: usize = 1_000;

/// Shortcodes whose content is no prose, sorted.
#[rustfmt::skip]
const BESIDE_PROSE: [&str; 16] = [
    "audio", "caption", "code", "contact-form", "embed", "gallery", "googlemaps", "iframe",
    "php", "playlist", "sourcecode", "table", "video", "vimeo", "wp_caption", "youtube",
];

/// Further shortcodes that stand alone, without attributes.
const ALONE: [&str; 4] = ["more", "nextpage", "toc", "tweet"];

/// A tag, and its name in lower case.
struct Tag {
    range: Range<usize>,
    name: String,
    is_end: bool,
    /// True for a tag that can't be prose: it has attributes, or ends itself.
    is_certain: bool,
}

/// Removes shortcodes: those beside the prose with their content, others alone.
pub(super) fn without(text: &str) -> String {
    remove(text, |name| BESIDE_PROSE.binary_search(&name).is_ok())
}

/// Removes the tags of shortcodes. Their content stays.
pub(super) fn without_tags(text: &str) -> String {
    remove(text, |_| false)
}

fn remove(text: &str, is_removed_whole: impl Fn(&str) -> bool) -> String {
    let tags = tags(text);
    let mut next_end: HashMap<&str, usize> = HashMap::new();
    let mut ends = vec![None; tags.len()];
    for (at, tag) in tags.iter().enumerate().rev() {
        if tag.is_end {
            next_end.insert(&tag.name, at);
        } else {
            ends[at] = next_end.get(tag.name.as_str()).copied();
        }
    }
    let mut begun: HashMap<&str, usize> = HashMap::new();
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for (tag, end) in tags.iter().zip(ends) {
        if tag.range.start < written {
            continue;
        }
        let name = tag.name.as_str();
        let begins = begun.entry(name).or_default();
        let is_shortcode = if tag.is_end {
            let is_matched = *begins > 0;
            *begins = begins.saturating_sub(1);
            is_matched
        } else {
            *begins += usize::from(end.is_some());
            end.is_some()
                || tag.is_certain
                || ALONE.contains(&name)
                || BESIDE_PROSE.binary_search(&name).is_ok()
        };
        if !is_shortcode {
            continue;
        }
        out.push_str(&text[written..tag.range.start]);
        let whole = end.filter(|_| is_removed_whole(name));
        written = whole.map_or(tag.range.end, |end| tags[end].range.end);
        *begins -= usize::from(whole.is_some());
        if whole.is_some() || end.is_none() && !tag.is_end {
            // Words on both sides stay apart.
            out.push(' ');
        }
    }
    out.push_str(&text[written..]);
    out
}

/// Returns everything that may be a tag.
fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('[') {
        let start = at + open;
        at = start + 1;
        if let Some(tag) = tag(text, start) {
            at = tag.range.end;
            found.push(tag);
        }
    }
    found
}

fn tag(text: &str, start: usize) -> Option<Tag> {
    let inner = &text[start + 1..text.floor_char_boundary(start + MAX_TAG)];
    let is_end = inner.starts_with('/');
    let body = inner.strip_prefix('/').unwrap_or(inner);
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let (name, rest) = body.split_at(body.find(|c| !in_name(c)).unwrap_or(body.len()));
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let close = closing_bracket(rest)?;
    let attributes = rest[..close].trim();
    let is_apart = attributes.is_empty() || rest.starts_with([' ', '\n', '/']);
    let has_attribute = attributes.split_once('=').is_some_and(|(before, _)| {
        before.split_whitespace().next_back().is_some_and(|key| key.chars().all(in_name))
    });
    let is_compound = name.contains(['_', '-']) && attributes.is_empty();
    (is_name && is_apart && (!is_end || attributes.is_empty())).then(|| Tag {
        range: start..start + 1 + (inner.len() - rest.len()) + close + 1,
        name: name.to_ascii_lowercase(),
        is_end,
        is_certain: has_attribute || attributes.ends_with('/') || is_compound,
    })
}

/// Returns the position of the bracket that closes a tag, outside of its quoted values.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, ']') => return Some(at),
            (None, '[') => return None,
            (None, '"' | '\'') if text[..at].ends_with('=') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(BESIDE_PROSE.is_sorted());
    }

    #[test]
    fn shortcodes_are_removed_and_brackets_of_prose_stay() {
        for (text, expected) in [
            ("[caption id=\"a\" width=\"300\"]شرح[/caption]نص", "نص"),
            ("أ [CAPTION]شرح[/CAPTION] ب", "أ ب"),
            ("[caption caption=\"a ] b\"]نص", "نص"),
            ("[gallery ids=\"1,2\"]نص[gallery]نص", "نص نص"),
            ("[vc_row][vc_column width='1/2']نص[/vc_column][/vc_row]", "نص"),
            ("[dropcap]ن[/dropcap]ص", "نص"),
            ("[su_spacer /]نص[contact-form-7 id=1]", "نص"),
            ("قال [sic] و[…] و[1] و[x = y] و[هكذا]", "قال [sic] و[…] و[1] و[x = y] و[هكذا]"),
            ("[video]نص", "نص"),
            ("نص [/b] [a [gallery]", "نص [/b] [a"),
            ("[", "["),
            ("[a \"", "[a \""),
        ] {
            let words: Vec<String> = without(text).split_whitespace().map(str::to_owned).collect();
            assert_eq!(words.join(" "), expected, "{text}");
        }
        assert_eq!(without_tags("[caption x=1]شرح[/caption]"), "شرح");
    }
}
