//! Mentions by other sites: the three endpoints that take them in, each in its own protocol, what
//! readers and senders are told of them, and what moderators do. `handlers.rs` is the resource,
//! `webmention.rs`, `trackback.rs` and `xmlrpc.rs` are the endpoints.

mod faults;
pub mod handlers;
mod input;
pub mod trackback;
mod view;
pub mod webmention;
pub mod xmlrpc;

pub use input::MentionInput;
