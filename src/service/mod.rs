//! The use cases. One function is one use case and, if it writes, one transaction. It checks
//! permissions by `domain::policy` and knows neither HTTP nor Diesel.

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
use crate::domain::comment_settings::SiteSettings;
use crate::store::Db;
use crate::text::count::ReadingSpeed;
use crate::text::render::Renderer;

/// Versions of cache tags.
pub mod changes {
    pub use crate::store::changes::Changes;
    pub use crate::store::changes::tag_versions::{ChangeVersion, TagVersion, TagVersions};
}

pub use crate::domain::ResourceKind;
pub use crate::store::StoreError;
pub use crate::store::connection::Usage as DatabaseUsage;
pub use error::{Conflict, Error, Result};

/// The context of a use case. Each worker thread has its own.
pub struct App {
    /// The worker's database handle.
    pub db: Db,
    /// The state shared by all workers.
    pub shared: Arc<Shared>,
}

/// The state shared by all workers.
pub struct Shared {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Issues and verifies access and preview tokens.
    pub tokens: Tokens,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Words per minute, for reading times.
    pub reading_speed: ReadingSpeed,
    /// Renders and sanitises articles.
    pub renderer: Renderer,
    /// The event subscribers.
    pub events: events::Events,
    /// Access to other sites, for mentions.
    pub web: mentions::Web,
    /// The cached comment settings of the site.
    pub site: site::SiteSettingsCache,
    /// The terms known to be common.
    pub common_words: search::CommonTerms,
    /// The threads that prepare articles.
    pub background: Background,
}

impl App {
    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.shared.clock.now()
    }

    /// Returns the site's comment settings from the cache, for reads. A write must read them in its
    /// own transaction.
    async fn site_settings(&self) -> Result<Arc<SiteSettings>> {
        self.shared.site.read(&self.db).await
    }
}

/// The version that a write expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Any version.
    Any,
    /// One of these versions.
    OneOf(Vec<i64>),
}

impl Expected {
    /// Checks the current version.
    ///
    /// # Errors
    /// [`Error::Stale`] if it is not expected.
    pub fn check(&self, current: i64) -> Result<()> {
        match self {
            Self::OneOf(versions) if !versions.contains(&current) => Err(Error::Stale(current)),
            _ => Ok(()),
        }
    }
}

/// The result of a lookup by slug.
#[derive(Debug, Clone, PartialEq)]
pub enum SlugLookup<T> {
    /// The resource with this slug.
    Here(T),
    /// The resource's present slug, if the given one is a former slug.
    MovedTo(String),
}
