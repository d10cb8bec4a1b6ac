//! Creates and changes articles.

use super::prepare::{Prepared, prepare};
use super::{allow, get};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::{Article, ArticleDraft, ArticleId, Status};
use crate::domain::policy::{self, Actor};
use crate::service::idempotency::{self, Idempotent, Outcome};
use crate::service::search::indexing;
use crate::service::{App, Error, Expected, Result, mentions, slugs, tags};
use crate::store::articles::{self as store, NewPlacement, Projection};
use crate::store::{Conn, comment_settings};
use crate::text::slug;

use super::WithSite;

/// The attempts of an update that expects no version. Each conflict means that another update
/// succeeded, so this many concurrent updates of an article all succeed.
pub(super) const MAX_ATTEMPTS: usize = 64;

/// Creates a draft.
///
/// # Errors
/// [`Error::Conflict`] if the draft has a slug that is taken; `UnknownTag` for a missing tag if the
/// role may not create tags.
pub async fn create(
    app: &App,
    actor: &Actor,
    draft: ArticleDraft,
    idempotent: Idempotent<WithSite<Article>>,
) -> Result<Outcome> {
    let (now, actor) = (app.now(), *actor);
    let prepared = prepare(app, draft).await?;
    app.db
        .write(async move |tx| {
            idempotency::run(tx, now, &idempotent, async |tx| {
                let placement = NewPlacement {
                    status: Status::Draft.as_str().into(),
                    published_at: None,
                    listed_at: now.into(),
                    created_at: now.into(),
                    updated_at: now.into(),
                    author_id: Some(actor.user_id),
                };
                let may_create_tags = policy::may_create_tags(&actor);
                let id = insert(tx, &prepared, &placement, may_create_tags, now).await?;
                store::add_revision(tx, id, 1, Some(actor.user_id), &prepared.draft, now).await?;
                load_written(tx, id).await
            })
            .await
        })
        .await
}

/// Changes an article to the draft that `change` returns for it. The draft is prepared before the
/// transaction, and again if the article changed meanwhile and any version is expected.
///
/// # Errors
/// [`Error::Stale`], [`Error::Conflict`], and as [`create`].
pub async fn update(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
    change: impl Fn(&Article) -> Result<ArticleDraft>,
) -> Result<WithSite<Article>> {
    let mut stale = None;
    for _ in 0..MAX_ATTEMPTS {
        let current = app.db.read(async |conn| get(conn, id, Projection::Full).await).await?;
        check_editable(actor, &current, &expected)?;
        let prepared = prepare(app, change(&current)?).await?;
        match save(app, actor, current, prepared).await {
            Err(Error::Stale(version)) if expected == Expected::Any => stale = Some(version),
            other => return other,
        }
    }
    Err(Error::Stale(stale.unwrap_or(0)))
}

pub(super) fn check_editable(actor: &Actor, article: &Article, expected: &Expected) -> Result<()> {
    allow(policy::edit(actor, article))?;
    expected.check(article.version)?;
    if article.status == Status::Trashed {
        return Err(Error::conflict("article_in_trash", []));
    }
    Ok(())
}

/// Writes a prepared draft if the article still has the version that it was made from.
pub(super) async fn save(
    app: &App,
    actor: &Actor,
    current: Article,
    prepared: Prepared,
) -> Result<WithSite<Article>> {
    let (now, actor) = (app.now(), *actor);
    app.db
        .write(async move |tx| {
            store::lock(tx, current.id).await?;
            let latest = get(tx, current.id, Projection::Summary).await?;
            if latest.version != current.version {
                return Err(Error::Stale(latest.version));
            }
            replace(tx, &current, &prepared, &actor, now).await?;
            load_written(tx, current.id).await
        })
        .await
}

async fn replace(
    tx: &mut Conn<'_>,
    current: &Article,
    prepared: &Prepared,
    actor: &Actor,
    now: Time,
) -> Result<()> {
    let id = current.id;
    let mut columns = prepared.columns.clone();
    columns.slug = choose_slug(tx, &prepared.draft, Some(current)).await?;
    columns.slug_key = slug::key(&columns.slug);
    let former = slug::key(&current.slug);
    if former != columns.slug_key {
        store::forget_slug(tx, &columns.slug_key).await?;
        store::remember_slug(tx, &former, id).await?;
    }
    store::update(tx, id, &columns, now).await?;
    let published_at = current.published_at.filter(|_| current.is_public());
    store::set_credit_keys(tx, id, &prepared.credit_keys, published_at).await?;
    indexing::put(tx, id, current.status, &prepared.document).await?;
    set_tags(tx, current, prepared, policy::may_create_tags(actor), now).await?;
    if current.is_public() && current.html.as_deref() != Some(&columns.html) {
        mentions::announce(tx, id, now).await?;
    }
    let last = store::last_revision_number(tx, id).await?;
    store::add_revision(tx, id, last + 1, Some(actor.user_id), &prepared.draft, now).await?;
    Ok(())
}

async fn set_tags(
    tx: &mut Conn<'_>,
    current: &Article,
    prepared: &Prepared,
    may_create_tags: bool,
    now: Time,
) -> Result<()> {
    let draft = &prepared.draft;
    let before = store::tag_ids(tx, current.id).await?;
    let after = tags::by_names(tx, &draft.tags, &draft.lang, may_create_tags, now).await?;
    let published_at = current.published_at.filter(|_| current.is_public());
    if before != after {
        store::set_tags(tx, current.id, &after, published_at).await?;
    }
    if current.is_public() {
        let removed: Vec<_> = before.iter().filter(|id| !after.contains(id)).copied().collect();
        let added: Vec<_> = after.iter().filter(|id| !before.contains(id)).copied().collect();
        crate::store::tags::add_to_counts(tx, &removed, -1).await?;
        crate::store::tags::add_to_counts(tx, &added, 1).await?;
    }
    Ok(())
}

/// The temporary slug of an article with a title that gives none. The insert returns the article's
/// id, which then becomes its slug.
const PLACEHOLDER: &str = "~";

/// Inserts an article with its tags, credits and index entry.
pub(super) async fn insert(
    tx: &mut Conn<'_>,
    prepared: &Prepared,
    placement: &NewPlacement,
    may_make_tags: bool,
    now: Time,
) -> Result<ArticleId> {
    let draft = &prepared.draft;
    let mut columns = prepared.columns.clone();
    columns.slug = choose_slug(tx, draft, None).await?;
    columns.slug_key = slug::key(&columns.slug);
    let tag_ids = tags::by_names(tx, &draft.tags, &draft.lang, may_make_tags, now).await?;
    if columns.slug == PLACEHOLDER {
        // Slugs contain no tilde, so this key cannot collide with another article's.
        columns.slug_key = format!("{PLACEHOLDER}{}", now.timestamp_micros());
    }
    let id = store::insert(tx, &columns, placement).await?;
    if columns.slug == PLACEHOLDER {
        let slug = free_slug(tx, &id.to_string(), Some(id)).await?;
        store::set_slug(tx, id, &slug).await?;
    }
    let public = placement.status == Status::Published.as_str();
    let published_at = placement.published_at.filter(|_| public).map(|stamp| stamp.time());
    store::set_tags(tx, id, &tag_ids, published_at).await?;
    store::set_credit_keys(tx, id, &prepared.credit_keys, published_at).await?;
    if public {
        crate::store::tags::add_to_counts(tx, &tag_ids, 1).await?;
    }
    let index = if public { Status::Published } else { Status::Draft };
    indexing::put(tx, id, index, &prepared.document).await?;
    Ok(id)
}

/// Returns the draft's slug if it is free, or a free one made from the title.
async fn choose_slug(
    tx: &mut Conn<'_>,
    draft: &ArticleDraft,
    current: Option<&Article>,
) -> Result<String> {
    let own = current.map(|article| article.id);
    if let Some(slug) = &draft.slug {
        return match store::slug_owner(tx, &slug::key(slug)).await? {
            Some(owner) if Some(owner) != own => Err(slugs::taken(slug)),
            _ => Ok(slug.clone()),
        };
    }
    let base = match (slug::slug(&draft.title, &draft.lang), own) {
        (Some(base), _) => base,
        (None, Some(id)) => id.to_string(),
        (None, None) => return Ok(PLACEHOLDER.into()),
    };
    free_slug(tx, &base, own).await
}

/// Returns the slug itself, or the first numbered one that is free.
async fn free_slug(tx: &mut Conn<'_>, base: &str, own: Option<ArticleId>) -> Result<String> {
    for candidate in slugs::candidates(base) {
        match store::slug_owner(tx, &slug::key(&candidate)).await? {
            Some(owner) if Some(owner) != own => {}
            _ => return Ok(candidate),
        }
    }
    Err(slugs::taken(base))
}

/// Loads the written article for its editor.
pub(super) async fn load_written(tx: &mut Conn<'_>, id: ArticleId) -> Result<WithSite<Article>> {
    let item = get(tx, id, Projection::Full).await?;
    let site = comment_settings::site(tx).await?;
    Ok(WithSite { item, site: site.into() })
}
