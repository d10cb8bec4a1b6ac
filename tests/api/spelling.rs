//! Spellings that are normalised on the way in: slugs, tags, titles, passwords, email addresses.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::session::PASSWORD;

const ARTICLES: &str = "/api/v1/articles";

api_test!(percent_encoded_slug_is_decoded, async |app: TestApp| {
    let editor = app.editor().await;
    for (sent, slug) in [
        ("%d8%b3%d9%88%d9%82-%d8%a7%d9%84%d8%ad%d9%88%d8%aa", "سوق-الحوت"),
        ("%D9%85%D9%8A%D9%86%D8%A7%D8%A1", "ميناء"),
        ("%d9%85%d8%aa%d8%ad%d9", "متح"),
        ("caf%C3%A9%20noir", "café-noir"),
        ("50%-off", "50-off"),
    ] {
        let made = app.article().slug(sent).published().create(&editor).await;
        assert_eq!(made.slug(), slug, "{sent}");
        let path = format!("{ARTICLES}/slug/{slug}");
        assert_eq!(app.get(&path).send().await.expect(200).id(), made.id());
        let tag = app.tag(slug).with("slug", sent).create(&editor).await;
        assert_eq!(tag.slug(), slug, "{sent}");
    }
    let longest = "%d8%b3".repeat(80);
    assert_eq!(app.article().slug(longest).create(&editor).await.slug(), "س".repeat(80));
    let longer = app.article().slug("%d8%b3".repeat(81)).send(&editor).await.expect(422);
    assert_eq!(longer.invalid(&["/slug"])["errors"][0]["code"], "too_long");
    let empty = app.article().slug("%d8%9f").send(&editor).await.expect(422);
    empty.invalid(&["/slug"]);
});

api_test!(slug_has_the_case_of_its_language_and_needed_joiners, async |app: TestApp| {
    let editor = app.editor().await;
    for (lang, title, slug) in [
        ("tr", "ISPARTA IŞIĞI", "ısparta-ışığı"),
        ("tr", "İzmir", "izmir"),
        ("az", "QIZIL", "qızıl"),
        ("en", "ISTANBUL", "istanbul"),
        ("el", "ΟΔΟΣ ΑΘΗΝΑΣ", "οδος-αθηνας"),
        ("fa", "می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("si", "ශ්\u{200d}රී ලංකා", "ශ්\u{200d}රී-ලංකා"),
        ("ar", "\u{200c}خبر\u{200d} عاجل", "خبر-عاجل"),
    ] {
        let article = app.article().title(title).lang(lang).published().create(&editor).await;
        assert_eq!(article.slug(), slug, "{title}");
        let tag = app.tag(title).with("lang", lang).create(&editor).await;
        assert_eq!(tag.slug(), slug, "{title}");
    }
    for (spelling, slug) in [("isparta-isigi", "ısparta-ışığı"), ("میخواهم", "می\u{200c}خواهم")]
    {
        let found = app.get(&format!("{ARTICLES}/slug/{spelling}")).send().await.expect(200);
        assert_eq!(found.json()["slug"], slug);
    }
    let made = app.article().lang("tr").slug("ISPARTA").create(&editor).await;
    assert_eq!(made.slug(), "ısparta");
});

api_test!(presentation_forms_are_stored_as_letters, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app
        .article()
        .title("ﻣﻴﻨﺎﺀ ﻃﺮﺍﺑﻠﺲ ﷺ")
        .tags(["ﻟﻴﺒﻴﺎ"])
        .with("credits", json!([{ "name": "ﻟﻴﻨﺎ", "role": "author" }]))
        .published()
        .create(&editor)
        .await
        .json();
    assert_eq!(article["title"], "ميناء طرابلس ﷺ");
    assert_eq!(article["tags"][0]["name"], "ليبيا");
    assert_eq!(article["credits"][0]["name"], "لينا");
    for tag in ["ليبيا", "ﻟﻴﺒﻴﺎ"] {
        let list = app.get(ARTICLES).query(&[("tag", tag)]).send().await.expect(200).json();
        assert_eq!(list["data"][0]["id"], article["id"], "{tag}");
    }
    let again = app.article().tags(["ليبيا"]).create(&editor).await.json();
    assert_eq!(again["tags"][0]["id"], article["tags"][0]["id"]);
});

/// The status of a login.
async fn login(app: &TestApp, email: &str, password: &str) -> u16 {
    let body = json!({ "email": email, "password": password });
    app.post("/api/v1/auth/login").json(&body).send().await.status
}

api_test!(email_address_is_found_in_any_spelling, async |app: TestApp| {
    let admin = app.admin().await;
    let made: Value = app.new_user().email("Ｒené.ﻟﻴﻨﺎ@News.example").create(&admin).await.json();
    assert_eq!(made["email"], "rené.لينا@news.example");
    for email in [
        "rené.لينا@news.example",
        "RENE\u{301}.لينا@NEWS.EXAMPLE",
        " ｒｅｎé．ﻟﻴﻨﺎ＠ｎｅｗｓ．ｅｘａｍｐｌｅ ",
        "\u{200f}rené.لينا@news.example\u{200f}",
    ] {
        assert_eq!(login(&app, email, PASSWORD).await, 200, "{email}");
    }
    assert_eq!(login(&app, "rene.لينا@news.example", PASSWORD).await, 401);
    let twice = app.new_user().email("rene\u{301}.لينا@news.example").send(&admin).await;
    twice.expect(409).problem("email_taken");
});

api_test!(password_is_the_same_from_every_keyboard, async |app: TestApp| {
    let admin = app.admin().await;
    let (composed, decomposed) = ("rené أحمد 9 kettles", "rene\u{301} ا\u{654}حمد 9 kettles");
    for (email, set) in [("a@news.example", composed), ("b@news.example", decomposed)] {
        app.new_user().email(email).password(set).create(&admin).await;
        for typed in [composed, decomposed] {
            assert_eq!(login(&app, email, typed).await, 200, "{typed:?}");
        }
        assert_eq!(login(&app, email, "rene أحمد 9 kettles").await, 401);
    }
    let short = app.new_user().email("c@news.example").password("e\u{301}a\u{301}o\u{301}zk9qw3");
    short.send(&admin).await.expect(422).invalid(&["/password"]);
});

api_test!(comment_author_is_one_person_in_any_spelling, async |app: TestApp| {
    let (admin, editor) = (app.admin().await, app.editor().await);
    let id = app.article().published().create(&editor).await.id();
    let comment = app.comment(id).by("salem").with("author_email", "ｓalem@reader.example");
    comment.send().await.expect(202);
    for email in ["salem@reader.example", "ＳＡＬＥＭ@reader.example"] {
        let list = app.get("/api/v1/comments").as_user(&admin).query(&[("email", email)]);
        let list = list.send().await.expect(200).json();
        assert_eq!(list["data"].as_array().map(Vec::len), Some(1), "{email}");
    }
});
