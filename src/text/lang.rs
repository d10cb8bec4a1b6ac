//! Language tags: parsing, canonical form and writing direction.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use icu_locale::{LanguageIdentifier, Locale, LocaleCanonicalizer, LocaleDirectionality};
use serde::Serialize;
use strum::Display;
use utoipa::ToSchema;

/// Longest accepted tag, in bytes. RFC 5646 §4.4.1 recommends at least 35.
pub const MAX_LEN: usize = 35;

/// A well-formed BCP 47 language tag in canonical form (`ar`, `ar-LY`, `az-Arab`).
///
/// Cloning shares one allocation. Equality, order and hash use the canonical text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(Arc<Tag>);

/// A canonical tag and its writing direction.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Tag {
    text: Box<str>,
    direction: Direction,
}

/// Languages with a letter ı: Turkish, Azerbaijani, Crimean Tatar, Gagauz, Krymchak, Khorasani Turkic,
/// Laz, Talysh, Khinalug, Udi and Zazaki with its two forms.
const DOTLESS_I: &[&str] =
    &["tr", "az", "crh", "gag", "jct", "kmz", "lzz", "tly", "kjj", "udi", "zza", "diq", "kiu"];

/// Languages with a letter ı in their Latin alphabet, but usually in another script: Bashkir, Kazakh,
/// Tatar, Kumyk, Karachay-Balkar, Nogai and Ottoman Turkish.
const DOTLESS_I_IN_LATIN: &[&str] = &["ba", "kk", "tt", "kum", "krc", "nog", "ota"];

/// Most tags cached by a thread. A site has a handful.
const MAX_CACHED: usize = 64;

thread_local! {
    /// Parsed canonical tags. Every row of a list has one, and parsing it would cost more than
    /// reading the row.
    static CACHE: RefCell<HashMap<Box<str>, Lang>> = RefCell::new(HashMap::new());
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
    /// Parses a tag into canonical form (UTS #35, Annex C): case (`AR-ly` → `ar-LY`) and retired
    /// subtags (`iw` → `he`).
    ///
    /// # Errors
    ///
    /// [`InvalidLang`] for a malformed tag, one longer than [`MAX_LEN`], one with underscores, and
    /// one without a language (`und`, `x-private`).
    pub fn parse(text: &str) -> Result<Self, InvalidLang> {
        if let Some(cached) = CACHE.with_borrow(|cache| cache.get(text).cloned()) {
            return Ok(cached);
        }
        let lang = Self::read(text)?;
        CACHE.with_borrow_mut(|cache| {
            if cache.len() < MAX_CACHED && lang.as_str() == text {
                cache.insert(text.into(), lang.clone());
            }
        });
        Ok(lang)
    }

    fn read(text: &str) -> Result<Self, InvalidLang> {
        // ICU also accepts POSIX-like `ar_LY`, which is not BCP 47.
        if text.len() > MAX_LEN || text.contains('_') {
            return Err(InvalidLang);
        }
        let mut locale = Locale::try_from_str(text).map_err(|_| InvalidLang)?;
        LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
        let canonical = locale.to_string();
        // The canonical form may be longer than the input, and must itself be acceptable.
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

    /// The script subtag, if the tag has one: `Latn` of `kk-Latn`.
    fn script(&self) -> Option<&str> {
        let mut subtags = self.as_str().split('-').skip(1).take_while(|subtag| subtag.len() != 1);
        subtags.find(|subtag| subtag.len() == 4 && subtag.bytes().all(|b| b.is_ascii_alphabetic()))
    }

    /// True if I and ı are one letter, and İ and i another: in Turkish and in the Latin alphabets that
    /// follow it.
    #[must_use]
    pub fn has_dotless_i(&self) -> bool {
        match self.script() {
            None => DOTLESS_I.contains(&self.language()),
            Some("Latn") => {
                DOTLESS_I.contains(&self.language())
                    || DOTLESS_I_IN_LATIN.contains(&self.language())
            }
            Some(_) => false,
        }
    }

    /// The direction of the tag's script, or else of the likely script for language and region
    /// (CLDR likely subtags). Left to right for a language that CLDR doesn't know.
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
    fn tag_is_brought_to_canonical_form() {
        for (tag, canonical) in [
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
            let lang = Lang::parse(tag).unwrap();
            assert_eq!(lang.as_str(), canonical);
            assert_eq!(Lang::parse(canonical).unwrap(), lang);
        }
        assert_eq!(Lang::parse("ar-LY").unwrap().language(), "ar");
    }

    #[test]
    fn malformed_or_too_long_tag_is_invalid() {
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
    fn dotless_i_belongs_to_language_and_script() {
        for tag in [
            "tr",
            "tr-CY",
            "az",
            "az-Latn-AZ",
            "crh",
            "crh-UA",
            "gag",
            "kk-Latn",
            "tt-Latn-RU",
            "ba-Latn",
        ] {
            assert!(Lang::parse(tag).unwrap().has_dotless_i(), "{tag}");
        }
        for tag in [
            "ar", "en", "lt", "az-Arab", "az-Cyrl", "crh-Cyrl", "kk", "tt", "ba-RU", "uz-Latn",
            "ku",
        ] {
            assert!(!Lang::parse(tag).unwrap().has_dotless_i(), "{tag}");
        }
    }

    #[test]
    fn direction_follows_script_or_likely_script() {
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
