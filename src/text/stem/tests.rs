//! Stems of all languages, and the properties of the tables.

use std::collections::HashMap;

use super::{Stemmer, lexicon, names, nouns, plurals};
use crate::text::fold::fold;
use crate::text::lang::Lang;

fn stem(word: &str, lang: &str) -> String {
    Stemmer::of(&Lang::parse(lang).unwrap()).stem(&fold(word)).into_owned()
}

#[test]
fn forms_of_a_word_share_a_stem() {
    for forms in [
        &["ميناء", "الميناء", "والميناء", "بالميناء", "للميناء", "وللميناء", "وبالميناء"][..],
        &["سيارة", "سيارتها", "السيارات"],
        &["مظاهرة", "مظاهرات", "المظاهرات"],
        &["مهندس", "مهندسون", "المهندسين"],
        &["وزارة", "الوزارة", "والوزارة", "بالوزارة"],
        &["لبنان", "ولبنان", "بلبنان", "للبنان"],
        &["رئيس", "لرئيس", "الرئيس"],
        &["سماء", "سما", "السماء"],
        &["أمريكي", "امريكي", "أمريكيين"],
        &["مشروب", "مشروبات"],
        &["كتاب", "الكتاب"],
    ] {
        let stems: Vec<String> = forms.iter().map(|form| stem(form, "ar")).collect();
        assert!(stems.iter().all(|one| *one == stems[0]), "{forms:?}: {stems:?}");
    }
}

#[test]
fn similar_words_have_distinct_stems() {
    for (one, other) in
        [("لبنان", "لبن"), ("وزارة", "زار"), ("بناء", "بنا"), ("ميناء", "مناجم"), ("مدرسة", "مطار")]
    {
        assert_ne!(stem(one, "ar"), stem(other, "ar"), "{one} and {other}");
    }
}

#[test]
fn non_arabic_words_are_stemmed_by_language() {
    for (lang, one, other) in [
        ("en", "running", "runs"),
        ("fr", "régionaux", "regional"),
        ("de", "Häuser", "haus"),
        ("fr", "journaux", "journal"),
    ] {
        assert_eq!(stem(one, lang), stem(other, lang), "{one} and {other}");
    }
    assert_eq!(stem("running", "zh"), "running", "no rules, no stem");
    assert_eq!(stem("١٢٣٤", "ar"), "1234");
}

#[test]
fn listed_word_is_its_own_stem() {
    let mut twice = Vec::new();
    for noun in [nouns::BEGINNINGS, nouns::ENDINGS, nouns::COMMON]
        .into_iter()
        .flat_map(str::split_whitespace)
        .chain(names::NAMES.split_whitespace())
    {
        if lexicon::find(&fold(noun)) != Some(&fold(noun)) {
            twice.push(noun);
        }
    }
    assert!(twice.is_empty(), "listed twice, or a form of another: {}", twice.join(" "));
}

#[test]
fn no_form_belongs_to_two_families() {
    let mut families: HashMap<String, &str> = HashMap::new();
    for row in plurals::PLURALS {
        for noun in row.split_whitespace() {
            assert_eq!(families.insert(fold(noun), row), None, "{noun}");
        }
    }
}

#[test]
fn every_snowball_language_stems() {
    for (lang, word, expected) in [
        ("ca", "eleccions", "elec"),
        ("cs", "českých", "cesk"),
        ("da", "valgene", "valg"),
        ("ca", "elecció", "elec"),
        ("de", "Wahlen", "wahl"),
        ("el", "εκλογές", "εκλογ"),
        ("en", "elections", "elect"),
        ("es", "elecciones", "eleccion"),
        ("fr", "élections", "elect"),
        ("it", "elezioni", "elezion"),
        ("nl", "verkiezingen", "verkies"),
        ("nb", "valgene", "valg"),
        ("pt", "eleições", "eleica"),
        ("ru", "выборов", "выбор"),
        ("sv", "valet", "val"),
        ("tr", "seçimler", "secim"),
        ("uk", "українська", "украін"),
        ("uk", "Української", "украін"),
        // Another script, or no stemmer: the folded word.
        ("ru", "elections", "elections"),
        ("en", "выборов", "выборов"),
        ("ar", "elections", "elections"),
        ("vi", "Việt", "viet"),
        ("en", "2024", "2024"),
    ] {
        assert_eq!(stem(word, lang), expected, "{word}");
    }
}

#[test]
fn arabic_word_has_one_stem_in_all_languages() {
    for word in ["والوزارات", "بلبنان", "كاتبون", "استخدامها"] {
        assert_eq!(stem(word, "ar"), stem(word, "en"));
        assert_eq!(stem(word, "ar"), stem(word, "fa"));
    }
}

proptest::proptest! {
    #[test]
    fn stem_of_any_arabic_word_is_not_empty(word in "[ء-ي]{1,12}") {
        proptest::prop_assume!(!fold(&word).is_empty());
        proptest::prop_assert!(!stem(&word, "ar").is_empty());
    }
}
