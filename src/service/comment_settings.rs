//! Comment settings of the site and their overrides by articles.

use super::{App, Error, Expected, ResourceKind, Result};
use crate::domain::article::{Article, ArticleId, Status};
use crate::domain::comment_settings::{ArticleSettings, Overrides, SiteRules, SiteSettings};
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::service::articles::Reader;
use crate::service::error::require;
use crate::store::articles::{self, Projection};
use crate::store::{Conn, comment_settings as store};

/// The site's settings, as their reader may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteSettingsRead {
    /// All settings, for editors.
    Full(SiteSettings),
    /// The settings of which readers may see the public part. The word lists are not public.
    Public(SiteSettings),
}

/// Returns the site's settings.
///
/// # Errors
/// [`Error::Store`].
pub async fn site(app: &App, actor: Option<&Actor>) -> Result<SiteSettingsRead> {
    let settings = app.db.read(async |conn| store::site(conn).await).await?;
    let is_editor = actor.is_some_and(|actor| policy::needs(actor, Role::Editor).is_ok());
    Ok(match is_editor {
        true => SiteSettingsRead::Full(settings),
        false => SiteSettingsRead::Public(settings),
    })
}

/// Changes the site's settings to the rules that `change` returns for them.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Forbidden`] below admin.
pub async fn update_site(
    app: &App,
    actor: &Actor,
    expected: Expected,
    change: impl Fn(&SiteSettings) -> Result<SiteRules> + Send + 'static,
) -> Result<SiteSettings> {
    require(actor, Role::Admin)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            store::lock_site(tx).await?;
            let current = store::site(tx).await?;
            expected.check(current.version, current.updated_at)?;
            let rules = change(&current)?;
            let next = SiteSettings { rules, updated_at: now, version: current.version + 1 };
            store::save_site(tx, &next).await?;
            Ok(next)
        })
        .await
}

/// An article's settings, with the article and the site's settings that determine its discussion.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveSettings {
    /// The article.
    pub article: Article,
    /// The article's overrides.
    pub own: ArticleSettings,
    /// Whether the article has no overrides.
    pub inherited: bool,
    /// The site's settings.
    pub site: SiteSettings,
}

/// Returns an article's settings.
///
/// # Errors
/// [`Error::NotFound`] if the article does not exist or the reader may not read it.
pub async fn of_article(app: &App, reader: Reader, id: ArticleId) -> Result<EffectiveSettings> {
    app.db
        .read(async |conn| {
            let found = load(conn, id).await?;
            policy::read(reader.actor(), &found.article)
                .map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
            Ok(found)
        })
        .await
}

/// Changes an article's overrides to those that `change` returns for them.
///
/// # Errors
/// [`Error::Stale`], [`Error::Conflict`], [`Error::NotFound`]; [`Error::Forbidden`] below editor.
pub async fn update_of_article(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
    change: impl Fn(&Overrides) -> Result<Overrides> + Send + 'static,
) -> Result<(EffectiveSettings, SaveOutcome)> {
    let (now, actor) = (app.now(), *actor);
    app.db
        .write(async move |tx| {
            let current = for_change(tx, &actor, id, &expected).await?;
            let next = change(&current.own.overrides)?;
            store::save_of_article(tx, id, &next, current.own.version + 1, now).await?;
            articles::touch(tx, id, now).await?;
            let outcome = match current.inherited {
                true => SaveOutcome::Created,
                false => SaveOutcome::Updated,
            };
            Ok((load(tx, id).await?, outcome))
        })
        .await
}

/// Whether an update created the overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveOutcome {
    /// The article had no overrides before.
    Created,
    /// The article had overrides before.
    Updated,
}

/// Deletes an article's overrides, so that it inherits the site's settings.
///
/// # Errors
/// As [`update_of_article`].
pub async fn clear_of_article(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<()> {
    let (now, actor) = (app.now(), *actor);
    app.db
        .write(async move |tx| {
            for_change(tx, &actor, id, &expected).await?;
            if store::clear_of_article(tx, id).await? {
                articles::touch(tx, id, now).await?;
            }
            Ok(())
        })
        .await
}

async fn for_change(
    tx: &mut Conn<'_>,
    actor: &Actor,
    id: ArticleId,
    expected: &Expected,
) -> Result<EffectiveSettings> {
    articles::lock(tx, id).await?;
    let current = load(tx, id).await?;
    policy::read(Some(actor), &current.article)
        .map_err(|denied| Error::denied(ResourceKind::Article, denied))?;
    require(actor, Role::Editor)?;
    // A change of the overrides raises the article's version, which therefore validates both. A
    // version of the overrides would start over after they are cleared.
    expected.check(current.article.version, current.article.updated_at)?;
    if current.article.status == Status::Trashed {
        return Err(Error::conflict("article_in_trash", []));
    }
    Ok(current)
}

async fn load(conn: &mut Conn<'_>, id: ArticleId) -> Result<EffectiveSettings> {
    let article = articles::find(conn, id, Projection::Summary)
        .await?
        .ok_or(Error::NotFound(ResourceKind::Article))?;
    let own = store::of_article(conn, id).await?;
    let site = store::site(conn).await?;
    let inherited = own.is_none();
    let own = own.unwrap_or_else(|| ArticleSettings {
        overrides: Overrides::default(),
        updated_at: article.created_at,
        version: 0,
    });
    Ok(EffectiveSettings { article, own, inherited, site })
}
