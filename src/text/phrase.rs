//! Phrases: words that must follow each other.
//!
//! Arabic attaches "and", "by", "for" and the like to the next word, which may be the phrase's
//! first: «وزيت السمسم» contains «زيت السمسم», and «للمدينة القديمة» contains «المدينة القديمة».

use super::stem::{is_arabic, is_listed};

/// Prefixes of a word without the article.
const CLITICS: &[&str] = &["و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"];

/// Prefixes of a word with the article, which replace the article.
const BEFORE_ARTICLE: &[&str] =
    &["وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "وكال", "فبال", "فلل"];

/// A sequence of exact forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The forms of the first word: as typed, and with attached prefixes. At least one.
    pub firsts: Vec<String>,
    /// The words after the first.
    pub rest: Vec<String>,
}

impl Phrase {
    /// Makes a phrase of folded words, if there are any. A single word matches only its exact form.
    #[must_use]
    pub fn of(words: Vec<String>) -> Option<Self> {
        let mut words = words.into_iter();
        let first = words.next()?;
        let rest: Vec<String> = words.collect();
        let firsts = if rest.is_empty() { vec![first] } else { with_prefixes(first) };
        Some(Self { firsts, rest })
    }

    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }

    /// Always false, since a phrase has a first word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// Returns the phrase with each form of its first word.
    pub fn spellings(&self) -> impl Iterator<Item = Vec<String>> {
        self.firsts.iter().map(|first| std::iter::once(first).chain(&self.rest).cloned().collect())
    }
}

/// Returns a word and its forms with attached prefixes. Excludes forms that are words of the
/// lexicon: «زير نساء» must not match «وزير» (minister).
fn with_prefixes(word: String) -> Vec<String> {
    if !is_arabic(&word) {
        return vec![word];
    }
    let (clitics, bare) = match word.strip_prefix("ال") {
        Some(bare) if bare.chars().nth(1).is_some() => (BEFORE_ARTICLE, bare),
        _ => (CLITICS, word.as_str()),
    };
    let written = clitics.iter().map(|clitic| format!("{clitic}{bare}"));
    let others: Vec<String> = written.filter(|written| !is_listed(written)).collect();
    std::iter::once(word).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firsts(words: &[&str]) -> Vec<String> {
        Phrase::of(words.iter().map(|word| (*word).to_owned()).collect()).unwrap().firsts
    }

    #[test]
    fn first_word_matches_with_attached_prefixes() {
        let oil = firsts(&["زيت", "السمسم"]);
        assert!(oil[0] == "زيت" && oil.contains(&"وزيت".into()) && oil.contains(&"بزيت".into()));
        let town = firsts(&["المدينه", "القديمه"]);
        assert!(town.contains(&"للمدينه".into()) && !town.contains(&"مدينه".into()));
        assert_eq!(firsts(&["old", "town"]), ["old"]);
        assert_eq!(firsts(&["زيت"]), ["زيت"], "one word is just this form");
        assert!(!firsts(&["زير", "نساء"]).contains(&"وزير".into()));
        assert_eq!(Phrase::of(Vec::new()), None);
    }
}
