//! Verbs. One function is one use case, and one transaction where it writes. Called by the
//! handlers of `http/`, by `cli/`, and by the sweeper; calls `store/`, `auth/`, `text/`, `web/` and asks
//! `domain/policy.rs`. Knows neither HTTP nor Diesel.

pub mod articles;
pub mod auth;
pub mod comment_settings;
pub mod comments;
pub mod error;
pub mod events;
pub mod idempotency;
pub mod mentions;
pub mod search;
mod site;
mod slugs;
pub mod sweep;
pub mod tags;
pub mod users;

use std::sync::Arc;

use crate::auth::passwords::Passwords;
use crate::auth::tokens::Tokens;
use crate::background::Background;
use crate::clock::Clock;
use crate::domain::Time;
use crate::store::Db;
use crate::text::count::ReadingSpeed;

/// What keeps answers fresh.
pub mod changes {
    pub use crate::store::changes::Changes;
    pub use crate::store::changes::tag_versions::{ChangeVersion, TagVersion, TagVersions};
}

pub use crate::domain::ResourceKind;
pub use crate::store::StoreError;
pub use crate::store::connection::Usage as DatabaseUsage;
pub use error::{Conflict, Error};

/// What every function here returns.
pub type Result<T> = std::result::Result<T, Error>;

/// What a use case works with. Each worker thread has its own, with its own door to the database.
pub struct App {
    /// The door to the database.
    pub db: Db,
    /// What all workers share.
    pub shared: Arc<Shared>,
}

/// What all workers share.
pub struct Shared {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Signs and checks access and preview tokens.
    pub tokens: Tokens,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Words a minute.
    pub reading_speed: ReadingSpeed,
    /// Who is told what has happened.
    pub events: events::Events,
    /// What mentions take of the world outside.
    pub web: mentions::Web,
    /// The site's settings as they were last read.
    pub site: site::Remembered,
    /// The words that are known to be common.
    pub common_words: search::Common,
    /// Where drafts are worked out.
    pub background: Background,
}

impl App {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Time {
        self.shared.clock.now()
    }
}

/// Which version a writer means to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there.
    Any,
    /// One of these, or nothing is changed.
    OneOf(Vec<i64>),
}

impl Expected {
    /// Checks it against what is there.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn check(&self, current: i64) -> Result<()> {
        match self {
            Self::OneOf(versions) if !versions.contains(&current) => Err(Error::Stale(current)),
            _ => Ok(()),
        }
    }
}

/// A slug found, or where it went.
#[derive(Debug, Clone, PartialEq)]
pub enum SlugLookup<T> {
    /// Here it is.
    Here(T),
    /// It is at this slug now.
    MovedTo(String),
}
