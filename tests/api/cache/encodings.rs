//! Compressed answers: who gets them, and how they are told apart.

use serde_json::json;

use super::{article, from, read};
use crate::support::answer::TestResponse;
use crate::support::{TestApp, packed};

async fn with(app: &TestApp, path: &str, encodings: &str) -> TestResponse {
    app.get(path).header("accept-encoding", encodings).send().await.expect(200)
}

/// Asks until it comes in this encoding: it is made after it was first asked for.
async fn compressed(app: &TestApp, path: &str, coding: &str) -> TestResponse {
    let there = async || with(app, path, coding).await.header("content-encoding") == Some(coding);
    app.eventually(there, "the answer is compressed").await;
    with(app, path, coding).await
}

fn unpacked(answer: &TestResponse) -> Vec<u8> {
    assert!(answer.header("content-encoding").is_some());
    packed::unpack(&answer.headers, &answer.body)
}

api_test!(each_client_gets_the_encoding_it_likes, async |app: TestApp| {
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

api_test!(a_client_has_it_in_any_encoding_that_it_takes, async |app: TestApp| {
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
    // Somebody else's copy is of no use to a client that can't read it.
    ask(&brotli, "gzip").await.expect(200);
    ask(&brotli, "identity").await.expect(200);
    ask(&brotli.replace("-br", "-lz"), "br").await.expect(200);
    ask(&brotli.replace("-br", "br"), "br").await.expect(200);
});

api_test!(a_writer_may_name_the_version_by_any_encodings_tag, async |app: TestApp| {
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

api_test!(what_is_short_stays_as_it_is, async |app: TestApp| {
    article(&app, "خبر").await;
    for _ in 0..20 {
        let tag = with(&app, "/api/v1/tags/slug/ليبيا", "br, gzip").await;
        assert_eq!(tag.header("content-encoding"), None);
    }
});
