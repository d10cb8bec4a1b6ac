//! Keys and slugs of tag names. A key folds spelling and punctuation, and keeps the signs that carry
//! meaning: `C`, `C++` and `C#` are three tags.

use icu_properties::props::{GeneralCategory, Script};

use super::fold::fold;
use super::unicode::{category, is_letter_or_number, is_mark, nfkc, script};
use super::{fold, slug};

/// The version of the keys, stored beside them. Keys of another version must be made again. The
/// second figure rises with every change of output in this file.
pub const VERSION: i32 = 100 * fold::VERSION as i32 + 1;

/// A part of a name.
enum Piece {
    /// Words and punctuation.
    Text(String),
    /// A sign that carries meaning.
    Sign(char),
}

/// Returns the key by which a tag is unique and found: its folded words and its signs, in order.
/// Empty for a name of punctuation only.
///
/// ```
/// # use maqal::text::tag_name::key;
/// assert_eq!(key("«مدرسة»."), key("مدرسه"));
/// assert_ne!(key("C++"), key("C"));
/// ```
#[must_use]
pub fn key(name: &str) -> String {
    let keys = pieces(name).into_iter().map(|piece| match piece {
        Piece::Text(text) => fold(&text),
        Piece::Sign(sign) => sign.to_string(),
    });
    keys.filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns the key of the beginning of a name, as somebody types it: a hyphen at its end belongs to
/// a word that follows.
#[must_use]
pub fn prefix(text: &str) -> String {
    key(text.trim_end_matches(is_hyphen))
}

/// Makes a slug of a name, or `None` for a name without letters and digits. Signs of names in Latin
/// letters become English words: `c-plus-plus`. Other signs are left out.
#[must_use]
pub fn slug(name: &str) -> Option<String> {
    let is_latin = name.chars().all(|c| matches!(script(c), Script::Latin | Script::Common));
    let mut text = String::with_capacity(name.len());
    for piece in pieces(name) {
        match piece {
            Piece::Text(part) => text.push_str(&part),
            Piece::Sign(sign) => {
                let word = word(sign).filter(|_| is_latin).unwrap_or_default();
                text.extend([" ", word, " "]);
            }
        }
    }
    slug::slug(&text)
}

/// Returns the key by which a tag's slug is found. `C++` finds `c-plus-plus` and not `c`.
#[must_use]
pub fn slug_key(text: &str) -> String {
    if pieces(text).iter().all(|piece| matches!(piece, Piece::Text(_))) {
        return slug::key(text);
    }
    slug(text).map_or_else(String::new, |slug| slug::key(&slug))
}

fn pieces(name: &str) -> Vec<Piece> {
    let chars: Vec<char> = name.chars().collect();
    let mut pieces = Vec::new();
    let mut text = String::new();
    for (at, c) in chars.iter().enumerate() {
        match sign(*c, &chars[..at], &chars[at + 1..]) {
            Some(sign) => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Sign(sign));
            }
            None => text.push(*c),
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Returns the sign that a character is, with `before` and `after` it. Some are signs in one place
/// and punctuation in others.
fn sign(c: char, before: &[char], after: &[char]) -> Option<char> {
    if is_letter_or_number(c) || is_mark(c) || c == ' ' {
        return None;
    }
    let sign = plain(c)?;
    let is_word = |c: Option<&char>| c.is_some_and(|c| is_letter_or_number(*c) || is_mark(*c));
    let is_sign = match sign {
        // `.NET`, but neither `node.js` nor a full stop nor an ellipsis.
        '.' => {
            let free = before.last().is_none_or(|c| *c == ' ');
            free && after.first().is_some_and(|c| is_letter_or_number(*c))
        }
        // `C#` and `#1`, but not the hashtag `#news`.
        '#' => {
            let hashtag = after.first().is_some_and(|c| is_letter_or_number(*c) && !c.is_numeric());
            is_word(before.last()) || !hashtag
        }
        // The grade `A-` and the blood group `AB-`, but neither `new-york` nor a dash.
        '-' => {
            let letters = before.iter().rev().take_while(|c| c.is_ascii_alphabetic()).count();
            let free = before[..before.len() - letters].last().is_none_or(|c| *c == ' ');
            free && (1..=2).contains(&letters) && after.is_empty()
        }
        '&' | '@' | '$' | '%' | '*' | '/' | '§' | '¶' | '‰' => true,
        '|' | '©' | '®' | '℗' => false,
        // Bullets and lines.
        '\u{2500}'..='\u{25ff}' => false,
        // The letters in the flags of England, Scotland and Wales.
        '\u{e0020}'..='\u{e007e}' => true,
        c => {
            use GeneralCategory as G;
            matches!(category(c), G::CurrencySymbol | G::MathSymbol | G::OtherSymbol)
        }
    };
    is_sign.then_some(sign)
}

/// Returns a sign's plain form: `＋` is `+`. `None` for a symbol that stands for letters, such as ™.
fn plain(c: char) -> Option<char> {
    match c {
        '♯' => return Some('#'),
        '٪' => return Some('%'),
        '⁄' | '∕' => return Some('/'),
        c if is_hyphen(c) => return Some('-'),
        c if c.is_ascii() => return Some(c),
        _ => {}
    }
    let normal = nfkc(c.encode_utf8(&mut [0; 4]));
    let mut chars = normal.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) if !is_letter_or_number(only) => Some(only),
        _ => None,
    }
}

/// True for a hyphen or a minus sign.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// The English word for a sign in a slug.
fn word(sign: char) -> Option<&'static str> {
    Some(match sign {
        '+' => "plus",
        '#' => "sharp",
        '&' => "and",
        '@' => "at",
        '.' => "dot",
        '-' => "minus",
        '%' => "percent",
        '*' => "star",
        '=' => "equals",
        '°' => "degree",
        '$' => "dollar",
        '€' => "euro",
        '£' => "pound",
        '¥' => "yen",
        '₺' => "lira",
        '₹' => "rupee",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signs_that_carry_meaning_make_different_keys() {
        let names = [
            "C",
            "C++",
            "C#",
            "C+",
            "F#",
            "F",
            ".NET",
            "NET",
            "A+",
            "A",
            "A-",
            "O-",
            "O+",
            "O",
            "@home",
            "home",
            "$",
            "€",
            "£",
            "🎉",
            "🇱🇾",
            "🇹🇳",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "🏴",
            "R&B",
            "RB",
            "R B",
            "24/7",
            "247",
            "24 7",
            "&",
            "+",
            "#",
            "@",
            "100%",
            "100",
            "#1",
            "1",
            "§ 218",
            "218",
            "أ+",
            "أ",
            "5 €",
            "5 $",
            "5",
            "360°",
            "360",
            "C*",
            "a=b",
            "a b",
            "❤️",
            "🤍",
        ];
        for (at, one) in names.iter().enumerate() {
            assert!(!key(one).is_empty(), "{one}");
            for other in &names[..at] {
                assert_ne!(key(one), key(other), "{one} and {other}");
            }
        }
    }

    #[test]
    fn spelling_and_punctuation_make_no_difference() {
        for (one, other) in [
            ("مدرسة", "«مدرسه»."),
            ("New York", "new-york"),
            ("New York", "New–York"),
            ("New York", "“New York”"),
            ("ليبيا", "ليبيا."),
            ("ليبيا", "ليبيا…"),
            ("ليبيا", "ليبيا -"),
            ("ليبيا", "ليبيا-"),
            ("ليبيا", "#ليبيا"),
            ("ليبيا", "(ليبيا)"),
            ("ليبيا", "ليبيا؟!"),
            ("ليبيا اليوم", "ليبيا، اليوم"),
            ("ليبيا اليوم", "ليبيا_اليوم"),
            ("ليبيا اليوم", "ليبيا | اليوم"),
            ("C++", "c ++"),
            ("C++", "Ｃ＋＋"),
            ("C#", "C♯"),
            ("R&B", "r & b"),
            ("R&B", "R＆B"),
            ("100%", "١٠٠٪"),
            ("A-", "a−"),
            ("Rock ’n’ Roll", "rock 'n' roll"),
            ("node.js", "Node js"),
            ("Maqal®", "maqal"),
            ("❤", "❤\u{fe0f}"),
        ] {
            assert_eq!(key(one), key(other), "{one} and {other}");
        }
        for name in ["", "؟!", "…", ".", "-", "«»", "•", "■", "\u{200b}"] {
            assert_eq!(key(name), "", "{name:?}");
        }
    }

    #[test]
    fn signs_become_words_in_slugs_of_latin_names() {
        for (name, expected) in [
            ("C++", Some("c-plus-plus")),
            ("C#", Some("c-sharp")),
            ("C", Some("c")),
            (".NET", Some("dot-net")),
            ("ASP.NET", Some("asp-net")),
            ("A+", Some("a-plus")),
            ("A-", Some("a-minus")),
            ("@home", Some("at-home")),
            ("R&B", Some("r-and-b")),
            ("24/7", Some("24-7")),
            ("100%", Some("100-percent")),
            ("100% قطن", Some("100-قطن")),
            ("أ+", Some("أ")),
            ("$", Some("dollar")),
            ("€", Some("euro")),
            ("#news", Some("news")),
            ("🎉", None),
        ] {
            assert_eq!(slug(name).as_deref(), expected, "{name}");
        }
        assert_eq!(slug_key("C++"), "c-plus-plus");
        assert_eq!(slug_key("c-plus-plus"), "c-plus-plus");
        assert_eq!(slug_key("مدرسة"), "مدرسه");
    }

    #[test]
    fn prefix_of_a_name_is_a_prefix_of_its_key() {
        for (name, typed) in
            [("C++", "c+"), ("R&B", "r&"), ("New York", "new-"), (".NET", ".n"), ("@home", "@")]
        {
            assert!(key(name).starts_with(&prefix(typed)), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn names_without_signs_have_the_folded_key(name in "[a-zA-Zء-ي ,'\"]{1,20}") {
            prop_assert_eq!(key(&name), fold(&name));
        }

        #[test]
        fn slugs_are_valid(name in any::<String>()) {
            if let Some(slug) = slug(&name) {
                prop_assert_eq!(slug::check(&slug), Ok(slug.clone()));
            }
        }
    }
}
