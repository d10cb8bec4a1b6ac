//! One request and its answer over one connection, which is closed after it. Called by `mod.rs`
//! for each hop; calls `connect.rs`.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap,
    HeaderValue, USER_AGENT,
};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use url::Url;

use super::connect::{Way, connect};
use super::error::FetchError;

/// The most of a body that is read, in bytes. It is never inflated, so this is what it takes.
pub const MOST_BYTES: usize = 1 << 20;
/// The most of a head that is read, in bytes.
const MOST_HEAD: usize = 64 << 10;

/// What is asked.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// How.
    pub method: Method,
    /// Which kinds of answer are understood.
    pub accept: &'static str,
    /// What is sent along, and its type.
    pub body: Option<(&'static str, Bytes)>,
}

/// What came.
pub(super) struct FetchOutcome {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, or as much of it as is read.
    pub body: Vec<u8>,
    /// Whether there was more.
    pub truncated: bool,
}

/// Stops the connection's task when nobody waits for it any more.
struct Driver(tokio::task::JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Asks.
///
/// # Errors
/// [`FetchError`].
pub(super) async fn exchange(
    url: &Url,
    ask: &Ask,
    agent: &str,
    way: &Way,
) -> Result<FetchOutcome, FetchError> {
    let request = request(url, ask, agent)?;
    let stream = connect(url, way).await?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(MOST_HEAD)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(bad)?;
    let _driver = Driver(tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended badly");
        }
    }));
    let response = sender.send_request(request).await.map_err(bad)?;
    read(response).await
}

fn request(url: &Url, ask: &Ask, agent: &str) -> Result<Request<Full<Bytes>>, FetchError> {
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    };
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut builder = Request::builder()
        .method(ask.method.clone())
        .uri(path)
        .header(HOST, host)
        .header(USER_AGENT, agent)
        .header(ACCEPT, ask.accept)
        // What isn't compressed can't be a bomb.
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close");
    if let Some((kind, _)) = &ask.body {
        builder = builder.header(CONTENT_TYPE, *kind);
    }
    let body = ask.body.as_ref().map(|(_, body)| body.clone()).unwrap_or_default();
    builder.body(Full::new(body)).map_err(|error| FetchError::BadAnswer(error.to_string()))
}

async fn read(response: Response<Incoming>) -> Result<FetchOutcome, FetchError> {
    let (parts, mut incoming) = response.into_parts();
    let encoding = parts.headers.get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != HeaderValue::from_static("identity")) {
        return Err(FetchError::BadAnswer("compressed, although that was not asked for".into()));
    }
    let mut body = Vec::new();
    let mut truncated = false;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(bad)?.into_data() else { continue };
        let room = MOST_BYTES - body.len();
        body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            truncated = true;
            break;
        }
    }
    Ok(FetchOutcome { status: parts.status.as_u16(), headers: parts.headers, body, truncated })
}

fn bad(error: hyper::Error) -> FetchError {
    FetchError::BadAnswer(error.to_string())
}
