//! The statistics that the plan of an article list depends on. Each is read only if the query's
//! plan needs it.

use std::ops::Range;

use crate::store::prelude::*;
use diesel::dsl::min;
use diesel::sql_types::BigInt;

use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{ArticleQuery, ArticleSort, Visibility, variants};
use crate::domain::tag::TagId;
use crate::store::schema::{articles, tags};
use crate::store::statement::Statement;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// Statistics of one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Statistics {
    /// The published articles of each required tag, if there are several.
    pub tag_counts: Vec<(TagId, i64)>,
    /// The articles of one filter, if they are at most [`SMALL_SET`].
    pub small_set: Option<Vec<ArticleId>>,
    /// The language's variants that have published articles, if they are at most [`MAX_VARIANTS`].
    pub languages: Option<Vec<String>>,
}

/// The most articles that are sorted in memory. A larger set has enough articles in each part of
/// the list, so that the list's own index is read.
const SMALL_SET: usize = 500;

/// The most variants of a language that are read one by one.
const MAX_VARIANTS: usize = 6;

impl Statistics {
    /// Reads the statistics of a query.
    pub async fn read(
        conn: &mut Conn<'_>,
        query: &ArticleQuery,
        comments: Option<&CommentFilter>,
    ) -> StoreResult<Self> {
        let mut statistics = Self::default();
        if query.visibility != Visibility::Public {
            return Ok(statistics);
        }
        if query.tags_all.len() > 1 {
            statistics.tag_counts = tag_counts(conn, &query.tags_all).await?;
        }
        let leads = !query.tags_all.is_empty() || query.tags_any.is_some();
        if leads || query.credit_key.is_some() {
            return Ok(statistics);
        }
        for ids in filter_indexes(query, comments) {
            let ids: Vec<ArticleId> = with_backend!(conn, ids.load(conn).await)?;
            if ids.len() <= SMALL_SET {
                return Ok(Self { small_set: Some(ids), ..statistics });
            }
        }
        if let Some(lang) = &query.lang
            && query.sort == ArticleSort::PublishedAt
        {
            statistics.languages = languages(conn, lang).await?;
        }
        Ok(statistics)
    }
}

/// The filter by the effective state of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CommentFilter {
    /// The state that matches.
    pub state: OpenState,
    /// The site's state, for articles without a setting of their own.
    pub default: OpenState,
    /// The site's age limit in days; 0: none.
    pub days: i32,
    /// The present.
    pub now: Time,
}

impl CommentFilter {
    /// The state, if only an article's own settings can lead to it.
    pub fn exceptional_state(&self) -> Option<OpenState> {
        (self.days == 0 && self.default != self.state).then_some(self.state)
    }
}

async fn tag_counts(conn: &mut Conn<'_>, ids: &[TagId]) -> StoreResult<Vec<(TagId, i64)>> {
    Ok(with_backend!(
        conn,
        tags::table
            .filter(tags::id.eq_any(ids))
            .select((tags::id, tags::article_count))
            .load(conn)
            .await
    )?)
}

/// Reads of filters that have an index, but none in the list's order: one id more than a small set.
fn filter_indexes(
    query: &ArticleQuery,
    comments: Option<&CommentFilter>,
) -> impl Iterator<Item = Statement<BigInt>> {
    let published = || Statement::new("SELECT id FROM articles WHERE status = ").text("published");
    let author = query
        .author
        .map(|user| Statement::new("SELECT id FROM articles WHERE author_id = ").number(user));
    // The index by language is in the order of publication.
    let lang = query.lang.as_ref().filter(|_| query.sort != ArticleSort::PublishedAt).map(|lang| {
        let Range { start, end } = variants(lang);
        published().sql(" AND lang >= ").text(start).sql(" AND lang < ").text(end)
    });
    let updated = query
        .updated_after
        .filter(|_| query.sort != ArticleSort::UpdatedAt)
        .map(|after| published().sql(" AND updated_at >= ").moment(Timestamp(after)));
    let comments = comments.and_then(CommentFilter::exceptional_state).map(|state| {
        Statement::new("SELECT article_id FROM article_comment_settings WHERE comments = ")
            .text(state.as_str())
            .sql(" OR close_comments_after_days IS NOT NULL")
    });
    let limited = |ids: Statement<BigInt>| ids.sql(format!(" LIMIT {}", SMALL_SET + 1));
    [author, lang, updated, comments].into_iter().flatten().map(limited)
}

/// The variants of a language that have published articles; `None` for too many. Each is the next
/// entry of the index by language.
pub(super) async fn languages(conn: &mut Conn<'_>, lang: &str) -> StoreResult<Option<Vec<String>>> {
    let Range { start, end } = variants(lang);
    let mut found: Vec<String> = Vec::new();
    loop {
        let next: Option<String> = with_backend!(conn, {
            let next = articles::table
                .filter(articles::status.eq("published"))
                .filter(articles::lang.lt(&end))
                .select(min(articles::lang))
                .into_boxed::<Backend>();
            match found.last() {
                Some(last) => next.filter(articles::lang.gt(last)),
                None => next.filter(articles::lang.ge(&start)),
            }
            .get_result(conn)
            .await
        })?;
        match next {
            Some(_) if found.len() == MAX_VARIANTS => return Ok(None),
            Some(next) => found.push(next),
            None => return Ok(Some(found)),
        }
    }
}
