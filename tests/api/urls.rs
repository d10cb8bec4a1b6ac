//! URLs in requests: taken as people write them, stored in their valid form, or refused.

use serde_json::{Value, json};

use crate::support::TestApp;

const ARTICLES: &str = "/api/v1/articles";

/// An article with a URL in one of its fields, and the pointer of the field.
fn with_url(url: &str) -> [(Value, &'static str); 4] {
    [
        (json!({ "title": "خبر", "source_url": url }), "/source_url"),
        (json!({ "title": "خبر", "canonical_url": url }), "/canonical_url"),
        (json!({ "title": "خبر", "cover": { "url": url } }), "/cover/url"),
        (
            json!({ "title": "خبر", "credits": [{ "name": "لينا", "role": "author", "url": url }] }),
            "/credits/0/url",
        ),
    ]
}

api_test!(url_is_stored_in_its_valid_form, async |app: TestApp| {
    let editor = app.editor().await;
    for (sent, stored) in [
        ("https://news.example/a", "https://news.example/a"),
        ("HTTPS://News.Example:443/A", "https://news.example/A"),
        (" https://news.example/خبر أول?س=ع ", "https://news.example/%D8%AE%D8%A8%D8%B1%20%D8%A3%D9%88%D9%84?%D8%B3=%D8%B9"),
        ("https://ليبيا.example/%d8%ae", "https://xn--mgbb7fyab.example/%D8%AE"),
        ("http://[2001:DB8::1]:8080/100%", "http://[2001:db8::1]:8080/100%25"),
        ("https://my_blog.news.example\\a", "https://my_blog.news.example/a"),
        ("https://news.example./a|b", "https://news.example./a%7Cb"),
    ] {
        for (body, pointer) in with_url(sent) {
            let made = app.post(ARTICLES).as_user(&editor).json(&body).send().await.expect(201);
            assert_eq!(made.json().pointer(pointer), Some(&json!(stored)), "{sent}");
            // A stored URL may be sent back.
            let again = json!({ "title": "خبر آخر" });
            let patch = app.patch(&made.location()).as_user(&editor).if_match("*");
            let patched = patch.merge_patch(&again).send().await.expect(200).json();
            assert_eq!(patched.pointer(pointer), Some(&json!(stored)), "{sent}");
        }
    }
});

api_test!(other_url_is_422, async |app: TestApp| {
    let editor = app.editor().await;
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt://news.example/%0aalert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://news.example/",
        "//news.example/",
        "/a",
        "",
        "https:news.example",
        "https:///news.example",
        "https://me:secret@news.example/",
        "https://me@news.example/",
        "https://a b.example/",
        "https://news.example:99999/",
        "https://news.example/a\nb",
        "https://@news.example/",
        "https://a..b/",
        "https://.news.example/",
        "https://news.example../",
        "https://./",
        "https://news*.example/",
        "https://news.example:0/",
        "https://[fe80::1%25eth0]/",
        "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example/",
    ] {
        for (body, pointer) in with_url(url) {
            let answer = app.post(ARTICLES).as_user(&editor).json(&body).send().await.expect(422);
            assert_eq!(answer.invalid(&[pointer])["errors"][0]["code"], "invalid_url", "{url}");
        }
    }
    let long = format!("https://news.example/{}", "ل".repeat(400));
    for (body, pointer) in with_url(&long) {
        let answer = app.post(ARTICLES).as_user(&editor).json(&body).send().await.expect(422);
        assert_eq!(answer.invalid(&[pointer])["errors"][0]["code"], "too_long");
    }
});

api_test!(author_url_of_a_comment_is_valid, async |app: TestApp| {
    let editor = app.editor().await;
    app.site_settings(json!({ "moderation": "none", "blocked_words": ["ليبيا"] })).await;
    let id = app.article().published().create(&editor).await.id();
    let comment = |url: &str| app.comment(id).by("salem").with("author_url", url);
    let sent = comment("HTTP://Reader.example/سالم").send().await.expect(201).json();
    assert_eq!(sent["author_url"], "http://reader.example/%D8%B3%D8%A7%D9%84%D9%85");
    let answer = comment("https://me:x@reader.example").send().await.expect(422);
    answer.invalid(&["/author_url"]);
    comment("https://a..b/").send().await.expect(422).invalid(&["/author_url"]);
    // Word lists read an internationalised host in its letters.
    comment("https://ليبيا.example/").body("تعليق آخر").send().await.expect(202);
});

api_test!(
    site_url_in_arabic_goes_out_in_ascii,
    |config| {
        let vars = |name: &str| match name {
            "MAQAL_SITE_URL" => Some("https://أخبار.example/مقالات/{slug}".to_owned()),
            "MAQAL_JWT_KEYS" => Some(config.jwt_keys.display().to_string()),
            _ => None,
        };
        config.site_url = maqal::config::Config::from_vars(vars, false).expect("settings").site_url;
    },
    async |app: TestApp| {
        let editor = app.editor().await;
        let path = app.article().slug("خبر").published().create(&editor).await.location();
        let answer = app.get(&path).send().await.expect(200);
        let link = answer.header("link").expect("a link");
        assert!(
            link.contains("<https://xn--igbicxr.example/%D9%85%D9%82%D8%A7%D9%84%D8%A7%D8%AA/%D8%AE%D8%A8%D8%B1>; rel=\"canonical\""),
            "{link}"
        );
    }
);

api_test!(link_with_credentials_is_no_link, async |app: TestApp| {
    let editor = app.editor().await;
    let address = "https://bank@evil.example/";
    let body = format!(
        "[markdown]({address})\n\n<a href=\"//me:secret@evil.example/\">relative</a>\n\n![]({address}a.png)"
    );
    let article = app.article().body(&body).published().create(&editor).await.json();
    let html = article["html"].as_str().expect("HTML");
    assert!(html.contains("markdown") && html.contains("relative"), "{html}");
    assert!(!html.contains("evil.example"), "{html}");

    app.site_settings(json!({ "moderation": "none", "max_links": 0 })).await;
    let id = article["id"].as_i64().expect("an id");
    for body in [
        format!("راجع {address} اليوم"),
        format!("راجع <a href=\"{address}\">bank</a> اليوم"),
        format!("راجع <a href=\"https://me:x@evil.example\">{address}</a> اليوم"),
    ] {
        let comment = app.comment(id).by("salem").body(&body).send().await.expect(201).json();
        let html = comment["html"].as_str().expect("HTML");
        assert!(html.contains("bank") && !html.contains("<a"), "{html}");
    }
});
