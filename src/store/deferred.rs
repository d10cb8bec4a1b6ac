//! Writes that SQLite runs right before the commit of a batch of transactions. FTS5 flushes its
//! buffer at each savepoint, and at each row with a lower id than the last. One ordered pass at the
//! end makes fewer index segments.

use diesel::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;

use super::statement::Statement;

/// Writes of a running transaction, or of the successful transactions of a batch.
#[derive(Debug, Default)]
pub struct DeferredWrites(Vec<(&'static str, i64, Statement<()>)>);

impl DeferredWrites {
    /// Adds a statement that writes one row of a table.
    pub fn add(&mut self, table: &'static str, row: i64, statement: Statement<()>) {
        self.0.push((table, row, statement));
    }

    /// Adds the writes of a transaction.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Runs the writes by table and row. Writes of one row keep their order.
    ///
    /// # Errors
    /// The database's error. The batch must be rolled back then.
    pub fn run(mut self, conn: &mut SqliteConnection) -> QueryResult<()> {
        self.0.sort_by_key(|(table, row, _)| (*table, *row));
        for (.., statement) in self.0 {
            statement.execute(conn)?;
        }
        Ok(())
    }
}
