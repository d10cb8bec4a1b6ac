//! Moderation of mentions. Each change updates the article's mention count in its transaction. The mention
//! of a page stands for those that are joined to it.

use crate::domain::listing::Page;
use crate::domain::mention::{Mention, MentionId, MentionQuery, ModerationStatus};
use crate::domain::policy::Actor;
use crate::domain::user::Role;
use crate::service::error::require;
use crate::service::{App, Error, Expected, ResourceKind, Result};
use crate::store::{Conn, articles, mentions as store};

/// Returns a page of all mentions, newest first.
///
/// # Errors
/// [`Error::Forbidden`] below editor.
pub async fn list_all(app: &App, actor: &Actor, query: MentionQuery) -> Result<Page<Mention>> {
    require(actor, Role::Editor)?;
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// Changes a mention's moderation status to the one that `change` returns for it.
///
/// # Errors
/// [`Error::Stale`], [`Error::NotFound`]; [`Error::Forbidden`] below editor.
pub async fn moderate(
    app: &App,
    actor: &Actor,
    id: MentionId,
    expected: Expected,
    change: impl Fn(&Mention) -> Result<ModerationStatus> + Send + 'static,
) -> Result<Mention> {
    require(actor, Role::Editor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            let current = lock(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            store::set_moderation_status(tx, current.id, change(&current)?, now).await?;
            store::recount(tx, current.article_id).await?;
            get(tx, current.id).await
        })
        .await
}

/// Deletes a mention permanently. Its source may send it again.
///
/// # Errors
/// As [`moderate`].
pub async fn delete(app: &App, actor: &Actor, id: MentionId, expected: Expected) -> Result<()> {
    require(actor, Role::Editor)?;
    app.db
        .write(async move |tx| {
            let current = lock(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            store::delete(tx, current.id).await?;
            Ok(store::recount(tx, current.article_id).await?)
        })
        .await
}

/// Locks a mention's article, so that concurrent changes don't corrupt its count. Returns the mention of
/// its page.
async fn lock(tx: &mut Conn<'_>, id: MentionId) -> Result<Mention> {
    let article = get(tx, id).await?.article_id;
    articles::lock(tx, article).await?;
    // It may have changed, or been joined to another one, before the lock.
    get(tx, id).await
}

async fn get(conn: &mut Conn<'_>, id: MentionId) -> Result<Mention> {
    store::find_page(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Mention))
}
