//! Large bodies of any shape: counts come before items, and the search for violations ends.

use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

const ARTICLES: &str = "/api/v1/articles";

/// The size of a large body, a little below the limit.
const MEGABYTE: usize = 1_000_000;

async fn send(app: &TestApp, method: &str, path: &str, text: String) -> TestResponse {
    let admin = app.admin().await;
    let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let request = app.request(method, path).as_user(&admin).if_match("*").accept_language("en");
    request.raw_body("application/json", text).send().await
}

/// The pointers and codes of the violations.
fn violations(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let errors = problem["errors"].as_array().expect("errors").iter();
    errors.map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

/// A list of as many items as a large body holds.
fn list(item: &str) -> String {
    let count = MEGABYTE / (item.len() + 1);
    format!("[{}]", vec![item; count].join(","))
}

/// An object of as many members as a large body holds.
fn object() -> String {
    let members: Vec<_> = (0..MEGABYTE / 14).map(|n| format!("\"n{n:06}\":{}", n % 10)).collect();
    format!("{{{}}}", members.join(","))
}

api_test!(container_that_is_too_large_is_one_violation, async |app: TestApp| {
    let article = app.article().create(&app.editor().await).await.location();
    let credits = |items: &str| format!(r#"{{"title":"x","credits":{items}}}"#);
    let metadata = |value: &str| format!(r#"{{"title":"x","metadata":{{"a":{value}}}}}"#);
    let cases = [
        (credits(&list("{}")), "/credits", "too_many"),
        (credits(&list(r#"{"name":"","role":7,"x":[]}"#)), "/credits", "too_many"),
        (credits(&list("[[[1]]]")), "/credits", "too_many"),
        (credits(&list(r#"{"a":1,"a":1e400}"#)), "/credits", "too_many"),
        (format!(r#"{{"title":"x","tags":{}}}"#, list("1")), "/tags", "too_many"),
        (format!(r#"{{"title":"x","tags":[{}]}}"#, vec!["7"; 51].join(",")), "/tags", "too_many"),
        (format!(r#"{{"title":"x","cover":{}}}"#, object()), "/cover", "too_many"),
        (format!(r#"{{"title":"x","seo":{}}}"#, object()), "/seo", "too_many"),
        (credits(&format!("[{}]", object())), "/credits/0", "too_many"),
        (metadata(&list("1")), "/metadata", "too_large"),
        (metadata(&list("[1]")), "/metadata", "too_large"),
        (metadata(&object()), "/metadata", "too_large"),
        (metadata(&format!("\"{}\"", "م".repeat(MEGABYTE / 2))), "/metadata", "too_large"),
        (object(), "", "too_many"),
        (list("1"), "", "wrong_type"),
        (list("[]"), "", "wrong_type"),
        (list("{}"), "", "wrong_type"),
        (list(r#"{"a":1,"a":1e400}"#), "", "wrong_type"),
        (format!(r#"{{"title":{}}}"#, list("1")), "/title", "wrong_type"),
        (format!(r#"{{"title":{}}}"#, object()), "/title", "wrong_type"),
        (format!(r#"{{"title":"x","colour":{}}}"#, list("{}")), "/colour", "unknown_field"),
        (format!(r#"{{"title":"{}"}}"#, "ع".repeat(MEGABYTE / 2)), "/title", "too_long"),
    ];
    for (text, pointer, code) in cases {
        for (method, path) in [("POST", ARTICLES), ("PUT", &article), ("PATCH", &article)] {
            let problem = send(&app, method, path, text.clone()).await.expect(422);
            let problem = problem.problem("unprocessable");
            let expected = [(pointer.to_owned(), code.to_owned())];
            assert_eq!(violations(&problem), expected, "{method} {}", &text[..60]);
            assert!(problem.get("more_errors").is_none(), "{problem}");
        }
    }
    let ids = format!(r#"{{"status":"spam","ids":[{}]}}"#, vec!["\"x\""; 101].join(","));
    let problem = send(&app, "POST", "/api/v1/comments/bulk", ids).await.expect(422).json();
    assert_eq!(violations(&problem), [("/ids".to_owned(), "too_many".to_owned())]);
    let words = format!(r#"{{"blocked_words":{}}}"#, list("[]"));
    let problem = send(&app, "PATCH", "/api/v1/comment-settings", words).await.expect(422).json();
    assert_eq!(violations(&problem), [("/blocked_words".to_owned(), "too_many".to_owned())]);
    let shown = app.get(&article).as_user(&app.editor().await).send().await.expect(200).json();
    assert_eq!(shown["version"], 1);
});

api_test!(search_for_violations_ends_after_a_hundred, async |app: TestApp| {
    let names = |count: usize| {
        let fields: Map<_, _> = (0..count).map(|n| (format!("x{n}"), json!(n))).collect();
        Value::Object(fields).to_string()
    };
    let credits = |count: usize| json!({ "credits": vec![json!({ "x": 1, "y": 2 }); count] }).to_string();
    let numbers = |count: usize| {
        format!(r#"{{"title":"x","metadata":{{"n":[{}]}}}}"#, vec!["1e400"; count].join(","))
    };
    // A credit has four violations: two unknown fields, and two that it lacks. The title is missing.
    for (text, count, more) in [
        (names(99), 100, false),
        (names(100), 100, true),
        (names(110), 100, true),
        (credits(24), 97, false),
        (credits(25), 100, true),
        (credits(50), 100, true),
        (numbers(100), 100, false),
        (numbers(101), 100, true),
        (numbers(20_000), 100, true),
    ] {
        let problem = send(&app, "POST", ARTICLES, text.clone()).await.expect(422).json();
        assert_eq!(violations(&problem).len(), count, "{}", &text[..60]);
        assert_eq!(problem.get("more_errors"), more.then_some(&json!(true)), "{}", &text[..60]);
        let detail = problem["detail"].as_str().expect("text");
        assert_eq!(detail.contains("there may be more"), more, "{detail}");
    }
});

api_test!(large_valid_body_comes_back_whole, async |app: TestApp| {
    let editor = app.editor().await;
    let body = "عادت المراكب إلى الميناء. ".repeat(5_000);
    let tree: Map<_, _> = (0..2_000).map(|n| (format!("key{n:04}"), json!([n, 0.5]))).collect();
    let tags: Vec<_> = (0..50).map(|n| format!("وسم {n}")).collect();
    let credits = vec![json!({ "name": "وكالة", "role": "author" }); 50];
    let sent = json!({ "title": "خبر", "body": body, "metadata": tree, "tags": tags, "credits": credits });
    // Escaped and indented, it is the same body.
    let text = serde_json::to_string_pretty(&sent).expect("JSON");
    let escaped: String = text
        .chars()
        .map(|one| if one == 'م' { "\\u0645".to_owned() } else { one.to_string() })
        .collect();
    assert!(escaped.len() > 300_000 && escaped.len() < 1 << 20, "{}", escaped.len());
    let request = app.post(ARTICLES).as_user(&editor).raw_body("application/json", escaped);
    let made = request.send().await.expect(201);
    let shown = app.get(&made.location()).as_user(&editor).send().await.expect(200).json();
    assert_eq!(shown["metadata"], sent["metadata"]);
    assert_eq!(shown["credits"].as_array().expect("a list").len(), 50);
    assert_eq!(shown["body"].as_str().expect("text").trim(), body.trim());
    // A patch may name every member to remove it.
    let removed: Map<_, _> = tree.keys().map(|name| (name.clone(), Value::Null)).collect();
    let patch = app.patch(&made.location()).as_user(&editor).if_match("*");
    let patch = patch.merge_patch(&json!({ "metadata": removed })).send().await.expect(200);
    assert_eq!(patch.json()["metadata"], json!({}));
});

api_test!(deep_nesting_is_malformed_wherever_it_is, async |app: TestApp| {
    let deep = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(150_000), "}".repeat(150_000));
    for text in [
        deep.clone(),
        objects.clone(),
        format!(r#"{{"title":"x","metadata":{objects}}}"#),
        format!(r#"{{"title":"x","colour":{deep}}}"#),
        format!(r#"{{"title":{deep}}}"#),
        format!("[1,{deep}]"),
    ] {
        send(&app, "POST", ARTICLES, text).await.expect(400).problem("malformed_json");
    }
    let nested = format!(r#"{{"title":"x","metadata":{{"a":{}{}}}}}"#, "[".repeat(20), "]".repeat(20));
    let problem = send(&app, "POST", ARTICLES, nested).await.expect(422).json();
    assert_eq!(violations(&problem), [("/metadata".to_owned(), "too_deep".to_owned())]);
});

api_test!(every_container_of_an_input_has_a_bound, async |app: TestApp| {
    let document = app.get("/openapi.json").send().await.expect(200).json();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let inputs = schemas.iter().filter(|(name, _)| name.ends_with("Input"));
    let mut seen = 0;
    for (name, schema) in inputs {
        assert_eq!(schema["additionalProperties"], false, "{name}");
        for (field, of) in schema["properties"].as_object().expect("properties") {
            let takes = |kind: &str| of["type"].to_string().contains(&format!("\"{kind}\""));
            if takes("array") {
                assert!(of["maxItems"].is_u64(), "{name}.{field} has no maxItems");
                seen += 1;
            }
            if takes("object") {
                assert!(of["x-max-bytes"].is_u64(), "{name}.{field} has no x-max-bytes");
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "{seen}");
});
