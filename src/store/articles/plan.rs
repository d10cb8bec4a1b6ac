//! By which index a list of articles is found. Whatever a list is narrowed by and sorted by, it is to
//! meet few rows that don't belong: the way there is chosen here, and `list.rs` takes it.

use std::cmp::Ordering;

use crate::store::prelude::*;
use diesel::dsl::min;

use super::row::ArticleRow;
use super::small_sets;
use crate::domain::article::ArticleId;
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{ArticleQuery, ArticleSort, Direction, Visibility};
use crate::domain::tag::TagId;
use crate::store::schema::{articles, tags};
use crate::store::{Conn, StoreResult};

/// Which index gives the rows in their order.
#[derive(Debug, Clone)]
pub(super) enum AccessPath {
    /// One of the articles' own.
    Articles,
    /// No more than these articles, which are sorted.
    These(Vec<ArticleId>),
    /// That of a language.
    Lang(String),
    /// A tag's: what its articles are sorted by is repeated on it.
    Tag(TagId),
    /// A byline's: on it too.
    Credit(String),
}

/// A way, and what is left to narrow the rows down by.
pub(super) type ListRoute = (AccessPath, ArticleQuery);

/// The ways that together meet all rows, and few others. None: there are no such rows.
pub(super) async fn choose(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    exceptional_state: Option<OpenState>,
) -> StoreResult<Vec<ListRoute>> {
    let mut rest = query.clone();
    if query.visibility != Visibility::Public {
        return Ok(vec![(AccessPath::Articles, rest)]);
    }
    if !rest.tags_all.is_empty() {
        let rarest = rarest(conn, &rest.tags_all).await?;
        rest.tags_all.retain(|id| *id != rarest);
        return Ok(vec![(AccessPath::Tag(rarest), rest)]);
    }
    if let Some(any) = rest.tags_any.take() {
        let through = |tag: TagId| (AccessPath::Tag(tag), rest.clone());
        return Ok(any.into_iter().map(through).collect());
    }
    if let Some(key) = rest.credit_key.take() {
        return Ok(vec![(AccessPath::Credit(key), rest)]);
    }
    if let Some(few) = small_sets::look(conn, query, exceptional_state).await? {
        let through = (!few.is_empty()).then_some((AccessPath::These(few), rest));
        return Ok(through.into_iter().collect());
    }
    if query.sort != ArticleSort::PublishedAt {
        return Ok(vec![(AccessPath::Articles, rest)]);
    }
    if let Some(lang) = &query.lang
        && let Some(held) = held(conn, lang).await?
    {
        rest.lang = None;
        let through = |lang| (AccessPath::Lang(lang), rest.clone());
        return Ok(held.into_iter().map(through).collect());
    }
    Ok(vec![(AccessPath::Articles, rest)])
}

/// Which of several tags the fewest articles have. One alone isn't counted.
async fn rarest(conn: &mut Conn<'_>, ids: &[TagId]) -> StoreResult<TagId> {
    if let [only] = ids {
        return Ok(*only);
    }
    let counted: Vec<(TagId, i64)> = with_backend!(
        conn,
        tags::table
            .filter(tags::id.eq_any(ids))
            .select((tags::id, tags::article_count))
            .load(conn)
            .await
    )?;
    let rarest = counted.into_iter().min_by_key(|(_, count)| *count);
    Ok(rarest.map_or(ids[0], |(id, _)| id))
}

/// The most variants of a language that are each looked for by themselves.
const MOST_VARIANTS: usize = 6;

/// The language and its variants, as far as anything published is in them; `None` if they are many.
/// It is one look into an index for each: what is next in its order.
async fn held(conn: &mut Conn<'_>, lang: &str) -> StoreResult<Option<Vec<String>>> {
    let (low, high) = variants(lang);
    let mut held: Vec<String> = Vec::new();
    loop {
        let next: Option<String> = with_backend!(conn, {
            let next = articles::table
                .filter(articles::status.eq("published"))
                .filter(articles::lang.lt(&high))
                .select(min(articles::lang))
                .into_boxed::<Backend>();
            match held.last() {
                Some(last) => next.filter(articles::lang.gt(last)),
                None => next.filter(articles::lang.ge(&low)),
            }
            .get_result(conn)
            .await
        })?;
        match next {
            Some(_) if held.len() == MOST_VARIANTS => return Ok(None),
            Some(next) => held.push(next),
            None => return Ok(Some(held)),
        }
    }
}

/// The range of a language and all its variants: a dot follows a hyphen in ASCII, and nothing that
/// stands in a tag comes before the hyphen.
pub(super) fn variants(lang: &str) -> (String, String) {
    (lang.to_owned(), format!("{lang}."))
}

/// Makes one page of those that several ways led to: each gave its first rows, and some may have
/// come by more than one.
pub(super) fn merge(mut rows: Vec<ArticleRow>, query: &ArticleQuery) -> Vec<ArticleRow> {
    let upwards = query.travels() == Direction::Ascending;
    let place = |(a, ..): &ArticleRow, (b, ..): &ArticleRow| -> Ordering {
        let order = match query.sort {
            ArticleSort::PublishedAt => a.listed_at.cmp(&b.listed_at),
            ArticleSort::UpdatedAt => a.updated_at.cmp(&b.updated_at),
            ArticleSort::Title => a.title_sort.cmp(&b.title_sort),
        };
        let order = order.then(a.id.cmp(&b.id));
        if upwards { order } else { order.reverse() }
    };
    rows.sort_by(place);
    rows.dedup_by_key(|(head, ..)| head.id);
    rows
}
