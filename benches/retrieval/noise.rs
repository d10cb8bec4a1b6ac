//! The spelling of Arabic as it is typed on phones and copied from books: without hamzas, ه for ة and
//! ي for ى or the reverse, a vowel sign or a tatweel here and there. Called by `retrieval.rs`.

use xxhash_rust::xxh3::xxh3_64;

/// Misspells a text, each word in ways that depend on the word alone: every run, on every machine,
/// gets the same.
pub fn noisy(text: &str) -> String {
    text.split(' ').map(misspell).collect::<Vec<_>>().join(" ")
}

/// Several bits of the word's hash decide about each kind of change, so that a word may have more
/// than one: hamzas and endings go wrong in half of the words, a quarter has vowel signs, an eighth
/// is stretched.
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
        // Other bits for each letter.
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
    // A mark of punctuation may follow.
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
