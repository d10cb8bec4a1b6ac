//! What leads to few articles, where a list is in another order: then these are sorted. Where it leads
//! to many, every so many articles belong, and it is not far to the next of them in any order.

use crate::store::prelude::*;

use super::plan::variants;
use crate::domain::article::ArticleId;
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{ArticleQuery, ArticleSort};
use crate::store::schema::{article_comment_settings, articles};
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// As many articles as are sorted in no more time than a list is to take.
const FEW: usize = 500;
const MORE: i64 = 501;

/// Returns the articles with these numbers, if they are few.
macro_rules! return_if_small {
    ($conn:ident, $numbers:expr) => {{
        let numbers = $numbers.limit(MORE);
        let found: Vec<ArticleId> = with_backend!($conn, numbers.load($conn).await)?;
        if found.len() <= FEW {
            return Ok(Some(found));
        }
    }};
}

/// The articles that something leads to, if they are few. `exceptional_state`: the site would have comments
/// another way than it is asked for, and never by age, so that only settings of their own can make
/// articles answer.
pub(super) async fn look(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    exceptional_state: Option<OpenState>,
) -> StoreResult<Option<Vec<ArticleId>>> {
    let published = articles::table.filter(articles::status.eq("published")).select(articles::id);
    if let Some(author) = query.author {
        let theirs = articles::table.filter(articles::author_id.eq(author));
        return_if_small!(conn, theirs.select(articles::id));
    }
    // The index by language is in the order of publication, too.
    if let Some(lang) = query.lang.as_ref().filter(|_| query.sort != ArticleSort::PublishedAt) {
        let (low, high) = variants(lang);
        let is_so = articles::lang.ge(low).and(articles::lang.lt(high));
        return_if_small!(conn, published.filter(is_so));
    }
    if let Some(after) = query.updated_after.filter(|_| query.sort != ArticleSort::UpdatedAt) {
        return_if_small!(conn, published.filter(articles::updated_at.ge(Timestamp(after))));
    }
    if let Some(gate) = exceptional_state {
        let age = article_comment_settings::close_comments_after_days.is_not_null();
        let said = article_comment_settings::comments.eq(gate.as_str()).or(age);
        let own = article_comment_settings::table.filter(said);
        return_if_small!(conn, own.select(article_comment_settings::article_id));
    }
    Ok(None)
}
