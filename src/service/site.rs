//! Caches the site's comment settings, which every read of an article needs. A change of them on
//! any instance raises the version of their cache tag and so invalidates the cache.

use std::sync::{Arc, PoisonError, RwLock};

use super::error::Result;
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::SiteSettings;
use crate::store::changes::tag_versions::{ChangeVersion, TagVersions};
use crate::store::{Db, comment_settings as store};

/// A cache of the site's comment settings.
#[derive(Default)]
pub struct SiteSettingsCache(RwLock<Option<(ChangeVersion, Arc<SiteSettings>)>>);

impl SiteSettingsCache {
    /// Returns the cached settings, or reads them from the database.
    ///
    /// # Errors
    /// [`super::Error::Store`].
    pub(super) async fn read(&self, db: &Db) -> Result<Arc<SiteSettings>> {
        let tag_versions = db.changes().tag_versions();
        if let Some(site) = self.get(tag_versions) {
            return Ok(site);
        }
        // Taken before the query: a change that the query may miss has a later version.
        let read_at = tag_versions.version();
        let site = Arc::new(db.read(async |conn| store::site(conn).await).await?);
        self.put(read_at, &site);
        Ok(site)
    }

    fn get(&self, tag_versions: &TagVersions) -> Option<Arc<SiteSettings>> {
        let cached = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, site) = cached.as_ref()?;
        tag_versions
            .unchanged_since(*read_at, &[TagVersions::slot_of(CacheTag::Settings)])
            .then(|| site.clone())
    }

    fn put(&self, read_at: ChangeVersion, site: &Arc<SiteSettings>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((read_at, site.clone()));
    }
}
