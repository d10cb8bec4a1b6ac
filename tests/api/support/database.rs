//! A migrated database for each trial: a copy of a SQLite file, or a PostgreSQL schema. Dropped
//! with the value.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use maqal::store::migrate::{Step, migrate};
use maqal::store::{DbConfig, DbUrl};

use super::postgres;

/// The database of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A SQLite file.
    Sqlite,
    /// A schema of a PostgreSQL server.
    Postgres,
}

impl Backend {
    /// Both databases.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// A trial's own database.
pub struct Database {
    folder: tempfile::TempDir,
    url: DbUrl,
    /// Drops the PostgreSQL schema in the end.
    _schema: Option<Schema>,
}

impl Database {
    /// Creates a migrated database. Must be called outside of a runtime.
    pub fn migrated(backend: Backend) -> Self {
        let database = Self::empty(backend);
        match &database.url {
            DbUrl::Sqlite(path) => std::fs::write(path, template()).expect("copy the template"),
            DbUrl::Postgres(_) => {
                block_on(migrate(&database.config(), Step::Up)).expect("migrate the schema");
            }
        }
        database
    }

    /// Creates an empty database.
    pub fn empty(backend: Backend) -> Self {
        let folder = tempfile::Builder::new().prefix("maqal-").tempdir().expect("a folder");
        let (url, schema) = match backend {
            Backend::Sqlite => (DbUrl::Sqlite(folder.path().join("test.db")), None),
            Backend::Postgres => {
                let schema = Schema::create();
                (DbUrl::Postgres(schema.url.clone()), Some(schema))
            }
        };
        Self { folder, url, _schema: schema }
    }

    /// The server's settings for it.
    pub fn config(&self) -> DbConfig {
        DbConfig { url: self.url.clone(), read_url: None, pool_size: 2, sqlite_full_sync: false }
    }

    /// The PostgreSQL schema's URL.
    pub fn schema_url(&self) -> Option<&str> {
        match &self.url {
            DbUrl::Sqlite(_) => None,
            DbUrl::Postgres(url) => Some(url),
        }
    }

    /// The SQLite file.
    pub fn file(&self) -> Option<&Path> {
        match &self.url {
            DbUrl::Sqlite(path) => Some(path),
            DbUrl::Postgres(_) => None,
        }
    }

    /// Runs SQL on it.
    pub fn run(&self, sql: &str) {
        match (self.file(), self.schema_url()) {
            (Some(file), _) => {
                let file = file.display().to_string();
                let mut conn = SqliteConnection::establish(&file).expect("the file is opened");
                // The server under test writes as well.
                conn.batch_execute("PRAGMA busy_timeout = 10000;").expect("a timeout is set");
                conn.batch_execute(sql).expect("it is done");
            }
            (_, Some(url)) => execute(url, sql).expect("it is done"),
            _ => unreachable!("a database is a file or a schema"),
        }
    }

    /// The folder for the server's signing keys.
    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }
}

/// The bytes of a migrated SQLite file.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let database = Database::empty(Backend::Sqlite);
        block_on(migrate(&database.config(), Step::Up)).expect("migrate the template");
        std::fs::read(database.file().expect("a file")).expect("read the template")
    })
}

struct Schema {
    name: String,
    url: String,
}

impl Schema {
    fn create() -> Self {
        let server = postgres::url().expect("a PostgreSQL server");
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).expect("randomness");
        let name = format!("t_{:016x}", u64::from_ne_bytes(random));
        execute(server, &format!("CREATE SCHEMA {name}")).expect("create a schema");
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-c%20search_path%3D{name}");
        Self { name, url }
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("SET lock_timeout = '10s'; DROP SCHEMA {} CASCADE", self.name);
        let dropped = postgres::url()
            .map_err(str::to_owned)
            .and_then(|url| execute(url, &sql).map_err(|error| error.to_string()));
        if let Err(error) = dropped {
            eprintln!("the schema {} is left over: {error}", self.name);
        }
    }
}

fn execute(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        let connection = tokio::spawn(connection);
        let outcome = client.batch_execute(sql).await;
        drop(client);
        connection.await.expect("the connection's task")?;
        outcome
    })
}

/// Runs a future to its end on a small runtime of its own.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
