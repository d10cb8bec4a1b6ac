//! Converts the OpenAPI 3.1 document to 3.0.3, for tools that read no other. A schema of 3.0 accepts
//! each value that the schema of 3.1 accepts.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// The parts of a document that 3.0 lacks.
const NEW_PARTS: [&str; 2] = ["jsonSchemaDialect", "webhooks"];

/// Keywords of JSON Schema 2020-12 that 3.0 lacks. Without them a schema accepts more.
const NEW_KEYWORDS: [&str; 20] = [
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$schema",
    "contains",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "patternProperties",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The media types of bodies that all tools can send.
const SENT_TYPES: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];

/// Returns the document in OpenAPI 3.0.3.
#[must_use]
pub fn of(document: &Value) -> Value {
    let mut old = document.clone();
    if let Some(parts) = old.as_object_mut() {
        parts.retain(|name, _| !NEW_PARTS.contains(&name.as_str()));
        parts.insert("openapi".into(), json!("3.0.3"));
    }
    if let Some(license) = old.pointer_mut("/info/license").and_then(Value::as_object_mut) {
        license.remove("identifier");
    }
    drop_foreign(&mut old);
    convert_within(&mut old, &Types::in_document(document));
    old
}

/// Drops the operations that take neither JSON nor a form. Other sites call these, by XML-RPC, and
/// progenitor refuses a document with such a body.
fn drop_foreign(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        item.retain(|_, operation| {
            let types = operation.pointer("/requestBody/content").and_then(Value::as_object);
            types.is_none_or(|types| types.keys().any(|kind| SENT_TYPES.contains(&kind.as_str())))
        });
    }
    paths.retain(|_, item| item.as_object().is_none_or(|item| !item.is_empty()));
}

/// The types of the document's schemas, by reference.
struct Types(HashMap<String, Value>);

impl Types {
    fn in_document(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let typed = schemas.into_iter().flatten().filter_map(|(name, schema)| {
            let kind = schema.get("type").filter(|kind| kind.is_string())?;
            Some((format!("#/components/schemas/{name}"), kind.clone()))
        });
        Self(typed.collect())
    }

    /// Returns the type of a schema or a reference; a composed one is of objects.
    fn of(&self, schema: &Value) -> Value {
        let referred = schema["$ref"].as_str().and_then(|name| self.0.get(name));
        referred.or_else(|| schema.get("type")).cloned().unwrap_or_else(|| json!("object"))
    }
}

/// Converts the schemas in a part of the document.
fn convert_within(part: &mut Value, types: &Types) {
    match part {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match name.as_str() {
                    "schema" => convert(inner, types),
                    "schemas" => children(inner).for_each(|one| convert(one, types)),
                    "example" | "examples" => {}
                    _ => convert_within(inner, types),
                }
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(|one| convert_within(one, types)),
        _ => {}
    }
}

/// Returns the values of an object or an array.
fn children(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::Object(fields) => Box::new(fields.values_mut()),
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Converts a schema and the schemas in it.
fn convert(schema: &mut Value, types: &Types) {
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({ "not": {} }),
        Value::Object(keywords) => {
            convert_inner(keywords, types);
            convert_null(keywords, types);
            convert_types(keywords);
            convert_values(keywords);
            convert_bound(keywords, "exclusiveMinimum", "minimum");
            convert_bound(keywords, "exclusiveMaximum", "maximum");
            convert_content(keywords);
            convert_items(keywords);
            keywords.retain(|name, _| !NEW_KEYWORDS.contains(&name.as_str()));
            separate_reference(keywords);
        }
        _ => {}
    }
}

fn convert_inner(keywords: &mut Map<String, Value>, types: &Types) {
    for (name, inner) in keywords {
        match name.as_str() {
            "properties" | "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                children(inner).for_each(|one| convert(one, types));
            }
            "items" | "not" => convert(inner, types),
            "additionalProperties" if inner.is_object() => convert(inner, types),
            _ => {}
        }
    }
}

/// Whether a schema, converted or not, accepts only null.
fn is_null(schema: &Value) -> bool {
    schema["type"] == "null" || schema["enum"] == json!([null])
}

/// Replaces the alternative null by `nullable`.
fn convert_null(keywords: &mut Map<String, Value>, types: &Types) {
    for name in ["oneOf", "anyOf"] {
        let Some(branches) = keywords.get_mut(name).and_then(Value::as_array_mut) else { continue };
        let count = branches.len();
        branches.retain(|branch| !is_null(branch));
        if branches.len() == count {
            continue;
        }
        let only = if branches.len() == 1 { branches.pop() } else { None };
        if let Some(only) = only {
            keywords.remove(name);
            // `nullable` has a meaning only beside a type.
            keywords.insert("type".into(), types.of(&only));
            keywords.insert("allOf".into(), json!([only]));
        }
        keywords.insert("nullable".into(), json!(true));
    }
}

/// Converts a list of types: 3.0 knows one, which may be nullable.
fn convert_types(keywords: &mut Map<String, Value>) {
    let types = match keywords.get("type") {
        Some(Value::Array(types)) => types.clone(),
        Some(null) if null == "null" => vec![null.clone()],
        _ => return,
    };
    let mut others = types.iter().filter(|name| **name != "null");
    if types.iter().any(|name| name == "null") {
        keywords.insert("nullable".into(), json!(true));
    }
    match (others.next(), others.next()) {
        (Some(only), None) => {
            keywords.insert("type".into(), only.clone());
        }
        (None, _) => {
            keywords.remove("type");
            keywords.insert("enum".into(), json!([null]));
        }
        _ => {
            keywords.remove("type");
            let branches = types.iter().filter(|name| **name != "null");
            let branches: Vec<Value> = branches.map(|name| json!({ "type": name })).collect();
            keywords.insert("anyOf".into(), json!(branches));
        }
    }
}

/// Replaces `const` by an enum, and the examples by the first.
fn convert_values(keywords: &mut Map<String, Value>) {
    if let Some(value) = keywords.remove("const") {
        keywords.insert("enum".into(), json!([value]));
    }
    if let Some(Value::Array(examples)) = keywords.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        keywords.entry("example").or_insert(first);
    }
}

/// Replaces an exclusive bound by a bound that is exclusive.
fn convert_bound(keywords: &mut Map<String, Value>, exclusive: &str, bound: &str) {
    if let Some(limit) = keywords.get(exclusive).filter(|limit| limit.is_number()).cloned() {
        keywords.insert(bound.into(), limit);
        keywords.insert(exclusive.into(), json!(true));
    }
}

/// Replaces the encoding of bytes by a format.
fn convert_content(keywords: &mut Map<String, Value>) {
    let kind = keywords.remove("contentMediaType");
    let format = match keywords.remove("contentEncoding") {
        Some(encoding) if encoding == "base64" => "byte",
        None if kind.is_some_and(|kind| kind == "application/octet-stream") => "binary",
        _ => return,
    };
    keywords.insert("format".into(), json!(format));
}

/// Gives an array the items that 3.0 demands: any of a tuple's.
fn convert_items(keywords: &mut Map<String, Value>) {
    let tuple = keywords.remove("prefixItems");
    if keywords.get("type").is_some_and(|name| name == "array") {
        let any = tuple.map_or_else(|| json!({}), |items| json!({ "anyOf": items }));
        keywords.entry("items").or_insert(any);
    }
}

/// Moves a reference with siblings into `allOf`: 3.0 ignores the siblings of a reference.
fn separate_reference(keywords: &mut Map<String, Value>) {
    if keywords.len() > 1
        && let Some(reference) = keywords.remove("$ref")
    {
        keywords.insert("allOf".into(), json!([{ "$ref": reference }]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_keyword_has_its_form_of_3_0() {
        let components = json!({ "components": { "schemas": { "A": { "type": "string" } } } });
        let types = Types::in_document(&components);
        for (schema, expected) in [
            (json!({"type": ["string", "null"]}), json!({"type": "string", "nullable": true})),
            (json!({"type": "null"}), json!({"enum": [null], "nullable": true})),
            (
                json!({"type": ["string", "integer"], "title": "t"}),
                json!({"title": "t", "anyOf": [{"type": "string"}, {"type": "integer"}]}),
            ),
            (
                json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}], "title": "t"}),
                json!({
                    "title": "t",
                    "type": "string",
                    "allOf": [{"$ref": "#/components/schemas/A"}],
                    "nullable": true,
                }),
            ),
            (
                json!({"anyOf": [{"$ref": "#/a"}, {"type": "null"}, {"type": "string"}]}),
                json!({"anyOf": [{"$ref": "#/a"}, {"type": "string"}], "nullable": true}),
            ),
            (json!({"const": "x"}), json!({"enum": ["x"]})),
            (json!({"examples": [1, 2]}), json!({"example": 1})),
            (
                json!({"exclusiveMinimum": 3, "maximum": 9}),
                json!({"minimum": 3, "exclusiveMinimum": true, "maximum": 9}),
            ),
            (json!({"$ref": "#/a"}), json!({"$ref": "#/a"})),
            (
                json!({"$ref": "#/a", "description": "d"}),
                json!({"description": "d", "allOf": [{"$ref": "#/a"}]}),
            ),
            (
                json!({"type": "string", "contentEncoding": "base64"}),
                json!({"type": "string", "format": "byte"}),
            ),
            (json!({"type": "array"}), json!({"type": "array", "items": {}})),
            (
                json!({"type": "object", "properties": {"type": {"const": 1}, "examples": true}}),
                json!({"type": "object", "properties": {"type": {"enum": [1]}, "examples": {}}}),
            ),
            (
                json!({"additionalProperties": false, "unevaluatedProperties": false}),
                json!({"additionalProperties": false}),
            ),
        ] {
            let mut converted = schema.clone();
            convert(&mut converted, &types);
            assert_eq!(converted, expected, "{schema}");
        }
    }

    #[test]
    fn examples_and_names_stay_as_they_are() {
        let document = json!({
            "openapi": "3.1.0",
            "info": {"license": {"name": "MIT", "identifier": "MIT"}},
            "webhooks": {},
            "paths": {"/x": {"post": {"requestBody": {"content": {"text/xml": {}}}}}, "/a": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"type": ["integer", "null"]},
                "example": {"schema": {"type": ["x", "null"]}},
            }}}}}}},
        });
        let expected = json!({
            "openapi": "3.0.3",
            "info": {"license": {"name": "MIT"}},
            "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"type": "integer", "nullable": true},
                "example": {"schema": {"type": ["x", "null"]}},
            }}}}}}},
        });
        assert_eq!(of(&document), expected);
    }
}
