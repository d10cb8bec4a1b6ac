//! What leads to few articles, where a list is in another order: then these are sorted. Where it leads
//! to many, every so many articles belong, and it is not far to the next of them in any order.

use crate::store::prelude::*;

use super::route::variants;
use crate::domain::article::ArticleId;
use crate::domain::comment_settings::Gate;
use crate::domain::listing::{ArticleQuery, ArticleSort};
use crate::store::schema::{article_comment_settings, articles};
use crate::store::types::Stamp;
use crate::store::{Conn, StoreResult};

/// As many articles as are sorted in no more time than a list is to take.
const FEW: usize = 500;
const MORE: i64 = 501;

/// The articles that something leads to, if they are few. `excepted`: the site would have comments
/// another way than it is asked for, and never by age, so that only settings of their own can make
/// articles answer.
pub(super) async fn look(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    excepted: Option<Gate>,
) -> StoreResult<Option<Vec<ArticleId>>> {
    let by_publication = query.sort == ArticleSort::PublishedAt;
    if let Some(author) = query.author {
        let found: Vec<ArticleId> = on_either!(
            conn,
            articles::table
                .filter(articles::author_id.eq(author))
                .select(articles::id)
                .limit(MORE)
                .load(conn)
                .await
        )?;
        if found.len() <= FEW {
            return Ok(Some(found));
        }
    }
    // The index by language is in the order of publication, too.
    if let Some(lang) = query.lang.as_ref().filter(|_| !by_publication) {
        let (low, high) = variants(lang);
        let found: Vec<ArticleId> = on_either!(
            conn,
            articles::table
                .filter(articles::status.eq("published"))
                .filter(articles::lang.ge(low).and(articles::lang.lt(high)))
                .select(articles::id)
                .limit(MORE)
                .load(conn)
                .await
        )?;
        if found.len() <= FEW {
            return Ok(Some(found));
        }
    }
    if let Some(after) = query.updated_after
        && query.sort != ArticleSort::UpdatedAt
    {
        let found: Vec<ArticleId> = on_either!(
            conn,
            articles::table
                .filter(articles::status.eq("published"))
                .filter(articles::updated_at.ge(Stamp(after)))
                .select(articles::id)
                .limit(MORE)
                .load(conn)
                .await
        )?;
        if found.len() <= FEW {
            return Ok(Some(found));
        }
    }
    if let Some(gate) = excepted {
        let found: Vec<ArticleId> = on_either!(
            conn,
            article_comment_settings::table
                .filter(
                    article_comment_settings::comments
                        .eq(gate.as_str())
                        .or(article_comment_settings::close_comments_after_days.is_not_null()),
                )
                .select(article_comment_settings::article_id)
                .limit(MORE)
                .load(conn)
                .await
        )?;
        if found.len() <= FEW {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
