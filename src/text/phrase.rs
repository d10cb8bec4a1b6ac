//! Words that must stand one after the other.
//!
//! Made by [`super::query`]. Arabic writes "and", "by", "for" and the like on to the word that
//! follows, which is the phrase's first: «زيت السمسم» stands in «وزيت السمسم», and
//! «المدينة القديمة» in «للمدينة القديمة».

use super::stem::{is_arabic, is_listed};

/// Before a word without the article.
const CLITICS: &[&str] = &["و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"];

/// Before one with it, in place of it.
const BEFORE_ARTICLE: &[&str] =
    &["وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "وكال", "فبال", "فلل"];

/// Exact forms, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The first word, as it was typed and as it may be written behind what is attached to it; at
    /// least one.
    pub firsts: Vec<String>,
    /// The words that follow.
    pub rest: Vec<String>,
}

impl Phrase {
    /// The phrase of these folded words, if there are any. A single one means just this form: what
    /// else are quotation marks around a word for?
    #[must_use]
    pub fn of(words: Vec<String>) -> Option<Self> {
        let mut words = words.into_iter();
        let first = words.next()?;
        let rest: Vec<String> = words.collect();
        let firsts = if rest.is_empty() { vec![first] } else { attached(first) };
        Some(Self { firsts, rest })
    }

    /// How many words it has.
    #[must_use]
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }

    /// Never: a phrase has a first word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// The phrase in each way it may be written.
    pub fn spellings(&self) -> impl Iterator<Item = Vec<String>> {
        self.firsts.iter().map(|first| std::iter::once(first).chain(&self.rest).cloned().collect())
    }
}

/// A word, and what it may be written like. What is a word of its own with those letters is left
/// out: whoever looks for «زير نساء» isn't after a minister, «وزير».
fn attached(word: String) -> Vec<String> {
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
    fn the_first_word_may_have_something_attached() {
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
