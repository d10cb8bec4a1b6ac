//! The site's settings, remembered: every article's discussion follows from them, and they are
//! read a million times for each time they are written. They are asked for anew once somebody,
//! here or elsewhere, has touched them.

use std::sync::{Arc, PoisonError, RwLock};

use super::changes::{Marks, Stamp};
use super::{App, Result};
use crate::domain::comment_settings::SiteSettings;
use crate::domain::touched::Touched;
use crate::store::comment_settings as store;

/// The settings as they were last read.
#[derive(Default)]
pub struct Remembered(RwLock<Option<(Stamp, Arc<SiteSettings>)>>);

impl Remembered {
    fn get(&self, marks: &Marks) -> Option<Arc<SiteSettings>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, site) = kept.as_ref()?;
        marks.hold(*read_at, &[Marks::of(Touched::Settings)]).then(|| site.clone())
    }

    fn put(&self, read_at: Stamp, site: &Arc<SiteSettings>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((read_at, site.clone()));
    }
}

/// The site's settings, for readers. Who writes reads them in their own transaction.
///
/// # Errors
/// [`super::Error::Store`].
pub(super) async fn settings(app: &App) -> Result<Arc<SiteSettings>> {
    let marks = app.db.changes().marks();
    if let Some(site) = app.shared.site.get(marks) {
        return Ok(site);
    }
    // Before the query: what is written meanwhile must not pass for read.
    let read_at = marks.stamp();
    let site = Arc::new(app.db.read(async |conn| store::site(conn).await).await?);
    app.shared.site.put(read_at, &site);
    Ok(site)
}
