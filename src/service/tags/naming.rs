//! Names of tags: the tags that names mean, and new tags. Whoever creates or renames a tag holds the
//! lock of all names.

use std::collections::HashMap;

use crate::domain::Time;
use crate::domain::check::Violation;
use crate::domain::tag::{Tag, TagDraft, TagId};
use crate::service::slugs::{self, Holder};
use crate::service::{Error, ResourceKind, Result};
use crate::store::slugs::{self as slug_store, Slugged};
use crate::store::{Conn, locks, tags as store};
use crate::text::lang::Lang;
use crate::text::{collate, slug, tag_name};

/// The moment from which readers see a new tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// At once: an editor created the tag itself.
    AtOnce,
    /// When an article with it is published: a draft's tags are not public.
    OncePublished,
}

/// Returns the ids of an article's tags by their names, in any spelling. A former name and a former
/// slug also mean their tag. Creates the missing ones if `may_create`.
///
/// # Errors
/// [`Violation::UnknownTag`] for a missing tag if `may_create` is false.
pub(in crate::service) async fn by_names(
    tx: &mut Conn<'_>,
    names: &[String],
    lang: &Lang,
    may_create: bool,
    now: Time,
) -> Result<Vec<TagId>> {
    let keys: Vec<String> = names.iter().map(|name| tag_name::key(name)).collect();
    if let Some(index) = keys.iter().position(String::is_empty) {
        return Err(Error::violation(&format!("/tags/{index}"), Violation::Empty));
    }
    let mut found = find(tx, names, &keys).await?;
    if let Some(index) = keys.iter().position(|key| !found.contains_key(key)) {
        if !may_create {
            let name = names[index].clone();
            return Err(Error::violation(
                &format!("/tags/{index}"),
                Violation::UnknownTag { name },
            ));
        }
        locks::tag_names(tx).await?;
        // Another transaction may have created them while it had the lock.
        found = find(tx, names, &keys).await?;
        for (name, key) in names.iter().zip(&keys) {
            if !found.contains_key(key) {
                let (name, lang) = (name.clone(), lang.clone());
                let draft = TagDraft { name, slug: None, description: None, lang };
                let id = insert(tx, &draft, Listed::OncePublished, now).await?;
                found.insert(key.clone(), id);
            }
        }
    }
    // Two names may mean the same tag.
    let mut ids = Vec::with_capacity(keys.len());
    for id in keys.iter().filter_map(|key| found.get(key)) {
        if !ids.contains(id) {
            ids.push(*id);
        }
    }
    Ok(ids)
}

/// Finds the tags that names mean, by the keys of the names.
async fn find(
    tx: &mut Conn<'_>,
    names: &[String],
    keys: &[String],
) -> Result<HashMap<String, TagId>> {
    let mut found: HashMap<_, _> = store::find_by_name_keys(tx, keys).await?.into_iter().collect();
    let missing: Vec<String> =
        keys.iter().filter(|key| !found.contains_key(*key)).cloned().collect();
    found.extend(store::find_by_former_names(tx, &missing).await?);
    let missing = names.iter().zip(keys).filter(|(_, key)| !found.contains_key(*key));
    let slugs: Vec<(String, String)> = missing
        .filter_map(|(name, key)| Some((tag_name::meant_slug_key(name)?, key.clone())))
        .collect();
    let slug_keys: Vec<String> = slugs.iter().map(|(slug, _)| slug.clone()).collect();
    let by_slug = find_by_former_slugs(tx, &slug_keys).await?;
    for (slug, key) in slugs {
        if let Some(id) = by_slug.get(&slug) {
            found.insert(key, *id);
        }
    }
    Ok(found)
}

/// Finds the tags that formerly had slugs, by the keys of the slugs. The slug of `1.5` does not count,
/// since it also spells the name `1 5`.
async fn find_by_former_slugs(
    tx: &mut Conn<'_>,
    keys: &[String],
) -> Result<HashMap<String, TagId>> {
    let mut found: HashMap<_, _> =
        store::find_by_former_slugs(tx, keys).await?.into_iter().collect();
    let ids: Vec<TagId> = found.values().copied().collect();
    let names = store::all_name_keys(tx, &ids).await?;
    found.retain(|slug, id| {
        let mut own = names.iter().filter(|(tag, _)| tag == id);
        !own.any(|(_, name)| tag_name::is_left_out(name, slug))
    });
    Ok(found)
}

/// Inserts a tag. It takes its name from a tag that formerly had it.
pub(super) async fn insert(
    tx: &mut Conn<'_>,
    draft: &TagDraft,
    listed: Listed,
    now: Time,
) -> Result<TagId> {
    let mut columns = columns(tx, draft, None).await?;
    columns.listed = listed == Listed::AtOnce;
    store::delete_former_name(tx, &columns.name_key).await?;
    Ok(store::insert(tx, &columns, now).await?)
}

/// Writes a tag's new content. Its former name still means it, and its former slug redirects if
/// readers could see it.
pub(super) async fn replace(
    tx: &mut Conn<'_>,
    current: &Tag,
    draft: &TagDraft,
    now: Time,
) -> Result<()> {
    let columns = columns(tx, draft, Some(current)).await?;
    let former_name = tag_name::key(&current.name);
    if former_name != columns.name_key {
        store::delete_former_name(tx, &columns.name_key).await?;
        store::add_former_name(tx, &former_name, current.id).await?;
    }
    if slug::key(&current.slug) != columns.slug_key {
        slug_store::release(tx, Slugged::Tags, current.id, &columns.slug_key).await?;
        if current.listed {
            slug_store::add_former(tx, Slugged::Tags, &current.slug, current.id).await?;
        }
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
    let name_key = tag_name::key(&draft.name);
    if name_key.is_empty() {
        return Err(Error::violation("/name", Violation::Empty));
    }
    if let Some(other) = store::find_by_name_key(tx, &name_key).await?
        && Some(other.id) != own
    {
        let values = [("name", other.name)];
        return Err(Error::held("tag_exists", values, ResourceKind::Tag, other.id));
    }
    let slug = match &draft.slug {
        Some(slug) => chosen_slug(tx, slug, own).await?,
        None => {
            let base = tag_name::slug(&draft.name, Some(&draft.lang))
                .unwrap_or_else(|| String::from("tag"));
            slugs::free(tx, Slugged::Tags, &base, own).await?
        }
    };
    Ok(store::TagColumns {
        slug_key: slug::key(&slug),
        slug,
        name: draft.name.clone(),
        name_key,
        key_version: tag_name::VERSION,
        name_sort: collate::sort_key(&draft.name),
        description: draft.description.clone(),
        lang: draft.lang.as_str().to_owned(),
        // An edit by an editor makes the tag public.
        listed: true,
    })
}

async fn chosen_slug(tx: &mut Conn<'_>, slug: &str, own: Option<TagId>) -> Result<String> {
    match slug_store::holder(tx, Slugged::Tags, &slug::key(slug)).await? {
        Some(holder) if Some(holder.id) != own => {
            let tag = store::find(tx, holder.id).await?;
            Err(slugs::taken(
                slug,
                tag.map(|tag| Holder {
                    kind: ResourceKind::Tag,
                    id: tag.id,
                    name: tag.name,
                    state: if holder.is_former { "former" } else { "present" },
                }),
            ))
        }
        _ => Ok(slug.to_owned()),
    }
}
