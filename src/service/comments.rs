//! Comments: reading, posting, moderation and personal data. Each transaction reads the site's
//! settings from the database and not from the cache, so that a change takes effect at once.

mod moderate;
mod post;
mod prepare;
mod privacy;
mod rate_limit;

pub use moderate::{
    Moderated, ModerationOutcome, delete_permanently, find, list, moderate_many, trash, update,
};
pub use post::{Posting, post};
pub use privacy::{delete_expired, erase_author, erase_person, export};

use super::articles::Reader;
use super::{App, Error, ResourceKind, Result};
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment::{Comment, ThreadQuery};
use crate::domain::comment_settings::CommentOrder;
use crate::domain::listing::Page;
use crate::domain::policy::{self, Actor};
use crate::store::articles::{self, Projection};
use crate::store::{Conn, comment_settings, comments as store};

/// A page of an article's comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The approved comments.
    pub page: Page<Comment>,
    /// The order of the threads.
    pub order: CommentOrder,
}

/// Returns a page of an article's comments that are approved, as are all their ancestors.
///
/// # Errors
/// [`Error::NotFound`] if the article does not exist or the reader may not read it.
pub async fn thread(app: &App, reader: Reader, query: ThreadQuery) -> Result<Thread> {
    app.db
        .scan(async move |conn| {
            article(conn, reader.actor(), query.article_id).await?;
            let order = match query.order {
                Some(order) => order,
                None => comment_settings::site(conn).await?.rules.order,
            };
            let page = store::thread(conn, query.article_id, order, &query.page).await?;
            Ok(Thread { page, order })
        })
        .await
}

/// Returns the article if the actor may read it.
async fn article(conn: &mut Conn<'_>, actor: Option<&Actor>, id: ArticleId) -> Result<Article> {
    let article = articles::find(conn, id, Projection::Summary)
        .await?
        .ok_or(Error::NotFound(ResourceKind::Article))?;
    policy::read(actor, &article).map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
    Ok(article)
}
