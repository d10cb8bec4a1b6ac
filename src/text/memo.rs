//! What words came to when they were analysed before.
//!
//! Called by [`super::analyse`]. Few words make up most of any text, and cutting, folding and stemming
//! one takes microseconds: a page of search results needs thousands. What a word comes to depends on
//! nothing but its letters and the language, so it is kept, for each thread, up to a bound.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::analyse::Word;
use super::compounds;
use super::plain;

/// How many words are kept of each language, and of how many languages. When there are more, those
/// there are forgotten.
const MOST: usize = 20_000;
const MOST_LANGUAGES: usize = 4;

/// The longest word that is kept, in bytes.
const LONGEST: usize = 64;

/// The words that one word is cut into, and whether the last may begin a name of two words.
type Parts = Rc<(Vec<Word>, bool)>;

#[derive(Default)]
struct Memo(HashMap<Box<str>, Parts>);

thread_local! {
    static MEMOS: RefCell<HashMap<String, Memo>> = RefCell::default();
}

/// The words of a plain text ([`super::plain`]), each analysed by `alone` if it isn't known. `joined` is
/// asked for the first word of a name in two words.
pub(super) fn words(
    text: &str,
    language: &str,
    alone: impl Fn(&str) -> Vec<Word>,
    joined: impl Fn(&mut Word, &str),
) -> Vec<Word> {
    MEMOS.with_borrow_mut(|memos| {
        if memos.len() >= MOST_LANGUAGES && !memos.contains_key(language) {
            memos.clear();
        }
        let memo = memos.entry(language.to_owned()).or_default();
        let mut words: Vec<Word> = Vec::with_capacity(text.len() / 8);
        let mut may_be_first = false;
        for (at, word) in plain::words(text) {
            let parts = memo.parts(word, &alone);
            for part in &parts.0 {
                if std::mem::take(&mut may_be_first)
                    && let Some(last) = words.last_mut()
                {
                    joined(last, &part.exact);
                }
                words.push(Word { start: at + part.start, end: at + part.end, ..part.clone() });
            }
            may_be_first = parts.1;
        }
        words
    })
}

impl Memo {
    fn parts(&mut self, word: &str, alone: impl Fn(&str) -> Vec<Word>) -> Parts {
        if let Some(parts) = self.0.get(word) {
            return Rc::clone(parts);
        }
        let words = alone(word);
        let begins = words.last().is_some_and(|last| compounds::may_be_first(&last.exact));
        let parts = Rc::new((words, begins));
        if word.len() <= LONGEST {
            if self.0.len() >= MOST {
                self.0.clear();
            }
            self.0.insert(word.into(), Rc::clone(&parts));
        }
        parts
    }
}
