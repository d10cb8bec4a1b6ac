//! Adds the parts that all operations share: common errors, headers, and conditional parameters.

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// Completes the document.
pub fn complete(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of `POST /api/v1/auth/login`, signed with EdDSA. `/.well-known/jwks.json` holds the keys."
        },
        "edit_token": {
            "type": "apiKey",
            "in": "header",
            "name": "Edit-Token",
            "description": "The edit token of a comment, from the answer to its `POST`. It belongs to its author."
        }
    });
    document["components"]["headers"] = headers();
    document["components"]["responses"] = common_responses();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                    complete_operation(path, method, operation);
                }
            }
        }
    }
}

fn headers() -> Value {
    serde_json::from_str(include_str!("headers.json")).unwrap_or_default()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// The properties of an operation from which its common parts follow.
struct Traits {
    has_body: bool,
    has_json: bool,
    has_path_parameter: bool,
    needs_token: bool,
    takes_token: bool,
    conditional: Conditional,
    creates: bool,
    reads: bool,
    database: bool,
}

#[derive(PartialEq, Eq)]
enum Conditional {
    Required,
    Optional,
    No,
}

fn traits(path: &str, method: &str, operation: &Map<String, Value>) -> Traits {
    let answers = |status: &str| operation["responses"].get(status).is_some();
    let security = operation.get("security").and_then(Value::as_array);
    let anonymous = security.is_some_and(|all| all.contains(&json!({})));
    let conditional = if answers("428") {
        Conditional::Required
    } else if answers("412") {
        Conditional::Optional
    } else {
        Conditional::No
    };
    Traits {
        has_body: operation.contains_key("requestBody"),
        has_json: takes_json(operation),
        has_path_parameter: path.contains('{'),
        needs_token: security.is_some() && !anonymous,
        takes_token: security.is_some(),
        conditional,
        creates: method == "post" && answers("201") && takes_json(operation),
        reads: method == "get",
        database: path.starts_with("/api/") || path == "/health/ready",
    }
}

/// Whether the operation takes JSON, and not a form or XML of another protocol.
fn takes_json(operation: &Map<String, Value>) -> bool {
    let types = operation.get("requestBody").and_then(|body| body["content"].as_object());
    types.is_some_and(|types| types.keys().any(|kind| kind.ends_with("json")))
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let traits = traits(path, method, operation);
    add_parameters(&traits, operation);
    if let Some(body) = operation.get_mut("requestBody") {
        // Only publishing has an optional body.
        body["required"] = json!(!path.ends_with("/publish"));
    }
    // States explicitly that an operation needs no login.
    operation.entry("security").or_insert_with(|| json!([]));
    let max_body = operation.get("x-max-body").and_then(Value::as_u64);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(limit) = max_body {
        let description = format!("`content_too_large`: the body has more than {limit} bytes.");
        responses.entry("413").or_insert_with(|| json!({ "description": description }));
    }
    for status in common_errors(path, &traits) {
        let shared = json!({ "$ref": format!("#/components/responses/Error{status}") });
        responses.entry(status).or_insert(shared);
    }
    if traits.reads && path.starts_with("/api/") || is_document(path) {
        let unchanged = "Not modified: the sent `ETag` is current.";
        responses.entry("304").or_insert_with(|| json!({ "description": unchanged }));
    }
    responses.sort_keys();
    for (status, response) in responses {
        complete_response(path, traits.reads, status, response);
    }
}

/// The common errors. An operation may declare a description of its own.
const COMMON: [(&str, &str); 13] = [
    (
        "400",
        "A parameter or a header is invalid: `errors` names it and the accepted values. Nothing was changed.",
    ),
    ("401", "The token is missing or invalid."),
    ("403", "The user lacks the required role."),
    ("404", "The resource doesn't exist, or is not visible to the user. Both look the same."),
    ("408", "The body took too long to arrive."),
    ("412", "The precondition of a read isn't met."),
    ("413", "The body is larger than the setting `MAQAL_MAX_BODY`. `detail` names the limit."),
    ("414", "The URL is too long."),
    ("415", "The body is compressed, or not JSON in UTF-8."),
    ("422", "The body is invalid. `errors` lists each violation and its place."),
    ("500", "An error of the server. The logs contain the request id."),
    ("503", "The server is overloaded, or the database is unavailable. Try again."),
    ("507", "The storage is full. Nothing was changed."),
];

fn common_responses() -> Value {
    let all = COMMON.iter().map(|(status, description)| {
        let mut response = json!({ "description": description });
        complete_response("", false, status, &mut response);
        (format!("Error{status}"), response)
    });
    Value::Object(all.collect())
}

fn common_errors(path: &str, traits: &Traits) -> Vec<&'static str> {
    let mut errors = vec!["414", "500"];
    if !path.starts_with("/health/") && path != "/metrics" {
        errors.push("400");
    }
    if traits.database {
        errors.push("503");
        if !traits.reads {
            errors.push("507");
        }
    }
    if traits.reads && path.starts_with("/api/") || is_document(path) {
        errors.push("412");
    }
    if is_document(path) {
        errors.push("503");
    }
    if traits.has_path_parameter {
        errors.push("404");
    }
    if traits.takes_token {
        errors.push("401");
    }
    if traits.needs_token {
        errors.push("403");
    }
    if traits.has_body {
        errors.extend(["408", "413", "415"]);
    }
    if traits.has_json {
        errors.push("422");
    }
    errors
}

fn add_parameters(traits: &Traits, operation: &mut Map<String, Value>) {
    let mut more = Vec::new();
    if traits.conditional != Conditional::No {
        more.push(json!({
            "name": "If-Match", "in": "header",
            "required": traits.conditional == Conditional::Required,
            "description": "The `ETag` of the version to change, also as a proxy has weakened it, or `*` for any. A malformed value is a 400.",
            "schema": { "type": "string" }, "example": "*"
        }));
    }
    if traits.conditional == Conditional::Optional {
        more.push(json!({
            "name": "If-Unmodified-Since", "in": "header", "required": false,
            "description": "A known `Last-Modified`, without `If-Match`. Changes within its second are not noticed.",
            "schema": { "type": "string" }, "example": "Thu, 15 Jan 2026 09:00:00 GMT"
        }));
    }
    if traits.creates {
        more.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A unique key of this request. A repeated request with the same key and body receives the first answer again.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" }, "example": "8e03978e-40d5-43dd-bc93-6894a57f9324"
        }));
    }
    if traits.reads && traits.database {
        more.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "A known `ETag`, also as a proxy has changed it. The answer is 304 while it is current. A malformed value is ignored.",
            "schema": { "type": "string" }, "example": "\"v3-8f14e45fceea167a\""
        }));
        more.push(json!({
            "name": "If-Modified-Since", "in": "header", "required": false,
            "description": "A known `Last-Modified`, without `If-None-Match`. The answer is 304 while it is current.",
            "schema": { "type": "string" }, "example": "Thu, 15 Jan 2026 09:00:00 GMT"
        }));
    }
    if more.is_empty() {
        return;
    }
    if let Some(list) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() {
        list.extend(more);
    }
}

fn complete_response(path: &str, reads: bool, status: &str, response: &mut Value) {
    if response.get("$ref").is_some() {
        return;
    }
    let error = status.starts_with(['4', '5']);
    if error {
        response["content"] = json!({
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } }
        });
    }
    let mut names = vec!["X-Request-Id"];
    if status != "304" {
        names.extend(["X-Content-Type-Options", "Content-Security-Policy"]);
    }
    if error {
        names.extend(["Cache-Control", "Content-Language"]);
    }
    match status {
        "200" | "304" if !error => {
            names.push("Cache-Control");
            let represented = response.pointer("/content/application~1json").is_some();
            if represented && path.starts_with("/api/") && !holds_tokens(path) {
                names.extend(["ETag", "Last-Modified", "Content-Language"]);
            } else if status == "304" || is_document(path) {
                names.push("ETag");
            }
            let has_link = !path.contains("/auth/") && !answers_xml(path);
            if path.starts_with("/api/") && has_link {
                names.push("Link");
            }
            if reads && path.starts_with("/api/") {
                names.push("X-Cache");
                if status == "200" {
                    names.extend(["Cache-Tag", "Surrogate-Key"]);
                }
            }
            if reads && (path.starts_with("/api/") || is_document(path)) {
                names.push("CDN-Cache-Control");
                if status == "200" {
                    names.push("Content-Encoding");
                }
            }
            if path.ends_with("/articles/{id}") || path.ends_with("/articles/slug/{slug}") {
                names.push("X-Pingback");
            }
        }
        // The answer of a webmention has no validators.
        "201" | "202" if path.ends_with("/webmention") => {
            names.extend(["Cache-Control", "Location"]);
        }
        "201" | "202" => {
            names.extend(["Cache-Control", "ETag", "Location", "Idempotency-Replayed"])
        }
        "301" | "302" => {
            names.extend(["Cache-Control", "Location"]);
            if path.starts_with("/api/") {
                names.push("X-Cache");
            }
        }
        "401" => names.push("WWW-Authenticate"),
        "429" | "503" | "507" => names.push("Retry-After"),
        _ => {}
    }
    if status == "201" && !path.ends_with("/webmention") {
        names.extend(["Last-Modified", "Content-Language"]);
    }
    let headers: Map<String, Value> =
        names.into_iter().map(|name| (name.to_owned(), reference(name))).collect();
    response["headers"] = Value::Object(headers);
}

/// Whether a path serves this document.
fn is_document(path: &str) -> bool {
    path.starts_with("/openapi")
}

/// Whether an operation answers in XML.
fn answers_xml(path: &str) -> bool {
    path.ends_with("/xmlrpc") || path.ends_with("/trackback")
}

/// Whether the answer holds tokens. Caches must not store it, so it has no validators.
fn holds_tokens(path: &str) -> bool {
    path.ends_with("/auth/login")
        || path.ends_with("/auth/refresh")
        || path.ends_with("/preview-token")
}
