//! What other sites say, made into plain text that is safe to serve. Called by `page/sink.rs` and
//! `service/mentions/`.

/// A line of plain text of at most `most` characters: no markup, no controls, runs of space made
/// one. Angle brackets become their typographic likenesses, so that no template that forgets to
/// escape can be made to run anything.
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    let line = crate::text::clean::line(text);
    let line: String = line
        .chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            other => other,
        })
        .collect();
    shortened(&line, most)
}

/// As [`line()`]; nothing for what shows nothing.
#[must_use]
pub fn optional(text: Option<&str>, most: usize) -> Option<String> {
    text.map(|text| line(text, most)).filter(|line| !crate::text::clean::is_blank(line))
}

/// The text of what may be markup: a trackback's title, say.
#[must_use]
pub fn of_markup(text: &str, most: usize) -> Option<String> {
    let page = super::Page::read_text(text);
    optional(Some(&page), most)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    // Not in the middle of a word, unless it is a very long one.
    let at = cut.rfind(' ').filter(|at| *at > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", &cut[..at])
}

/// About `most` characters of a text around a place in it, whole words.
#[must_use]
pub fn around(text: &str, place: usize, most: usize) -> Option<String> {
    let place = floor(text, place);
    let before: usize = text[..place].chars().rev().take(most / 3).map(char::len_utf8).sum();
    let mut from = place - before;
    if from > 0 {
        from += text[from..place].find(' ').map_or(0, |at| at + 1);
    }
    let excerpt = optional(Some(&text[from..]), most)?;
    Some(if from > 0 { format!("…{excerpt}") } else { excerpt })
}

fn floor(text: &str, mut place: usize) -> usize {
    place = place.min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_served_can_be_markup() {
        for (sent, kept) in [
            ("<b>خبر</b> عاجل", Some("خبر عاجل")),
            ("<script>alert(1)</script>", None),
            ("&lt;img src=x onerror=alert(1)&gt;", Some("‹img src=x onerror=alert(1)›")),
            ("<<b>a", Some("‹a")),
            ("a\u{202e}b\n\tc", Some("ab c")),
            ("  ", None),
        ] {
            assert_eq!(of_markup(sent, 100).as_deref(), kept, "{sent}");
        }
        assert_eq!(line("one two three", 9), "one two…");
    }

    #[test]
    fn an_excerpt_begins_and_ends_at_words() {
        let text = "كلمة ".repeat(100) + "هنا الرابط" + &" بعدها".repeat(100);
        let place = text.find("هنا").expect("there");
        let excerpt = around(&text, place, 60).expect("an excerpt");
        assert!(excerpt.starts_with("…كلمة") && excerpt.ends_with('…'), "{excerpt}");
        assert!(excerpt.contains("هنا الرابط") && excerpt.chars().count() <= 61, "{excerpt}");
    }
}
