//! `/search`: full-text search and completions.

pub mod handlers;
mod input;
mod view;

use crate::http::resource::Resource;

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[("Search", "Full-text search and completions.")],
    replica_paths: &["/api/v1/search"],
    routes: |api| {
        api.service(handlers::articles).service(handlers::suggest);
    },
    schemas: &[],
};
