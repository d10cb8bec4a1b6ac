//! The wording of problems and notices in each language, from `locales/<language>/*.ftl`. A new
//! language is a new folder.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use strum::VariantArray;

use crate::domain::WireName;
use crate::domain::check::Violation;
use crate::domain::comment_settings::{Discussion, Moderation, Notice, Requirement};
use crate::text::lang::{Direction, Lang};

static_loader! {
    static MESSAGES = {
        locales: "./locales",
        fallback_language: "en",
        // JSON must not contain Unicode isolation marks.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Locale(LanguageIdentifier);

/// The values of a message's variables, by name.
pub type Values = Vec<(&'static str, String)>;

static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    let mut all: Vec<Locale> = MESSAGES.locales().cloned().map(Locale).collect();
    all.sort_by_key(|locale| locale.0.to_string());
    all
});

impl Locale {
    /// Returns all languages of the catalogue.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &LOCALES
    }

    /// Returns English, the default.
    #[must_use]
    pub fn fallback() -> Self {
        Self(MESSAGES.fallback().clone())
    }

    /// Returns the catalogue's language for a language tag, regardless of region.
    #[must_use]
    pub fn for_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        LOCALES.iter().find(|t| t.0.language.as_str().eq_ignore_ascii_case(primary)).cloned()
    }

    /// Returns the best language of an `Accept-Language` header (RFC 9110, section 12.5.4).
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
        // A stable sort: of equal quality, the first wins.
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranges.into_iter().find_map(|(_, tag)| Self::for_tag(tag))
    }

    /// Returns the language's position in the catalogue, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        LOCALES.iter().position(|locale| locale == self).map_or(0, |place| place + 1)
    }

    /// Returns the language tag.
    #[must_use]
    pub fn tag(&self) -> String {
        self.0.to_string()
    }

    /// Returns a message with its values; its id if it is missing.
    #[must_use]
    pub fn message(&self, id: &str, values: &Values) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| {
                // Messages choose their plural form by numbers.
                let value = match value.parse::<i64>() {
                    Ok(number) => FluentValue::from(number),
                    Err(_) => FluentValue::from(value.as_str()),
                };
                (Cow::Borrowed(*name), value)
            })
            .collect();
        MESSAGES.try_lookup_with_args(&self.0, id, &arguments).unwrap_or_else(|| id.to_owned())
    }

    /// Returns the wording of a violation.
    #[must_use]
    pub fn violation(&self, violation: &Violation) -> String {
        self.message(&format!("invalid-{}", dashed(violation.code())), &violation.values())
    }
}

/// Returns the message id of a code: with hyphens instead of underscores.
#[must_use]
pub fn dashed(code: &str) -> String {
    code.replace('_', "-")
}

/// A worded notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeText {
    /// The wording.
    pub text: String,
    /// The language tag.
    pub lang: String,
    /// The writing direction.
    pub dir: Direction,
}

/// The values that a notice depends on.
type NoticeKey = (Notice, Requirement, Moderation);

/// All notices in all languages. Each article contains one.
static NOTICES: LazyLock<HashMap<(Locale, NoticeKey), NoticeText>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for locale in Locale::all() {
        let lang = locale.tag();
        let dir = Lang::parse(&lang).map_or(Direction::Ltr, |lang| lang.direction());
        for notice in Notice::VARIANTS {
            for requirement in Requirement::VARIANTS {
                for moderation in Moderation::VARIANTS {
                    let key = (*notice, *requirement, *moderation);
                    let worded = NoticeText { text: wording(locale, key), lang: lang.clone(), dir };
                    all.insert((locale.clone(), key), worded);
                }
            }
        }
    }
    all
});

/// Words a notice. While comments are open, it tells the requirements and the moderation.
fn wording(locale: &Locale, (notice, requirement, moderation): NoticeKey) -> String {
    let values = vec![("requires", requirement.as_str().to_owned())];
    let mut sentences = vec![locale.message(&dashed(notice.as_str()), &values)];
    if matches!(notice, Notice::CommentsOpenPingsOpen | Notice::CommentsOpenPingsClosed) {
        if requirement == Requirement::NameEmail {
            sentences.push(locale.message("comments-require-name-email", &Values::new()));
        }
        match moderation {
            Moderation::None => {}
            Moderation::FirstTime => {
                sentences.push(locale.message("comments-moderated-first-time", &Values::new()));
            }
            Moderation::All => {
                sentences.push(locale.message("comments-moderated-all", &Values::new()));
            }
        }
    }
    sentences.join(" ")
}

/// Returns the notice of an effective state in a language of the catalogue.
#[must_use]
pub fn notice(locale: &Locale, state: &Discussion) -> Option<&'static NoticeText> {
    NOTICES.get(&(locale.clone(), (state.notice(), state.requires, state.moderation)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn accept_language_selects_by_quality() {
        let best = |header: &str| Locale::for_accept(header).map(|locale| locale.tag());
        assert_eq!(best("fr;q=0.3, ar-LY;q=0.9, en;q=0.5").as_deref(), Some("ar"));
        assert_eq!(best("de, en").as_deref(), Some("en"));
        assert_eq!(best("de"), None);
        assert_eq!(best("ar;q=0, en;q=0.1").as_deref(), Some("en"));
    }

    /// Returns the ids of a language's messages.
    fn ids(lang: &str) -> BTreeSet<String> {
        let folder = format!("{}/locales/{lang}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).expect("a folder");
        let texts = files.map(|file| std::fs::read_to_string(file.expect("a file").path()));
        let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let lines = texts.flat_map(|text| lines(text.expect("UTF-8")));
        let ids = lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned()));
        ids.filter(|id| id.starts_with(|c: char| c.is_ascii_lowercase())).collect()
    }

    #[test]
    fn every_language_has_the_same_messages() {
        let english = ids("en");
        assert!(english.len() > 100, "{}", english.len());
        for locale in Locale::all() {
            assert_eq!(ids(&locale.tag()), english, "{}", locale.tag());
        }
    }

    #[test]
    fn arabic_two_and_three_seconds_have_different_plurals() {
        let arabic = Locale::for_tag("ar").expect("Arabic");
        let say =
            |n: &str| arabic.message("too-many-requests-detail", &vec![("seconds", n.to_owned())]);
        assert_ne!(say("2"), say("3"));
    }
}
