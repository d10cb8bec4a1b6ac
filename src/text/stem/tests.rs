//! The stems of words and of their forms: what all forms have in common, and what is kept apart.

use super::Stemmer;
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
fn words_that_only_look_alike_keep_apart() {
    for (one, other) in
        [("لبنان", "لبن"), ("وزارة", "زار"), ("بناء", "بنا"), ("ميناء", "مناجم"), ("مدرسة", "مطار")]
    {
        assert_ne!(stem(one, "ar"), stem(other, "ar"), "{one} and {other}");
    }
}

#[test]
fn others_are_stemmed_by_their_language_with_or_without_marks() {
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

proptest::proptest! {
    #[test]
    fn a_word_never_loses_everything(word in "[ء-ي]{1,12}") {
        proptest::prop_assume!(!fold(&word).is_empty());
        proptest::prop_assert!(!stem(&word, "ar").is_empty());
    }
}
