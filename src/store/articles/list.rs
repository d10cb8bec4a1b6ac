//! Lists of articles: one query for the rows, one for their tags, one more for each thing that is
//! asked for besides (texts, total), however long the list is.

use std::collections::HashMap;

use crate::store::prelude::*;
use diesel::dsl::{not, sql};
use diesel::sql_types::{Bool, Integer, Text};

use super::row::{HeadRow, JoinedOverrides, assemble};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::Gate;
use crate::domain::listing::{ArticleQuery, ArticleSort, Page, Position, SortKey, Visibility};
use crate::domain::tag::TagRef;
use crate::store::keyset::{as_bytes, as_time};
use crate::store::schema::{
    article_comment_settings, article_credits, article_tags, articles, tags,
};
use crate::store::types::{Moment, Stamp};
use crate::store::{Conn, StoreResult, comment_settings, dialect};

type Found = (HeadRow, Option<JoinedOverrides>);

/// Narrows a boxed query down to what was asked for. A macro, since the rows and their count are
/// queries of two types that share no trait that could say so briefly.
macro_rules! narrowed {
    ($rows:expr, $query:ident, $comments:ident) => {{
        let mut rows = $rows;
        rows = match $query.visibility {
            Visibility::All => rows,
            Visibility::Public => rows.filter(articles::status.eq("published")),
            Visibility::PublicAndOwn(user) => {
                rows.filter(articles::status.eq("published").or(articles::author_id.eq(user)))
            }
        };
        if !$query.statuses.is_empty() {
            let names: Vec<&str> = $query.statuses.iter().map(|s| s.as_str()).collect();
            rows = rows.filter(articles::status.eq_any(names));
        } else if $query.visibility != Visibility::Public {
            rows = rows.filter(articles::status.ne("trashed"));
        }
        if let Some(ids) = &$query.tags_any {
            let tagged = article_tags::table.filter(article_tags::tag_id.eq_any(ids));
            rows = rows.filter(articles::id.eq_any(tagged.select(article_tags::article_id)));
        }
        for id in &$query.tags_all {
            let tagged = article_tags::table.filter(article_tags::tag_id.eq(id));
            rows = rows.filter(articles::id.eq_any(tagged.select(article_tags::article_id)));
        }
        if let Some(lang) = &$query.lang {
            // A dot follows a hyphen in ASCII: the range holds all that begin with "ar-".
            let (low, high) = (format!("{lang}-"), format!("{lang}."));
            rows = rows.filter(
                articles::lang.eq(lang).or(articles::lang.ge(low).and(articles::lang.lt(high))),
            );
        }
        if let Some(key) = &$query.credit_key {
            let credited = article_credits::table.filter(article_credits::name_key.eq(key));
            rows = rows.filter(articles::id.eq_any(credited.select(article_credits::article_id)));
        }
        if let Some(featured) = $query.featured {
            rows = rows.filter(articles::featured.eq(featured));
        }
        if let Some(after) = $query.published_after {
            rows = rows.filter(articles::published_at.ge(Stamp(after)));
        }
        if let Some(before) = $query.published_before {
            rows = rows.filter(articles::published_at.lt(Stamp(before)));
        }
        if let Some(after) = $query.updated_after {
            rows = rows.filter(articles::updated_at.ge(Stamp(after)));
        }
        if let Some(author) = $query.author {
            rows = rows.filter(articles::author_id.eq(author));
        }
        if let Some(site) = &$comments {
            let open = sql::<Bool>(OPEN)
                .bind::<Text, _>(site.gate)
                .sql(
                    ") = 'open' AND (COALESCE(article_comment_settings.close_comments_after_days, ",
                )
                .bind::<Integer, _>(site.days)
                .sql(") = 0 OR articles.published_at + ")
                .sql("COALESCE(article_comment_settings.close_comments_after_days, ")
                .bind::<Integer, _>(site.days)
                .sql(") * ")
                .sql(site.day)
                .sql(" > ")
                .bind::<Moment, _>(site.now)
                .sql("))");
            rows = match site.wanted {
                Gate::Open => rows.filter(open),
                Gate::Closed => rows.filter(not(open)),
            };
        }
        rows
    }};
}

/// A page of articles.
pub async fn list(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    now: Time,
) -> StoreResult<Page<Article>> {
    let comments = match query.comments {
        Some(wanted) => Some(SiteComments::read(conn, wanted, now).await?),
        None => None,
    };
    let (rows, total): (Vec<Found>, Option<i64>) = on_either!(conn, {
        let joined = articles::table.left_join(article_comment_settings::table);
        let rows = joined.select((HeadRow::as_select(), Option::<JoinedOverrides>::as_select()));
        let mut rows = narrowed!(rows.into_boxed::<Backend>(), query, comments);
        let (page, way) = (&query.page, query.direction);
        let rows = match query.sort {
            ArticleSort::PublishedAt => {
                keyset!(rows, articles::listed_at, articles::id, page, way, as_time)
            }
            ArticleSort::UpdatedAt => {
                keyset!(rows, articles::updated_at, articles::id, page, way, as_time)
            }
            ArticleSort::Title => {
                keyset!(rows, articles::title_sort, articles::id, page, way, as_bytes)
            }
        };
        let rows = rows.load(conn).await?;
        let total = if page.total {
            let count = joined.count().into_boxed::<Backend>();
            Some(narrowed!(count, query, comments).get_result(conn).await?)
        } else {
            None
        };
        (rows, total)
    });
    let mut page = Page::from_found(rows, &query.page, |(head, _)| Position {
        id: head.id,
        key: match query.sort {
            ArticleSort::PublishedAt => SortKey::Time(head.listed_at.0),
            ArticleSort::UpdatedAt => SortKey::Time(head.updated_at.0),
            ArticleSort::Title => SortKey::Bytes(head.title_sort.clone()),
        },
    });
    let rows = with_tags(conn, std::mem::take(&mut page.rows)).await?;
    let mut page = Page { rows, next: page.next, prev: page.prev, total };
    if query.with_html {
        add_html(conn, &mut page.rows).await?;
    }
    Ok(page)
}

/// Gives each row its tags, in one query for all.
pub(super) async fn with_tags(conn: &mut Conn<'_>, rows: Vec<Found>) -> StoreResult<Vec<Article>> {
    let ids: Vec<ArticleId> = rows.iter().map(|(head, _)| head.id).collect();
    let all: Vec<(ArticleId, i64, String, String)> = on_either!(
        conn,
        article_tags::table
            .inner_join(tags::table)
            .filter(article_tags::article_id.eq_any(&ids))
            .order((article_tags::article_id, article_tags::position))
            .select((article_tags::article_id, tags::id, tags::slug, tags::name))
            .load(conn)
            .await
    )?;
    let mut of: HashMap<ArticleId, Vec<TagRef>> = HashMap::new();
    for (article, id, slug, name) in all {
        of.entry(article).or_default().push(TagRef { id, slug, name });
    }
    rows.into_iter()
        .map(|(head, overrides)| {
            let tags = of.remove(&head.id).unwrap_or_default();
            assemble(head, overrides, tags)
        })
        .collect()
}

/// Gives each article its rendered text.
pub async fn add_html(conn: &mut Conn<'_>, rows: &mut [Article]) -> StoreResult<()> {
    let ids: Vec<ArticleId> = rows.iter().map(|article| article.id).collect();
    let texts: Vec<(ArticleId, String)> = on_either!(
        conn,
        articles::table
            .filter(articles::id.eq_any(&ids))
            .select((articles::id, articles::html))
            .load(conn)
            .await
    )?;
    let mut of: HashMap<ArticleId, String> = texts.into_iter().collect();
    for article in rows {
        article.html = of.remove(&article.id);
    }
    Ok(())
}

/// The beginning of the effective state of comments in SQL: [`crate::domain::comment_settings::Discussion`]
/// is the rule, a test holds this to it.
const OPEN: &str =
    "(articles.status = 'published' AND COALESCE(article_comment_settings.comments, ";

/// What the filter by comments needs besides the rows.
struct SiteComments {
    wanted: Gate,
    gate: &'static str,
    /// 0: never by age.
    days: i32,
    day: &'static str,
    now: Stamp,
}

impl SiteComments {
    async fn read(conn: &mut Conn<'_>, wanted: Gate, now: Time) -> StoreResult<Self> {
        let rules = comment_settings::site(conn).await?.rules;
        Ok(Self {
            wanted,
            gate: rules.comments.as_str(),
            days: rules.close_comments_after_days.unwrap_or(0),
            day: dialect::one_day(conn),
            now: now.into(),
        })
    }
}
