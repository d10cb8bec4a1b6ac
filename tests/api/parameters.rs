//! The spellings of query parameters: empty values, booleans, lists and times.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::session::Session;

async fn list(app: &TestApp, by: &Session, path: &str) -> Value {
    app.get(path).as_user(by).send().await.expect(200).json()
}

/// The titles of a list of articles.
async fn titles(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.get(&format!("/api/v1/articles?{query}")).send().await.expect(200).json();
    let rows = answer["data"].as_array().expect("rows").iter();
    rows.map(|row| row["title"].as_str().expect("a title").to_owned()).collect()
}

api_test!(empty_value_of_an_optional_parameter_counts_as_absent, async |app: TestApp| {
    let admin = app.admin().await;
    let made = app.article().title("خبر").tags(["ليبيا"]).published().create(&admin).await;
    let path = made.location();
    app.comment(made.id()).send().await;
    for (path, names) in [
        (
            "/api/v1/articles".to_owned(),
            "tag tag_all lang credit featured published_after published_before updated_after comments \
             status author sort include fields notice_lang limit cursor total",
        ),
        ("/api/v1/tags".to_owned(), "q lang sort limit cursor total"),
        ("/api/v1/search?q=خبر".to_owned(), "lang tag status notice_lang limit cursor"),
        ("/api/v1/search/suggest?q=خ".to_owned(), "limit"),
        ("/api/v1/users".to_owned(), "limit cursor total"),
        ("/api/v1/comments".to_owned(), "status article email limit cursor total"),
        ("/api/v1/mentions".to_owned(), "status article limit cursor total"),
        (path.clone(), "fields notice_lang preview"),
        (format!("{path}/related"), "limit lang notice_lang"),
        (format!("{path}/adjacent"), "lang notice_lang"),
        (format!("{path}/comments"), "order limit cursor total"),
        (format!("{path}/mentions"), "limit cursor total"),
        (format!("{path}/pings"), "limit cursor total"),
        (format!("{path}/revisions"), "limit cursor total"),
    ] {
        let plain = list(&app, &admin, &path).await;
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut all = String::new();
        for name in names.split_whitespace() {
            for empty in [format!("{name}="), name.to_owned(), format!("{name}=&{name}=")] {
                let answer = list(&app, &admin, &format!("{path}{mark}{empty}")).await;
                assert_eq!(answer, plain, "{path} {empty}");
            }
            all.push_str(&format!("&{name}="));
        }
        assert_eq!(list(&app, &admin, &format!("{path}{mark}{all}")).await, plain, "{path} {all}");
    }
    let limited = list(&app, &admin, "/api/v1/articles?limit=&limit=3&tag=&tag=ليبيا").await;
    assert_eq!((&limited["page"]["limit"], limited["data"][0]["id"].as_i64()), (&json!(3), Some(made.id())));
    app.delete(&format!("{path}?permanent=")).as_user(&admin).send().await.expect(204);
    app.post(&format!("{path}/restore")).as_user(&admin).send().await.expect(200);
});

api_test!(empty_unknown_or_required_parameter_is_400, async |app: TestApp| {
    let admin = app.admin().await;
    for path in ["/api/v1/articles?colour=", "/api/v1/tags?q[]=", "/api/v1/tags/1?limit="] {
        app.get(path).send().await.expect(400).problem("unknown_parameter");
    }
    app.get("/api/v1/search?q=").send().await.expect(400).problem("empty_query");
    for path in ["/api/v1/search", "/api/v1/search/suggest", "/api/v1/comments/export"] {
        let problem = app.get(path).as_user(&admin).accept_language("en").send().await.expect(400);
        let detail = problem.problem("invalid_parameter")["detail"].to_string();
        assert!(detail.contains("required"), "{path}: {detail}");
    }
    let export = app.get("/api/v1/comments/export?email=").as_user(&admin).send().await;
    export.expect(400).problem("invalid_parameter");
});

api_test!(booleans_are_true_false_1_or_0_in_any_case, async |app: TestApp| {
    let editor = app.editor().await;
    app.article().title("مميز").with("featured", true).published().create(&editor).await;
    app.article().title("عادي").published().create(&editor).await;
    for (value, expected) in [
        ("true", "مميز"), ("True", "مميز"), ("TRUE", "مميز"), ("1", "مميز"),
        ("false", "عادي"), ("False", "عادي"), ("FALSE", "عادي"), ("0", "عادي"),
    ] {
        assert_eq!(titles(&app, &format!("featured={value}")).await, [expected], "{value}");
        let total = list(&app, &editor, &format!("/api/v1/tags?total={value}")).await;
        assert_eq!(total["page"].get("total").is_some(), expected == "مميز", "{value}");
    }
    for value in ["yes", "on", "2", "-1", "01", "t", "null", "true%20", "%00", "صح"] {
        let path = format!("/api/v1/articles?featured={value}");
        let answer = app.get(&path).accept_language("en").send().await.expect(400);
        let detail = answer.problem("invalid_parameter")["detail"].to_string();
        assert!(detail.contains("featured"), "{value}: {detail}");
        assert!(value == "%00" || detail.contains("true, false, 1, 0"), "{value}: {detail}");
    }
});

api_test!(list_items_may_have_brackets, async |app: TestApp| {
    let editor = app.editor().await;
    for (title, tags) in [("أول", &["ليبيا"][..]), ("ثان", &["تونس"]), ("ثالث", &["ليبيا", "تونس"])] {
        app.article().title(title).tags(tags).published().create(&editor).await;
    }
    for (query, count) in [
        ("tag[]=ليبيا", 2),
        ("tag%5B%5D=ليبيا&tag%5b%5d=تونس", 3),
        ("tag[0]=ليبيا&tag[1]=تونس", 3),
        ("tag[12]=تونس", 2),
        ("tag=ليبيا&tag[]=تونس", 3),
        ("tag_all[]=ليبيا&tag_all[]=تونس", 1),
        ("tag_all[0]=ليبيا&tag[]=تونس&tag[]=", 1),
        ("status[]=published&status[]=draft", 3),
    ] {
        assert_eq!(titles(&app, query).await.len(), count, "{query}");
    }
    for query in ["tag[a]=x", "tag[=x", "tag]=x", "tag[][]=x", "tag[-1]=x", "lang[]=ar", "limit[0]=1"] {
        let answer = app.get(&format!("/api/v1/articles?{query}")).send().await;
        answer.expect(400).problem("unknown_parameter");
    }
    let many: String = (0..21).map(|n| format!("tag[{n}]=x&")).collect();
    let answer = app.get(&format!("/api/v1/articles?{many}")).send().await.expect(400);
    answer.problem("invalid_parameter");
    let first = app.get("/api/v1/articles?tag[]=ليبيا&tag[]=تونس&limit=2&cursor=").send().await;
    let next = first.expect(200).json()["page"]["next"].as_str().expect("a cursor").to_owned();
    assert_eq!(titles(&app, &format!("tag[]=ليبيا&tag[]=تونس&limit=2&cursor={next}")).await.len(), 1);
});

api_test!(times_of_filters_are_rfc_3339_in_the_years_1_to_9999, async |app: TestApp| {
    let editor = app.editor().await;
    app.article().title("خبر").published_at("2017-01-01T00:00:00Z").create(&editor).await;
    for (time, count) in [
        ("0001-01-01T00:00:00Z", 1),
        ("1899-12-31t23:59:59z", 1),
        ("2017-01-01T00:00:00.0000001Z", 1),
        ("2017-01-01T00:00:00.000001Z", 0),
        ("2016-12-31T23:59:60Z", 1),
        ("2016-12-31T23:59:60.000001Z", 0),
        ("2017-01-01T02:00:00%2B02:00", 1),
        ("2017-01-01T02:00:00+02:00", 1),
        ("2017-01-01T02:00:01+02:00", 0),
        ("2016-12-31T19:00:00-05:00", 1),
        ("9999-12-31T23:59:59.999999999Z", 0),
    ] {
        assert_eq!(titles(&app, &format!("published_after={time}")).await.len(), count, "{time}");
    }
    for time in [
        "2017-01-01", "2017-01-01T00:00:00", "2017-01-01 00:00:00Z", "2017-01-01T24:00:00Z",
        "2017-01-01T12:00:60Z", "2017-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00%2B01:00", "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z", "%2B10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "now",
        "1483228800", "2017-01-01T00:00:00UTC",
    ] {
        for name in ["published_after", "published_before", "updated_after"] {
            let answer = app.get(&format!("/api/v1/articles?{name}={time}")).accept_language("en").send();
            let detail = answer.await.expect(400).problem("invalid_parameter")["detail"].to_string();
            assert!(detail.contains(name) && detail.contains("RFC 3339"), "{time}: {detail}");
        }
    }
});

/// The errors of a refused request.
async fn errors(app: &TestApp, path: &str, code: &str) -> Vec<Value> {
    let answer = app.get(path).as_user(&app.admin().await).accept_language("en").send().await;
    answer.expect(400).problem(code)["errors"].as_array().expect("errors").clone()
}

api_test!(errors_name_each_parameter_its_code_and_the_accepted_values, async |app: TestApp| {
    let admin = app.admin().await;
    let id = app.article().published().create(&admin).await.id();
    for (path, parameter, code, accepted) in [
        ("/api/v1/articles?sort=size", "sort", "not_one_of",
            json!(["-published_at", "published_at", "-updated_at", "updated_at", "title", "-title"])),
        ("/api/v1/tags?sort=size", "sort", "not_one_of",
            json!(["name", "-name", "article_count", "-article_count", "created_at", "-created_at", "updated_at", "-updated_at"])),
        ("/api/v1/articles?comments=maybe", "comments", "not_one_of", json!(["open", "closed"])),
        ("/api/v1/articles?status=draft&status[]=gone", "status[]", "not_one_of",
            json!(["draft", "scheduled", "published", "archived", "trashed"])),
        ("/api/v1/articles?include=text", "include", "not_one_of", json!(["html"])),
        ("/api/v1/articles?notice_lang=de", "notice_lang", "not_one_of", json!(["ar", "en", "fr"])),
        ("/api/v1/articles?featured=yes", "featured", "not_one_of", json!(["true", "false", "1", "0"])),
        ("/api/v1/mentions?status=good", "status", "not_one_of", json!(["pending", "approved", "spam"])),
        ("/api/v1/tags?limit=0", "limit", "out_of_range", json!(["1..100"])),
        ("/api/v1/tags?limit=70000", "limit", "out_of_range", json!(["1..100"])),
        ("/api/v1/tags?limit=many", "limit", "wrong_type", json!(["integer"])),
        ("/api/v1/tags?limit=1.5", "limit", "wrong_type", json!(["integer"])),
        ("/api/v1/articles/1/related?limit=21", "limit", "out_of_range", json!(["1..20"])),
        ("/api/v1/search/suggest?q=x&limit=99", "limit", "out_of_range", json!(["1..20"])),
        ("/api/v1/articles?author=0", "author", "out_of_range", json!(["1.."])),
        ("/api/v1/mentions?article=-4", "article", "out_of_range", json!(["1.."])),
        ("/api/v1/articles?author=99999999999999999999", "author", "out_of_range", json!(["1.."])),
        ("/api/v1/articles?updated_after=now", "updated_after", "invalid_time", json!(["date-time"])),
        ("/api/v1/articles?lang=arabic-language", "lang", "invalid_lang", json!(["language-tag"])),
        ("/api/v1/tags?lang=x", "lang", "invalid_lang", json!(["language-tag"])),
        ("/api/v1/comments?email=salem", "email", "invalid_email", json!(["email"])),
        ("/api/v1/tags?limit=1&limit=2", "limit", "duplicate", Value::Null),
        ("/api/v1/search", "q", "required", Value::Null),
        ("/api/v1/tags/seven", "id", "wrong_type", json!(["integer"])),
        ("/api/v1/articles/1/revisions/first", "number", "wrong_type", json!(["integer"])),
        ("/api/v1/articles/1/comments/x", "comment_id", "wrong_type", json!(["integer"])),
    ] {
        let path = path.replace("/articles/1/", &format!("/articles/{id}/"));
        let errors = errors(&app, &path, "invalid_parameter").await;
        assert_eq!(errors.len(), 1, "{path}: {errors:?}");
        let error = &errors[0];
        assert_eq!((&error["parameter"], &error["code"]), (&json!(parameter), &json!(code)), "{path}");
        assert_eq!(error.get("accepted").unwrap_or(&Value::Null), &accepted, "{path}");
        assert!(error.get("pointer").is_none() && error["detail"].is_string(), "{path}: {error}");
    }
    let many: String = (0..21).map(|n| format!("tag={n}&")).collect();
    let errors_of_many = errors(&app, &format!("/api/v1/articles?{many}"), "invalid_parameter").await;
    assert_eq!(errors_of_many[0]["code"], "too_many");
    assert_eq!(errors_of_many[0]["accepted"], json!(["0..20 items"]));
    let fields = &errors(&app, "/api/v1/articles?fields=id,nonsense", "invalid_parameter").await[0];
    assert!(fields["accepted"].as_array().expect("names").contains(&json!("title")), "{fields}");
    for (path, code, parameter) in [
        ("/api/v1/tags?cursor=x", "malformed_cursor", "cursor"),
        ("/api/v1/search?q=", "empty_query", "q"),
        ("/api/v1/search?q=-x", "negative_query", "q"),
    ] {
        let error = &errors(&app, path, code).await[0];
        assert_eq!((&error["parameter"], &error["code"]), (&json!(parameter), &json!(code)));
    }
});

api_test!(unknown_parameters_are_all_reported_with_the_known_ones, async |app: TestApp| {
    let found = errors(&app, "/api/v1/tags?colour=blue&limit=0&Sort=name", "unknown_parameter").await;
    let codes: Vec<_> = found.iter().map(|error| (&error["parameter"], &error["code"])).collect();
    assert_eq!(
        codes,
        [
            (&json!("colour"), &json!("unknown_parameter")),
            (&json!("limit"), &json!("out_of_range")),
            (&json!("Sort"), &json!("unknown_parameter")),
        ]
    );
    assert_eq!(found[0]["accepted"], json!(["q", "lang", "sort", "limit", "cursor", "total"]));
    for path in ["/api/v1/tags/1?x=1", "/openapi.json?x=1"] {
        let answer = app.get(path).accept_language("en").send().await.expect(400);
        let problem = answer.problem("unknown_parameter");
        assert!(problem["errors"][0].get("accepted").is_none(), "{problem}");
        assert!(problem["detail"].as_str().expect("text").contains("takes no parameters"), "{problem}");
    }
    let hostile: String = (0..500).map(|n| format!("p{n}=1&")).collect();
    let many = errors(&app, &format!("/api/v1/tags?{hostile}"), "unknown_parameter").await;
    assert_eq!(many.len(), 100);
});

api_test!(lang_is_the_language_of_the_content_everywhere, async |app: TestApp| {
    let editor = app.editor().await;
    for (name, lang) in [("ليبيا", "ar"), ("طرابلس", "ar-LY"), ("Libya", "en"), ("Arauca", "arn")] {
        app.tag(name).with("lang", lang).create(&editor).await;
    }
    let names = async |query: &str| -> Vec<String> {
        let answer = list(&app, &editor, &format!("/api/v1/tags?{query}")).await;
        let rows = answer["data"].as_array().expect("rows").iter();
        rows.map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
    };
    for _ in 0..2 {
        assert_eq!(names("lang=ar&sort=created_at").await, ["ليبيا", "طرابلس"]);
        assert_eq!(names("lang=AR-ly").await, ["طرابلس"]);
        assert_eq!(names("lang=en&q=lib").await, ["Libya"]);
        assert_eq!(names("lang=fr").await, [""; 0]);
    }
    let counted = list(&app, &editor, "/api/v1/tags?lang=ar&total=true&limit=1").await;
    assert_eq!((&counted["page"]["total"], counted["page"]["next"].is_string()), (&json!(2), true));

    let mut ids = Vec::new();
    for (day, lang) in [("01", "ar"), ("02", "en"), ("03", "ar-LY"), ("04", "en-GB"), ("05", "ar")] {
        let article = app.article().title(day).lang(lang).tags(["ليبيا"]);
        let made = article.published_at(format!("2026-01-{day}T00:00:00Z")).create(&editor).await;
        ids.push(made.id());
    }
    let read = async |path: &str| app.get(path).send().await.expect(200).json();
    let beside = async |id: i64, lang: &str| {
        let both = read(&format!("/api/v1/articles/{id}/adjacent?lang={lang}")).await;
        (both["previous"]["id"].as_i64(), both["next"]["id"].as_i64())
    };
    assert_eq!(beside(ids[2], "ar").await, (Some(ids[0]), Some(ids[4])));
    assert_eq!(beside(ids[2], "en").await, (Some(ids[1]), Some(ids[3])));
    assert_eq!(beside(ids[2], "en-GB").await, (None, Some(ids[3])));
    assert_eq!(beside(ids[2], "fr").await, (None, None));
    let related = async |query: &str| -> Vec<i64> {
        let answer = read(&format!("/api/v1/articles/{}/related?{query}", ids[0])).await;
        let rows = answer["data"].as_array().expect("rows").iter();
        rows.map(|row| row["id"].as_i64().expect("an id")).collect()
    };
    assert_eq!(related("lang=ar").await, [ids[4], ids[2]]);
    assert_eq!(related("lang=en&limit=1").await, [ids[3]]);
    assert_eq!(related("notice_lang=fr").await.len(), 4);
    for path in ["", "/related", "/adjacent", "/comment-settings"] {
        let path = format!("/api/v1/articles/{}{path}", ids[0]);
        app.get(&format!("{path}?notice_lang=fr")).send().await.expect(200);
        if !path.ends_with("related") && !path.ends_with("adjacent") {
            app.get(&format!("{path}?lang=ar")).send().await.expect(400).problem("unknown_parameter");
        }
    }
});
