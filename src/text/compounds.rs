//! Names of two words that are written as one as often as not: عبد الله and عبدالله.
//!
//! Called by [`super::analyse`], which makes two words of both spellings, and by [`super::query`].

/// Letters attached to a name, longest last.
const CLITICS: &[&str] = &["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"];

/// First words of names in الدين. Listed, for خالدين and والدين end alike.
const OF_THE_FAITH: &[&str] = &[
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

/// The last two letters of the second words, but for those that follow عبد.
const ENDINGS: &[&str] = &["ين", "بي", "يد", "ان", "رك", "نغ", "ور", "وك", "اب", "وب", "ات"];

/// The fewest letters of a name in one word, in bytes.
const SHORTEST: usize = 12;

/// Whether a word may be the second of a name. Most aren't, and every word of every text is asked.
fn ends_like_second(word: &str) -> bool {
    word.len()
        .checked_sub(4)
        .and_then(|at| word.get(at..))
        .is_some_and(|end| ENDINGS.contains(&end))
}

/// Whether two words, folded and without clitics, are one name.
fn is_name(first: &str, second: &str) -> bool {
    match second.strip_prefix("ال") {
        Some("دين") if OF_THE_FAITH.contains(&first) => true,
        // Servant of one of the names of God.
        Some(rest) => first == "عبد" && rest.chars().nth(1).is_some(),
        None => NAMES.contains(&(first, second)),
    }
}

/// The two words of a name that is written as one, without what is attached to it.
pub(super) fn split(word: &str) -> Option<(&str, &str)> {
    if word.len() < SHORTEST || !ends_like_second(word) && !word.contains("عبدال") {
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

/// The first word of a name without what is attached to it, if the second one follows.
pub(super) fn first<'w>(word: &'w str, next: &str) -> Option<&'w str> {
    if !ends_like_second(next) && !word.ends_with("عبد") {
        return None;
    }
    CLITICS.iter().find_map(|clitic| word.strip_prefix(clitic).filter(|first| is_name(first, next)))
}

/// Whether a word may be the first of a name in two words.
pub(super) fn may_be_first(word: &str) -> bool {
    CLITICS.iter().filter_map(|clitic| word.strip_prefix(clitic)).any(|first| {
        first == "عبد"
            || OF_THE_FAITH.contains(&first)
            || NAMES.iter().any(|(one, _)| *one == first)
    })
}

/// The two words of such a name while the second is being typed: عبدالر, نيويو.
pub(super) fn begun(word: &str) -> Option<(&str, &str)> {
    let firsts = || {
        let others = OF_THE_FAITH.iter().map(|first| (*first, "الدين"));
        std::iter::once(("عبد", "ال")).chain(others).chain(NAMES.iter().copied())
    };
    CLITICS.iter().find_map(|clitic| {
        let name = word.strip_prefix(clitic)?;
        firsts().find_map(|(first, second)| {
            let begun = name.strip_prefix(first)?;
            let servant = first == "عبد" && begun.starts_with(second);
            // Two letters of the second word, lest بورسا be read as the beginning of بور سعيد.
            let fits = servant || begun.chars().nth(1).is_some() && second.starts_with(begun);
            fits.then(|| (&name[..first.len()], begun))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_one_of_the_endings() {
        for (first, second) in NAMES {
            assert_eq!(split(&format!("و{first}{second}")), Some((*first, *second)));
        }
        for first in OF_THE_FAITH {
            assert_eq!(split(&format!("{first}الدين")), Some((*first, "الدين")));
        }
    }

    #[test]
    fn names() {
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
            assert_eq!(begun(word), parts, "{word}");
        }
        assert_eq!(first("وعبد", "الله"), Some("عبد"));
        assert_eq!(first("عبد", "الله"), Some("عبد"));
        assert_eq!(first("معبد", "الله"), None);
        assert_eq!(first("وعبد", "ربه"), None);
    }
}
