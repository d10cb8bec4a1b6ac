//! What people are told, in their language: problems and notices, from `locales/<language>/*.ftl`.
//! A translator adds a folder there; nothing here changes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};

use crate::domain::check::Violation;
use crate::domain::comment_settings::Notice;
use crate::text::lang::{Direction, Lang};

static_loader! {
    static MESSAGES = {
        locales: "./locales",
        fallback_language: "en",
        // The isolating marks would end up in JSON, where nothing renders them.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Locale(LanguageIdentifier);

/// Values that a message mentions.
pub type Values = Vec<(&'static str, String)>;

static TONGUES: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    let mut all: Vec<Locale> = MESSAGES.locales().cloned().map(Locale).collect();
    all.sort_by_key(|locale| locale.0.to_string());
    all
});

impl Locale {
    /// The catalogue's languages.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &TONGUES
    }

    /// English: for clients that don't say what they read.
    #[must_use]
    pub fn fallback() -> Self {
        Self(MESSAGES.fallback().clone())
    }

    /// The catalogue's language for a language tag, whatever its region.
    #[must_use]
    pub fn for_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        TONGUES.iter().find(|t| t.0.language.as_str().eq_ignore_ascii_case(primary)).cloned()
    }

    /// The best of an `Accept-Language` header (RFC 9110, section 12.5.4).
    #[must_use]
    pub fn for_accept(header: &str) -> Option<Self> {
        let mut ranges: Vec<(f32, &str)> = header
            .split(',')
            .take(32)
            .filter_map(|range| {
                let mut parts = range.split(';');
                let tag = parts.next()?.trim();
                let quality = parts
                    .find_map(|part| {
                        let part = part.trim();
                        let value = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
                        value.map(str::parse::<f32>)
                    })
                    .unwrap_or(Ok(1.0))
                    .unwrap_or(0.0);
                (quality > 0.0 && !tag.is_empty()).then_some((quality, tag))
            })
            .collect();
        // Stable: of equal quality, the first named wins.
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranges.into_iter().find_map(|(_, tag)| Self::for_tag(tag))
    }

    /// Its number in the catalogue, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        TONGUES.iter().position(|locale| locale == self).map_or(0, |place| place + 1)
    }

    /// Its tag.
    #[must_use]
    pub fn tag(&self) -> String {
        self.0.to_string()
    }

    /// A message, with its values filled in.
    #[must_use]
    pub fn say(&self, id: &str, values: &Values) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| {
                // Numbers are passed as such: the messages choose their plural by them.
                let value = match value.parse::<i64>() {
                    Ok(number) => FluentValue::from(number),
                    Err(_) => FluentValue::from(value.as_str()),
                };
                (Cow::Borrowed(*name), value)
            })
            .collect();
        MESSAGES.try_lookup_with_args(&self.0, id, &arguments).unwrap_or_else(|| id.to_owned())
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn violation(&self, violation: &Violation) -> String {
        self.say(&format!("invalid-{}", dashed(violation.code())), &violation.values())
    }
}

/// Message ids have hyphens where codes have underscores.
#[must_use]
pub fn dashed(code: &str) -> String {
    code.replace('_', "-")
}

/// A notice, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeText {
    /// The wording.
    pub text: String,
    /// Its language.
    pub lang: String,
    /// Its direction.
    pub dir: Direction,
}

/// Notices are in every article; they are worded once.
static NOTICES: LazyLock<HashMap<(Locale, Notice), NoticeText>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for locale in Locale::all() {
        let lang = locale.tag();
        let dir = Lang::parse(&lang).map_or(Direction::Ltr, |lang| lang.direction());
        for notice in Notice::ALL {
            let text = locale.say(&dashed(notice.as_str()), &Values::new());
            let worded = NoticeText { text, lang: lang.clone(), dir };
            all.insert((locale.clone(), notice), worded);
        }
    }
    all
});

/// A notice in a language of the catalogue.
#[must_use]
pub fn notice(locale: &Locale, notice: Notice) -> Option<&'static NoticeText> {
    NOTICES.get(&(locale.clone(), notice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_negotiated_by_quality() {
        let best = |header: &str| Locale::for_accept(header).map(|locale| locale.tag());
        assert_eq!(best("fr;q=0.3, ar-LY;q=0.9, en;q=0.5").as_deref(), Some("ar"));
        assert_eq!(best("de, en").as_deref(), Some("en"));
        assert_eq!(best("de"), None);
        assert_eq!(best("ar;q=0, en;q=0.1").as_deref(), Some("en"));
    }

    #[test]
    fn plurals_are_chosen_by_the_number() {
        let arabic = Locale::for_tag("ar").expect("Arabic");
        let say =
            |n: &str| arabic.say("too-many-requests-detail", &vec![("seconds", n.to_owned())]);
        assert_ne!(say("2"), say("3"));
    }
}
