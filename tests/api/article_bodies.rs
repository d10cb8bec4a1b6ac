//! Bodies of articles: the markup that stays, the words around removed elements, excerpts.

use maqal::text::embeds::EmbedHosts;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::builders::Created;

/// Publishes an article with an HTML body.
async fn article(app: &TestApp, body: &str) -> Created {
    let editor = app.editor().await;
    app.article().body(body).with("body_format", "html").published().create(&editor).await
}

fn html(article: &Created) -> String {
    article.json()["html"].as_str().expect("HTML").to_owned()
}

async fn found(app: &TestApp, query: &str) -> Vec<i64> {
    let answer = app.get("/api/v1/search").query(&[("q", query)]).send().await.expect(200).json();
    let data = answer["data"].as_array().expect("hits");
    data.iter().map(|hit| hit["id"].as_i64().expect("an id")).collect()
}

api_test!(words_around_a_removed_element_are_found, async |app: TestApp| {
    let mut ids = Vec::new();
    for (body, word) in [
        ("<address>Street</address>Tripoli", "Tripoli"),
        ("<header>ميناء</header>طرابلس", "طرابلس"),
        ("<p>مصراتة</p><center>بنغازي</center>سبها", "سبها"),
        ("<td>درنة</td><td>زليتن</td>", "زليتن"),
        ("غريان<iframe src=https://evil.example></iframe>يفرن", "يفرن"),
        ("سرت<br>الخمس", "الخمس"),
    ] {
        let article = article(&app, body).await;
        assert_eq!(article.json()["word_count"].as_i64().expect("a count") % 2, i64::from(body.contains("<center>")), "{body}");
        ids.push(article.id());
        assert_eq!(found(&app, word).await, [article.id()], "{body}");
    }
});

api_test!(inline_element_splits_no_word, async |app: TestApp| {
    let article = article(&app, "<p>ال<b>مكت</b>بة و<mark>الم</mark>درسة</p>").await;
    assert_eq!(article.json()["word_count"], 2);
    assert_eq!(found(&app, "المكتبة والمدرسة").await, [article.id()]);
});

api_test!(media_embeds_and_ids_stay, async |app: TestApp| {
    let body = "<h2 id=\"القسم\">أ</h2><video src=\"/a.mp4\" controls=\"\"></video><picture>\
        <source srcset=\"/a.webp 2x\"><img src=\"/a.jpg\" srcset=\"/b.jpg 2x\"></picture>\
        <a href=\"https://shop.example\" rel=\"sponsored nofollow\">ب</a><ruby>漢<rt>kan</rt></ruby>\
        <iframe src=\"https://www.youtube.com/embed/x\"></iframe><iframe src=\"https://evil.example/\"></iframe>\
        <pre><code class=\"language-rust,ignore\">x</code></pre>";
    let html = html(&article(&app, body).await);
    for kept in [
        "<h2 id=\"القسم\">",
        "<video src=\"/a.mp4\" controls=\"\">",
        "<source srcset=\"/a.webp 2x\">",
        "srcset=\"/b.jpg 2x\"",
        "rel=\"noopener noreferrer nofollow sponsored\"",
        "<rt>kan</rt>",
        "<iframe src=\"https://www.youtube.com/embed/x\"",
        "sandbox=\"",
        "loading=\"lazy\"",
        "class=\"language-rust\"",
    ] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    assert!(!html.contains("evil.example"), "{html}");
});

api_test!(
    embed_of_an_unlisted_site_is_removed,
    |config| config.embed_hosts = EmbedHosts::parse("video.example").expect("a list"),
    async |app: TestApp| {
        let embed = |host: &str| format!("<iframe src=\"https://{host}/1\"></iframe>x");
        for (host, is_kept) in
            [("video.example", true), ("a.video.example", true), ("www.youtube.com", false)]
        {
            let html = html(&article(&app, &embed(host)).await);
            assert_eq!(html.contains("<iframe"), is_kept, "{html}");
        }
    }
);

api_test!(
    link_to_the_own_site_has_no_noreferrer,
    |config| config.site_url = Some("https://news.example/{slug}".into()),
    async |app: TestApp| {
        for (href, rel) in [
            ("https://news.example/a", ""),
            ("/a", ""),
            ("#a", ""),
            ("https://other.example/a", " rel=\"noopener noreferrer\""),
        ] {
            let html = html(&article(&app, &format!("<a href=\"{href}\">x</a>")).await);
            assert_eq!(html, format!("<a href=\"{href}\"{rel}>x</a>"));
        }
    }
);

api_test!(emphasis_attaches_to_an_arabic_letter, async |app: TestApp| {
    let editor = app.editor().await;
    for (body, html) in [
        ("قالت ل**«رويترز»**.", "<p>قالت ل<strong>«رويترز»</strong>.</p>\n"),
        ("و**\"النص\"**، و**«نص»**ونص", "<p>و<strong>\"النص\"</strong>، و<strong>«نص»</strong>ونص</p>\n"),
        ("太郎は**「はい」**と", "<p>太郎は<strong>「はい」</strong>と</p>\n"),
        ("`ل**«رويترز»**`", "<p><code>ل**«رويترز»**</code></p>\n"),
    ] {
        let article = app.article().body(body).create(&editor).await.json();
        assert_eq!((&article["html"], &article["body"]), (&json!(html), &json!(body)));
    }
});

api_test!(derived_excerpt_is_made_of_prose, async |app: TestApp| {
    let editor = app.editor().await;
    for (body, excerpt) in [
        (
            "# عنوان\n\nرست السفينة[^1] صباح الاثنين.\n\n## تفاصيل\n\n|أ|ب|\n|-|-|\n|1|2|\n\n\
             ```\nرمز\n```\n\nوغادرت مساء.\n\n[^1]: حاشية\n",
            "رست السفينة صباح الاثنين. وغادرت مساء.",
        ),
        (
            "<figure><img src=\"/a.jpg\"><figcaption>شرح</figcaption></figure>\n\nنص.",
            "نص.",
        ),
        ("# عنوان\n\n## آخر", "عنوان آخر"),
        ("", ""),
    ] {
        let article: Value = app.article().body(body).create(&editor).await.json();
        assert_eq!(article["excerpt"], excerpt, "{body}");
    }
});

api_test!(lazy_picture_is_kept_once, async |app: TestApp| {
    let body = "<p>نص</p><figure><img class=\"lazy\" src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" \
        data-src=\"/a.jpg\" data-srcset=\"/a.jpg 1x, /b.jpg 2x\" alt=\"ميناء\"><noscript><img src=\"/a.jpg\" \
        alt=\"ميناء\"></noscript></figure><noscript><img src=\"/c.jpg\"></noscript><noscript>فعّل</noscript>";
    let html = html(&article(&app, body).await);
    assert_eq!(html.matches("<img").count(), 2, "{html}");
    for kept in ["src=\"/a.jpg\"", "srcset=\"/a.jpg 1x, /b.jpg 2x\"", "alt=\"ميناء\"", "src=\"/c.jpg\""] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    for removed in ["data", "noscript", "فعّل"] {
        assert!(!html.contains(removed), "{removed}: {html}");
    }
});

api_test!(code_keeps_its_language, async |app: TestApp| {
    let editor = app.editor().await;
    for (format, body) in [
        ("markdown", "```{.python .numberLines}\nx\n```"),
        ("markdown", "~~~ python,ignore\nx\n~~~"),
        ("html", "<pre class=\"brush: python; gutter: false\"><code>x\n</code></pre>"),
        ("html", "<pre class=\"wp-block-code\"><code lang=\"python\" class=\"language-python\">x\n</code></pre>"),
    ] {
        let article = app.article().body(body).with("body_format", format).create(&editor).await.json();
        let html = article["html"].as_str().expect("HTML").trim_end();
        assert_eq!(html, "<pre><code class=\"language-python\">x\n</code></pre>", "{body}");
    }
});

api_test!(embeds_of_newsrooms_are_listed, async |app: TestApp| {
    for (src, is_kept) in [
        ("https://open.spotify.com/embed/episode/1", true),
        ("https://geo.dailymotion.com/player.html?video=x", true),
        ("https://www.instagram.com/p/x/embed/", true),
        ("https://www.tiktok.com/embed/v2/1", true),
        ("https://t.me/news/1?embed=1", true),
        ("https://open.spotify.com/episode/1", false),
        ("https://archive.org/download/x.html", false),
    ] {
        let html = html(&article(&app, &format!("<iframe src=\"{src}\"></iframe>x")).await);
        assert_eq!(html.contains(&format!("<iframe src=\"{src}\"")), is_kept, "{html}");
    }
});

api_test!(derived_excerpt_leaves_out_parts_beside_the_prose, async |app: TestApp| {
    for (body, excerpt) in [
        (
            "<header>رأس</header><div class=\"wp-caption\"><img src=\"/a.jpg\"><p class=\"wp-caption-text\">شرح</p></div>\
             <p>[caption id=\"a\"]شرح[/caption]نص<sup id=\"r1\"><a href=\"#fn1\">1</a></sup> الخبر.<br>سطر</p>\
             <p>اقرأ أيضاً: <a href=\"/b\">آخر</a></p><p><small>تصوير</small></p>\
             <ol><li id=\"fn1\">حاشية <a href=\"#r1\">↩</a></li></ol>",
            "نص الخبر. سطر",
        ),
        ("<blockquote>قول<cite>فلان</cite></blockquote><dl><dt>أ</dt><dd>ب</dd></dl>", "قول فلان أ ب"),
        ("<aside>جانب</aside><nav><a href=\"/a\">رابط</a></nav>", "جانب رابط"),
        ("[gallery ids=\"1\"]<figure><figcaption>شرح</figcaption></figure>", "شرح"),
    ] {
        assert_eq!(article(&app, body).await.json()["excerpt"], excerpt, "{body}");
    }
});
