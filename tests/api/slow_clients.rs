//! Clients that ask for large answers and don't read them: their memory is bounded, and readers go on.

use std::time::Duration;

use maqal::config::Config;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestApp;
use crate::support::session::Session;

/// The memory of waiting answers in these tests, in bytes.
const LIMIT: usize = 2 << 20;

/// Clients that don't read. Their answers are larger than the limit together.
const CLIENTS: usize = 24;

fn limited(config: &mut Config) {
    config.max_unsent_bytes = LIMIT;
}

/// A long draft, which answers in some 600 KB that no cache stores.
async fn long_draft(app: &TestApp, editor: &Session) -> String {
    let body = "عادت المراكب إلى الميناء القديم. ".repeat(4_000);
    app.article().body(body).create(editor).await.location()
}

/// Asks for an article on a connection with small buffers, and reads nothing.
async fn ask(app: &TestApp, path: &str, by: &Session) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4 << 10).expect("a small buffer");
    socket.connect(&app.addr.into()).expect("connected");
    socket.set_nonblocking(true).expect("non-blocking");
    let mut client = TcpStream::from_std(socket.into()).expect("a stream");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n",
        by.access_token
    );
    client.write_all(request.as_bytes()).await.expect("sent");
    client
}

/// The value of a metric without labels.
async fn metric(app: &TestApp, name: &str) -> usize {
    let text = app.get("/metrics").send().await.expect(200).text().to_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no {name}: {text}")).parse().expect("a number")
}

api_test!(answers_that_nobody_reads_are_bounded_and_readers_are_served, limited, async |app: TestApp| {
    let editor = app.editor().await;
    let draft = long_draft(&app, &editor).await;
    let whole = app.get(&draft).as_user(&editor).send().await.expect(200);
    assert!(whole.body.len() > 400_000, "{}", whole.body.len());
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(ask(&app, &draft, &editor).await);
        let unsent = metric(&app, "maqal_http_unsent_bytes").await;
        assert!(unsent <= LIMIT, "{unsent}");
    }
    app.eventually(
        async || {
            let unsent = metric(&app, "maqal_http_unsent_bytes").await;
            assert!(unsent <= LIMIT, "{unsent}");
            app.get(&draft).as_user(&editor).send().await.status == 200
        },
        "a reader is served",
    )
    .await;
    // Nobody is turned away any more, since the others read nothing.
    for _ in 0..10 {
        let shown = app.get(&draft).as_user(&editor).send().await.expect(200);
        assert_eq!(shown.body, whole.body);
    }
    assert!(metric(&app, "maqal_http_slow_clients_disconnected_total").await > 0);
    drop(clients);
    app.eventually(async || metric(&app, "maqal_http_unsent_bytes").await == 0, "all are gone").await;
});

api_test!(slow_reader_gets_the_whole_answer_beside_clients_that_do_not_read, limited, async |app: TestApp| {
    let editor = app.editor().await;
    let draft = long_draft(&app, &editor).await;
    let expected = app.get(&draft).as_user(&editor).send().await.expect(200).body.len();
    let mut reader = ask(&app, &draft, &editor).await;
    let mut answer = Vec::new();
    let mut clients = Vec::new();
    let mut part = vec![0; 8 << 10];
    loop {
        let count = reader.read(&mut part).await.expect("the reader isn't disconnected");
        if count == 0 {
            break;
        }
        answer.extend_from_slice(&part[..count]);
        if clients.len() < CLIENTS {
            clients.push(ask(&app, &draft, &editor).await);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let text = String::from_utf8(answer).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert_eq!(body.len(), expected);
    let _: Value = serde_json::from_str(body).expect("whole JSON");
});

api_test!(refused_large_answer_is_503_with_retry_after, limited, async |app: TestApp| {
    let editor = app.editor().await;
    let draft = long_draft(&app, &editor).await;
    let mut refused = 0;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = ask(&app, &draft, &editor).await;
        let mut start = [0; 12];
        client.read_exact(&mut start).await.expect("an answer");
        match &start {
            b"HTTP/1.1 200" => clients.push(client),
            b"HTTP/1.1 503" => {
                let mut rest = String::new();
                client.read_to_string(&mut rest).await.expect("all of it");
                assert!(rest.contains("\r\nretry-after: 1\r\n"), "{rest}");
                assert!(rest.contains("\"code\":\"unavailable\""), "{rest}");
                refused += 1;
            }
            other => panic!("{}", other.escape_ascii()),
        }
    }
    let disconnected = metric(&app, "maqal_http_slow_clients_disconnected_total").await;
    assert!(refused + disconnected > 0, "{} are being served", clients.len());
});
