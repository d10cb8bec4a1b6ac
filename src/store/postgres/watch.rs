//! Hears what other instances write to the PostgreSQL database. `NOTIFY` is the bell and no more:
//! what was touched stands in the table, so that a bell that wasn't heard is made up for by the
//! next look, which comes by itself. Started by `connection.rs`.
//!
//! Rows are numbered before their transactions commit, so "all after the last number" would pass
//! over those of a transaction that took its numbers early and committed late. Snapshots tell: what
//! is visible now and wasn't in the snapshot of the last look is new.
//! <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT>

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

use super::{Link, Settings};
use crate::store::changes::{Changes, MANY, Row};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::changes;

/// How long to wait for the bell before looking anyway, and for an answer: together less than the
/// second within which a reader must see what another instance wrote.
const PATIENCE: Duration = Duration::from_millis(400);

/// How long to wait before connecting anew.
const PAUSE: Duration = Duration::from_millis(250);

/// The number of the transaction that is open. Not `sql_query`, whose statements aren't kept
/// ready: this one runs in every transaction that writes.
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
        // NULL, and so no row, when it has written nothing.
        out.push_sql("pg_current_xact_id_if_assigned()::text::bigint");
        Ok(())
    }
}

/// What the transaction that is open touched.
pub(super) async fn own(conn: &mut Conn<'_>) -> Result<Vec<Row>, StoreError> {
    let Conn::Postgres(conn) = conn else { return Ok(Vec::new()) };
    let own = changes::table.filter(changes::transaction_id.eq(ThisTransaction)).limit(MANY);
    Ok(own.load(conn).await?)
}

/// What is new since a snapshot, and the snapshot of now: one statement sees one state.
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

/// The rows that are new since a snapshot, and the snapshot they are in.
async fn new_since(conn: &mut Conn<'_>, snapshot: &str) -> Result<(String, Vec<Row>), StoreError> {
    let Conn::Postgres(conn) = conn else { return Ok((String::new(), Vec::new())) };
    let found: Vec<New> = sql_query(NEW).bind::<Text, _>(snapshot).load(conn).await?;
    // The left join has a row even when nothing is new.
    let now = match found.as_slice() {
        [first, ..] => first.snapshot.clone(),
        [] => String::new(),
    };
    Ok((now, found.into_iter().filter_map(New::row).collect()))
}

/// Begins to listen, on a thread of its own; returns once it has heard where things stand.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database can't be reached or no thread started.
pub async fn start(settings: Arc<Settings>, changes: &Arc<Changes>) -> Result<(), StoreError> {
    let (begun, beginning) = oneshot::channel();
    let changes = Arc::downgrade(changes);
    let unavailable = |error: &dyn std::fmt::Display| StoreError::Unavailable(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unavailable(&error))?;
    std::thread::Builder::new()
        .name("maqal-watcher".into())
        .spawn(move || runtime.block_on(listen_on(&settings, &changes, begun)))
        .map_err(|error| unavailable(&error))?;
    beginning.await.unwrap_or_else(|error| Err(unavailable(&error)))
}

async fn listen_on(
    settings: &Settings,
    changes: &Weak<Changes>,
    begun: oneshot::Sender<Result<(), StoreError>>,
) {
    let mut listener = match ChangeListener::open(settings, changes).await {
        Ok(listener) => listener,
        Err(error) => return drop(begun.send(Err(error))),
    };
    let _ = begun.send(Ok(()));
    while let Err(lost) = listener.listen(changes).await {
        tracing::warn!(error = %lost, "what other instances write is not heard; connecting anew");
        listener = loop {
            match ChangeListener::open(settings, changes).await {
                Ok(listener) => break listener,
                // Whoever asks for what isn't kept will say it louder.
                Err(error) => tracing::debug!(%error, "not yet"),
            }
            if changes.strong_count() == 0 {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        };
    }
}

/// A connection that listens.
struct ChangeListener {
    link: Link,
    bell: Arc<Notify>,
    /// What was visible at the last look.
    snapshot: String,
}

/// A snapshot in which everything is yet to come.
const BEFORE_ALL: &str = "1:1:";

impl ChangeListener {
    /// Connects. What happened while nobody listened is not asked for: everything may have.
    async fn open(settings: &Settings, changes: &Weak<Changes>) -> Result<Self, StoreError> {
        let bell = Arc::new(Notify::new());
        let link = settings.connect_with(Some(bell.clone())).await?;
        (&mut &link.conn).batch_execute("LISTEN maqal_changes").await?;
        let mut listener = Self { link, bell, snapshot: BEFORE_ALL.into() };
        listener.snapshot = listener.hear().await?.0;
        if let Some(changes) = changes.upgrade() {
            changes.invalidate_all();
        }
        Ok(listener)
    }

    /// Listens until nobody wants to hear any more, or the connection is gone.
    async fn listen(&mut self, changes: &Weak<Changes>) -> Result<(), StoreError> {
        loop {
            // Rung or not: then it is time to look.
            let _ = tokio::time::timeout(PATIENCE, self.bell.notified()).await;
            let Some(changes) = changes.upgrade() else { return Ok(()) };
            let (snapshot, rows) = self.hear().await?;
            changes.take_in_new(rows);
            changes.forget_before(oldest(&snapshot));
            self.snapshot = snapshot;
        }
    }

    async fn hear(&self) -> Result<(String, Vec<Row>), StoreError> {
        let look = async |conn: &mut Conn<'_>| new_since(conn, &self.snapshot).await;
        tokio::time::timeout(PATIENCE, self.link.work(&look))
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("no answer in time".into())))
    }
}

/// The oldest transaction that was under way in a snapshot.
fn oldest(snapshot: &str) -> i64 {
    snapshot.split(':').next().and_then(|oldest| oldest.parse().ok()).unwrap_or(0)
}
