//! Lists of words that a text is searched for, whatever their spelling: the words that make a
//! comment wait or make it spam. Called by `service/comments/`; calls [`super::fold`].

use std::collections::HashMap;

use super::fold::{Elision, tokens};

/// A list of words, and of several that stand together.
pub struct WordList {
    /// As they were written.
    entries: Vec<String>,
    /// By its first folded word: the others of an entry, and which entry it is.
    by_first: HashMap<String, Vec<(Vec<String>, usize)>>,
}

impl WordList {
    /// Makes it. An entry that folds to nothing is never found.
    #[must_use]
    pub fn new(entries: &[String]) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, usize)>> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let mut words = folded(entry).into_iter();
            if let Some(first) = words.next() {
                by_first.entry(first).or_default().push((words.collect(), index));
            }
        }
        Self { entries: entries.to_vec(), by_first }
    }

    /// The first entry that stands in the text, as it was written. Whole words only, and folded on
    /// both sides: another spelling doesn't slip through, part of a longer word doesn't count.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<&str> {
        if self.by_first.is_empty() {
            return None;
        }
        let words = folded(text);
        words.iter().enumerate().find_map(|(at, word)| {
            let following = &words[at + 1..];
            let (_, index) =
                self.by_first.get(word)?.iter().find(|(rest, _)| following.starts_with(rest))?;
            self.entries.get(*index).map(String::as_str)
        })
    }
}

fn folded(text: &str) -> Vec<String> {
    tokens(text, Elision::Keep).into_iter().map(|token| token.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &[&str], text: &str) -> Option<String> {
        let list: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
        WordList::new(&list).matches(text).map(str::to_owned)
    }

    #[test]
    fn spelling_variants_do_not_slip_through() {
        for text in ["كازينو", "كَازِينُو!", "كـــازينو", "ربح في «كازينو»"]
        {
            assert_eq!(found(&["كازينو"], text).as_deref(), Some("كازينو"), "{text}");
        }
        for text in ["Free  MONEY", "ｆｒｅｅ money", "fr\u{ad}ee\nmoney.", "FRÉE-money"] {
            assert_eq!(found(&["free money"], text).as_deref(), Some("free money"), "{text}");
        }
        assert!(found(&["إعلان"], "اعلان").is_some());
    }

    #[test]
    fn parts_of_words_and_words_apart_do_not_count() {
        for (word, text) in [
            ("ass", "a class act"),
            ("free money", "free his money"),
            ("money free", "free money"),
            ("free money", "free"),
            ("كازينو", "كازينوهات"),
            ("؟!", "؟!"),
        ] {
            assert_eq!(found(&[word], text), None, "{word} in {text}");
        }
        assert_eq!(found(&[], "anything"), None);
    }
}
