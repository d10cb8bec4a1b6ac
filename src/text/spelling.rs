//! Spellings that search unites and folding keeps apart.
//!
//! Keys of tags and slugs are folded texts, so folding can't change with each rule of search. A rule
//! stands here only if it makes no two different words equal.

use super::indic;
use super::stem::is_arabic;

/// Quranic and older spellings of names and nouns, folded, each with its present spelling.
const OLDER: &[(&str, &str)] = &[
    ("رحمان", "رحمن"),
    ("اسحق", "اسحاق"),
    ("اسمعيل", "اسماعيل"),
    ("ابرهيم", "ابراهيم"),
    ("هرون", "هارون"),
    ("سليمن", "سليمان"),
    ("عثمن", "عثمان"),
    ("لقمن", "لقمان"),
    ("معويه", "معاويه"),
    ("سموات", "سماوات"),
    ("قرءان", "قران"),
    ("مايه", "ميه"),
    ("مايتين", "ميتين"),
    ("مايتان", "ميتان"),
    ("ثلاثمايه", "ثلاثميه"),
    ("اربعمايه", "اربعميه"),
    ("خمسمايه", "خمسميه"),
    ("ستمايه", "ستميه"),
    ("سبعمايه", "سبعميه"),
    ("ثمانمايه", "ثمانميه"),
    ("ثمانيمايه", "ثمانميه"),
    ("ثمانيميه", "ثمانميه"),
    ("تسعمايه", "تسعميه"),
    ("اسراءيل", "اسراييل"),
    ("ميكاءيل", "ميكاييل"),
    ("الربوا", "الربا"),
    ("صرط", "صراط"),
    // The hamza's carrier: هيأة, هیات, قراءت.
    ("هياه", "هييه"),
    // إلهيات is theology.
    ("الهيات", "الهيات"),
    ("هيات", "هييت"),
    ("قراءت", "قرايت"),
];

/// Attached letters before the words of [`OLDER`], longest first.
pub(super) const BEFORE: &[&str] = &[
    "وبال", "وكال", "فبال", "ولل", "فلل", "وال", "فال", "بال", "كال", "ال", "لل", "وب", "ول", "وك",
    "فب", "فل", "و", "ف", "ب", "ل", "ك", "",
];

/// Attached letters before a hamza that begins a word.
const BEFORE_HAMZA: &[&str] =
    &["", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل"];

/// Letters after اوو that show a name or a noun such as داوود and طاووس. A plural in وا or ون, or a
/// pronoun, shows a verb, whose second waw is no variant.
const AFTER_DOUBLE_WAW: &[char] = &[
    'ب', 'ث', 'ج', 'ح', 'خ', 'د', 'ذ', 'ر', 'ز', 'س', 'ش', 'ص', 'ض', 'ط', 'ظ', 'ع', 'غ', 'ف', 'ق',
    'ل',
];

/// Brings a folded word to the spelling that search uses. Idempotent.
pub(super) fn unify(word: String) -> String {
    if word.is_ascii() {
        word
    } else if is_arabic(&word) {
        arabic(word)
    } else if word.contains(indic::is_indic) {
        indic::unify(&word)
    } else {
        word
    }
}

fn arabic(mut word: String) -> String {
    if has_run(&word) {
        word = shorten_runs(&word);
    }
    if let Some(at) = word.find("ءا")
        && word[at..].chars().nth(3).is_some()
        && BEFORE_HAMZA.contains(&&word[..at])
    {
        // ءامنوا is آمنوا, which folding turns into امنوا.
        word.replace_range(at..at + 'ء'.len_utf8(), "");
    }
    if let Some(at) = word.find("اوو")
        && word[at + "اوو".len()..].starts_with(AFTER_DOUBLE_WAW)
    {
        word.replace_range(at + "او".len()..at + "اوو".len(), "");
    }
    present(&word).unwrap_or(word)
}

/// Returns the present spelling of an older one.
fn present(word: &str) -> Option<String> {
    OLDER.iter().find_map(|(older, present)| {
        let before = word.strip_suffix(older)?;
        BEFORE.contains(&before).then(|| format!("{before}{present}"))
    })
}

/// Returns the word without each of the prefixes that it has.
pub(super) fn strip_before<'w>(word: &'w str, prefixes: &[&str]) -> impl Iterator<Item = &'w str> {
    prefixes.iter().filter_map(|before| word.strip_prefix(before))
}

/// True if a letter stands three times or more in a row.
fn has_run(word: &str) -> bool {
    let mut run = (' ', 0);
    word.chars().any(|c| {
        run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        run.1 == 3 && c.is_alphabetic()
    })
}

/// Writes emphatic runs of a letter once, as in عاااجل. The lam of اللله stays double.
fn shorten_runs(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let after = rest.trim_start_matches(c);
        let run = &rest[..rest.len() - after.len()];
        let is_long = run.len() > 2 * c.len_utf8() && c.is_alphabetic();
        out.push_str(match c {
            _ if !is_long || run == "ييي" && is_of_hamza(&out, after) => run,
            'ل' if after.starts_with('ه') => "لل",
            _ => &run[..c.len_utf8()],
        });
        rest = after;
    }
    out
}

/// True if the first of three yehs between these letters is a folded hamza: بيئية, روائيين. Such words
/// keep all three also if their hamza was left out.
fn is_of_hamza(before: &str, after: &str) -> bool {
    AFTER_HAMZA.contains(&after)
        && (before.ends_with('ا')
            || strip_before(before, BEFORE).any(|rest| BEFORE_SEAT.contains(&rest)))
}

/// Letters before a hamza on a yeh, of nouns such as بيئة, جزء, مبدأ. Most others end in alif.
const BEFORE_SEAT: &[&str] = &["ب", "جز", "مر", "مبد"];

/// Endings of the adjective in ي after its first two letters.
const AFTER_HAMZA: &[&str] = &["", "ه", "ا", "ن", "ون", "ان", "ات"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;
    use crate::text::respell::respell;

    fn unified(written: &str) -> String {
        let respelt = respell(written);
        unify(fold(respelt.as_deref().unwrap_or(written)))
    }

    #[test]
    fn variants_become_one_spelling() {
        for (one, other) in [
            ("داوود", "داود"),
            ("طاووس", "طاوس"),
            ("الطاؤوس", "الطاوس"),
            ("شاؤول", "شاول"),
            ("الرحمان", "الرحمن"),
            ("السموات", "السماوات"),
            ("وإسحق", "وإسحاق"),
            ("خمسمائة", "خمسمئة"),
            ("للمائة", "للمئة"),
            ("عاااجل", "عاجل"),
            ("جدااااا", "جدا"),
            ("جميييل", "جميل"),
            ("حزييين", "حزين"),
            ("بيئية", "بييية"),
            ("سينمائيون", "سينماييون"),
            ("يااااالله", "يالله"),
            ("اللللله", "الله"),
            ("ءامنوا", "آمنوا"),
            ("والءاخرة", "والآخرة"),
            ("الصلوٰة", "الصلاة"),
            ("ٱلزَّكَوٰةَ", "الزكاة"),
            ("مَوْلَىٰهُمْ", "مولاهم"),
            ("عَلَىٰ", "على"),
            ("صلوة", "صلاة"),
            ("بالزكوة", "بالزكاة"),
            ("الحيوة", "الحياة"),
            ("للحيوة", "للحياة"),
            ("صرط", "صِرَٰط"),
            ("الملئكة", "ٱلْمَلَٰٓئِكَة"),
            ("الربوا", "الربا"),
            ("إِسْرَٰٓءِيلَ", "إسرائيل"),
            ("رَحْمَٰن", "رحمان"),
            ("هيأة", "هيئة"),
            ("هیأت", "هیئت"),
            ("هیات", "هیئت"),
            ("مسئله", "مساله"),
            ("مسأله", "مساله"),
            ("جزئی", "جزیی"),
            ("قراءت", "قرائت"),
            ("بطئ", "بطيء"),
            ("لیے", "لۓ"),
            ("گۓ", "گئے"),
            ("دیئے", "دیے"),
            ("چاہیئے", "چاہیے"),
        ] {
            assert_eq!(unified(one), unified(other), "{one} {other}");
            assert_eq!(unify(unified(one)), unified(one), "{one}");
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (one, other) in [
            ("جاؤوا", "جاوا"),
            ("بناؤون", "بنان"),
            ("حماية", "حمية"),
            ("جزءا", "جزا"),
            ("لقاءات", "لقات"),
            ("ممتاز", "متاز"),
            ("حيوة", "حياة"),
            ("ربوا", "ربا"),
            ("ٱلْكِتَٰب", "الكتب"),
            ("سَلَٰم", "سلم"),
            ("عَٰلِم", "علم"),
            ("المسيلة", "المسألة"),
            ("شيء", "شي"),
            ("زكوه", "زكاة"),
            ("مليكة", "ملائكة"),
            ("إلهيات", "الهيئت"),
            ("شئون", "شيئون"),
            ("روائيين", "رواين"),
            ("بيئي", "بي"),
            ("iii", "i"),
            ("1000", "10"),
        ] {
            assert_ne!(unified(one), unified(other), "{one} {other}");
        }
    }
}
