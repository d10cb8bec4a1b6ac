//! `/tags`.

pub mod former_slugs;
pub mod handlers;
mod input;
mod view;

use crate::http::resource::{Resource, schema};
pub use input::DEFAULT_LANG;
pub use view::TagRefView;

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[("Tags", "Tags of articles.")],
    replica_paths: &["/api/v1/tags"],
    routes: |api| {
        api.service(handlers::list)
            .service(handlers::create)
            .service(handlers::get_one)
            .service(handlers::get_by_slug)
            .service(handlers::replace)
            .service(handlers::update)
            .service(handlers::delete_one)
            .service(handlers::merge)
            .service(former_slugs::list)
            .service(former_slugs::release);
    },
    schemas: &[schema::<input::TagOrder>],
};
