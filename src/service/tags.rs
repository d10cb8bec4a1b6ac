//! Tags: reading, creating, changing and merging them.

use super::idempotency::{self, Idempotent, Outcome};
use super::{App, Error, Expected, ResourceKind, Result, SlugLookup, slugs};
use crate::domain::Time;
use crate::domain::check::Violation;
use crate::domain::listing::{Page, TagQuery};
use crate::domain::policy::{self, Actor};
use crate::domain::tag::{Tag, TagDraft, TagId};
use crate::domain::user::Role;
use crate::store::{Conn, tags as store};
use crate::text::lang::Lang;
use crate::text::{collate, fold, slug};

/// The code of the conflict of two tags that differ only in spelling.
const TAG_EXISTS: &str = "tag_exists";

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

/// Returns a tag by its present or a former slug, compared by folded key.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_by_slug(app: &App, actor: Option<&Actor>, text: &str) -> Result<SlugLookup<Tag>> {
    let key = slug::key(text);
    app.db
        .read(async |conn| {
            if let Some(tag) = store::find_by_slug_key(conn, &key).await? {
                return check_visible(actor, tag).map(SlugLookup::Here);
            }
            let id = store::find_former_slug(conn, &key)
                .await?
                .ok_or(Error::NotFound(ResourceKind::Tag))?;
            Ok(SlugLookup::MovedTo(check_visible(actor, get(conn, id).await?)?.slug))
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
    policy::needs(actor, Role::Editor)
        .map_err(|denied| Error::denied(ResourceKind::Tag, denied))?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            idempotency::run(tx, now, &idempotent, async |tx| {
                let id = insert(tx, &draft, Listed::AtOnce, now).await?;
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
    policy::needs(actor, Role::Editor)
        .map_err(|denied| Error::denied(ResourceKind::Tag, denied))?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            store::lock(tx, id).await?;
            let current = get(tx, id).await?;
            expected.check(current.version)?;
            replace(tx, &current, &change(&current)?, now).await?;
            get(tx, id).await
        })
        .await
}

/// Deletes a tag and removes it from its articles.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::Forbidden`].
pub async fn delete(app: &App, actor: &Actor, id: TagId, expected: Expected) -> Result<()> {
    policy::needs(actor, Role::Editor)
        .map_err(|denied| Error::denied(ResourceKind::Tag, denied))?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            store::lock(tx, id).await?;
            let current = get(tx, id).await?;
            expected.check(current.version)?;
            store::touch_articles(tx, id, now).await?;
            Ok(store::delete(tx, id).await?)
        })
        .await
}

/// Moves a tag's articles and slugs to the tag `into` and deletes it.
///
/// # Errors
/// [`Error::Conflict`], [`Error::NotFound`] for `id`, a violation at `/into` for `into`.
pub async fn merge(app: &App, actor: &Actor, id: TagId, into: TagId) -> Result<Tag> {
    policy::needs(actor, Role::Editor)
        .map_err(|denied| Error::denied(ResourceKind::Tag, denied))?;
    if id == into {
        return Err(Error::conflict("tag_merge_itself", []));
    }
    let now = app.now();
    app.db
        .write(async move |tx| {
            // In the order of their ids, so that two opposite merges cannot deadlock.
            store::lock(tx, id.min(into)).await?;
            store::lock(tx, id.max(into)).await?;
            let from = get(tx, id).await?;
            if store::find(tx, into).await?.is_none() {
                let name = into.to_string();
                return Err(Error::violation("/into", Violation::UnknownTag { name }));
            }
            store::touch_articles(tx, id, now).await?;
            store::move_all(tx, id, into).await?;
            store::delete(tx, id).await?;
            store::remember_slug(tx, &slug::key(&from.slug), into).await?;
            store::recount(tx, into).await?;
            if from.listed {
                store::set_listed(tx, into).await?;
            }
            get(tx, into).await
        })
        .await
}

/// Returns the ids of an article's tags by their names, compared by folded key. Creates the missing
/// ones if `may_create`.
///
/// # Errors
/// [`Violation::UnknownTag`] for a missing tag if `may_create` is false.
pub(super) async fn by_names(
    tx: &mut Conn<'_>,
    names: &[String],
    lang: &Lang,
    may_create: bool,
    now: Time,
) -> Result<Vec<TagId>> {
    let mut ids = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let key = fold::fold(name);
        let pointer = format!("/tags/{index}");
        if key.is_empty() {
            return Err(Error::violation(&pointer, Violation::Empty));
        }
        let id = match store::find_by_name_key(tx, &key).await? {
            Some(tag) => tag.id,
            None if may_create => {
                let draft = TagDraft {
                    name: name.clone(),
                    slug: None,
                    description: None,
                    lang: lang.clone(),
                };
                match insert(tx, &draft, Listed::OncePublished, now).await {
                    // Another transaction created it since the lookup above.
                    Err(Error::Conflict(conflict)) if conflict.code == TAG_EXISTS => {
                        find_by_key(tx, &key).await?
                    }
                    inserted => inserted?,
                }
            }
            None => {
                return Err(Error::violation(
                    &pointer,
                    Violation::UnknownTag { name: name.clone() },
                ));
            }
        };
        // Two names may have the same key.
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

async fn find_by_key(tx: &mut Conn<'_>, key: &str) -> Result<TagId> {
    let tag = store::find_by_name_key(tx, key).await?;
    tag.map(|tag| tag.id).ok_or(Error::NotFound(ResourceKind::Tag))
}

async fn get(conn: &mut Conn<'_>, id: TagId) -> Result<Tag> {
    store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Tag))
}

/// The moment from which readers see a new tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// At once: an editor created the tag itself.
    AtOnce,
    /// When an article with it is published: a draft's tags are not public.
    OncePublished,
}

async fn insert(tx: &mut Conn<'_>, draft: &TagDraft, listed: Listed, now: Time) -> Result<TagId> {
    let mut columns = columns(tx, draft, None).await?;
    columns.listed = listed == Listed::AtOnce;
    // A former slug that becomes a slug again stops redirecting.
    Ok(store::insert(tx, &columns, now).await?)
}

async fn replace(tx: &mut Conn<'_>, current: &Tag, draft: &TagDraft, now: Time) -> Result<()> {
    let columns = columns(tx, draft, Some(current)).await?;
    let former = slug::key(&current.slug);
    if former != columns.slug_key {
        store::forget_slug(tx, &columns.slug_key).await?;
        store::remember_slug(tx, &former, current.id).await?;
    }
    let changes_articles = current.name != columns.name || current.slug != columns.slug;
    store::update(tx, current.id, &columns, now).await?;
    if changes_articles {
        store::touch_articles(tx, current.id, now).await?;
    }
    Ok(())
}

/// Makes the columns. Fails if another tag has the name or the slug.
async fn columns(
    tx: &mut Conn<'_>,
    draft: &TagDraft,
    current: Option<&Tag>,
) -> Result<store::TagColumns> {
    let own = current.map(|tag| tag.id);
    let name_key = fold::fold(&draft.name);
    if name_key.is_empty() {
        return Err(Error::violation("/name", Violation::Empty));
    }
    if let Some(other) = store::find_by_name_key(tx, &name_key).await?
        && Some(other.id) != own
    {
        return Err(Error::conflict(TAG_EXISTS, [("name", other.name)]));
    }
    let slug = match &draft.slug {
        Some(slug) => chosen_slug(tx, slug, own).await?,
        None => derived_slug(tx, draft, current).await?,
    };
    Ok(store::TagColumns {
        slug_key: slug::key(&slug),
        slug,
        name: draft.name.clone(),
        name_key,
        name_sort: collate::sort_key(&draft.name),
        description: draft.description.clone(),
        lang: draft.lang.as_str().to_owned(),
        // An edit by an editor makes the tag public.
        listed: true,
    })
}

async fn chosen_slug(tx: &mut Conn<'_>, slug: &str, own: Option<TagId>) -> Result<String> {
    match store::slug_owner(tx, &slug::key(slug)).await? {
        Some(owner) if Some(owner) != own => Err(slugs::taken(slug)),
        _ => Ok(slug.to_owned()),
    }
}

async fn derived_slug(
    tx: &mut Conn<'_>,
    draft: &TagDraft,
    current: Option<&Tag>,
) -> Result<String> {
    let base = slug::slug(&draft.name, &draft.lang).unwrap_or_else(|| String::from("tag"));
    for candidate in slugs::candidates(&base) {
        match store::slug_owner(tx, &slug::key(&candidate)).await? {
            Some(owner) if Some(owner) != current.map(|tag| tag.id) => {}
            _ => return Ok(candidate),
        }
    }
    Err(slugs::taken(&base))
}
