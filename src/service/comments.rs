//! Comments: reading an article's conversation. Posting is in `comments/post.rs`, with what can be
//! worked out before its transaction in `comments/prepare.rs` and the pause between two comments in
//! `comments/flood.rs`; moderating is in `comments/moderate.rs`, what concerns a person's data in
//! `comments/privacy.rs`.
//!
//! The site's settings are read in the transaction that they decide about, never from a cache, so a
//! change of theirs holds for the very next request on every instance.

mod flood;
mod moderate;
mod post;
mod prepare;
mod privacy;

pub use moderate::{
    Moderated, MovedTo, delete_permanently, find, list, moderate_many, trash, update,
};
pub use post::{Posting, post};
pub use privacy::{erase_author, erase_person, export, forget_expired};

use super::articles::Reader;
use super::{App, Error, ResourceKind, Result};
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment::{Comment, ThreadQuery};
use crate::domain::comment_settings::CommentOrder;
use crate::domain::listing::Page;
use crate::domain::policy::{self, Actor};
use crate::store::articles::{self, Projection};
use crate::store::{Conn, comment_settings, comments as store};

/// A page of an article's conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The comments that readers see.
    pub page: Page<Comment>,
    /// Which threads come first.
    pub order: CommentOrder,
}

/// A page of the comments under an article, as its readers see them: approved, and in answer to
/// what is approved.
///
/// # Errors
/// [`Error::NotFound`] when the article isn't there or isn't theirs to read: both look the same.
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

/// The article, if it is theirs to read.
async fn article(conn: &mut Conn<'_>, actor: Option<&Actor>, id: ArticleId) -> Result<Article> {
    let article = articles::find(conn, id, Projection::Summary)
        .await?
        .ok_or(Error::NotFound(ResourceKind::Article))?;
    policy::read(actor, &article).map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
    Ok(article)
}
