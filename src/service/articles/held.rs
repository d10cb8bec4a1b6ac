//! Slugs and locks of articles. A transaction locks the actor, the tags, the article and then the
//! slug.

use super::get;
use crate::domain::article::{Article, ArticleDraft, ArticleId};
use crate::domain::policy::{self, Actor};
use crate::domain::tag::TagId;
use crate::domain::user::UserId;
use crate::service::slugs::{self, Holder};
use crate::service::{Error, ResourceKind, Result};
use crate::store::articles::{self as store, Projection};
use crate::store::locks::{self, TagLock};
use crate::store::slugs::{self as slug_store, SlugHolder, Slugged};
use crate::store::{Conn, StoreError};
use crate::text::slug;

/// The temporary slug of an article with a title that gives none. The insert returns the article's
/// id, which then becomes its slug.
pub(super) const PLACEHOLDER: &str = "~";

/// Locks a user against deletion, since articles and revisions refer to their users.
pub(super) async fn lock_user(tx: &mut Conn<'_>, id: UserId) -> Result<()> {
    match locks::user(tx, id).await? {
        true => Ok(()),
        false => Err(Error::InvalidToken("no_user")),
    }
}

/// Locks an article and its tags, whose articles are counted, and returns the article.
pub(super) async fn lock_with_tags(tx: &mut Conn<'_>, id: ArticleId) -> Result<Article> {
    let ids = |article: &Article| -> Vec<TagId> { article.tags.iter().map(|tag| tag.id).collect() };
    let before = ids(&get(tx, id, Projection::Summary).await?);
    locks::found_tags(tx, &before, TagLock::Count).await?;
    store::lock(tx, id).await?;
    let article = get(tx, id, Projection::Summary).await?;
    if ids(&article) != before {
        return Err(StoreError::Collision("an article's tags have changed".into()).into());
    }
    Ok(article)
}

/// Returns the text by which the slug of a new article is locked.
pub(super) fn stem(draft: &ArticleDraft) -> String {
    let base = draft.slug.clone().or_else(|| slug::slug(&draft.title, &draft.lang));
    base.map_or_else(String::new, |base| slug::stem_key(&base))
}

/// Returns the draft's slug if it is free, or a free one made from the title.
pub(super) async fn choose_slug(
    tx: &mut Conn<'_>,
    draft: &ArticleDraft,
    current: Option<&Article>,
    actor: Option<&Actor>,
) -> Result<String> {
    let own = current.map(|article| article.id);
    if let Some(slug) = &draft.slug {
        return chosen_slug(tx, slug, current, actor).await;
    }
    match (slug::slug(&draft.title, &draft.lang), own) {
        (Some(base), _) => free_slug(tx, &base, own).await,
        (None, Some(id)) => free_slug(tx, &id.to_string(), own).await,
        (None, None) => Ok(PLACEHOLDER.into()),
    }
}

async fn chosen_slug(
    tx: &mut Conn<'_>,
    slug: &str,
    current: Option<&Article>,
    actor: Option<&Actor>,
) -> Result<String> {
    let key = slug::key(slug);
    if current.is_some_and(|article| slug::key(&article.slug) == key) {
        return Ok(slug.to_owned());
    }
    locks::article_slugs(tx, &slug::stem_key(slug)).await?;
    match slug_store::holder(tx, Slugged::Articles, &key).await? {
        Some(holder) if current.is_none_or(|article| article.id != holder.id) => {
            Err(slugs::taken(slug, seen_by(tx, holder, actor).await?))
        }
        _ => Ok(slug.to_owned()),
    }
}

/// Returns the holder of a slug, unless the actor may not see it.
async fn seen_by(
    tx: &mut Conn<'_>,
    holder: SlugHolder,
    actor: Option<&Actor>,
) -> Result<Option<Holder>> {
    let article = store::find(tx, holder.id, Projection::Summary).await?;
    let seen = article.filter(|article| policy::read(actor, article).is_ok());
    Ok(seen.map(|article| Holder {
        kind: ResourceKind::Article,
        id: article.id,
        state: match (article.trashed_from, holder.is_former) {
            (Some(_), _) => "trash",
            (None, true) => "former",
            (None, false) => "present",
        },
        name: article.title,
    }))
}

/// Returns the slug itself, or the first numbered one that is free.
pub(super) async fn free_slug(
    tx: &mut Conn<'_>,
    base: &str,
    own: Option<ArticleId>,
) -> Result<String> {
    locks::article_slugs(tx, &slug::stem_key(base)).await?;
    slugs::free(tx, Slugged::Articles, base, own).await
}

/// Makes the slug of a changed article redirect, if readers could see it.
pub(super) async fn retire_slug(
    tx: &mut Conn<'_>,
    current: &Article,
    next_key: &str,
) -> Result<()> {
    slug_store::release(tx, Slugged::Articles, current.id, next_key).await?;
    if store::is_slug_seen(tx, current.id).await? {
        slug_store::add_former(tx, Slugged::Articles, &current.slug, current.id).await?;
    }
    Ok(store::set_slug_seen(tx, current.id, current.is_public()).await?)
}
