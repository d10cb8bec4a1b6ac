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
        ("/api/v1/tags".to_owned(), "q sort limit cursor total"),
        ("/api/v1/search?q=خبر".to_owned(), "lang tag status notice_lang limit cursor"),
        ("/api/v1/search/suggest?q=خ".to_owned(), "limit"),
        ("/api/v1/users".to_owned(), "limit cursor total"),
        ("/api/v1/comments".to_owned(), "status article email limit cursor total"),
        ("/api/v1/mentions".to_owned(), "status article limit cursor total"),
        (path.clone(), "fields lang preview"),
        (format!("{path}/related"), "limit lang"),
        (format!("{path}/adjacent"), "lang"),
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
