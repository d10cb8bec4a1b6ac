//! Mentions by other sites, their moderation, and the receivers of webmentions, trackbacks and
//! pingbacks.

mod faults;
pub mod handlers;
mod incoming;
mod input;
pub mod trackback;
mod view;
pub mod webmention;
pub mod xmlrpc;

use crate::http::resource::{Resource, schema};

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[("Mentions", "Links from other sites, and pings to them.")],
    replica_paths: &[],
    routes: |api| {
        api.service(handlers::of_article)
            .service(handlers::pings)
            .service(handlers::list)
            .service(handlers::status)
            .service(handlers::update)
            .service(handlers::delete_one)
            .service(webmention::receive)
            .service(trackback::receive)
            .service(xmlrpc::call);
    },
    schemas: &[schema::<input::MentionInput>],
};
