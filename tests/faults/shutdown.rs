//! Shutdown at `SIGTERM`: requests in progress finish, no new ones are accepted, and the exit
//! status is 0. A closed output pipe does not stop the server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{Server, eventually, maqal};

/// The shutdown timeout.
const SHUTDOWN_SECONDS: u64 = 20;

fn start(database: &Database) -> Server {
    let mut serve = maqal(database, &["serve"]);
    serve.env("MAQAL_SHUTDOWN_SECONDS", SHUTDOWN_SECONDS.to_string());
    Server::spawn(serve).ready()
}

fn connect(server: &Server) -> TcpStream {
    let address = server.base.trim_start_matches("http://");
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(40))).expect("a time-out");
    stream
}

/// Reads until the text has arrived.
fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(end.as_bytes()) {
        stream.read_exact(&mut byte).expect("more");
        text.push(byte[0]);
    }
    String::from_utf8(text).expect("text")
}

#[test]
fn upload_in_progress_finishes_before_shutdown() {
    let database = Database::empty(Backend::Sqlite);
    let mut server = start(&database);
    let token = block_on(Client::signed_in(&server)).token.expect("a token");
    let body = r#"{"title":"خبر أخير","body":"نص المقال","tags":["ليبيا"]}"#.as_bytes();
    let address = server.base.trim_start_matches("http://").to_owned();
    let mut stream = connect(&server);
    write!(
        stream,
        "POST /api/v1/articles HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    )
    .expect("the head is sent");
    // The server now waits for the body.
    let proceed = read_until(&mut stream, "\r\n\r\n");
    assert!(proceed.starts_with("HTTP/1.1 100"), "{proceed}");
    stream.write_all(&body[..20]).expect("a part of the body");

    let asked = Instant::now();
    server.terminate();
    block_on(eventually("nobody new is let in", async || TcpStream::connect(&address).is_err()));
    stream.write_all(&body[20..]).expect("the rest of the body");
    let head = read_until(&mut stream, "\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 201"), "{head}");
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{status}");
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(SHUTDOWN_SECONDS + 5), "it took {took:?}");

    let again = Server::start(&database);
    assert_eq!(block_on(async { Client::signed_in(&again).await.count().await }), 1);
}

#[test]
fn stalled_client_does_not_block_shutdown() {
    let database = Database::empty(Backend::Sqlite);
    let mut serve = maqal(&database, &["serve"]);
    serve.env("MAQAL_SHUTDOWN_SECONDS", "1");
    let mut server = Server::spawn(serve).ready();
    let token = block_on(Client::signed_in(&server)).token.expect("a token");
    let mut stream = connect(&server);
    write!(
        stream,
        "POST /api/v1/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
    )
    .expect("the head is sent");
    read_until(&mut stream, "\r\n\r\n");
    let asked = Instant::now();
    server.terminate();
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{status}");
    let took = asked.elapsed();
    // The normal timeout for an incomplete body is much longer.
    assert!(took < Duration::from_secs(15), "it took {took:?}");
}

#[test]
fn idle_connection_does_not_delay_shutdown() {
    let database = Database::empty(Backend::Sqlite);
    let mut server = start(&database);
    let mut stream = connect(&server);
    write!(stream, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").expect("a request");
    let head = read_until(&mut stream, "\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let asked = Instant::now();
    server.terminate();
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{status}");
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(SHUTDOWN_SECONDS / 2), "it took {took:?}");
}

#[test]
fn requests_sent_before_the_signal_are_answered() {
    let database = Database::empty(Backend::Sqlite);
    for sent in ["GET /health/live", "GET /api/v1/tags", "POST /api/v1/tags"] {
        let mut server = start(&database);
        let mut streams: Vec<TcpStream> = (0..8).map(|_| connect(&server)).collect();
        for stream in &mut streams[..6] {
            write!(stream, "GET /api/v1/tags HTTP/1.1\r\nHost: x\r\n\r\n").expect("a request");
            let head = read_until(stream, "\r\n\r\n");
            let length = head.split_once("content-length: ").expect("a length").1;
            let length = length.split("\r\n").next().expect("a length").parse().expect("a number");
            stream.read_exact(&mut vec![0; length]).expect("the body");
        }
        let half = "Connection: keep-alive\r\n\r\n";
        for stream in &mut streams[4..] {
            // The server has begun to read a head, or has accepted the connection only.
            write!(stream, "{sent} HTTP/1.1\r\nHost: x\r\n").expect("half a head");
        }
        server.signal("STOP");
        for (number, stream) in streams.iter_mut().enumerate() {
            let begin =
                if number < 4 { format!("{sent} HTTP/1.1\r\nHost: x\r\n") } else { String::new() };
            write!(stream, "{begin}{half}").expect("a request");
        }
        server.terminate();
        server.signal("CONT");
        for (number, stream) in streams.iter_mut().enumerate() {
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap_or_else(|error| panic!("{number}: {error}"));
            let is_post = sent.starts_with("POST");
            let status = if is_post { "HTTP/1.1 401 " } else { "HTTP/1.1 200 " };
            assert!(answer.starts_with(status), "{sent} {number}: {answer}");
        }
        assert_eq!(server.wait().code(), Some(0));
    }
}

#[test]
fn closed_output_pipe_does_not_stop_the_server() {
    let database = Database::empty(Backend::Sqlite);
    let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let address = free.expect("a free port").to_string();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut serve = maqal(&database, &["serve"]);
    serve.env("MAQAL_BIND", &address).env("MAQAL_LOG", "trace");
    serve.stdout(writer.try_clone().expect("the pipe again")).stderr(writer);
    let mut server = Server::adopt(serve.spawn().expect("it starts"), &address);
    // A server that fails to start exits before the deadline.
    block_on(eventually("it listens", async || TcpStream::connect(&address).is_ok()));
    block_on(async { Client::signed_in(&server).await.write("خبر").await.expect(201) });
    server.terminate();
    assert_eq!(server.wait().code(), Some(0));
}
