//! A connection to PostgreSQL that knows when it is closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;

use crate::store::connection::Conn;
use crate::store::error::StoreError;

/// The client-side limit for work on a connection. It exceeds the server's statement timeout, so it
/// ends only work that the server can no longer end.
const WORK_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection with a flag that is set when it closes.
pub struct Connection {
    pub(super) conn: AsyncPgConnection,
    pub(super) closed: Arc<AtomicBool>,
}

impl Connection {
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Runs work with a time limit. A connection that exceeds it is marked as closed.
    pub(super) async fn work<T, E, F>(&self, work: &F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut conn = Conn::Postgres(&self.conn);
        tokio::time::timeout(WORK_TIMEOUT, work(&mut conn)).await.unwrap_or_else(|_| {
            self.closed.store(true, Ordering::Release);
            Err(StoreError::Unavailable("the database does not answer".into()).into())
        })
    }

    /// Returns the bare connection, for migrations.
    pub(in crate::store) fn into_inner(self) -> AsyncPgConnection {
        self.conn
    }
}
