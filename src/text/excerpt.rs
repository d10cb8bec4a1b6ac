//! Excerpts: the opening of an article's plain text.

use unicode_segmentation::UnicodeSegmentation;

/// Longest excerpt, in characters (Unicode scalar values), including the `…`.
pub const MAX_CHARS: usize = 300;

/// Pairs of marks that an excerpt closes. `“` also closes: German writes „…“.
const PAIRS: [(char, char); 7] =
    [('«', '»'), ('“', '”'), ('„', '“'), ('‹', '›'), ('(', ')'), ('[', ']'), ('﴿', '﴾')];

/// Returns the opening of a plain text on one line, in at most [`MAX_CHARS`] characters.
///
/// A longer text is cut after a word, or after a grapheme of a very long word. `…` follows, and
/// then the closing marks of open quotations and brackets.
#[must_use]
pub fn excerpt(plain: &str) -> String {
    let text = one_line(plain);
    let Some((limit, _)) = text.char_indices().nth(MAX_CHARS) else {
        return text;
    };
    let words = text.unicode_word_indices().map(|(at, word)| at + word.len());
    let graphemes = text.grapheme_indices(true).map(|(at, _)| at);
    // A word that starts in the first half and passes the limit is cut itself. Leaving it out would
    // leave out most of the excerpt.
    [cuts(words, limit / 2, limit), cuts(graphemes, 1, limit), cuts(char_starts(&text), 1, limit)]
        .iter()
        .flatten()
        .find_map(|end| finish(&text[..*end]))
        .unwrap_or_else(|| "…".to_owned())
}

/// Collapses white space. Reads little more than an excerpt, so a long article costs no more than a
/// short one.
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
        // A word or grapheme cut off here lies behind the limit, where no cut is made.
        line.extend(word.chars().take(room + LOOKAHEAD));
        room = room.saturating_sub(word.chars().count());
    }
    line
}

/// Characters read beyond the limit, for correct word boundaries at the limit.
const LOOKAHEAD: usize = 64;

fn char_starts(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at)
}

/// Returns the positions between two bounds, the last one first.
fn cuts(ends: impl Iterator<Item = usize>, from: usize, to: usize) -> Vec<usize> {
    let mut ends: Vec<_> = ends.take_while(|end| *end <= to).filter(|end| *end >= from).collect();
    ends.reverse();
    ends
}

/// Appends `…` and closing marks, if they fit.
fn finish(head: &str) -> Option<String> {
    // No comma before `…`, and no empty quotation.
    let head = head.trim_end_matches(|c: char| {
        c.is_whitespace() || "،,؛;:.…-–—".contains(c) || PAIRS.iter().any(|p| p.0 == c && c != '“')
    });
    let closers = open_closers(head);
    let fits = !head.is_empty() && head.chars().count() + 1 + closers.len() <= MAX_CHARS;
    fits.then(|| head.chars().chain(['…']).chain(closers.into_iter().rev()).collect())
}

/// Returns the closing marks of a text's open pairs, the outermost first.
fn open_closers(text: &str) -> Vec<char> {
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
    fn short_text_is_unchanged_on_one_line() {
        assert_eq!(excerpt(" خبر\n\nعاجل  «هنا "), "خبر عاجل «هنا");
        assert_eq!(excerpt(""), "");
        assert_eq!(excerpt(&"ب".repeat(300)), "ب".repeat(300));
    }

    #[test]
    fn long_text_is_cut_after_a_word() {
        let text = "كلمات ".repeat(100);
        assert_eq!(excerpt(&text), format!("{}…", "كلمات ".repeat(50).trim_end()));
        let comma = format!("{}، {}", "ب".repeat(290), "ت".repeat(50));
        assert_eq!(excerpt(&comma), format!("{}…", "ب".repeat(290)));
    }

    #[test]
    fn open_quotation_is_closed() {
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
    fn long_word_is_cut_after_a_grapheme() {
        assert_eq!(excerpt(&"ب".repeat(400)), format!("{}…", "ب".repeat(299)));
        assert_eq!(excerpt(&"بَ".repeat(400)), format!("{}…", "بَ".repeat(149)));
        assert_eq!(excerpt(&format!("ب{}", "\u{64e}".repeat(900))).chars().count(), 300);
    }

    proptest! {
        #[test]
        fn excerpt_is_bounded_closed_and_idempotent(text in "([\u{621}-\u{655}a-z ]{0,9}|[«“„(\\[﴿»”“)\\] ]{0,9}|\\PC{0,40}){0,60}") {
            let short = excerpt(&text);
            prop_assert!(short.chars().count() <= MAX_CHARS);
            if short.ends_with('…') && text.chars().count() > 1000 {
                prop_assert!(open_closers(&short).is_empty());
            }
            prop_assert_eq!(excerpt(&short), short);
        }
    }
}
