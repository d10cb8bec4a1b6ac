//! `/users`: accounts and their roles. Admins only.

pub mod handlers;
mod input;
mod view;

use crate::http::resource::{Resource, schema};
pub use view::UserView;

/// The declaration of the resource.
pub const RESOURCE: Resource = Resource {
    tags: &[("Users", "Accounts and their roles.")],
    replica_paths: &[],
    routes: |api| {
        api.service(handlers::list)
            .service(handlers::create)
            .service(handlers::get_one)
            .service(handlers::update)
            .service(handlers::delete_one);
    },
    schemas: &[schema::<input::AccountInput>],
};
