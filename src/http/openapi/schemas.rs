//! Schemas that follow from others: the patch of an input, the part of an article.

use serde_json::{Map, Value, json};

/// Adds them, and what utoipa can't say about the rest.
pub fn complete(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    else {
        return;
    };
    for schema in schemas.values_mut() {
        tidy(schema);
    }
    let inputs: Vec<(String, Value)> = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Input"))
        .map(|(name, schema)| (crate::http::contract::patch_name(name), patch_of(schema)))
        .collect();
    schemas.extend(inputs);
}

/// Removes the patches that no operation takes.
pub fn drop_unused(document: &mut Value) {
    let text = document.to_string();
    if let Some(schemas) =
        document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| {
            !name.ends_with("Patch") || text.contains(&format!("\"#/components/schemas/{name}\""))
        });
    }
}

/// A merge patch of what a schema describes: nothing is required, and what need not be there may
/// be taken away with null.
fn patch_of(schema: &Value) -> Value {
    let mut patch = schema.clone();
    let required: Vec<Value> = patch
        .as_object_mut()
        .and_then(|fields| fields.remove("required"))
        .and_then(|names| names.as_array().cloned())
        .unwrap_or_default();
    if let Some(properties) = patch.pointer_mut("/properties").and_then(Value::as_object_mut) {
        for (name, property) in properties {
            if !required.contains(&Value::String(name.clone())) {
                make_nullable(property);
            }
            if property.get("$ref").is_some() || property.get("oneOf").is_some() {
                // An object within is patched too, so its own required fields need not be sent.
                *property = loosened(property);
            }
        }
    }
    if let Some(text) = schema.get("description").and_then(Value::as_str) {
        patch["description"] = json!(format!("A merge patch (RFC 7396) of: {text}"));
    }
    patch
}

/// A nested object in a patch: an object, or null, checked once it is merged.
fn loosened(property: &Value) -> Value {
    let enumeration = |value: &Value| {
        value.get("$ref").and_then(Value::as_str).is_some_and(|name| !name.ends_with("Input"))
    };
    let branches = property.get("oneOf").and_then(Value::as_array);
    let keeps = match branches {
        Some(branches) => branches.iter().any(enumeration),
        None => enumeration(property),
    };
    if keeps {
        return property.clone();
    }
    let mut loose = Map::new();
    let nullable = branches
        .is_some_and(|all| all.iter().any(|branch| branch.get("type") == Some(&json!("null"))));
    loose.insert("type".into(), if nullable { json!(["object", "null"]) } else { json!("object") });
    if let Some(text) = property.get("description") {
        loose.insert("description".into(), text.clone());
    }
    Value::Object(loose)
}

fn make_nullable(property: &mut Value) {
    let Some(fields) = property.as_object_mut() else { return };
    match fields.get("type") {
        Some(Value::String(name)) if name != "null" => {
            let types = json!([name, "null"]);
            fields.insert("type".into(), types);
            if let Some(Value::Array(values)) = fields.get_mut("enum") {
                values.push(Value::Null);
            }
        }
        Some(_) => {}
        None if fields.contains_key("$ref") => {
            let description = fields.remove("description");
            let inner = Value::Object(std::mem::take(fields));
            fields.insert("oneOf".into(), json!([{ "type": "null" }, inner]));
            if let Some(description) = description {
                fields.insert("description".into(), description);
            }
        }
        None => {}
    }
}

/// Free objects hold anything; utoipa leaves that open.
fn tidy(schema: &mut Value) {
    if let Some(metadata) = schema.pointer_mut("/properties/metadata")
        && let Some(fields) = metadata.as_object_mut()
    {
        fields.insert("additionalProperties".into(), json!(true));
    }
}
