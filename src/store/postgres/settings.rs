//! The settings of a `postgres://` URL, and the connections that are opened with them.

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

use super::connection::Connection;
use crate::store::error::StoreError;
use crate::store::tls::{self, SslMode};

/// Session limits: the longest statement, lock wait and idle time inside a transaction.
const SESSION_LIMITS: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '30s'";

/// The characters of a parameter's value that are not percent-encoded.
const VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The longest time for which the server may leave sent data unacknowledged.
const TCP_TIMEOUT: Duration = Duration::from_secs(5);

/// The timeout of opening a connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A parsed `postgres://` URL.
pub struct Settings {
    config: tokio_postgres::Config,
    ssl: tls::Ssl,
    /// The pool's size for each worker.
    pub pool_size: usize,
}

impl Settings {
    /// Parses a URL as libpq does. `sslmode` takes all of libpq's values. tokio-postgres knows only
    /// three, so `sslmode` and `sslrootcert` are removed before it parses the rest.
    ///
    /// # Errors
    /// A sentence that describes a valid URL.
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
            // Not `form_urlencoded`: tokio-postgres doesn't decode a plus sign.
            let pair = |(name, value): &(String, String)| {
                format!("{name}={}", utf8_percent_encode(value, VALUE))
            };
            parsed.set_query(Some(&rest.iter().map(pair).collect::<Vec<_>>().join("&")));
        }
        let mut config = tokio_postgres::Config::from_str(parsed.as_str())
            .map_err(|error| format!("a URL like postgres://user@host/name ({error})"))?;
        // As libpq, ignore `sslmode` on a Unix socket: nobody can intercept it.
        let is_socket = |host: &Host| matches!(host, Host::Unix(_));
        if !config.get_hosts().is_empty() && config.get_hosts().iter().all(is_socket) {
            ssl.mode = SslMode::Disable;
        }
        config.ssl_mode(ssl.mode.negotiation()).connect_timeout(CONNECT_TIMEOUT);
        // A server that disappears is detected in seconds instead of a quarter of an hour.
        config
            .tcp_user_timeout(TCP_TIMEOUT)
            .keepalives_idle(TCP_TIMEOUT)
            .keepalives_interval(TCP_TIMEOUT / 5);
        if config.get_application_name().is_none() {
            config.application_name("maqal");
        }
        Ok(Self { config, ssl, pool_size: 4 })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the cause.
    pub async fn connect(&self) -> Result<Connection, StoreError> {
        self.connect_with(None).await
    }

    /// Opens a connection that wakes `notify` on each notification, and when it closes.
    pub(super) async fn connect_with(
        &self,
        notify: Option<Arc<Notify>>,
    ) -> Result<Connection, StoreError> {
        let unavailable =
            |error: &dyn std::fmt::Display| StoreError::Unavailable(error.to_string());
        let connecting = async {
            let connector = self.ssl.connector().map_err(|error| unavailable(&error))?;
            let (client, mut driver) = self
                .config
                .connect(connector)
                .await
                .map_err(|error| unavailable(&describe(&error)))?;
            let closed = Arc::new(AtomicBool::new(false));
            let closed_flag = closed.clone();
            tokio::spawn(async move {
                let mut messages = futures_util::stream::poll_fn(|cx| driver.poll_message(cx));
                while let Some(message) = messages.next().await {
                    match message {
                        Ok(AsyncMessage::Notification(_)) => {
                            notify.iter().for_each(|notify| notify.notify_one());
                        }
                        Ok(_) => {}
                        Err(error) => {
                            tracing::debug!(%error, "a connection to the database closed");
                            break;
                        }
                    }
                }
                closed_flag.store(true, Ordering::Release);
                notify.iter().for_each(|notify| notify.notify_one());
            });
            let conn =
                AsyncPgConnection::try_from(client).await.map_err(|error| unavailable(&error))?;
            (&mut &conn).batch_execute(SESSION_LIMITS).await?;
            Ok(Connection { conn, closed })
        };
        tokio::time::timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable("connecting to the database took too long".into()))
        })
    }
}

/// Adds the cause, which tokio-postgres leaves out of "error connecting to server".
fn describe(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
