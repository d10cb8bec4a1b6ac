//! Moderation of mentions. Each change updates the article's mention count in its transaction. The mention
//! of a page stands for those that are joined to it.

use crate::domain::article::ArticleId;
use crate::domain::listing::Page;
use crate::domain::mention::{Mention, MentionId, MentionQuery, ModerationStatus};
use crate::domain::policy::Actor;
use crate::domain::user::Role;
use crate::service::error::require;
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::{Conn, articles, mentions as store};

/// Returns a page of all mentions, newest first.
///
/// # Errors
/// [`Error::Forbidden`] below editor.
pub async fn list_all(app: &App, actor: &Actor, query: MentionQuery) -> Result<Page<Mention>> {
    require(actor, Role::Editor)?;
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// Returns a mention of any status.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] below editor.
pub async fn find(app: &App, actor: &Actor, id: MentionId) -> Result<Mention> {
    require(actor, Role::Editor)?;
    let found = app.db.read(async |conn| Ok::<_, Error>(store::find_page(conn, id).await?)).await?;
    found.ok_or(Error::NotFound(ResourceKind::Mention))
}

/// Sets a mention's moderation status.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] below editor.
pub async fn set_moderation_status(
    app: &App,
    actor: &Actor,
    id: MentionId,
    moderation_status: ModerationStatus,
) -> Result<Mention> {
    require(actor, Role::Editor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            let (id, article) = lock_article(tx, id).await?;
            store::set_moderation_status(tx, id, moderation_status, now).await?;
            store::recount(tx, article).await?;
            store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Mention))
        })
        .await
}

/// Deletes a mention permanently. Its source may send it again.
///
/// # Errors
/// As [`set_moderation_status`].
pub async fn delete(app: &App, actor: &Actor, id: MentionId) -> Result<()> {
    require(actor, Role::Editor)?;
    app.db
        .write(async move |tx| {
            let (id, article) = lock_article(tx, id).await?;
            store::delete(tx, id).await?;
            Ok(store::recount(tx, article).await?)
        })
        .await
}

/// Locks a mention's article, so that concurrent changes don't corrupt its count. Returns the mention of
/// its page.
async fn lock_article(tx: &mut Conn<'_>, id: MentionId) -> Result<(MentionId, ArticleId)> {
    let absent = || Error::NotFound(ResourceKind::Mention);
    let mention = store::find(tx, id).await?.ok_or_else(absent)?;
    articles::lock(tx, mention.article_id).await?;
    // It may have been joined to another one before the lock.
    let page = store::find_page(tx, id).await?.ok_or_else(absent)?;
    Ok((page.id, page.article_id))
}
