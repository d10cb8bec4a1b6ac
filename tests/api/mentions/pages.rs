//! One page is one mention, by whichever of its URLs it is announced.

use futures_util::future::join_all;
use serde_json::json;

use super::*;

async fn unmoderated(app: &TestApp) -> Published {
    app.site_settings(json!({ "moderation": "none" })).await;
    published(app, "harbour", "x").await
}

/// A page with a title that links to the target.
fn titled(title: &str, target: &str) -> Page {
    Page::html(format!("<title>{title}</title><body><a href=\"{target}\">x</a>"))
}

/// The titles of an article's public mentions, after comparing their number with its count.
async fn titles(app: &TestApp, article: &Published) -> Vec<Value> {
    let all = public_mentions(app, article).await;
    assert_eq!(mention_count(app, article).await, all.len() as i64);
    all.iter().map(|mention| mention["title"].clone()).collect()
}

/// All mentions that editors see.
async fn moderated(app: &TestApp) -> Vec<Value> {
    let list = app.get("/api/v1/mentions?total=true").as_user(&app.editor().await);
    let list = list.send().await.expect(200).json();
    let all = list["data"].as_array().expect("a list").clone();
    assert_eq!(list["page"]["total"], all.len());
    all
}

api_test!(urls_of_one_page_are_one_mention, open, async |app: TestApp| {
    for order in [
        ["/short", "/final", "/other"],
        ["/final", "/other", "/short"],
        ["/other", "/short", "/final"],
    ] {
        let article = unmoderated(&app).await;
        let peer = Peer::start();
        let page = peer.url("/final");
        peer.put("/short", Page::redirect(301, &page));
        peer.put("/other", Page::redirect(302, "/short"));
        let before = moderated(&app).await.len();
        let mut first = json!(null);
        for (round, path) in order.iter().chain(order.iter()).enumerate() {
            peer.put("/final", titled(&format!("{round}"), &article.address));
            let status = verified(&app, &peer.url(path), &article.address).await;
            assert_eq!(status["status"], "verified", "{order:?} {path}: {status}");
            if round == 0 {
                first = status["id"].clone();
            }
            assert_eq!(status["id"], first, "{order:?} {round}");
            assert_eq!(titles(&app, &article).await, [json!(format!("{round}"))], "{order:?}");
            assert_eq!(moderated(&app).await.len(), before + 1, "{order:?} {round}");
        }
        // Each of the URLs removes the one mention, once the page is gone.
        peer.put("/final", Page::status(410));
        let status = verified(&app, &peer.url(order[1]), &article.address).await;
        assert_eq!(status["status"], "rejected", "{status}");
        app.eventually(async || mention_count(&app, &article).await == 0, "no mention").await;
        assert_eq!(titles(&app, &article).await, [json!(null); 0]);
    }
});

api_test!(urls_of_one_page_race_on_two_instances_to_one_mention, open, async |app: TestApp| {
    let other = app.another_instance().await;
    let article = unmoderated(&app).await;
    let peer = Peer::start();
    peer.put("/final", linking(&article.address));
    let mut sources = vec![peer.url("/final")];
    for number in 0..6 {
        sources.push(peer.put(&format!("/{number}"), Page::redirect(301, "/final")));
    }
    for _ in 0..2 {
        let sent = sources.iter().enumerate().map(|(number, source)| {
            webmention(if number % 2 == 0 { &app } else { &other }, source, &article.address)
        });
        for answer in join_all(sent).await {
            let path = status_page(&answer.expect(201));
            let status = wait_until_settled(&app, &path).await;
            assert_eq!(status["status"], "verified", "{status}");
        }
        assert_eq!(titles(&app, &article).await.len(), 1);
        assert_eq!(moderated(&app).await.len(), 1);
    }
    other.stop().await;
});

api_test!(address_that_leads_elsewhere_leaves_the_page_alone, open, async |app: TestApp| {
    let article = unmoderated(&app).await;
    let (peer, stranger) = (Peer::start(), Peer::on("127.0.0.2:0"));
    let page = peer.put("/final", titled("page", &article.address));
    let link = stranger.put("/link", Page::redirect(301, &page));
    // The stranger announces the page first, and its author afterwards.
    verified(&app, &link, &article.address).await;
    verified(&app, &page, &article.address).await;
    assert_eq!(titles(&app, &article).await, ["page"]);
    for elsewhere in [Page::status(404), Page::html("no link")] {
        stranger.put("/link", elsewhere);
        let status = verified(&app, &link, &article.address).await;
        assert_eq!(status["status"], "rejected", "{status}");
        assert_eq!(titles(&app, &article).await, ["page"]);
        stranger.put("/link", Page::redirect(301, &page));
        verified(&app, &link, &article.address).await;
    }
    // Neither does a target that the page doesn't link to remove it.
    let another = stranger.put("/another", Page::redirect(301, &page));
    let status = verified(&app, &another, &format!("{}?other", article.address)).await;
    assert_eq!(status["reason"], "no_link", "{status}");
    assert_eq!(titles(&app, &article).await, ["page"]);
    stranger.put("/link", titled("own", &article.address));
    verified(&app, &link, &article.address).await;
    assert_eq!(titles(&app, &article).await, ["own", "page"]);
});

api_test!(decision_about_a_page_holds_for_all_its_urls, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let editor = app.editor().await;
    let peer = Peer::start();
    let page = peer.put("/final", linking(&article.address));
    let short = peer.put("/short", Page::redirect(301, "/final"));
    let first = verified(&app, &page, &article.address).await["id"].clone();
    let joined = webmention(&app, &short, &article.address).await.expect(201);
    let joined = status_page(&joined);
    assert_eq!(wait_until_settled(&app, &joined).await["id"], first);
    // The id of the joined mention stands for the one of the page.
    let set = async |status: &str| {
        let patch = app.patch(&joined).as_user(&editor);
        patch.merge_patch(&json!({ "status": status })).send().await.expect(200).json()
    };
    assert_eq!(set("approved").await["id"], first);
    assert_eq!(titles(&app, &article).await.len(), 1);
    set("spam").await;
    for source in [&page, &short] {
        let refused = webmention(&app, source, &article.address).await.expect(400);
        refused.problem("mention_source_denied");
    }
    app.delete(&joined).as_user(&editor).send().await.expect(204);
    assert_eq!(moderated(&app).await.len(), 0);
    verified(&app, &short, &article.address).await;
    assert_eq!(moderated(&app).await.len(), 1);
});

api_test!(canonical_url_names_a_verified_page_of_the_same_host, open, async |app: TestApp| {
    let article = unmoderated(&app).await;
    let (peer, stranger) = (Peer::start(), Peer::on("127.0.0.2:0"));
    let variant = |title: &str, canonical: &str| {
        let link = format!("<a href=\"{}\">x</a>", article.address);
        Page::html(format!(
            "<title>{title}</title><link rel=canonical href='{canonical}'><body>{link}"
        ))
    };
    let page = peer.put("/final", variant("page", "/final"));
    let print = peer.put("/print", variant("print", "/final"));
    // The page itself isn't known yet.
    verified(&app, &print, &article.address).await;
    assert_eq!(titles(&app, &article).await, ["print"]);
    verified(&app, &page, &article.address).await;
    verified(&app, &print, &article.address).await;
    assert_eq!(titles(&app, &article).await, ["page"]);
    // A page of another host, or text in the body, can claim anything.
    let foreign = stranger.put("/a", variant("foreign", &page));
    let body =
        format!("<body><link rel=canonical href=/final><a href=\"{}\">x</a>", article.address);
    let body = peer.put("/b", Page::html(body));
    verified(&app, &foreign, &article.address).await;
    verified(&app, &body, &article.address).await;
    assert_eq!(titles(&app, &article).await.len(), 3);
});
