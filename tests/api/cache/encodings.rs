//! Compressed responses and their entity tags.

use serde_json::json;

use super::{article, from, read};
use crate::support::answer::TestResponse;
use crate::support::{TestApp, packed};

async fn with(app: &TestApp, path: &str, encodings: &str) -> TestResponse {
    app.get(path).header("accept-encoding", encodings).send().await.expect(200)
}

/// Reads until the response has this coding, which is made after the first request for it.
async fn compressed(app: &TestApp, path: &str, coding: &str) -> TestResponse {
    let there = async || with(app, path, coding).await.header("content-encoding") == Some(coding);
    app.eventually(there, "the answer is compressed").await;
    with(app, path, coding).await
}

fn unpacked(answer: &TestResponse) -> Vec<u8> {
    assert!(answer.header("content-encoding").is_some());
    packed::unpack(&answer.headers, &answer.body)
}

api_test!(coding_follows_accept_encoding, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    for path in [path.as_str(), "/api/v1/articles?include=html"] {
        let plain = read(&app, path).await;
        assert_eq!(plain.header("content-encoding"), None);
        let stem = plain.etag().trim_end_matches('"').to_owned();
        for coding in ["br", "zstd", "gzip"] {
            let packed = compressed(&app, path, coding).await;
            assert_eq!(from(&packed), "hit");
            assert_eq!(unpacked(&packed), plain.body, "{coding}");
            assert!(packed.body.len() * 2 < plain.body.len(), "{coding}: {}", packed.body.len());
            assert_eq!(packed.etag(), format!("{stem}-{coding}\""));
            let head = app.head(path).header("accept-encoding", coding).send().await.expect(200);
            assert_eq!(head.header("content-encoding"), Some(coding));
            assert_eq!(head.header("content-length"), packed.header("content-length"));
        }
        for (accepted, got) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=0.9, br;q=0.1", Some("gzip")),
            ("*", Some("br")),
            ("zstd, identity;q=0.5", Some("zstd")),
            ("identity", None),
            ("br;q=0", None),
            ("lzma, compress", None),
            (", ;;q=, br;q=1e9", None),
        ] {
            let answer = with(&app, path, accepted).await;
            assert_eq!(answer.header("content-encoding"), got, "{accepted}");
            let vary = answer.header("vary").expect("Vary").to_ascii_lowercase();
            assert!(vary.contains("accept-encoding"), "{vary}");
        }
        assert_eq!(read(&app, path).await.body, plain.body);
    }
});

api_test!(tag_of_each_accepted_coding_matches, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let plain = read(&app, &path).await.etag();
    let brotli = compressed(&app, &path, "br").await.etag();
    let ask = async |tag: &str, accepted: &str| {
        let request = app.get(&path).if_none_match(tag).header("accept-encoding", accepted);
        request.send().await
    };
    for (tag, accepted) in
        [(&plain, "identity"), (&plain, "br"), (&brotli, "br"), (&brotli, "gzip, br")]
    {
        let unchanged = ask(tag, accepted).await.expect(304);
        assert_eq!(&unchanged.etag(), tag, "the one it has");
        assert_eq!(unchanged.header("content-encoding"), None);
        assert!(unchanged.body.is_empty());
        ask(&format!("W/{tag}"), accepted).await.expect(304);
    }
    // A tag of a coding that the client doesn't accept doesn't match.
    ask(&brotli, "gzip").await.expect(200);
    ask(&brotli, "identity").await.expect(200);
    ask(&brotli.replace("-br", "-lz"), "br").await.expect(200);
    ask(&brotli.replace("-br", "br"), "br").await.expect(200);
});

api_test!(tag_with_the_suffix_of_a_proxy_matches, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let plain = read(&app, &path).await.etag();
    let stem = plain.trim_matches('"').to_owned();
    for path in [path.as_str(), "/api/v1/articles?limit=3", "/api/v1/comment-settings"] {
        let plain = read(&app, path).await.etag();
        let stem = plain.trim_matches('"');
        for suffix in ["-gzip", "--gzip", ";gzip", ":gzip", "-br", ";br", "-deflate", "-x-gzip"] {
            for sent in [format!("\"{stem}{suffix}\""), format!("W/\"{stem}{suffix}\"")] {
                let unchanged = app.get(path).if_none_match(&sent).send().await.expect(304);
                assert_eq!(unchanged.etag(), plain, "{path} {sent}: the answer's own tag");
                let among = format!("\"x\", {sent}");
                app.head(path).if_none_match(&among).send().await.expect(304);
            }
        }
        for other in ["gzip", "-lz", "0", "-", ";"] {
            let sent = format!("\"{stem}{other}\"");
            app.get(path).if_none_match(&sent).send().await.expect(200);
        }
    }
    let editor = app.editor().await;
    let own = app.get(&path).as_user(&editor).send().await.expect(200).etag();
    let sent = format!("\"{};gzip\"", own.trim_matches('"'));
    let fresh = app.get(&path).as_user(&editor).if_none_match(&sent).send().await.expect(304);
    assert_eq!((fresh.etag(), fresh.header("x-cache")), (own, Some("bypass")));
    for accepted in ["gzip", "br", "identity"] {
        let sent = format!("\"{stem}--gzip\"");
        let request = app.get(&path).if_none_match(&sent).header("accept-encoding", accepted);
        assert_eq!(request.send().await.expect(304).etag(), plain, "{accepted}");
    }
});

api_test!(if_match_takes_the_tag_of_any_coding, async |app: TestApp| {
    let editor = app.editor().await;
    let path = article(&app, "خبر").await;
    let tag = compressed(&app, &path, "zstd").await.etag();
    let patch = |tag: &str, title: &str| {
        let request = app.patch(&path).as_user(&editor).if_match(tag);
        request.merge_patch(&json!({ "title": title })).send()
    };
    patch(&tag, "عنوان آخر").await.expect(200);
    patch(&tag, "عنوان ثالث").await.expect(412);
    let answer = with(&app, &path, "zstd").await;
    assert_eq!((from(&answer), answer.header("content-encoding")), ("miss", None));
    assert_eq!(answer.json()["title"], "عنوان آخر");
    assert_ne!(answer.etag(), tag);
});

api_test!(short_bodies_are_not_compressed, async |app: TestApp| {
    article(&app, "خبر").await;
    for _ in 0..20 {
        let tag = with(&app, "/api/v1/tags/slug/ليبيا", "br, gzip").await;
        assert_eq!(tag.header("content-encoding"), None);
    }
});
