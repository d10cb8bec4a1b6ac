//! The sample articles of `maqal --demo`: twelve embedded files in Arabic, English and French that
//! together use all fields of an article. A file is front matter in TOML between lines of `+++`,
//! then the body in Markdown. Its times are relative to the moment of loading.

mod front_matter;

use chrono::Duration;

use crate::domain::Time;
use crate::domain::article::Status;
use crate::domain::comment_settings::Overrides;
use crate::domain::listing::{PageRequest, Start, UserQuery};
use crate::domain::user::{Role, UserId};
use crate::service::articles::{self, Placement};
use crate::service::{App, Error, Result, users};

use front_matter::{FrontMatter, Publication, Sample};

macro_rules! embed {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("demo/articles/", $name)))),+]
    };
}

/// The embedded files, by name.
const FILES: &[(&str, &str)] = embed![
    "01-benghazi-book-bus.md",
    "02-olive-oil-prices.md",
    "03-fishermen-songs.md",
    "04-sea-turtles.md",
    "05-corniche-half-marathon.md",
    "06-verify-a-photo.md",
    "07-in-praise-of-harakat.md",
    "08-qr-payments-draft.md",
    "09-forgiving-search.md",
    "10-rain-diaries.md",
    "11-affiches-marseille.md",
    "12-gargoulettes-djerba.md",
];

/// A sample file is malformed. A test of the embedded files rules this out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sample article {file} is malformed: {reason}")]
pub struct MalformedSample {
    file: &'static str,
    reason: String,
}

impl From<MalformedSample> for Error {
    fn from(error: MalformedSample) -> Self {
        Self::Internal(error.to_string())
    }
}

/// The email address of the admin that `--demo` creates when there is no user.
pub const ADMIN: &str = "admin@maqal.example";

/// Loads all samples with the first active admin as their author. Returns `None` without an admin.
///
/// # Errors
/// As [`load`].
pub async fn load_for_first_admin(app: &App) -> Result<Option<usize>> {
    let page = PageRequest { start: Start::Beginning, limit: 100, total: false };
    let users = users::list_all(app, UserQuery { page }).await?;
    match users.rows.iter().find(|user| user.role == Role::Admin && !user.suspended) {
        Some(admin) => load(app, admin.id).await.map(Some),
        None => Ok(None),
    }
}

/// Loads all samples with this author, unless the database has articles, and returns their number.
///
/// # Errors
/// [`Error::Store`]; the samples loaded before the error stay.
pub async fn load(app: &App, author_id: UserId) -> Result<usize> {
    if articles::any(app).await? {
        return Ok(0);
    }
    let samples = samples()?;
    let now = app.now();
    let count = samples.len();
    for Sample { draft, publication, overrides } in samples {
        articles::import(app, author_id, draft, placement(publication, overrides, now)).await?;
    }
    Ok(count)
}

fn placement(publication: Publication, overrides: Option<Overrides>, now: Time) -> Placement {
    let (status, published_at) = match publication {
        Publication::Draft => (Status::Draft, None),
        Publication::DaysAgo(days) => (Status::Published, Some(now - Duration::days(days.into()))),
        Publication::InDays(days) => (Status::Scheduled, Some(now + Duration::days(days.into()))),
    };
    // An article's publication does not precede its creation.
    let created_at = published_at.map_or(now, |published| published.min(now));
    Placement { status, published_at, created_at, overrides }
}

/// Parses all samples, in the order of their files.
fn samples() -> std::result::Result<Vec<Sample>, MalformedSample> {
    FILES
        .iter()
        .map(|(file, text)| sample(text).map_err(|reason| MalformedSample { file, reason }))
        .collect()
}

fn sample(text: &str) -> std::result::Result<Sample, String> {
    // A checkout on Windows may have CRLF line endings.
    let text = text.replace("\r\n", "\n");
    let (front, body) = text
        .strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or("no front matter between two lines of +++")?;
    let front: FrontMatter = toml::from_str(front).map_err(|error| error.to_string())?;
    front.with_body(body.trim())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::comment_settings::OpenState;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/articles");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(found, FILES.iter().map(|(name, _)| (*name).to_owned()).collect());
    }

    #[test]
    fn samples_cover_languages_statuses_and_discussion_settings() {
        let samples = samples().unwrap();
        let count = |test: &dyn Fn(&Sample) -> bool| samples.iter().filter(|s| test(s)).count();
        let discussion = |comments, pings| {
            move |sample: &Sample| {
                let own = sample.overrides.clone().unwrap_or_default();
                (own.comments, own.pings) == (Some(comments), Some(pings))
            }
        };
        assert!(samples.len() >= 12);
        assert!(count(&|s| s.draft.lang.language() == "ar") * 2 > samples.len());
        for lang in ["en", "fr"] {
            assert!(count(&|s| s.draft.lang.language() == lang) > 0, "{lang}");
        }
        assert_eq!(count(&|s| s.publication == Publication::Draft), 1);
        assert_eq!(count(&|s| matches!(s.publication, Publication::InDays(1..))), 1);
        assert!(count(&discussion(OpenState::Open, OpenState::Open)) > 0);
        assert!(count(&discussion(OpenState::Open, OpenState::Closed)) > 0);
        assert!(count(&discussion(OpenState::Closed, OpenState::Open)) > 0);
        assert!(count(&discussion(OpenState::Closed, OpenState::Closed)) > 0);
        assert!(count(&|s| s.overrides.is_none()) > 0);
        assert!(count(&|s| s.draft.cover.is_some()) > 0);
        assert!(samples.iter().all(|s| !s.draft.tags.is_empty() && s.draft.body.len() > 500));
    }

    #[test]
    fn no_sample_is_published_before_its_creation() {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for sample in samples().unwrap() {
            let placement = placement(sample.publication, sample.overrides, now);
            assert!(placement.created_at <= now);
            assert_eq!(placement.published_at.is_none(), placement.status == Status::Draft);
            if let Some(published_at) = placement.published_at {
                assert!(placement.created_at <= published_at);
                assert_eq!(published_at > now, placement.status == Status::Scheduled);
            }
        }
    }

    #[test]
    fn invalid_front_matter_is_rejected() {
        let with = |front: &str| {
            sample(&format!("+++\ntitle = \"T\"\nlang = \"ar\"\ntags = []\n{front}\n+++\nB\n"))
        };
        assert!(with("status = \"draft\"").is_ok());
        for front in [
            "status = \"published\"",
            "status = \"draft\"\npublished_days_ago = 1",
            "status = \"scheduled\"\nscheduled_in_days = 0",
            "status = \"draft\"\nsubtitel = \"S\"",
            "status = \"draft\"\n[cover]\nurl = \"https://x.example/\"\nwidht = 1",
            "status = \"draft\"\n[discussion]\ncomments = \"ajar\"",
            "status = \"draft\"\nlang = \"en\"",
        ] {
            assert!(with(front).is_err(), "{front}");
        }
        assert!(sample("title").is_err());
    }
}
