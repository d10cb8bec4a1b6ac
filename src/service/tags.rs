//! Tags: making, changing, merging and finding them.

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

/// A page of tags.
///
/// The code of the conflict of two tags that differ only in spelling.
const TAG_EXISTS: &str = "tag_exists";

/// # Errors
/// [`Error::Store`].
pub async fn list(app: &App, query: TagQuery) -> Result<Page<Tag>> {
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// The tag by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(app: &App, actor: Option<&Actor>, id: TagId) -> Result<Tag> {
    app.db.read(async |conn| seen(actor, get(conn, id).await?)).await
}

/// A tag that only drafts have named is the newsroom's.
fn seen(actor: Option<&Actor>, tag: Tag) -> Result<Tag> {
    if tag.listed || actor.is_some() { Ok(tag) } else { Err(Error::NotFound(ResourceKind::Tag)) }
}

/// The tag by its slug, present or former, in whatever spelling.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_by_slug(app: &App, actor: Option<&Actor>, text: &str) -> Result<SlugLookup<Tag>> {
    let key = slug::key(text);
    app.db
        .read(async |conn| {
            if let Some(tag) = store::find_by_slug_key(conn, &key).await? {
                return seen(actor, tag).map(SlugLookup::Here);
            }
            let id = store::find_former_slug(conn, &key)
                .await?
                .ok_or(Error::NotFound(ResourceKind::Tag))?;
            Ok(SlugLookup::MovedTo(seen(actor, get(conn, id).await?)?.slug))
        })
        .await
}

/// Makes a tag.
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

/// Changes a tag to what `change` makes of it.
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

/// Deletes a tag; its articles lose it.
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

/// Moves a tag's articles and slugs to another and deletes it.
///
/// # Errors
/// [`Error::Conflict`], [`Error::NotFound`] for the tag, a flaw at `/into` for the other.
pub async fn merge(app: &App, actor: &Actor, id: TagId, into: TagId) -> Result<Tag> {
    policy::needs(actor, Role::Editor)
        .map_err(|denied| Error::denied(ResourceKind::Tag, denied))?;
    if id == into {
        return Err(Error::conflict("tag_merge_itself", []));
    }
    let now = app.now();
    app.db
        .write(async move |tx| {
            // Always in the same order, so that two opposite merges can't wait for each other.
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
                store::list_for_readers(tx, into).await?;
            }
            get(tx, into).await
        })
        .await
}

/// The tags that an article names: those that are there, whatever their spelling, and new ones.
///
/// # Errors
/// [`Violation::UnknownTag`] for each that isn't there when `may_make` is false.
pub(super) async fn by_names(
    tx: &mut Conn<'_>,
    names: &[String],
    lang: &Lang,
    may_make: bool,
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
            None if may_make => {
                let draft = TagDraft {
                    name: name.clone(),
                    slug: None,
                    description: None,
                    lang: lang.clone(),
                };
                match insert(tx, &draft, Listed::OncePublished, now).await {
                    // Another transaction made it since this one looked: then it's there.
                    Err(Error::Conflict(conflict)) if conflict.code == TAG_EXISTS => {
                        known(tx, &key).await?
                    }
                    made => made?,
                }
            }
            None => {
                return Err(Error::violation(
                    &pointer,
                    Violation::UnknownTag { name: name.clone() },
                ));
            }
        };
        // Two spellings of one tag are one tag.
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

async fn known(tx: &mut Conn<'_>, key: &str) -> Result<TagId> {
    let tag = store::find_by_name_key(tx, key).await?;
    tag.map(|tag| tag.id).ok_or(Error::NotFound(ResourceKind::Tag))
}

async fn get(conn: &mut Conn<'_>, id: TagId) -> Result<Tag> {
    store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Tag))
}

/// When readers find a new tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// An editor made it for itself.
    AtOnce,
    /// A draft named it, and what a draft says is not for readers.
    OncePublished,
}

async fn insert(tx: &mut Conn<'_>, draft: &TagDraft, listed: Listed, now: Time) -> Result<TagId> {
    let mut columns = columns(tx, draft, None).await?;
    columns.listed = listed == Listed::AtOnce;
    // A former slug that is taken anew stops redirecting: `columns` made sure it was nobody else's.
    Ok(store::insert(tx, &columns, now).await?)
}

async fn replace(tx: &mut Conn<'_>, current: &Tag, draft: &TagDraft, now: Time) -> Result<()> {
    let columns = columns(tx, draft, Some(current)).await?;
    let former = slug::key(&current.slug);
    if former != columns.slug_key {
        store::forget_slug(tx, &columns.slug_key).await?;
        store::remember_slug(tx, &former, current.id).await?;
    }
    let shown = current.name != columns.name || current.slug != columns.slug;
    store::update(tx, current.id, &columns, now).await?;
    if shown {
        store::touch_articles(tx, current.id, now).await?;
    }
    Ok(())
}

/// Makes the columns, and sees that nobody else has the name or the slug.
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
        None => derived_slug(tx, &draft.name, current).await?,
    };
    Ok(store::TagColumns {
        slug_key: slug::key(&slug),
        slug,
        name: draft.name.clone(),
        name_key,
        name_sort: collate::sort_key(&draft.name),
        description: draft.description.clone(),
        lang: draft.lang.as_str().to_owned(),
        // Whoever edits a tag means it to be found.
        listed: true,
    })
}

async fn chosen_slug(tx: &mut Conn<'_>, slug: &str, own: Option<TagId>) -> Result<String> {
    match store::slug_owner(tx, &slug::key(slug)).await? {
        Some(owner) if Some(owner) != own => Err(slugs::taken(slug)),
        _ => Ok(slug.to_owned()),
    }
}

async fn derived_slug(tx: &mut Conn<'_>, name: &str, current: Option<&Tag>) -> Result<String> {
    let base = slug::slug(name).unwrap_or_else(|| String::from("tag"));
    for candidate in slugs::candidates(&base) {
        match store::slug_owner(tx, &slug::key(&candidate)).await? {
            Some(owner) if Some(owner) != current.map(|tag| tag.id) => {}
            _ => return Ok(candidate),
        }
    }
    Err(slugs::taken(&base))
}
