//! The only function that opens a connection to somebody else's machine. It resolves the name,
//! checks every address of it, and connects to one of the very addresses it checked. Called by
//! `exchange.rs` for each hop, so a redirect can't lead around it.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use ipnet::IpNet;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::address;
use super::error::FetchError;
use super::resolve::Resolver;
use super::trust::Trust;

/// What is sent and received over: TCP, or TLS over it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

/// What may be gone to.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Networks that may be gone to although they are not on the public internet.
    pub open: Vec<IpNet>,
    /// Whether ports other than 80 and 443 may be gone to.
    pub any_port: bool,
}

/// The way out, and what bounds it.
pub(super) struct Way {
    /// What may be gone to.
    pub limits: Limits,
    /// Who knows where names lead.
    pub resolver: Arc<dyn Resolver>,
    /// Whose certificates are believed.
    pub trust: Trust,
}

/// Checks what an address says by itself, before any name is resolved.
///
/// # Errors
/// [`FetchError::Refused`].
pub(super) fn check(url: &Url, limits: &Limits) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Refused("only http and https are spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::Refused("the address carries credentials"));
    }
    let port = url.port_or_known_default();
    if !limits.any_port && !matches!(port, Some(80 | 443)) {
        return Err(FetchError::Refused("the port is neither 80 nor 443"));
    }
    match url.host() {
        Some(Host::Domain(name)) if is_local_name(name) && limits.open.is_empty() => {
            Err(FetchError::Refused("the name is this machine's"))
        }
        Some(_) => Ok(()),
        None => Err(FetchError::Refused("the address names no host")),
    }
}

/// RFC 6761, section 6.3: never to be asked of a resolver.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.is_empty()
}

/// Connects to the host of an address that [`check`] let through.
///
/// # Errors
/// [`FetchError`]; no connection was opened to an address that is refused.
pub(super) async fn connect(url: &Url, way: &Way) -> Result<Pin<Box<dyn Stream>>, FetchError> {
    check(url, &way.limits)?;
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = checked_addresses(url, way).await?;
    let mut last = FetchError::Unresolved(String::from("no address"));
    for address in addresses {
        // The one place in the program that connects to where somebody else said.
        match TcpStream::connect(SocketAddr::new(address, port)).await {
            Ok(stream) if url.scheme() == "https" => return secured(url, stream, &way.trust).await,
            Ok(stream) => return Ok(Box::pin(stream)),
            Err(error) => last = FetchError::Unreachable(error.to_string()),
        }
    }
    Err(last)
}

/// All addresses of a host. One that is refused spoils them all: a name that means both the public
/// internet and our network means no good.
async fn checked_addresses(url: &Url, way: &Way) -> Result<Vec<IpAddr>, FetchError> {
    let addresses = match url.host() {
        Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
        Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
        Some(Host::Domain(name)) => way
            .resolver
            .resolve(name)
            .await
            .map_err(|error| FetchError::Unresolved(error.to_string()))?,
        None => Vec::new(),
    };
    for address in &addresses {
        if way.limits.open.iter().any(|net| net.contains(address)) {
            continue;
        }
        if let Some(what) = address::refused(*address) {
            return Err(FetchError::Refused(what));
        }
    }
    Ok(addresses)
}

async fn secured(
    url: &Url,
    stream: TcpStream,
    trust: &Trust,
) -> Result<Pin<Box<dyn Stream>>, FetchError> {
    let tls = |error: String| FetchError::Tls(error);
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|error| tls(error.to_string()))?;
    let connector = TlsConnector::from(trust.config()?);
    let stream = connector.connect(name, stream).await.map_err(|error| tls(error.to_string()))?;
    Ok(Box::pin(stream))
}
