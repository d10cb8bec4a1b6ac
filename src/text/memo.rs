//! A cache of analysed words for each thread.
//!
//! Few words make up most of any text, and analysing one takes microseconds: a page of search
//! results needs thousands. The result depends only on the word's letters and the language.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::compounds;
use super::plain;
use super::word::Word;

/// Most cached words of one language. A full cache is emptied.
const MAX_WORDS: usize = 20_000;
/// Most cached languages.
const MAX_LANGUAGES: usize = 4;

/// Longest cached word, in bytes.
const MAX_WORD_BYTES: usize = 64;

/// The analysed parts of one word. The flag tells that the last may begin a name of two words.
type Parts = Rc<(Vec<Word>, bool)>;

#[derive(Default)]
struct Memo(HashMap<Box<str>, Parts>);

thread_local! {
    static MEMOS: RefCell<HashMap<String, Memo>> = RefCell::default();
}

/// Analyses the words of text that [`plain::is_plain`] accepts.
///
/// `analyse_word` analyses one uncached word. `join_name` adjusts a possible first word of a
/// two-word name, given the next word.
pub(super) fn words(
    text: &str,
    language: &str,
    analyse_word: impl Fn(&str) -> Vec<Word>,
    join_name: impl Fn(&mut Word, &str),
) -> Vec<Word> {
    MEMOS.with_borrow_mut(|memos| {
        if memos.len() >= MAX_LANGUAGES && !memos.contains_key(language) {
            memos.clear();
        }
        let memo = memos.entry(language.to_owned()).or_default();
        let mut words: Vec<Word> = Vec::with_capacity(text.len() / 8);
        let mut may_be_first = false;
        for (at, word) in plain::words(text) {
            let parts = memo.parts(word, &analyse_word);
            for part in &parts.0 {
                if std::mem::take(&mut may_be_first)
                    && let Some(last) = words.last_mut()
                {
                    join_name(last, &part.exact);
                }
                words.push(Word { start: at + part.start, end: at + part.end, ..part.clone() });
            }
            // Attached letters may be no word, and the name goes on after them.
            may_be_first = if parts.0.is_empty() { may_be_first } else { parts.1 };
        }
        words
    })
}

impl Memo {
    fn parts(&mut self, word: &str, analyse_word: impl Fn(&str) -> Vec<Word>) -> Parts {
        if let Some(parts) = self.0.get(word) {
            return Rc::clone(parts);
        }
        let words = analyse_word(word);
        let may_begin_name = words.last().is_some_and(|last| compounds::may_be_first(&last.exact));
        let parts = Rc::new((words, may_begin_name));
        if word.len() <= MAX_WORD_BYTES {
            if self.0.len() >= MAX_WORDS {
                self.0.clear();
            }
            self.0.insert(word.into(), Rc::clone(&parts));
        }
        parts
    }
}
