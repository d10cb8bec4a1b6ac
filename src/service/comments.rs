//! Comments: reading, posting, moderation and personal data. Each transaction reads the site's
//! settings from the database and not from the cache, so that a change takes effect at once.

mod author;
mod checks;
mod edit;
mod moderate;
mod post;
mod prepare;
mod privacy;
mod rate_limit;

pub use edit::{edit, withdraw};
pub use moderate::{Moderated, delete_permanently, find, list, moderate_many, trash, update};
pub use post::{Posted, Posting, post};
pub use privacy::{delete_expired, erase_author, erase_person, export};

use author::set_author_hash;

use super::articles::Reader;
use super::{App, Error, ResourceKind, Result};
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment::{Comment, PlaceQuery, ThreadQuery};
use crate::domain::comment_settings::CommentOrder;
use crate::domain::listing::{Page, Position};
use crate::domain::policy::{self, Actor};
use crate::store::articles::{self, Projection};
use crate::store::{Conn, comment_settings, comments as store};

/// A page of an article's comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The approved comments, and the tombstones above them.
    pub page: Page<Comment>,
    /// The order of the threads.
    pub order: CommentOrder,
}

/// Returns a page of an article's approved comments, and of the tombstones above them.
///
/// # Errors
/// [`Error::NotFound`] if the article does not exist or the reader may not read it.
pub async fn thread(app: &App, reader: Reader, query: ThreadQuery) -> Result<Thread> {
    let mut thread = app
        .db
        .scan(async move |conn| {
            article(conn, reader.actor(), query.article_id).await?;
            let order = order(conn, query.order).await?;
            let page = store::thread(conn, query.article_id, order, &query.page).await?;
            Ok::<_, Error>(Thread { page, order })
        })
        .await?;
    for comment in &mut thread.page.rows {
        set_author_hash(app.shared.author_hasher.as_ref(), comment);
    }
    Ok(thread)
}

/// A comment and its page in the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The comment.
    pub comment: Comment,
    /// The order of the threads.
    pub order: CommentOrder,
    /// The position before the page; `None` for the first page.
    pub start: Option<Position>,
}

/// Returns a comment that readers see, or its tombstone, and its page in the conversation.
///
/// # Errors
/// [`Error::NotFound`] if the article or the comment does not exist, or is hidden from the reader.
pub async fn place(app: &App, reader: Reader, query: PlaceQuery) -> Result<Place> {
    let mut place = app
        .db
        .scan(async move |conn| {
            article(conn, reader.actor(), query.article_id).await?;
            let comment = store::find(conn, query.comment_id)
                .await?
                .filter(|comment| comment.article_id == query.article_id && comment.listed)
                .ok_or(Error::NotFound(ResourceKind::Comment))?;
            let order = order(conn, query.order).await?;
            let start = store::place(conn, &comment, order, query.limit).await?;
            Ok::<_, Error>(Place { comment, order, start })
        })
        .await?;
    set_author_hash(app.shared.author_hasher.as_ref(), &mut place.comment);
    Ok(place)
}

/// Returns the requested order, or the one of the site's settings.
async fn order(conn: &mut Conn<'_>, order: Option<CommentOrder>) -> Result<CommentOrder> {
    match order {
        Some(order) => Ok(order),
        None => Ok(comment_settings::site(conn).await?.rules.order),
    }
}

/// Returns the article if the actor may read it.
async fn article(conn: &mut Conn<'_>, actor: Option<&Actor>, id: ArticleId) -> Result<Article> {
    let article = articles::find(conn, id, Projection::Summary)
        .await?
        .ok_or(Error::NotFound(ResourceKind::Article))?;
    policy::read(actor, &article).map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
    Ok(article)
}
