//! Runs the migrations, which are embedded in the binary. Instances that start at the same time
//! take turns.

use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::result::Error;
use diesel::sqlite::Sqlite;
use diesel::{Connection, QueryResult, RunQueryDsl, sql_query};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::database::{DbConfig, DbUrl};
use super::error::StoreError;
use super::{postgres, sqlite};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// An arbitrary constant. Instances of Maqal on one database serialise their migrations by it.
const ADVISORY_LOCK: i64 = 0x6d61_7161_6c00;

/// The operation of [`migrate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Run all pending migrations.
    Up,
    /// Revert the newest migration.
    Down,
    /// Change nothing, and create neither a file nor a table.
    Status,
}

/// A migration and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The name, such as `2026-11-23-000002_tags`.
    pub name: String,
    /// Whether this database has it.
    pub applied: bool,
}

/// Performs the step, and returns the state of all migrations.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database can't be reached, [`StoreError::Query`] when a
/// migration fails.
pub async fn migrate(config: &DbConfig, step: Step) -> Result<Vec<State>, StoreError> {
    match &config.url {
        DbUrl::Sqlite(path) if step == Step::Status && !path.exists() => {
            states::<Sqlite>(SQLITE, &[])
        }
        DbUrl::Sqlite(path) => {
            let options =
                sqlite::Options { path: path.clone(), full_sync: config.sqlite_full_sync };
            on_thread(move || {
                let mut conn = options.connect()?;
                if step == Step::Status {
                    return look(&mut conn, || SQLITE);
                }
                // Blocks all other writers from reading the pending migrations to the last
                // statement. The migrations' own transactions become savepoints in this one.
                conn.immediate_transaction(|conn| perform(conn, || SQLITE, step))
            })
            .await
        }
        DbUrl::Postgres(url) => {
            let conn = postgres::Settings::parse(url)
                .map_err(StoreError::Query)?
                .connect()
                .await?
                .into_inner();
            on_thread(move || {
                let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::from(conn);
                // A migration of a large table may take long.
                conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
                sql_query(format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))
                    .execute(&mut conn)?;
                let outcome = match step {
                    Step::Status => look(&mut conn, || POSTGRES),
                    step => perform(&mut conn, || POSTGRES, step),
                };
                // Closing the connection releases the lock in any case.
                let unlocked: QueryResult<usize> =
                    sql_query(format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
                        .execute(&mut conn);
                outcome.and_then(|states| unlocked.map(|_| states).map_err(StoreError::from))
            })
            .await
        }
    }
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StoreError::Query(format!("a migration panicked: {error}"))))
}

/// Reads the state of all migrations, and rolls back the table that Diesel creates for it.
fn look<DB, H>(conn: &mut H, source: fn() -> EmbeddedMigrations) -> Result<Vec<State>, StoreError>
where
    DB: diesel::backend::Backend,
    H: MigrationHarness<DB> + Connection,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let mut states = None;
    let rolled_back = conn.transaction::<(), Error, _>(|conn| {
        states = Some(perform(conn, source, Step::Status));
        Err(Error::RollbackTransaction)
    });
    states.unwrap_or_else(|| rolled_back.map(|()| Vec::new()).map_err(StoreError::from))
}

fn perform<DB, H>(
    conn: &mut H,
    source: fn() -> EmbeddedMigrations,
    step: Step,
) -> Result<Vec<State>, StoreError>
where
    DB: diesel::backend::Backend,
    H: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    match step {
        Step::Up => drop(conn.run_pending_migrations(source()).map_err(failed)?),
        Step::Down => drop(conn.revert_last_migration(source()).map_err(failed)?),
        Step::Status => {}
    }
    let applied: Vec<MigrationVersion<'static>> = conn.applied_migrations().map_err(failed)?;
    states(source(), &applied)
}

fn states<DB>(
    source: EmbeddedMigrations,
    applied: &[MigrationVersion<'static>],
) -> Result<Vec<State>, StoreError>
where
    DB: diesel::backend::Backend,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let all = source.migrations().map_err(failed)?;
    Ok(all
        .iter()
        .map(|migration| State {
            name: migration.name().to_string(),
            applied: applied.contains(&migration.name().version().as_owned()),
        })
        .collect())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Query(format!("migration: {error}"))
}
