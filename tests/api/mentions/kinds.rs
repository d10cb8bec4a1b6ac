//! The kind and the metadata of a mention, from the microformats of its source.

use maqal::clock::Clock as _;
use serde_json::json;

use super::*;

/// Verifies a page that names the article's URL as `@` and an other article as `#`. Returns the public
/// mention.
async fn mention_of(app: &TestApp, peer: &Peer, article: &Published, html: &str) -> Value {
    let html = html.replace('@', &article.address).replace('#', "https://elsewhere.example/post");
    let source = peer.put("/page", Page::html(html));
    let status = verified(app, &source, &article.address).await;
    assert_eq!(status["status"], "verified", "{status}");
    public_mentions(app, article).await[0].clone()
}

api_test!(kind_follows_the_relation_of_the_entry, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    for (html, kind) in [
        ("<p><a href='@'>x</a>", "mention"),
        ("<div class=h-entry><p class=e-content>on <a href='@'>x</a></div>", "mention"),
        ("<div class=h-entry><a class=u-in-reply-to href='@'>x</a></div>", "reply"),
        (
            "<div class=h-entry><a class='u-in-reply-to' rel=in-reply-to href='@?'></a><a href='@'></a></div>",
            "mention",
        ),
        (
            "<div class=h-entry><div class='u-in-reply-to h-cite'><a class=u-url href='@'>x</a></div></div>",
            "reply",
        ),
        (
            "<div class=h-entry><div class='p-in-reply-to h-cite'>re <a href='@'>x</a></div></div>",
            "reply",
        ),
        ("<div class=h-entry><p class=u-in-reply-to><a href='@'>x</a></div>", "reply"),
        (
            "<div class=h-entry><data class=u-like-of value='@'></data><a href='@'>x</a></div>",
            "like",
        ),
        ("<div class=h-entry><a class=u-like href='@'>x</a></div>", "like"),
        ("<div class=h-entry><a class=u-repost-of href='@'>x</a></div>", "repost"),
        (
            "<div class=h-entry><div class='u-repost-of h-cite'><a class='u-url u-uid' href='@'>x</a> by <a href='#'>y</a></div></div>",
            "repost",
        ),
        ("<div class=h-entry><a class='u-bookmark-of h-cite' href='@'>x</a></div>", "bookmark"),
        (
            "<div class=h-entry><a class=u-in-reply-to href='@'>x</a> <data class=p-rsvp value=yes>!</data></div>",
            "rsvp",
        ),
        (
            "<div class=h-entry><a class=u-in-reply-to href='@'>x</a> <b class=p-rsvp>perhaps</b></div>",
            "reply",
        ),
        // Elements that no reader can follow.
        ("<div class=h-entry><link class=u-like-of href='@'></div>", "like"),
        ("<div class=h-entry><data class=u-in-reply-to value='@'></data></div>", "reply"),
        ("<div class=h-entry><span class=u-in-reply-to> @ </span></div>", "reply"),
        (
            "<div class=h-entry><div class='u-repost-of h-cite'><data class=u-url value='@'></data></div></div>",
            "repost",
        ),
        ("<div class=h-entry><link class=u-bookmark-of href='@'></div>", "bookmark"),
        (
            "<div class=h-entry><data class=u-in-reply-to value='@'></data><data class=p-rsvp value=yes></data></div>",
            "rsvp",
        ),
        // The entry that states its relation outranks the one that merely links.
        (
            "<div class=h-entry>on <a href='@'>x</a></div><div class=h-entry><a class=u-like-of href='@'>x</a></div>",
            "like",
        ),
        (
            "<div class=h-feed><div class=h-entry><a class=u-like-of href='#'>x</a><a href='@'>y</a></div><div class=h-entry><data class=u-repost-of value='@'></data></div></div>",
            "repost",
        ),
        // Two relations, one of them to the article.
        (
            "<div class=h-entry><a class=u-in-reply-to href='#'>x</a><a class=u-like-of href='@'>y</a></div>",
            "like",
        ),
        (
            "<div class=h-entry><a class=u-like-of href='#'>x</a> and <a href='@'>y</a></div>",
            "mention",
        ),
        // The relation of a nested entry or of another entry is not the page's.
        (
            "<div class=h-entry><p>on <a href='@'>x</a><div class='u-comment h-cite'><a class=u-like-of href='@'>x</a></div></div>",
            "mention",
        ),
        (
            "<div class=h-feed><div class=h-entry><a class=u-like-of href='#'>x</a></div><div class=h-entry><a class=u-repost-of href='@'>x</a></div></div>",
            "repost",
        ),
        // Heights of a CSS framework are no microformats.
        (
            "<div class='h-entry h-full'><div class='h-full h-screen'><a class=u-like-of href='@'>x</a></div></div>",
            "like",
        ),
    ] {
        let mention = mention_of(&app, &peer, &article, html).await;
        assert_eq!(mention["kind"], kind, "{html}");
        let rsvp = if kind == "rsvp" { json!("yes") } else { json!(null) };
        assert_eq!(mention["rsvp"], rsvp, "{html}");
        assert_eq!(mention["protocol"], "webmention");
    }
    let editor = app.editor().await;
    let all = app.get("/api/v1/mentions").as_user(&editor).send().await.expect(200).json();
    assert_eq!((&all["data"][0]["kind"], &all["data"][0]["rsvp"]), (&json!("like"), &json!(null)));
});

api_test!(author_is_read_from_every_form_of_a_card, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let (me, photo) = (peer.url("/me"), peer.url("/me.jpg"));
    let person = |url: bool, photo_too: bool| {
        json!({
            "name": "سلمى",
            "url": if url { json!(me) } else { json!(null) },
            "photo": if photo_too { json!(photo) } else { json!(null) },
        })
    };
    for (html, author) in [
        ("<b class=p-author>سلمى</b>", person(false, false)),
        ("<a class=p-author href=/me>سلمى</a>", person(true, false)),
        ("<a class='p-author h-card' href=/me>سلمى</a>", person(true, false)),
        ("<a class=u-author href=/me>سلمى</a>", person(true, false)),
        // What belongs to a nested organisation is not the author's.
        (
            "<div class='p-author h-card'><span class=p-name>سلمى</span><div class='p-org h-card'><a class='u-url p-name' href=/org>O</a><img class=u-photo src=/org.jpg></div></div>",
            person(false, false),
        ),
        (
            "<div class='p-author h-card'><p class='p-adr h-adr'><b><a href=/map><img src=/map.png></a></b></p><a class='u-url p-name' href=/me>سلمى</a></div>",
            person(true, false),
        ),
        (
            "<div class='author vcard'><span class='org vcard'><a class=url href=/org><img class=photo src=/org.jpg></a></span><b class=p-name>سلمى</b></div><b class=p-author>سلمى</b>",
            person(false, false),
        ),
        (
            "<a class='u-author h-card' href=/me><img src=/me.jpg alt='سلمى'></a>",
            person(true, true),
        ),
        ("<a class='p-author h-card' href=/me><img src=/me.jpg> سلمى</a>", person(true, true)),
        ("<img class='p-author h-card' src=/me.jpg alt='سلمى'>", person(false, true)),
        ("<img class=u-author src=/me.jpg alt='سلمى'>", person(false, true)),
        (
            "<p class='p-author h-card'>by <a class='p-name u-url' href=/me>سلمى</a> <img class=u-photo src=me.jpg alt></p>",
            person(true, true),
        ),
        (
            "<p class='p-author h-card'><span class=p-name><b>سلمى</b></span> <data class=u-url value=/me></data></p>",
            person(true, false),
        ),
        (
            "<span class='p-author h-card'><abbr class=p-name title='سلمى'>س</abbr><a class=u-url href='mailto:x@y.example'></a><a class=u-url href='javascript:x'></a></span>",
            person(false, false),
        ),
        // The author's URL alone: the page's card with that URL has the name.
        (
            "<a class=u-author href=/me></a></div><div class=h-card><a class='p-name u-url' href=/me>سلمى</a><img class=u-photo src=/me.jpg></div><div>",
            person(true, true),
        ),
        ("</div><a rel=author href=/me>سلمى</a><div>", person(true, false)),
        (
            "<p class=p-author>by <a class=h-card href=/me><img src=/me.jpg alt> سلمى</a>, at sea</p>",
            person(true, true),
        ),
    ] {
        let html =
            format!("<div class=h-entry><h1 class=p-name>رد</h1>{html}<a href='@'>x</a></div>");
        let mention = mention_of(&app, &peer, &article, &html).await;
        assert_eq!(mention["author"], author, "{html}");
        assert_eq!(mention["title"], "رد", "{html}");
    }
    let html = "<div class=h-entry><a class=u-author href='https://blog.example/me'></a><a href='@'>x</a></div>";
    let author = mention_of(&app, &peer, &article, html).await["author"].clone();
    assert_eq!(author["name"], "blog.example", "the host stands for the name");
    let html = "<meta name=author content='سلمى'><p><a href='@'>x</a>";
    let author = mention_of(&app, &peer, &article, html).await["author"].clone();
    assert_eq!(author, person(false, false));
    let html = "<div class=h-feed><p class='p-author h-card'>سلمى</p><div class=h-entry><a href='@'>x</a></div></div>";
    let author = mention_of(&app, &peer, &article, html).await["author"].clone();
    assert_eq!(author, person(false, false), "the feed's author");
});

api_test!(classic_microformats_are_read, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    // As a theme of WordPress writes it.
    let html = "<body class='single hfeed'><article class='post type-post hentry category-news'>\
        <h1 class=entry-title>رد على خبر</h1><div class=entry-meta><a href='/2026/' rel=bookmark>\
        <time class='entry-date published' datetime='2026-01-10T10:00:00+02:00'>10 يناير</time></a>\
        <time class=updated datetime='2026-01-12T10:00:00+02:00'>12 يناير</time>\
        <span class=byline><span class='author vcard'><a class='url fn n' href='/author/salma'>سلمى</a></span></span>\
        </div><div class=entry-summary><p>قرأت هذا الخبر.</p></div>\
        <div class=entry-content><p>قرأت <a href='@'>هذا</a>.</p></div></article>";
    let mention = mention_of(&app, &peer, &article, html).await;
    assert_eq!(
        (&mention["title"], &mention["excerpt"]),
        (&json!("رد على خبر"), &json!("قرأت هذا الخبر."))
    );
    assert_eq!(
        mention["author"],
        json!({ "name": "سلمى", "url": peer.url("/author/salma"), "photo": null })
    );
    assert_eq!(mention["published_at"], "2026-01-10T08:00:00Z");
    let html = "<div class=hentry><h1 class=entry-title>رد</h1><time class=updated datetime='2026-01-10T08:30:00Z'>x</time><a href='@'>x</a></div>";
    let mention = mention_of(&app, &peer, &article, html).await;
    assert_eq!(mention["published_at"], "2026-01-10T08:30:00Z", "the update stands for it");
    // In an entry of microformats2 classic names mean nothing.
    let html = "<div class='h-entry hentry'><h1 class=p-name>اسم</h1><h2 class=entry-title>آخر</h2><a href='@'>x</a></div>";
    assert_eq!(mention_of(&app, &peer, &article, html).await["title"], "اسم");
    let html = "<div class=hentry><h1 class=p-name>اسم</h1><h2 class=entry-title>آخر</h2><abbr class=published title='2026-01-10'>أمس</abbr><a href='@'>x</a></div>";
    let mention = mention_of(&app, &peer, &article, html).await;
    assert_eq!(
        (&mention["title"], &mention["published_at"]),
        (&json!("آخر"), &json!("2026-01-10T00:00:00Z"))
    );
});

api_test!(responses_from_bridgy_are_read, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let page = |content: &str, relation: &str| {
        format!(
            "<!DOCTYPE html><html><head><link rel=canonical href='https://social.example/@salma/1'>\
             <title>Salma on social.example</title></head><body><article class=h-entry>\
             <span class=p-uid>tag:social.example:1</span>\
             <time class=dt-published datetime='2026-01-10T08:00:00+00:00'>2026-01-10T08:00:00+00:00</time>\
             <span class='p-author h-card'><data class=p-uid value='tag:social.example:salma'></data>\
             <a class='p-name u-url' href='https://social.example/@salma'>Salma</a>\
             <span class=p-nickname>salma</span>\
             <img class=u-photo src='https://social.example/salma.png' alt=''></span>\
             <a class=u-url href='https://social.example/@salma/1'></a>{content}{relation}</article></body></html>"
        )
        .replace("/@salma", "/~salma")
    };
    for (content, relation, kind, excerpt) in [
        (
            "<div class='e-content p-name'>خبر جميل 👍🏽</div>",
            "<a class=u-in-reply-to href='@'></a><a class=u-in-reply-to href='#'></a>",
            "reply",
            json!("خبر جميل 👍🏽"),
        ),
        (
            "<span class=p-name></span><div class=''></div>",
            "<a class=u-like-of href='@'></a><a class=u-like-of href='#'></a>",
            "like",
            json!(null),
        ),
        (
            "<div class='e-content p-name'></div>",
            "<div class='u-repost-of h-cite'><a class=u-url href='@'></a></div>",
            "repost",
            json!(null),
        ),
        (
            "<div class='e-content p-name'>RSVPs yes</div>",
            "<data class=p-rsvp value=yes></data><a class=u-in-reply-to href='@'></a>",
            "rsvp",
            json!("RSVPs yes"),
        ),
    ] {
        let mention = mention_of(&app, &peer, &article, &page(content, relation)).await;
        assert_eq!((&mention["kind"], &mention["excerpt"]), (&json!(kind), &excerpt), "{mention}");
        let author = json!({ "name": "Salma", "url": "https://social.example/~salma", "photo": "https://social.example/salma.png" });
        assert_eq!(mention["author"], author, "{kind}");
        assert_eq!(mention["published_at"], "2026-01-10T08:00:00Z");
    }
});

api_test!(publication_date_is_read_in_every_form, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    for (date, expected) in [
        ("<time class=dt-published datetime='2026-01-10'></time>", "2026-01-10T00:00:00Z"),
        ("<time class=dt-published>2026-01-10 08:30</time>", "2026-01-10T08:30:00Z"),
        (
            "<time class=dt-published datetime='2026-01-10T10:30+0200'></time>",
            "2026-01-10T08:30:00Z",
        ),
        ("<time class=dt-published datetime='2026-010'></time>", "2026-01-10T00:00:00Z"),
        ("<time class=dt-published datetime='2026-W02-6'></time>", "2026-01-10T00:00:00Z"),
        ("<abbr class=dt-published title='2026-01-10T08:30Z'>أمس</abbr>", "2026-01-10T08:30:00Z"),
        ("<data class=dt-published value='20260110T0830Z'>أمس</data>", "2026-01-10T08:30:00Z"),
        (
            "<p class=dt-published>on <span class=value-title title='2026-01-10T08:30:00Z'> </span>Saturday</p>",
            "2026-01-10T08:30:00Z",
        ),
        (
            "<p class=dt-published><span class=value>2026-01-10</span> at <span class=value>10:30</span> <span class=value>+02:00</span></p>",
            "2026-01-10T08:30:00Z",
        ),
        (
            "<p class=dt-published><b class=value>7:30pm</b> on <abbr class=value title='2026-01-10'>10.1.</abbr></p>",
            "2026-01-10T19:30:00Z",
        ),
        (
            "<p class=dt-published><time class=value datetime='2026-01-10'>x</time> <time class=value datetime='08:30'>x</time></p>",
            "2026-01-10T08:30:00Z",
        ),
    ] {
        let html = format!("<div class=h-entry>{date}<a href='@'>x</a></div>");
        let mention = mention_of(&app, &peer, &article, &html).await;
        assert_eq!(mention["published_at"], expected, "{date}");
    }
    let html =
        "<div class=h-entry><time class=dt-published>yesterday</time><a href='@'>x</a></div>";
    assert_eq!(mention_of(&app, &peer, &article, html).await["published_at"], json!(null));
    for (hours, is_kept) in [(-1, true), (23, true), (25, false), (24 * 400, false)] {
        let time = (app.clock.now() + chrono::Duration::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ");
        let html = format!(
            "<div class=h-entry><time class=dt-published datetime='{time}'></time><a href='@'>x</a></div>"
        );
        let read = mention_of(&app, &peer, &article, &html).await["published_at"].clone();
        assert_eq!(read, if is_kept { json!(time.to_string()) } else { json!(null) }, "{time}");
    }
});

api_test!(excerpt_is_not_cut_within_a_grapheme, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
    for grapheme in [family, "👍🏽", "🇱🇾", "ب\u{651}", "한"] {
        for before in ["", "ab", "abc"] {
            let run = format!("{before}{}", grapheme.repeat(200));
            for html in [
                format!("<div class=h-entry><p class=p-summary>{run}</p><a href='@'>x</a></div>"),
                format!("<p>{run}<a href='@'>x</a>{}", grapheme.repeat(200)),
            ] {
                let mention = mention_of(&app, &peer, &article, &html).await;
                let excerpt = mention["excerpt"].as_str().expect("an excerpt");
                assert!(excerpt.chars().count() <= 301, "{excerpt}");
                let bare = excerpt.trim_matches('…').replace('x', "");
                let rest = bare.strip_prefix(before).unwrap_or(&bare).replace(grapheme, "");
                assert_eq!(rest, "", "{grapheme} after {before:?}: {excerpt}");
            }
        }
    }
});

api_test!(property_outside_of_a_link_names_the_article, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let target = &article.address;
    let mut number = 0;
    for property in ["u-mention-of", "u-in-reply-to", "u-like-of", "u-repost-of", "u-bookmark-of"] {
        for element in [
            format!("<data class='{property}' value='{target}'></data>"),
            format!("<data class='x {property}' value='{target}'>text</data>"),
            format!("<link class='{property}' href='{target}'>"),
            format!("<map><area class='{property}' href='{target}'></map>"),
            format!("<object class='{property}' data='{target}'></object>"),
            format!("<time class='{property}'>{target}</time>"),
            format!("<time class='{property}' datetime='{target}'>today</time>"),
            format!("<input class='{property}' value='{target}'>"),
            format!("<abbr class='{property}' title='{target}'>x</abbr>"),
            format!("<span class='{property}'>{target}</span>"),
            format!(
                "<div class='{property} h-cite'><data class=u-url value='{target}'></data></div>"
            ),
        ] {
            for html in [format!("<div class=h-entry>{element}</div>"), format!("<p>{element}")] {
                number += 1;
                let source = peer.put(&format!("/{number}"), Page::html(html.clone()));
                let status = verified(&app, &source, target).await;
                assert_eq!(status["status"], "verified", "{html}: {status}");
                if html.contains("h-entry") {
                    let kind = match property {
                        "u-mention-of" => "mention",
                        "u-in-reply-to" => "reply",
                        "u-like-of" => "like",
                        "u-repost-of" => "repost",
                        _ => "bookmark",
                    };
                    let mention = &public_mentions(&app, &article).await[0];
                    assert_eq!(mention["kind"], kind, "{html}");
                }
            }
        }
    }
    for html in [
        format!("<data class=u-photo value='{target}'></data>"),
        format!("<data value='{target}'></data><p class=x>{target}"),
        format!("<template><data class=u-like-of value='{target}'></data></template>"),
        format!("<data class=u-like-of value='{target}/x'></data>"),
        format!("<!-- <data class=u-like-of value='{target}'></data> -->"),
    ] {
        let source = peer.put("/none", Page::html(html.clone()));
        assert_eq!(verified(&app, &source, target).await["reason"], "no_link", "{html}");
    }
});
