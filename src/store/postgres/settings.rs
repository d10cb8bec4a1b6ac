//! The settings in a `postgres://` URL, and opening a connection by them.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::Notify;
use tokio_postgres::AsyncMessage;
use tokio_postgres::config::Host;

use super::Link;
use crate::store::error::StoreError;
use crate::store::tls::{self, SslMode};

/// The longest a statement may run, and the longest a transaction may wait for its client.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '30s'";

/// The characters of a parameter's value that are not percent-encoded.
const VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// How long a server may leave what was sent to it unacknowledged.
const SILENCE: Duration = Duration::from_secs(5);

/// How long opening a connection may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A parsed `postgres://` URL.
pub struct Settings {
    config: tokio_postgres::Config,
    ssl: tls::Ssl,
    /// Pooled connections for each worker.
    pub pool_size: usize,
}

impl Settings {
    /// Reads a libpq-style URL. `sslmode` takes all of libpq's names; tokio-postgres knows only
    /// three of them, so it and the two parameters beside it are taken out first.
    ///
    /// # Errors
    /// A sentence that says what a right URL looks like.
    pub fn parse(url: &str) -> Result<Self, String> {
        let mut parsed = url::Url::parse(url)
            .map_err(|error| format!("a URL like postgres://user@host/name ({error})"))?;
        let mut ssl = tls::Ssl::default();
        let mut rest: Vec<(String, String)> = Vec::new();
        for (name, value) in parsed.query_pairs() {
            match &*name {
                "sslmode" => ssl.mode = SslMode::from_str(&value)?,
                "sslrootcert" => ssl.root_cert = Some(value.into_owned().into()),
                _ => rest.push((name.into_owned(), value.into_owned())),
            }
        }
        parsed.set_query(None);
        if !rest.is_empty() {
            // Not `form_urlencoded`: tokio-postgres reads a plus sign as a plus sign.
            let pair = |(name, value): &(String, String)| {
                format!("{name}={}", utf8_percent_encode(value, VALUE))
            };
            parsed.set_query(Some(&rest.iter().map(pair).collect::<Vec<_>>().join("&")));
        }
        let mut config = tokio_postgres::Config::from_str(parsed.as_str())
            .map_err(|error| format!("a URL like postgres://user@host/name ({error})"))?;
        // Nobody listens in on a socket of this machine: there libpq passes over sslmode as well.
        let is_socket = |host: &Host| matches!(host, Host::Unix(_));
        if !config.get_hosts().is_empty() && config.get_hosts().iter().all(is_socket) {
            ssl.mode = SslMode::Disable;
        }
        config.ssl_mode(ssl.mode.negotiation()).connect_timeout(CONNECT_TIMEOUT);
        // A server that is gone without a word is found out in seconds, not in a quarter of an hour.
        config.tcp_user_timeout(SILENCE).keepalives_idle(SILENCE).keepalives_interval(SILENCE / 5);
        if config.get_application_name().is_none() {
            config.application_name("maqal");
        }
        Ok(Self { config, ssl, pool_size: 4 })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the cause.
    pub async fn connect(&self) -> Result<Link, StoreError> {
        self.connect_with(None).await
    }

    /// Opens a connection that rings a bell whenever the server sends word of something.
    pub(super) async fn connect_with(&self, bell: Option<Arc<Notify>>) -> Result<Link, StoreError> {
        let gone = |error: &dyn std::fmt::Display| StoreError::Unavailable(error.to_string());
        let connecting = async {
            let connector = self.ssl.connector().map_err(|error| gone(&error))?;
            let (client, mut driver) =
                self.config.connect(connector).await.map_err(|error| gone(&describe(&error)))?;
            let closed = Arc::new(AtomicBool::new(false));
            let flag = closed.clone();
            tokio::spawn(async move {
                let mut said = futures_util::stream::poll_fn(|cx| driver.poll_message(cx));
                while let Some(message) = said.next().await {
                    match message {
                        Ok(AsyncMessage::Notification(_)) => {
                            bell.iter().for_each(|bell| bell.notify_one());
                        }
                        Ok(_) => {}
                        Err(error) => {
                            tracing::debug!(%error, "lost a connection to the database");
                            break;
                        }
                    }
                }
                flag.store(true, Ordering::Release);
                bell.iter().for_each(|bell| bell.notify_one());
            });
            let conn = AsyncPgConnection::try_from(client).await.map_err(|error| gone(&error))?;
            (&mut &conn).batch_execute(SESSION).await?;
            Ok(Link { conn, closed })
        };
        tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("connecting took too long".into())))
    }
}

/// tokio-postgres says "error connecting to server" and keeps the reason for its source.
fn describe(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
