//! The route table. It registers each operation with actix and with the OpenAPI document.

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{RESOURCES, auth, docs, health};

/// Registers all operations.
pub fn all(root: &mut ServiceConfig<'_>) {
    root.service(health::live)
        .service(health::ready)
        .service(health::metrics)
        .service(docs::openapi_json)
        .service(docs::openapi_3_0_json)
        .service(docs::openapi_yaml)
        .service(docs::root)
        .service(docs::page)
        .service(auth::handlers::jwks)
        .service(scope::scope("/api/v1").configure(version_1));
}

fn version_1(api: &mut ServiceConfig<'_>) {
    for resource in RESOURCES {
        api.configure(resource.routes);
    }
}
