//! Outbound connections to other sites, and the formats they speak.
//!
//! No other room opens connections to other sites, and this one knows no database and no article.
//!
//! - [`fetch`]: the HTTP client, with protection against server-side request forgery (SSRF)
//! - [`urls`]: parsing and normalising addresses; [`media_type`]: reading media types
//! - [`page`]: links and microformats of a fetched page; [`discover`]: its endpoints;
//!   [`link_header`]: the links of a response
//! - [`xmlrpc`], [`trackback`]: the two XML formats, parsed within limits and written escaped

pub mod discover;
pub mod fetch;
pub mod link_header;
pub mod media_type;
pub mod page;
pub mod trackback;
pub mod urls;
pub mod xmlrpc;
