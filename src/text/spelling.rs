//! Spellings that search unites and folding keeps apart.
//!
//! Keys of tags and slugs are folded texts, so folding can't change with each rule of search. A rule
//! stands here only if it makes no two different words equal.

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
];

/// Attached letters before the words of [`OLDER`], longest first.
const BEFORE: &[&str] = &[
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
    } else if word.contains(is_brahmic) {
        brahmic(&word)
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

/// True if a letter stands three times or more in a row, which no Arabic word has.
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
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.next_if_eq(&c).is_some() {
            run += 1;
        }
        let emphatic = run > 2 && c.is_alphabetic();
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

/// Replaces the letters that carry a dagger alif by an alif: الصلوٰة is الصلاة. `None` for a text
/// without such letters. A final ىٰ stays, since على is written without it.
pub(super) fn without_dagger_alifs(written: &str) -> Option<String> {
    if !written.contains(DAGGER_ALIF) {
        return None;
    }
    let mut out = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
    let mut replaced = false;
    while let Some(c) = chars.next() {
        let carries = matches!(c, 'و' | 'ى' | 'ی' | 'ي') && chars.peek() == Some(&DAGGER_ALIF);
        let mut after = chars.clone().skip(1).filter(|c| !super::unicode::is_mark(*c));
        if carries && after.next().is_some_and(char::is_alphabetic) {
            chars.next();
            out.push('ا');
            replaced = true;
        } else {
            out.push(c);
        }
    }
    replaced.then_some(out)
}

const DAGGER_ALIF: char = '\u{670}';

/// The first code points of scripts with the layout of ISCII, where a nasal before a consonant is a
/// letter or a sign: Devanagari, Gujarati, Oriya, Telugu, Kannada.
const BRAHMIC: [u32; 5] = [0x900, 0xa80, 0xb00, 0xc00, 0xc80];

fn is_brahmic(c: char) -> bool {
    BRAHMIC.contains(&(u32::from(c) & !0x7f))
}

/// Writes a nasal before a consonant of its own class as the sign anusvara (हिन्दी, हिंदी), and the
/// sign candrabindu like it, except in हँसना (to laugh), since हंस is a swan. Leaves out the dot of
/// Persian sounds (ज़, फ़), which many leave out.
fn brahmic(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        let block = u32::from(c) & !0x7f;
        let sign = |offset: u32| char::from_u32(block + offset).unwrap_or(c);
        let offset = |c: char| u32::from(c).checked_sub(block).filter(|offset| *offset < 0x80);
        let rest = (letters.get(at + 1).copied().and_then(offset), letters.get(at + 2).copied());
        match (is_brahmic(c).then(|| offset(c)).flatten(), rest) {
            // A nasal, the sign virama, and a consonant of its class.
            (Some(nasal), (Some(0x4d), Some(next)))
                if NASALS.iter().any(|(one, class)| {
                    *one == nasal && offset(next).is_some_and(|next| class.contains(&next))
                }) =>
            {
                out.push(sign(0x02));
                at += 1;
            }
            (Some(0x01), _) if !word.starts_with("हँस") => out.push(sign(0x02)),
            // क ख ग ज फ with a dot.
            (Some(0x15..=0x17 | 0x1c | 0x2b), (Some(0x3c), _)) => {
                out.push(c);
                at += 1;
            }
            _ => out.push(c),
        }
        at += 1;
    }
    out
}

/// The nasals of the five classes, and the other consonants of each, as offsets in a block.
const NASALS: [(u32, std::ops::RangeInclusive<u32>); 5] = [
    (0x19, 0x15..=0x18),
    (0x1e, 0x1a..=0x1d),
    (0x23, 0x1f..=0x22),
    (0x28, 0x24..=0x27),
    (0x2e, 0x2a..=0x2d),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    fn unified(written: &str) -> String {
        let plain = without_dagger_alifs(written);
        unify(fold(plain.as_deref().unwrap_or(written)))
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
            ("हिंदी", "हिन्दी"),
            ("संबंध", "सम्बन्ध"),
            ("अंग्रेज़ी", "अङ्ग्रेजी"),
            ("गाँव", "गांव"),
            ("હિંદી", "હિન્દી"),
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
            ("हँस", "हंस"),
            ("जन्म", "जंम"),
            ("iii", "i"),
            ("1000", "10"),
        ] {
            assert_ne!(unified(one), unified(other), "{one} {other}");
        }
    }
}
