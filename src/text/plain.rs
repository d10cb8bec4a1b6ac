//! Text that folding has little to do with, as most news is: a short way through for it.
//!
//! Called by [`super::fold`] and [`super::analyse`]. The long way takes every character through
//! Unicode's tables several times; what comes out of both is the same, and tests compare them.

use super::fold::{MAX_TOKEN_CHARS, seat_hamza};

/// Whether a text's words are what they are in the text as it stands: nothing in it has another normal
/// form that cuts words elsewhere, joins characters or is no part of a word it stands in.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(
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

/// A word of a plain text, folded, if it is made of Arabic letters with their tashkeel, or of ASCII
/// letters and digits. Nothing else stands in it, so it is one token.
pub(super) fn fold(word: &str) -> Option<String> {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let mut text = word.to_ascii_lowercase();
        text.truncate(MAX_TOKEN_CHARS);
        return (!text.is_empty()).then_some(text);
    }
    let mut letters: Vec<(char, bool)> = Vec::with_capacity(word.len() / 2);
    for c in word.chars() {
        let letter = match c {
            'أ' | 'إ' | 'آ' => 'ا',
            'ؤ' => 'و',
            'ئ' | 'ى' => 'ي',
            'ة' => 'ه',
            'ء' | 'ا' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي' => c,
            // A mark needs a letter to stand on.
            '\u{64b}'..='\u{652}' if !letters.is_empty() => continue,
            _ => return None,
        };
        letters.push((letter, matches!(c, 'ء' | 'ئ')));
    }
    seat_hamza(&mut letters);
    Some(letters.iter().take(MAX_TOKEN_CHARS).map(|letter| letter.0).collect())
}

#[cfg(test)]
mod tests {
    use crate::text::fold::{Elision, cut, tokens};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

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
