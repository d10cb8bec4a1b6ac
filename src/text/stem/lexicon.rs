//! The words stemming knows, and the forms it knows them in.
//!
//! Called by `arabic`. Built once from the tables of `names`, `nouns` and `plurals`. Forms are not
//! listed but taken apart: a listed word, and behind it a suffix of its kind.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{names, nouns, plurals};
use crate::text::fold::fold;

/// What kind of word a table lists, which says what may follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Name,
    /// An adjective in ي made from a name: the endings of adjectives.
    Nisba,
    /// A noun: duals, sound plurals, pronouns, the ي of an adjective.
    Masculine,
    /// A broken plural, or a noun whose hamza has the seat it takes before a pronoun: pronouns. No
    /// adjective, for مدني, civilian, is not of the cities.
    Plural,
    /// A noun listed without its ة: that letter, or the ت it turns into.
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

/// The adjective of a noun in ة, which it drops.
const FEMININE_NISBA: &[&str] = &["ي", "يا", "يه", "يين", "يون", "يان", "يات"];

/// Suffixes that a noun in ة has the better claim to: خبره is خبرة, experience, before it is "his
/// news"; but خبري is of the news.
const FEMININE_FIRST: &[&str] = &["ه", "ات", "اته", "اتها", "اتهم", "اتنا", "اتي"];

/// The longest suffix, in letters.
const MAX_SUFFIX: usize = 4;

impl Kind {
    fn allows(self, base: &str, suffix: &str) -> bool {
        // Two letters and a suffix are as often a word of three: حد and حدث.
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
    /// What a string of letters may be: حكم is a noun, and also حكمة without its last letter.
    readings: HashMap<String, Vec<(Kind, usize)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// The stem of a folded word, if it is a form of a listed one.
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

    /// The stem of a family is its first word.
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
            // The seats of the hamza before a pronoun, folded: وزرائها, وزراؤها.
            self.add(&format!("{start}اي"), Kind::Plural, stem);
            self.add(&format!("{start}او"), Kind::Plural, stem);
        }
    }

    /// Adds a reading, unless there is one already that is not told apart by its ة: the tables come
    /// in the order of their certainty.
    fn add(&mut self, base: &str, kind: Kind, stem: usize) {
        let readings = self.readings.entry(base.to_owned()).or_default();
        let feminine = kind == Kind::Feminine;
        if readings.iter().all(|reading| (reading.0 == Kind::Feminine) != feminine) {
            readings.push((kind, stem));
        }
    }
}
