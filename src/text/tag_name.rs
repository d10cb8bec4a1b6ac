//! Keys and slugs of tag names. A key folds spelling and punctuation, and keeps the signs that carry
//! meaning: `C`, `C++` and `C#` are three tags, and so are `1.5`, `1,5` and `1 5`.

use icu_properties::props::Script;

use super::fold::fold;
use super::lang::Lang;
use super::signs::{Piece, is_dash, pieces};
use super::unicode::{is_letter_or_number, is_mark, script};
use super::{fold, slug};

/// The version of the keys, stored beside them. Keys of another version must be made again. The
/// second figure rises with every change of output of keys.
pub const VERSION: i32 = 100 * fold::VERSION as i32 + 2;

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
        Piece::Sign { sign, .. } => sign.to_string(),
    });
    keys.filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns the key of the beginning of a name, as somebody types it: a hyphen at its end belongs to
/// a word that follows.
#[must_use]
pub fn prefix(text: &str) -> String {
    let start = text.trim_end_matches(is_dash);
    if start.trim().is_empty() && start.len() < text.len() { "-".into() } else { key(start) }
}

/// Makes a slug of a name, or `None` for a name without letters and digits. Signs of names in Latin
/// letters become English words: `c-plus-plus`. Other signs are left out.
#[must_use]
pub fn slug(name: &str, lang: Option<&Lang>) -> Option<String> {
    let is_latin = is_latin(name);
    let mut text = String::with_capacity(name.len());
    for piece in pieces(name) {
        match piece {
            Piece::Text(part) => text.push_str(&part),
            Piece::Sign { word, .. } => {
                text.extend([" ", word.filter(|_| is_latin).unwrap_or_default(), " "]);
            }
        }
    }
    slug::slug_of(&text, lang)
}

/// A tag as an address or a filter names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// By its slug, present or former: the folded key.
    Slug(String),
    /// By its name, or else by the slug that spells the name's signs, if one does.
    Name {
        /// The key of the name.
        key: String,
        /// The folded key of the slug.
        slug_key: Option<String>,
    },
}

impl Reference {
    /// Returns the folded key of the slug, if it names a tag by its slug.
    #[must_use]
    pub fn slug_key(&self) -> Option<&str> {
        match self {
            Self::Slug(key) => Some(key),
            Self::Name { slug_key, .. } => slug_key.as_deref(),
        }
    }
}

/// Reads the text by which an address names a tag. A text with signs is a name, since a slug has
/// none: `C++` finds `c-plus-plus` and not `c`.
#[must_use]
pub fn reference(text: &str) -> Reference {
    let is_slug = |piece: &Piece| match piece {
        Piece::Text(_) => true,
        // Slugs join numbers by hyphens.
        Piece::Sign { sign, word } => *sign == '-' && word.is_none(),
    };
    if pieces(text).iter().all(is_slug) {
        return Reference::Slug(slug::key(text));
    }
    Reference::Name { key: key(text), slug_key: meant_slug_key(text) }
}

/// Returns the folded key of the slug that a name means by itself. `None` for a name with signs that
/// its slug leaves out, such as `1.5`: other names have that slug too.
#[must_use]
pub fn meant_slug_key(name: &str) -> Option<String> {
    slug(name, None).filter(|_| is_spelled(name)).map(|slug| slug::key(&slug))
}

/// True if the key of a slug is the key of a name without its signs.
#[must_use]
pub fn is_left_out(name_key: &str, slug_key: &str) -> bool {
    let is_word = |part: &&str| part.contains(|c| is_letter_or_number(c) || is_mark(c));
    let words: Vec<&str> = name_key.split(' ').filter(is_word).collect();
    words.len() < name_key.split(' ').count() && words.join("-") == slug_key
}

/// True if the slug of a name spells all its signs.
fn is_spelled(name: &str) -> bool {
    let is_latin = is_latin(name);
    pieces(name).iter().all(|piece| match piece {
        Piece::Text(_) => true,
        Piece::Sign { word, .. } => word.is_some() && is_latin,
    })
}

fn is_latin(name: &str) -> bool {
    name.chars().all(|c| matches!(script(c), Script::Latin | Script::Common))
}

#[cfg(test)]
mod tests;
