//! Lists with every combination of filters and sorts, page by page in both directions. The expected
//! result is computed here from the same articles. The chosen index must not change the result.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";

/// Number of articles: enough for several pages after several filters.
const MANY: i64 = 36;

const DAY: &str = "2026-01-";

/// The fields of article `n` of the model.
fn body(n: i64) -> Value {
    let tags: Vec<&str> = [("a", 2), ("b", 3), ("c", 9)]
        .into_iter()
        .filter(|(_, every)| n % every == 0)
        .map(|(tag, _)| tag)
        .collect();
    let one_of = |texts: &[&'static str]| texts[usize::try_from(n).expect("small") % texts.len()];
    let title = format!("{} {n}", one_of(&["ميناء", "بحر", "Harbour", "أرض"]));
    let (lang, name) = (one_of(&["ar", "ar-LY", "en"]), one_of(&["المرفأ", "الساحل"]));
    json!({
        "title": title, "lang": lang, "featured": n % 5 == 0, "tags": tags,
        "credits": [{"name": name, "role": "agency"}],
    })
}

async fn fill(app: &TestApp, by: &[Session; 2]) {
    for n in 1..=MANY {
        let by = &by[usize::try_from(n % 2).expect("small")];
        // Several on a day, and not in the order of their numbers.
        let day = 1 + n * 7 % 13;
        let article = app.article().fields(body(n));
        article.published_at(format!("{DAY}{day:02}T09:00:00Z")).create(by).await;
    }
    // Some articles are changed later.
    for n in [4, 12, 18, 30] {
        app.clock.advance(chrono::Duration::minutes(1));
        let change = app.patch(&format!("{ARTICLES}/{n}")).as_user(&by[0]).if_match("*");
        let body = json!({"title": format!("جديد {n}"), "featured": n == 4, "lang": "ar-LY"});
        change.merge_patch(&body).send().await.expect(200);
    }
    // No list holds a draft.
    app.article().fields(body(6)).create(&by[0]).await;
}

/// A filter: its query parameters, and the same condition for the model.
struct Filter {
    query: Vec<(&'static str, String)>,
    holds: Box<dyn Fn(&Value) -> bool>,
}

fn filter(query: &[(&'static str, &str)], holds: impl Fn(&Value) -> bool + 'static) -> Filter {
    let query = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Filter { query, holds: Box::new(holds) }
}

fn has_tag(article: &Value, tag: &str) -> bool {
    article["tags"].as_array().expect("tags").iter().any(|one| one["name"] == tag)
}

fn text<'a>(article: &'a Value, field: &str) -> &'a str {
    article[field].as_str().expect("text")
}

/// The filters by tag, and all other filters.
fn filters(changed: &str, author: i64) -> (Vec<Filter>, Vec<Filter>) {
    let since = changed.to_owned();
    let by_tag = vec![
        filter(&[], |_| true),
        filter(&[("tag", "a")], |it| has_tag(it, "a")),
        filter(&[("tag", "a"), ("tag", "b")], |it| has_tag(it, "a") || has_tag(it, "b")),
        filter(&[("tag_all", "a"), ("tag_all", "b")], |it| has_tag(it, "a") && has_tag(it, "b")),
        filter(&[("tag", "a"), ("tag", "c"), ("tag_all", "b")], |it| {
            has_tag(it, "b") && (has_tag(it, "a") || has_tag(it, "c"))
        }),
    ];
    let others = vec![
        filter(&[], |_| true),
        filter(&[("lang", "ar")], |it| text(it, "lang").starts_with("ar")),
        filter(&[("lang", "ar-LY"), ("featured", "false")], |it| {
            it["lang"] == "ar-LY" && it["featured"] == false
        }),
        filter(&[("featured", "true")], |it| it["featured"] == true),
        filter(&[("credit", "المرفأ")], |it| it["credits"][0]["name"] == "المرفأ"),
        filter(&[("author", &author.to_string())], |it| it["credits"][0]["name"] == "المرفأ"),
        filter(
            &[
                ("published_after", "2026-01-04T09:00:00Z"),
                ("published_before", "2026-01-10T09:00:00Z"),
            ],
            |it| ("2026-01-04T09".."2026-01-10T09").contains(&text(it, "published_at")),
        ),
        filter(&[("updated_after", changed)], move |it| {
            let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("a time");
            at(text(it, "updated_at")) >= at(&since)
        }),
    ];
    (by_tag, others)
}

async fn ask(app: &TestApp, query: &[(&str, String)]) -> Value {
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, &**value)).collect();
    app.get(ARTICLES).query(&query).send().await.expect(200).json()
}

/// The ids of all pages in order. Following `prev` must give the same pages.
async fn walk(app: &TestApp, query: &[(&str, String)]) -> Vec<i64> {
    let ids = |page: &Value| -> Vec<i64> {
        page["data"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["id"].as_i64().expect("an id"))
            .collect()
    };
    let read = async |cursor: Option<&str>| -> Value {
        let mut query = query.to_vec();
        query.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
        ask(app, &query).await
    };
    let mut pages = vec![read(None).await];
    while let Some(next) = pages.last().and_then(|page| page["page"]["next"].as_str()) {
        let page = read(Some(next)).await;
        pages.push(page);
        assert!(pages.len() < 20, "{query:?} has no end");
    }
    for pair in pages.windows(2) {
        let back = pair[1]["page"]["prev"].as_str().expect("a page before");
        assert_eq!(ids(&read(Some(back)).await), ids(&pair[0]), "{query:?}, back");
    }
    pages.iter().flat_map(ids).collect()
}

api_test!(every_combination_of_filters_and_sorts_matches_the_model, async |app: TestApp| {
    let by = [app.editor().await, app.author().await];
    fill(&app, &by).await;
    let all = app.get(ARTICLES).query(&[("limit", "100")]).send().await.expect(200);
    let all = all.json()["data"].as_array().expect("rows").clone();
    assert_eq!(all.len(), usize::try_from(MANY).expect("small"));
    let titles = app.get(ARTICLES).query(&[("limit", "100"), ("sort", "title")]).send().await;
    let titles = titles.expect(200);
    let titles: Vec<i64> = titles.json()["data"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["id"].as_i64().expect("an id"))
        .collect();
    let mut changed: Vec<&str> = all.iter().map(|one| text(one, "updated_at")).collect();
    changed.sort_unstable();
    let changed = changed[changed.len() - 3].to_owned();
    let (by_tag, others) = filters(&changed, by[0].user_id);
    for (tag, other) in by_tag.iter().flat_map(|tag| others.iter().map(move |other| (tag, other))) {
        let mut found: Vec<&Value> =
            all.iter().filter(|one| (tag.holds)(one) && (other.holds)(one)).collect();
        for sort in
            ["published_at", "-published_at", "updated_at", "-updated_at", "title", "-title"]
        {
            let field = sort.trim_start_matches('-');
            found.sort_by_key(|one| {
                let id = one["id"].as_i64().expect("an id");
                match field {
                    "title" => (titles.iter().position(|title| *title == id), String::new(), id),
                    field => (None, text(one, field).to_owned(), id),
                }
            });
            if sort.starts_with('-') {
                found.reverse();
            }
            let expected: Vec<i64> =
                found.iter().map(|one| one["id"].as_i64().expect("an id")).collect();
            let mut query = [tag.query.clone(), other.query.clone()].concat();
            query.extend([("sort", sort.to_owned()), ("limit", "10".to_owned())]);
            assert_eq!(walk(&app, &query).await, expected, "{query:?}");
        }
        let mut query = [tag.query.clone(), other.query.clone()].concat();
        query.push(("total", "true".to_owned()));
        let list = ask(&app, &query).await;
        assert_eq!(list["page"]["total"], found.len(), "{query:?}");
    }
});
