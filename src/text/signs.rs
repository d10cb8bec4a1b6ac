//! The signs of a name that carry meaning, apart from its spelling and punctuation.
//!
//! A sign between letters only separates words. Symbols, signs between digits and signs at the edge
//! of a number or of a short word carry meaning.

use icu_properties::props::{GeneralCategory, Script};

use super::unicode::{
    category, is_invisible, is_joiner, is_letter_or_number, is_mark, nfkc, script,
};

/// A part of a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words and punctuation.
    Text(String),
    /// A sign that carries meaning, in its plain form.
    Sign {
        /// The sign.
        sign: char,
        /// The English word for it in a slug.
        word: Option<&'static str>,
    },
}

/// Splits a name into words and signs.
pub(super) fn pieces(name: &str) -> Vec<Piece> {
    let name = Name(expand(name).chars().collect());
    let mut pieces = Vec::new();
    let mut text = String::new();
    for (at, c) in name.0.iter().enumerate() {
        let sign = name.sign(at);
        if let Some(sign) = sign {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            // Slugs join numbers by hyphens.
            let joins = matches!(sign, '-' | '.') && name.separates_digits(at);
            let word = word(sign).filter(|_| !joins);
            pieces.push(Piece::Sign { sign, word });
        }
        // A raised or lowered digit is a sign and a digit.
        if sign.is_none() || is_letter_or_number(*c) {
            text.push(*c);
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// True for a hyphen, a dash or a minus sign.
pub(super) fn is_dash(c: char) -> bool {
    c == '-'
        || c == '\u{2212}'
        || (!c.is_ascii() && category(c) == GeneralCategory::DashPunctuation)
}

/// Writes characters that stand for a text with signs as that text: ½ as 1/2, ℃ as °C. Leaves out
/// invisible characters, except joiners and the letters of flags.
fn expand(name: &str) -> String {
    use GeneralCategory as G;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii() || is_joiner(c) || is_flag_letter(c) {
            out.push(c);
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        let normal = nfkc(c.encode_utf8(&mut [0; 4]));
        let is_text = normal.chars().nth(1).is_some()
            && normal.contains(|c: char| !is_letter_or_number(c) && !is_mark(c) && c != ' ');
        match category(c) {
            G::OtherNumber if is_text => out.extend([" ", &normal, " "]),
            G::OtherSymbol | G::MathSymbol if is_text => out.push_str(&normal),
            _ if matches!(c, '‼' | '⁇' | '⁈' | '⁉') => out.push_str(&normal),
            _ => out.push(c),
        }
    }
    out
}

/// The characters of a name.
struct Name(Vec<char>);

impl Name {
    /// The characters before one, the nearest first.
    fn before(&self, at: usize) -> impl Iterator<Item = char> + '_ {
        self.0[..at].iter().rev().copied().filter(|c| !is_joiner(*c))
    }

    /// The characters after one, the nearest first.
    fn after(&self, at: usize) -> impl Iterator<Item = char> + '_ {
        self.0[at + 1..].iter().copied().filter(|c| !is_joiner(*c))
    }

    /// Returns the sign that a character is at its place. Some are signs in one place and
    /// punctuation in others.
    fn sign(&self, at: usize) -> Option<char> {
        use GeneralCategory as G;
        let c = self.0[at];
        if is_letter_or_number(c) {
            return self.power(at);
        }
        if is_mark(c) || is_joiner(c) || c.is_whitespace() {
            return None;
        }
        let sign = plain(c)?;
        let is_sign = match sign {
            // `.NET`, but neither `node.js` nor a full stop nor an ellipsis.
            '.' => {
                let begins = self.begins(at) || self.before(at).next() == Some('+');
                let precedes = self.after(at).next().is_some_and(is_word);
                (begins && precedes) || self.separates_digits(at)
            }
            // `C#` and `#1`, but not the hashtag `#news`.
            '#' => {
                let next = self.after(at).next();
                let hashtag = next.is_some_and(|c| is_letter_or_number(c) && !c.is_numeric());
                self.before(at).next().is_some_and(is_word) || !hashtag
            }
            '-' => self.is_minus(at),
            '!' | '?' => self.is_exclamation(at) || self.separates_digits(at),
            '\'' | '"' => self.is_prime(at, sign),
            '&' | '@' | '%' | '*' | '/' | '^' | '§' | '¶' | '‰' | '‱' => true,
            // Bullets and lines.
            '|' | '©' | '®' | '℗' | '\u{2500}'..='\u{25ff}' => self.separates_digits(at),
            // The letters in the flags of England, Scotland and Wales.
            c if is_flag_letter(c) => true,
            c => {
                matches!(category(c), G::CurrencySymbol | G::MathSymbol | G::OtherSymbol)
                    || (!is_bracket(c) && c != '_' && self.separates_digits(at))
            }
        };
        is_sign.then_some(sign)
    }

    /// Returns the sign before a raised digit (`m²`), and before a lowered one after a digit (`10₂`).
    /// The lowered digits of `H₂O` are its spelling.
    fn power(&self, at: usize) -> Option<char> {
        let c = self.0[at];
        let before = self.before(at).next();
        if is_raised(c) {
            let next = self.after(at).find(|c| !is_raised(*c));
            let is_first = !before.is_some_and(is_raised) && next != Some('⁄');
            return is_first.then_some('^');
        }
        let is_base = is_lowered(c) && before.is_some_and(|c| c.is_numeric() && !is_lowered(c));
        (is_base && before != Some('⁄')).then_some('_')
    }

    /// True for a sign before a word or number, at the beginning or after a space, an opening bracket
    /// or another symbol.
    fn begins(&self, at: usize) -> bool {
        use GeneralCategory as G;
        self.before(at).next().is_none_or(|c| {
            let is_kind = matches!(
                category(c),
                G::OpenPunctuation
                    | G::InitialPunctuation
                    | G::MathSymbol
                    | G::CurrencySymbol
                    | G::SpaceSeparator
            );
            // A hyphen joins what follows to `C++`.
            c != '+' && (is_kind || matches!(c, '"' | '\'' | '/' | '&' | '-'))
        })
    }

    /// True for a sign that stands directly between two digits, with other signs at most.
    fn separates_digits(&self, at: usize) -> bool {
        let ends = |c: &char| is_word(*c) || c.is_whitespace();
        let is_digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        is_digit(self.before(at).find(ends)) && is_digit(self.after(at).find(ends))
            || is_dash(self.0[at]) && self.is_range(at)
    }

    /// True for a dash between two numbers, with or without spaces: 1948 – 1967.
    fn is_range(&self, at: usize) -> bool {
        let ends = |c: &char| !is_dash(*c) && !c.is_whitespace();
        let is_digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        is_digit(self.before(at).find(ends)) && is_digit(self.after(at).find(ends))
    }

    /// True for a minus sign, as in `-1`, the grade `A-` and the blood group `أب-`, and for a dash
    /// between numbers. Other hyphens join words (`new-york`, `covid-19`) or stand apart from them.
    fn is_minus(&self, at: usize) -> bool {
        if self.separates_digits(at) {
            return true;
        }
        let before = word_of(self.before(at));
        let after = word_of(self.after(at));
        match (before.is_empty(), after.is_empty()) {
            (true, false) => {
                let first = at - self.0[..at].iter().rev().take_while(|c| is_dash(**c)).count();
                self.begins(first) && (is_short(&after) || after.starts_with(char::is_numeric))
            }
            (false, true) => is_short(&before) || before.chars().all(char::is_numeric),
            _ => false,
        }
    }

    /// True for the mark of a name such as `Go!`. After an Arabic letter it ends a sentence.
    fn is_exclamation(&self, at: usize) -> bool {
        let is_mark_of_sentence = |c: &char| matches!(c, '!' | '?' | '؟' | '！' | '？');
        let base = self.before(at).skip_while(is_mark_of_sentence).find(|c| !is_mark(*c));
        match base {
            Some(c) if is_letter_or_number(c) => script(c) != Script::Arabic,
            _ => {
                let next = self.after(at).find(|c| !is_mark_of_sentence(c));
                next.is_some_and(|c| is_letter_or_number(c) && script(c) != Script::Arabic)
            }
        }
    }

    /// True for a sign of feet, inches, minutes or seconds after a number. An apostrophe before a
    /// letter and a closing quotation mark are none.
    fn is_prime(&self, at: usize, sign: char) -> bool {
        let is_quote = |c: &char| matches!(plain(*c), Some('\'' | '"'));
        let follows = self.before(at).find(|c| !is_quote(c)).is_some_and(char::is_numeric);
        let next = self.after(at).next();
        let precedes_letter = next.is_some_and(|c| is_word(c) && !c.is_numeric());
        follows && !precedes_letter && !self.closes(at, sign)
    }

    /// True if an earlier quotation mark of the same kind is open.
    fn closes(&self, at: usize, sign: char) -> bool {
        let quotes = (0..at).filter(|at| !is_word(self.0[*at]) && plain(self.0[*at]) == Some(sign));
        quotes.fold(false, |is_open, quote| {
            let follows = self.before(quote).next().is_some_and(is_word);
            let precedes = self.after(quote).next().is_some_and(is_word);
            if follows { is_open && precedes } else { is_open || precedes }
        })
    }
}

/// Returns a sign's plain form: `＋` is `+`. `None` for a symbol that stands for letters, such as ™.
fn plain(c: char) -> Option<char> {
    let single = |c: char| {
        Some(match c {
            '♯' => '#',
            '٪' => '%',
            '؉' => '‰',
            '؊' => '‱',
            '٭' => '*',
            '⁄' | '∕' => '/',
            '٫' => '.',
            '،' | '٬' | '、' => ',',
            '’' | '‘' | '′' | '´' | '`' | '׳' => '\'',
            '“' | '”' | '„' | '‟' | '″' | '״' => '"',
            c if is_dash(c) => '-',
            c if c.is_ascii() => c,
            _ => return None,
        })
    };
    single(c).or_else(|| {
        let normal = nfkc(c.encode_utf8(&mut [0; 4]));
        let mut chars = normal.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) if !is_letter_or_number(only) => Some(single(only).unwrap_or(only)),
            _ => None,
        }
    })
}

fn is_word(c: char) -> bool {
    is_letter_or_number(c) || is_mark(c)
}

/// Returns the word at the beginning of characters, after any dashes.
fn word_of(chars: impl Iterator<Item = char>) -> String {
    chars.skip_while(|c| is_dash(*c)).take_while(|c| is_word(*c)).collect()
}

/// True for a word of at most two letters, as the names of grades, blood groups and variables.
fn is_short(word: &str) -> bool {
    word.chars().filter(|c| !is_mark(*c)).count() <= 2
}

fn is_bracket(c: char) -> bool {
    use GeneralCategory as G;
    matches!(
        category(c),
        G::OpenPunctuation | G::ClosePunctuation | G::InitialPunctuation | G::FinalPunctuation
    )
}

fn is_raised(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹')
}

fn is_lowered(c: char) -> bool {
    matches!(c, '₀'..='₉')
}

fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007e}')
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
        '!' => "exclamation",
        '?' => "question",
        '\'' => "prime",
        '"' => "double-prime",
        '^' => "power",
        '_' => "base",
        '×' => "times",
        '<' => "less-than",
        '>' => "greater-than",
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
