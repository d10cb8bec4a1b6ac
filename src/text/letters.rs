//! Letters and digits that compare equal.
//!
//! The input is case-folded and decomposed (NFKD), so أ إ آ, ؤ, ئ, ۀ and é arrive as bare letters.

use super::unicode::category;
use icu_properties::props::GeneralCategory;

/// Longest token, in characters. The rest of a longer word is not searchable. A token also stays
/// far below the 2,046 bytes of a PostgreSQL lexeme.
pub const MAX_TOKEN_CHARS: usize = 64;

/// Passes the letters that stand for `c` to `emit`: `c` itself unless the table has it.
///
/// A second pass changes nothing, which makes folding idempotent.
pub(super) fn letter(c: char, emit: &mut impl FnMut(char)) {
    let one = match c {
        // Alef: wasla, and the wavy or numbered hamzas of Quranic and Kashmiri spelling.
        'ٱ' | '\u{672}' | '\u{673}' => 'ا',
        // Alef maqsura and the yehs of Persian and Urdu keyboards.
        'ى' | 'ی' | 'ے' => 'ي',
        // Teh marbuta and the hehs of Persian, Urdu and Kurdish keyboards.
        'ة' | 'ہ' | 'ھ' | 'ە' | '\u{6c3}' => 'ه',
        // Kafs of Persian, Sindhi and Pashto keyboards.
        'ک' | 'ڪ' | '\u{6ab}' => 'ك',
        // Foreign v and p, which Arabic newsrooms spell with or without the dots.
        'ڤ' => 'ف',
        'پ' => 'ب',
        // Latin letters with a stroke or ligature that Unicode does not decompose.
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'œ' => return both('o', 'e', emit),
        'æ' => return both('a', 'e', emit),
        'þ' => return both('t', 'h', emit),
        c => digit(c).unwrap_or(c),
    };
    emit(one);
}

fn both(first: char, second: char, emit: &mut impl FnMut(char)) {
    emit(first);
    emit(second);
}

/// True for a decimal digit of any script.
pub(super) fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { category(c) == GeneralCategory::DecimalNumber }
}

/// Returns the ASCII digit with the value of a decimal digit of any script.
///
/// Unicode encodes the decimal digits of a script as ten consecutive code points from zero to nine
/// (core specification §4.6; guaranteed for `Nd` by the stability policy). The value is therefore
/// the distance, modulo ten, from the start of the run of digits.
fn digit(c: char) -> Option<char> {
    if c.is_ascii() || !is_digit(c) {
        return None;
    }
    let code = u32::from(c);
    let run =
        (1..=code).take_while(|back| char::from_u32(code - back).is_some_and(is_digit)).count();
    char::from_digit(u32::try_from(run % 10).ok()?, 10)
}

/// Turns a hamza before a waw into a waw, as ؤ is folded: ئو and ءو are spelt ؤو in other countries
/// (مسئول, مسؤول). The flag marks a hamza. Works backwards, so that a run needs one pass.
pub(super) fn seat_hamza(letters: &mut [(char, bool)]) {
    for at in (1..letters.len()).rev() {
        if letters[at].0 == 'و' && letters[at - 1].1 {
            letters[at - 1].0 = 'و';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digit_of_every_script_is_ascii() {
        for zero in ['٠', '۰', '०', '๐', '߀', '０', '𝟎', '𝟘', '𞥐'] {
            for value in 0..10 {
                let c = char::from_u32(u32::from(zero) + value).unwrap();
                assert_eq!(digit(c), char::from_digit(value, 10), "{c}");
            }
        }
        assert_eq!(digit('²'), None);
    }

    #[test]
    fn letter_is_idempotent() {
        for c in '\0'..=char::MAX {
            let mut image = String::new();
            letter(c, &mut |c| image.push(c));
            let mut again = String::new();
            image.chars().for_each(|c| letter(c, &mut |c| again.push(c)));
            assert_eq!(again, image, "{c:?}");
        }
    }
}
