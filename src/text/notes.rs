//! Footnotes as editors write them: marks such as `<sup>[1]</sup>`, ids such as `fn1`, and links
//! back such as `↩`.

/// Words in the ids of footnotes.
#[rustfmt::skip]
const NOTES: [&str; 11] = [
    "cite", "edn", "endnote", "fn", "footnote", "footnotes", "ftn", "note", "sdendnote",
    "sdfootnote", "footnotedef",
];

/// True for the id of a footnote, or of its mark: `fn1`, `_ftn1`, `cite_note-1`, `footnote-ref-2`.
pub(super) fn is_note_id(id: &str) -> bool {
    id.contains(|c: char| c.is_ascii_digit())
        && words(id).any(|word| NOTES.contains(&word.strip_suffix("ref").unwrap_or(word)))
}

/// True for a link from a footnote to its mark, by its target or its text.
pub(super) fn is_back(target: &str, text: &str) -> bool {
    let is_reference = is_note_id(target) && words(target).any(|word| word.ends_with("ref"));
    let is_sign = |c: char| "↩↑⤴⏎⮐⮌↵^\u{fe0e}\u{fe0f}".contains(c);
    is_reference || !text.is_empty() && text.chars().all(is_sign)
}

/// True for the text of a superscript or a link that marks a footnote. `id` is its id or the target
/// of its link. `[1]` needs no id in a superscript, and none but a fragment in a link.
pub(super) fn is_mark(text: &str, id: Option<&str>) -> bool {
    let inner = text.trim_matches(['[', ']', '(', ')']);
    let is_number = (1..=3).contains(&inner.chars().count())
        && (inner.chars().all(char::is_numeric)
            || inner.chars().all(|c| "*†‡§¶".contains(c))
            || inner.chars().count() == 1 && inner.starts_with(char::is_alphabetic));
    let is_bracketed =
        text.starts_with('[') && text.ends_with(']') && inner.chars().all(char::is_numeric);
    is_number && (is_bracketed || id.is_some_and(is_note_id))
}

fn words(id: &str) -> impl Iterator<Item = &str> {
    id.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_are_recognised_by_their_ids() {
        for id in
            ["fn1", "fn:1", "_ftn1", "cite_note-1", "footnote-12", "post-5-footnote-1", "fnref2"]
        {
            assert!(is_note_id(id), "{id}");
        }
        for id in ["fn", "section2", "causes", "h-2024", "notebook1", "1"] {
            assert!(!is_note_id(id), "{id}");
        }
        for (target, text, is_link_back) in [
            ("fnref1", "1", true),
            ("_ftnref1", "[1]", true),
            ("cite_ref-1", "^", true),
            ("x", "↩\u{fe0e}", true),
            ("fn1", "1", false),
            ("x", "ref", false),
        ] {
            assert_eq!(is_back(target, text), is_link_back, "{target} {text}");
        }
        for (text, id, is_footnote) in [
            ("1", Some("fn1"), true),
            ("[١]", None, true),
            ("*", Some("_ftn1"), true),
            ("2", None, false),
            ("2", Some("x"), false),
            ("th", Some("fn1"), false),
            ("[sic]", None, false),
            ("", Some("fn1"), false),
        ] {
            assert_eq!(is_mark(text, id), is_footnote, "{text}");
        }
    }
}
