//! The declaration of a resource. Each resource folder has one in its `mod.rs`.

use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Schemas of the OpenAPI document, by name.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// A resource: its tags in the OpenAPI document and its routes.
pub struct Resource {
    /// Names and descriptions of its tags.
    pub tags: &'static [(&'static str, &'static str)],
    /// The prefixes of the paths whose anonymous reads a standby may answer. Its migration must then
    /// record the changes of all that they return.
    pub replica_paths: &'static [&'static str],
    /// Registers its operations under `/api/v1`.
    pub routes: fn(&mut ServiceConfig<'_>),
    /// Adds schemas that no operation names, such as the input that a merge patch results in.
    pub schemas: &'static [fn(&mut Schemas)],
}

/// Adds a schema and those that it refers to.
pub fn schema<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}
