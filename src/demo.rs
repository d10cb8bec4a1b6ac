//! The sample articles of `--demo` and `maqal demo`: twelve short pieces in Arabic, English and
//! French that between them use all an article can have. Called by `cli/` and `server.rs`; reads
//! `demo/articles/*.md`, which are built in, and calls `service::articles`.
//!
//! Each file is front matter in TOML between two lines of `+++`, then the body in Markdown. Times
//! are told in days from the moment of loading, so that the samples never look old.

mod front_matter;

use chrono::Duration;

use crate::domain::Time;
use crate::domain::article::{ArticleDraft, Status};
use crate::domain::comment_settings::Overrides;
use crate::domain::listing::{PageRequest, Start, UserQuery};
use crate::domain::user::{Role, UserId};
use crate::service::articles::{self, Placement};
use crate::service::{App, Error, Result, users};

use front_matter::FrontMatter;

macro_rules! embed {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("demo/articles/", $name)))),+]
    };
}

/// The files, by name.
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

/// A sample file that is not as it should be; a test keeps this from being released.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sample article {file} is malformed: {reason}")]
pub struct Malformed {
    file: &'static str,
    reason: String,
}

impl From<Malformed> for Error {
    fn from(error: Malformed) -> Self {
        Self::Internal(error.to_string())
    }
}

/// A sample article.
#[derive(Debug, Clone, PartialEq)]
struct Sample {
    draft: ArticleDraft,
    when: When,
    overrides: Option<Overrides>,
}

/// Where a sample stands, by days from the moment of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Draft,
    PublishedDaysAgo(u16),
    ScheduledInDays(u16),
}

/// The address of the admin that `--demo` makes when there is no user.
pub const ADMIN: &str = "admin@maqal.example";

/// Loads all samples in the name of the first active admin, if there is one.
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

/// Loads all samples in this user's name, unless there is any article already, and returns how many
/// it loaded.
///
/// # Errors
/// [`Error::Store`]; those loaded by then stay.
pub async fn load(app: &App, author_id: UserId) -> Result<usize> {
    if articles::any(app).await? {
        return Ok(0);
    }
    let samples = samples()?;
    let now = app.now();
    let count = samples.len();
    for Sample { draft, when, overrides } in samples {
        articles::import(app, author_id, draft, placement(when, overrides, now)).await?;
    }
    Ok(count)
}

fn placement(when: When, overrides: Option<Overrides>, now: Time) -> Placement {
    let (status, published_at) = match when {
        When::Draft => (Status::Draft, None),
        When::PublishedDaysAgo(days) => {
            (Status::Published, Some(now - Duration::days(days.into())))
        }
        When::ScheduledInDays(days) => (Status::Scheduled, Some(now + Duration::days(days.into()))),
    };
    // Nothing is published before it is made.
    let created_at = published_at.map_or(now, |published| published.min(now));
    Placement { status, published_at, created_at, overrides }
}

/// All samples, in the order of their files.
fn samples() -> std::result::Result<Vec<Sample>, Malformed> {
    FILES
        .iter()
        .map(|(file, text)| sample(text).map_err(|reason| Malformed { file, reason }))
        .collect()
}

fn sample(text: &str) -> std::result::Result<Sample, String> {
    // A checkout on Windows may have given the files its own ends of lines.
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
    fn every_file_of_the_folder_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/articles");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(found, FILES.iter().map(|(name, _)| (*name).to_owned()).collect());
    }

    #[test]
    fn the_samples_are_a_good_mix() {
        let samples = samples().unwrap();
        let count = |test: &dyn Fn(&Sample) -> bool| samples.iter().filter(|s| test(s)).count();
        let gates = |comments, pings| {
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
        assert_eq!(count(&|s| s.when == When::Draft), 1);
        assert_eq!(count(&|s| matches!(s.when, When::ScheduledInDays(1..))), 1);
        assert!(count(&gates(OpenState::Open, OpenState::Open)) > 0);
        assert!(count(&gates(OpenState::Open, OpenState::Closed)) > 0);
        assert!(count(&gates(OpenState::Closed, OpenState::Open)) > 0);
        assert!(count(&gates(OpenState::Closed, OpenState::Closed)) > 0);
        assert!(count(&|s| s.overrides.is_none()) > 0);
        assert!(count(&|s| s.draft.cover.is_some()) > 0);
        assert!(samples.iter().all(|s| !s.draft.tags.is_empty() && s.draft.body.len() > 500));
    }

    #[test]
    fn nothing_is_published_before_it_is_made() {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for sample in samples().unwrap() {
            let place = placement(sample.when, sample.overrides, now);
            assert!(place.created_at <= now);
            assert_eq!(place.published_at.is_none(), place.status == Status::Draft);
            if let Some(published_at) = place.published_at {
                assert!(place.created_at <= published_at);
                assert_eq!(published_at > now, place.status == Status::Scheduled);
            }
        }
    }

    #[test]
    fn mistakes_are_found() {
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
