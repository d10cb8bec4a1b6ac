//! Opens connections to other sites. No other function of the program does.
//!
//! It resolves the name once, checks every address, and connects to a checked address, for each
//! redirect again. The name is never resolved a second time.

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
use super::special_names::is_special;
use super::trust::Trust;

/// A byte stream: TCP, or TLS over TCP.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

/// The allowed destinations.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Networks that are allowed although they are not on the public internet.
    pub open: Vec<IpNet>,
    /// Allows ports other than 80 and 443.
    pub any_port: bool,
}

/// Opens connections within limits.
pub(super) struct Connector {
    pub limits: Limits,

    pub resolver: Arc<dyn Resolver>,

    pub trust: Trust,
}

/// Checks the parts of an address that need no name resolution.
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
        Some(Host::Domain(name)) if is_special(name) && limits.open.is_empty() => {
            Err(FetchError::Refused("the name is not of the public internet"))
        }
        Some(Host::Domain(_)) => Ok(()),
        Some(Host::Ipv4(address)) => check_address(IpAddr::V4(address), limits),
        Some(Host::Ipv6(address)) => check_address(IpAddr::V6(address), limits),
        None => Err(FetchError::Refused("the address names no host")),
    }
}

/// Checks an address against the public internet and the open networks.
///
/// # Errors
/// [`FetchError::Refused`].
fn check_address(address: IpAddr, limits: &Limits) -> Result<(), FetchError> {
    if limits.open.iter().any(|net| net.contains(&address)) {
        return Ok(());
    }
    address::refused(address).map_or(Ok(()), |reason| Err(FetchError::Refused(reason)))
}

/// Connects to an address's host, after [`check`].
///
/// # Errors
/// [`FetchError`]. No connection is opened to a refused address.
pub(super) async fn connect(
    url: &Url,
    connector: &Connector,
) -> Result<Pin<Box<dyn Stream>>, FetchError> {
    check(url, &connector.limits)?;
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = checked_addresses(url, connector).await?;
    let mut last = FetchError::Unresolved(String::from("no address"));
    for address in addresses {
        // The only place in the program that connects to an address of another party's choice.
        match TcpStream::connect(SocketAddr::new(address, port)).await {
            Ok(stream) if url.scheme() == "https" => {
                return start_tls(url, stream, &connector.trust).await;
            }
            Ok(stream) => return Ok(Box::pin(stream)),
            Err(error) => last = FetchError::Unreachable(error.to_string()),
        }
    }
    Err(last)
}

/// Returns all addresses of a host. One refused address refuses the host, since a name with both
/// public and private addresses indicates an attack.
async fn checked_addresses(url: &Url, connector: &Connector) -> Result<Vec<IpAddr>, FetchError> {
    let addresses = match url.host() {
        Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
        Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
        Some(Host::Domain(name)) => connector
            .resolver
            .resolve(name)
            .await
            .map_err(|error| FetchError::Unresolved(error.to_string()))?,
        None => Vec::new(),
    };
    for address in &addresses {
        check_address(*address, &connector.limits)?;
    }
    Ok(addresses)
}

async fn start_tls(
    url: &Url,
    stream: TcpStream,
    trust: &Trust,
) -> Result<Pin<Box<dyn Stream>>, FetchError> {
    let tls = |error: String| FetchError::Tls(error);
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|error| tls(error.to_string()))?;
    let tls_connector = TlsConnector::from(trust.config()?);
    let stream =
        tls_connector.connect(name, stream).await.map_err(|error| tls(error.to_string()))?;
    Ok(Box::pin(stream))
}
