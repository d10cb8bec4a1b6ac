//! `/comment-settings` and `/articles/{id}/comment-settings`.

pub mod article;
mod input;
pub mod site;
mod view;

use crate::http::resource::Resource;

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[(
        "Comment settings",
        "Rules for comments and mentions, of the site and of each article.",
    )],
    replica_paths: &[],
    routes: |api| {
        api.service(site::read)
            .service(site::replace)
            .service(site::update)
            .service(article::read)
            .service(article::replace)
            .service(article::update)
            .service(article::clear);
    },
    schemas: &[],
};
