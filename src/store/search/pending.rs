//! What is to be written to SQLite's index at the end of a group of transactions. FTS5 gathers what
//! is written in memory, sorted by words, and puts it away at each savepoint: with one for each
//! transaction it would spend more time on that, and on merging the many small parts that come of
//! it, than the rest of the transaction takes. So the group's one writer (`sqlite/writer.rs`) writes
//! to the index when its transactions are through, in the same commit.

use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};

use crate::domain::article::ArticleId;

/// Index writes of transactions that have succeeded, or of one that is still running.
#[derive(Debug, Default)]
pub struct Pending(Vec<Write>);

#[derive(Debug)]
struct Write {
    table: &'static str,
    article: ArticleId,
    /// Stem, title, body, impact; `None` takes the article out.
    columns: Option<[String; 4]>,
}

impl Pending {
    /// Puts an article in, later.
    pub(super) fn insert(&mut self, table: &'static str, article: ArticleId, columns: [String; 4]) {
        self.0.push(Write { table, article, columns: Some(columns) });
    }

    /// Takes an article out, later.
    pub(super) fn delete(&mut self, table: &'static str, article: ArticleId) {
        self.0.push(Write { table, article, columns: None });
    }

    /// Adds what another transaction left to write.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Writes it all.
    ///
    /// # Errors
    /// The database's. Then the transactions that it belongs to must not be committed.
    pub fn write(mut self, conn: &mut SqliteConnection) -> QueryResult<()> {
        // FTS5 puts away what it has gathered, too, when a number is smaller than the last. What is
        // written of one article stays in its order.
        self.0.sort_by_key(|write| (write.table, write.article));
        for write in self.0 {
            write.execute(conn)?;
        }
        Ok(())
    }
}

/// A statement, which unlike a plain text is kept prepared.
impl QueryFragment<Sqlite> for Write {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let Some([stem, title, body, impact]) = &self.columns else {
            out.push_sql("DELETE FROM ");
            out.push_sql(self.table);
            out.push_sql(" WHERE rowid = ");
            return out.push_bind_param::<BigInt, _>(&self.article);
        };
        out.push_sql("INSERT INTO ");
        out.push_sql(self.table);
        out.push_sql(" (rowid, stem, title, body, impact) VALUES (");
        out.push_bind_param::<BigInt, _>(&self.article)?;
        for column in [stem, title, body, impact] {
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(column)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Write {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Write {}
