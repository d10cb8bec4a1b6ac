//! Slugs: the readable part of an address, in the letters of the title.
//!
//! Called by the domain when an article or a tag gets its address. A slug is stored and shown
//! decoded; whoever emits a URL percent-encodes it. Calls [`super::fold`] for the key that makes
//! two spellings of a slug the same address.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::fold;
use super::unicode::{TATWEEL, is_invisible, is_letter_or_number, is_mark, is_vowel_point};
use super::unicode::{nfc, nfkc};

/// The longest slug, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 80;

/// An author's slug cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSlug {
    /// No letter and no digit is left of it.
    #[error("a slug needs at least one letter or digit")]
    Empty,
    /// It is longer than [`MAX_CHARS`] even when cleaned.
    #[error("a slug has at most {MAX_CHARS} characters")]
    TooLong,
}

/// The slug of a title, or `None` if the title has no letter or digit: the caller then uses the id.
///
/// NFKC, lower case, without tashkeel, niqqud, tatweel, invisible characters and apostrophes;
/// everything else that is no letter, number or mark becomes one `-`. Hamza and ة stay as written.
/// At most [`MAX_CHARS`] characters, cut before a word, or inside the word if it is the first.
///
/// ```
/// # use maqal::text::slug::slug;
/// assert_eq!(slug("«مَدرَسة» طرابلس: افتتاحٌ جديد!").as_deref(), Some("مدرسة-طرابلس-افتتاح-جديد"));
/// ```
#[must_use]
pub fn slug(title: &str) -> Option<String> {
    let clean = clean(title);
    (!clean.is_empty()).then(|| cut(&clean, MAX_CHARS).to_owned())
}

/// Cleans a slug sent by an author, by the rules of [`slug`] but without cutting it. A slug of only
/// digits is fine: ids and slugs never share an address.
///
/// # Errors
///
/// [`InvalidSlug::Empty`] and [`InvalidSlug::TooLong`].
pub fn check(sent: &str) -> Result<String, InvalidSlug> {
    let clean = clean(sent);
    if clean.is_empty() {
        Err(InvalidSlug::Empty)
    } else if clean.chars().count() > MAX_CHARS {
        Err(InvalidSlug::TooLong)
    } else {
        Ok(clean)
    }
}

/// The key under which a slug is unique and looked up: its folded words joined by `-`, so that
/// `مدرسه` finds `مدرسة`. Never empty for what [`slug`] and [`check`] return; empty for a text
/// without letters or digits, which no slug has.
#[must_use]
pub fn key(slug: &str) -> String {
    fold(slug).replace(' ', "-")
}

/// The slug to try when one is taken: `slug-2`, shortened if need be to [`MAX_CHARS`] characters.
#[must_use]
pub fn numbered(slug: &str, n: u32) -> String {
    let suffix = format!("-{n}");
    format!("{}{suffix}", cut(slug, MAX_CHARS - suffix.len()))
}

fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in nfkc(text).chars() {
        if is_invisible(c) || is_vowel_point(c) || matches!(c, TATWEEL | '\'' | '’' | '‘') {
            continue;
        }
        let mark_of_a_letter = is_mark(c) && !gap && !out.is_empty();
        if !is_letter_or_number(c) && !mark_of_a_letter {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push('-');
        }
        gap = false;
        if c == 'İ' {
            // Its lower case is i with a second dot above, which nobody can type.
            out.push('i');
        } else {
            out.extend(c.to_lowercase());
        }
    }
    let out = nfc(&out);
    // What folds to nothing could be neither unique nor found.
    if fold(&out).is_empty() { String::new() } else { out }
}

/// At most `max` characters of a slug: up to the last `-` that fits, else up to the last grapheme.
fn cut(slug: &str, max: usize) -> &str {
    let Some((limit, next)) = slug.char_indices().nth(max) else {
        return slug;
    };
    let head = &slug[..limit];
    if next == '-' {
        return head.trim_end_matches('-');
    }
    if let Some(at) = head.rfind('-') {
        return head[..at].trim_end_matches('-');
    }
    let end = slug.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= limit).last();
    match end {
        Some(end) if end > 0 => &slug[..end],
        // One grapheme longer than a slug: a letter buried in marks.
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles() {
        for (title, expected) in [
            ("أزمة المياه في ليبيا: ما الحل؟", "أزمة-المياه-في-ليبيا-ما-الحل"),
            ("مَدْرَســة الأُمّة", "مدرسة-الأمة"),
            ("  «كوفيد-19» — تحديث ", "كوفيد-19-تحديث"),
            ("٣ أسباب", "٣-أسباب"),
            ("\u{202e}خبر\u{202c} عا\u{200f}جل", "خبر-عاجل"),
            ("ﷲ أكبر", "الله-أكبر"),
            ("Café Ünïted: Don’t panic!", "café-ünïted-dont-panic"),
            ("İstanbul", "istanbul"),
            ("STRASSE ẞ", "strasse-ß"),
            ("Việt Nam", "việt-nam"),
            ("हिन्दी समाचार", "हिन्दी-समाचार"),
            ("中文 新闻", "中文-新闻"),
            ("שָׁלוֹם עולם", "שלום-עולם"),
            ("می\u{200c}روم", "میروم"),
            ("50% off / now", "50-off-now"),
            ("2024", "2024"),
            ("C++", "c"),
        ] {
            assert_eq!(slug(title).as_deref(), Some(expected), "{title}");
        }
        for title in ["", "…", "«»", "ـــ", "\u{64b}", "🇱🇾 🎉", "\u{3164}"] {
            assert_eq!(slug(title), None, "{title:?}");
        }
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        let title =
            "الحكومة تعلن خطة جديدة لإعادة إعمار المدن المتضررة من الفيضانات في شرق البلاد خلال عامين";
        let cut = slug(title).unwrap();
        assert_eq!(
            cut,
            "الحكومة-تعلن-خطة-جديدة-لإعادة-إعمار-المدن-المتضررة-من-الفيضانات-في-شرق-البلاد"
        );
        assert_eq!(slug(&"ب".repeat(200)).unwrap().chars().count(), 80);
        assert_eq!(slug(&format!("{} b", "a".repeat(80))).unwrap(), "a".repeat(80));
        assert_eq!(check(title), Err(InvalidSlug::TooLong));
    }

    #[test]
    fn sent() {
        assert_eq!(check(" My Slug_1 ").as_deref(), Ok("my-slug-1"));
        assert_eq!(check("123").as_deref(), Ok("123"));
        assert_eq!(check("--"), Err(InvalidSlug::Empty));
    }

    #[test]
    fn keys() {
        assert_eq!(key("مدرسة-الأمة"), key("مدرسه-الامه"));
        assert_eq!(key("café-19"), "cafe-19");
        assert_eq!(key("Café ١٩"), "cafe-19");
    }

    #[test]
    fn numbers() {
        assert_eq!(numbered("خبر", 2), "خبر-2");
        assert_eq!(numbered(&"a".repeat(80), 12), format!("{}-12", "a".repeat(77)));
        let words = format!("{}-bb", "a".repeat(77));
        assert_eq!(numbered(&words, 2), format!("{}-2", "a".repeat(77)));
    }

    proptest! {
        #[test]
        fn hold(title in any::<String>(), n in any::<u32>()) {
            if let Some(slug) = slug(&title) {
                prop_assert!(slug.chars().count() <= MAX_CHARS);
                prop_assert_eq!(check(&slug), Ok(slug.clone()));
                prop_assert!(!key(&slug).is_empty());
                prop_assert_eq!(key(&key(&slug)), key(&slug));
                prop_assert!(numbered(&slug, n).chars().count() <= MAX_CHARS);
                prop_assert_eq!(check(&numbered(&slug, n)), Ok(numbered(&slug, n)));
            }
        }
    }
}
