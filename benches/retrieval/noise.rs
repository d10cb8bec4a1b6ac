//! Careless Arabic spelling: missing hamzas, ه and ة or ي and ى exchanged, added vowel signs and
//! tatweel.

use xxhash_rust::xxh3::xxh3_64;

/// Misspells a text. The changes depend on each word alone, so every run gets the same.
pub fn noisy(text: &str) -> String {
    text.split(' ').map(misspell).collect::<Vec<_>>().join(" ")
}

/// Bits of the word's hash decide about each kind of change. Half of the words lose hamzas, half
/// change endings, a quarter gets vowel signs, an eighth tatweel.
fn misspell(word: &str) -> String {
    let hash = xxh3_64(word.as_bytes());
    let does = |bits: u64| hash & bits == bits;
    let mut letters: Vec<char> = word.chars().collect();
    if does(0b1) {
        drop_hamzas(&mut letters);
    }
    if does(0b10) {
        swap_ending(&mut letters);
    }
    let mut out = String::with_capacity(2 * word.len());
    for (at, letter) in (0_u32..).zip(&letters) {
        out.push(*letter);
        if !is_consonant(*letter) {
            continue;
        }
        // Each letter uses other bits.
        let quarter = |bit: u32| hash.rotate_right(8 + 3 * at + bit) & 0b11;
        if does(0b1100) && quarter(0) == 0 {
            out.push(VOWELS[usize::from(hash.rotate_right(at) & 1 == 1)]);
        }
        if does(0b111_0000) && quarter(1) == 0 {
            out.push(TATWEEL);
        }
    }
    out
}

/// Fatha and damma.
const VOWELS: [char; 2] = ['\u{64e}', '\u{64f}'];

const TATWEEL: char = '\u{640}';

/// A hamza on the line stays, since سما is no spelling of سماء; so does one on ya before waw, which
/// is written ؤ or ئ, never ي.
fn drop_hamzas(letters: &mut [char]) {
    for at in 0..letters.len() {
        let before_waw = letters.get(at + 1) == Some(&'و');
        letters[at] = match letters[at] {
            'أ' | 'إ' | 'آ' => 'ا',
            'ؤ' => 'و',
            'ئ' if !before_waw => 'ي',
            other => other,
        };
    }
}

fn swap_ending(letters: &mut [char]) {
    // Punctuation may follow.
    let Some(last) = letters.iter_mut().rfind(|letter| is_arabic(**letter)) else { return };
    *last = match *last {
        'ة' => 'ه',
        'ه' => 'ة',
        'ى' => 'ي',
        'ي' => 'ى',
        other => other,
    };
}

fn is_arabic(letter: char) -> bool {
    matches!(letter, 'ء'..='ي')
}

/// Letters that join on both sides and carry a vowel.
fn is_consonant(letter: char) -> bool {
    matches!(letter, 'ب' | 'ت'..='خ' | 'س'..='غ' | 'ف'..='ه')
}
