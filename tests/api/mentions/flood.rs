//! Floods of mentions: the limits of a network, of a host and of the queue, and the work that a flood
//! must not delay.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::Duration;
use futures_util::future::BoxFuture;
use maqal::web::fetch::Resolver;
use serde_json::json;

use super::*;

/// Never answers for hosts below `silent.example`, and knows no other.
struct Names;

impl Resolver for Names {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        match name.ends_with("silent.example") {
            true => Box::pin(std::future::pending()),
            false => Box::pin(std::future::ready(Err(io::ErrorKind::NotFound.into()))),
        }
    }
}

/// Clients have the addresses that they forward.
fn forwarded(config: &mut Config) {
    open(config);
    config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    config.pings.resolver = Arc::new(Names);
}

/// Sends a webmention from an address.
async fn from(app: &TestApp, address: &str, source: &str, target: &str) -> TestResponse {
    let body = form(&[("source", source), ("target", target)]);
    let request = app.post("/api/v1/webmention").header("x-forwarded-for", address);
    request.raw_body(FORM, body).send().await
}

/// Sends a pingback from an address. Returns the XML.
async fn pingback_from(app: &TestApp, address: &str, source: &str, target: &str) -> String {
    let call = format!(
        "<methodCall><methodName>pingback.ping</methodName><params><param><value>{source}</value>\
         </param><param><value>{target}</value></param></params></methodCall>"
    );
    let request = app.post("/api/v1/xmlrpc").header("x-forwarded-for", address);
    request.raw_body("text/xml", call).send().await.expect(200).text().to_owned()
}

/// Sends a trackback from an address. Returns the XML.
async fn trackback_from(app: &TestApp, address: &str, source: &str, to: &Published) -> String {
    let request = app.post(&format!("{}/trackback", to.path())).header("x-forwarded-for", address);
    let request = request.raw_body(FORM, form(&[("url", source), ("title", "عنوان")]));
    request.send().await.expect(200).text().to_owned()
}

/// All stored mentions, the newest first.
async fn stored(app: &TestApp) -> Vec<Value> {
    let admin = app.admin().await;
    let list = app.get("/api/v1/mentions?limit=100").as_user(&admin).send().await.expect(200);
    list.json()["data"].as_array().expect("a list").clone()
}

/// The number of stored mentions.
async fn total(app: &TestApp) -> i64 {
    let admin = app.admin().await;
    let list = app.get("/api/v1/mentions?total=true&limit=1").as_user(&admin).send().await;
    list.expect(200).json()["page"]["total"].as_i64().expect("a number")
}

/// Waits until every stored mention was tried once, and waits again.
async fn wait_until_tried(app: &TestApp) {
    let tried = async || stored(app).await.iter().all(|mention| !mention["reason"].is_null());
    app.eventually(tried, "all are tried").await;
}

api_test!(
    network_over_its_rate_limit_is_refused_by_every_protocol,
    |config| {
        forwarded(config);
        config.pings.per_network_hour = 3;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let peer = Peer::start();
        let source = |n: usize| peer.put(&format!("/{n}"), linking(&article.address));
        let target = article.address.as_str();
        // Refused ones don't count.
        for _ in 0..5 {
            from(&app, "2001:db8::1", "mailto:a@b.example", target).await.expect(400);
        }
        // A /64 is one network.
        from(&app, "2001:db8::1", &source(1), target).await.expect(201);
        let answer = pingback_from(&app, "2001:db8::2", &source(2), target).await;
        assert!(!answer.contains("<fault>"), "{answer}");
        let answer = trackback_from(&app, "2001:db8::3", &source(3), &article).await;
        assert!(answer.contains("<error>0</error>"), "{answer}");
        let before = total(&app).await;
        let again = app.another_instance().await;
        for app in [&app, &again] {
            let answer = from(app, "2001:db8::4", &source(4), target).await.expect(429);
            answer.problem("too_many_requests");
            assert_eq!(answer.header("retry-after"), Some("1200"));
            let answer = pingback_from(app, "2001:db8::5", &source(4), target).await;
            assert!(answer.contains("<int>49</int>"), "{answer}");
            let answer = trackback_from(app, "2001:db8::6", &source(4), &article).await;
            assert!(answer.contains("<error>1</error>") && answer.contains("too_many_requests"));
            // So is a mention that is known.
            from(app, "2001:db8::1", &source(1), target).await.expect(429);
        }
        again.stop().await;
        assert_eq!(total(&app).await, before, "refused mentions leave no rows");
        let metrics = app.get("/metrics").send().await.expect(200);
        let refused =
            "maqal_mentions_refused_total{protocol=\"trackback\",reason=\"too_many_requests\"} 1";
        assert!(metrics.text().contains(refused), "{}", metrics.text());
        // Other networks are not affected.
        from(&app, "2001:db8:0:1::1", &source(5), target).await.expect(201);
        from(&app, "203.0.113.7", &source(6), target).await.expect(201);
        app.clock.advance(Duration::seconds(1_201));
        from(&app, "2001:db8::1", &source(4), target).await.expect(201);
        from(&app, "2001:db8::1", &source(7), target).await.expect(429);
    }
);

api_test!(flood_from_one_address_stores_an_hours_mentions, forwarded, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let mut accepted = 0;
    for n in 0..300 {
        let answer = from(&app, "203.0.113.7", &peer.url(&format!("/{n}")), &article.address).await;
        match answer.status {
            201 => accepted += 1,
            // The limits of a host and of the queue are reached first, if the worker is slow.
            status => assert_eq!(status, 429),
        }
    }
    assert!((20..=120).contains(&accepted), "{accepted}");
    assert_eq!(total(&app).await, accepted);
});

api_test!(
    network_has_a_share_of_the_queue,
    |config| {
        forwarded(config);
        config.pings.per_network_hour = 1_000;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let target = article.address.as_str();
        let send = async |address: &str, n: usize| {
            from(&app, address, &format!("https://h{n}.missing.example/"), target).await
        };
        for n in 0..50 {
            send("203.0.113.7", n).await.expect(201);
        }
        let refused = send("203.0.113.7", 50).await.expect(429);
        assert_eq!(refused.header("retry-after"), Some("60"));
        // A mention that waits already may be sent again, and other networks are not affected.
        send("203.0.113.7", 49).await.expect(201);
        send("203.0.113.8", 51).await.expect(201);
        assert_eq!(total(&app).await, 51);
        // A host that is not found is given up after three attempts.
        wait_until_tried(&app).await;
        let rejected =
            async || stored(&app).await.iter().all(|mention| mention["verification"] == "rejected");
        let advanced = async || {
            app.clock.advance(Duration::minutes(1));
            rejected().await
        };
        app.eventually(advanced, "all are rejected").await;
        let last = &stored(&app).await[0];
        assert_eq!(last["reason"], "host_not_found");
        send("203.0.113.7", 50).await.expect(201);
    }
);

api_test!(
    failed_verification_gives_way_in_a_full_queue,
    |config| {
        forwarded(config);
        config.pings.max_waiting = 4;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let target = article.address.as_str();
        let mut pages = Vec::new();
        for n in 0..4 {
            let source = format!("https://h{n}.missing.example/");
            let answer = from(&app, "203.0.113.7", &source, target).await.expect(201);
            pages.push(status_page(&answer));
        }
        wait_until_tried(&app).await;
        // The last one of the network gives way, and leaves no row.
        let (_peer, source) = site_linking(target);
        let answer = from(&app, "203.0.113.8", &source, target).await.expect(201);
        let status = wait_until_settled(&app, &status_page(&answer)).await;
        assert_eq!(status["status"], "verified");
        app.get(&pages[3]).send().await.expect(404).problem("mention_not_found");
        for page in &pages[..3] {
            assert_eq!(app.get(page).send().await.expect(200).json()["status"], "queued");
        }
        assert_eq!(total(&app).await, 4);
    }
);

api_test!(
    full_queue_is_shared_by_networks,
    |config| {
        forwarded(config);
        config.pings.max_waiting = 4;
        config.pings.per_host_seconds = 3_600;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let target = article.address.as_str();
        let peer = Peer::start();
        let source = |n: usize| peer.put(&format!("/{n}"), linking(target));
        // The first takes the host's only permit; the others wait.
        let first = from(&app, "203.0.113.1", &source(0), target).await.expect(201);
        wait_until_settled(&app, &status_page(&first)).await;
        let mut pages = Vec::new();
        for n in 1..=4 {
            let answer = from(&app, "203.0.113.7", &source(n), target).await.expect(201);
            pages.push(status_page(&answer));
        }
        from(&app, "203.0.113.7", &source(5), target).await.expect(429);
        from(&app, "203.0.113.8", &source(6), target).await.expect(201);
        app.get(&pages[3]).send().await.expect(404);
        from(&app, "203.0.113.8", &source(7), target).await.expect(201);
        app.get(&pages[2]).send().await.expect(404);
        // Both networks have two now.
        from(&app, "203.0.113.8", &source(8), target).await.expect(429);
        from(&app, "203.0.113.9", &source(9), target).await.expect(201);
    }
);

api_test!(
    known_mention_that_gives_way_stays_verified,
    |config| {
        forwarded(config);
        config.pings.max_waiting = 1;
    },
    async |app: TestApp| {
        app.site_settings(json!({ "moderation": "none" })).await;
        let article = published(&app, "harbour", "x").await;
        let target = article.address.as_str();
        let (peer, source) = site_linking(target);
        let page = status_page(&from(&app, "203.0.113.7", &source, target).await.expect(201));
        wait_until_settled(&app, &page).await;
        peer.put("/reply", Page::status(503));
        from(&app, "203.0.113.7", &source, target).await.expect(201);
        let read = async || app.get(&page).send().await.expect(200).json();
        app.eventually(async || read().await["reason"] == "source_failed", "it is tried").await;
        from(&app, "203.0.113.8", "https://h.missing.example/", target).await.expect(201);
        let status = read().await;
        assert_eq!(
            (&status["status"], &status["reason"]),
            (&json!("verified"), &json!("queue_full"))
        );
        assert_mention_count(&app, &article, 1).await;
    }
);

api_test!(
    silent_hosts_delay_no_outgoing_ping,
    |config| {
        forwarded(config);
        config.pings.per_network_hour = 0;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        // Each occupies a slot for five seconds.
        for n in 0..60 {
            let source = format!("https://h{n}.silent.example/");
            from(&app, "203.0.113.7", &source, &article.address).await.expect(201);
        }
        let peer = Peer::start();
        peer.put("/wm", Page::status(202));
        let page = peer.put("/post", Page::html("<link rel=webmention href=/wm>"));
        published(&app, "news", &format!("[x]({page})")).await;
        app.eventually(async || peer.requests_of("/wm").len() == 1, "the ping is delivered").await;
    }
);

api_test!(silent_host_has_one_slot, forwarded, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    for n in 0..20 {
        let source = format!("https://silent.example/{n}");
        from(&app, "203.0.113.7", &source, &article.address).await.expect(201);
    }
    let (_peer, source) = site_linking(&article.address);
    let answer = from(&app, "203.0.113.7", &source, &article.address).await.expect(201);
    let status = wait_until_settled(&app, &status_page(&answer)).await;
    assert_eq!(status["status"], "verified");
});

api_test!(
    outgoing_ping_precedes_verifications_of_its_host,
    |config| {
        forwarded(config);
        config.pings.per_host_seconds = 10;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let peer = Peer::start();
        for n in 0..10 {
            let source = peer.put(&format!("/in/{n}"), linking(&article.address));
            from(&app, "203.0.113.7", &source, &article.address).await.expect(201);
        }
        // A redirect takes a permit of the host, too.
        let other = Peer::on("127.0.0.2:0");
        for n in 0..3 {
            let source = other.put(&format!("/{n}"), Page::redirect(302, &peer.url("/in/0")));
            from(&app, "203.0.113.8", &source, &article.address).await.expect(201);
        }
        app.eventually(async || !peer.requests().is_empty(), "the first is fetched").await;
        peer.put("/wm", Page::status(202));
        let page = peer.put("/post", Page::html("<link rel=webmention href=/wm>"));
        let news = published(&app, "news", &format!("[x]({page})")).await;
        let admin = app.admin().await;
        let log = async || {
            let list = app.get(&format!("{}/pings", news.path())).as_user(&admin).send().await;
            list.expect(200).json()["data"].as_array().expect("a list").len()
        };
        app.eventually(async || log().await == 1, "the ping is queued").await;
        let asked = peer.requests().len();
        for turn in 1..=3 {
            app.clock.advance(Duration::seconds(11));
            app.eventually(async || peer.requests().len() == asked + turn, "a turn").await;
        }
        let paths: Vec<String> =
            peer.requests().iter().skip(asked).map(|asked| asked.path.clone()).collect();
        assert_eq!(paths[..2], ["/post", "/wm"], "{paths:?}");
    }
);
