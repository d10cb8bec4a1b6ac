//! Tags: reading, creating, changing and merging them.

mod naming;

pub(super) use naming::by_names;

use super::idempotency::{self, Idempotent, Outcome};
use super::{App, Error, Expected, ResourceKind, Result, SlugLookup};
use crate::domain::check::Violation;
use crate::domain::listing::{Page, TagQuery};
use crate::domain::policy::Actor;
use crate::domain::tag::{Tag, TagDraft, TagId};
use crate::domain::user::Role;
use crate::service::error::require;
use crate::store::locks::{self, TagLock};
use crate::store::slugs::{self, Slugged};
use crate::store::{Conn, tags as store};
use crate::text::tag_name::{self, Reference};
use naming::Listed;

/// Tags with keys of an older version that one transaction changes.
const KEY_BATCH: u16 = 500;

/// Returns a page of tags.
///
/// # Errors
/// [`Error::Store`].
pub async fn list(app: &App, query: TagQuery) -> Result<Page<Tag>> {
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// Returns a tag by id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(app: &App, actor: Option<&Actor>, id: TagId) -> Result<Tag> {
    app.db.read(async |conn| check_visible(actor, get(conn, id).await?)).await
}

/// Hides a tag that only drafts have from anonymous readers.
fn check_visible(actor: Option<&Actor>, tag: Tag) -> Result<Tag> {
    if tag.listed || actor.is_some() { Ok(tag) } else { Err(Error::NotFound(ResourceKind::Tag)) }
}

/// Returns a tag by its present or a former slug, compared by folded key. A text with signs, which no
/// slug has, is a name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_by_slug(app: &App, actor: Option<&Actor>, text: &str) -> Result<SlugLookup<Tag>> {
    let reference = tag_name::reference(text);
    app.db
        .read(async |conn| {
            let present = match &reference {
                Reference::Slug(key) => store::find_by_slug_key(conn, key).await?,
                Reference::Name { key, .. } => store::find_by_name_key(conn, key).await?,
            };
            if let Some(tag) = present {
                return check_visible(actor, tag).map(SlugLookup::Here);
            }
            let holder = store::referenced(conn, &reference)
                .await?
                .ok_or(Error::NotFound(ResourceKind::Tag))?;
            let tag = check_visible(actor, get(conn, holder.id).await?)?;
            Ok(if holder.is_former { SlugLookup::MovedTo(tag.slug) } else { SlugLookup::Here(tag) })
        })
        .await
}

/// Creates a tag.
///
/// # Errors
/// [`Error::Conflict`], [`Error::Forbidden`].
pub async fn create(
    app: &App,
    actor: &Actor,
    draft: TagDraft,
    idempotent: Idempotent<Tag>,
) -> Result<Outcome> {
    require(actor, Role::Editor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            idempotency::run(tx, now, &idempotent, async |tx| {
                locks::tag_names(tx).await?;
                let id = naming::insert(tx, &draft, Listed::AtOnce, now).await?;
                get(tx, id).await
            })
            .await
        })
        .await
}

/// Changes a tag to the draft that `change` returns for it.
///
/// # Errors
/// [`Error::Stale`], and as [`create`].
pub async fn update(
    app: &App,
    actor: &Actor,
    id: TagId,
    expected: Expected,
    change: impl Fn(&Tag) -> Result<TagDraft> + Send + 'static,
) -> Result<Tag> {
    require(actor, Role::Editor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            lock(tx, &[id]).await?;
            let current = get(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            naming::replace(tx, &current, &change(&current)?, now).await?;
            get(tx, id).await
        })
        .await
}

/// Deletes a tag and removes it from its articles.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::Forbidden`].
pub async fn delete(app: &App, actor: &Actor, id: TagId, expected: Expected) -> Result<()> {
    require(actor, Role::Editor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            lock(tx, &[id]).await?;
            let current = get(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            store::touch_articles(tx, id, now).await?;
            Ok(store::delete(tx, id).await?)
        })
        .await
}

/// Moves a tag's articles, names and slugs to the tag `into` and deletes it.
///
/// # Errors
/// [`Error::Conflict`], [`Error::NotFound`] for `id`, a violation at `/into` for `into`.
pub async fn merge(app: &App, actor: &Actor, id: TagId, into: TagId) -> Result<Tag> {
    require(actor, Role::Editor)?;
    if id == into {
        return Err(Error::conflict("tag_merge_itself", []));
    }
    let now = app.now();
    app.db
        .write(async move |tx| {
            lock(tx, &[id, into]).await?;
            let from = get(tx, id).await?;
            if store::find(tx, into).await?.is_none() {
                return Err(Error::violation("/into", Violation::UnknownTagId { id: into }));
            }
            store::touch_articles(tx, id, now).await?;
            store::move_all(tx, id, into).await?;
            store::move_former_names(tx, id, into).await?;
            slugs::move_former(tx, Slugged::Tags, id, into).await?;
            store::delete(tx, id).await?;
            store::add_former_name(tx, &tag_name::key(&from.name), into).await?;
            if from.listed {
                slugs::add_former(tx, Slugged::Tags, &from.slug, into).await?;
            }
            store::recount(tx, into).await?;
            if from.listed {
                store::set_listed(tx, into).await?;
            }
            get(tx, into).await
        })
        .await
}

/// Returns a tag's former slugs.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn former_slugs(app: &App, actor: &Actor, id: TagId) -> Result<Vec<String>> {
    require(actor, Role::Editor)?;
    app.db
        .read(async |conn| {
            get(conn, id).await?;
            Ok(slugs::former(conn, Slugged::Tags, id).await?)
        })
        .await
}

/// Releases a former slug, in any spelling. It no longer redirects, and other tags may use it.
///
/// # Errors
/// [`Error::NotFound`] for the tag or the slug, [`Error::Forbidden`].
pub async fn release_slug(app: &App, actor: &Actor, id: TagId, text: &str) -> Result<()> {
    require(actor, Role::Editor)?;
    let reference = tag_name::reference(text);
    app.db
        .write(async move |tx| {
            lock(tx, &[id]).await?;
            get(tx, id).await?;
            if let Some(key) = reference.slug_key()
                && slugs::release(tx, Slugged::Tags, id, key).await?
            {
                return Ok(());
            }
            Err(Error::NotFound(ResourceKind::FormerSlug))
        })
        .await
}

/// Makes the keys of names again that an older version of the program made.
///
/// # Errors
/// [`Error::Store`]; the next start continues.
pub async fn renew_keys(app: &App) -> Result<()> {
    while app
        .db
        .write(async move |tx| {
            locks::tag_names(tx).await?;
            Ok::<_, Error>(store::renew_keys(tx, KEY_BATCH).await?)
        })
        .await?
        == usize::from(KEY_BATCH)
    {}
    Ok(())
}

/// Locks the names of all tags, and tags that change.
async fn lock(tx: &mut Conn<'_>, ids: &[TagId]) -> Result<()> {
    locks::tag_names(tx).await?;
    locks::tags(tx, ids, TagLock::Change).await?;
    Ok(())
}

async fn get(conn: &mut Conn<'_>, id: TagId) -> Result<Tag> {
    store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Tag))
}
