//! Word count and reading time of plain text.

use unicode_segmentation::UnicodeSegmentation;

use super::lang::Lang;

/// Reading speeds.
///
/// The defaults are averages of silent reading of non-fiction (Brysbaert 2019, "How many words do
/// we read per minute?"): 238 in English. Arabic has about 150, since its words include articles,
/// pronouns and prepositions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingSpeed {
    /// Words per minute in Arabic.
    pub arabic: u32,
    /// Words per minute in other languages.
    pub other: u32,
}

impl Default for ReadingSpeed {
    fn default() -> Self {
        Self { arabic: 150, other: 238 }
    }
}

/// Counts the words of a plain text, by the word boundaries of UAX #29.
#[must_use]
pub fn words(plain: &str) -> u32 {
    u32::try_from(plain.unicode_words().count()).unwrap_or(u32::MAX)
}

/// Reading time in whole minutes, rounded up: 0 without words, else at least 1. A speed of 0 counts
/// as one word per minute.
#[must_use]
pub fn reading_minutes(words: u32, lang: &Lang, speed: &ReadingSpeed) -> u32 {
    let per_minute = if lang.language() == "ar" { speed.arabic } else { speed.other };
    words.div_ceil(per_minute.max(1))
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
        assert_eq!(reading_minutes(7, &ar, &ReadingSpeed { arabic: 0, other: 0 }), 7);
    }
}
