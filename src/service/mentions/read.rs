//! Reads mentions, for readers and senders, and the pings of an article, for its editors.

use super::receive;
use crate::domain::article::ArticleId;
use crate::domain::listing::{Page, PageRequest};
use crate::domain::mention::{Mention, MentionId, MentionQuery, MentionRefusal, Verification};
use crate::domain::ping::Ping;
use crate::domain::policy::{self, Actor};
use crate::service::articles::Reader;
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::articles::{self, Projection};
use crate::store::{Conn, mentions as store, pings as log};
use crate::web::urls;

/// Returns a mention with the status of its verification. A verified mention by a page that has another
/// one is that one.
///
/// # Errors
/// [`Error::NotFound`], also if its article is not published.
pub async fn status(app: &App, id: MentionId) -> Result<Mention> {
    app.db
        .read(async |conn| {
            let mention =
                store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Mention))?;
            let mention = match mention.verification {
                Verification::Verified => store::with_joined(conn, mention).await?.1,
                Verification::Queued | Verification::Rejected => mention,
            };
            let article = articles::find(conn, mention.article_id, Projection::Summary).await?;
            match article {
                Some(article) if article.is_public() => Ok(mention),
                _ => Err(Error::NotFound(ResourceKind::Mention)),
            }
        })
        .await
}

/// Returns a page of an article's approved mentions, newest first.
///
/// # Errors
/// [`Error::NotFound`] if the article does not exist or the reader may not read it.
pub async fn of_article(
    app: &App,
    reader: Reader,
    id: ArticleId,
    page: PageRequest,
) -> Result<Page<Mention>> {
    let query = MentionQuery { article: Some(id), moderation_status: None, shown: true, page };
    app.db
        .scan(async move |conn| {
            check_readable(conn, reader.actor(), id).await?;
            Ok(store::list(conn, &query).await?)
        })
        .await
}

async fn check_readable(conn: &mut Conn<'_>, actor: Option<&Actor>, id: ArticleId) -> Result<()> {
    let article = articles::find(conn, id, Projection::Summary).await?;
    let article = article.ok_or(Error::NotFound(ResourceKind::Article))?;
    policy::read(actor, &article).map_err(|denied| Error::denied(ResourceKind::Article, denied))
}

/// Returns a page of an article's pings, newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn pings(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    page: PageRequest,
) -> Result<Page<Ping>> {
    let actor = *actor;
    app.db
        .scan(async move |conn| {
            let article = articles::find(conn, id, Projection::Summary).await?;
            let article = article.ok_or(Error::NotFound(ResourceKind::Article))?;
            policy::read_internals(&actor, &article)
                .map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
            Ok(log::list(conn, id, &page).await?)
        })
        .await
}

/// Returns the URLs of the pages that link to an article, for `pingback.extensions.getPingbacks`.
///
/// # Errors
/// [`Error::Mention`] if `target` is not the URL of a published article.
pub async fn sources(app: &App, target: &str) -> Result<Vec<String>> {
    let target = urls::parse(target).map_err(|_| MentionRefusal::TargetInvalid)?;
    let target = app.shared.web.urls.classify(&target);
    app.db
        .read(async |conn| {
            let article = receive::find(conn, &target).await?;
            Ok(store::sources(conn, article.id).await?)
        })
        .await
}
