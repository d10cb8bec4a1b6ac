//! Folding: published vectors, spelling variants, offsets and idempotence.

use proptest::prelude::*;

use crate::text::fold::{Elision, MAX_TOKEN_CHARS, fold, tokens};
use crate::text::lang::Lang;
use crate::text::unicode::is_mark;

/// The vectors of Lucene's tests for its Arabic normaliser.
#[test]
fn lucene_normaliser_vectors_match() {
    for (written, folded) in [
        ("آجن", "اجن"),
        ("أحمد", "احمد"),
        ("إعاذ", "اعاذ"),
        ("بنى", "بني"),
        ("فاطمة", "فاطمه"),
        ("روبرـــــت", "روبرت"),
        ("مَبنا", "مبنا"),
        ("علِي", "علي"),
        ("بُوات", "بوات"),
        ("ولداً", "ولدا"),
        ("ولدٍ", "ولد"),
        ("ولدٌ", "ولد"),
        ("نلْسون", "نلسون"),
        ("هتميّ", "هتمي"),
    ] {
        assert_eq!(fold(written), folded);
    }
}

#[test]
fn spelling_variants_fold_alike() {
    for class in [
        &["مسئول", "مسؤول", "مسءول", "مَسْئُول", "مسي\u{654}ول"][..],
        &["شئون", "شؤون"],
        &["شكرًا", "شكرا", "شكراً"],
        &["الرحمٰن", "الرحمن"],
        &["أحمد", "ا\u{654}حمد", "احمد", "ٱحمد", "\u{feff}أحمد", "أحـمد", "أ\u{200f}حمد"],
        &["بِسۡمِ", "بسم", "بِسْمِ"],
        &["سؤال", "سوال"],
        &["رئيس", "رييس"],
        &["على", "علي", "علی", "علے"],
        &["مدرسة", "مدرسه", "مدرسہ", "مدرسە"],
        &["كتاب", "کتاب", "ڪتاب"],
        &["ﻛﺘﺎﺏ", "كتاب", "كتاب\u{fe77}", "كتاب\u{fe76}"],
        &["ﷲ", "الله", "اللّٰه"],
        &["ﷺ", "صلى الله عليه وسلم"],
        &["لا", "ﻻ", "ﻼ"],
        &["فيديو", "ڤيديو"],
        &["باريس", "پاريس"],
        &["میروم", "می\u{200c}روم"],
        &["١٬٠٠٠", "1,000", "1000", "۱۰۰۰", "١٠٠٠"],
        &["كوفيد-19", "كوفيد ١٩"],
        &["Café", "cafe", "CAFE\u{301}", "ｃａｆｅ"],
        &["Straße", "STRASSE", "strasse", "STRAẞE"],
        &["Việt", "viet"],
        &["Ελλάδα", "ελλαδα", "ΕΛΛΆΔΑ"],
        &["Ὀδυσσεύς", "οδυσσευσ"],
        &["İstanbul", "istanbul", "ıstanbul", "ISTANBUL"],
        &["Łódź", "lodz"],
        &["Øre", "ore"],
        &["Æsir œuvre", "aesir oeuvre"],
        &["Đặng", "dang"],
        &["Ёлка", "елка"],
        &["צה\"ל", "צה״ל", "צהל"],
        &["שָׁלוֹם", "שלום"],
        &["col·lecció", "colleccio"],
        &["don't", "don’t", "don t"],
        &["co\u{ad}operate", "cooperate"],
        &["한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"],
    ] {
        for spelling in class {
            assert_eq!(fold(spelling), fold(class[0]), "{spelling}");
        }
    }
}

#[test]
fn distinct_words_stay_distinct() {
    for (a, b) in [("كتاب", "كتب"), ("हिन्दी", "हनद"), ("ที่", "ท"), ("1,5", "15"), ("سماء", "سما")]
    {
        assert_ne!(fold(a), fold(b));
    }
    assert_eq!(fold("हिन्दी"), "हिन्दी");
}

#[test]
fn text_is_split_into_tokens() {
    for (text, folded) in [
        ("", ""),
        (" … «» ـ \u{64b}", ""),
        ("a.b@Example.com/x_y", "a b example com x y"),
        ("3.14", "3 14"),
        ("1,000,000 1,00 12,345,6789", "1000000 1 00 12 345 6789"),
        ("1234,567", "1234 567"),
        ("10,000.50", "10000 50"),
        ("½ ² ①", "1 2 2 1"),
        ("قال: «نعم»، ثم…", "قال نعم ثم"),
        ("中文", "中 文"),
        ("©2024", "2024"),
    ] {
        assert_eq!(fold(text), folded, "{text}");
    }
    assert_eq!(fold(&"a".repeat(1000)).len(), MAX_TOKEN_CHARS);
}

#[test]
fn elided_words_are_dropped_by_language() {
    let words = |text, elision| -> Vec<String> {
        tokens(text, elision).into_iter().map(|t| t.text).collect()
    };
    let fr = Elision::of(&Lang::parse("fr-CA").unwrap());
    assert_eq!(words("L’homme d'État qu'il", fr), ["homme", "etat", "il"]);
    assert_eq!(words("l' homme l", fr), ["l", "homme", "l"]);
    assert_eq!(words("dell'arte", Elision::of(&Lang::parse("it").unwrap())), ["arte"]);
    assert_eq!(words("l'aigua", Elision::Catalan), ["aigua"]);
    assert_eq!(words("l'homme, dell’arte don't", Elision::Any), ["homme", "arte", "don", "t"]);
    assert_eq!(words("D'Amico", Elision::of(&Lang::parse("en").unwrap())), ["d", "amico"]);
}

#[test]
fn token_ranges_cover_the_original_letters() {
    let text = "قال مَسْئُولٌ: «﷽» في كوفيد-١٩ ـكتابـ (1,000)";
    let shown: Vec<_> =
        tokens(text, Elision::Keep).into_iter().map(|t| (t.text, &text[t.start..t.end])).collect();
    let expected = [
        ("قال", "قال"),
        ("مسوول", "مَسْئُولٌ"),
        ("بسم", "﷽"),
        ("الله", "﷽"),
        ("الرحمن", "﷽"),
        ("الرحيم", "﷽"),
        ("في", "في"),
        ("كوفيد", "كوفيد"),
        ("19", "١٩"),
        ("كتاب", "كتاب"),
        ("1000", "1,000"),
    ];
    assert_eq!(shown, expected.map(|(folded, written)| (folded.to_owned(), written)));
}

#[test]
fn folding_every_character_is_idempotent() {
    for c in '\0'..=char::MAX {
        for text in [c.to_string(), format!("ب{c}و"), format!("a{c}b")] {
            let once = fold(&text);
            assert_eq!(fold(&once), once, "{c:?} U+{:04X}", u32::from(c));
        }
    }
}

/// Text with a high density of characters that folding handles.
pub(super) fn hard_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "ا",
        "أ",
        "ء",
        "ئ",
        "ؤ",
        "و",
        "ى",
        "ة",
        "ـ",
        "\u{64e}",
        "\u{651}",
        "\u{654}",
        "\u{670}",
        "ﷺ",
        "ﻻ",
        "\u{fe76}",
        "\u{200c}",
        "\u{200d}",
        "\u{200f}",
        "\u{ad}",
        " ",
        "-",
        "'",
        "’",
        "\"",
        "·",
        ",",
        "٬",
        ".",
        "_",
        "1",
        "٢",
        "000",
        "²",
        "½",
        "l",
        "qu",
        "E",
        "\u{301}",
        "\u{345}",
        "\u{307}",
        "ß",
        "İ",
        "ŉ",
        "ﬀ",
        "א",
        "ב",
        "״",
        "ש\u{5c1}",
        "क",
        "ि",
        "\u{94d}",
        "ท",
        "\u{e35}",
        "中",
        "カ",
        "\u{3099}",
        "ﾞ",
        "ﾡ",
        "ￂ",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "ᾳ",
        "Ω",
        "й",
        "\u{20e3}",
        "\u{fe0f}",
        "👩‍👧",
        "🇱🇾",
        "\u{600}",
        "\0",
        "\n",
        "\u{110bd}",
        "𝟙",
    ]);
    prop_oneof![
        3 => prop::collection::vec(pieces, 0..40).prop_map(|p| p.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn folding_is_idempotent(text in hard_text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn token_ranges_are_ordered_and_on_char_boundaries(text in hard_text()) {
        let mut last = 0;
        for elision in [Elision::Any, Elision::Keep] {
            let found = tokens(&text, elision);
            for token in &found {
                prop_assert!(token.start < token.end && token.end <= text.len());
                prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
                prop_assert!(!token.text.is_empty() && !token.text.contains(' '));
                prop_assert!(token.text.chars().count() <= MAX_TOKEN_CHARS);
            }
            prop_assert!(found.windows(2).all(|w| w[0].start <= w[1].start && w[0].end <= w[1].end));
            last = last.max(found.len());
        }
        prop_assert_eq!(fold(&text).split_whitespace().count(), last);
    }

    #[test]
    fn word_folds_alike_out_of_context(text in hard_text()) {
        for token in tokens(&text, Elision::Keep) {
            // Except marks: after a dropped `·`, a mark attaches to the letter before it.
            let bare = |text: &str| text.replace(is_mark, "");
            let alone = fold(&text[token.start..token.end]);
            prop_assert!(bare(&alone).contains(&bare(&token.text)), "{alone} {token:?}");
        }
    }
}
