//! `/articles/{id}/comments` and `/comments`: comments of readers, their moderation, and the export
//! and erasure of personal data.

mod access;
mod input;
pub mod moderation;
pub mod privacy;
pub mod public;
mod view;

use crate::http::resource::{Resource, schema};

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[("Comments", "Comments of readers, and their moderation.")],
    replica_paths: &[],
    routes: |api| {
        api.service(public::list)
            .service(public::create)
            .service(public::get_one)
            .service(moderation::list)
            .service(moderation::bulk)
            // Before the paths with an id, which match these paths too.
            .service(privacy::export)
            .service(privacy::erase_person)
            .service(privacy::erase_author)
            .service(moderation::get_one)
            .service(moderation::update)
            .service(moderation::delete_one);
    },
    schemas: &[schema::<input::CommentEditInput>],
};
