//! Calls of operations that need no preparation of their own, derived from the OpenAPI document: the
//! body is made of the schema's examples, and the id belongs to a new item of the collection.
//!
//! A resource with another need registers an [`OwnCall`] in its own test file.

use std::future::Future;
use std::pin::Pin;

use serde_json::{Map, Value, json};

use super::oracle::{Operation, Caller};
use super::scenario::Scenario;
use crate::support::request::Request;

/// The future of a prepared request.
type Prepared<'a> = Pin<Box<dyn Future<Output = Request> + 'a>>;

/// A call that a resource's test file prepares itself.
pub struct OwnCall {
    /// The `operationId`.
    pub operation: &'static str,
    /// Makes the request, without a token.
    pub request: for<'a> fn(&'a Scenario, Caller) -> Prepared<'a>,
}

inventory::collect!(OwnCall);

/// Returns the call of an operation, signed by the caller.
pub async fn call(scenario: &Scenario, operation: &Operation, caller: Caller) -> Request {
    let own = inventory::iter::<OwnCall>().find(|own| own.operation == operation.id);
    if let Some(own) = own {
        return scenario.signed((own.request)(scenario, caller).await, caller);
    }
    let document = scenario.app.get("/openapi.json").send().await.expect(200).json();
    let id = match operation.collection() {
        Some(collection) => create(scenario, &document, &collection, caller).await,
        None => 0,
    };
    let body = body(&document, &operation.path, &operation.method);
    let method = operation.method.parse().expect("a method");
    let request = scenario.app.request(method, &operation.path_of(id, "", 0));
    let request = if operation.method == "GET" { request } else { request.header("if-match", "*") };
    let request = match (operation.method.as_str(), body) {
        (_, None) => request,
        ("PATCH", Some(_)) => request.merge_patch(&json!({})),
        (_, Some(body)) => request.json(&body),
    };
    scenario.signed(request, caller)
}

/// Creates an item as the caller, or as an admin if the caller may not, and returns its id.
async fn create(scenario: &Scenario, document: &Value, collection: &str, caller: Caller) -> i64 {
    let body = body(document, collection, "POST");
    let body = body.unwrap_or_else(|| panic!("{collection} has no POST: register an OwnCall"));
    let post = || scenario.app.post(collection).json(&body);
    let made = scenario.signed(post(), caller).send().await;
    match made.status {
        201 => made.id(),
        _ => post().as_user(&scenario.admin).send().await.expect(201).id(),
    }
}

/// The body of an operation, made of the examples of its schema.
fn body(document: &Value, path: &str, method: &str) -> Option<Value> {
    let operation = &document["paths"][path][method.to_lowercase()];
    let schema = operation["requestBody"]["content"].as_object()?.values().next()?["schema"].clone();
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    let properties = document["components"]["schemas"][name]["properties"].as_object()?;
    let examples = properties.iter().filter_map(|(name, property)| {
        Some((name.clone(), property.get("example")?.clone()))
    });
    Some(Value::Object(examples.collect::<Map<_, _>>()))
}
