//! Received pingbacks, and the fault code of each rejection.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::authorization::derived::OwnCall;

/// Sends a call. Returns the text of a success, or the code of a fault.
async fn call(app: &TestApp, body: impl Into<Vec<u8>>) -> Result<String, i64> {
    let answer = app.post("/api/v1/xmlrpc").raw_body("text/xml", body).send().await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
    let text = answer.text();
    let number = text.split("<int>").nth(1).and_then(|rest| rest.split("</int>").next());
    match number {
        Some(number) if text.contains("<fault>") => Err(number.parse().expect("a number")),
        _ => Ok(text.to_owned()),
    }
}

inventory::submit! {
    OwnCall {
        operation: "call_xmlrpc",
        request: |scenario, _| {
            let call = "<methodCall><methodName>system.listMethods</methodName></methodCall>";
            let request = scenario.app.post("/api/v1/xmlrpc").raw_body("text/xml", call);
            Box::pin(std::future::ready(request))
        },
    }
}

fn ping_call(source: &str, target: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xml version='1.0'?><methodCall><methodName>pingback.ping</methodName><params>\
         <param><value><string>{}</string></value></param>\
         <param><value>{}</value></param></params></methodCall>",
        escape(source),
        escape(target)
    )
}

async fn ping(app: &TestApp, source: &str, target: &str) -> Result<String, i64> {
    call(app, ping_call(source, target)).await
}

api_test!(valid_pingback_is_verified_and_listed, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let text = ping(&app, &source, &article.address).await.expect("a success");
    assert!(text.contains("registered"), "{text}");
    let mention = &public_mentions(&app, &article).await[0];
    assert_eq!(
        (&mention["protocol"], &mention["source_url"]),
        (&json!("pingback"), &json!(source))
    );
    assert_mention_count(&app, &article, 1).await;
    let list = format!(
        "<methodCall><methodName>pingback.extensions.getPingbacks</methodName><params><param>\
         <value><string>{}</string></value></param></params></methodCall>",
        article.address
    );
    let text = call(&app, list).await.expect("a list");
    assert!(text.contains(&format!("<string>{source}</string>")), "{text}");
    let methods = "<methodCall><methodName>system.listMethods</methodName></methodCall>";
    let text = call(&app, methods).await.expect("a list");
    assert!(text.contains("pingback.ping") && !text.contains("multicall"), "{text}");
    // A known mention is verified again all the same.
    assert_eq!(ping(&app, &source, &article.address).await, Err(48));
});

api_test!(each_rejection_reason_has_its_pingback_fault, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let closed = published(&app, "closed", "x").await;
    let editor = app.editor().await;
    let own = app.put(&format!("{}/comment-settings", closed.path())).as_user(&editor);
    own.if_match("*").json(&json!({ "pings": "closed" })).send().await.expect(201);
    app.article().title("a draft").create(&editor).await;
    let (peer, good) = site_linking(&article.address);
    peer.put("/gone", Page::status(410));
    peer.put("/none", Page::html("no link"));
    peer.put("/broken", Page::status(500));
    peer.put("/denied", Page::status(403));
    peer.put("/loop", Page::redirect(302, "/loop"));
    peer.put("/away", Page::redirect(302, "gopher://x/"));
    let (target, refused) = (article.address.as_str(), "http://127.0.0.1:9/x");
    let table: Vec<(&str, String, &str, i64)> = vec![
        ("source is target", target.into(), target, 0),
        ("source is ours", "https://news.example/other".into(), target, 0),
        ("no address", "nonsense".into(), target, 16),
        ("another scheme", "file:///etc/passwd".into(), target, 16),
        ("credentials", "http://a:b@blog.example/".into(), target, 16),
        ("a page that isn't there", peer.url("/nowhere"), target, 16),
        ("a page that is gone", peer.url("/gone"), target, 16),
        ("a redirect to another scheme", peer.url("/away"), target, 16),
        ("no such host", "http://no-such-host.invalid/".into(), target, 16),
        ("no link", peer.url("/none"), target, 17),
        ("no such article", good.clone(), "https://news.example/nothing", 32),
        ("a draft", good.clone(), "https://news.example/a-draft", 32),
        ("no address at all", good.clone(), "nonsense", 33),
        ("another site's", good.clone(), "https://elsewhere.example/", 33),
        ("our front page", good.clone(), "https://news.example/", 33),
        ("closed", good.clone(), &closed.address, 33),
        ("a broken source", peer.url("/broken"), target, 50),
        ("a source that denies us", peer.url("/denied"), target, 50),
        ("a source that speaks no HTTP", format!("http://{}/", no_http()), target, 50),
        ("nobody listens", refused.into(), target, 50),
        ("redirects without end", peer.url("/loop"), target, 50),
    ];
    for (case, source, target, fault) in &table {
        let answered = ping(&app, source, target).await;
        assert_eq!(answered, Err(*fault), "{case}: {source} -> {target}");
        println!("fault {fault:>2}: {case}");
    }
    ping(&app, &good, target).await.expect("a success");
    assert_eq!(ping(&app, &good, target).await, Err(48));
    let list = app.get("/api/v1/mentions?status=pending").as_user(&editor).send().await.json();
    let id = list["data"].as_array().expect("a list").iter().find(|one| one["source_url"] == good);
    let path = format!("/api/v1/mentions/{}", id.expect("it")["id"]);
    let spam = app.patch(&path).as_user(&editor).merge_patch(&json!({ "status": "spam" }));
    spam.send().await.expect(200);
    assert_eq!(ping(&app, &good, target).await, Err(49), "called spam");
    app.site_settings(json!({ "blocked_words": ["casino"] })).await;
    let page = format!("<title>casino</title><a href='{target}'>x</a>");
    let source = peer.put("/casino", Page::html(page));
    assert_eq!(ping(&app, &source, target).await, Err(49), "a blocked word");
});

/// A server that speaks SMTP instead of HTTP.
fn no_http() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = std::io::Write::write_all(&mut stream, b"220 mail.example ESMTP\r\n");
        }
    });
    address
}

api_test!(
    host_with_too_many_queued_pingbacks_gets_fault_49,
    |config| {
        open(config);
        config.pings.per_host_seconds = 3600;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let peer = Peer::start();
        // The first uses up the host's rate limit; the others stay queued.
        verified(&app, &peer.url("/0"), &article.address).await;
        for n in 1..=20 {
            webmention(&app, &peer.url(&format!("/{n}")), &article.address).await.expect(201);
        }
        let more = peer.url("/more");
        assert_eq!(ping(&app, &more, &article.address).await, Err(49), "too many");
        println!("fault 49: too many of the host's wait");
        // Queued mentions may be repeated, and other hosts are not affected.
        let again = peer.url("/20");
        webmention(&app, &again, &article.address).await.expect(201);
        let other = Peer::on("127.0.0.2:0");
        let source = other.put("/reply", linking(&article.address));
        ping(&app, &source, &article.address).await.expect("a success");
    }
);

api_test!(
    private_source_gets_fault_16_by_default,
    |config| {
        open(config);
        config.pings.allow_private = false;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        for source in
            ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "http://10.1/"]
        {
            assert_eq!(ping(&app, source, &article.address).await, Err(16), "{source}");
        }
        let (peer, source) = site_linking(&article.address);
        assert_eq!(ping(&app, &source, &article.address).await, Err(16), "another port");
        assert_eq!(peer.requests().len(), 0);
    }
);

api_test!(malformed_call_gets_its_fault, open, async |app: TestApp| {
    let one = |method: &str, params: &str| {
        format!(
            "<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"
        )
    };
    let text = "<param><value><string>x</string></value></param>";
    let number = "<param><value><int>1</int></value></param>";
    let multicall = "<param><value><array><data><value><struct><member><name>methodName</name>\
                     <value>pingback.ping</value></member></struct></value></data></array></value></param>";
    let bomb =
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><methodCall>&b;</methodCall>";
    let external = "<!DOCTYPE x SYSTEM 'http://127.0.0.1/x.dtd'><methodCall/>";
    for (case, body, fault) in [
        ("system.multicall", one("system.multicall", multicall), -32_601),
        ("no such method", one("wp.getUsersBlogs", text), -32_601),
        ("too few parameters", one("pingback.ping", text), -32_602),
        ("too many", one("pingback.ping", &text.repeat(3)), -32_602),
        ("of another type", one("pingback.ping", &number.repeat(2)), -32_602),
        ("no call", "<html/>".into(), -32_600),
        ("no XML", "source=x".into(), -32_700),
        ("nothing", String::new(), -32_700),
        ("entities", bomb.into(), -32_700),
        ("an external DTD", external.into(), -32_700),
        ("an external entity", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><methodCall><methodName>&e;</methodName></methodCall>".into(), -32_700),
        ("a DOCTYPE alone", "<!DOCTYPE methodCall><methodCall/>".into(), -32_700),
        ("an entity of nobody's", one("x", &text.replace('x', "&xxe;")), -32_700),
        ("an instruction", "<?xml-stylesheet href='http://127.0.0.1/'?><methodCall/>".into(), -32_700),
        ("an inclusion", "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>".into(), -32_600),
        ("depth", "<a>".repeat(20_000), -32_700),
        ("depth, and ends", "<a>".repeat(25) + &"</a>".repeat(25), -32_700),
        ("width", format!("<a>{}</a>", "<b/>".repeat(2_000)), -32_700),
        ("attributes", "<a b='' c='' d='' e='' f=''/>".into(), -32_700),
        ("two roots", "<methodCall/><methodCall/>".into(), -32_700),
        ("an end too few", "<methodCall>".into(), -32_700),
        (
            "another encoding",
            one("x", text).replacen('<', "<?xml version='1.0' encoding='UTF-16'?><", 1),
            -32_701,
        ),
        (
            "UTF-7 by name",
            one("x", text).replacen('<', "<?xml version='1.0' encoding='utf-7'?><", 1),
            -32_701,
        ),
        ("a control character", one("x", &text.replace('x', "&#2;")), -32_702),
        ("half a pair", one("x", &text.replace('x', "&#xD800;")), -32_702),
    ] {
        assert_eq!(call(&app, body).await, Err(fault), "{case}");
        println!("fault {fault:>6}: {case}");
    }
    // The same DOCTYPE in other encodings: none of them is parsed.
    for (case, body) in in_other_encodings(bomb) {
        assert_eq!(call(&app, body).await, Err(-32_701), "{case}");
        println!("fault {:>6}: {case}", -32_701);
    }
});

fn in_other_encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let wider = |order: fn(u32) -> [u8; 4]| -> Vec<u8> {
        text.chars().flat_map(|c| order(u32::from(c))).collect()
    };
    vec![
        ("UTF-16LE", wide(u16::to_le_bytes)),
        ("UTF-16BE", wide(u16::to_be_bytes)),
        ("UTF-16LE with a mark", marked(b"\xff\xfe", wide(u16::to_le_bytes))),
        ("UTF-16BE with a mark", marked(b"\xfe\xff", wide(u16::to_be_bytes))),
        ("UTF-32LE", wider(u32::to_le_bytes)),
        ("UTF-32BE with a mark", marked(b"\0\0\xfe\xff", wider(u32::to_be_bytes))),
        ("overlong UTF-8", marked(b"\xc0\xbc", text.as_bytes()[1..].to_vec())),
        ("Latin 1", marked(text.as_bytes(), vec![0xe9])),
    ]
}

api_test!(space_before_the_xml_declaration_is_skipped, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    for before in ["\n", "\r\n  ", "\u{feff}", "\u{feff}\n"] {
        let body = format!("{before}{}", ping_call(&source, &article.address));
        assert!(matches!(call(&app, body).await, Ok(_) | Err(48)), "{before:?}");
    }
    // Endpoints answer so, too.
    let peer = Peer::start();
    let fault = "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>17</int>\
                 </value></member></struct></value></fault></methodResponse>";
    let answer = format!("\r\n\u{feff}<?xml version=\"1.0\"?>\n{fault}");
    let rpc = peer.put("/rpc", Page::of("text/xml", answer));
    let target = peer.put("/post", Page::html("x").header("X-Pingback", &rpc));
    let article = published(&app, "news", &format!("[x]({target})")).await;
    let editor = app.editor().await;
    let reason = async || {
        let list = app.get(&format!("{}/pings", article.path())).as_user(&editor);
        list.send().await.expect(200).json()["data"][0]["reason"].clone()
    };
    app.eventually(async || reason().await == "fault_17", "the fault is read").await;
});

api_test!(
    slow_source_is_accepted_after_three_seconds_and_verified_later,
    open,
    async |app: TestApp| {
        app.site_settings(json!({ "moderation": "none" })).await;
        let article = published(&app, "harbour", "x").await;
        let peer = Peer::start();
        let page = linking(&article.address).after(Duration::from_millis(3_800));
        let source = peer.put("/slow", page);
        let text = ping(&app, &source, &article.address).await.expect("a success");
        assert!(text.contains("accepted"), "{text}");
        app.eventually(async || mention_count(&app, &article).await == 1, "it is verified").await;
    }
);
