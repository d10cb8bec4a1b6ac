//! Text that folding has little to do with, as most news is: a short way through for it.
//!
//! Called by [`super::fold`], [`super::analyse`], [`super::memo`] and [`super::indexed_highlight`]. The long way takes every character through
//! Unicode's tables several times; what comes out of both is the same, and tests compare them.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::{MAX_TOKEN_CHARS, seat_hamza};

/// Whether a text's words are what they are in the text as it stands: nothing in it has another normal
/// form that cuts words elsewhere, joins characters or is no part of a word it stands in, and no mark
/// stands on a space.
pub(super) fn is_plain(text: &str) -> bool {
    let mut before = ' ';
    text.chars().all(|c| {
        let on_space = is_mark(c) && is_space(before);
        before = c;
        !on_space
            && matches!(
                c,
                '\0'..='\x7f'
                // Arabic: letters, tatweel, tashkeel, digits, punctuation.
                | '\u{621}'..='\u{63a}' | '\u{640}'..='\u{652}' | '\u{660}'..='\u{669}'
                | '،' | '؛' | '؟' | '٪' | '«' | '»'
                // European letters, but those that Unicode takes for two.
                | 'À'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž'
                // The marks of typesetters.
                | '–' | '—' | '‘' | '’' | '“' | '”' | '„' | '•'
            )
    })
}

/// The words of a plain text (UAX #29), each with the byte it starts at. Most stand between two spaces,
/// with a comma or a quotation mark at most: they are found without the tables that the others need.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // No word of a plain text goes across one of these.
    text.split(is_space).flat_map(move |chunk| {
        let start = chunk.as_ptr().addr() - text.as_ptr().addr();
        let (one, others) = match sole_word(chunk) {
            Sole::Nothing => (None, None),
            Sole::Word(at, word) => (Some((start + at, word)), None),
            Sole::Unknown => {
                let all = chunk.unicode_word_indices();
                (None, Some(all.map(move |(at, word)| (start + at, word))))
            }
        };
        one.into_iter().chain(others.into_iter().flatten())
    })
}

/// What stands between two spaces.
enum Sole<'a> {
    /// Punctuation.
    Nothing,
    /// One word, and where it starts.
    Word(usize, &'a str),
    /// Whatever else.
    Unknown,
}

fn sole_word(chunk: &str) -> Sole<'_> {
    let word = chunk.trim_start_matches(parts);
    let at = chunk.len() - word.len();
    let word = word.trim_end_matches(parts);
    let Some(first) = word.chars().next() else { return Sole::Nothing };
    // A mark belongs to what it stands on.
    if is_mark(first) || !word.chars().all(is_wordlike) {
        return Sole::Unknown;
    }
    Sole::Word(at, word)
}

/// Letters and digits that make one word whenever they stand together, with marks on them.
fn is_wordlike(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{621}'..='\u{63a}' | '\u{640}'..='\u{652}' | '\u{660}'..='\u{669}')
}

/// The only white space in a plain text.
fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{652}')
}

/// What is no part of a word before its first letter, nor behind its last.
fn parts(c: char) -> bool {
    c.is_ascii_punctuation() && c != '_'
        || matches!(c, '،' | '؛' | '؟' | '«' | '»' | '–' | '—' | '‘' | '’' | '“' | '”' | '„' | '•')
}

/// Room to fold words in, one after the other.
#[derive(Default)]
pub(super) struct Folding {
    letters: Vec<(char, bool)>,
    text: String,
}

impl Folding {
    /// A word of a plain text, folded, if it is made of Arabic letters with their tashkeel, or of ASCII
    /// letters and digits. Nothing else stands in it, so it is one token.
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
                    // A mark needs a letter to stand on.
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
    use crate::text::fold::{Elision, cut, tokens};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_short_way_finds_the_words_that_the_tables_find(
            text in "([ء-غف-ي]{1,6}|[ء-غـ-ْ]{1,6}|[a-zA-Zéß_]{1,4}|[0-9,.٠-٩]{1,5}|[ـًَّ٪،؛؟.,:;'’\"“„_«»()–—•\\-]{1,2}|[ \n\t\x0b\x0c\r\x1f\x00]){0,40}",
        ) {
            prop_assume!(is_plain(&text));
            let found: Vec<_> = words(&text).collect();
            prop_assert_eq!(found, text.unicode_word_indices().collect::<Vec<_>>());
        }

        #[test]
        fn the_short_way_leads_where_the_long_one_does(
            text in "([ء-غف-ي]{1,6}|[ءئؤو]{1,4}|[ء-ْ]{1,6}|[a-zA-Zéß]{1,4}|[0-9,.٠-٩٬]{1,5}|[ـًَّ،.…'’:_«»(\\-]| |\n){0,40}",
        ) {
            for elision in [Elision::Keep, Elision::Any] {
                let mut long = Vec::new();
                cut(&text, 0, elision, &mut long);
                prop_assert_eq!(tokens(&text, elision), long);
            }
        }
    }

    #[test]
    fn what_begins_with_a_mark_or_a_tatweel() {
        for text in ["\u{64e}كتاب", "ـكتابـ", "كـ\u{64e}تاب", "ئو ءو ئئو شئون", "ABC1 x\u{64e}y"]
        {
            let mut long = Vec::new();
            cut(text, 0, Elision::Keep, &mut long);
            assert_eq!(tokens(text, Elision::Keep), long, "{text}");
        }
    }
}
