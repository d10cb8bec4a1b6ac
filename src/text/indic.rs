//! Spellings of Indic scripts that search unites.

/// The first code points of scripts with the layout of ISCII, where a nasal before a consonant is a
/// letter or a sign: Devanagari, Gujarati, Oriya, Telugu, Kannada.
const BLOCKS: [u32; 5] = [0x900, 0xa80, 0xb00, 0xc00, 0xc80];

/// True for a character of these scripts.
pub(super) fn is_indic(c: char) -> bool {
    BLOCKS.contains(&block(c))
}

/// Returns the first code point of a character's script.
fn block(c: char) -> u32 {
    u32::from(c) & !0x7f
}

/// Writes a nasal before a consonant of its own class as the sign anusvara (हिन्दी, हिंदी), and the
/// sign candrabindu like it, except in हँसना (to laugh), since हंस is a swan. Leaves out the dot of
/// Persian sounds (ज़, फ़) and of flaps (ड़, ढ़), and the glide य between vowels: all are often left
/// out. Idempotent.
pub(super) fn unify(word: &str) -> String {
    without_glides(&with_signs(word))
}

fn with_signs(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        let block = block(c);
        let sign = |offset: u32| char::from_u32(block + offset).unwrap_or(c);
        let offset = |c: char| u32::from(c).checked_sub(block).filter(|offset| *offset < 0x80);
        let rest = (letters.get(at + 1).copied().and_then(offset), letters.get(at + 2).copied());
        match (is_indic(c).then(|| offset(c)).flatten(), rest) {
            // A nasal, the sign virama, and a consonant of its class.
            (Some(nasal), (Some(0x4d), Some(next)))
                if NASALS.iter().any(|(one, class)| {
                    *one == nasal && offset(next).is_some_and(|next| class.contains(&next))
                }) =>
            {
                out.push(sign(0x02));
                at += 1;
            }
            (Some(0x01), _) if !word.starts_with("हँस") => out.push(sign(0x02)),
            // क ख ग ज ड ढ फ with a dot.
            (Some(0x15..=0x17 | 0x1c | 0x21 | 0x22 | 0x2b), (Some(0x3c), _)) => {
                out.push(c);
                at += 1;
            }
            _ => out.push(c),
        }
        at += 1;
    }
    out
}

/// The nasals of the five classes, and the other consonants of each, as offsets in a block.
const NASALS: [(u32, std::ops::RangeInclusive<u32>); 5] = [
    (0x19, 0x15..=0x18),
    (0x1e, 0x1a..=0x1d),
    (0x23, 0x1f..=0x22),
    (0x28, 0x24..=0x27),
    (0x2e, 0x2a..=0x2d),
];

/// Writes ये and यी after a vowel as ए and ई: गये is गए, and नयी is नई. At the start and after a
/// conjunct they are syllables of their own.
fn without_glides(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    let mut after_vowel = false;
    while let Some(c) = chars.next() {
        let vowel = match (after_vowel && c == 'य', chars.peek()) {
            (true, Some('े')) => Some('ए'),
            (true, Some('ी')) => Some('ई'),
            _ => None,
        };
        if vowel.is_some() {
            chars.next();
        }
        // All letters and signs of Devanagari but the virama have or follow a vowel.
        after_vowel = block(c) == 0x900 && c != '्';
        out.push(vowel.unwrap_or(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn variants_become_one_spelling() {
        for (one, other) in [
            ("हिंदी", "हिन्दी"),
            ("संबंध", "सम्बन्ध"),
            ("अंग्रेज़ी", "अङ्ग्रेजी"),
            ("गाँव", "गांव"),
            ("હિંદી", "હિન્દી"),
            ("लिये", "लिए"),
            ("गये", "गए"),
            ("नयी", "नई"),
            ("चाहिये", "चाहिए"),
            ("जायेंगे", "जाएंगे"),
            ("हुये", "हुए"),
            ("दायें", "दाएँ"),
            ("सड़क", "सडक"),
            ("स\u{95c}क", "सडक"),
            ("पढ़ना", "पढना"),
        ] {
            let (one, other) = (unify(&fold(one)), unify(&fold(other)));
            assert_eq!(one, other);
            assert_eq!(unify(&one), one);
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (one, other) in [
            ("हँस", "हंस"),
            ("जन्म", "जंम"),
            ("ये", "ए"),
            ("यी", "ई"),
            ("गया", "गआ"),
            ("क्ये", "क्ए"),
            ("नया", "ना"),
        ] {
            assert_ne!(unify(&fold(one)), unify(&fold(other)));
        }
    }
}
