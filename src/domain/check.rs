//! Validation of input fields. All violations are collected, each with a JSON Pointer to its field.

use strum::IntoStaticStr;

use super::{Time, normal_time};
use crate::text::lang::Lang;
use crate::text::slug::InvalidSlug;
use crate::text::web_url::InvalidUrl;
use crate::text::{clean, slug, web_url};

/// The text of a bound that there isn't.
pub const UNBOUNDED: &str = "…";

/// The violation of one field. The name of each is its stable machine code.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Violation {
    /// The field is required.
    Required,
    /// The field is unknown.
    UnknownField,
    /// The parameter is unknown.
    UnknownParameter {
        /// The known parameters.
        known: Vec<String>,
    },
    /// The field is read-only.
    ReadOnly,
    /// The value's type isn't `expected`.
    WrongType {
        /// The JSON types.
        expected: String,
    },
    /// More than `max` characters.
    TooLong {
        /// The maximum.
        max: u64,
    },
    /// Fewer than `min` characters.
    TooShort {
        /// The minimum.
        min: u64,
    },
    /// More than `max` items.
    TooMany {
        /// The maximum.
        max: u64,
    },
    /// A number outside its range.
    OutOfRange {
        /// The minimum.
        min: String,
        /// The maximum.
        max: String,
    },
    /// Not one of the allowed values.
    NotOneOf {
        /// The allowed values.
        allowed: Vec<String>,
    },
    /// Text with a NUL character.
    NulCharacter,
    /// Not a BCP 47 language tag.
    InvalidLang,
    /// Not an absolute http or https URL, or one with a user name or a password.
    InvalidUrl,
    /// Not an email address.
    InvalidEmail,
    /// Text that no slug can be derived from.
    InvalidSlug,
    /// Not a time, or not in the years 1 to 9999.
    InvalidTime,
    /// Neither entity tags in quotes nor an asterisk.
    InvalidEntityTag,
    /// Doesn't match the format in the OpenAPI document.
    InvalidFormat,
    /// The value occurs twice.
    Duplicate,
    /// An object has this name twice.
    RepeatedName,
    /// A number with more digits or a larger exponent than a double holds.
    InexactNumber,
    /// A password that is easily guessed.
    WeakPassword,
    /// The tag doesn't exist, and the role may not create one.
    UnknownTag {
        /// The tag's name.
        name: String,
    },
    /// There is no tag with this id.
    #[strum(serialize = "unknown_tag")]
    UnknownTagId {
        /// The tag's id.
        id: i64,
    },
    /// The parent comment doesn't exist.
    UnknownComment,
    /// Empty, or only white space.
    Empty,
    /// Nested deeper than `max` levels.
    TooDeep {
        /// The maximum.
        max: u64,
    },
    /// More than `max` bytes.
    TooLarge {
        /// The maximum.
        max: u64,
    },
}

impl Violation {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Returns the values for the violation's message, by name.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongType { expected } => vec![("expected", expected.clone())],
            Self::TooLong { max }
            | Self::TooMany { max }
            | Self::TooDeep { max }
            | Self::TooLarge { max } => vec![("max", max.to_string())],
            Self::TooShort { min } => vec![("min", min.to_string())],
            Self::OutOfRange { min, max } => {
                let bounds = match (min.as_str(), max.as_str()) {
                    (UNBOUNDED, _) => "max",
                    (_, UNBOUNDED) => "min",
                    _ => "both",
                };
                let (min, max) = (min.clone(), max.clone());
                vec![("bounds", bounds.to_owned()), ("min", min), ("max", max)]
            }
            Self::NotOneOf { allowed } => vec![("allowed", allowed.join(", "))],
            Self::UnknownParameter { known } => {
                vec![("count", known.len().to_string()), ("known", known.join(", "))]
            }
            Self::UnknownTag { name } => vec![("by", "name".to_owned()), ("name", name.clone())],
            Self::UnknownTagId { id } => vec![("by", "id".to_owned()), ("name", id.to_string())],
            _ => Vec::new(),
        }
    }

    /// Returns the accepted values, or the accepted form; empty where the code says all.
    #[must_use]
    pub fn accepted(&self) -> Vec<String> {
        let form = match self {
            Self::NotOneOf { allowed: words } | Self::UnknownParameter { known: words } => {
                return words.clone();
            }
            Self::WrongType { expected } => expected.clone(),
            Self::TooLong { max } => format!("0..{max} characters"),
            Self::TooShort { min } => format!("{min}.. characters"),
            Self::TooMany { max } => format!("0..{max} items"),
            Self::OutOfRange { min, max } => match (min.as_str(), max.as_str()) {
                (UNBOUNDED, max) => format!("..{max}"),
                (min, UNBOUNDED) => format!("{min}.."),
                (min, max) => format!("{min}..{max}"),
            },
            Self::InvalidLang => "language-tag".into(),
            Self::InvalidUrl => "uri".into(),
            Self::InvalidEmail => "email".into(),
            Self::InvalidTime => "date-time".into(),
            Self::InvalidEntityTag => "entity-tag".into(),
            _ => return Vec::new(),
        };
        vec![form]
    }
}

/// A violation and its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) into the body; empty for the body itself.
    pub pointer: String,
    /// The violation.
    pub violation: Violation,
}

/// A violation and its parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    /// The parameter's name, as sent; of a header, as HTTP spells it.
    pub name: String,
    /// The violation.
    pub violation: Violation,
}

/// Input with at least one violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// Creates it with one violation.
    #[must_use]
    pub fn one(pointer: &str, violation: Violation) -> Self {
        Self(vec![FieldError { pointer: pointer.to_owned(), violation }])
    }
}

/// Collects violations while input is converted to a domain type.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Adds a violation.
    pub fn violation(&mut self, pointer: &str, violation: Violation) {
        self.0.push(FieldError { pointer: pointer.to_owned(), violation });
    }

    /// Cleans a single line of text that must not be empty.
    pub fn line(&mut self, pointer: &str, text: &str) -> String {
        let line = clean::line(text);
        if clean::is_blank(&line) {
            self.violation(pointer, Violation::Empty);
        }
        line
    }

    /// Cleans a single line of text. An empty one becomes `None`.
    pub fn optional_line(&mut self, text: Option<String>) -> Option<String> {
        text.map(|text| clean::line(&text)).filter(|line| !clean::is_blank(line))
    }

    /// Parses a language tag and makes it canonical.
    pub fn lang(&mut self, pointer: &str, tag: &str) -> Option<Lang> {
        match Lang::parse(tag) {
            Ok(lang) => Some(lang),
            Err(_) => {
                self.violation(pointer, Violation::InvalidLang);
                None
            }
        }
    }

    /// Checks an absolute http or https URL, and returns its valid form.
    pub fn url(&mut self, pointer: &str, text: &str) -> String {
        web_url::valid(text).unwrap_or_else(|invalid| {
            let violation = match invalid {
                InvalidUrl::Malformed => Violation::InvalidUrl,
                InvalidUrl::TooLong => Violation::TooLong { max: web_url::MAX_BYTES as u64 },
            };
            self.violation(pointer, violation);
            String::new()
        })
    }

    /// As [`Checks::url`], for a field that may be left out.
    pub fn optional_url(&mut self, pointer: &str, text: Option<String>) -> Option<String> {
        text.map(|text| self.url(pointer, &text))
    }

    /// Checks a slug, percent-encoded or not. Its language decides on its lower case.
    pub fn slug(&mut self, pointer: &str, text: &str, lang: Option<&Lang>) -> String {
        slug::check(text, lang).unwrap_or_else(|invalid| {
            let violation = match invalid {
                InvalidSlug::Empty => Violation::InvalidSlug,
                InvalidSlug::TooLong => Violation::TooLong { max: slug::MAX_CHARS as u64 },
            };
            self.violation(pointer, violation);
            String::new()
        })
    }

    /// Checks that both databases can hold a time, and truncates it to microseconds.
    pub fn time(&mut self, pointer: &str, time: Time) -> Time {
        normal_time(time).unwrap_or_else(|| {
            self.violation(pointer, Violation::InvalidTime);
            time
        })
    }

    /// Returns all violations, after a field without a usable value.
    #[must_use]
    pub fn into_invalid(self) -> Invalid {
        Invalid(self.0)
    }

    /// Returns the value if there are no violations.
    ///
    /// # Errors
    /// All violations.
    pub fn finish<T>(self, value: T) -> Result<T, Invalid> {
        if self.0.is_empty() { Ok(value) } else { Err(Invalid(self.0)) }
    }
}
