//! The indexed words of an article, in the order of the text. The ranking reads them as hashes.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::bm25;
use crate::text::analyse::{self, Word};
use crate::text::highlight::Indexed;
use crate::text::lang::Lang;

/// The most words indexed of a field. PostgreSQL stores no position above 16,383.
const MAX_WORDS: usize = 16_000;

/// The words of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Language of the stemmer.
    pub lang: Lang,
    /// Words of the title.
    pub title: Vec<Word>,
    /// Words of the subtitle and the text.
    pub body: Vec<Word>,
}

impl Document {
    /// Analyses an article. `text` is plain text.
    #[must_use]
    pub fn of(lang: &Lang, title: &str, subtitle: Option<&str>, text: &str) -> Self {
        let mut body = analyse::analyse(subtitle.unwrap_or_default(), lang);
        body.extend(analyse::analyse(text, lang));
        body.truncate(MAX_WORDS);
        let mut title = analyse::analyse(title, lang);
        title.truncate(MAX_WORDS);
        Self { lang: lang.clone(), title, body }
    }

    /// Returns all words, the title's first.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.title.iter().chain(&self.body)
    }

    /// Returns the stems with an impact level above 0: see [`bm25::impact`].
    #[must_use]
    pub fn impacts(&self) -> Vec<(&str, u8)> {
        let mut counts: HashMap<&str, f64> = HashMap::new();
        for (words, weight) in [(&self.title, bm25::TITLE), (&self.body, 1.0)] {
            for word in words {
                *counts.entry(&word.stem).or_default() += weight;
            }
        }
        let length = self.title.len() + self.body.len();
        let mut impacts: Vec<(&str, u8)> = counts
            .into_iter()
            .map(|(stem, count)| (stem, bm25::impact(count, length)))
            .filter(|(_, level)| *level > 0)
            .collect();
        impacts.sort_unstable();
        impacts
    }

    /// Encodes the words: see [`Packed`].
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let length = self.title.len() + self.body.len();
        let mut bytes = Vec::with_capacity(4 + 8 * length);
        bytes.extend(u32::try_from(self.title.len()).unwrap_or(u32::MAX).to_le_bytes());
        for word in self.words() {
            bytes.extend(hash(&word.stem).to_le_bytes());
            bytes.extend(hash(&word.exact).to_le_bytes());
        }
        bytes
    }
}

/// Returns a token's hash. A collision within an article, in one of a million articles, raises its
/// score slightly, the same on both databases.
#[must_use]
pub fn hash(token: &str) -> u32 {
    // xxh3 mixes all input into each bit, so the lower half suffices.
    u32::try_from(xxh3_64(token.as_bytes()) & u64::from(u32::MAX)).unwrap_or(0)
}

/// The encoded words of an article: four bytes with the number of words in the title, then eight
/// bytes for each word, the hashes of its stem and of its exact form. All little-endian.
#[derive(Debug, Clone, Copy)]
pub struct Packed<'a> {
    title: &'a [[u8; 8]],
    body: &'a [[u8; 8]],
}

impl<'a> Packed<'a> {
    /// Reads the bytes of [`Document::pack`]; `None` for others.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(4)?;
        let (words, odd) = rest.as_chunks::<8>();
        let titled = usize::try_from(u32::from_le_bytes(head.try_into().ok()?)).ok()?;
        let (title, body) = words.split_at_checked(titled)?;
        odd.is_empty().then_some(Self { title, body })
    }

    /// Returns the number of words of encoded bytes.
    #[must_use]
    pub fn length(bytes: &[u8]) -> usize {
        bytes.len().saturating_sub(4) / 8
    }

    /// Returns the number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.title.len() + self.body.len()
    }

    /// Returns whether it has no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the words of the title and of the text, which begins after `subtitle` words.
    #[must_use]
    pub fn indexed(&self, subtitle: usize) -> [Option<Indexed<'a>>; 2] {
        let of = |words| Indexed { words, hash };
        [Some(of(self.title)), self.body.get(subtitle..).map(of)]
    }

    /// Returns the two fields with the weight of their words.
    #[must_use]
    pub fn fields(&self) -> [(&'a [[u8; 8]], f64); 2] {
        [(self.title, bm25::TITLE), (self.body, 1.0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::text::highlight::{highlight, highlight_indexed};
    use crate::text::query::parse;

    fn document() -> Document {
        let ar = Lang::parse("ar").unwrap();
        Document::of(&ar, "مكتبة على عجلات", Some("حافلة"), "تجوب الحافلة الأحياء كل خميس")
    }

    #[test]
    fn packed_words_are_read_again() {
        let document = document();
        let bytes = document.pack();
        let packed = Packed::read(&bytes).unwrap();
        assert_eq!(packed.len(), 9);
        assert_eq!(Packed::length(&bytes), 9);
        assert_eq!(packed.fields()[0].0.len(), 3);
        assert!(!packed.is_empty());
    }

    #[test]
    fn packed_words_highlight_as_the_text_does() {
        let ar = Lang::parse("ar").unwrap();
        let (title, subtitle, text) =
            ("سوق عبدالله", "أخبار السوق", "قال عبد الله إنّ الأسواق في المدينة القديمة مفتوحة.");
        let bytes = Document::of(&ar, title, Some(subtitle), text).pack();
        let packed = Packed::read(&bytes).unwrap();
        for typed in ["سوق", "عبدالله", "\"المدينة القديمة\"", "مفت*", "قول في", "قطار"]
        {
            let query = parse(typed, std::slice::from_ref(&ar)).unwrap();
            let slow = highlight(title, text, &ar, &query);
            for subtitle in [2, 0, 1, 99] {
                let indexed = packed.indexed(subtitle);
                let fast = highlight_indexed(title, text, &ar, &query, indexed);
                assert_eq!(fast, slow, "{typed}, also when it doesn't fit: {subtitle}");
            }
        }
    }

    proptest! {
        #[test]
        fn packed_words_highlight_as_any_text_does(
            text in "((عبد|الله|عبدالله|وعبد|لأبوظبي|أبو|ظبي|سوق|الأسواق|مُدُن|المدينة القديمة|abc|don't|l'été|3,000|サ市場|ﷺ)( |، |\\. |-|«|» |\n)){0,24}",
            typed in proptest::sample::select(vec![
                "سوق", "عبدالله", "عبد", "\"المدينة القديمة\" سوق", "\"عبد الله سوق\"", "don", "été", "3000", "市", "مد*", "ABC مدينة",
            ]),
            lang in proptest::sample::select(vec!["ar", "fr", "en"]),
        ) {
            let lang = Lang::parse(lang).unwrap();
            let bytes = Document::of(&lang, "سوق", None, &text).pack();
            let query = parse(typed, std::slice::from_ref(&lang)).unwrap();
            let indexed = Packed::read(&bytes).unwrap().indexed(0);
            let fast = highlight_indexed("سوق", &text, &lang, &query, indexed);
            prop_assert_eq!(fast, highlight("سوق", &text, &lang, &query));
        }
    }

    #[test]
    fn malformed_bytes_are_not_read() {
        let bytes = document().pack();
        for broken in [&bytes[..3], &bytes[..bytes.len() - 1], &[9, 0, 0, 0, 1, 2, 3, 4][..]] {
            assert!(Packed::read(broken).is_none());
        }
        assert!(Packed::read(&[0; 4]).unwrap().is_empty());
    }

    #[test]
    fn a_word_of_the_title_weighs_more() {
        let document = document();
        let impacts = document.impacts();
        let level = |word: &Word| {
            impacts.iter().find(|(stem, _)| *stem == word.stem).map_or(0, |(_, level)| *level)
        };
        assert!(level(&document.title[0]) > level(&document.body[2]));
    }
}
