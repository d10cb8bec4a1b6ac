//! `/auth` and `/.well-known/jwks.json`: sessions, the user's own account and the verification keys.

pub mod handlers;
mod input;
mod view;

use crate::http::resource::{Resource, schema};

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[("Authentication", "Sessions, tokens and your own account.")],
    replica_paths: &[],
    routes: |api| {
        api.service(handlers::login)
            .service(handlers::refresh)
            .service(handlers::logout)
            .service(handlers::me)
            .service(handlers::update_me)
            .service(handlers::change_password);
    },
    schemas: &[schema::<input::ProfileInput>],
};
