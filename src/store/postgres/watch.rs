//! Follows the changes of other instances on PostgreSQL. `NOTIFY` only triggers a read of the table
//! `changes`. A timer triggers it too, so a lost notification does no harm.
//!
//! Rows are numbered before their transactions commit: a transaction may take its numbers early and
//! commit late. So new rows are found by snapshots: those visible now, but not in the last
//! snapshot. <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT>

use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tokio::sync::{Notify, oneshot};

use super::connection::Connection;
use super::settings::Settings;
use crate::store::changes::{Changes, FLUSH_THRESHOLD, Row};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::changes;
use crate::store::thread::spawn_async;

/// The longest pause between two reads, and the timeout of a read. Their sum is below one second,
/// the limit within which readers must see a change.
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// The pause before a reconnect.
const RECONNECT_DELAY: Duration = Duration::from_millis(250);

/// The id of the open transaction. `sql_query` isn't cached as a prepared statement, and this runs
/// in each writing transaction.
#[derive(Debug, Clone, Copy, QueryId)]
struct ThisTransaction;

impl Expression for ThisTransaction {
    type SqlType = BigInt;
}

impl<From> AppearsOnTable<From> for ThisTransaction {}

impl<Group> ValidGrouping<Group> for ThisTransaction {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Pg> for ThisTransaction {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // NULL, and so without rows, when the transaction has written nothing.
        out.push_sql("pg_current_xact_id_if_assigned()::text::bigint");
        Ok(())
    }
}

/// Returns the changes of the open transaction.
pub(super) async fn own_changes(conn: &mut Conn<'_>) -> Result<Vec<Row>, StoreError> {
    let Conn::Postgres(conn) = conn else { return Ok(Vec::new()) };
    let own =
        changes::table.filter(changes::transaction_id.eq(ThisTransaction)).limit(FLUSH_THRESHOLD);
    Ok(own.load(conn).await?)
}

/// Selects the current snapshot and the changes that it adds to an older one, in one statement.
const NEW: &str = "
    SELECT now.snapshot, c.seq, c.transaction_id, c.touched
    FROM (SELECT pg_current_snapshot()::text AS snapshot) AS now
    LEFT JOIN (
        SELECT seq, transaction_id, touched FROM changes
        WHERE transaction_id >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
            AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, $1::pg_snapshot)
        ORDER BY seq LIMIT 2000
    ) AS c ON true";

#[derive(QueryableByName)]
struct New {
    #[diesel(sql_type = Text)]
    snapshot: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    transaction_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    touched: Option<String>,
}

impl New {
    fn row(self) -> Option<Row> {
        let (seq, transaction, touched) = (self.seq?, self.transaction_id?, self.touched?);
        Some(Row { seq, transaction, touched })
    }
}

/// Returns the current snapshot, and the rows that an older one lacks.
async fn new_since(conn: &mut Conn<'_>, snapshot: &str) -> Result<(String, Vec<Row>), StoreError> {
    let Conn::Postgres(conn) = conn else { return Ok((String::new(), Vec::new())) };
    let rows: Vec<New> = sql_query(NEW).bind::<Text, _>(snapshot).load(conn).await?;
    // The left join returns one row even without changes.
    let now = match rows.as_slice() {
        [first, ..] => first.snapshot.clone(),
        [] => String::new(),
    };
    Ok((now, rows.into_iter().filter_map(New::row).collect()))
}

/// Starts the listener's thread, and returns after its first read.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database can't be reached, or the thread can't be started.
pub async fn start(settings: Arc<Settings>, changes: &Arc<Changes>) -> Result<(), StoreError> {
    let (started, first_read) = oneshot::channel();
    let changes = Arc::downgrade(changes);
    spawn_async("maqal-watcher", async move || listen_on(&settings, &changes, started).await)?;
    first_read.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
}

async fn listen_on(
    settings: &Settings,
    changes: &Weak<Changes>,
    started: oneshot::Sender<Result<(), StoreError>>,
) {
    let mut listener = match ChangeListener::open(settings, changes).await {
        Ok(listener) => listener,
        Err(error) => return drop(started.send(Err(error))),
    };
    let _ = started.send(Ok(()));
    while let Err(lost) = listener.listen(changes).await {
        tracing::warn!(error = %lost, "the change listener lost its connection; reconnecting");
        listener = loop {
            match ChangeListener::open(settings, changes).await {
                Ok(listener) => break listener,
                // Requests that need the database log its outage as errors.
                Err(error) => tracing::debug!(%error, "the change listener can't reconnect"),
            }
            if changes.strong_count() == 0 {
                return;
            }
            tokio::time::sleep(RECONNECT_DELAY).await;
        };
    }
}

/// A connection that listens for notifications.
struct ChangeListener {
    conn: Connection,
    notify: Arc<Notify>,
    /// The snapshot of the last read.
    snapshot: String,
}

/// A snapshot that contains no transaction.
const EMPTY_SNAPSHOT: &str = "1:1:";

impl ChangeListener {
    /// Connects. Changes were missed while no connection listened, so all cache tags are
    /// invalidated.
    async fn open(settings: &Settings, changes: &Weak<Changes>) -> Result<Self, StoreError> {
        let notify = Arc::new(Notify::new());
        let conn = settings.connect_with(Some(notify.clone())).await?;
        (&mut &conn.conn).batch_execute("LISTEN maqal_changes").await?;
        let mut listener = Self { conn, notify, snapshot: EMPTY_SNAPSHOT.into() };
        listener.snapshot = listener.poll().await?.0;
        if let Some(changes) = changes.upgrade() {
            changes.invalidate_all();
        }
        Ok(listener)
    }

    /// Listens until the process stops, or the connection closes.
    async fn listen(&mut self, changes: &Weak<Changes>) -> Result<(), StoreError> {
        loop {
            // Reads after a notification and after the timeout alike.
            let _ = tokio::time::timeout(POLL_INTERVAL, self.notify.notified()).await;
            let Some(changes) = changes.upgrade() else { return Ok(()) };
            let (snapshot, rows) = self.poll().await?;
            changes.invalidate_new(rows);
            changes.prune_known(oldest(&snapshot));
            self.snapshot = snapshot;
        }
    }

    async fn poll(&self) -> Result<(String, Vec<Row>), StoreError> {
        let read = async |conn: &mut Conn<'_>| new_since(conn, &self.snapshot).await;
        tokio::time::timeout(POLL_INTERVAL, self.conn.work(&read))
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the database does not answer".into())))
    }
}

/// Returns the oldest transaction that was in progress in a snapshot.
fn oldest(snapshot: &str) -> i64 {
    snapshot.split(':').next().and_then(|oldest| oldest.parse().ok()).unwrap_or(0)
}
