//! The OpenAPI document: utoipa collects it from the route table, and `complete.rs` and `schemas.rs`
//! add the parts that all operations share.

mod complete;
mod schemas;
pub mod variant;
mod version_3_0;

use actix_web::App;
use utoipa::OpenApi;
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa_actix_web::AppExt;

use super::contract::Contract;
use super::resource::Schemas;
use super::{RESOURCES, problem, routes};

/// The tag of health checks, metrics and this document.
const OPERATIONS: (&str, &str) = ("Operations", "Health, metrics and this document.");

/// The head of the document. utoipa collects the rest.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Maqal",
        description = include_str!("description.md"),
        license(name = "MIT or Apache License 2.0, as you prefer", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "This instance")),
    components(schemas(problem::Problem, problem::ProblemField))
)]
struct Frame;

/// Builds the document from the route table.
#[must_use]
pub fn build() -> Contract {
    let (_, mut collected) = App::new()
        .into_utoipa_app()
        .openapi(Frame::openapi())
        .configure(routes::all)
        .split_for_parts();
    let tags = RESOURCES.iter().flat_map(|resource| resource.tags).chain([&OPERATIONS]);
    collected.tags = Some(tags.map(tag).collect());
    let mut more = Schemas::new();
    for add in RESOURCES.iter().flat_map(|resource| resource.schemas) {
        add(&mut more);
    }
    collected.components.get_or_insert_default().schemas.extend(more);
    let mut whole = serde_json::to_value(collected).unwrap_or_default();
    schemas::complete(&mut whole);
    schemas::expand_patterns(&mut whole, false);
    complete::complete(&mut whole);
    let mut document = whole.clone();
    schemas::drop_unused(&mut document);
    let older = version_3_0::of(&document);
    Contract::new(document, older, whole)
}

fn tag((name, description): &(&str, &str)) -> Tag {
    TagBuilder::new().name(*name).description(Some(*description)).build()
}
