//! Sends one request over a new connection and reads the response.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap,
    HeaderValue, USER_AGENT,
};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use url::Url;

use super::connect::{Connector, connect};
use super::error::FetchError;

/// Most bytes read of a body. Bodies are never decompressed.
pub const MAX_BYTES: usize = 1 << 20;
/// Most bytes read of a response's head.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// A request without its address.
#[derive(Debug, Clone)]
pub(super) struct OutboundRequest {
    pub method: Method,
    /// The header `Accept`.
    pub accept: &'static str,
    /// The media type and the content.
    pub body: Option<(&'static str, Bytes)>,
}

/// A response.
pub(super) struct RawResponse {
    pub status: u16,

    pub headers: HeaderMap,
    /// At most [`MAX_BYTES`].
    pub body: Vec<u8>,
    /// True if the body was longer.
    pub truncated: bool,
}

/// Aborts the connection's task when dropped.
struct ConnectionTask(tokio::task::JoinHandle<()>);

impl Drop for ConnectionTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends the request and reads the response.
///
/// # Errors
/// [`FetchError`].
pub(super) async fn exchange(
    url: &Url,
    outbound: &OutboundRequest,
    agent: &str,
    connector: &Connector,
) -> Result<RawResponse, FetchError> {
    let request = request(url, outbound, agent)?;
    let stream = connect(url, connector).await?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(bad)?;
    let _task = ConnectionTask(tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the outbound connection failed");
        }
    }));
    let response = sender.send_request(request).await.map_err(bad)?;
    read(response).await
}

fn request(
    url: &Url,
    outbound: &OutboundRequest,
    agent: &str,
) -> Result<Request<Full<Bytes>>, FetchError> {
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
        .method(outbound.method.clone())
        .uri(path)
        .header(HOST, host)
        .header(USER_AGENT, agent)
        .header(ACCEPT, outbound.accept)
        // Uncompressed bodies rule out decompression bombs.
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close");
    if let Some((kind, _)) = &outbound.body {
        builder = builder.header(CONTENT_TYPE, *kind);
    }
    let body = outbound.body.as_ref().map(|(_, body)| body.clone()).unwrap_or_default();
    builder.body(Full::new(body)).map_err(|error| FetchError::BadAnswer(error.to_string()))
}

async fn read(response: Response<Incoming>) -> Result<RawResponse, FetchError> {
    let (parts, mut incoming) = response.into_parts();
    let encoding = parts.headers.get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != HeaderValue::from_static("identity")) {
        return Err(FetchError::BadAnswer("compressed, although that was not asked for".into()));
    }
    let mut body = Vec::new();
    let mut truncated = false;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(bad)?.into_data() else { continue };
        let room = MAX_BYTES - body.len();
        body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            truncated = true;
            break;
        }
    }
    Ok(RawResponse { status: parts.status.as_u16(), headers: parts.headers, body, truncated })
}

fn bad(error: hyper::Error) -> FetchError {
    FetchError::BadAnswer(error.to_string())
}
