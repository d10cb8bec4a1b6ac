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

/// Returns a folded word without emphasis: عاااجل is عاجل. Only a hamza that folding wrote as a letter
/// puts three of a kind in a row, as in روائيين.
pub(super) fn without_emphasis(word: &str, written: &str) -> String {
    if !has_run(word) {
        return word.to_owned();
    }
    shorten_runs(word, written.contains(['ئ', 'ؤ', '\u{6d3}', '\u{654}']))
}

/// True if a letter stands three times or more in a row.
fn has_run(word: &str) -> bool {
    let mut run = (' ', 0);
    word.chars().any(|c| {
        run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        run.1 == 3 && c.is_alphabetic()
    })
}

/// Writes emphatic runs of a letter once. The lam of اللله stays double, and with a hamza three ي or و
/// stay.
fn shorten_runs(word: &str, has_hamza: bool) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.next_if_eq(&c).is_some() {
            run += 1;
        }
        let of_hamza = has_hamza && run == 3 && matches!(c, 'ي' | 'و');
        let emphatic = run > 2 && c.is_alphabetic() && !of_hamza;
        let of_allah = emphatic && c == 'ل' && chars.peek() == Some(&'ه');
        let times = if of_allah {
            2
        } else if emphatic {
            1
        } else {
            run
        };
        out.extend(std::iter::repeat_n(c, times));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;
    use crate::text::respell::respell;

    fn unified(written: &str) -> String {
        let respelt = respell(written);
        let folded = fold(respelt.as_deref().unwrap_or(written));
        unify(if is_arabic(&folded) { without_emphasis(&folded, written) } else { folded })
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
            ("مملوؤون", "مملون"),
            ("iii", "i"),
            ("1000", "10"),
        ] {
            assert_ne!(unified(one), unified(other), "{one} {other}");
        }
    }
}
