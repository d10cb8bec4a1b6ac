//! The stem of a word in Arabic letters.
//!
//! Light10 alone takes the waw of وزارة for "and" and the end of لبنان for a dual, but keeps the
//! preposition of لرئيس. So the words of [`super::lexicon`] come first: they lose their clitics,
//! never their own letters. Other words go through light10 with more compound prefixes, and then
//! through Snowball's Arabic stemmer, which knows endings of verbs and pronouns that light10 lacks.

use std::borrow::Cow;

use super::{lexicon, light10, snowball};

/// Conjunctions, prepositions and the article, in every order in use. Shorter ones come first:
/// للجنة loses only its preposition, since لجنة is a word.
pub(super) const CLITICS: &[&str] = &[
    "و", "ف", "ب", "ل", "ك", "ال", "لل", "وب", "ول", "وك", "فب", "فل", "وال", "فال", "بال", "كال",
    "ولل", "فلل", "وبال", "فبال", "وكال",
];

/// Prepositions, also after a conjunction.
const PREPOSITIONS: &[&str] = &["ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"];

/// Compound prefixes that light10 lacks.
const COMPOUNDS: &[&str] = &["وبال", "وكال", "فبال", "ولل", "فلل"];

/// Returns the stem of a folded word of Arabic letters.
pub(super) fn stem(word: &str) -> Cow<'_, str> {
    if let Some(stem) = listed(word) {
        return Cow::Borrowed(stem);
    }
    let light = light10::suffixes(without_hamza(without_prefix(word)));
    match verbs(light) {
        // A single letter is no useful stem.
        stem if stem.chars().nth(1).is_none() => Cow::Borrowed(light),
        stem => stem,
    }
}

/// Applies Snowball's Arabic stemmer. In words of four letters Snowball takes a first ب or ف for a
/// preposition, which turns بعيد (far) into عيد (feast). Here that needs five more letters.
fn verbs(light: &str) -> Cow<'_, str> {
    let masked = |first: char| {
        let rest = light.strip_prefix(first).filter(|rest| rest.chars().nth(4).is_none())?;
        let stem = snowball::arabic(&format!("{MASK}{rest}")).into_owned();
        Some(stem.strip_prefix(MASK).map(|rest| format!("{first}{rest}")).unwrap_or(stem))
    };
    match masked('ب').or_else(|| masked('ف')) {
        Some(stem) => Cow::Owned(stem),
        None => snowball::arabic(light),
    }
}

/// A letter that begins no prefix Snowball knows.
const MASK: char = 'م';

/// Returns the stem of a word in the lexicon, alone or after clitics.
fn listed(word: &str) -> Option<&'static str> {
    lexicon::find(word).or_else(|| {
        CLITICS.iter().find_map(|clitic| {
            let rest = word.strip_prefix(clitic)?;
            rest.chars().nth(2)?;
            lexicon::find(rest)
        })
    })
}

/// Removes a preposition before a derived noun, or a compound prefix, or else light10's prefix.
fn without_prefix(word: &str) -> &str {
    let preposition = PREPOSITIONS
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix).filter(|rest| is_derived(rest, prefix)));
    let compound = || {
        COMPOUNDS.iter().find_map(|prefix| {
            word.strip_prefix(prefix).filter(|rest| rest.chars().nth(2).is_some())
        })
    };
    preposition.or_else(compound).unwrap_or_else(|| light10::prefix(word))
}

/// True for a pattern that no root combines with the preposition.
///
/// Measured on a frequency list of 500,000 Arabic spellings: one in a thousand of such words is no
/// derived noun with a preposition, such as بتروكيماويات. `nouns` lists those.
fn is_derived(rest: &str, preposition: &str) -> bool {
    let letters = rest.chars().count();
    // Participles and nouns of place; verbal nouns of forms II, V, VI and X.
    if !preposition.ends_with('ك') && (rest.starts_with(['م', 'ت']) || rest.starts_with("است"))
    {
        return letters >= 5;
    }
    if rest.starts_with("ال") || !rest.starts_with('ا') {
        return false;
    }
    let bare = ["اتها", "اتهم", "ها", "هم", "نا", "ات", "يه", "ه", "ي"]
        .iter()
        .find_map(|suffix| rest.strip_suffix(suffix))
        .unwrap_or(rest);
    let bare: Vec<char> = bare.chars().collect();
    match bare.as_slice() {
        // The plural أفعال and the verbal nouns إفعال and اتفاق, but not the plural of باحث.
        [_, _, _, 'ا', last] => !matches!(last, 'ت' | 'ن'),
        // افتعال and انفعال.
        [_, second, third, _, 'ا', _] => *second == 'ن' || *third == 'ت',
        _ => false,
    }
}

/// Removes a last hamza that is often left out, as in سماء.
///
/// Before a pronoun the hamza has a seat, which folding turns into a yeh and light10 strips: سمائها
/// becomes سما too, and إنشائها gets the stem of إنشاء. Plurals such as غرباء (strangers) keep it,
/// since غربا (westward) is another word. `nouns` lists further such words.
fn without_hamza(word: &str) -> &str {
    match word.strip_suffix('ء') {
        Some(rest)
            if rest.ends_with('ا') && (rest.starts_with('ا') || rest.chars().count() == 3) =>
        {
            rest
        }
        _ => word,
    }
}
