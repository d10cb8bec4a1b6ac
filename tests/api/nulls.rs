//! Null in request bodies: absence in a complete body, removal in a patch.

use serde_json::{Value, json};

use crate::support::TestApp;

api_test!(null_for_an_optional_field_means_absent, async |app: TestApp| {
    let (admin, document) = (app.admin().await, app.get("/openapi.json").send().await.json());
    let schemas = &document["components"]["schemas"];
    let mut checked = 0;
    for (name, schema) in schemas.as_object().expect("schemas") {
        if !name.ends_with("Input") {
            continue;
        }
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (field, property) in schema["properties"].as_object().expect("fields") {
            if required.iter().any(|one| one == field) {
                continue;
            }
            let is_null = |schema: &Value| {
                schema["type"] == "null"
                    || schema["type"].as_array().is_some_and(|all| all.iter().any(|one| one == "null"))
            };
            let branches = property["oneOf"].as_array().into_iter().flatten();
            assert!(is_null(property) || branches.into_iter().any(is_null), "{name}.{field}");
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");

    // A body with null for each optional field that it lacks.
    let without = |name: &str, body: Value, nested: &[&str]| {
        let mut full = body.clone();
        let properties = schemas[name]["properties"].as_object().expect("fields");
        for field in properties.keys().filter(|field| body.get(*field).is_none()) {
            full[field] = Value::Null;
        }
        for name in nested {
            let fields = schemas[format!("{}Input", capitalised(name))]["properties"].as_object();
            let inner = full[*name].as_object_mut().expect("an object");
            for field in fields.expect("fields").keys() {
                inner.entry(field).or_insert(Value::Null);
            }
        }
        full
    };
    let content = json!({
        "title": "خبر", "cover": { "url": "https://images.example/1.jpg" }, "seo": {},
        "credits": [{ "name": "وكالة", "role": "agency" }],
    });
    let mut nulls = without("ArticleInput", content, &["cover", "seo"]);
    nulls["credits"][0]["url"] = Value::Null;
    let made = app.post("/api/v1/articles").as_user(&admin).json(&nulls).send().await.expect(201);
    let article = made.json();
    assert_eq!(
        (&article["featured"], &article["tags"], &article["metadata"], &article["body_format"]),
        (&json!(false), &json!([]), &json!({}), &json!("markdown"))
    );
    let (path, id) = (made.location(), made.id());
    let bare = json!({ "title": "خبر", "cover": null, "seo": null, "credits": null });
    let bare = without("ArticleInput", bare, &[]);
    let put = app.put(&path).as_user(&admin).if_match("*").json(&bare).send().await.expect(200).json();
    assert_eq!((&put["cover"], &put["credits"]), (&Value::Null, &json!([])));
    let free = json!({ "title": "خبر", "metadata": { "a": null, "b": [null, { "c": null }] } });
    let kept = app.put(&path).as_user(&admin).if_match("*").json(&free).send().await.expect(200);
    assert_eq!(kept.json()["metadata"], free["metadata"], "metadata is free");

    let publish = app.post(&format!("{path}/publish")).as_user(&admin);
    publish.json(&json!({ "at": null })).send().await.expect(200);
    let tag = without("TagInput", json!({ "name": "ليبيا" }), &[]);
    app.post("/api/v1/tags").as_user(&admin).json(&tag).send().await.expect(201);
    let own = without("ArticleSettingsInput", json!({}), &[]);
    let settings = app.put(&format!("{path}/comment-settings")).as_user(&admin).if_match("*");
    settings.json(&own).send().await.expect(201);
    app.site_settings(json!({ "comments": "open", "moderation": "none" })).await;
    let comment = without("CommentInput", json!({ "body": "شكرًا" }), &[]);
    let comment = app.post(&format!("/api/v1/articles/{id}/comments")).as_user(&admin).json(&comment);
    comment.send().await.expect(201);
    let site = app.get("/api/v1/comment-settings").as_user(&admin).send().await.expect(200).json();
    let mut site = site.as_object().expect("an object").clone();
    site.retain(|name, _| schemas["SiteSettingsInput"]["properties"].get(name).is_some());
    site.insert("edit_minutes".into(), Value::Null);
    let put = app.put("/api/v1/comment-settings").as_user(&admin).if_match("*").json(&site);
    assert_eq!(put.send().await.expect(200).json()["edit_minutes"], 10);

    // A required field isn't optional, and a patch removes by null.
    for (path, body, field) in [
        ("/api/v1/tags".to_owned(), json!({ "name": null }), "/name"),
        ("/api/v1/articles".to_owned(), json!({ "title": null }), "/title"),
        ("/api/v1/articles".to_owned(), json!({ "title": "x", "tags": [null] }), "/tags/0"),
        ("/api/v1/comments/bulk".to_owned(), json!({ "ids": null, "status": "spam" }), "/ids"),
    ] {
        app.post(&path).as_user(&admin).json(&body).send().await.expect(422).invalid(&[field]);
    }
    let patch = |body: Value| app.patch(&path).as_user(&admin).if_match("*").merge_patch(&body).send();
    patch(json!({ "title": null })).await.expect(422).invalid(&["/title"]);
    patch(json!({ "subtitle": "س", "featured": true })).await.expect(200);
    let emptied = patch(json!({ "subtitle": null, "featured": null })).await.expect(200).json();
    assert_eq!((&emptied["subtitle"], &emptied["featured"]), (&Value::Null, &json!(false)));
});

fn capitalised(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}
