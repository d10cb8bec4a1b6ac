//! What all operations share, said once: the errors any of them can meet, the headers that every
//! answer carries, and what follows from a parameter, a body or a required role.

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// Completes the document.
pub fn complete(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token of a login. Signed with EdDSA; the keys are at `/.well-known/jwks.json`."
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
    let header = |description: &str, schema: Value| json!({ "description": description, "required": true, "schema": schema });
    let text = || json!({ "type": "string" });
    json!({
        "X-Request-Id": header("The id of the request: yours if you sent a usable one.", text()),
        "X-Content-Type-Options": header("`nosniff`.", json!({ "const": "nosniff" })),
        "Content-Security-Policy": header("Nothing may be loaded, and no page may frame it.", text()),
        "Cache-Control": header("Who may keep the answer, and whether they must ask again.", text()),
        "ETag": header("A strong validator: the version and a hash of the answer.", json!({ "type": "string", "pattern": "^\"v[0-9]+-[0-9a-f]{16}(-(br|zstd|gzip))?\"$" })),
        "Last-Modified": { "description": "When what is shown was last changed.", "schema": text() },
        "Content-Language": { "description": "The language of what is shown.", "schema": text() },
        "Link": { "description": "Of a list: the pages before and after, as `rel=prev` and `rel=next`. Of a published article: where readers find it, as `rel=canonical`, and while it takes them where webmentions are sent, as `rel=webmention`.", "schema": text() },
        "X-Pingback": { "description": "Of an article that takes pingbacks now: where. `Link` says as `rel=webmention` where it takes webmentions.", "schema": text() },
        "X-Cache": header("Where the answer came from: this instance's cache (`hit`), the database (`miss`), or the database because such answers aren't kept (`bypass`).", json!({ "enum": ["hit", "miss", "bypass"] })),
        "CDN-Cache-Control": { "description": "How long a CDN may answer by itself (RFC 9213).", "schema": text() },
        "Cache-Tag": { "description": "What the answer was made from, for a CDN to purge by: `article-42`, `discussion-42` (its comments and mentions), `articles` (which there are, and in which order), `updates` (when they changed), `tagged-7` (which have the tag), `tag-7`, `tags`, `settings`.", "schema": text() },
        "Surrogate-Key": { "description": "The same with spaces between.", "schema": text() },
        "Content-Encoding": { "description": "How the body is compressed: `br`, `zstd` or `gzip`, as `Accept-Encoding` asked, once it has been asked for before.", "schema": text() },
        "Location": header("Where it is.", json!({ "type": "string", "format": "uri-reference" })),
        "Idempotency-Replayed": { "description": "`true` when this answer was given before to the same `Idempotency-Key`.", "schema": { "const": "true" } },
        "Retry-After": header("Seconds to wait before another try.", json!({ "type": "integer", "minimum": 0 })),
        "WWW-Authenticate": { "description": "How to authenticate (RFC 6750).", "schema": text() }
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// What is known of an operation before it's completed.
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
        has_json: speaks_json(operation),
        has_path_parameter: path.contains('{'),
        needs_token: security.is_some() && !anonymous,
        takes_token: security.is_some(),
        conditional,
        creates: method == "post" && answers("201") && speaks_json(operation),
        reads: method == "get",
        database: path.starts_with("/api/") || path == "/health/ready",
    }
}

/// Whether it takes JSON, rather than a form or XML of other sites' protocols.
fn speaks_json(operation: &Map<String, Value>) -> bool {
    let types = operation.get("requestBody").and_then(|body| body["content"].as_object());
    types.is_some_and(|types| types.keys().any(|kind| kind.ends_with("json")))
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let traits = traits(path, method, operation);
    add_parameters(&traits, operation);
    if let Some(body) = operation.get_mut("requestBody") {
        // Publishing now needs no body; everything else that takes one needs it.
        body["required"] = json!(!path.ends_with("/publish"));
    }
    // That nobody need sign in is said too, not left to be concluded.
    operation.entry("security").or_insert_with(|| json!([]));
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    for status in common_errors(path, &traits) {
        let shared = json!({ "$ref": format!("#/components/responses/Error{status}") });
        responses.entry(status).or_insert(shared);
    }
    if traits.reads && path.starts_with("/api/") || path == "/openapi.json" {
        let unchanged = "It is what you have: nothing changed since the `ETag` you sent.";
        responses.entry("304").or_insert_with(|| json!({ "description": unchanged }));
    }
    responses.sort_keys();
    for (status, response) in responses {
        complete_response(path, traits.reads, status, response);
    }
}

/// What any operation of a kind can meet. Operations that have more to say of one say it themselves.
const COMMON: [(&str, &str); 12] = [
    ("400", "A parameter or a header is not as it should be; nothing was done."),
    ("401", "The token is missing, wrong or no longer good."),
    ("403", "It takes a role that you don't have."),
    ("404", "It isn't there, or isn't yours to see: both look the same."),
    ("408", "The body took too long to arrive."),
    ("413", "The body is too large."),
    ("414", "The address is too long."),
    ("415", "The body is not JSON, or it is compressed."),
    ("422", "The body has flaws: `errors` names each and its place."),
    ("500", "A bug on this side; the logs know more."),
    ("503", "Too busy, or the database is away: try again."),
    ("507", "There is no room left; nothing was changed."),
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
            "description": "The `ETag` of what you mean to change, or `*` for whatever is there.",
            "schema": { "type": "string" }, "example": "*"
        }));
    }
    if traits.creates {
        more.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A name of your choice for this request: sent again with the same body, it gets the first answer again.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" }, "example": "8e03978e-40d5-43dd-bc93-6894a57f9324"
        }));
    }
    if traits.reads && traits.database {
        more.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "An `ETag` that you have: 304 while it still holds.",
            "schema": { "type": "string" }, "example": "\"v3-8f14e45fceea167a\""
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
            if represented && path.starts_with("/api/") && !tokens(path) {
                names.extend(["ETag", "Last-Modified", "Content-Language"]);
            } else if status == "304" || path == "/openapi.json" {
                names.push("ETag");
            }
            let says_more = !path.contains("/auth/") && !in_other_formats(path);
            if path.starts_with("/api/") && says_more {
                names.push("Link");
            }
            if reads && path.starts_with("/api/") {
                names.extend(["X-Cache", "CDN-Cache-Control"]);
                if status == "200" {
                    names.extend(["Cache-Tag", "Surrogate-Key", "Content-Encoding"]);
                }
            }
            if path.ends_with("/articles/{id}") || path.ends_with("/articles/slug/{slug}") {
                names.push("X-Pingback");
            }
        }
        // Nothing that an editor makes: it is named, not shown.
        "201" | "202" if path.ends_with("/webmention") => {
            names.extend(["Cache-Control", "Location"]);
        }
        "201" | "202" => {
            names.extend(["Cache-Control", "ETag", "Location", "Idempotency-Replayed"])
        }
        "301" => {
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

/// Operations of other sites' protocols, answered in XML.
fn in_other_formats(path: &str) -> bool {
    path.ends_with("/xmlrpc") || path.ends_with("/trackback")
}

/// Answers that hold tokens are not kept, so they have no validators.
fn tokens(path: &str) -> bool {
    path.ends_with("/auth/login")
        || path.ends_with("/auth/refresh")
        || path.ends_with("/preview-token")
}
