//! The rest of the web: the only place that opens connections to other sites, and the formats that
//! are spoken there. Called by `service/mentions/`; the formats also by `http/mentions/`, which
//! answers in them. Knows no database and no article.
//!
//! - [`fetch`] opens connections, and none that it shouldn't
//! - [`urls`] says which addresses are the same
//! - [`page`] reads what was fetched: links, title, author; [`discover`] finds endpoints in it
//! - [`xmlrpc`], [`trackback`]: the two XML formats, read within bounds and written escaped

pub mod discover;
pub mod fetch;
pub mod page;
pub mod trackback;
pub mod urls;
pub mod xmlrpc;
