//! Present spellings of Arabic words whose marks tell more than their folded letters: the dagger
//! alif, a hamza without a letter, and the carriers of hamza.

use super::fold::fold;
use super::letters::letter;
use super::spelling::{BEFORE, strip_before};
use super::unicode::{TATWEEL, is_invisible, is_mark, nfc};

/// A small alif above a letter, for a long vowel that has no letter.
const DAGGER_ALIF: char = '\u{670}';
const HAMZA_ABOVE: char = '\u{654}';
const FATHA: char = '\u{64e}';
const KASRA: char = '\u{650}';

/// Folded words that are written without their long alif today, and their forms with pronouns.
const WITHOUT_ALIF: &[&str] = &[
    "هذا",
    "هذه",
    "هذي",
    "هذان",
    "هذين",
    "هولاء",
    "ذلك",
    "ذلكم",
    "ذلكما",
    "ذلكن",
    "كذلك",
    "هكذا",
    "ههنا",
    "لكن",
    "لكنه",
    "لكنها",
    "لكنهم",
    "لكنكم",
    "لكننا",
    "لكنا",
    "لكني",
    "لكنك",
    "لكنما",
    "اوليك",
    "اوليكم",
    "اله",
    "الها",
    "الهه",
    "الهها",
    "الههم",
    "الهك",
    "الهكم",
    "الهنا",
    "الهي",
    "الهيه",
    "الهين",
    "الهان",
    "طه",
    "عليحده",
];

/// Letters of question before the words of [`WITHOUT_ALIF`].
const QUESTIONS: &[&str] = &["ا", "اف", "او"];

/// Letters before a waw that carries a dagger alif before ت, folded: صلوٰته is صلاته, but سموٰت is
/// سماوات.
const BEFORE_CARRYING_WAW: &[&str] = &["صل", "زك", "حي", "نج"];

/// Words with another carrier of hamza or of a long alif, in letters of Arabic and with their hamza. A
/// word in ه or ت may have more letters.
const CARRIERS: &[(&str, &str)] = &[
    ("مسئله", "مسأله"),
    ("مسئلت", "مسألت"),
    ("جرئه", "جرأه"),
    ("جرئت", "جرأت"),
    ("نشئت", "نشأت"),
    ("ملئكه", "ملائكه"),
    ("شئ", "شيء"),
    ("بطئ", "بطيء"),
    ("جرئ", "جريء"),
    ("برئ", "بريء"),
    ("ردئ", "رديء"),
    ("مضئ", "مضيء"),
    ("مجئ", "مجيء"),
    ("بذئ", "بذيء"),
    // A waw for the long alif, before ة only: زكوه is "they endorsed him". Without the article حيوة is
    // a name.
    ("صلوه", "صلاه"),
    ("زكوه", "زكاه"),
    ("مشكوه", "مشكاه"),
    ("الحيوه", "الحياه"),
    ("للحيوه", "للحياه"),
];

/// Returns the present spelling of a written word, or `None` if it has no marks of another. The
/// vocative يٰ becomes a word of its own, as in يا أيها.
pub(super) fn respell(written: &str) -> Option<String> {
    if written.contains([DAGGER_ALIF, HAMZA_ABOVE, '\u{6d3}']) {
        let letters = Letters::of(written);
        let plain = letters.without_alif().unwrap_or_else(|| letters.present());
        return Some(carrier(&plain).unwrap_or(plain));
    }
    if ["ئ", "وة", "وۃ"].iter().any(|carried| written.contains(carried)) {
        carrier(written)
    } else {
        None
    }
}

/// Returns a word of [`CARRIERS`] with its present carrier.
fn carrier(written: &str) -> Option<String> {
    if written.contains("یئے") {
        return Some(written.replace("یئے", "یے"));
    }
    let mut bare = String::with_capacity(written.len());
    for c in nfc(written).chars().filter(|c| c.is_alphabetic() && is_base(*c)) {
        letter(c, &mut |c| bare.push(c));
    }
    CARRIERS.iter().find_map(|(older, present)| {
        let at = bare.find(older)?;
        let (before, rest) = (&bare[..at], &bare[at + older.len()..]);
        let fits = rest.is_empty() || older.ends_with(['ه', 'ت']);
        (fits && BEFORE.contains(&before)).then(|| format!("{before}{present}{rest}"))
    })
}

/// The characters of a word in normal form, without invisible ones.
struct Letters(Vec<char>);

impl Letters {
    fn of(written: &str) -> Self {
        Self(nfc(written).chars().filter(|c| !is_invisible(*c)).collect())
    }

    /// Returns the word without dagger alifs, if it is written so today.
    fn without_alif(&self) -> Option<String> {
        if !self.0.contains(&DAGGER_ALIF) {
            return None;
        }
        let bare: String = self.0.iter().filter(|c| **c != DAGGER_ALIF).collect();
        let folded = fold(&bare);
        let is_listed = folded.contains("لله")
            || strip_before(&folded, BEFORE).any(|word| WITHOUT_ALIF.contains(&word))
            || strip_before(&folded, QUESTIONS).any(|word| WITHOUT_ALIF.contains(&word));
        is_listed.then_some(bare)
    }

    /// Returns the word with a letter for each mark that stands for one.
    fn present(&self) -> String {
        let mut out = String::with_capacity(2 * self.0.len());
        let mut at = 0;
        while let Some(&c) = self.0.get(at) {
            at += 1;
            match c {
                DAGGER_ALIF => self.dagger_alif(&mut at, &mut out),
                HAMZA_ABOVE => out.extend(self.hamza(at)),
                // The yeh barree with hamza stands for both letters.
                '\u{6d3}' if !out.ends_with('ئ') => out.push_str("ئے"),
                c => out.push(c),
            }
        }
        out
    }

    /// Writes the dagger alif before `at`.
    fn dagger_alif(&self, at: &mut usize, out: &mut String) {
        let marked = self.before(*at - 1);
        let Some(base) = marked.map(|base| self.0[base]) else { return };
        let next = self.0[*at..].iter().position(|c| is_base(*c)).map(|next| *at + next);
        let has_vowel = marked.is_some_and(|base| self.0[base..*at].contains(&FATHA));
        if let Some(next) = next
            && self.is_vocative(*at)
        {
            out.push_str("ا ");
            *at = next;
            return;
        }
        match (base, next.map(|next| self.0[next])) {
            ('ا' | 'أ' | 'إ' | 'آ' | 'ٱ', _) => {}
            ('ى' | 'ی' | 'ي' | 'ے', None) => {}
            ('ى' | 'ی', _) if !has_vowel => replace_last(out, base),
            ('و', Some('ا')) if !has_vowel => {
                // الربوٰا: the last alif is silent.
                replace_last(out, base);
                *at = next.unwrap_or(*at) + 1;
            }
            ('و', next) if !has_vowel && self.waw_carries(*at, next, out) => {
                replace_last(out, base);
            }
            (_, Some('ا')) => {}
            _ => out.push('ا'),
        }
    }

    /// True if a waw is no consonant but carries the dagger alif before `at`.
    fn waw_carries(&self, at: usize, next: Option<char>, out: &str) -> bool {
        let is_last = || self.0[at..].iter().filter(|c| is_base(**c)).nth(1).is_none();
        match next {
            Some('ة' | 'ۃ') => true,
            Some('ه' | 'ہ' | 'ت') => {
                let before = fold(out.split('و').next().unwrap_or_default());
                let listed = BEFORE_CARRYING_WAW.iter().any(|end| before.ends_with(end));
                listed || next != Some('ت') && is_last()
            }
            _ => false,
        }
    }

    /// Returns the index of the last letter before `at`.
    fn before(&self, at: usize) -> Option<usize> {
        self.0[..at].iter().rposition(|c| is_base(*c))
    }

    /// True if the letters before `at` are the vocative يٰ, alone or after "and".
    fn is_vocative(&self, at: usize) -> bool {
        let letters =
            |range: &[char]| -> String { range.iter().filter(|c| is_base(**c)).collect() };
        let (before, rest) = (letters(&self.0[..at]), letters(&self.0[at..]));
        matches!(&*before, "ي" | "ی" | "وي" | "وی" | "في" | "فی") && rest != "سين" && rest != "سین"
    }

    /// Returns the letter of a hamza that stands above tatweel, before `at`: شَيْـًٔا, يَسْـَٔلُونَ. Above a
    /// letter it is a sign of that letter, as in خانهٔ.
    fn hamza(&self, at: usize) -> Option<char> {
        let base = self.before(at - 1);
        let between = &self.0[base.unwrap_or_default()..at];
        let next = self.0[at..].iter().find(|c| is_base(**c));
        let has_kasra = between.ends_with(&[KASRA, HAMZA_ABOVE]);
        if !between.contains(&TATWEEL) {
            return None;
        }
        match (base.map(|base| self.0[base]), next) {
            (Some('ي' | 'ى' | 'ی'), _) | (_, Some('و')) => Some('ئ'),
            _ if has_kasra => Some('ئ'),
            // ٱلْـَٔاخِرَة is الآخرة.
            (_, Some('ا')) => None,
            _ => Some('أ'),
        }
    }
}

/// True for a letter, but not for a mark or tatweel.
fn is_base(c: char) -> bool {
    !is_mark(c) && c != TATWEEL
}

/// Replaces the last letter, which carries the alif.
fn replace_last(out: &mut String, carrier: char) {
    if let Some(at) = out.rfind(carrier) {
        out.truncate(at);
    }
    out.push('ا');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modern(written: &str) -> String {
        fold(respell(written).as_deref().unwrap_or(written))
    }

    #[test]
    fn marks_become_the_letters_of_today() {
        for (written, today) in [
            ("ٱلْعَٰلَمِينَ", "العالمين"),
            ("مَٰلِكِ", "مالك"),
            ("ٱلْكِتَٰبُ", "الكتاب"),
            ("صِرَٰطَ", "صراط"),
            ("ٱلصَّٰلِحَٰتِ", "الصالحات"),
            ("خَطَٰيَٰكُمْ", "خطاياكم"),
            ("ءَايَٰتِنَا", "ءاياتنا"),
            ("آيٰت", "آيات"),
            ("سَمَٰوَٰت", "سماوات"),
            ("أموٰل", "أموال"),
            ("ٱلْمَلَٰٓئِكَةِ", "الملائكة"),
            ("مَـٰلِكِ", "مالك"),
            ("هَٰذَا", "هذا"),
            ("فَبِهَٰذَا", "فبهذا"),
            ("أَفَهَٰذَا", "أفهذا"),
            ("هَـٰٓؤُلَآءِ", "هؤلاء"),
            ("أُو۟لَٰٓئِكَ", "أولئك"),
            ("وَلَٰكِنَّ", "ولكن"),
            ("إِلَٰهُكُمْ", "إلهكم"),
            ("لِلّٰهِ", "لله"),
            ("ذَٰلِكَ", "ذلك"),
            ("لہٰذا", "لهذا"),
            ("الصلوٰة", "الصلاة"),
            ("الصلوٰه", "الصلاة"),
            ("صلوٰته", "صلاته"),
            ("سموٰت", "سموات"),
            ("ٱلزَّكَوٰةَ", "الزكاة"),
            ("ٱلْحَيَوٰةِ", "الحياة"),
            ("ٱلرِّبَوٰا۟", "الربا"),
            ("ٱلتَّوْرَىٰةَ", "التوراة"),
            ("مَوْلَىٰهُمْ", "مولاهم"),
            ("عيسىٰ", "عيسى"),
            ("عَلَىٰ", "على"),
            ("يَٰٓأَيُّهَا", "يا أيها"),
            ("وَيَٰقَوْمِ", "ويا قوم"),
            ("یٰقوم", "یا قوم"),
            ("يٰسين", "ياسين"),
            ("خانهٔ", "خانه"),
            ("ملئكة", "ملائكة"),
            ("وبالصلوة", "وبالصلاة"),
            ("الحيوة", "الحياة"),
            ("شَيْـًٔا", "شيئا"),
            ("يَسْـَٔلُونَكَ", "يسألونك"),
            ("مَسْـُٔولًا", "مسئولا"),
            ("ٱلْأَفْـِٔدَةِ", "الأفئدة"),
            ("سَيِّـَٔاتِ", "سيئات"),
            ("ٱلْـَٔاخِرَةِ", "الآخرة"),
            ("مسئله", "مسأله"),
            ("المسئلة", "المسألة"),
            ("مسئلتان", "مسألتان"),
            ("جرئت", "جرأت"),
            ("الشئ", "الشيء"),
            ("لۓ", "لئے"),
            ("گۓ", "گئے"),
            ("لیئے", "لیے"),
        ] {
            assert_eq!(modern(written), fold(today), "{written}");
        }
    }

    #[test]
    fn other_words_stay_as_they_are() {
        for written in
            ["شئون", "أنشئت", "تجرئة", "قارئ", "مسائل", "المسيلة", "كتاب", "زكوه", "حيوة", "نجوة"]
        {
            assert_eq!(modern(written), fold(written), "{written}");
        }
    }
}
