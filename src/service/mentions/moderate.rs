//! What moderators do with mentions. The article's count is kept exact in the same transaction.

use crate::domain::article::ArticleId;
use crate::domain::listing::Page;
use crate::domain::mention::{Mention, MentionId, MentionQuery, ModerationStatus};
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::{Conn, articles, mentions as store};

/// All mentions, newest first.
///
/// # Errors
/// [`Error::Forbidden`] below editor.
pub async fn list_all(app: &App, actor: &Actor, query: MentionQuery) -> Result<Page<Mention>> {
    moderates(actor)?;
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// A mention, for whoever moderates it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] below editor.
pub async fn find(app: &App, actor: &Actor, id: MentionId) -> Result<Mention> {
    moderates(actor)?;
    let found = app.db.read(async |conn| Ok::<_, Error>(store::find(conn, id).await?)).await?;
    found.ok_or(Error::NotFound(ResourceKind::Mention))
}

/// Gives a mention a standing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] below editor.
pub async fn set_standing(
    app: &App,
    actor: &Actor,
    id: MentionId,
    moderation_status: ModerationStatus,
) -> Result<Mention> {
    moderates(actor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            let article = locked(tx, id).await?;
            store::set_moderation_status(tx, id, moderation_status, now).await?;
            store::recount(tx, article).await?;
            store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Mention))
        })
        .await
}

/// Deletes a mention for good. Its source may send it again.
///
/// # Errors
/// As [`set_standing`].
pub async fn delete(app: &App, actor: &Actor, id: MentionId) -> Result<()> {
    moderates(actor)?;
    app.db
        .write(async move |tx| {
            let article = locked(tx, id).await?;
            store::delete(tx, id).await?;
            Ok(store::recount(tx, article).await?)
        })
        .await
}

fn moderates(actor: &Actor) -> Result<()> {
    policy::needs(actor, Role::Editor)
        .map_err(|denied| Error::denied(ResourceKind::Mention, denied))
}

/// Holds the article of a mention, so that its count can't be counted twice at once.
async fn locked(tx: &mut Conn<'_>, id: MentionId) -> Result<ArticleId> {
    let mention = store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Mention))?;
    articles::lock(tx, mention.article_id).await?;
    Ok(mention.article_id)
}
