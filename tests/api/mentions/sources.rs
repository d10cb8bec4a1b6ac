//! Sources in every coding, encoding and place: redirects to this site, compressed pages, character
//! encodings, and pages that say that they are gone.

use std::io::Write;
use std::sync::LazyLock;

use serde_json::json;

use super::*;

/// The frontend of this site. It serves pages of its own.
static FRONTEND: LazyLock<Peer> = LazyLock::new(Peer::start);

fn with_frontend(config: &mut Config) {
    open(config);
    config.site_url = Some(FRONTEND.url("/{slug}"));
    config.site_aliases = vec![format!("http://127.0.0.2:{}", FRONTEND.addr.port())];
}

api_test!(source_that_ends_on_this_site_is_rejected, with_frontend, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let target = FRONTEND.url("/harbour");
    let pages = ["/harbour", "/other", "/", "/tags/sea"];
    for path in pages {
        FRONTEND.put(path, linking(&target));
    }
    let peer = Peer::start();
    for path in pages {
        // A page of this site is no source, and a redirect to it is none either.
        let own = FRONTEND.url(path);
        if own != target {
            let answer = webmention(&app, &own, &target).await.expect(400);
            answer.problem("mention_source_own");
        }
        for status in [301, 307] {
            let short = peer.put("/short", Page::redirect(status, &own));
            let long = peer.put("/long", Page::redirect(302, "/short"));
            for source in [short, long] {
                let status = verified(&app, &source, &target).await;
                assert_eq!(
                    (&status["status"], &status["reason"]),
                    (&json!("rejected"), &json!("source_own")),
                    "{source} -> {own}"
                );
            }
        }
    }
    let alias = format!("http://127.0.0.2:{}/other", FRONTEND.addr.port());
    webmention(&app, &alias, &target).await.expect(400).problem("mention_source_own");
    assert_mention_count(&app, &article, 0).await;
    // A page of another site at the end of a redirect is a source.
    let page = peer.put("/page", linking(&target));
    let source = peer.put("/moved", Page::redirect(301, &page));
    assert_eq!(verified(&app, &source, &target).await["status"], "verified");
});

api_test!(redirect_brings_no_spam_and_no_unknown_host, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    let other = Peer::on("127.0.0.2:0");
    let editor = app.editor().await;
    let set = async |id: &Value, status: &str| {
        let request = app.patch(&format!("/api/v1/mentions/{id}")).as_user(&editor);
        request.merge_patch(&json!({ "status": status })).send().await.expect(200);
    };
    let status_of = async |id: &Value| {
        let list = app.get("/api/v1/mentions").as_user(&editor).send().await.expect(200).json();
        let mut all = list["data"].as_array().expect("a list").iter();
        all.find(|mention| mention["id"] == *id).expect("the mention")["status"].clone()
    };
    let known = verified(&app, &source, &article.address).await["id"].clone();
    set(&known, "approved").await;
    // The host is known, but it redirects to one that isn't.
    let page = other.put("/page", linking(&article.address));
    let redirect = peer.put("/elsewhere", Page::redirect(302, &page));
    let id = verified(&app, &redirect, &article.address).await["id"].clone();
    assert_eq!(status_of(&id).await, "pending");
    let direct = verified(&app, &page, &article.address).await["id"].clone();
    set(&direct, "spam").await;
    let redirect = peer.put("/again", Page::redirect(302, &page));
    let id = verified(&app, &redirect, &article.address).await["id"].clone();
    assert_eq!(status_of(&id).await, "spam");
});

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

api_test!(compressed_source_is_read_or_rejected_with_a_reason, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let html = format!("<a href='{}'>x</a>", article.address);
    for (coding, body, reason) in [
        ("gzip", gzip(&html), json!(null)),
        ("x-gzip", gzip(&html), json!(null)),
        ("identity", html.clone().into_bytes(), json!(null)),
        ("", html.clone().into_bytes(), json!(null)),
        ("", gzip(&html), json!(null)),
        ("gzip;q=1", gzip(&html), json!(null)),
        ("\"gzip\"", gzip(&html), json!(null)),
        ("gzip", html.clone().into_bytes(), json!(null)),
        ("utf-8", html.clone().into_bytes(), json!(null)),
        ("none", html.clone().into_bytes(), json!(null)),
        ("text/html", html.clone().into_bytes(), json!(null)),
        ("br", html.clone().into_bytes(), json!("unsupported_encoding")),
        ("sdch", html.clone().into_bytes(), json!("unsupported_encoding")),
        ("gzip", gzip(&(" ".repeat(8 << 20) + &html)), json!("source_too_large")),
    ] {
        let path = format!("/{}", peer.requests().len());
        let source = peer.put(&path, Page::html(body).header("Content-Encoding", coding));
        let status = verified(&app, &source, &article.address).await;
        assert_eq!(status["reason"], reason, "{coding}: {status}");
    }
});

api_test!(unreadable_source_keeps_a_verified_mention, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    verified(&app, &source, &article.address).await;
    peer.put("/loop", Page::redirect(302, "/loop"));
    for (page, reason) in [
        (Page::status(403), "source_denied"),
        (Page::redirect(302, "file:///etc/passwd"), "address_refused"),
        (Page::redirect(302, "/loop"), "too_many_redirects"),
        (Page::html("x").header("Content-Encoding", "br"), "unsupported_encoding"),
        (Page::html(" ".repeat(2 << 20)), "source_too_large"),
    ] {
        peer.put("/reply", page);
        let status = verified(&app, &source, &article.address).await;
        assert_eq!((&status["status"], &status["reason"]), (&json!("verified"), &json!(reason)));
        assert_mention_count(&app, &article, 1).await;
    }
});

api_test!(title_is_readable_in_every_encoding, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let title = "عودة الصيادين إلى الميناء";
    let encoded = |label: &str, meta: &str| {
        let html = format!("{meta}<title>{title}</title><a href='{}'>x</a>", article.address);
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect(label);
        encoding.encode(&html).0.into_owned()
    };
    let wide = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
        let html = format!("<title>{title}</title><a href='{}'>x</a>", article.address);
        [mark, &html.encode_utf16().flat_map(order).collect::<Vec<u8>>()].concat()
    };
    let late = format!("<!-- {} --><meta charset=windows-1256>", "x".repeat(4_000));
    for (kind, body) in [
        ("text/html; charset=windows-1256", encoded("windows-1256", "")),
        ("text/html", encoded("windows-1256", "<meta charset=windows-1256>")),
        ("text/html", encoded("windows-1256", &late)),
        ("text/html", encoded("windows-1256", "")),
        ("text/html; charset=utf-8", encoded("windows-1256", "<meta charset=windows-1256>")),
        ("text/html; charset=windows-1256", encoded("windows-1256", "<meta charset=utf-8>")),
        ("text/html; charset=iso-8859-1", encoded("utf-8", "<meta charset=utf-8>")),
        ("text/html", encoded("utf-8", "<meta charset=windows-1256>")),
        ("text/html", encoded("utf-8", "<meta charset=utf-16>")),
        ("text/html; charset=windows-1256", [b"\xef\xbb\xbf", &encoded("utf-8", "")[..]].concat()),
        (
            "text/html",
            encoded(
                "iso-8859-6",
                "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-6'>",
            ),
        ),
        ("text/html; charset=utf-16le", wide(u16::to_le_bytes, b"")),
        ("text/html; charset=utf-8", wide(u16::to_be_bytes, b"\xfe\xff")),
        ("text/html", wide(u16::to_le_bytes, b"\xff\xfe")),
    ] {
        let head: String = body.iter().take(60).map(|byte| char::from(*byte)).collect();
        let source = peer.put("/page", Page::of(kind, body));
        let status = verified(&app, &source, &article.address).await;
        assert_eq!(status["status"], "verified", "{kind} {head}: {status}");
        let mention = &public_mentions(&app, &article).await[0];
        assert_eq!(mention["title"], title, "{kind} {head}");
    }
});

api_test!(source_in_an_encoding_that_no_browser_reads_is_rejected, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let link = format!("<a href='{}'>x</a>", article.address);
    let korean = format!("<title>\x1b$)C\x0e<script>alert(1)</script>\x0f</title>{link}");
    let hz = format!("<title>~{{<:Ky~}}</title>{link}");
    for (kind, body) in [
        ("text/html; charset=iso-2022-kr", korean.clone()),
        ("text/html", format!("<meta charset=iso-2022-kr>{korean}")),
        ("text/html; charset=utf-8", format!("<meta charset=csiso2022kr>{korean}")),
        ("text/html", korean.clone()),
        ("text/html; charset=hz-gb-2312", hz.clone()),
        ("text/html", format!("<meta charset=HZ-GB-2312>{hz}")),
        ("text/html; charset=iso-2022-cn", link.clone()),
        ("application/json; charset=hz-gb-2312", format!("[\"{}\"]", article.address)),
        ("text/plain; charset=iso-2022-kr", article.address.clone()),
    ] {
        let source = peer.put("/page", Page::of(kind, body));
        let status = verified(&app, &source, &article.address).await;
        let outcome = (&status["status"], &status["reason"]);
        assert_eq!(outcome, (&json!("rejected"), &json!("unsupported_encoding")), "{kind}");
    }
    assert_mention_count(&app, &article, 0).await;
    // The declaration contradicts these bytes.
    let readable = format!("<meta charset=hz-gb-2312><title>رد</title>{link}");
    let source = peer.put("/page", Page::of("text/html; charset=utf-8", readable));
    assert_eq!(verified(&app, &source, &article.address).await["status"], "verified");
    assert_eq!(public_mentions(&app, &article).await[0]["title"], "رد");
    // A page that can't be read any more keeps its mention.
    peer.put("/page", Page::of("text/html; charset=iso-2022-kr", korean));
    let status = verified(&app, &source, &article.address).await;
    assert_eq!(status["reason"], "unsupported_encoding");
    assert_eq!(public_mentions(&app, &article).await[0]["title"], "رد");
});

api_test!(page_that_states_its_end_removes_the_mention, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    let link = format!("<a href='{}'>x</a>", article.address);
    for (meta, status, reason) in [
        ("<meta http-equiv=Status content='410 Gone'>", "rejected", json!("source_not_found")),
        ("<META HTTP-EQUIV=\"status\" CONTENT=\"410\">", "rejected", json!("source_not_found")),
        ("<meta content='404 Not Found' http-equiv=STATUS>", "rejected", json!("source_not_found")),
        (
            "<meta http-equiv=Status content='HTTP/1.1 410 Gone'>",
            "rejected",
            json!("source_not_found"),
        ),
        ("<meta http-equiv=status content='200 OK'>", "verified", json!(null)),
        ("<meta name=status content='410 Gone'>", "verified", json!(null)),
        ("<meta http-equiv=status content='gone'>", "verified", json!(null)),
        ("<body><p><meta http-equiv=status content='410 Gone'>", "verified", json!(null)),
    ] {
        peer.put("/reply", linking(&article.address));
        verified(&app, &source, &article.address).await;
        assert_mention_count(&app, &article, 1).await;
        peer.put("/reply", Page::html(format!("{meta}{link}")));
        let found = verified(&app, &source, &article.address).await;
        assert_eq!((&found["status"], &found["reason"]), (&json!(status), &reason), "{meta}");
        let count = i64::from(status == "verified");
        assert_mention_count(&app, &article, count).await;
    }
});
