//! The rules that an exchange must obey.

use serde_json::Value;

use super::Exchange;
use super::document::{Document, Operation, OperationLookup, pointer};

/// Response headers of HTTP itself, which need no declaration.
const EVERYDAY: [&str; 6] =
    ["connection", "content-length", "content-type", "date", "transfer-encoding", "vary"];

/// Checks an exchange against its operation. The error names the broken rule.
pub fn check(
    document: &Document,
    found: &OperationLookup<'_>,
    exchange: &Exchange<'_>,
) -> Result<(), String> {
    if exchange.method == "HEAD" && !exchange.body.is_empty() {
        return Err("the answer to HEAD has a body".into());
    }
    match found {
        OperationLookup::Operation(operation) => declared(document, operation, exchange),
        OperationLookup::OtherMethods(others) => {
            refused(document, exchange, 405)?;
            let allow = exchange.headers.get("allow").and_then(|value| value.to_str().ok());
            let allowed: Vec<_> = allow.unwrap_or_default().split(',').map(str::trim).collect();
            match others.iter().find(|other| !allowed.contains(&other.method.as_str())) {
                Some(other) => Err(format!("Allow leaves out {}: {allow:?}", other.method)),
                None => Ok(()),
            }
        }
        OperationLookup::Nothing => refused(document, exchange, 404),
    }
}

fn refused(document: &Document, exchange: &Exchange<'_>, status: u16) -> Result<(), String> {
    if exchange.status != status {
        return Err(format!("an undeclared operation must be answered by {status}"));
    }
    if exchange.content_type() != Some("application/problem+json") {
        return Err("a refusal must be application/problem+json".into());
    }
    if exchange.method == "HEAD" {
        return Ok(());
    }
    let body = json(exchange.body)?;
    status_in_problem(&body, exchange.status)?;
    document
        .validate("/components/schemas/Problem", &body)
        .map_err(|errors| format!("the body is no Problem:{errors}"))
}

fn declared(
    document: &Document,
    operation: &Operation,
    exchange: &Exchange<'_>,
) -> Result<(), String> {
    let responses = pointer(&operation.pointer, "responses");
    let Some((response, _)) =
        document.resolve_at(pointer(&responses, &exchange.status.to_string()))?
    else {
        let declared: Vec<_> = operation.statuses.iter().map(String::as_str).collect();
        return Err(format!(
            "the status {} is not declared, only {}",
            exchange.status,
            declared.join(", ")
        ));
    };
    headers(document, &response, exchange)?;
    body(document, operation, &response, exchange)?;
    if (200..300).contains(&exchange.status) {
        accepted_query(operation, exchange)?;
        accepted_body(document, operation, exchange)?;
    }
    Ok(())
}

fn headers(document: &Document, response: &str, exchange: &Exchange<'_>) -> Result<(), String> {
    let at = pointer(response, "headers");
    let declared: Vec<&String> =
        document.members(&at).map(|headers| headers.keys().collect()).unwrap_or_default();
    for name in &declared {
        let Some((header, fields)) = document.resolve_at(pointer(&at, name))? else {
            continue;
        };
        let Some(value) = exchange.headers.get(name.as_str()) else {
            if fields["required"] == true {
                return Err(format!("the header {name} is required and missing"));
            }
            continue;
        };
        let text = value.to_str().map_err(|_| format!("the header {name} is not ASCII"))?;
        let Some((schema, fields)) = document.resolve_at(pointer(&header, "schema"))? else {
            continue;
        };
        let value = match fields["type"].as_str() {
            Some("integer" | "number" | "boolean") => json(text.as_bytes())?,
            _ => Value::from(text),
        };
        document
            .validate(&schema, &value)
            .map_err(|errors| format!("the header {name} does not fit its schema:{errors}"))?;
    }
    let undeclared = exchange.headers.keys().find(|name| {
        let name = name.as_str();
        !EVERYDAY.contains(&name)
            && !name.starts_with("access-control-")
            && !declared.iter().any(|one| one.eq_ignore_ascii_case(name))
    });
    undeclared.map_or(Ok(()), |name| Err(format!("the response header {name} is not declared")))
}

fn body(
    document: &Document,
    operation: &Operation,
    response: &str,
    exchange: &Exchange<'_>,
) -> Result<(), String> {
    let at = pointer(response, "content");
    if document.members(&at).is_none_or(serde_json::Map::is_empty) {
        return match exchange.body {
            [] => Ok(()),
            _ => Err("the answer has a body, and none is declared".into()),
        };
    }
    let content_type = exchange.content_type().ok_or("the answer has no Content-Type")?;
    let media_type = media_type(document, &at, content_type)
        .ok_or_else(|| format!("the content type {content_type} is not declared"))?;
    if exchange.method == "HEAD" || !is_json(content_type) {
        return Ok(());
    }
    let body = json(exchange.body)?;
    if essence(content_type) == "application/problem+json" {
        status_in_problem(&body, exchange.status)?;
    }
    let errors = match reduced_schema(document, operation, exchange)? {
        Some(schema) => document.validate(&schema, &body),
        None => validate_content(document, &pointer(&at, media_type), &body),
    };
    errors.map_err(|errors| format!("the body does not fit its schema:{errors}"))
}

/// Returns the schema of a 200 that a sent parameter reduces, as its extension names it. No response
/// can be declared by a parameter.
fn reduced_schema(
    document: &Document,
    operation: &Operation,
    exchange: &Exchange<'_>,
) -> Result<Option<String>, String> {
    let query = exchange.query.unwrap_or_default();
    let parameters = pointer(&operation.pointer, "parameters");
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let Some(at) = operation.reducing.get(&*name) else { continue };
        if exchange.status == 200 && !value.is_empty() {
            let extension = pointer(&pointer(&parameters, at), "x-response-schema");
            return Ok(document.resolve_at(extension)?.map(|(schema, _)| schema));
        }
    }
    Ok(None)
}

/// An unknown query parameter is a 400, so one that was accepted must be declared.
fn accepted_query(operation: &Operation, exchange: &Exchange<'_>) -> Result<(), String> {
    let pairs = url::form_urlencoded::parse(exchange.query.unwrap_or_default().as_bytes());
    for (name, _) in pairs {
        // The items of a list may have brackets: `tag[]`, `tag[0]`.
        let plain = name.strip_suffix(']').and_then(|name| name.split_once('['));
        if !operation.query.contains(plain.map_or(&*name, |(plain, _)| plain)) {
            return Err(format!("the query parameter {name} was accepted, but is not declared"));
        }
    }
    Ok(())
}

/// A body that was accepted must be one that the document allows.
fn accepted_body(
    document: &Document,
    operation: &Operation,
    exchange: &Exchange<'_>,
) -> Result<(), String> {
    let declared = document.resolve_at(pointer(&operation.pointer, "requestBody"))?;
    let Some((content_type, bytes)) = exchange.sent else {
        return match declared {
            Some((_, body)) if body["required"] == true => {
                Err("a request without its required body was accepted".into())
            }
            _ => Ok(()),
        };
    };
    let Some((request, fields)) = declared else {
        return Err("a request body was accepted, but none is declared".into());
    };
    if bytes.trim_ascii().is_empty() && fields["required"] != true {
        return Ok(());
    }
    let at = pointer(&request, "content");
    let media_type = media_type(document, &at, declared_type(exchange, content_type))
        .ok_or_else(|| format!("a request of type {content_type} was accepted undeclared"))?;
    if !is_json(content_type) {
        return Ok(());
    }
    validate_content(document, &pointer(&at, media_type), &json(bytes)?).map_err(|errors| {
        format!("a request was accepted whose body does not fit its schema:{errors}")
    })
}

/// A `PATCH` declares one media type, and accepts that of RFC 7396 too.
fn declared_type<'a>(exchange: &Exchange<'_>, content_type: &'a str) -> &'a str {
    match (exchange.method, essence(content_type).as_str()) {
        ("PATCH", "application/merge-patch+json") => "application/json",
        _ => content_type,
    }
}

fn validate_content(document: &Document, media_type: &str, body: &Value) -> Result<(), String> {
    match document.resolve_at(pointer(media_type, "schema"))? {
        Some((schema, _)) => document.validate(&schema, body),
        None => Err(format!("\n    {media_type} declares no schema")),
    }
}

/// The declared media type of a content type: in full, else without parameters.
fn media_type<'a>(document: &'a Document, content: &str, content_type: &str) -> Option<&'a String> {
    let declared = || document.members(content).into_iter().flat_map(|types| types.keys());
    declared()
        .find(|one| one.eq_ignore_ascii_case(content_type))
        .or_else(|| declared().find(|one| essence(one) == essence(content_type)))
}

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(content_type: &str) -> bool {
    let essence = essence(content_type);
    essence == "application/json" || essence.ends_with("+json")
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))
}

fn status_in_problem(body: &Value, status: u16) -> Result<(), String> {
    if body["status"] != status {
        return Err(format!("the problem says status {}, the answer {status}", body["status"]));
    }
    // A message without wording is answered by its id.
    let id = format!("{}-title", body["code"].as_str().unwrap_or_default().replace('_', "-"));
    if body["title"] == id.as_str() {
        return Err(format!("the problem {} has no wording in locales/", body["code"]));
    }
    Ok(())
}
