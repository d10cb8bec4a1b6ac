//! From a name to addresses. Called by `connect.rs` once for each connection, and by nobody else:
//! what comes of it is checked and connected to, so a second answer can't differ from the first.

use std::io;
use std::net::IpAddr;

use futures_util::future::BoxFuture;

/// Resolves names.
pub trait Resolver: Send + Sync {
    /// All addresses of a name.
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The machine's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}
