//! The OpenAPI document: collected from the route table by utoipa, then completed with what all
//! operations share, so that it's said once. Served by `docs.rs`, printed by `maqal openapi`,
//! committed under `openapi/`, and put to work by `contract.rs` and `fallback.rs`.

mod complete;
mod schemas;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use actix_web::App;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use super::{problem, routes};
use crate::service::Error;

/// What the document says of itself. utoipa collects the rest.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Maqal",
        description = include_str!("description.md"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "This instance")),
    tags(
        (name = "Articles", description = "What this is all about."),
        (name = "Revisions", description = "Saved states of an article."),
        (name = "Tags", description = "What articles are filed under."),
        (name = "Search", description = "Finding articles, whatever the spelling."),
        (name = "Comments", description = "What readers say."),
        (name = "Comment settings", description = "Who may have their say, and why."),
        (name = "Mentions", description = "Links from other sites and to them."),
        (name = "Authentication", description = "Signing in and out."),
        (name = "Users", description = "Who writes."),
        (name = "Operations", description = "For those who run it.")
    ),
    components(schemas(
        problem::Problem,
        problem::ProblemField,
        super::articles::view::ArticleList,
        super::auth::ProfileInput,
        super::mentions::MentionInput,
        super::users::AccountInput,
        super::comments::CommentEditInput,
    ))
)]
struct Frame;

/// Everything, also schemas that no operation names but that merged patches are checked against.
static WHOLE: LazyLock<Value> = LazyLock::new(|| {
    let (_, collected) = App::new()
        .into_utoipa_app()
        .openapi(Frame::openapi())
        .configure(routes::all)
        .split_for_parts();
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    schemas::complete(&mut document);
    schemas::spell_out(&mut document, false);
    complete::complete(&mut document);
    document
});

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = WHOLE.clone();
    schemas::drop_unused(&mut document);
    document
});

/// The document.
#[must_use]
pub fn json() -> &'static Value {
    &DOCUMENT
}

/// The document with the schemas that only `contract.rs` needs.
#[must_use]
pub fn with_inner_schemas() -> &'static Value {
    &WHOLE
}

/// The document, indented, as it is committed.
///
/// # Errors
/// [`Error::Internal`] when it can't be written, which would be a bug.
pub fn pretty() -> Result<String, Error> {
    serde_json::to_string_pretty(json())
        .map(|text| text + "\n")
        .map_err(|error| Error::Internal(error.to_string()))
}

/// The document as YAML.
///
/// # Errors
/// [`Error::Internal`] when it can't be written, which would be a bug.
pub fn yaml() -> Result<String, Error> {
    yaml_serde::to_string(json()).map_err(|error| Error::Internal(error.to_string()))
}

static ARTICLE_FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let fields = json().pointer("/components/schemas/Article/properties");
    fields.and_then(Value::as_object).map(|all| all.keys().cloned().collect()).unwrap_or_default()
});

/// The names of an article's fields.
#[must_use]
pub fn article_fields() -> &'static [String] {
    &ARTICLE_FIELDS
}

/// Fields that are shown somewhere and written nowhere.
static READ_ONLY: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let schemas = json().pointer("/components/schemas").and_then(Value::as_object);
    let names = |input: bool| -> BTreeSet<String> {
        schemas
            .into_iter()
            .flatten()
            .filter(|(name, _)| name.ends_with("Input") == input)
            .filter_map(|(_, schema)| schema.get("properties").and_then(Value::as_object))
            .flat_map(|properties| properties.keys().cloned())
            .collect()
    };
    let shown = names(false);
    let everywhere = ["id", "html", "dir", "status", "version", "created_at", "updated_at"];
    shown
        .difference(&names(true))
        .cloned()
        .chain(everywhere.iter().map(|name| (*name).to_owned()))
        .collect()
});

/// Whether a field that was sent is one that is only shown.
#[must_use]
pub fn is_read_only(name: &str) -> bool {
    READ_ONLY.contains(name)
}
