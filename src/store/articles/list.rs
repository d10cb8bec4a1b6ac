//! Lists of articles: a query for the rows with their tags, on each of the ways that `plan.rs`
//! chooses; and, when they are asked for, one for the texts and one to count them all.

use crate::store::prelude::*;
use diesel::dsl::{not, sql};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::conditions::{HAS_TAG, OPEN, has_other_tag};
use super::counters;
use super::plan::{self, AccessPath, variants};
use super::row::{ArticleRow, HeadRow, JoinedOverrides, assemble, found};
use super::tags_column::TagsColumn;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{
    ArticleQuery, ArticleSort, Direction, Page, Position, SortKey, Start, Visibility,
};
use crate::store::keyset::{as_bytes, as_time};
use crate::store::limited::Limited;
use crate::store::schema::{article_comment_settings, article_credits, article_tags, articles};
use crate::store::types::{Moment, Timestamp};
use crate::store::{Conn, StoreResult, comment_settings, dialect};

/// Narrows a boxed query down to what was asked for. A macro, since the rows and their count are
/// queries of two types that share no trait that could say so briefly. `$of` is the table that has
/// what rows are narrowed by, `$number` the article's there; `$no_index` stands before what no index is
/// to be looked for by.
///
/// What an article has is looked up for each row, as a value, of which no planner makes a join: all
/// that have a tag may be far more than are looked at.
macro_rules! narrowed {
    ($rows:expr, $query:ident, $comments:ident, $of:ident, $number:literal, $no_index:expr) => {{
        let no_index: &str = $no_index;
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
            let other = diesel::alias!(article_tags as any_of);
            let tagged = other.filter(other.field(article_tags::tag_id).eq_any(ids));
            let tagged = tagged.select(other.field(article_tags::article_id));
            rows = rows.filter(articles::id.eq_any(tagged));
        }
        for id in &$query.tags_all {
            let has = format!("(SELECT had.tag_id FROM article_tags AS had WHERE {}", {
                if $number == "article_tags.article_id" {
                    has_other_tag($query.sort)
                } else {
                    HAS_TAG
                }
            });
            rows = rows.filter(sql::<Bool>(&has).bind::<BigInt, _>(id).sql(") IS NOT NULL"));
        }
        if let Some(lang) = &$query.lang {
            let (low, high) = variants(lang);
            let column = format!("{no_index}{}.lang", stringify!($of));
            rows = rows.filter(sql::<Text>(&column).ge(low).and(sql::<Text>(&column).lt(high)));
        }
        if let Some(key) = &$query.credit_key
            && $number != "articles.id"
        {
            rows = rows.filter(
                sql::<Bool>("(SELECT had.lang FROM article_credits AS had WHERE had.article_id = ")
                    .sql($number)
                    .sql(" AND had.name_key = ")
                    .bind::<Text, _>(key)
                    .sql(") IS NOT NULL"),
            );
        }
        if let Some(featured) = $query.featured {
            rows = rows.filter($of::featured.eq(featured));
        }
        if let Some(after) = $query.published_after {
            rows = rows.filter(articles::published_at.ge(Timestamp(after)));
        }
        if let Some(before) = $query.published_before {
            rows = rows.filter(articles::published_at.lt(Timestamp(before)));
        }
        if let Some(after) = $query.updated_after {
            // Where the way through the list ends, or begins, but not beside a cursor's place.
            let ends = $query.travels() == Direction::Descending;
            let bounds = ends || $query.page.start == Start::Beginning;
            let no_index =
                if $query.sort == ArticleSort::UpdatedAt && bounds { "" } else { no_index };
            let column = format!("{no_index}{}.updated_at", stringify!($of));
            rows = rows.filter(sql::<Moment>(&column).ge(Timestamp(after)));
        }
        if let Some(author) = $query.author {
            let column = format!("{no_index}articles.author_id");
            rows = rows.filter(sql::<Nullable<BigInt>>(&column).eq(author));
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
            rows = match site.projection {
                OpenState::Open => rows.filter(open),
                OpenState::Closed => rows.filter(not(open)),
            };
        }
        rows
    }};
}

/// Narrows a query of articles down to a byline's, all of which are looked at.
macro_rules! credited {
    ($rows:expr, $query:ident) => {{
        let credited = |key| {
            article_credits::table
                .filter(article_credits::name_key.eq(key))
                .select(article_credits::article_id)
        };
        match &$query.credit_key {
            Some(key) => $rows.filter(articles::id.eq_any(credited(key))),
            None => $rows,
        }
    }};
}

/// A page of rows, in an order, from a start. `$of` has what articles are sorted by, `$place` is what
/// the order of publication stands on.
macro_rules! page_of {
    ($rows:expr, $query:ident, $of:ident, $place:expr, $id:expr) => {{
        let (mut rows, page, way) = ($rows, &$query.page, $query.direction);
        if $query.visibility == Visibility::Public && $query.sort == ArticleSort::PublishedAt {
            // A later page begins at its cursor. A second bound on that side could only mislead
            // the planner; on the other it is where the way ends.
            let (first, travel) = (page.start == Start::Beginning, $query.travels());
            if let Some(after) = $query.published_after
                && (first || travel == Direction::Descending)
            {
                rows = rows.filter($place.ge(Timestamp(after)));
            }
            if let Some(before) = $query.published_before
                && (first || travel == Direction::Ascending)
            {
                rows = rows.filter($place.lt(Timestamp(before)));
            }
        }
        let rows = match $query.sort {
            ArticleSort::PublishedAt => keyset!(rows, $place, $id, page, way, as_time),
            ArticleSort::UpdatedAt => keyset!(rows, $of::updated_at, $id, page, way, as_time),
            ArticleSort::Title => keyset!(rows, $of::title_sort, $id, page, way, as_bytes),
        };
        rows.cache_prepared($query.filters() < 2)
    }};
}

/// A page of articles.
pub async fn list(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    now: Time,
) -> StoreResult<Page<Article>> {
    let comments = match query.comments {
        Some(projection) => Some(SiteComments::read(conn, projection, now).await?),
        None => None,
    };
    let exceptional_state = comments.as_ref().and_then(SiteComments::exceptional_state);
    let routes = plan::choose(conn, query, exceptional_state).await?;
    let several = routes.len() > 1;
    let mut found = Vec::new();
    for (through, rest) in routes {
        found.extend(rows(conn, through, &rest, &comments).await?);
    }
    let rows = if several { plan::merge(found, query) } else { found };
    let total = match query.page.total {
        true => Some(total(conn, query, &comments).await?),
        false => None,
    };
    let mut page = Page::from_found(rows, &query.page, |(head, ..)| Position {
        id: head.id,
        key: match query.sort {
            ArticleSort::PublishedAt => SortKey::Time(head.listed_at.0),
            ArticleSort::UpdatedAt => SortKey::Time(head.updated_at.0),
            ArticleSort::Title => SortKey::Bytes(head.title_sort.clone()),
        },
    });
    let rows = std::mem::take(&mut page.rows).into_iter().map(assemble);
    let rows = rows.collect::<StoreResult<Vec<Article>>>()?;
    let mut page = Page { rows, next: page.next, prev: page.prev, total };
    if query.with_html {
        add_html(conn, &mut page.rows).await?;
    }
    Ok(page)
}

async fn rows(
    conn: &mut Conn<'_>,
    through: AccessPath,
    query: &ArticleQuery,
    comments: &Option<SiteComments>,
) -> StoreResult<Vec<ArticleRow>> {
    // What the newsroom sees has no index in its order that could be preferred.
    let public = query.visibility == Visibility::Public;
    let no_index = if public { dialect::no_index(conn) } else { "" };
    Ok(with_backend!(conn, {
        let projection = found!();
        let joined = articles::table.left_join(article_comment_settings::table);
        match through {
            AccessPath::Articles => {
                let rows = joined.select(projection).into_boxed::<Backend>();
                let rows = credited!(rows, query);
                let rows = narrowed!(rows, query, comments, articles, "articles.id", no_index);
                page_of!(rows, query, articles, articles::listed_at, articles::id).load(conn).await
            }
            AccessPath::These(ids) => {
                let these = joined.filter(articles::id.eq_any(ids));
                let rows = these.select(projection).into_boxed::<Backend>();
                let rows = narrowed!(rows, query, comments, articles, "articles.id", no_index);
                let (place, id) = (articles::listed_at, articles::id);
                page_of!(rows, query, articles, place, id).cache_prepared(false).load(conn).await
            }
            AccessPath::Lang(lang) => {
                let rows = joined
                    .filter(articles::lang.eq(lang))
                    .select(projection)
                    .into_boxed::<Backend>();
                let rows = narrowed!(rows, query, comments, articles, "articles.id", no_index);
                page_of!(rows, query, articles, articles::listed_at, articles::id).load(conn).await
            }
            AccessPath::Tag(tag) => {
                let rows = article_tags::table
                    .inner_join(joined)
                    .filter(article_tags::tag_id.eq(tag))
                    .filter(article_tags::published_at.is_not_null())
                    .select(projection)
                    .into_boxed::<Backend>();
                let rows = narrowed!(
                    rows,
                    query,
                    comments,
                    article_tags,
                    "article_tags.article_id",
                    no_index
                );
                let (place, id) = (article_tags::published_at, article_tags::article_id);
                page_of!(rows, query, article_tags, place, id).load(conn).await
            }
            AccessPath::Credit(key) => {
                let rows = article_credits::table
                    .inner_join(joined)
                    .filter(article_credits::name_key.eq(key))
                    .filter(article_credits::published_at.is_not_null())
                    .select(projection)
                    .into_boxed::<Backend>();
                let rows = narrowed!(
                    rows,
                    query,
                    comments,
                    article_credits,
                    "article_credits.article_id",
                    no_index
                );
                let (place, id) = (article_credits::published_at, article_credits::article_id);
                page_of!(rows, query, article_credits, place, id).load(conn).await
            }
        }
    })?)
}

/// How many there are on all pages. Of the two lists that are asked for most, somebody keeps count.
async fn total(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    comments: &Option<SiteComments>,
) -> StoreResult<i64> {
    if query.visibility == Visibility::Public {
        match (query.filters(), query.tags_any.as_deref()) {
            (0, None) => return counters::published(conn).await,
            (1, Some([tag])) => return counters::tagged(conn, *tag).await,
            _ => {}
        }
    }
    let mut query = query.clone();
    // The articles of one tag are counted out, rather than each article asked for it.
    if query.tags_any.is_none() && !query.tags_all.is_empty() {
        query.tags_any = Some(vec![query.tags_all.remove(0)]);
    }
    let query = &query;
    Ok(with_backend!(conn, {
        let joined = articles::table.left_join(article_comment_settings::table);
        let count = credited!(joined.count().into_boxed::<Backend>(), query);
        let count = narrowed!(count, query, comments, articles, "articles.id", "");
        let count = Limited::at_least(count, 1).cache_prepared(query.filters() < 2);
        count.get_result(conn).await
    })?)
}

/// Gives each article its rendered text.
pub async fn add_html(conn: &mut Conn<'_>, rows: &mut [Article]) -> StoreResult<()> {
    let ids: Vec<ArticleId> = rows.iter().map(|article| article.id).collect();
    let texts: Vec<(ArticleId, String)> = with_backend!(
        conn,
        articles::table
            .filter(articles::id.eq_any(&ids))
            .select((articles::id, articles::html))
            .load(conn)
            .await
    )?;
    for (id, html) in texts {
        if let Some(article) = rows.iter_mut().find(|article| article.id == id) {
            article.html = Some(html);
        }
    }
    Ok(())
}

/// What the filter by comments needs besides the rows.
struct SiteComments {
    projection: OpenState,
    gate: &'static str,
    /// 0: never by age.
    days: i32,
    day: &'static str,
    now: Timestamp,
}

impl SiteComments {
    /// What is wanted, if only an article's own settings can make it so.
    fn exceptional_state(&self) -> Option<OpenState> {
        let by_itself = self.days == 0 && self.gate != self.projection.as_str();
        by_itself.then_some(self.projection)
    }

    async fn read(conn: &mut Conn<'_>, projection: OpenState, now: Time) -> StoreResult<Self> {
        let rules = comment_settings::site(conn).await?.rules;
        Ok(Self {
            projection,
            gate: rules.comments.as_str(),
            days: rules.close_comments_after_days.unwrap_or(0),
            day: dialect::one_day(conn),
            now: now.into(),
        })
    }
}
