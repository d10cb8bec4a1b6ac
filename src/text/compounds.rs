//! Names of two words that are often written as one: عبد الله and عبدالله.

/// Prefixes attached to a name, longest last.
const CLITICS: &[&str] = &["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"];

/// First words of names that end in الدين. A list, since خالدين and والدين have the same ending.
const DIN_FIRST_WORDS: &[&str] = &[
    "نور",
    "علاء",
    "عز",
    "صلاح",
    "محيي",
    "محي",
    "سيف",
    "شمس",
    "بدر",
    "جمال",
    "كمال",
    "حسام",
    "عماد",
    "سعد",
    "ضياء",
    "فخر",
    "تاج",
    "زين",
    "شرف",
    "ناصر",
    "نصر",
    "تقي",
    "خير",
    "سراج",
    "بهاء",
    "برهان",
    "جلال",
    "ركن",
    "قطب",
    "صدر",
    "شهاب",
    "نجم",
    "معين",
    "مجد",
];

/// Places and services, folded.
const NAMES: &[(&str, &str)] = &[
    ("ابو", "ظبي"),
    ("بور", "سعيد"),
    ("بور", "سودان"),
    ("نيو", "يورك"),
    ("هونغ", "كونغ"),
    ("كوالا", "لمبور"),
    ("فيس", "بوك"),
    ("واتس", "اب"),
    ("يو", "تيوب"),
    ("سناب", "شات"),
    ("تيك", "توك"),
];

/// Second words of a name in أبو, which the case of the first word turns into أبي or أبا. A list,
/// since أبي is also "my father".
const KUNYAS: &[&str] = &[
    "ايوب",
    "بكر",
    "تراب",
    "تمام",
    "تميم",
    "ثابت",
    "ثور",
    "جعفر",
    "جهل",
    "حازم",
    "حامد",
    "حسن",
    "حفص",
    "حمزه",
    "حنيفه",
    "حيان",
    "خالد",
    "داود",
    "دجانه",
    "دلامه",
    "ذر",
    "ذويب",
    "رغال",
    "ريشه",
    "زرعه",
    "زهره",
    "زيد",
    "سعيد",
    "سفيان",
    "سلمه",
    "سليمان",
    "سيف",
    "شادي",
    "شامه",
    "شباب",
    "صالح",
    "طالب",
    "طلحه",
    "طير",
    "عبيد",
    "عبيده",
    "عثمان",
    "عطا",
    "عمار",
    "عمر",
    "عمرو",
    "عوف",
    "غريب",
    "فراس",
    "فهد",
    "قبيس",
    "قحافه",
    "قير",
    "لهب",
    "لولوه",
    "ليلي",
    "ماجد",
    "ماضي",
    "مازن",
    "محجن",
    "محمد",
    "مدين",
    "مسلم",
    "مصعب",
    "معشر",
    "موسي",
    "ناصر",
    "نصر",
    "نضال",
    "نعيم",
    "نواس",
    "هاشم",
    "هريره",
    "هشام",
    "يزيد",
    "يعرب",
    "يعلي",
    "يوسف",
    "الاسود",
    "البركات",
    "الحسن",
    "الحسين",
    "الخير",
    "الدرداء",
    "السعود",
    "الطيب",
    "العباس",
    "العتاهيه",
    "العرب",
    "العز",
    "العلاء",
    "العينين",
    "الغيط",
    "الفتح",
    "الفتوح",
    "الفداء",
    "الفرج",
    "الفضل",
    "القاسم",
    "المجد",
    "المعالي",
    "النجا",
    "النصر",
    "الهول",
    "الوفا",
];

/// The forms of the first word of a name in أبو.
const FATHERS: &[&str] = &["ابو", "ابي", "ابا"];

/// True for the second word of a name in أبو.
fn is_kunya(second: &str) -> bool {
    // Names in عبد may be written in one word or two.
    KUNYAS.contains(&second) || second == "عبد" || second.starts_with("عبدال") || second == "ظبي"
}

/// The last two letters of all second words, except those after عبد.
const ENDINGS: &[&str] = &["ين", "بي", "يد", "ان", "رك", "نغ", "ور", "وك", "اب", "وب", "ات"];

/// Fewest bytes of a name in one word.
const MIN_BYTES: usize = 12;

/// A cheap test that rules out most words as the second word of a name.
fn ends_like_second(word: &str) -> bool {
    word.len()
        .checked_sub(4)
        .and_then(|at| word.get(at..))
        .is_some_and(|end| ENDINGS.contains(&end))
}

/// True if two words, folded and without clitics, form one name.
fn is_name(first: &str, second: &str) -> bool {
    match second.strip_prefix("ال") {
        Some("دين") if DIN_FIRST_WORDS.contains(&first) => true,
        // "Servant of" one of the names of God.
        Some(rest) => first == "عبد" && rest.chars().nth(1).is_some(),
        None => NAMES.contains(&(first, second)),
    }
}

/// Splits a name written as one word, and drops its clitics.
pub(super) fn split(word: &str) -> Option<(&str, &str)> {
    if word.len() < MIN_BYTES || !ends_like_second(word) && !word.contains("عبدال") {
        return None;
    }
    CLITICS.iter().find_map(|clitic| {
        let name = word.strip_prefix(clitic)?;
        let ends = [name.strip_prefix("عبد"), name.strip_suffix("الدين").and(Some("الدين"))];
        let places = NAMES.iter().filter_map(|(first, _)| name.strip_prefix(first));
        ends.into_iter().flatten().chain(places).find_map(|second| {
            let first = name.strip_suffix(second)?;
            is_name(first, second).then_some((first, second))
        })
    })
}

/// Returns the first word of a name without its clitics, if `next` is the second word.
pub(super) fn first<'w>(word: &'w str, next: &str) -> Option<&'w str> {
    if let Some(father) = FATHERS.iter().find_map(|father| word.strip_suffix(father))
        && CLITICS.contains(&father)
        && is_kunya(next)
    {
        return Some("ابو");
    }
    if !ends_like_second(next) && !word.ends_with("عبد") {
        return None;
    }
    CLITICS.iter().find_map(|clitic| word.strip_prefix(clitic).filter(|first| is_name(first, next)))
}

/// True if the word may be the first of a two-word name.
pub(super) fn may_be_first(word: &str) -> bool {
    CLITICS.iter().filter_map(|clitic| word.strip_prefix(clitic)).any(|first| {
        first == "عبد"
            || DIN_FIRST_WORDS.contains(&first)
            || FATHERS.contains(&first)
            || NAMES.iter().any(|(one, _)| *one == first)
    })
}

/// Splits a name in one word with an incomplete second part, as in a query being typed: عبدالر,
/// نيويو.
pub(super) fn split_partial(word: &str) -> Option<(&str, &str)> {
    let firsts = || {
        let others = DIN_FIRST_WORDS.iter().map(|first| (*first, "الدين"));
        std::iter::once(("عبد", "ال")).chain(others).chain(NAMES.iter().copied())
    };
    CLITICS.iter().find_map(|clitic| {
        let name = word.strip_prefix(clitic)?;
        firsts().find_map(|(first, second)| {
            let partial = name.strip_prefix(first)?;
            let servant = first == "عبد" && partial.starts_with(second);
            // At least two letters of the second word, or بورسا would be read as بور سعيد.
            let fits = servant || partial.chars().nth(1).is_some() && second.starts_with(partial);
            fits.then(|| (&name[..first.len()], partial))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_split() {
        for (first, second) in NAMES {
            assert_eq!(split(&format!("و{first}{second}")), Some((*first, *second)));
        }
        for first in DIN_FIRST_WORDS {
            assert_eq!(split(&format!("{first}الدين")), Some((*first, "الدين")));
        }
    }

    #[test]
    fn one_word_names_are_split_and_other_words_are_not() {
        for (word, parts) in [
            ("عبدالله", Some(("عبد", "الله"))),
            ("وعبدالرحمن", Some(("عبد", "الرحمن"))),
            ("لعبدالعزيز", Some(("عبد", "العزيز"))),
            ("صلاحالدين", Some(("صلاح", "الدين"))),
            ("ونورالدين", Some(("نور", "الدين"))),
            ("ابوظبي", Some(("ابو", "ظبي"))),
            ("بنيويورك", Some(("نيو", "يورك"))),
            ("والدين", None),
            ("الخالدين", None),
            ("الوالدين", None),
            ("الدين", None),
            ("عبد", None),
            ("عبدال", None),
            ("معبد", None),
            ("", None),
        ] {
            assert_eq!(split(word), parts, "{word}");
        }
        for (word, parts) in [
            ("عبدالر", Some(("عبد", "الر"))),
            ("وعبدالل", Some(("عبد", "الل"))),
            ("نيويو", Some(("نيو", "يو"))),
            ("صلاحال", Some(("صلاح", "ال"))),
            ("عبدا", None),
            ("بورسا", None),
            ("صلاح", None),
            ("", None),
        ] {
            assert_eq!(split_partial(word), parts, "{word}");
        }
        assert_eq!(first("وعبد", "الله"), Some("عبد"));
        assert_eq!(first("عبد", "الله"), Some("عبد"));
        assert_eq!(first("معبد", "الله"), None);
        assert_eq!(first("وعبد", "ربه"), None);
        for father in ["ابو", "ابي", "ابا", "وابي", "لابي"] {
            assert_eq!(first(father, "بكر"), Some("ابو"), "{father}");
            assert_eq!(first(father, "ظبي"), Some("ابو"), "{father}");
        }
        assert_eq!(first("ابي", "قال"), None);
        assert_eq!(first("نبي", "بكر"), None);
    }
}
