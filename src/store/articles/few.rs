//! What leads to few articles, where a list is in another order: then these are sorted. Where it leads
//! to many, every so many articles belong, and it is not far to the next of them in any order.

use crate::store::prelude::*;

use crate::domain::Time;
use crate::domain::comment_settings::Gate;
use crate::domain::listing::{ArticleQuery, ArticleSort};
use crate::domain::user::UserId;
use crate::store::schema::{article_comment_settings, articles};
use crate::store::types::Stamp;
use crate::store::{Conn, StoreResult};

/// As many articles as are sorted in no more time than a list is to take.
const FEW: usize = 1_000;
const MORE: i64 = 1_001;

/// What leads to few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Few {
    /// Nothing does.
    Nothing,
    /// Who wrote them here.
    Author(UserId),
    /// That they changed since.
    Updated(Time),
    /// That their comments are another way than the site's.
    Excepted(Gate),
}

/// The numbers of a user's articles.
macro_rules! by_author {
    ($author:expr) => {{
        let few = diesel::alias!(articles as few);
        few.filter(few.field(articles::author_id).eq($author)).select(few.field(articles::id))
    }};
}

/// The numbers of published articles that changed since.
macro_rules! updated {
    ($after:expr) => {{
        let few = diesel::alias!(articles as few);
        few.filter(few.field(articles::status).eq("published"))
            .filter(few.field(articles::updated_at).ge(Stamp($after)))
            .select(few.field(articles::id))
    }};
}

/// The numbers of articles that have a say in whether their comments are this way.
macro_rules! excepted {
    ($gate:expr) => {{
        let own = diesel::alias!(article_comment_settings as own);
        let age = own.field(article_comment_settings::close_comments_after_days).is_not_null();
        let said = own.field(article_comment_settings::comments).eq($gate.as_str());
        own.filter(said.or(age)).select(own.field(article_comment_settings::article_id))
    }};
}

pub(super) use {by_author, excepted, updated};

/// Looks for what leads to few of those that a query is narrowed to.
/// `excepted`: the site would have comments another way than it is asked for, and never by age.
pub(super) async fn look(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    excepted: Option<Gate>,
) -> StoreResult<Few> {
    // The index by author is in the order of publication, too.
    if let Some(author) = query.author.filter(|_| query.sort != ArticleSort::PublishedAt) {
        let found: Vec<i64> = on_either!(conn, by_author!(author).limit(MORE).load(conn).await)?;
        if found.len() <= FEW {
            return Ok(Few::Author(author));
        }
    }
    if let Some(after) = query.updated_after
        && query.sort != ArticleSort::UpdatedAt
    {
        let found: Vec<i64> = on_either!(conn, updated!(after).limit(MORE).load(conn).await)?;
        if found.len() <= FEW {
            return Ok(Few::Updated(after));
        }
    }
    if let Some(gate) = excepted {
        let found: Vec<i64> = on_either!(conn, excepted!(gate).limit(MORE).load(conn).await)?;
        if found.len() <= FEW {
            return Ok(Few::Excepted(gate));
        }
    }
    Ok(Few::Nothing)
}
