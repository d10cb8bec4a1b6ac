//! Schemas that are derived from others: the merge patch of an input, the reduced article.

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
    }
    let inputs: Vec<(String, Value)> = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Input"))
        .map(|(name, schema)| (patch_name(name), patch_of(schema)))
        .collect();
    schemas.extend(inputs);
    add_sparse(schemas);
    name_fields(document);
}

/// Adds the schema of an article that is reduced by `fields`.
fn add_sparse(schemas: &mut Map<String, Value>) {
    let Some(mut part) = schemas.get("Article").cloned() else { return };
    if let Some(fields) = part.as_object_mut() {
        fields.remove("required");
        fields.insert("description".into(), json!("The fields of an article that were asked for."));
        fields.insert("additionalProperties".into(), json!(false));
    }
    let either = json!({
        "description": "An article; with `fields`, just those of its fields.",
        "anyOf": [{ "$ref": "#/components/schemas/Article" }, { "$ref": "#/components/schemas/ArticlePart" }]
    });
    schemas.insert("ArticlePart".into(), part);
    schemas.insert("ArticleAnswer".into(), either);
    if let Some(items) =
        schemas.get_mut("ArticleList").and_then(|list| list.pointer_mut("/properties/data/items"))
    {
        *items = json!({ "$ref": "#/components/schemas/ArticleAnswer" });
    }
}

/// Sets the pattern of the parameter `fields`: names of an article's fields.
fn name_fields(document: &mut Value) {
    let names = document
        .pointer("/components/schemas/Article/properties")
        .and_then(Value::as_object)
        .map(|fields| fields.keys().cloned().collect::<Vec<_>>().join("|"))
        .unwrap_or_default();
    let pattern = format!("^({names})(,({names}))*$");
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flatten().flat_map(|(_, item)| item.as_object_mut());
    for (_, operation) in operations.flatten() {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if parameter["name"] == json!("fields") {
                parameter["schema"]["pattern"] = json!(pattern);
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
            if property.get("$ref").is_some() || property.get("oneOf").is_some() {
                // A nested object is patched too, so its required fields may be absent.
                *property = any_object(property);
            }
        }
    }
    if let Some(text) = schema.get("description").and_then(Value::as_str) {
        patch["description"] =
            json!(format!("{text} A merge patch (RFC 7396): absent fields keep their values."));
    }
    patch
}

/// Returns the schema of a nested object in a patch: any object, or null. The merged result is
/// checked.
fn any_object(property: &Value) -> Value {
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

/// At least one letter or digit of the scripts in use, or a form of one, as ranges: some regular
/// expression engines lack `\\p{L}`.
const LETTER: &str = "[0-9A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02AF\\u0386-\\u0481\\u048A-\\u0556\\u0561-\\u0587\\u05D0-\\u05EA\\u0620-\\u063F\\u0641-\\u064A\\u0660-\\u0669\\u0671-\\u06D3\\u06F0-\\u06F9\\u0710-\\u072F\\u0780-\\u07A5\\u07CA-\\u07EA\\u0904-\\u0939\\u0985-\\u0E30\\u0E40-\\u0E46\\u0E81-\\u0EB0\\u0F40-\\u0F6C\\u1000-\\u102A\\u10D0-\\u10FA\\u1200-\\u135A\\u13A0-\\u13F5\\u1780-\\u17B3\\u1820-\\u1878\\u1E00-\\u1FBC\\u2D30-\\u2D67\\u3041-\\u3096\\u30A1-\\u30FA\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uAC00-\\uD7A3\\uF900-\\uFA6D\\uFA70-\\uFAD9\\uFB00-\\uFB06\\uFB13-\\uFB17\\uFB1F-\\uFB28\\uFB2A-\\uFB36\\uFB50-\\uFBB1\\uFBD3-\\uFC5D\\uFC64-\\uFCF1\\uFCF5-\\uFD3D\\uFD50-\\uFD8F\\uFD92-\\uFDC7\\uFDF0-\\uFDFB\\uFE80-\\uFEFC\\uFF10-\\uFF19\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\uFF66-\\uFF9D]";

/// At least one letter, digit or sign that carries meaning, such as `+`, `€` or an emoji. It excludes
/// the rest, since some regular expression engines lack ranges above U+FFFF.
const TAG_NAME: &str = "[^\\s\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05C7\\u0600-\\u0605\\u0610-\\u061A\\u061C\\u0640\\u064B-\\u065F\\u0670\\u06D6-\\u06ED\\u115F\\u1160\\u180B-\\u180F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u20D0-\\u20FF\\u2800\\u3164\\uFE00-\\uFE0F\\uFE20-\\uFE2F\\uFEFF\\uFFA0!\"'(),\\-.:;?\\[\\\\\\]^_`{|}\\u00A1\\u00A8\\u00A9\\u00AB\\u00AE\\u00AF\\u00B4\\u00B7\\u00B8\\u00BB\\u00BF\\u02C2-\\u02C5\\u02D2-\\u02DF\\u02E5-\\u02EB\\u02ED\\u02EF-\\u02FF\\u0375\\u037E\\u0384\\u0385\\u0387\\u055A-\\u055F\\u0589\\u058A\\u05F3\\u05F4\\u0609\\u060A\\u060C\\u060D\\u061B-\\u061F\\u066B-\\u066D\\u06D4\\u0964\\u0965\\u0970\\u0E4F\\u0E5A\\u0E5B\\u10FB\\u1360-\\u1368\\u1FBD\\u1FBF-\\u1FC1\\u1FCD-\\u1FCF\\u1FDD-\\u1FDF\\u1FED-\\u1FEF\\u1FFD\\u1FFE\\u2010-\\u2027\\u2031-\\u2043\\u2045-\\u2051\\u2053-\\u205E\\u207D\\u207E\\u208D\\u208E\\u2117\\u2308-\\u230B\\u2329\\u232A\\u2500-\\u25FF\\u2768-\\u2775\\u27C5\\u27C6\\u27E6-\\u27EF\\u2983-\\u2998\\u29D8-\\u29DB\\u29FC\\u29FD\\u2E00-\\u2E5D\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301F\\u3030\\u303D\\u309B\\u309C\\u30A0\\u30FB\\uFD3E\\uFD3F\\uFE10-\\uFE19\\uFE30-\\uFE52\\uFE54-\\uFE5E\\uFE63\\uFE68\\uFF01\\uFF02\\uFF07-\\uFF09\\uFF0C-\\uFF0E\\uFF1A\\uFF1B\\uFF1F\\uFF3B-\\uFF40\\uFF5B-\\uFF5D\\uFF5F-\\uFF65\\uFFE3]";

/// At least one visible character: no space, control character, format character or bare mark.
const VISIBLE: &str = "[^\\s\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05C7\\u0600-\\u0605\\u0610-\\u061A\\u061C\\u0640\\u064B-\\u065F\\u0670\\u06D6-\\u06ED\\u115F\\u1160\\u180B-\\u180F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u20D0-\\u20FF\\u2800\\u3164\\uFE00-\\uFE0F\\uFE20-\\uFE2F\\uFEFF\\uFFA0]";

/// A language tag: language, script, region and one variant (BCP 47).
const LANG: &str = "^(?![Uu][Nn][Dd])[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?$";

/// A percent-encoded text, which is longer than the slug that it decodes to.
const ENCODED: &str = "%[0-9A-Fa-f]{2}";

/// Replaces the names of patterns by the patterns, and adds the bounds of times in requests.
pub fn expand_patterns(value: &mut Value, sent: bool) {
    match value {
        Value::Object(fields) => {
            if fields.get("pattern") == Some(&json!("SLUG")) {
                fields.insert("anyOf".into(), json!([{ "maxLength": 80 }, { "pattern": ENCODED }]));
            }
            let long = match fields.get("pattern").and_then(Value::as_str) {
                Some("LETTER" | "SLUG") => Some(LETTER),
                Some("LANG") => Some(LANG),
                Some("TAG_NAME") => Some(TAG_NAME),
                Some("VISIBLE") => Some(VISIBLE),
                Some("URL") => Some(URL_PATTERN),
                _ if sent && fields.get("format") == Some(&json!("date-time")) => Some(YEARS),
                _ => None,
            };
            if let Some(long) = long {
                fields.insert("pattern".into(), json!(long));
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
