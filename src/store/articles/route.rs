//! By which index a list of articles is found. Whatever a list is narrowed by and sorted by, it is to
//! meet few rows that don't belong: the way there is chosen here, and `list.rs` takes it.

use std::cmp::Ordering;

use crate::store::prelude::*;
use diesel::dsl::min;

use super::few;
use super::row::Found;
use crate::domain::article::ArticleId;
use crate::domain::comment_settings::Gate;
use crate::domain::listing::{ArticleQuery, ArticleSort, Direction, Visibility};
use crate::domain::tag::TagId;
use crate::store::schema::{articles, tags};
use crate::store::{Conn, StoreResult};

/// Which index gives the rows in their order.
#[derive(Debug, Clone)]
pub(super) enum Through {
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
pub(super) type Route = (Through, ArticleQuery);

/// The ways that together meet all rows, and few others. None: there are no such rows.
pub(super) async fn choose(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    excepted: Option<Gate>,
) -> StoreResult<Vec<Route>> {
    let mut rest = query.clone();
    if query.visibility != Visibility::Public {
        return Ok(vec![(Through::Articles, rest)]);
    }
    if !rest.tags_all.is_empty() {
        let rarest = rarest(conn, &rest.tags_all).await?;
        rest.tags_all.retain(|id| *id != rarest);
        return Ok(vec![(Through::Tag(rarest), rest)]);
    }
    if let Some(any) = rest.tags_any.take() {
        let through = |tag: TagId| (Through::Tag(tag), rest.clone());
        return Ok(any.into_iter().map(through).collect());
    }
    if let Some(key) = rest.credit_key.take() {
        return Ok(vec![(Through::Credit(key), rest)]);
    }
    if let Some(few) = few::look(conn, query, excepted).await? {
        let through = (!few.is_empty()).then_some((Through::These(few), rest));
        return Ok(through.into_iter().collect());
    }
    if query.sort != ArticleSort::PublishedAt {
        return Ok(vec![(Through::Articles, rest)]);
    }
    if let Some(lang) = &query.lang
        && let Some(held) = held(conn, lang).await?
    {
        rest.lang = None;
        let through = |lang| (Through::Lang(lang), rest.clone());
        return Ok(held.into_iter().map(through).collect());
    }
    Ok(vec![(Through::Articles, rest)])
}

/// Which of several tags the fewest articles have. One alone isn't counted.
async fn rarest(conn: &mut Conn<'_>, ids: &[TagId]) -> StoreResult<TagId> {
    if let [only] = ids {
        return Ok(*only);
    }
    let counted: Vec<(TagId, i64)> = on_either!(
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
        let next: Option<String> = on_either!(conn, {
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
pub(super) fn merge(mut rows: Vec<Found>, query: &ArticleQuery) -> Vec<Found> {
    let upwards = query.travels() == Direction::Ascending;
    let place = |(a, ..): &Found, (b, ..): &Found| -> Ordering {
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
