//! Language tags: parsing, canonical form and writing direction.
//!
//! Called by the domain for the `lang` of articles and tags, by [`super::count`] for the reading
//! speed, by [`super::fold`] for elision and by `tags` for the `lang` attribute in HTML.
//! Calls `icu_locale`, whose data is compiled in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use icu_locale::{LanguageIdentifier, Locale, LocaleCanonicalizer, LocaleDirectionality};
use serde::Serialize;
use strum::Display;
use utoipa::ToSchema;

/// The longest tag accepted, in bytes: RFC 5646 §4.4.1 advises room for 35 characters.
pub const MAX_LEN: usize = 35;

/// A well-formed BCP 47 language tag in canonical form (`ar`, `ar-LY`, `az-Arab`).
///
/// Cloning shares one allocation. Equality, order and hash are those of the canonical text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(Arc<Tag>);

/// A canonical tag and what follows from it alone.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Tag {
    text: Box<str>,
    direction: Direction,
}

/// How many tags a thread remembers: a site has a handful.
const REMEMBERED: usize = 64;

thread_local! {
    /// Tags that were read before, canonical ones: every row of every list holds one, and reading
    /// it anew would cost more than reading the row.
    static KNOWN: RefCell<HashMap<Box<str>, Lang>> = RefCell::new(HashMap::new());
}

/// The writing direction of a language, by its usual script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Names in the API and in the database.
#[derive(Serialize, ToSchema, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Direction {
    /// Left to right: Latin, Cyrillic, Han…
    Ltr,
    /// Right to left: Arabic, Hebrew, Syriac, Thaana…
    Rtl,
}

/// The text is not a language tag that content can be filed under.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a BCP 47 language tag such as `ar` or `ar-LY`")]
pub struct InvalidLang;

impl Lang {
    /// Checks the syntax of a tag and brings it to canonical form (UTS #35, Annex C): case
    /// (`AR-ly` → `ar-LY`) and retired subtags (`iw` → `he`).
    ///
    /// # Errors
    ///
    /// [`InvalidLang`] for a malformed tag, one longer than [`MAX_LEN`], one with underscores, and
    /// one that names no language (`und`, `x-private`).
    pub fn parse(text: &str) -> Result<Self, InvalidLang> {
        if let Some(known) = KNOWN.with_borrow(|known| known.get(text).cloned()) {
            return Ok(known);
        }
        let lang = Self::read(text)?;
        KNOWN.with_borrow_mut(|known| {
            if known.len() < REMEMBERED && lang.as_str() == text {
                known.insert(text.into(), lang.clone());
            }
        });
        Ok(lang)
    }

    fn read(text: &str) -> Result<Self, InvalidLang> {
        // ICU also reads POSIX-like `ar_LY`, which is not BCP 47.
        if text.len() > MAX_LEN || text.contains('_') {
            return Err(InvalidLang);
        }
        let mut locale = Locale::try_from_str(text).map_err(|_| InvalidLang)?;
        LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
        let canonical = locale.to_string();
        // Canonical form may be longer than what was sent, and must itself be accepted again.
        if locale.id.language.is_unknown() || canonical.len() > MAX_LEN {
            return Err(InvalidLang);
        }
        let rtl = LanguageIdentifier::try_from_locale_bytes(canonical.as_bytes())
            .is_ok_and(|id| LocaleDirectionality::new_extended().is_right_to_left(&id));
        let direction = if rtl { Direction::Rtl } else { Direction::Ltr };
        Ok(Self(Arc::new(Tag { text: canonical.into(), direction })))
    }

    /// The canonical tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The primary language subtag: `ar` of `ar-LY`.
    #[must_use]
    pub fn language(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// The direction of the script: the one the tag names, else the likely one for the language
    /// and region (CLDR likely subtags). A language CLDR does not know counts as left to right.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.0.direction
    }
}

impl AsRef<str> for Lang {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lang({})", self.as_str())
    }
}

impl FromStr for Lang {
    type Err = InvalidLang;

    fn from_str(text: &str) -> Result<Self, InvalidLang> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_form() {
        for (sent, kept) in [
            ("ar", "ar"),
            ("AR-ly", "ar-LY"),
            ("iw", "he"),
            ("in", "id"),
            ("EN-latn-us", "en-Latn-US"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("ku-arab", "ku-Arab"),
            ("ar-u-nu-latn", "ar-u-nu-latn"),
            ("ar-x-maqal", "ar-x-maqal"),
        ] {
            let lang = Lang::parse(sent).unwrap();
            assert_eq!(lang.as_str(), kept);
            assert_eq!(Lang::parse(kept).unwrap(), lang);
        }
        assert_eq!(Lang::parse("ar-LY").unwrap().language(), "ar");
    }

    #[test]
    fn refused() {
        let long = "ar-x-".to_owned() + &"abcdefgh-".repeat(4) + "a";
        for sent in [
            "",
            "und",
            "und-Arab",
            "ar_LY",
            "x-maqal",
            "a",
            "arabic language",
            "ar-",
            "-ar",
            "عربي",
            "ar-LY-",
            "ar\0",
            " ar",
            &long,
        ] {
            assert_eq!(Lang::parse(sent), Err(InvalidLang), "{sent:?}");
        }
    }

    #[test]
    fn direction() {
        for rtl in [
            "ar", "ar-LY", "he", "iw", "fa", "ur", "az-Arab", "ku-Arab", "dv", "ps", "ug", "sd",
            "ckb", "yi", "syr", "pa-PK", "pa-Arab", "ms-Arab", "arz", "ary", "nqo",
        ] {
            assert_eq!(Lang::parse(rtl).unwrap().direction(), Direction::Rtl, "{rtl}");
        }
        for ltr in ["en", "fr", "az", "ku", "tr", "ru", "zh", "ar-Latn", "tzm", "pa", "mt", "qzz"] {
            assert_eq!(Lang::parse(ltr).unwrap().direction(), Direction::Ltr, "{ltr}");
        }
    }
}
