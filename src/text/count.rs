//! Word count and reading time of plain text.

use std::collections::BTreeMap;

use icu_properties::props::Script;
use unicode_segmentation::UnicodeSegmentation;

use super::grams::is_unspaced;
use super::lang::Lang;
use super::unicode::script;

/// The average reading speed of languages in words per minute; in characters per minute for those
/// that put no space between words.
///
/// Averages of silent reading of non-fiction: English by Brysbaert 2019, "How many words do we read
/// per minute?"; Chinese and Japanese by Trauzettel-Klosinski and Dietz 2012, "Standardized
/// Assessment of Reading Performance" (IReST). Arabic has about 150, since its words include
/// articles, pronouns and prepositions. South-East Asian alphabets have the speed of others, less
/// the vowel signs that share a character.
const DEFAULTS: &[(&str, u32)] = &[
    ("ar", 150),
    ("ja", 357),
    ("km", 700),
    ("lo", 700),
    ("my", 600),
    ("th", 700),
    ("yue", 255),
    ("zh", 255),
];

/// Words per minute in languages without a speed of their own.
const OTHER: u32 = 238;

/// Reading speeds by language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingSpeed {
    /// Words per minute by primary language subtag. Characters in languages without spaces.
    pub languages: BTreeMap<String, u32>,
    /// Words per minute in other languages.
    pub other: u32,
}

impl Default for ReadingSpeed {
    fn default() -> Self {
        let languages = DEFAULTS.iter().map(|(lang, speed)| ((*lang).to_owned(), *speed));
        Self { languages: languages.collect(), other: OTHER }
    }
}

impl ReadingSpeed {
    /// Returns the speed in a language.
    #[must_use]
    pub fn of(&self, lang: &Lang) -> u32 {
        self.languages.get(lang.language()).copied().unwrap_or(self.other)
    }
}

/// Counts the words of a plain text, by the word boundaries of UAX #29. In scripts without spaces
/// each character counts.
#[must_use]
pub fn words(plain: &str) -> u32 {
    let counts = plain.unicode_words().map(|word| {
        let is_character = |c: char| is_unspaced(c) && script(c) != Script::Hangul;
        if word.contains(is_character) { word.graphemes(true).count() } else { 1 }
    });
    u32::try_from(counts.sum::<usize>()).unwrap_or(u32::MAX)
}

/// Reading time in whole minutes, rounded up: 0 without words, else at least 1. A speed of 0 counts
/// as one word per minute.
#[must_use]
pub fn reading_minutes(words: u32, lang: &Lang, speed: &ReadingSpeed) -> u32 {
    words.div_ceil(speed.of(lang).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_uax_29() {
        for (text, n) in [
            ("", 0),
            (" … «» - ", 0),
            ("وقّع الرئيس، أمس، اتفاقًا.", 4),
            ("can't stop 3.14", 3),
            ("مُحَمَّد", 1),
            ("我去北京了。", 5),
            ("新しいゲーム", 6),
            ("ภาษาไทย", 7),
            ("서울에서 만나요", 2),
            ("iPhone手机", 3),
        ] {
            assert_eq!(words(text), n, "{text}");
        }
    }

    #[test]
    fn reading_minutes_round_up_by_language() {
        let (ar, en) = (Lang::parse("ar-LY").unwrap(), Lang::parse("en").unwrap());
        let speed = ReadingSpeed::default();
        for (words, in_ar, in_en) in [(0, 0, 0), (1, 1, 1), (150, 1, 1), (151, 2, 1), (239, 2, 2)] {
            assert_eq!(reading_minutes(words, &ar, &speed), in_ar);
            assert_eq!(reading_minutes(words, &en, &speed), in_en);
        }
        let slowest = ReadingSpeed { other: 0, ..ReadingSpeed::default() };
        assert_eq!(reading_minutes(7, &en, &slowest), 7);
    }

    #[test]
    fn languages_without_spaces_are_read_by_characters() {
        let minutes = |text: &str, lang: &str| {
            reading_minutes(words(text), &Lang::parse(lang).unwrap(), &ReadingSpeed::default())
        };
        assert_eq!(minutes(&"北京大学".repeat(250), "zh-Hant"), 4);
        assert_eq!(minutes(&"東京の天気は".repeat(250), "ja"), 5);
        assert_eq!(minutes(&"ภาษาไทย".repeat(200), "th"), 2);
    }
}
