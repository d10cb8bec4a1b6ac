//! The OpenAPI document: completeness, validity, descriptions, and equality with the committed files.

use std::collections::{BTreeMap, BTreeSet};

use maqal::http::contract::text::pretty;
use maqal::http::openapi;
use serde_json::{Map, Value, json};

use crate::support::TestApp;

mod clients;

/// Returns the served document.
async fn served(app: &TestApp) -> Value {
    app.get("/openapi.json").send().await.expect(200).json()
}

/// Returns each operation by method and path.
fn operations(document: &Value) -> BTreeMap<String, &Map<String, Value>> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            all.insert(format!("{method} {path}"), operation.as_object().expect("an operation"));
        }
    }
    assert!(all.len() > 40, "only {} operations", all.len());
    all
}

/// Returns each property by schema and name.
fn properties(document: &Value) -> BTreeMap<String, &Value> {
    let mut all = BTreeMap::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (property, of) in schema["properties"].as_object().into_iter().flatten() {
            all.insert(format!("{name}.{property}"), of);
        }
    }
    assert!(all.len() > 100, "only {} properties", all.len());
    all
}

/// Visits every object with its JSON Pointer.
fn walk(value: &Value, at: &str, visit: &mut dyn FnMut(&str, &Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            visit(at, fields);
            for (name, inner) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(inner, &format!("{at}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                walk(inner, &format!("{at}/{place}"), visit);
            }
        }
        _ => {}
    }
}

fn is_text(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
}

#[track_caller]
fn none(flaws: Vec<String>, problem: &str) {
    assert!(flaws.is_empty(), "{problem}:\n  {}", flaws.join("\n  "));
}

fn explain_drift(name: &str, generated: &str) {
    let path = format!("{}/openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == generated {
        return;
    }
    let differs = committed.lines().zip(generated.lines()).position(|(old, new)| old != new);
    let line = differs.unwrap_or_else(|| committed.lines().count().min(generated.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").trim().to_owned();
    panic!(
        "openapi/{name} differs from the code, from line {} on:\n  committed: {}\n  generated: \
         {}\nregenerate all and commit them:\n  cargo run -- openapi > openapi/openapi.json\n  \
         cargo run -- openapi --format yaml > openapi/openapi.yaml\n  \
         cargo run -- openapi --format json-3.0 > openapi/openapi-3.0.json",
        line + 1,
        at(&committed),
        at(generated)
    );
}

api_test!(committed_documents_equal_the_generated_ones, async |_app: TestApp| {
    let document = openapi::build();
    explain_drift("openapi.json", &pretty(document.document()).expect("the document"));
    explain_drift("openapi-3.0.json", &pretty(document.document_3_0()).expect("the document"));
    explain_drift("openapi.yaml", &document.yaml().expect("the document"));
});

api_test!(served_documents_equal_the_generated_one, async |app: TestApp| {
    let answer = app.get("/openapi.json").send().await.expect(200);
    assert_eq!(&answer.json(), openapi::build().document());
    let again = app.get("/openapi.json").if_none_match(&answer.etag()).send().await;
    assert!(again.expect(304).body.is_empty());
    let older = app.get("/openapi-3.0.json").send().await.expect(200);
    assert_eq!(&older.json(), openapi::build().document_3_0());
    app.get("/openapi-3.0.json").if_none_match(&older.etag()).send().await.expect(304);
    let yaml = app.get("/openapi.yaml").send().await.expect(200);
    app.get("/openapi.yaml").if_none_match(&yaml.etag()).send().await.expect(304);
    let yaml: Value = yaml_serde::from_str(yaml.text()).expect("YAML");
    assert_eq!(yaml, answer.json());
});

api_test!(every_tag_is_named_in_the_changelog, async |app: TestApp| {
    let changelog = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/CHANGELOG.md"));
    let changelog = changelog.expect("a changelog").to_lowercase();
    let document = served(&app).await;
    let tags = document["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]);
    let names = tags.map(|name| name.as_str().expect("a name").to_lowercase());
    let operations = ["authentication", "operations"];
    let missing = names.filter(|name| !operations.contains(&name.as_str()));
    none(missing.filter(|name| !changelog.contains(name.as_str())).collect(), "not in CHANGELOG.md");
});

api_test!(every_reference_has_a_target, async |app: TestApp| {
    let document = served(&app).await;
    let (mut dangling, mut count) = (Vec::new(), 0);
    walk(&document, "", &mut |at, fields| {
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            count += 1;
            let target = reference.strip_prefix('#').and_then(|path| document.pointer(path));
            if target.is_none() {
                dangling.push(format!("{at}: {reference}"));
            }
        }
    });
    assert!(count > 100, "only {count} references");
    none(dangling, "references to nowhere");
});

api_test!(no_all_of_has_two_types, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    walk(&document, "", &mut |at, fields| {
        let Some(all) = fields.get("allOf").and_then(Value::as_array) else { return };
        let types: BTreeSet<_> =
            all.iter().filter_map(|one| one.get("type").map(Value::to_string)).collect();
        if types.len() > 1 {
            flaws.push(format!("{at}: {types:?} at once"));
        }
    });
    none(flaws, "schemas that no value fits");
});

/// Resolves a reference to a shared response.
fn resolved<'a>(document: &'a Value, response: &'a Value) -> &'a Value {
    let target = response["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    target.map_or(response, |at| document.pointer(at).expect("the target of a reference"))
}

api_test!(every_operation_has_summary_description_and_tag, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    let mut ids = BTreeSet::new();
    let tags = document["tags"].as_array().expect("tags");
    for (name, operation) in operations(&document) {
        for field in ["summary", "description", "operationId"] {
            if !is_text(operation.get(field)) {
                flaws.push(format!("{name}: no {field}"));
            }
        }
        if !ids.insert(operation["operationId"].to_string()) {
            flaws.push(format!("{name}: its operationId is another's"));
        }
        let known = |tag: &Value| tags.iter().any(|one| one["name"] == *tag);
        if !operation["tags"].as_array().is_some_and(|all| all.len() == 1 && known(&all[0])) {
            flaws.push(format!("{name}: must have one of the document's tags"));
        }
        for (status, response) in operation["responses"].as_object().expect("responses") {
            if !is_text(resolved(&document, response).get("description")) {
                flaws.push(format!("{name}: {status} has no description"));
            }
        }
    }
    none(flaws, "operations left unexplained");
});

api_test!(every_parameter_property_and_schema_has_a_description, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    for (name, operation) in operations(&document) {
        for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten()
        {
            if !is_text(parameter.get("description")) {
                flaws.push(format!("{name}: {}", parameter["name"]));
            }
        }
    }
    for (name, property) in properties(&document) {
        if !is_text(property.get("description")) {
            flaws.push(name);
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        if !is_text(schema.get("description")) {
            flaws.push(name.clone());
        }
    }
    none(flaws, "without a description");
});

/// Whether a property needs an example: not if it is a schema, boolean, time, enum, list or object.
fn needs_example(property: &Value) -> bool {
    let told = ["$ref", "oneOf", "enum", "const"].iter().any(|name| property.get(name).is_some());
    let types = match &property["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let free = |one: &Value| ["string", "integer", "number"].iter().any(|name| one == name);
    !told && types.iter().any(free) && property["format"] != "date-time"
}

api_test!(every_scalar_property_has_an_example, async |app: TestApp| {
    let document = served(&app).await;
    let lacking = properties(&document)
        .into_iter()
        .filter(|(_, property)| needs_example(property))
        .filter(|(_, property)| property.get("example").or(property.get("examples")).is_none())
        .map(|(name, _)| name);
    none(lacking.collect(), "without an example");
});

api_test!(every_example_fits_its_schema, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    walk(&document, "", &mut |at, fields| {
        // An operation's parameter keeps its schema beside the example.
        let schema = fields.get("schema").cloned().unwrap_or_else(|| json!(fields));
        if let Some(example) = fields.get("example")
            && !at.ends_with("/properties")
        {
            let mut whole = json!({ "allOf": [schema] });
            if whole.to_string().contains("#/components/") {
                whole["components"] = document["components"].clone();
            }
            let validator = jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&whole)
                .unwrap_or_else(|error| panic!("{at}: {error}"));
            if let Err(error) = validator.validate(example) {
                flaws.push(format!("{at}: {error}"));
            }
        }
    });
    none(flaws, "examples that their schema refuses");
});

api_test!(every_error_is_a_problem_and_the_expected_ones_are_declared, async |app: TestApp| {
    let document = served(&app).await;
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    let mut flaws = Vec::new();
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses");
        for (status, response) in responses {
            let content = &resolved(&document, response)["content"];
            if status.starts_with(['4', '5'])
                && content["application/problem+json"]["schema"] != problem
            {
                flaws.push(format!("{name}: {status} is no problem"));
            }
        }
        let anonymous = |all: &Vec<Value>| all.is_empty() || all.contains(&json!({}));
        let secured = operation["security"].as_array().is_some_and(|all| !anonymous(all));
        let mut must_declare = |status: &str, why: bool| {
            if why && !responses.contains_key(status) {
                flaws.push(format!("{name}: {status} is not declared"));
            }
        };
        must_declare("401", secured);
        must_declare("403", secured);
        must_declare("404", name.contains('{'));
        must_declare("415", operation.contains_key("requestBody"));
        // Forms and XML of other protocols have their own error answers.
        let types = operation.get("requestBody").and_then(|body| body["content"].as_object());
        let json = types.is_some_and(|types| types.keys().any(|kind| kind.ends_with("json")));
        must_declare("422", json);
        must_declare("500", true);
        must_declare("304", name.starts_with("get /api/"));
        must_declare("428", name.starts_with("put "));
        must_declare("409", name.ends_with("/publish"));
    }
    none(flaws, "errors left undeclared");
});

api_test!(every_path_parameter_is_declared, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    for (name, operation) in operations(&document) {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let mut declared: Vec<_> = parameters
            .into_iter()
            .flatten()
            .filter(|one| one["in"] == "path" && one["required"] == true)
            .filter_map(|one| one["name"].as_str())
            .collect();
        let mut named: Vec<_> =
            name.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        declared.sort_unstable();
        named.sort_unstable();
        if declared != named {
            flaws.push(format!("{name}: {named:?} but {declared:?}"));
        }
    }
    none(flaws, "path parameters that are not declared");
});

api_test!(
    examples_of_parameters_find_something_in_the_demo,
    |config| config.demo = true,
    async |app: TestApp| {
        let document = served(&app).await;
        for (name, operation) in operations(&document) {
            let open = operation["security"].as_array().expect("a list");
            let is_open = open.is_empty() || open.contains(&json!({}));
            let Some(path) = name.strip_prefix("get ").filter(|path| is_open && path.starts_with("/api/"))
            else {
                continue;
            };
            // The samples have neither comments nor mentions.
            let is_empty = path.contains("comment_id") || path.contains("mentions");
            let (path, query) = example(path, operation);
            let query: Vec<_> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = app.get(&path).query(&query).send().await;
            if is_empty {
                continue;
            }
            let body = answer.expect(200).json();
            let found = body.get("data").and_then(Value::as_array);
            let is_list_of_comments = path.ends_with("/comments");
            assert!(is_list_of_comments || found.is_none_or(|rows| !rows.is_empty()), "{name}");
        }
    }
);

/// Returns the path and the query of an operation, with the examples of its parameters.
fn example(path: &str, operation: &Map<String, Value>) -> (String, Vec<(String, String)>) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let example = parameter.get("example").or_else(|| parameter["schema"].get("default"));
        let Some(example) = example else { continue };
        match (parameter["in"].as_str(), example) {
            (Some("path"), value) => {
                let value = percent_encoding::utf8_percent_encode(&text(value), percent_encoding::NON_ALPHANUMERIC).to_string();
                path = path.replace(&format!("{{{name}}}"), &value);
            }
            (Some("query"), Value::Array(items)) => query.extend(items.iter().map(|item| (name.to_owned(), text(item)))),
            (Some("query"), value) => query.push((name.to_owned(), text(value))),
            _ => {}
        }
    }
    (path, query)
}
