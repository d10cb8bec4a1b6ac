//! Checking input field by field: every flaw is reported at once, each with a JSON Pointer to
//! where it is. Used by the input types of `http/`; the flaws are worded by the catalogue.

use strum::IntoStaticStr;
use url::Url;

use super::{Time, to_micros};
use crate::text::lang::Lang;
use crate::text::{clean, slug};

/// What is wrong with one field. The name of each is its stable machine code.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Violation {
    /// The field must be there.
    Required,
    /// There is no such field.
    UnknownField,
    /// The field is shown but can't be written.
    ReadOnly,
    /// The value is of another type than `expected`.
    WrongType {
        /// JSON types.
        expected: String,
    },
    /// More than `max` characters.
    TooLong {
        /// The most.
        max: u64,
    },
    /// Fewer than `min` characters.
    TooShort {
        /// The fewest.
        min: u64,
    },
    /// More than `max` items.
    TooMany {
        /// The most.
        max: u64,
    },
    /// A number beyond its bounds.
    OutOfRange {
        /// Least.
        min: String,
        /// Most.
        max: String,
    },
    /// Not one of the words that are allowed.
    NotOneOf {
        /// Those words.
        allowed: String,
    },
    /// A NUL character, which no text may hold.
    NulCharacter,
    /// Not a BCP 47 language tag.
    InvalidLang,
    /// Not an absolute http or https URL.
    InvalidUrl,
    /// Not an email address.
    InvalidEmail,
    /// No slug can be made of it.
    InvalidSlug,
    /// Not a time, or one beyond the years 1970 to 9999.
    InvalidTime,
    /// Doesn't match the format that the document gives.
    InvalidFormat,
    /// Stands twice.
    Duplicate,
    /// Too easily guessed.
    WeakPassword,
    /// No such tag, and the role may not make one.
    UnknownTag {
        /// The name.
        name: String,
    },
    /// No such comment to answer.
    UnknownComment,
    /// Nothing is left once spaces are gone.
    Empty,
    /// Nested deeper than `max`.
    TooDeep {
        /// The most levels.
        max: u64,
    },
    /// More than `max` bytes.
    TooLarge {
        /// The most.
        max: u64,
    },
}

impl Violation {
    /// The stable machine code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// The values that the wording of the flaw mentions, by name.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongType { expected } => vec![("expected", expected.clone())],
            Self::TooLong { max }
            | Self::TooMany { max }
            | Self::TooDeep { max }
            | Self::TooLarge { max } => vec![("max", max.to_string())],
            Self::TooShort { min } => vec![("min", min.to_string())],
            Self::OutOfRange { min, max } => vec![("min", min.clone()), ("max", max.clone())],
            Self::NotOneOf { allowed } => vec![("allowed", allowed.clone())],
            Self::UnknownTag { name } => vec![("name", name.clone())],
            _ => Vec::new(),
        }
    }
}

/// A flaw and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) into the body; empty for the body itself.
    pub pointer: String,
    /// What is wrong there.
    pub violation: Violation,
}

/// Input with at least one flaw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// One flaw.
    #[must_use]
    pub fn one(pointer: &str, violation: Violation) -> Self {
        Self(vec![FieldError { pointer: pointer.to_owned(), violation }])
    }
}

/// Collects flaws while an input is turned into what the domain wants.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes a flaw.
    pub fn violation(&mut self, pointer: &str, violation: Violation) {
        self.0.push(FieldError { pointer: pointer.to_owned(), violation });
    }

    /// A single line of text that may not be empty.
    pub fn line(&mut self, pointer: &str, text: &str) -> String {
        let line = clean::line(text);
        if clean::is_blank(&line) {
            self.violation(pointer, Violation::Empty);
        }
        line
    }

    /// A single line of text; an empty one counts as none.
    pub fn optional_line(&mut self, text: Option<String>) -> Option<String> {
        text.map(|text| clean::line(&text)).filter(|line| !clean::is_blank(line))
    }

    /// A language tag, made canonical.
    pub fn lang(&mut self, pointer: &str, tag: &str) -> Option<Lang> {
        match Lang::parse(tag) {
            Ok(lang) => Some(lang),
            Err(_) => {
                self.violation(pointer, Violation::InvalidLang);
                None
            }
        }
    }

    /// An absolute http or https URL, as it was written.
    pub fn url(&mut self, pointer: &str, text: &str) -> String {
        let web = Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !web {
            self.violation(pointer, Violation::InvalidUrl);
        }
        text.to_owned()
    }

    /// As [`Checks::url`], for a field that may be left out.
    pub fn optional_url(&mut self, pointer: &str, text: Option<String>) -> Option<String> {
        text.map(|text| self.url(pointer, &text))
    }

    /// A slug that somebody chose.
    pub fn slug(&mut self, pointer: &str, text: &str) -> String {
        slug::check(text).unwrap_or_else(|_| {
            self.violation(pointer, Violation::InvalidSlug);
            String::new()
        })
    }

    /// A time that every calendar and both databases can hold.
    pub fn time(&mut self, pointer: &str, time: Time) -> Time {
        if !(0..253_402_300_800).contains(&time.timestamp()) {
            self.violation(pointer, Violation::InvalidTime);
        }
        to_micros(time)
    }

    /// All flaws, when something was wrong that left no value.
    #[must_use]
    pub fn into_invalid(self) -> Invalid {
        Invalid(self.0)
    }

    /// The value, if nothing was wrong.
    ///
    /// # Errors
    /// All flaws that were noted.
    pub fn finish<T>(self, value: T) -> Result<T, Invalid> {
        if self.0.is_empty() { Ok(value) } else { Err(Invalid(self.0)) }
    }
}
