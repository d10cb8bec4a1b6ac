//! Excerpts: the opening of an article, for lists and for the `description` of a page.
//!
//! Called by the domain with the plain text of a body when the author sent no excerpt.

use unicode_segmentation::UnicodeSegmentation;

/// The longest excerpt, in characters (Unicode scalar values), the `…` included.
pub const MAX_CHARS: usize = 300;

/// Pairs an excerpt does not leave open. `“` also closes: German writes „…“.
const PAIRS: [(char, char); 7] =
    [('«', '»'), ('“', '”'), ('„', '“'), ('‹', '›'), ('(', ')'), ('[', ']'), ('﴿', '﴾')];

/// The opening of a plain text, on one line, in at most [`MAX_CHARS`] characters.
///
/// A longer text is cut at a word, or at a grapheme inside a word too long for that; `…` follows,
/// and then whatever closes a quotation mark or bracket still open.
#[must_use]
pub fn excerpt(plain: &str) -> String {
    let text = one_line(plain);
    let Some((limit, _)) = text.char_indices().nth(MAX_CHARS) else {
        return text;
    };
    let words = text.unicode_word_indices().map(|(at, word)| at + word.len());
    let graphemes = text.grapheme_indices(true).map(|(at, _)| at);
    // A word that starts in the first half and does not end by the limit is cut itself, rather
    // than leave out most of the excerpt.
    [cuts(words, limit / 2, limit), cuts(graphemes, 1, limit), cuts(scalars(&text), 1, limit)]
        .iter()
        .flatten()
        .find_map(|end| finish(&text[..*end]))
        .unwrap_or_else(|| "…".to_owned())
}

/// Whitespace as single spaces: paragraphs have no meaning in an excerpt. At most a little more
/// than an excerpt is kept, so that a long article costs no more than a short one.
fn one_line(plain: &str) -> String {
    let mut line = String::new();
    let mut room = MAX_CHARS + 1;
    for word in plain.split_whitespace() {
        if room == 0 {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
            room = room.saturating_sub(1);
        }
        // A cut grapheme or word at the end is behind the limit, where no cut is made.
        line.extend(word.chars().take(room + LOOKAHEAD));
        room = room.saturating_sub(word.chars().count());
    }
    line
}

/// Characters read beyond the limit, for the boundaries at the limit to be true ones.
const LOOKAHEAD: usize = 64;

fn scalars(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at)
}

/// The places between two bounds, the last one first.
fn cuts(ends: impl Iterator<Item = usize>, from: usize, to: usize) -> Vec<usize> {
    let mut ends: Vec<_> = ends.take_while(|end| *end <= to).filter(|end| *end >= from).collect();
    ends.reverse();
    ends
}

/// The text with `…` and closing marks, if all of it fits.
fn finish(head: &str) -> Option<String> {
    // No comma before `…`, no quotation mark opened for nothing.
    let head = head.trim_end_matches(|c: char| {
        c.is_whitespace() || "،,؛;:.…-–—".contains(c) || PAIRS.iter().any(|p| p.0 == c && c != '“')
    });
    let closers = open(head);
    let fits = !head.is_empty() && head.chars().count() + 1 + closers.len() <= MAX_CHARS;
    fits.then(|| head.chars().chain(['…']).chain(closers.into_iter().rev()).collect())
}

/// The marks that would close what a text leaves open, the outermost first.
fn open(text: &str) -> Vec<char> {
    let mut closers: Vec<char> = Vec::new();
    for c in text.chars() {
        if let Some(depth) = closers.iter().rposition(|closer| *closer == c) {
            closers.truncate(depth);
        } else if let Some((_, closer)) = PAIRS.iter().find(|pair| pair.0 == c) {
            closers.push(*closer);
        }
    }
    closers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_texts_stay() {
        assert_eq!(excerpt(" خبر\n\nعاجل  «هنا "), "خبر عاجل «هنا");
        assert_eq!(excerpt(""), "");
        assert_eq!(excerpt(&"ب".repeat(300)), "ب".repeat(300));
    }

    #[test]
    fn cut_at_a_word() {
        let text = "كلمات ".repeat(100);
        assert_eq!(excerpt(&text), format!("{}…", "كلمات ".repeat(50).trim_end()));
        let comma = format!("{}، {}", "ب".repeat(290), "ت".repeat(50));
        assert_eq!(excerpt(&comma), format!("{}…", "ب".repeat(290)));
    }

    #[test]
    fn an_open_mark_is_closed() {
        let text = format!("قال: «{}» ثم", "كلمات ".repeat(100));
        assert_eq!(excerpt(&text), format!("قال: «{}…»", "كلمات ".repeat(48).trim_end()));
        let text = format!("(أ) “ب «{}", "كلمات ".repeat(100));
        assert!(excerpt(&text).ends_with("كلمات…»”"));
        let text = format!("„Zitat“ {} «", "wort ".repeat(100));
        assert!(excerpt(&text).ends_with("wort…"));
        let dangling = format!("{}« {}", "ب".repeat(295), "ت".repeat(50));
        assert_eq!(excerpt(&dangling), format!("{}…", "ب".repeat(295)));
    }

    #[test]
    fn a_long_word_is_cut_at_a_grapheme() {
        assert_eq!(excerpt(&"ب".repeat(400)), format!("{}…", "ب".repeat(299)));
        assert_eq!(excerpt(&"بَ".repeat(400)), format!("{}…", "بَ".repeat(149)));
        assert_eq!(excerpt(&format!("ب{}", "\u{64e}".repeat(900))).chars().count(), 300);
    }

    proptest! {
        #[test]
        fn hold(text in "([\u{621}-\u{655}a-z ]{0,9}|[«“„(\\[﴿»”“)\\] ]{0,9}|\\PC{0,40}){0,60}") {
            let short = excerpt(&text);
            prop_assert!(short.chars().count() <= MAX_CHARS);
            if short.ends_with('…') && text.chars().count() > 1000 {
                prop_assert!(open(&short).is_empty());
            }
            prop_assert_eq!(excerpt(&short), short);
        }
    }
}
