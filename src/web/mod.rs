//! Outbound connections to other sites, and the formats they speak.
//!
//! No other room opens connections to other sites, and this one knows no database and no article.
//!
//! - [`fetch`]: the HTTP client, with protection against server-side request forgery (SSRF)
//! - [`urls`]: parsing and normalising addresses
//! - [`page`]: links, title and author of a fetched page; [`discover`]: its endpoints
//! - [`xmlrpc`], [`trackback`]: the two XML formats, parsed within limits and written escaped

pub mod discover;
pub mod fetch;
pub mod page;
pub mod trackback;
pub mod urls;
pub mod xmlrpc;
