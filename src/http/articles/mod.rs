//! `/articles`.

pub mod editing;
mod fields;
pub mod former_slugs;
pub mod handlers;
mod input;
pub mod list;
pub mod nearby;
pub mod preview;
pub mod revisions;
pub mod transitions;
pub mod view;

use crate::http::discussion::NoticeLang;
use crate::http::resource::{Resource, schema};
pub use input::{ArticlePath, MAX_METADATA_BYTES};

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[
        ("Articles", "Articles, from draft to archive."),
        ("Revisions", "Saved versions of an article."),
    ],
    replica_paths: &["/api/v1/articles"],
    routes: |api| {
        api.service(handlers::list)
            .service(editing::create)
            .service(handlers::get_one)
            .service(handlers::get_by_slug)
            .service(editing::replace)
            .service(editing::update)
            .service(editing::delete_one)
            .service(preview::preview_token)
            .service(transitions::publish)
            .service(transitions::unpublish)
            .service(transitions::archive)
            .service(transitions::restore)
            .service(nearby::related)
            .service(nearby::adjacent)
            .service(revisions::list)
            .service(revisions::get_one)
            .service(revisions::restore)
            .service(former_slugs::list)
            .service(former_slugs::release);
    },
    schemas: &[
        schema::<handlers::SelectionList>,
        schema::<list::ArticleOrder>,
        schema::<list::Include>,
        schema::<NoticeLang>,
    ],
};
