//! Schemas that are derived from others, such as the merge patch of an input, and their corrections.

use serde_json::{Map, Value, json};

use crate::http::articles::MAX_METADATA_BYTES;
use crate::http::contract::{URL_PATTERN, YEARS, patch_name};

/// Adds the derived schemas, and corrects those of utoipa.
pub fn complete(document: &mut Value) {
    fix_descriptions(document);
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    else {
        return;
    };
    for (name, schema) in schemas.iter_mut() {
        open_metadata(schema);
        if name.ends_with("Input") {
            accept_nulls(schema);
        }
        name_values(schema);
    }
    let inputs: Vec<(String, Value)> = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Input"))
        .map(|(name, schema)| (patch_name(name), patch_of(schema)))
        .collect();
    schemas.extend(inputs);
    describe_fields(document);
}

/// Adds the names by which generated clients call the values of enums: `-title` has none in any
/// language.
fn name_values(schema: &mut Value) {
    let Some(values) = schema.get("enum").and_then(Value::as_array) else { return };
    let names: Vec<String> = values.iter().filter_map(Value::as_str).map(value_name).collect();
    schema["x-enum-varnames"] = json!(names);
}

fn value_name(value: &str) -> String {
    match value.strip_prefix('-') {
        Some(ascending) => format!("{}_DESCENDING", ascending.to_ascii_uppercase()),
        None => value.to_ascii_uppercase(),
    }
}

/// Describes the parameter `fields`: its pattern of an article's properties, and the schema of the
/// reduced response. A response can't be declared by a parameter, so an extension names it.
fn describe_fields(document: &mut Value) {
    let names = document
        .pointer("/components/schemas/Article/properties")
        .and_then(Value::as_object)
        .map(|fields| fields.keys().cloned().collect::<Vec<_>>().join("|"))
        .unwrap_or_default();
    let pattern = format!("^({names})(,({names}))*$");
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flatten().flat_map(|(_, item)| item.as_object_mut());
    for (_, operation) in operations.flatten() {
        let whole = operation.pointer("/responses/200/content/application~1json/schema/$ref");
        let part = match whole.and_then(Value::as_str) {
            Some("#/components/schemas/ArticleList") => "#/components/schemas/ArticlePartList",
            _ => "#/components/schemas/ArticlePart",
        };
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if parameter["name"] == json!("fields") {
                parameter["schema"]["pattern"] = json!(pattern);
                parameter["x-response-schema"] = json!({ "$ref": part });
            }
        }
    }
}

/// Removes the inputs and patches that no operation accepts.
pub fn drop_unused(document: &mut Value) {
    let text = document.to_string();
    if let Some(schemas) =
        document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| {
            !(name.ends_with("Patch") || name.ends_with("Input"))
                || text.contains(&format!("\"#/components/schemas/{name}\""))
        });
    }
}

/// Lets the optional fields of an input be null, which means the same as absent.
fn accept_nulls(schema: &mut Value) {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let properties = schema.pointer_mut("/properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if !required.iter().any(|one| one == name) {
            make_nullable(property);
        }
    }
}

/// Returns the schema of a merge patch: no field is required.
fn patch_of(schema: &Value) -> Value {
    let mut patch = schema.clone();
    if let Some(fields) = patch.as_object_mut() {
        fields.remove("required");
    }
    if let Some(properties) = patch.pointer_mut("/properties").and_then(Value::as_object_mut) {
        for property in properties.values_mut() {
            // A nested object is patched too, so its required fields may be absent.
            refer_to_patch(property);
        }
    }
    if let Some(text) = schema.get("description").and_then(Value::as_str) {
        patch["description"] =
            json!(format!("{text} A merge patch (RFC 7396): absent fields keep their values."));
    }
    patch
}

/// Replaces a reference to an input by one to its patch.
fn refer_to_patch(property: &mut Value) {
    match property.get_mut("oneOf").and_then(Value::as_array_mut) {
        Some(branches) => branches.iter_mut().for_each(refer_to_patch),
        None => {
            if let Some(Value::String(reference)) = property.get_mut("$ref")
                && reference.ends_with("Input")
            {
                *reference = patch_name(reference);
            }
        }
    }
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
            fields.insert("oneOf".into(), json!([inner, { "type": "null" }]));
            if let Some(description) = description {
                fields.insert("description".into(), description);
            }
        }
        None => {}
    }
}

/// Corrects two outputs of utoipa for fields that refer to a schema. If the schema is inlined,
/// utoipa adds a second schema of type object, which no value satisfies. If the field is nullable,
/// the description lands in one branch.
fn fix_descriptions(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(fix_descriptions),
        Value::Object(fields) => {
            fields.values_mut().for_each(fix_descriptions);
            merge_description(fields);
            hoist_description(fields);
        }
        _ => {}
    }
}

fn merge_description(fields: &mut Map<String, Value>) {
    let Some([schema, field]) = fields.get("allOf").and_then(Value::as_array).map(Vec::as_slice)
    else {
        return;
    };
    let (Some(schema), Some(field)) = (schema.as_object(), field.as_object()) else { return };
    let demands_an_object = field.get("type") == Some(&json!("object"));
    if !demands_an_object || schema.get("type").is_none_or(|name| name == "object") {
        return;
    }
    let mut merged = schema.clone();
    let annotations = field.iter().filter(|(name, _)| *name != "type");
    merged.extend(annotations.map(|(name, value)| (name.clone(), value.clone())));
    fields.remove("allOf");
    fields.extend(merged);
}

fn hoist_description(fields: &mut Map<String, Value>) {
    let Some(branches) = fields.get_mut("oneOf").and_then(Value::as_array_mut) else { return };
    if !branches.iter().any(|branch| branch.get("type") == Some(&json!("null"))) {
        return;
    }
    let described = branches.iter_mut().filter(|branch| branch.get("$ref").is_some());
    let text = described.filter_map(Value::as_object_mut).find_map(|one| one.remove("description"));
    if let Some(text) = text {
        fields.entry("description").or_insert(text);
    }
}

/// A language tag: language, script, region and one variant (BCP 47).
const LANG: &str = "^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?$";

/// Replaces the names of patterns by the patterns, and adds the bounds of times in requests.
pub fn expand_patterns(value: &mut Value, sent: bool) {
    match value {
        Value::Object(fields) => {
            let pattern = match fields.get("pattern").and_then(Value::as_str) {
                Some("LANG") => Some(LANG),
                Some("URL") => Some(URL_PATTERN),
                _ if sent && fields.get("format") == Some(&json!("date-time")) => Some(YEARS),
                _ => None,
            };
            if let Some(pattern) = pattern {
                fields.insert("pattern".into(), json!(pattern));
            }
            for (name, inner) in fields {
                let sent = sent
                    || name == "parameters"
                    || name.ends_with("Input")
                    || name.ends_with("Patch");
                expand_patterns(inner, sent);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| expand_patterns(item, sent)),
        _ => {}
    }
}

/// Declares that free objects accept any field, up to a size. utoipa drops such attributes of objects.
fn open_metadata(schema: &mut Value) {
    if let Some(metadata) = schema.pointer_mut("/properties/metadata")
        && let Some(fields) = metadata.as_object_mut()
    {
        fields.insert("additionalProperties".into(), json!(true));
        fields.insert("x-max-bytes".into(), json!(MAX_METADATA_BYTES));
    }
}
