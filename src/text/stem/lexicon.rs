//! The lexicon: listed words and their inflected forms.
//!
//! It is built once from the tables `names`, `nouns` and `plurals`. An inflected form is a listed
//! word with a suffix that its kind allows.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{names, nouns, plurals};
use crate::text::fold::fold;

/// The kind of a listed word, which decides its suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No suffix.
    Name,
    /// An adjective in ي made from a name: the suffixes of adjectives.
    Nisba,
    /// A noun: dual, sound plurals, pronouns, the adjective in ي.
    Masculine,
    /// A broken plural, or a noun with the hamza's seat before a pronoun: pronouns. No adjective,
    /// since مدني (civilian) is not derived from مدن (cities).
    Plural,
    /// A noun stored without its ة: that letter, or the ت that replaces it.
    Feminine,
}

const NISBA: &[&str] = &["", "ه", "ا", "ين", "ون", "ان", "ات", "تين", "تان"];

const MASCULINE: &[&str] = &[
    "", "ا", "ان", "ين", "ون", "و", "ات", "ه", "ها", "هم", "هما", "هن", "نا", "كم", "ي", "يا",
    "يه", "يين", "يون", "يان", "يات", "يها", "يهم", "اته", "اتها", "اتهم", "اتنا", "اتي",
];

const PLURAL: &[&str] = &["", "ا", "ه", "ها", "هم", "هما", "هن", "نا", "كم"];

const FEMININE: &[&str] = &[
    "ه", "ات", "تان", "تين", "تا", "تي", "ته", "تها", "تهم", "تهما", "تهن", "تنا", "تكم", "اته",
    "اتها", "اتهم", "اتنا", "اتي",
];

/// Suffixes of the adjective of a noun in ة, which loses that letter.
const FEMININE_NISBA: &[&str] = &["ي", "يا", "يه", "يين", "يون", "يان", "يات"];

/// Suffixes for which a noun in ة comes first: خبره is خبرة (experience) rather than "his news",
/// while خبري is "of the news".
const FEMININE_FIRST: &[&str] = &["ه", "ات", "اته", "اتها", "اتهم", "اتنا", "اتي"];

/// Longest suffix, in letters.
const MAX_SUFFIX: usize = 4;

impl Kind {
    fn allows(self, base: &str, suffix: &str) -> bool {
        // Two letters and a suffix are as often a word of three letters: حد and حدث.
        let long = || suffix.is_empty() || base.chars().nth(2).is_some();
        match self {
            Self::Name => suffix.is_empty(),
            Self::Nisba => NISBA.contains(&suffix),
            Self::Masculine => MASCULINE.contains(&suffix) && long(),
            Self::Plural => PLURAL.contains(&suffix) && long(),
            Self::Feminine => {
                FEMININE.contains(&suffix) || FEMININE_NISBA.contains(&suffix) && long()
            }
        }
    }
}

struct Lexicon {
    stems: Vec<String>,
    /// The possible readings of a string: حكم is a noun, and also حكمة without its last letter.
    readings: HashMap<String, Vec<(Kind, usize)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// Returns the stem of a folded word, if it is a form of a listed one.
pub(super) fn find(word: &str) -> Option<&'static str> {
    let cuts = word.char_indices().rev().take(MAX_SUFFIX).map(|(at, _)| at);
    std::iter::once(word.len()).chain(cuts).find_map(|at| LEXICON.reading(&word[..at], &word[at..]))
}

impl Lexicon {
    fn reading(&'static self, base: &str, suffix: &str) -> Option<&'static str> {
        let readings = self.readings.get(base)?;
        let order = if FEMININE_FIRST.contains(&suffix) {
            [Kind::Name, Kind::Nisba, Kind::Feminine, Kind::Masculine, Kind::Plural]
        } else {
            [Kind::Name, Kind::Nisba, Kind::Masculine, Kind::Plural, Kind::Feminine]
        };
        order.into_iter().filter(|kind| kind.allows(base, suffix)).find_map(|kind| {
            let (_, stem) = readings.iter().find(|reading| reading.0 == kind)?;
            self.stems.get(*stem).map(String::as_str)
        })
    }

    fn build() -> Self {
        let mut lexicon = Self { stems: Vec::new(), readings: HashMap::new() };
        let families = names::ALIASES.iter().map(|names| (*names, ""));
        for (names, nisbas) in families.chain(names::COUNTRIES.iter().copied()) {
            let stem = lexicon.stem(names);
            names.split_whitespace().for_each(|name| lexicon.add(&fold(name), Kind::Name, stem));
            nisbas.split_whitespace().for_each(|name| lexicon.add(&fold(name), Kind::Nisba, stem));
        }
        for name in names::NAMES.split_whitespace() {
            let stem = lexicon.stem(name);
            lexicon.add(&fold(name), Kind::Name, stem);
        }
        let nouns = [nouns::BEGINNINGS, nouns::ENDINGS, nouns::COMMON];
        let alone = nouns.into_iter().flat_map(str::split_whitespace);
        for family in plurals::PLURALS.iter().copied().chain(alone) {
            let stem = lexicon.stem(family);
            for (at, noun) in family.split_whitespace().enumerate() {
                let kind = if at == 0 { Kind::Masculine } else { Kind::Plural };
                lexicon.add_noun(noun, kind, stem);
            }
        }
        lexicon
    }

    /// Adds a stem, the first word of a family, and returns its index.
    fn stem(&mut self, family: &str) -> usize {
        self.stems.push(fold(family.split_whitespace().next().unwrap_or_default()));
        self.stems.len() - 1
    }

    fn add_noun(&mut self, noun: &str, kind: Kind, stem: usize) {
        let folded = fold(noun);
        if noun.ends_with('ة') {
            return self.add(folded.strip_suffix('ه').unwrap_or(&folded), Kind::Feminine, stem);
        }
        self.add(&folded, kind, stem);
        if let Some(start) = folded.strip_suffix("اء") {
            // The hamza's seats before a pronoun, folded: وزرائها, وزراؤها.
            self.add(&format!("{start}اي"), Kind::Plural, stem);
            self.add(&format!("{start}او"), Kind::Plural, stem);
        }
    }

    /// Adds a reading, unless one exists with the same gender ending. The most certain tables come
    /// first.
    fn add(&mut self, base: &str, kind: Kind, stem: usize) {
        let readings = self.readings.entry(base.to_owned()).or_default();
        let feminine = kind == Kind::Feminine;
        if readings.iter().all(|reading| (reading.0 == Kind::Feminine) != feminine) {
            readings.push((kind, stem));
        }
    }
}
