//! Former slugs: those that readers could see redirect, and an editor may release them.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";

async fn rename(app: &TestApp, by: &Session, path: &str, slug: &str) {
    let request = app.patch(path).as_user(by).if_match("*");
    request.merge_patch(&json!({ "slug": slug })).send().await.expect(200);
}

async fn post(app: &TestApp, by: &Session, path: String) {
    app.post(&path).as_user(by).send().await.expect(200);
}

async fn former(app: &TestApp, by: &Session, path: &str) -> Vec<String> {
    let get = || app.get(&format!("{path}/former-slugs")).as_user(by);
    let answer = get().send().await.expect(200);
    get().if_none_match(&answer.etag()).send().await.expect(304);
    let list = answer.json();
    let slugs = list["data"].as_array().expect("a list").iter();
    slugs.map(|one| one["slug"].as_str().expect("a slug").to_owned()).collect()
}

async fn release(app: &TestApp, by: &Session, path: &str, slug: &str) -> TestResponse {
    app.delete(&format!("{path}/former-slugs/{slug}")).as_user(by).send().await
}

/// Asserts that a slug is refused, and returns the path of its holder.
async fn refused(app: &TestApp, by: &Session, slug: &str) -> Value {
    app.article().slug(slug).send(by).await.expect(409).problem("slug_taken")["holder"].clone()
}

api_test!(slug_that_no_reader_saw_is_free_again, async |app: TestApp| {
    let editor = app.editor().await;
    let draft = app.article().slug("الأول").create(&editor).await;
    rename(&app, &editor, &draft.location(), "الثاني").await;
    assert!(former(&app, &editor, &draft.location()).await.is_empty());
    app.article().slug("الاول").create(&editor).await;

    // A scheduled article is not visible yet.
    let scheduled = app.article().slug("غدا").published_at("2026-02-01T00:00:00Z");
    let scheduled = scheduled.create(&editor).await;
    rename(&app, &editor, &scheduled.location(), "بعد-غد").await;
    app.article().slug("غدا").create(&editor).await;

    // Derived slugs are free as well.
    let derived = app.article().title("نشرة الأسعار").create(&editor).await;
    rename(&app, &editor, &derived.location(), "غيرها").await;
    assert_eq!(app.article().title("نشرة الأسعار").create(&editor).await.slug(), "نشرة-الأسعار");
});

api_test!(slug_that_readers_saw_is_kept_until_released, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().slug("الأول").published().create(&editor).await;
    let path = article.location();
    rename(&app, &editor, &path, "الثاني").await;
    // Seen in public, changed as a draft, in the archive and in public again.
    post(&app, &editor, format!("{path}/unpublish")).await;
    rename(&app, &editor, &path, "الثالث").await;
    rename(&app, &editor, &path, "الرابع").await;
    post(&app, &editor, format!("{path}/publish")).await;
    post(&app, &editor, format!("{path}/archive")).await;
    rename(&app, &editor, &path, "الخامس").await;
    assert_eq!(former(&app, &editor, &path).await, ["الأول", "الثاني", "الرابع"]);
    assert_eq!(refused(&app, &editor, "الاول").await, path);
    app.article().slug("الثالث").create(&editor).await;

    post(&app, &editor, format!("{path}/publish")).await;
    app.get(&format!("{ARTICLES}/slug/الأول")).send().await.expect(301);
    release(&app, &editor, &path, "الاول").await.expect(204);
    app.get(&format!("{ARTICLES}/slug/الأول")).send().await.expect(404);
    assert_eq!(former(&app, &editor, &path).await, ["الثاني", "الرابع"]);
    assert_eq!(app.article().slug("الأول").create(&editor).await.slug(), "الأول");
    for gone in ["الأول", "الخامس", "unknown"] {
        release(&app, &editor, &path, gone).await.expect(404).problem("former_slug_not_found");
    }
    release(&app, &editor, &format!("{ARTICLES}/999"), "الثاني")
        .await
        .expect(404)
        .problem("article_not_found");
    // A slug that it takes back is no former one.
    rename(&app, &editor, &path, "الثاني").await;
    assert_eq!(former(&app, &editor, &path).await, ["الخامس", "الرابع"]);
});

api_test!(conflict_names_the_holder_to_those_who_may_see_it, async |app: TestApp| {
    let (editor, author, other) =
        (app.editor().await, app.author().await, app.another_author().await);
    let draft = app.article().title("سرّ المدينة").slug("سر").create(&author).await;
    let path = draft.location();
    for (user, holder) in [(&editor, json!(path)), (&author, json!(path)), (&other, Value::Null)] {
        let answer = app.article().slug("سر").send(user).await.expect(409);
        let problem = answer.problem("slug_taken");
        assert_eq!(problem["holder"], holder);
        let detail = problem["detail"].as_str().expect("a sentence");
        assert_eq!(detail.contains("سرّ المدينة"), holder.is_string(), "{detail}");
    }
    let english = app.post(ARTICLES).as_user(&editor).accept_language("en");
    let english = english.json(&json!({ "title": "x", "slug": "سر" })).send().await.expect(409);
    assert!(english.text().contains(&format!("(id {})", draft.id())), "{}", english.text());

    app.delete(&path).as_user(&editor).send().await.expect(204);
    let trashed = app.post(ARTICLES).as_user(&editor).accept_language("en");
    let trashed = trashed.json(&json!({ "title": "x", "slug": "سر" })).send().await.expect(409);
    assert!(trashed.text().contains("in the trash"), "{}", trashed.text());
    assert_eq!(trashed.problem("slug_taken")["holder"], path);
    post(&app, &editor, format!("{path}/restore")).await;
    let read = app.get(&path).as_user(&editor).send().await.expect(200);
    assert_eq!(read.json()["slug"], "سر", "it was kept in the trash");

    let public = app.article().slug("قديم").published().create(&author).await;
    rename(&app, &author, &public.location(), "جديد").await;
    assert_eq!(refused(&app, &other, "قديم").await, public.location());
    assert_eq!(refused(&app, &other, "جديد").await, public.location());
});

api_test!(former_slugs_of_tags_are_listed_and_released, async |app: TestApp| {
    let editor = app.editor().await;
    let tag = app.tag("اقتصاد").create(&editor).await;
    let path = tag.location();
    rename(&app, &editor, &path, "مال").await;
    assert_eq!(former(&app, &editor, &path).await, ["اقتصاد"]);
    let taken = app.tag("آخر").with("slug", "إقتصاد").send(&editor).await.expect(409);
    assert_eq!(taken.problem("slug_taken")["holder"], path);
    release(&app, &editor, &path, "إقتصاد").await.expect(204);
    release(&app, &editor, &path, "إقتصاد").await.expect(404).problem("former_slug_not_found");
    app.get("/api/v1/tags/slug/اقتصاد").send().await.expect(404);
    app.tag("آخر").with("slug", "اقتصاد").create(&editor).await;
    release(&app, &editor, "/api/v1/tags/999", "مال").await.expect(404).problem("tag_not_found");

    // Readers never saw the slug of a tag that only drafts have.
    let hidden = app.article().tags(["سرّ"]).create(&editor).await.json()["tags"][0].clone();
    let hidden = format!("/api/v1/tags/{}", hidden["id"]);
    rename(&app, &editor, &hidden, "علن").await;
    assert!(former(&app, &editor, &hidden).await.is_empty());
});

api_test!(former_slugs_are_for_editors, async |app: TestApp| {
    let (editor, author) = (app.editor().await, app.author().await);
    let article = app.article().slug("a").published().create(&author).await;
    rename(&app, &editor, &article.location(), "b").await;
    let tag = app.tag("وسم").create(&editor).await;
    for path in [article.location(), tag.location()] {
        let list = format!("{path}/former-slugs");
        app.get(&list).send().await.expect(401).problem("unauthenticated");
        app.get(&list).as_user(&author).send().await.expect(403).problem("forbidden");
        release(&app, &author, &path, "a").await.expect(403).problem("forbidden");
        app.delete(&format!("{list}/a")).send().await.expect(401).problem("unauthenticated");
    }
    assert_eq!(former(&app, &editor, &article.location()).await, ["a"]);
});
