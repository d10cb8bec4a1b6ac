//! The shapes of the OpenAPI documents that generated clients need. `tests/clients/` generates some.

use serde_json::Value;

use super::{none, operations, properties, served, walk};
use crate::support::TestApp;

api_test!(readers_of_yaml_1_1_find_no_dates_and_booleans_in_texts, async |app: TestApp| {
    let yaml = app.get("/openapi.yaml").send().await.expect(200);
    let mut flaws = Vec::new();
    for line in yaml.text().lines() {
        let value = line.rsplit([' ']).next().unwrap_or_default();
        let digits = value.chars().take_while(char::is_ascii_digit).count();
        let word = value.to_ascii_lowercase();
        if digits == 4 && value[4..].starts_with('-')
            || ["y", "n", "yes", "no", "on", "off"].contains(&word.as_str())
        {
            flaws.push(line.to_owned());
        }
    }
    none(flaws, "texts without quotes");
});

api_test!(older_document_has_no_keyword_of_3_1, async |app: TestApp| {
    let document = app.get("/openapi-3.0.json").send().await.expect(200).json();
    assert_eq!(document["openapi"], "3.0.3");
    let mut flaws = Vec::new();
    walk(&document, "", &mut |at, fields| {
        if at.contains("/example") || at.ends_with("/properties") {
            return;
        }
        for name in ["const", "examples", "prefixItems", "contentEncoding", "webhooks", "$defs"] {
            if fields.contains_key(name) {
                flaws.push(format!("{at}: {name}"));
            }
        }
        if fields.get("type").is_some_and(|kind| kind.is_array() || kind == "null") {
            flaws.push(format!("{at}: {}", fields["type"]));
        }
        if fields.contains_key("$ref") && fields.len() > 1 {
            flaws.push(format!("{at}: a reference with siblings"));
        }
    });
    none(flaws, "not in OpenAPI 3.0");
});

api_test!(every_patch_has_one_media_type_and_typed_objects, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    for (name, operation) in operations(&document) {
        if name.starts_with("patch ") {
            let types = operation["requestBody"]["content"].as_object().expect("media types");
            if types.keys().collect::<Vec<_>>() != ["application/json"] {
                flaws.push(name);
            }
        }
    }
    for (name, property) in properties(&document) {
        let is_object = property["type"].to_string().contains("\"object\"");
        if name.contains("Patch.") && is_object && !name.ends_with(".metadata") {
            flaws.push(format!("{name} accepts any object"));
        }
    }
    none(flaws, "patches that clients can't type");
});

api_test!(every_enum_is_a_component_with_names_of_its_values, async |app: TestApp| {
    let document = served(&app).await;
    let mut flaws = Vec::new();
    let mut count = 0;
    walk(&document, "", &mut |at, fields| {
        let Some(values) = fields.get("enum").and_then(Value::as_array) else { return };
        if at.starts_with("/components/headers/") {
            return;
        }
        count += 1;
        let names = fields.get("x-enum-varnames").and_then(Value::as_array);
        if at.matches('/').count() != 3 || !at.starts_with("/components/schemas/") {
            flaws.push(format!("{at}: not a component"));
        } else if names.is_none_or(|names| names.len() != values.len()) {
            flaws.push(format!("{at}: names {names:?}"));
        }
    });
    assert!(count > 20, "only {count} enums");
    none(flaws, "enums that clients can't name");
});

api_test!(no_response_is_one_article_or_another, async |app: TestApp| {
    let document = served(&app).await;
    let schemas = &document["components"]["schemas"];
    let requires = |name: &str, field: &str| {
        schemas[name]["required"].as_array().is_some_and(|all| all.iter().any(|one| one == field))
    };
    assert!(requires("Article", "html") && requires("ArticleSummary", "discussion"));
    assert!(!requires("ArticleSummary", "html"));
    assert_eq!(schemas["ArticleSummary"]["properties"].get("body"), None);
    let mut unions = Vec::new();
    walk(&document, "", &mut |at, fields| {
        if fields.contains_key("anyOf") {
            unions.push(at.to_owned());
        }
    });
    none(unions, "schemas that fit in several ways");
});

api_test!(every_header_has_an_example, async |app: TestApp| {
    let document = served(&app).await;
    let headers = document["components"]["headers"].as_object().expect("headers");
    let bare = headers.iter().filter(|(_, header)| header.get("example").is_none());
    none(bare.map(|(name, _)| name.clone()).collect(), "without an example");
});

api_test!(no_body_has_a_default, async |app: TestApp| {
    // Generated types take a property with a default for one that is always there.
    let document = served(&app).await;
    let with_default = properties(&document).into_iter().filter(|(_, of)| of.get("default").is_some());
    none(with_default.map(|(name, _)| name).collect(), "properties with a default");
});
