//! The stem of a word in Arabic letters.
//!
//! Called by [`super::Stemmer`]. Light10 alone is blind: it takes the waw of وزارة for "and" and the
//! end of لبنان for a dual, which makes "he visited" of a ministry and milk of Lebanon, and yet it
//! leaves the preposition on لرئيس. So the words of [`super::lexicon`] come first: what may be
//! attached to them comes off, their own letters never. Everything else goes through light10, with
//! the compound prefixes its authors left out, and then through Snowball's Arabic stemmer, which
//! knows the endings of verbs and the pronouns that light10 does not.

use std::borrow::Cow;

use super::{lexicon, light10, snowball};

/// Conjunctions, prepositions and the article, in every order they are written in. The shorter
/// come first: of للجنة only the preposition comes off, for لجنة is a word.
const CLITICS: &[&str] = &[
    "و", "ف", "ب", "ل", "ك", "ال", "لل", "وب", "ول", "وك", "فب", "فل", "وال", "فال", "بال", "كال",
    "ولل", "فلل", "وبال", "فبال", "وكال",
];

/// Prepositions, and a conjunction before them.
const PREPOSITIONS: &[&str] = &["ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"];

/// Compounds of light10's prefixes that its list lacks.
const COMPOUNDS: &[&str] = &["وبال", "وكال", "فبال", "ولل", "فلل"];

/// The stem of a folded word of Arabic letters.
pub(super) fn stem(word: &str) -> Cow<'_, str> {
    if let Some(stem) = known(word) {
        return Cow::Borrowed(stem);
    }
    let light = light10::suffixes(without_hamza(without_prefix(word)));
    match verbs(light) {
        // One letter says nothing.
        stem if stem.chars().nth(1).is_none() => Cow::Borrowed(light),
        stem => stem,
    }
}

/// Snowball's Arabic, but for its habit of taking a first ب or ف for a preposition in any word of
/// four letters, which makes a feast, عيد, of بعيد, far. It may do so before five.
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

/// The stem of a listed word, alone or behind clitics.
fn known(word: &str) -> Option<&'static str> {
    lexicon::find(word).or_else(|| {
        CLITICS.iter().find_map(|clitic| {
            let rest = word.strip_prefix(clitic)?;
            rest.chars().nth(2)?;
            lexicon::find(rest)
        })
    })
}

/// Takes off a preposition before what only a derived noun can be, a compound, or light10's prefix.
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

/// The preposition is certain before these patterns, for no root begins with it and them. Counted
/// in a frequency list of 500,000 Arabic spellings: of those that begin with one of these and a
/// pattern, one in a thousand is a word of its own, like بتروكيماويات, and `nouns` has it.
fn is_derived(rest: &str, preposition: &str) -> bool {
    let letters = rest.chars().count();
    // Participles and nouns of place; the second, fifth and sixth verbal nouns; the tenth.
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

/// سماء without its last hamza, which is often left out. Before a pronoun the hamza has a seat,
/// which folding made a yeh and light10 takes for a suffix, so سمائها comes to سما as well, and
/// إنشائها to the stem of إنشاء. Not of غرباء, strangers, and all plurals like it: their letters
/// without the hamza are an adverb, غربا, westward. Words that become another are in `nouns`.
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
