//! Starts a server from its settings: opens the database, the keys and the listener, and starts the
//! workers and the background threads.

mod background;
mod context;
mod error;
mod listen;
mod output;
mod outward;
mod runtime;

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;

use context::AppContext;
pub use error::ServerError;
use listen::{Addresses, Reserved, Signals};
use output::say;
pub use runtime::block_on;

use crate::auth::keys::KeyRing;
use crate::auth::passwords::Passwords;
use crate::auth::secrets::generate_password;
use crate::auth::tokens::Tokens;
use crate::background::Background;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, CorsOrigins, FirstAdmin, LogFormat};
use crate::demo;
use crate::http::cache::Cache;
use crate::http::client_address::TrustedProxies;
use crate::http::connection::Unsent;
use crate::http::cross_origin::CrossOrigin;
use crate::http::metrics::Metrics;
use crate::http::{conditional, metrics_page, openapi};
use crate::service::events::Events;
use crate::service::{App, Shared, tags, users};
use crate::store::migrate::{Step, migrate};
use crate::store::{DbConfig, Storage};
use crate::text::render::Renderer;

/// The audience of our access tokens.
const AUDIENCE: &str = "maqal";
/// The interval of checks if the background threads have ended.
const SHUTDOWN_POLL: Duration = Duration::from_millis(25);
/// The longest wait for the background threads at the end.
const BACKGROUND_GRACE: Duration = Duration::from_secs(3);
/// Serves until SIGTERM or SIGINT, with a log.
///
/// # Errors
/// [`ServerError`].
pub fn run(config: Config) -> Result<(), ServerError> {
    start_log(&config);
    for unknown in &config.unknown_variables {
        tracing::warn!("{unknown}");
    }
    block_on(async {
        let running = launch(config, Arc::new(SystemClock), Signals::Obeyed).await?;
        running.wait().await
    })
}

fn start_log(config: &Config) {
    let actix = if config.log.hides_actix { ",actix_server=warn" } else { "" };
    let filter = tracing_subscriber::EnvFilter::new(format!("{}{actix}", config.log.filter));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // On a terminal the library decides, and honours NO_COLOR.
    let log = if io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    // Reporting a failed write to standard error would fail there too, and end the server.
    let log = log.log_internal_errors(false);
    // Fails only if a test has installed a log already; that one stays.
    let _ = match config.log.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
}

/// Opens and migrates the database, and makes the use cases' context without a server.
///
/// # Errors
/// [`ServerError`].
pub async fn open_app(config: &Config, clock: Arc<dyn Clock>) -> Result<App, ServerError> {
    let of_database = ServerError::of_database(&config.database);
    migrate(&config.database, Step::Up).await.map_err(&of_database)?;
    let storage = Storage::open(&config.database).map_err(&of_database)?;
    let (shared, _) = shared(config, clock, Events::default())?;
    Ok(App { db: storage.handle().map_err(&of_database)?, shared })
}

/// Checks that the database holds a site. It creates neither a file nor a table.
///
/// # Errors
/// [`ServerError::NoSite`], [`ServerError::Database`].
pub async fn check_site(database: &DbConfig) -> Result<(), ServerError> {
    let states = migrate(database, Step::Status).await;
    let states = states.map_err(ServerError::of_database(database))?;
    match states.iter().any(|state| state.applied) {
        true => Ok(()),
        false => Err(ServerError::NoSite(database.url.redacted())),
    }
}

fn shared(
    config: &Config,
    clock: Arc<dyn Clock>,
    events: Events,
) -> Result<(Arc<Shared>, Arc<KeyRing>), ServerError> {
    let ring = Arc::new(KeyRing::open(&config.jwt_keys, clock.now())?);
    for warning in ring.warnings() {
        tracing::warn!("{warning}");
    }
    let issuer = config.public_url.as_str().trim_end_matches('/');
    let shared = Shared {
        tokens: Tokens::new(issuer, AUDIENCE, ring.clone()),
        passwords: Passwords::with_cost(config.workers.max(1), config.password_cost)?,
        author_hasher: config.author_hasher.clone(),
        reading_speed: config.reading_speed.clone(),
        renderer: Renderer::new(outward::site(config)),
        site: Default::default(),
        common_words: Default::default(),
        background: Background::new(config.workers).map_err(ServerError::Io)?,
        clock,
        events,
        web: outward::web(config),
    };
    Ok((Arc::new(shared), ring))
}

/// A running server.
pub struct Running {
    /// The address of the listener.
    pub addr: SocketAddr,
    /// The address of the metrics' own listener.
    pub metrics_addr: Option<SocketAddr>,
    handle: ServerHandle,
    server: tokio::task::JoinHandle<io::Result<()>>,
    background: Vec<JoinHandle<()>>,
    stopping: Arc<AtomicBool>,
}

impl Running {
    /// Stops the server at once, and cuts requests in flight. For tests.
    pub async fn stop(self) {
        self.handle.stop(false).await;
        if let Err(error) = self.wait().await {
            tracing::warn!(%error, "the server stopped with an error");
        }
    }

    async fn wait(self) -> Result<(), ServerError> {
        let ended = self.server.await.map_err(io::Error::other)?;
        self.stopping.store(true, Ordering::Release);
        // The threads check the flag several times a second. One that waits for an unavailable
        // database does not delay the end of the process.
        let begun = Instant::now();
        while !self.background.iter().all(JoinHandle::is_finished)
            && begun.elapsed() < BACKGROUND_GRACE
        {
            tokio::time::sleep(SHUTDOWN_POLL).await;
        }
        Ok(ended?)
    }
}

/// Starts a server that ignores signals.
///
/// # Errors
/// [`ServerError`].
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Running, ServerError> {
    launch(config, clock, Signals::Ignored).await
}

async fn launch(
    config: Config,
    clock: Arc<dyn Clock>,
    signals: Signals,
) -> Result<Running, ServerError> {
    // First: nothing is created for a server that can't listen. It listens last.
    let reserved = Addresses {
        api: Reserved::new(config.bind, "--bind or MAQAL_BIND")?,
        metrics: config
            .metrics_bind
            .map(|addr| Reserved::new(addr, "MAQAL_METRICS_BIND"))
            .transpose()?,
    };
    let of_database = ServerError::of_database(&config.database);
    migrate(&config.database, Step::Up).await.map_err(&of_database)?;
    let storage = Storage::open(&config.database).map_err(&of_database)?;
    storage.watch().await.map_err(&of_database)?;
    let metrics = Metrics::new();
    let (shared, ring) = shared(&config, clock, Events::to(vec![metrics.clone()]))?;
    prepare(&config, &storage, &shared).await?;
    let mut contract = openapi::build();
    if config.metrics_bind.is_some() {
        contract.remove_path(metrics_page::PATH);
    }
    let contract = Arc::new(contract);
    let compiled = contract.clone();
    // In the background: neither the start nor the first write waits for the validators.
    std::thread::spawn(move || compiled.compile());
    let context = AppContext {
        cache: Arc::new(Cache::new(config.cache_bytes, storage.changes().clone())),
        cross_origin: Arc::new(CrossOrigin::new(match &config.cors_origins {
            CorsOrigins::Any => None,
            CorsOrigins::List(list) => Some(list.clone()),
        })),
        cdn: conditional::cdn_cache_control(config.cdn_seconds),
        unsent: Unsent::new(config.max_unsent_bytes, metrics.unsent()),
        storage,
        shared,
        ring: ring.clone(),
        contract,
        metrics,
        trusted_proxies: Arc::new(TrustedProxies::new(config.trusted_proxies.clone())),
    };
    let stopping = Arc::new(AtomicBool::new(false));
    outward::warn(&config);
    let background = vec![
        background::start_sweeper(context.clone(), ring, stopping.clone())?,
        background::start_worker(context.clone(), stopping.clone())?,
    ];
    let (server, addresses) = listen::listen(reserved, &config, &context, signals)?;
    let handle = server.handle();
    announce(&config, &addresses);
    let (addr, metrics_addr) = (addresses.api, addresses.metrics);
    Ok(Running { addr, metrics_addr, handle, server: tokio::spawn(server), background, stopping })
}

/// Renews the keys of tags, makes the first admin, and with `--demo` the sample articles.
async fn prepare(
    config: &Config,
    storage: &Storage,
    shared: &Arc<Shared>,
) -> Result<(), ServerError> {
    let db = storage.handle().map_err(ServerError::of_database(&config.database))?;
    let app = App { db, shared: shared.clone() };
    tags::renew_keys(&app).await.map_err(ServerError::Service)?;
    match &config.admin {
        Some(FirstAdmin { email, password }) => {
            users::bootstrap_admin(&app, email, "Admin", password.clone())
                .await
                .map_err(ServerError::Service)?;
        }
        None if config.demo => {
            let password = generate_password()?;
            let made = users::bootstrap_admin(&app, demo::ADMIN, "Admin", password.clone())
                .await
                .map_err(ServerError::Service)?;
            if made {
                say(&format!("Admin (shown once): {} / {password}\n", demo::ADMIN));
            } else {
                say("Lost the admin's password? maqal user password EMAIL --generate\n");
            }
        }
        None if config.quiet || users::any(&app).await.map_err(ServerError::Service)? => {}
        None => say("No user yet: maqal user create EMAIL --role admin\n"),
    }
    if config.demo {
        let loaded = demo::load_for_first_admin(&app).await.map_err(ServerError::Service)?;
        if let Some(loaded @ 1..) = loaded {
            say(&format!("Sample articles loaded: {loaded}\n"));
        }
    }
    Ok(())
}

fn announce(config: &Config, addresses: &Addresses<SocketAddr>) {
    if config.quiet {
        return;
    }
    let (database, url) = (config.database.url.redacted(), &config.public_url);
    let addr = addresses.api;
    say(&format!(
        "Maqal serves {database} on http://{addr}\n  articles   {url}api/v1/articles\n  \
         reference  {url}docs/\n  OpenAPI    {url}openapi.json\n"
    ));
    if let Some(addr) = addresses.metrics {
        say(&format!("  metrics    http://{addr}/metrics\n"));
    }
}
