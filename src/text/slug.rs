//! Slugs: the readable part of an address, in the letters of the title.
//!
//! Slugs are stored and shown decoded, and percent-encoded in URLs.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::fold;
use super::lang::Lang;
use super::unicode::{TATWEEL, is_invisible, is_letter_or_number, is_mark, is_vowel_point};
use super::unicode::{is_joiner, is_soft_dotted, joins, lowercase, nfc, nfkc};

/// Longest slug, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 80;

/// The reason for refusing an author's slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSlug {
    /// No letter and no digit remains after cleaning.
    #[error("a slug needs at least one letter or digit")]
    Empty,
    /// Longer than [`MAX_CHARS`] after cleaning.
    #[error("a slug has at most {MAX_CHARS} characters")]
    TooLong,
}

/// Makes a slug of a title, or `None` for a title without letters and digits.
///
/// NFKC, lower case of the language, without tashkeel, niqqud, tatweel, invisible characters and
/// apostrophes. A joiner stays in a place where the script needs one. Runs of other characters than
/// letters, numbers and marks become one `-`. Hamza and ة stay. At most [`MAX_CHARS`] characters, cut
/// before a word, or within the first word.
///
/// ```
/// # use maqal::text::{lang::Lang, slug::slug};
/// let lang = Lang::parse("ar").expect("a language");
/// let slug = slug("«مَدرَسة» طرابلس: افتتاحٌ جديد!", &lang);
/// assert_eq!(slug.as_deref(), Some("مدرسة-طرابلس-افتتاح-جديد"));
/// ```
#[must_use]
pub fn slug(title: &str, lang: &Lang) -> Option<String> {
    slug_of(title, Some(lang))
}

/// Makes a slug of a text whose language may be unknown.
pub(super) fn slug_of(text: &str, lang: Option<&Lang>) -> Option<String> {
    let clean = clean(text, lang);
    (!clean.is_empty()).then(|| cut(&clean, MAX_CHARS).to_owned())
}

/// Cleans an author's slug by the rules of [`slug`], without cutting it. It may be percent-encoded,
/// as WordPress stores slugs. A slug may consist of digits only, since ids and slugs have separate
/// addresses.
///
/// # Errors
///
/// [`InvalidSlug::Empty`] and [`InvalidSlug::TooLong`].
pub fn check(text: &str, lang: Option<&Lang>) -> Result<String, InvalidSlug> {
    let clean = clean(&decoded(text), lang);
    if clean.is_empty() {
        Err(InvalidSlug::Empty)
    } else if clean.chars().count() > MAX_CHARS {
        Err(InvalidSlug::TooLong)
    } else {
        Ok(clean)
    }
}

/// Returns the key by which a slug is unique and found: its folded words joined by `-`, so that
/// `مدرسه` finds `مدرسة`. Not empty for slugs of [`slug`] and [`check`].
#[must_use]
pub fn key(slug: &str) -> String {
    fold(slug).replace(' ', "-")
}

/// Characters that a long slug leaves for its number. So all numbers of a slug follow one text.
const NUMBER_CHARS: usize = 8;

/// Numbers a slug that is taken: `slug-2`, shortened to [`MAX_CHARS`] characters.
#[must_use]
pub fn numbered(slug: &str, n: u64) -> String {
    let suffix = format!("-{n}");
    format!("{}{suffix}", cut(slug, MAX_CHARS - suffix.len().max(NUMBER_CHARS)))
}

/// Returns the text that a slug shares with all slugs that are it with another number, as a key.
#[must_use]
pub fn stem_key(slug: &str) -> String {
    let mut stem = cut(slug, MAX_CHARS - NUMBER_CHARS);
    while let Some((text, number)) = stem.rsplit_once('-')
        && number.chars().all(char::is_numeric)
    {
        stem = text;
    }
    // Slugs of digits only are one stem: an article without letters has its id as its slug.
    if stem.chars().all(char::is_numeric) { String::new() } else { key(stem) }
}

/// Decodes a percent-encoded slug. A letter that was cut off at its end is left out. Other text stays
/// as it is.
fn decoded(text: &str) -> Cow<'_, str> {
    let whole = match text.rfind('%') {
        Some(at) if text.len() - at < 3 => &text[..at],
        _ => text,
    };
    let Cow::Owned(bytes) = Cow::from(percent_decode_str(whole)) else {
        return Cow::Borrowed(text);
    };
    match String::from_utf8(bytes) {
        Ok(decoded) => Cow::Owned(decoded),
        Err(error) if error.utf8_error().error_len().is_some() => Cow::Borrowed(text),
        Err(error) => {
            let len = error.utf8_error().valid_up_to();
            Cow::Owned(String::from_utf8_lossy(&error.as_bytes()[..len]).into_owned())
        }
    }
}

fn clean(text: &str, lang: Option<&Lang>) -> String {
    let lower = without_second_dots(&lowercase(&nfkc(text).replace('İ', "i"), lang));
    let is_left_out = |c: char| {
        is_vowel_point(c)
            || matches!(c, TATWEEL | '\'' | '’' | '‘')
            || (is_invisible(c) && !is_joiner(c))
    };
    let chars: Vec<char> = lower.chars().filter(|c| !is_left_out(*c)).collect();
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for (at, &c) in chars.iter().enumerate() {
        if is_joiner(c) {
            let next = chars[at..].iter().find(|c| !is_joiner(**c));
            if !gap && joins(out.chars().next_back(), c, next.copied()) {
                out.push(c);
            }
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
        out.push(c);
    }
    let out = nfc(&out);
    // A slug with an empty key could be neither unique nor found.
    if fold(&out).is_empty() { String::new() } else { out }
}

/// Removes the dots above letters that have one: the lower case of İ is i with a second dot in most
/// languages, which is hard to type.
fn without_second_dots(text: &str) -> String {
    const DOT_ABOVE: char = '\u{307}';
    if !text.contains(DOT_ABOVE) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    // The byte of the letter that marks belong to.
    let mut base: Option<(usize, char)> = None;
    for c in text.chars() {
        if c == DOT_ABOVE
            && let Some((at, letter)) = base
        {
            if letter == 'ı' {
                out.replace_range(at..at + letter.len_utf8(), "i");
                base = Some((at, 'i'));
                continue;
            }
            if is_soft_dotted(letter) {
                continue;
            }
        }
        if !is_mark(c) {
            base = Some((out.len(), c));
        }
        out.push(c);
    }
    out
}

/// Cuts a slug to `max` characters: at the last `-` that fits, or else after the last grapheme.
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
    let cut = match end {
        Some(end) if end > 0 => &slug[..end],
        // A single grapheme longer than a slug: a letter with very many marks.
        _ => head,
    };
    cut.trim_end_matches(is_joiner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slug(title: &str) -> Option<String> {
        in_lang("ar", title)
    }

    fn in_lang(lang: &str, title: &str) -> Option<String> {
        super::slug(title, &Lang::parse(lang).unwrap())
    }

    fn check(text: &str) -> Result<String, InvalidSlug> {
        super::check(text, None)
    }

    #[test]
    fn lower_case_follows_the_language() {
        for (lang, title, expected) in [
            ("tr", "ISPARTA’DA IŞIK", "ıspartada-ışık"),
            ("tr", "İstanbul", "istanbul"),
            ("az-Latn", "QIZIL", "qızıl"),
            ("en", "ISPARTA", "isparta"),
            ("en", "İSTANBUL", "istanbul"),
            ("en", "i\u{307}stanbul", "istanbul"),
            ("tr", "ı\u{307}stanbul", "istanbul"),
            ("tr", "I\u{307}STANBUL", "istanbul"),
            ("tr", "i\u{323}\u{307}j\u{307}", "ịj"),
            ("lt", "i\u{307}\u{301}", "í"),
            ("en", "ż g\u{307}", "ż-ġ"),
            ("crh", "QIRIM İÇÜN", "qırım-içün"),
            ("kk-Latn", "QAZAQSTAN IŞKI", "qazaqstan-ışkı"),
            ("kk", "IPHONE", "iphone"),
            ("el", "ΟΔΥΣΣΕΥΣ ΚΑΙ ΣΙΣΥΦΟΣ", "οδυσσευς-και-σισυφος"),
            ("de", "STRASSE", "strasse"),
        ] {
            assert_eq!(in_lang(lang, title).as_deref(), Some(expected), "{lang} {title}");
        }
        assert_eq!(key("ısparta"), key("isparta"));
        assert_eq!(key("σισυφος"), key("σισυφοσ"));
    }

    #[test]
    fn joiner_stays_where_its_script_needs_it() {
        for (title, expected) in [
            ("می\u{200c}روم به خانه\u{200c}ها", "می\u{200c}روم-به-خانه\u{200c}ها"),
            ("خانه\u{200c} ها", "خانه-ها"),
            ("\u{200c}خبر\u{200c}", "خبر"),
            ("دار\u{200c}ها", "دارها"),
            ("خبر\u{200d}", "خبر"),
            ("क्\u{200d}ष श्री\u{200c}", "क्\u{200d}ष-श्री"),
            ("ශ්\u{200d}රී ලංකා", "ශ්\u{200d}රී-ලංකා"),
            ("a\u{200d}b\u{200c}c", "abc"),
            ("👩\u{200d}🚀 خبر", "خبر"),
        ] {
            assert_eq!(slug(title).as_deref(), Some(expected), "{title:?}");
        }
        assert_eq!(key("می\u{200c}روم"), key("میروم"));
    }

    #[test]
    fn percent_encoded_slug_is_decoded() {
        for (text, expected) in [
            ("%d8%b3%d9%88%d9%82-%d8%a7%d9%84%d8%ad%d9%88%d8%aa", "سوق-الحوت"),
            ("%D8%B3%D9%88%D9%82", "سوق"),
            ("%d8%b3%d9%88%d9", "سو"),
            ("%d8%b3%d9%88%d", "سو"),
            ("%d8%b3%d9%88%", "سو"),
            ("a%20b", "a-b"),
            ("50%-off", "50-off"),
            ("100%ff", "100-ff"),
            ("100%", "100"),
        ] {
            assert_eq!(check(text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(check(&"%d8%b3".repeat(80)), Ok("س".repeat(80)));
        assert_eq!(check(&"%d8%b3".repeat(81)), Err(InvalidSlug::TooLong));
        assert_eq!(check("%25"), Err(InvalidSlug::Empty));
    }

    #[test]
    fn title_becomes_a_slug_or_none() {
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
            ("می\u{200c}روم", "می\u{200c}روم"),
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
    fn long_title_is_cut_before_a_word() {
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
    fn author_slug_is_cleaned_or_refused() {
        assert_eq!(check(" My Slug_1 ").as_deref(), Ok("my-slug-1"));
        assert_eq!(check("123").as_deref(), Ok("123"));
        assert_eq!(check("--"), Err(InvalidSlug::Empty));
    }

    #[test]
    fn spelling_variants_share_a_key() {
        assert_eq!(key("مدرسة-الأمة"), key("مدرسه-الامه"));
        assert_eq!(key("café-19"), "cafe-19");
        assert_eq!(key("Café ١٩"), "cafe-19");
    }

    #[test]
    fn numbered_slug_is_shortened_to_fit() {
        assert_eq!(numbered("خبر", 2), "خبر-2");
        assert_eq!(numbered(&"a".repeat(80), 12), format!("{}-12", "a".repeat(72)));
        let words = format!("{}-bb", "a".repeat(72));
        assert_eq!(numbered(&words, 2), format!("{}-2", "a".repeat(72)));
    }

    #[test]
    fn numbers_of_a_slug_share_its_stem() {
        for (slug, stem) in [
            ("خبر", "خبر"),
            ("خبر-2", "خبر"),
            ("خبر-2024-05-3", "خبر"),
            ("كوفيد-19-اليوم", "كوفيد-19-اليوم"),
            ("2024", ""),
            ("2024-2", ""),
        ] {
            assert_eq!(stem_key(slug), stem, "{slug}");
        }
    }

    proptest! {
        #[test]
        fn slugs_are_bounded_valid_and_keyed(title in any::<String>(), n in any::<u64>()) {
            if let Some(slug) = slug(&title) {
                prop_assert!(slug.chars().count() <= MAX_CHARS);
                prop_assert_eq!(check(&slug), Ok(slug.clone()));
                prop_assert!(!key(&slug).is_empty());
                prop_assert_eq!(key(&key(&slug)), key(&slug));
                prop_assert!(numbered(&slug, n).chars().count() <= MAX_CHARS);
                prop_assert_eq!(check(&numbered(&slug, n)), Ok(numbered(&slug, n)));
                prop_assert_eq!(stem_key(&numbered(&slug, n % 1_000_000)), stem_key(&slug));
            }
        }
    }
}
