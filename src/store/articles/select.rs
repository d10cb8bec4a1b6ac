//! The SQL of article lists, for both databases: the page of an access path, and the count of a
//! set of rows.

use std::ops::Range;

use diesel::expression::Expression;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;

use super::plan::{AccessPath, Condition, RowSet, Source};
use super::statistics::CommentFilter;
use crate::domain::WireName;
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{ArticleSort, Direction, variants};
use crate::store::StoreResult;
use crate::store::dialect::Dialect;
use crate::store::keyset::{as_bytes, as_time};
use crate::store::limited;
use crate::store::statement::{Piece, Statement};
use crate::store::static_selection::StaticSelection;
use crate::store::types::Timestamp;

/// Writes the statement of an access path.
pub(super) fn page<DB, S>(
    selection: StaticSelection<S>,
    path: &AccessPath,
) -> StoreResult<Statement<S::SqlType>>
where
    DB: Dialect,
    S: Expression + QueryFragment<DB>,
{
    let columns = Columns::of(&path.rows.source, path.sort);
    let select = Statement::new("SELECT ").sql(selection.sql::<DB>());
    let mut page = matching::<DB, _>(select, &path.rows, &columns);
    let Columns { id, order, .. } = &columns;
    let (beyond, way) = match path.direction {
        Direction::Ascending => ('>', "ASC"),
        Direction::Descending => ('<', "DESC"),
    };
    if let Some(after) = &path.after {
        let key = match path.sort {
            ArticleSort::Title => Piece::Bytes(as_bytes(&after.key)?),
            _ => Piece::Moment(as_time(&after.key)?),
        };
        page = page
            .sql(format!(" AND {order} {beyond}= "))
            .piece(key.clone())
            .sql(format!(" AND ({order} {beyond} "))
            .piece(key)
            .sql(format!(" OR {id} {beyond} "))
            .number(after.id)
            .sql(")");
    }
    let limit = limited::step(path.limit);
    Ok(page
        .sql(format!(" ORDER BY {order} {way}, {id} {way} LIMIT {limit}"))
        .cache_prepared(path.rows.is_cacheable()))
}

/// Writes a count of rows.
pub(super) fn count<DB: Dialect>(rows: &RowSet) -> Statement<BigInt> {
    let columns = Columns::of(&rows.source, ArticleSort::PublishedAt);
    matching::<DB, _>(Statement::new("SELECT COUNT(*)"), rows, &columns)
        .cache_prepared(rows.is_cacheable())
}

/// The columns of a source.
struct Columns {
    /// The table of the source's index. It repeats the columns that lists filter by most.
    table: &'static str,
    /// The article's id.
    id: &'static str,
    /// The column of the order.
    order: String,
    /// The condition that a row `had` of `article_tags` is the article's.
    same_article: String,
}

impl Columns {
    fn of(source: &Source, sort: ArticleSort) -> Self {
        let (table, id) = match source {
            Source::Tag(_) => ("article_tags", "article_tags.article_id"),
            Source::Credit(_) => ("article_credits", "article_credits.article_id"),
            _ => ("articles", "articles.id"),
        };
        let name = match sort {
            ArticleSort::PublishedAt if table == "articles" => "listed_at",
            ArticleSort::PublishedAt => "published_at",
            ArticleSort::UpdatedAt => "updated_at",
            ArticleSort::Title => "title_sort",
        };
        let order = format!("{table}.{name}");
        let same_article = match source {
            // In another tag's index of the same order, neighbouring articles lie side by side. A
            // range of one id keeps the planners from the index by article.
            Source::Tag(_) => format!(
                "had.published_at IS NOT NULL AND had.{name} = {order} \
                 AND had.article_id BETWEEN {id} AND {id}"
            ),
            _ => format!("had.article_id = {id}"),
        };
        Self { table, id, order, same_article }
    }
}

/// Adds the tables and the conditions of a set of rows.
fn matching<DB: Dialect, Rows>(
    statement: Statement<Rows>,
    rows: &RowSet,
    columns: &Columns,
) -> Statement<Rows> {
    let mut statement = source::<DB, _>(statement, &rows.source);
    for condition in &rows.ranges {
        statement = add::<DB, _>(statement.sql(" AND "), condition, columns, true);
    }
    for condition in &rows.residual {
        statement = add::<DB, _>(statement.sql(" AND "), condition, columns, false);
    }
    statement
}

/// The articles with their comment settings.
const ARTICLES: &str = "(articles LEFT OUTER JOIN article_comment_settings \
     ON article_comment_settings.article_id = articles.id)";

/// Adds the tables, and the first condition.
fn source<DB: Dialect, Rows>(statement: Statement<Rows>, source: &Source) -> Statement<Rows> {
    let joined = |table: &str, key: &str| {
        format!(
            " FROM ({table} INNER JOIN {ARTICLES} ON {table}.article_id = articles.id) \
             WHERE {table}.published_at IS NOT NULL AND {table}.{key} = "
        )
    };
    let articles = |condition: &str| format!(" FROM {ARTICLES} WHERE {condition}");
    match source {
        Source::Articles => statement.sql(articles("TRUE")),
        // Ids from the database, in a statement that isn't cached. PostgreSQL parses one array faster
        // than many numbers.
        Source::Ids(ids) => {
            let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            let (open, close) = DB::either(("IN (", ")"), ("= ANY('{", "}')"));
            statement.sql(articles(&format!("articles.id {open}{ids}{close}")))
        }
        Source::Language(lang) => statement.sql(articles("articles.lang = ")).text(lang),
        Source::Tag(tag) => statement.sql(joined("article_tags", "tag_id")).number(*tag),
        Source::Credit(key) => statement.sql(joined("article_credits", "name_key")).text(key),
    }
}

/// Adds a condition. One without an index is marked, so that SQLite doesn't look for an index.
fn add<DB: Dialect, Rows>(
    statement: Statement<Rows>,
    condition: &Condition,
    columns: &Columns,
    indexed: bool,
) -> Statement<Rows> {
    let mark = if indexed { "" } else { DB::NO_INDEX };
    let column = |table: &str, name: &str| format!("{mark}{table}.{name}");
    let published = || match indexed {
        true => columns.order.clone(),
        false => column("articles", "published_at"),
    };
    match condition {
        Condition::Published => {
            statement.sql(column("articles", "status")).sql(" = ").text("published")
        }
        Condition::PublishedOrBy(user) => statement
            .sql("(articles.status = ")
            .text("published")
            .sql(" OR articles.author_id = ")
            .number(*user)
            .sql(")"),
        Condition::Status(statuses) => {
            let names = statuses.iter().map(|status| Piece::Text(status.as_str().to_owned()));
            statement.sql(column("articles", "status")).sql(" IN ").list(names)
        }
        Condition::NotTrashed => statement.sql("articles.status <> ").text("trashed"),
        Condition::AnyTag(tags) => statement
            .sql("articles.id IN (SELECT any_of.article_id FROM article_tags AS any_of ")
            .sql("WHERE any_of.tag_id IN ")
            .list(tags.iter().copied().map(Piece::Number))
            .sql(")"),
        // A value for each row, which no planner turns into a join.
        Condition::Tag(tag) => statement
            .sql("(SELECT had.tag_id FROM article_tags AS had WHERE ")
            .sql(columns.same_article.clone())
            .sql(" AND had.tag_id = ")
            .number(*tag)
            .sql(") IS NOT NULL"),
        Condition::Language(lang) => {
            let (lang, Range { start, end }) = (column(columns.table, "lang"), variants(lang));
            statement
                .sql(format!("{lang} >= "))
                .text(start)
                .sql(format!(" AND {lang} < "))
                .text(end)
        }
        Condition::Credit(key) if indexed => statement
            .sql("articles.id IN (SELECT article_id FROM article_credits WHERE name_key = ")
            .text(key)
            .sql(")"),
        Condition::Credit(key) => statement
            .sql("(SELECT had.lang FROM article_credits AS had WHERE had.article_id = ")
            .sql(columns.id)
            .sql(" AND had.name_key = ")
            .text(key)
            .sql(") IS NOT NULL"),
        Condition::Featured(featured) => statement
            .sql(column(columns.table, "featured"))
            .sql(" = ")
            .piece(Piece::Flag(*featured)),
        Condition::PublishedFrom(time) => {
            statement.sql(published()).sql(" >= ").moment(Timestamp(*time))
        }
        Condition::PublishedBefore(time) => {
            statement.sql(published()).sql(" < ").moment(Timestamp(*time))
        }
        Condition::UpdatedFrom(time) => {
            statement.sql(column(columns.table, "updated_at")).sql(" >= ").moment(Timestamp(*time))
        }
        Condition::Author(user) => {
            statement.sql(column("articles", "author_id")).sql(" = ").number(*user)
        }
        Condition::Comments(filter) => comments::<DB, _>(statement, filter),
    }
}

/// Adds the effective state of comments: the rule of [`crate::domain::comment_settings::Discussion`]
/// in SQL.
fn comments<DB: Dialect, Rows>(
    statement: Statement<Rows>,
    filter: &CommentFilter,
) -> Statement<Rows> {
    let (default, day) = (filter.default.as_str(), DB::ONE_DAY);
    let days =
        format!("COALESCE(article_comment_settings.close_comments_after_days, {})", filter.days);
    let not = match filter.state {
        OpenState::Open => "",
        OpenState::Closed => "NOT ",
    };
    statement
        .sql(format!(
            "{not}(articles.status = 'published' \
             AND COALESCE(article_comment_settings.comments, '{default}') = 'open' \
             AND ({days} = 0 OR articles.published_at + {days} * {day} > "
        ))
        .moment(Timestamp(filter.now))
        .sql("))")
}
