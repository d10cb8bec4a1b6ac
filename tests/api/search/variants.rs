//! The spellings and forms of a word that must find each other, both ways, and those that must
//! not: one article for each side, one search from the other.

use std::collections::HashMap;

use super::{article_with, ids, results};
use crate::support::TestApp;
use serde_json::json;

/// Class, language, and two spellings or forms.
const SAME: &[(&str, &str, &str, &str)] = &[
    ("hamza on alif", "ar", "أحمد", "احمد"),
    ("hamza under alif", "ar", "إدارة", "ادارة"),
    ("madda", "ar", "آثار", "اثار"),
    ("wasla", "ar", "ٱلكتاب", "الكتاب"),
    ("alif maqsura", "ar", "مستشفى", "مستشفي"),
    ("Persian yeh", "ar", "ليبیا", "ليبيا"),
    ("ta marbuta", "ar", "مدرسة", "مدرسه"),
    ("Persian kaf", "ar", "کتاب", "كتاب"),
    ("heh goal", "ar", "مدرسہ", "مدرسة"),
    ("veh and peh", "ar", "ڤيديو", "فيديو"),
    ("tashkeel", "ar", "مُحَمَّد", "محمد"),
    ("tanwin", "ar", "شكرًا", "شكرا"),
    ("dagger alif", "ar", "هٰذا", "هذا"),
    ("Quranic marks", "ar", "عَلَىٰۤ", "علي"),
    ("tatweel", "ar", "ميـــناء", "ميناء"),
    ("hamza on waw", "ar", "مسئول", "مسؤول"),
    ("hamza on waw or alone", "ar", "شؤون", "شئون"),
    ("hamza decomposed", "ar", "ا\u{654}سعار", "أسعار"),
    ("presentation forms", "ar", "ﻣﺪﺭﺳﺔ", "مدرسة"),
    ("Allah ligature", "ar", "ﷲ", "الله"),
    ("bidi marks", "ar", "\u{200f}الميناء\u{200e}", "الميناء"),
    ("zero width joiners", "ar", "می\u{200c}ناء", "ميناء"),
    ("the article", "ar", "الميناء", "ميناء"),
    ("and the", "ar", "والميناء", "ميناء"),
    ("then the", "ar", "فالميناء", "ميناء"),
    ("by the", "ar", "بالميناء", "ميناء"),
    ("like the", "ar", "كالميناء", "ميناء"),
    ("for the", "ar", "للميناء", "ميناء"),
    ("and for the", "ar", "وللميناء", "ميناء"),
    ("and by the", "ar", "وبالميناء", "ميناء"),
    ("feminine plural", "ar", "مظاهرات", "مظاهرة"),
    ("masculine plural", "ar", "مهندسون", "مهندسين"),
    ("possessive", "ar", "سيارتها", "سيارة"),
    ("nisba", "ar", "أمريكيين", "امريكي"),
    ("protected country", "ar", "ولبنان", "لبنان"),
    ("protected noun", "ar", "والوزارة", "وزارة"),
    ("Arabic digits", "ar", "١٢٣٤", "1234"),
    ("Persian digits", "ar", "۱۲۳۴", "1234"),
    ("thousands", "ar", "١٬٠٠٠", "1000"),
    ("Latin thousands", "en", "1,000", "1000"),
    ("accents", "fr", "Café", "cafe"),
    ("sharp s", "de", "Straße", "STRASSE"),
    ("Vietnamese", "vi", "Việt", "viet"),
    ("Greek", "el", "Ελλάδα", "ελλαδα"),
    ("Turkish dotted i", "tr", "İzmir", "izmir"),
    ("Cyrillic io", "ru", "Ёлка", "елка"),
    ("elision", "fr", "l'aéroport", "aeroport"),
    ("hyphen", "en", "covid-19", "covid 19"),
    ("full width", "en", "Ｎｅｗｓ", "news"),
];

/// Class and two words that share letters but not a meaning.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("Lebanon and milk", "لبنان", "لبن"),
    ("ministry and visited", "وزارة", "زار"),
    ("port and mine", "ميناء", "مناجم"),
    ("school and teacher", "مدرسة", "مطار"),
];

api_test!(every_spelling_finds_every_other, async |app: TestApp| {
    let mut missed = Vec::new();
    let mut made: HashMap<(&str, &str), i64> = HashMap::new();
    for (_, lang, one, other) in SAME {
        for word in [*one, *other] {
            if !made.contains_key(&(*lang, word)) {
                let fields = json!({ "title": word, "body": "x", "lang": lang });
                made.insert((lang, word), article_with(&app, fields).await);
            }
        }
    }
    for (class, lang, one, other) in SAME {
        for (asked, held) in [(*one, *other), (*other, *one)] {
            let answer = results(&app, &[("q", asked), ("limit", "100")]).await;
            if !ids(&answer).contains(&made[&(*lang, held)]) {
                missed.push(format!("{class}: {asked} doesn't find {held}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
});

api_test!(words_that_only_look_alike_stay_apart, async |app: TestApp| {
    for (class, one, other) in DIFFERENT {
        let first = article_with(&app, json!({ "title": one, "body": "x" })).await;
        let second = article_with(&app, json!({ "title": other, "body": "x" })).await;
        for (asked, wrong) in [(one, second), (other, first)] {
            let answer = results(&app, &[("q", asked)]).await;
            assert!(!ids(&answer).contains(&wrong), "{class}: {asked}");
        }
    }
});
