//! A fast path of folding for text with only common characters, such as most news.
//!
//! The general path looks up several Unicode tables for each character. Both paths give the same
//! tokens, and tests compare them.

use unicode_segmentation::UnicodeSegmentation;

use super::letters::{MAX_TOKEN_CHARS, seat_hamza};

/// True if the fast path may process the text.
///
/// Its characters have no other normal form that moves a word boundary, joins characters or drops
/// some, and no mark follows a space.
pub(super) fn is_plain(text: &str) -> bool {
    let mut previous = ' ';
    text.chars().all(|c| {
        let on_space = is_mark(c) && is_space(previous);
        previous = c;
        !on_space
            && matches!(
                c,
                '\0'..='\x7f'
                // Arabic: letters, tatweel, tashkeel, digits, punctuation.
                | '\u{621}'..='\u{63a}' | '\u{640}'..='\u{652}' | '\u{660}'..='\u{669}'
                | '،' | '؛' | '؟' | '٪' | '«' | '»'
                // European letters, except those that Unicode decomposes into two.
                | 'À'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž'
                // Typographic punctuation.
                | '–' | '—' | '‘' | '’' | '“' | '”' | '„' | '•'
            )
    })
}

/// Returns the words (UAX #29) with their start bytes. A chunk between spaces with at most
/// punctuation around one word needs no table of word boundaries.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // No word contains one of these.
    text.split(is_space).flat_map(move |chunk| {
        let start = chunk.as_ptr().addr() - text.as_ptr().addr();
        let (one, others) = match classify(chunk) {
            Chunk::Punctuation => (None, None),
            Chunk::Word(at, word) => (Some((start + at, word)), None),
            Chunk::Other => {
                let all = chunk.unicode_word_indices();
                (None, Some(all.map(move |(at, word)| (start + at, word))))
            }
        };
        one.into_iter().chain(others.into_iter().flatten())
    })
}

/// The content between two spaces.
enum Chunk<'a> {
    /// Only punctuation.
    Punctuation,
    /// One word, with its start.
    Word(usize, &'a str),
    /// Anything else.
    Other,
}

fn classify(chunk: &str) -> Chunk<'_> {
    let word = chunk.trim_start_matches(is_separator);
    let at = chunk.len() - word.len();
    let word = word.trim_end_matches(is_separator);
    let Some(first) = word.chars().next() else { return Chunk::Punctuation };
    // A mark belongs to the character before it.
    if is_mark(first) || !word.chars().all(is_wordlike) {
        return Chunk::Other;
    }
    Chunk::Word(at, word)
}

/// Letters, digits and marks that form one word in any sequence.
fn is_wordlike(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{621}'..='\u{63a}' | '\u{640}'..='\u{652}' | '\u{660}'..='\u{669}')
}

/// The only white space that [`is_plain`] accepts.
fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{652}')
}

/// Punctuation that is no part of a word at its edges.
fn is_separator(c: char) -> bool {
    c.is_ascii_punctuation() && c != '_'
        || matches!(c, '،' | '؛' | '؟' | '«' | '»' | '–' | '—' | '‘' | '’' | '“' | '”' | '„' | '•')
}

/// Reusable buffers for folding words.
#[derive(Default)]
pub(super) struct WordFolder {
    letters: Vec<(char, bool)>,
    text: String,
}

impl WordFolder {
    /// Folds a word of Arabic letters with tashkeel, or of ASCII letters and digits, into one
    /// token. `None` for other words.
    pub(super) fn fold(&mut self, word: &str) -> Option<&str> {
        self.text.clear();
        if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.text.push_str(&word[..word.len().min(MAX_TOKEN_CHARS)]);
            self.text.make_ascii_lowercase();
        } else {
            self.letters.clear();
            for c in word.chars() {
                let letter = match c {
                    'أ' | 'إ' | 'آ' => 'ا',
                    'ؤ' => 'و',
                    'ئ' | 'ى' => 'ي',
                    'ة' => 'ه',
                    'ء' | 'ا' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي' => c,
                    // A mark needs a letter before it.
                    c if is_mark(c) && !self.letters.is_empty() => continue,
                    _ => return None,
                };
                self.letters.push((letter, matches!(c, 'ء' | 'ئ')));
            }
            seat_hamza(&mut self.letters);
            self.text.extend(self.letters.iter().take(MAX_TOKEN_CHARS).map(|letter| letter.0));
        }
        (!self.text.is_empty()).then_some(&*self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::{Elision, tokenise, tokens};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn fast_path_finds_the_words_of_uax_29(
            text in "([ء-غف-ي]{1,6}|[ء-غـ-ْ]{1,6}|[a-zA-Zéß_]{1,4}|[0-9,.٠-٩]{1,5}|[ـًَّ٪،؛؟.,:;'’\"“„_«»()–—•\\-]{1,2}|[ \n\t\x0b\x0c\r\x1f\x00]){0,40}",
        ) {
            prop_assume!(is_plain(&text));
            let found: Vec<_> = words(&text).collect();
            prop_assert_eq!(found, text.unicode_word_indices().collect::<Vec<_>>());
        }

        #[test]
        fn fast_path_and_general_path_give_equal_tokens(
            text in "([ء-غف-ي]{1,6}|[ءئؤو]{1,4}|[ء-ْ]{1,6}|[a-zA-Zéß]{1,4}|[0-9,.٠-٩٬]{1,5}|[ـًَّ،.…'’:_«»(\\-]| |\n){0,40}",
        ) {
            for elision in [Elision::Keep, Elision::Any] {
                let mut general = Vec::new();
                tokenise(&text, 0, elision, &mut general);
                prop_assert_eq!(tokens(&text, elision), general);
            }
        }
    }

    #[test]
    fn words_with_leading_marks_or_tatweel_fold_alike_on_both_paths() {
        for text in ["\u{64e}كتاب", "ـكتابـ", "كـ\u{64e}تاب", "ئو ءو ئئو شئون", "ABC1 x\u{64e}y"]
        {
            let mut general = Vec::new();
            tokenise(text, 0, Elision::Keep, &mut general);
            assert_eq!(tokens(text, Elision::Keep), general, "{text}");
        }
    }
}
