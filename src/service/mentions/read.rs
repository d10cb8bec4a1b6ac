//! What is told of mentions: to readers, to whoever sent one, and of pings to the newsroom.

use super::receive;
use super::site_urls::UrlTarget;
use crate::domain::article::ArticleId;
use crate::domain::listing::{Page, PageRequest};
use crate::domain::mention::{Mention, MentionId, MentionQuery, ModerationStatus, Ping, Refused};
use crate::domain::policy::{self, Actor};
use crate::service::articles::Reader;
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::articles::{self, Projection};
use crate::store::{Conn, mentions as store, pings as log};
use crate::web::urls;

/// A mention's way so far. One of an article that isn't published is as if it weren't there.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn status(app: &App, id: MentionId) -> Result<Mention> {
    app.db
        .read(async |conn| {
            let mention =
                store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Mention))?;
            let article = articles::find(conn, mention.article_id, Projection::Summary).await?;
            match article {
                Some(article) if article.is_public() => Ok(mention),
                _ => Err(Error::NotFound(ResourceKind::Mention)),
            }
        })
        .await
}

/// An article's mentions that readers see, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the article isn't there or isn't theirs to read.
pub async fn of_article(
    app: &App,
    reader: Reader,
    id: ArticleId,
    page: PageRequest,
) -> Result<Page<Mention>> {
    let moderation_status = Some(ModerationStatus::Approved);
    let query = MentionQuery { article: Some(id), moderation_status, verified: true, page };
    app.db
        .scan(async move |conn| {
            readable(conn, reader.actor(), id).await?;
            Ok(store::list(conn, &query).await?)
        })
        .await
}

async fn readable(conn: &mut Conn<'_>, actor: Option<&Actor>, id: ArticleId) -> Result<()> {
    let article = articles::find(conn, id, Projection::Summary).await?;
    let article = article.ok_or(Error::NotFound(ResourceKind::Article))?;
    policy::read(actor, &article).map_err(|denied| Error::denied(ResourceKind::Article, denied))
}

/// What came of telling an article's links, newest first: for those who may see inside it.
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
            policy::read_inside(&actor, &article)
                .map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
            Ok(log::list(conn, id, &page).await?)
        })
        .await
}

/// The pages that are known to link to an address of ours, as pingback's extension asks for them.
///
/// # Errors
/// [`Error::Mention`] when it is no published article's address.
pub async fn sources(app: &App, target: &str) -> Result<Vec<String>> {
    let target = urls::parse(target).map_err(|_| Refused::TargetInvalid)?;
    let place: UrlTarget = app.shared.web.urls.place(&target);
    app.db
        .read(async |conn| {
            let article = receive::find(conn, &place).await?;
            Ok(store::sources(conn, article.id).await?)
        })
        .await
}
