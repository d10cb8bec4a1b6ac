//! An article's tags as one column, so that one statement reads articles with their tags. A second
//! statement would be a round trip on PostgreSQL, and on SQLite a new statement for each number of
//! ids.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

use crate::domain::tag::TagRef;
use crate::store::StoreError;

/// The tags of the row in `articles`: a JSON array of `[position, id, slug, name]`, unsorted. SQLite
/// would sort them in a temporary table, which takes longer than finding them.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct TagsColumn;

impl Expression for TagsColumn {
    type SqlType = Text;
}

impl<From> AppearsOnTable<From> for TagsColumn {}
impl<From> SelectableExpression<From> for TagsColumn {}

impl<Group> ValidGrouping<Group> for TagsColumn {
    type IsAggregate = is_aggregate::Never;
}

/// Writes the subquery. `list` aggregates by the database's own JSON functions.
fn column<DB: Backend>(mut out: AstPass<'_, '_, DB>, list: &str) {
    out.push_sql("(SELECT ");
    out.push_sql(list);
    out.push_sql(
        " FROM article_tags AS own JOIN tags AS tag ON tag.id = own.tag_id \
         WHERE own.article_id = articles.id)",
    );
}

impl QueryFragment<Sqlite> for TagsColumn {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        column(out, "json_group_array(json_array(own.position, tag.id, tag.slug, tag.name))");
        Ok(())
    }
}

impl QueryFragment<Pg> for TagsColumn {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        column(
            out,
            "coalesce(json_agg(json_build_array(own.position, tag.id, tag.slug, tag.name)), \
             '[]')::text",
        );
        Ok(())
    }
}

/// Parses the column, and sorts the tags into the editor's order.
///
/// # Errors
/// [`StoreError::Corrupt`] for another form.
pub fn read(json: &str) -> Result<Vec<TagRef>, StoreError> {
    let mut tags: Vec<(i64, i64, String, String)> =
        serde_json::from_str(json).map_err(|error| StoreError::Corrupt {
            table: "article_tags",
            reason: error.to_string(),
        })?;
    tags.sort_unstable_by_key(|(position, ..)| *position);
    Ok(tags.into_iter().map(|(_, id, slug, name)| TagRef { id, slug, name }).collect())
}
