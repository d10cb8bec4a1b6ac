//! A running server, and a client for it.

use std::cell::Cell;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use maqal::clock::ManualClock;
use maqal::config::{Config, FirstAdmin};
use maqal::server::{self, Running};
use maqal::service::sweep;
use maqal::store::DbConfig;
use reqwest::Method;

use super::contract::Contract;
use super::database::{Backend, Database};
use super::request::Request;
use super::session;

/// The longest that a test waits before it fails.
const DEADLINE: Duration = Duration::from_secs(10);

/// The contract, read from the first server: all serve the same document.
static CONTRACT: OnceLock<Contract> = OnceLock::new();

/// The contract, if any test ran.
pub fn contract_if_used() -> Option<&'static Contract> {
    CONTRACT.get()
}

/// The test's own server, and a client for it. Clones share the server.
#[derive(Clone)]
pub struct TestApp {
    /// The server's clock. Only the test advances it.
    pub clock: Arc<ManualClock>,
    /// The database behind the server.
    pub backend: Backend,
    /// The address on which the server listens.
    pub addr: SocketAddr,
    /// The folder of the server's signing keys.
    pub keys: PathBuf,
    inner: Rc<Inner>,
}

struct Inner {
    client: reqwest::Client,
    running: Cell<Option<Running>>,
    sessions: session::Cache,
    database: DbConfig,
    configure: fn(&mut Config),
}

impl TestApp {
    /// Starts a server in this process.
    pub async fn start(database: &Database, configure: fn(&mut Config)) -> Self {
        let start = Utc.with_ymd_and_hms(2026, 1, 15, 9, 0, 0).single().expect("a time");
        let clock = Arc::new(ManualClock::at(start));
        let backend = if database.file().is_some() { Backend::Sqlite } else { Backend::Postgres };
        Self::launch(database.config(), database.keys(), backend, clock, configure).await
    }

    /// Starts another instance with the same database, keys and clock. The test must stop it.
    pub async fn another_instance(&self) -> Self {
        let (database, keys) = (self.inner.database.clone(), self.keys.clone());
        let configure = self.inner.configure;
        Self::launch(database, keys, self.backend, self.clock.clone(), configure).await
    }

    /// Deletes expired data now, as the server's sweeper does every few minutes.
    pub async fn delete_expired(&self) {
        let config = Config::for_tests(self.inner.database.clone(), &self.keys);
        let config = config.expect("settings for a test");
        let app = server::open_app(&config, self.clock.clone()).await.expect("the database");
        sweep::delete_expired(&app).await.expect("it deletes expired rows");
    }

    async fn launch(
        database: DbConfig,
        keys: PathBuf,
        backend: Backend,
        clock: Arc<ManualClock>,
        configure: fn(&mut Config),
    ) -> Self {
        let mut config = Config::for_tests(database.clone(), &keys).expect("settings for a test");
        config.admin = Some(FirstAdmin {
            email: session::ADMIN_EMAIL.into(),
            password: session::PASSWORD.into(),
        });
        configure(&mut config);
        let running = server::start(config, clock.clone()).await.expect("the server starts");
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(DEADLINE * 3)
            .build()
            .expect("a client");
        let app = Self {
            clock,
            backend,
            addr: running.addr,
            keys,
            inner: Rc::new(Inner {
                client,
                running: Cell::new(Some(running)),
                sessions: session::Cache::default(),
                database,
                configure,
            }),
        };
        if CONTRACT.get().is_none() {
            let contract = app.fetch_contract().await;
            // Another trial may set it first, to the same document.
            CONTRACT.get_or_init(|| contract);
        }
        app
    }

    async fn fetch_contract(&self) -> Contract {
        let url = self.url("/openapi.json");
        let answer = self.inner.client.get(url).send().await.expect("GET /openapi.json");
        let document = answer.json().await.expect("/openapi.json is JSON");
        Contract::new(document).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Stops the server, unless the test has stopped it already.
    pub async fn stop(&self) {
        if let Some(running) = self.inner.running.take() {
            running.stop().await;
        }
    }

    /// The URL of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// A request to be filled in and sent.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let contract = CONTRACT.get().expect("the first app reads it");
        Request::new(self.inner.client.clone(), method, &self.url(path), contract)
    }

    /// `GET`
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// `HEAD`
    pub fn head(&self, path: &str) -> Request {
        self.request(Method::HEAD, path)
    }

    /// `POST`
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// `PUT`
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    /// `PATCH`
    pub fn patch(&self, path: &str) -> Request {
        self.request(Method::PATCH, path)
    }

    /// `DELETE`
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// `OPTIONS`
    pub fn options(&self, path: &str) -> Request {
        self.request(Method::OPTIONS, path)
    }

    /// Sends bytes unchanged, and returns all bytes until the server closes the connection. A
    /// well-formed request should send `Connection: close`. The contract is not checked, since the
    /// bytes need not be HTTP.
    pub async fn raw(&self, bytes: impl Into<Vec<u8>>) -> Vec<u8> {
        let (addr, bytes) = (self.addr, bytes.into());
        let exchange = move || {
            let mut stream = TcpStream::connect(addr)?;
            stream.set_read_timeout(Some(DEADLINE))?;
            // A server may respond and close before it has read everything.
            let written = stream.write_all(&bytes);
            let mut answer = Vec::new();
            match stream.read_to_end(&mut answer) {
                Err(error) if answer.is_empty() => written.and(Err(error)),
                // A reset counts as closed; a timeout does not.
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    Err(error)
                }
                _ => Ok(answer),
            }
        };
        tokio::task::spawn_blocking(exchange)
            .await
            .expect("the exchange's thread")
            .expect("an answer before the deadline")
    }

    /// Waits until a condition holds.
    pub async fn eventually(&self, condition: impl AsyncFn() -> bool, event: &str) {
        let begin = Instant::now();
        while !condition().await {
            assert!(begin.elapsed() < DEADLINE, "waited {DEADLINE:?} in vain until {event}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) fn sessions(&self) -> &session::Cache {
        &self.inner.sessions
    }
}
