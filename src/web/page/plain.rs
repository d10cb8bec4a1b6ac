//! Turns text of other sites into plain text that is safe to serve. No cut splits a grapheme.

use unicode_segmentation::GraphemeCursor;

/// Returns one line of at most `max_chars` characters, without markup and control characters.
///
/// Collapses white space. Typographic quotes replace angle brackets, so a template that forgets to
/// escape the text runs no script.
#[must_use]
pub fn line(text: &str, max_chars: usize) -> String {
    let line = crate::text::clean::line(text);
    let line: String = line
        .chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            other => other,
        })
        .collect();
    truncate(&line, max_chars)
}

/// Like [`line()`], but `None` for blank text.
#[must_use]
pub fn optional(text: Option<&str>, max_chars: usize) -> Option<String> {
    text.map(|text| line(text, max_chars)).filter(|line| !crate::text::clean::is_blank(line))
}

/// Cuts a text at a word boundary, or at a grapheme if that would lose half of the text.
fn truncate(text: &str, max_chars: usize) -> String {
    let Some((limit, _)) = text.char_indices().nth(max_chars.saturating_sub(1)) else {
        return text.to_owned();
    };
    if text[limit..].chars().nth(1).is_none() {
        return text.to_owned();
    }
    let cut = &text[..floor_grapheme_boundary(text, limit)];
    // The limit itself may be the end of a word.
    let ends_word = text[cut.len()..].starts_with(' ');
    let word = cut.rfind(' ').filter(|at| !ends_word && *at > cut.len() / 2);
    format!("{}…", cut[..word.unwrap_or(cut.len())].trim_end())
}

/// Returns about `max_chars` characters around a byte position, from whole words.
#[must_use]
pub fn excerpt_at(text: &str, place: usize, max_chars: usize) -> Option<String> {
    let place = floor_grapheme_boundary(text, place);
    let before: usize = text[..place].chars().rev().take(max_chars / 3).map(char::len_utf8).sum();
    let mut from = floor_grapheme_boundary(text, place - before);
    if from > 0 {
        from += text[from..place].find(' ').map_or(0, |at| at + 1);
    }
    let excerpt = optional(Some(&text[from..]), max_chars)?;
    Some(if from > 0 { format!("…{excerpt}") } else { excerpt })
}

/// Returns the last grapheme boundary at or before a position.
fn floor_grapheme_boundary(text: &str, mut place: usize) -> usize {
    place = place.min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    let mut cursor = GraphemeCursor::new(place, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or_default(),
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_safe_plain_text() {
        for (html, expected) in [
            ("<b>خبر</b> عاجل", Some("خبر عاجل")),
            ("<script>alert(1)</script>", None),
            ("&lt;img src=x onerror=alert(1)&gt;", Some("‹img src=x onerror=alert(1)›")),
            ("<<b>a", Some("‹a")),
            ("a\u{202e}b\n\tc", Some("ab c")),
            ("  ", None),
        ] {
            assert_eq!(
                crate::web::page::Page::plain_text(html, 100).as_deref(),
                expected,
                "{html}"
            );
        }
        assert_eq!(line("one two three", 9), "one two…");
        assert_eq!(line("one two three", 8), "one two…");
        assert_eq!(line("one two", 7), "one two");
    }

    #[test]
    fn graphemes_are_not_cut() {
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        for grapheme in [family, "👍🏽", "🇱🇾", "بَ"] {
            let text = grapheme.repeat(100);
            for max in 20..34 {
                let cut = line(&text, max);
                let kept = cut.strip_suffix('…').expect("a cut text");
                assert_eq!(kept, grapheme.repeat(kept.len() / grapheme.len()), "{max}");
                assert!((1..=max).contains(&cut.chars().count()), "{max}: {cut}");
            }
            let around = excerpt_at(&text, text.len() / 2 + 3, 30).expect("an excerpt");
            let bare = around.trim_matches('…');
            assert_eq!(bare.len() % grapheme.len(), 0, "{around}");
        }
    }

    #[test]
    fn excerpt_begins_and_ends_at_word_boundaries() {
        let text = "كلمة ".repeat(100) + "هنا الرابط" + &" بعدها".repeat(100);
        let place = text.find("هنا").expect("there");
        let excerpt = excerpt_at(&text, place, 60).expect("an excerpt");
        assert!(excerpt.starts_with("…كلمة") && excerpt.ends_with('…'), "{excerpt}");
        assert!(excerpt.contains("هنا الرابط") && excerpt.chars().count() <= 61, "{excerpt}");
    }
}
