//! Related and adjacent articles.

use std::collections::HashMap;

use super::{Reader, WithSite, get};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::tag::TagId;
use crate::service::{App, Error, Result};
use crate::store::articles::{self as store, Neighbour, Projection, Side};
use crate::store::{Conn, tags};
use crate::text::lang::Lang;

/// The most tags of an article that are considered, rarest first.
const TAGS: usize = 8;
/// The most articles that are considered for a tag, newest first.
const PER_TAG: i64 = 60;

/// Articles related to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The articles, best first.
    pub shown: WithSite<Vec<Article>>,
    /// The tags of the given article.
    pub tags: Vec<TagId>,
}

/// Returns published articles that share tags with one, sorted by the rarity of the shared tags and
/// then newest first.
///
/// # Errors
/// [`Error::NotFound`] if the article does not exist or the reader may not read it.
pub async fn related(
    app: &App,
    reader: Reader,
    id: ArticleId,
    limit: u8,
    lang: Option<Lang>,
) -> Result<Related> {
    let site = app.site_settings().await?;
    app.db
        .scan(async move |conn| {
            let article = get(conn, id, Projection::Summary).await?;
            reader.may_read(&article)?;
            let ids = rank(conn, &article, limit.into(), lang.as_ref()).await?;
            let item = store::summaries(conn, &ids).await?;
            let shown = WithSite { item, site: site.clone() };
            Ok(Related { shown, tags: article.tags.iter().map(|tag| tag.id).collect() })
        })
        .await
}

async fn rank(
    conn: &mut Conn<'_>,
    article: &Article,
    limit: usize,
    lang: Option<&Lang>,
) -> Result<Vec<ArticleId>> {
    let ids: Vec<_> = article.tags.iter().map(|tag| tag.id).collect();
    let mut shared = tags::find_many(conn, &ids).await?;
    shared.sort_by_key(|tag| (tag.article_count, tag.id));
    let mut found: HashMap<ArticleId, (f64, Time)> = HashMap::new();
    for tag in shared.iter().take(TAGS) {
        let weight = rarity(tag.article_count);
        for other in store::newest_with_tag(conn, tag.id, lang.map(Lang::as_str), PER_TAG).await? {
            let entry = found.entry(other.id).or_insert((0.0, other.published_at));
            entry.0 += weight;
        }
    }
    found.remove(&article.id);
    let mut ranked: Vec<(ArticleId, (f64, Time))> = found.into_iter().collect();
    ranked.sort_by(|(a, (weight_a, time_a)), (b, (weight_b, time_b))| {
        weight_b.total_cmp(weight_a).then(time_b.cmp(time_a)).then(b.cmp(a))
    });
    Ok(ranked.into_iter().take(limit).map(|(id, _)| id).collect())
}

/// The weight of a shared tag, which falls with the number of its articles.
#[expect(clippy::cast_precision_loss, reason = "a count stays below 2^52")]
fn rarity(article_count: i64) -> f64 {
    1.0 / (2.0 + article_count.max(0) as f64).ln()
}

/// The articles adjacent to one in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjacent {
    /// The published article before it.
    pub previous: Option<Article>,
    /// The published article after it.
    pub next: Option<Article>,
}

/// Returns the published articles right before and after one, of a language and its variants if it is
/// given.
///
/// # Errors
/// As [`related`].
pub async fn adjacent(
    app: &App,
    reader: Reader,
    id: ArticleId,
    lang: Option<Lang>,
) -> Result<WithSite<Adjacent>> {
    let site = app.site_settings().await?;
    app.db
        .read(async |conn| {
            let article = get(conn, id, Projection::Summary).await?;
            reader.may_read(&article)?;
            let place = Neighbour { id, published_at: article.listed_at };
            let lang = lang.as_ref().map(Lang::as_str);
            let previous = store::neighbour(conn, place, Side::Previous, lang).await?;
            let next = store::neighbour(conn, place, Side::Next, lang).await?;
            let ids: Vec<_> = [previous, next].into_iter().flatten().collect();
            let mut found = store::summaries(conn, &ids).await?;
            let mut take = |id: Option<ArticleId>| {
                let index = found.iter().position(|article| Some(article.id) == id)?;
                Some(found.swap_remove(index))
            };
            let item = Adjacent { previous: take(previous), next: take(next) };
            Ok::<_, Error>(WithSite { item, site: site.clone() })
        })
        .await
}
