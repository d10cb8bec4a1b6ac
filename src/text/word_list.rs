//! Lists of words a text is checked against, as moderators keep them.
//!
//! Called by the service for comments. Calls [`super::analyse`] for the words and their spelling.

use std::borrow::Cow;
use std::collections::HashMap;

use super::analyse::pieces;
use super::fold::Elision;
use super::stem::{is_arabic, is_listed};

/// What is written on to an Arabic word and begins with the article, or ends with it.
const WITH_ARTICLE: &[&str] = &["ال", "وال", "بال", "فال", "كال", "لل", "ولل", "فلل", "وبال"];

/// Conjunctions and prepositions alone, and how many letters must follow: with fewer it is as often
/// the first letter of another word (ولد, بعيد).
const WITHOUT_ARTICLE: &[(&str, usize)] = &[("و", 3), ("ف", 4), ("ب", 4), ("ل", 4), ("ك", 4)];

/// A list of words and of phrases, ready to be looked for.
///
/// An entry matches whole words, whatever their spelling: tashkeel, tatweel, invisible characters,
/// hamza, ة, case and accents make no difference, nor does a letter repeated three times and more
/// («حماااار»). An Arabic entry also matches with the article, a conjunction or a preposition written
/// on to it, unless that makes a listed word (وزير is not "and زير"). Other forms, as the plural, are
/// entries of their own, and part of a word is no match. In scripts without spaces, where words can't
/// be told, an entry matches wherever its characters stand together.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    entries: Vec<Entry>,
    /// Entries by their first word.
    by_first: HashMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Entry {
    listed: String,
    words: Vec<String>,
}

impl WordList {
    /// Prepares a list. Entries that hold no word are left out.
    #[must_use]
    pub fn new(entries: &[String]) -> Self {
        let mut list = Self::default();
        for listed in entries {
            let words = words(listed);
            if let Some(first) = words.first() {
                list.by_first.entry(first.clone()).or_default().push(list.entries.len());
                list.entries.push(Entry { listed: listed.clone(), words });
            }
        }
        list
    }

    /// The entry that stands first in a text, as it was listed.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<&str> {
        if self.entries.is_empty() {
            return None;
        }
        let words = words(text);
        (0..words.len()).find_map(|at| self.at(&words[at..])).map(|entry| &*entry.listed)
    }

    /// The entry a text begins with.
    fn at(&self, words: &[String]) -> Option<&Entry> {
        let (first, rest) = words.split_first()?;
        let mut found = None;
        readings(first, &mut |reading| {
            let entries = self.by_first.get(reading).into_iter().flatten();
            found = found.or_else(|| {
                entries.filter_map(|at| self.entries.get(*at)).find(|entry| {
                    let others = entry.words.get(1..).unwrap_or_default();
                    rest.len() >= others.len()
                        && others.iter().zip(rest).all(|(listed, word)| {
                            spellings(word).any(|spelling| spelling == **listed)
                        })
                })
            });
        });
        found
    }
}

/// The folded words of a text.
fn words(text: &str) -> Vec<String> {
    pieces(text, Elision::Keep).into_iter().map(|piece| piece.text).collect()
}

/// What a word may stand for: itself, and what is left without what is written on to it.
fn readings(word: &str, emit: &mut impl FnMut(&str)) {
    for word in spellings(word) {
        emit(&word);
        if !is_arabic(&word) || is_listed(&word) {
            continue;
        }
        let long = |rest: &&str, min: usize| rest.chars().nth(min - 1).is_some();
        for clitic in WITH_ARTICLE {
            if let Some(rest) = word.strip_prefix(clitic).filter(|rest| long(rest, 2)) {
                emit(rest);
                if clitic.ends_with("لل") {
                    // An entry may be listed with the article, whose alif is lost here.
                    emit(&format!("ال{rest}"));
                }
            }
        }
        for (clitic, min) in WITHOUT_ARTICLE {
            if let Some(rest) = word.strip_prefix(clitic).filter(|rest| long(rest, *min)) {
                emit(rest);
            }
        }
    }
}

/// A word as it is, and, if a letter is repeated three times and more, with that letter once and
/// twice: nobody spells so but to be loud, or to slip through.
fn spellings(word: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let loud = [1, 2].into_iter().filter_map(|times| shorten(word, times)).map(Cow::Owned);
    std::iter::once(Cow::Borrowed(word)).chain(loud)
}

/// A word with its runs of three and more of a letter cut to some number, if there are any.
fn shorten(word: &str, times: usize) -> Option<String> {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    let mut found = false;
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.next_if_eq(&c).is_some() {
            run += 1;
        }
        let loud = run > 2 && c.is_alphabetic();
        found |= loud;
        out.extend(std::iter::repeat_n(c, if loud { times } else { run }));
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[&str]) -> WordList {
        WordList::new(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn spellings_do_not_slip_through() {
        let words =
            list(&["حمار", "مخدرات", "الإرهابي", "Viagra", "buy now", "赌博", "مدرسة الشر", "قتل"]);
        for (text, entry) in [
            ("يا حِمَار", "حمار"),
            ("حـمـار!", "حمار"),
            ("حماااااار", "حمار"),
            ("ح\u{200f}مار", "حمار"),
            ("والحمار", "حمار"),
            ("كحمار", "حمار"),
            ("بيع المخدرات", "مخدرات"),
            ("للمخدرات", "مخدرات"),
            ("للارهابى", "الإرهابي"),
            ("والإرهابي", "الإرهابي"),
            ("VIÁGRA", "Viagra"),
            ("viaaagra", "Viagra"),
            ("ｖｉａｇｒａ", "Viagra"),
            ("Buy, now", "buy now"),
            ("buuuuy nooow", "buy now"),
            ("在线赌博网", "赌博"),
            ("ومدرسه الشر", "مدرسة الشر"),
            ("وقتل", "قتل"),
        ] {
            assert_eq!(words.matches(text), Some(entry), "{text}");
        }
        let words = list(&["كازينو", "free money", "إعلان"]);
        for (text, entry) in [
            ("كَازِينُو!", "كازينو"),
            ("ربح في «كـــازينو»", "كازينو"),
            ("والكازينو", "كازينو"),
            ("للكازينو", "كازينو"),
            ("Free  MONEY", "free money"),
            ("fr\u{ad}ee\nmoney.", "free money"),
            ("FRÉE-money", "free money"),
            ("باعلان", "إعلان"),
        ] {
            assert_eq!(words.matches(text), Some(entry), "{text}");
        }
    }

    #[test]
    fn parts_do_not_misfire() {
        let words = list(&["ass", "cum", "buy now", "زير", "عيد", "لد", "لب", "كر", "1000"]);
        for text in [
            "class assess",
            "document",
            "buy it now",
            "وزير",
            "والوزير",
            "بعيد",
            "ولد",
            "كلب",
            "فكر",
            "10000",
            "",
            "…",
        ] {
            assert_eq!(words.matches(text), None, "{text}");
        }
        let words = list(&["كازينو", "free money", "؟!"]);
        for text in ["كازينوهات", "free his money", "money free", "free", "؟!"] {
            assert_eq!(words.matches(text), None, "{text}");
        }
        assert_eq!(list(&["", " ", "…"]).matches("… x"), None);
        assert_eq!(WordList::default().matches("x"), None);
    }

    #[test]
    fn the_first_in_the_text() {
        let words = list(&["b", "a b", "a"]);
        assert_eq!(words.matches("x a b"), Some("a b"));
        assert_eq!(words.matches("a c b"), Some("a"));
    }
}
