//! Highlights: marks, excerpts and well-formed HTML.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::folding::hard_text;
use super::search::{finds, lang};
use crate::text::highlight::{MAX_BYTES, MAX_CHARS, highlight};
use crate::text::query::parse;

fn title(query: &str, title: &str, tag: &str) -> String {
    let lang = lang(tag);
    let query = parse(query, std::slice::from_ref(&lang)).unwrap();
    highlight(title, "", &lang, &query).title
}

fn text(query: &str, text: &str, tag: &str) -> String {
    let lang = lang(tag);
    let query = parse(query, std::slice::from_ref(&lang)).unwrap();
    highlight("", text, &lang, &query).text
}

/// Strips the markup of a highlight.
fn plain(html: &str) -> String {
    html.replace("<mark>", "")
        .replace("</mark>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn matches_are_marked() {
    for (query, written, shown, tag) in [
        ("وزارة", "الوِزَارَاتُ وزارَتُها", "<mark>الوِزَارَاتُ</mark> <mark>وزارَتُها</mark>", "ar"),
        ("election", "The Elections’ end", "The <mark>Elections</mark>’ end", "en"),
        ("\"a b\"", "a, b a c b", "<mark>a, b</mark> a c b", "en"),
        ("\"a a\"", "a a a", "<mark>a a a</mark>", "en"),
        ("حكو*", "الحُكومة حكيم", "<mark>الحُكومة</mark> حكيم", "ar"),
        ("a -b", "a b", "<mark>a</mark> b", "en"),
        ("عبدالله", "لعبد الله وعبدالله", "<mark>لعبد الله</mark> <mark>وعبدالله</mark>", "ar"),
        ("北京", "去北京吧", "去<mark>北京</mark>吧", "zh"),
        ("1000", "١٬٠٠٠ دينار", "<mark>١٬٠٠٠</mark> دينار", "ar"),
        ("B52", "الطائرة وB52 لـB 52", "الطائرة و<mark>B52</mark> لـ<mark>B 52</mark>", "ar"),
        ("وG20", "قمة الـG20", "قمة الـ<mark>G20</mark>", "ar"),
        ("العالمين", "رَبِّ ٱلْعَٰلَمِينَ", "رَبِّ <mark>ٱلْعَٰلَمِينَ</mark>", "ar"),
        ("b", "<b>&\"'b", "&lt;<mark>b</mark>&gt;&amp;&quot;&#39;<mark>b</mark>", "en"),
        ("mark", "</mark>", "&lt;/<mark>mark</mark>&gt;", "en"),
        ("z", "a\n\n b\t", "a b ", "en"),
        ("a", "\u{202e}a\u{202c} \u{2067}b", "<mark>a</mark> b", "en"),
        ("z", "", "", "en"),
    ] {
        assert_eq!(title(query, written, tag), shown, "{query}: {written}");
    }
}

#[test]
fn short_text_is_shown_whole() {
    assert_eq!(text("b", " a\n\nb c ", "en"), "a <mark>b</mark> c");
    assert_eq!(text("z", "a b c", "en"), "a b c");
}

#[test]
fn text_without_a_match_is_shown_from_its_beginning() {
    let long = "كلمات ".repeat(100);
    assert_eq!(text("خبر", &long, "ar"), format!("{}…", "كلمات ".repeat(40).trim_end()));
}

#[test]
fn excerpt_has_the_most_terms() {
    let filler = "كلام ".repeat(100);
    let written = format!("{filler}خبر خبر خبر {filler}خبر عن الماء {filler}ماء {filler}");
    let shown = text("خبر ماء", &written, "ar");
    assert!(shown.contains("<mark>خبر</mark> عن <mark>الماء</mark>"), "{shown}");
    assert!(shown.starts_with("…كلام ") && shown.ends_with(" كلام…"), "{shown}");
    // Repeats decide between equal numbers of terms, then the first part wins.
    let written = format!("خبر {filler}خبر و خبر {filler}خبر ثم خبر");
    assert!(text("خبر", &written, "ar").contains("<mark>خبر</mark> و <mark>خبر</mark>"));
}

#[test]
fn cuts_fall_between_words_or_graphemes() {
    let family = "👩‍👧".repeat(200);
    let shown = text("x", &format!("{family}x{family}"), "en");
    assert!(shown.starts_with("…👩‍👧") && shown.ends_with("👩‍👧…") && shown.contains("<mark>x</mark>"));
    let han = "汉字".repeat(300);
    let shown = text("北京", &format!("{han}北京{han}"), "zh");
    assert!(shown.contains("<mark>北京</mark>") && shown.chars().count() > 200);
}

#[test]
fn match_longer_than_the_excerpt_is_cut() {
    let word = "a".repeat(1000);
    assert_eq!(text("x*", "x", "en"), "<mark>x</mark>");
    let shown = text(&format!("{}*", "a".repeat(60)), &format!("b {word} c"), "en");
    assert_eq!(plain(&shown), format!("…{}…", "a".repeat(MAX_CHARS)));
    let marks = "ب\u{64e}".repeat(3) + &"\u{64e}".repeat(2000);
    assert!(text("بب*", &marks, "ar").chars().count() < 300);
    let run = "a ".repeat(100);
    assert!(text(&format!("\"{run}\""), &"a ".repeat(5000), "en").starts_with("<mark>a a"));
}

#[test]
fn huge_text_is_searched_up_to_the_limit() {
    let filler = "كلام ".repeat(MAX_BYTES / 9);
    assert!(text("خبر", &format!("خبر {filler}"), "ar").starts_with("<mark>خبر"));
    assert!(text("خبر", &format!("{filler} {filler} خبر"), "ar").starts_with("كلام"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn highlights_are_well_formed_and_bounded(
        body in prop::collection::vec(hard_text(), 0..30),
        typed in prop_oneof![hard_text(), "[a-c ]{1,9}"],
        tag in prop::sample::select(vec!["ar", "en", "fr", "zh"]),
    ) {
        let lang = lang(tag);
        let body = body.join(" ");
        let Ok(query) = parse(&typed, std::slice::from_ref(&lang)) else { return Ok(()) };
        let shown = highlight(&body, &body, &lang, &query);
        for html in [&shown.title, &shown.text] {
            let mut rest = html.replace("<mark>", "\u{1}").replace("</mark>", "\u{2}");
            prop_assert!(!rest.contains(['<', '>', '"', '\'']));
            prop_assert!(!rest.contains("\u{1}\u{2}"), "an empty mark");
            rest.retain(|c| matches!(c, '\u{1}' | '\u{2}'));
            prop_assert!(rest.replace("\u{1}\u{2}", "").is_empty(), "marks nest");
        }
        prop_assert!(plain(&shown.text).chars().count() <= MAX_CHARS + 2);
        // Every grapheme of the highlight is one of the text's.
        let flat = plain(&highlight(&body, "", &lang, &parse("ثثث", &[]).unwrap()).title);
        prop_assert!(flat.contains(plain(&shown.text).trim_matches('…').trim()));
        if finds(&query, &body, &lang) {
            prop_assert!(shown.title.contains("<mark>"));
            prop_assert!(shown.text.contains("<mark>"));
        }
        prop_assert!(shown.text.graphemes(true).count() <= shown.text.len());
    }
}
