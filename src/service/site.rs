//! The site's settings, remembered: every article's discussion follows from them, and they are
//! read a million times for each time they are written. They are asked for anew once somebody,
//! here or elsewhere, has touched them.

use std::sync::{Arc, PoisonError, RwLock};

use super::changes::{ChangeVersion, TagVersions};
use super::{App, Result};
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::SiteSettings;
use crate::store::comment_settings as store;

/// The settings as they were last read.
#[derive(Default)]
pub struct Remembered(RwLock<Option<(ChangeVersion, Arc<SiteSettings>)>>);

impl Remembered {
    fn get(&self, tag_versions: &TagVersions) -> Option<Arc<SiteSettings>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, site) = kept.as_ref()?;
        tag_versions
            .unchanged_since(*read_at, &[TagVersions::of(CacheTag::Settings)])
            .then(|| site.clone())
    }

    fn put(&self, read_at: ChangeVersion, site: &Arc<SiteSettings>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((read_at, site.clone()));
    }
}

/// The site's settings, for readers. Who writes reads them in their own transaction.
///
/// # Errors
/// [`super::Error::Store`].
pub(super) async fn settings(app: &App) -> Result<Arc<SiteSettings>> {
    let tag_versions = app.db.changes().tag_versions();
    if let Some(site) = app.shared.site.get(tag_versions) {
        return Ok(site);
    }
    // Before the query: what is written meanwhile must not pass for read.
    let read_at = tag_versions.version();
    let site = Arc::new(app.db.read(async |conn| store::site(conn).await).await?);
    app.shared.site.put(read_at, &site);
    Ok(site)
}
