//! Sends one request over a new connection and reads the response.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, USER_AGENT,
};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::coding::{coding, decode};
use super::connect::{Connector, connect};
use super::error::FetchError;

/// Most bytes read of a body, before and after decompression.
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

/// Sends the request and reads the response, until the deadline. The body is read of a success only.
///
/// A successful `POST` is delivered by its status: a body that can't be read is no error, since the
/// request must not be sent again.
///
/// # Errors
/// [`FetchError`].
pub(super) async fn exchange(
    url: &Url,
    outbound: &OutboundRequest,
    agent: &str,
    connector: &Connector,
    deadline: Instant,
) -> Result<RawResponse, FetchError> {
    let sent = timeout_at(deadline, send(url, outbound, agent, connector)).await;
    let (response, _task) = sent.unwrap_or(Err(FetchError::TimedOut))?;
    let (parts, incoming) = response.into_parts();
    let (status, headers) = (parts.status.as_u16(), parts.headers);
    let (body, truncated) = if parts.status.is_success() {
        let read = timeout_at(deadline, read_body(&headers, incoming)).await;
        let read = read.unwrap_or(Err(FetchError::TimedOut));
        if outbound.method == Method::POST { read.unwrap_or_default() } else { read? }
    } else {
        (Vec::new(), false)
    };
    Ok(RawResponse { status, headers, body, truncated })
}

async fn send(
    url: &Url,
    outbound: &OutboundRequest,
    agent: &str,
    connector: &Connector,
) -> Result<(Response<Incoming>, ConnectionTask), FetchError> {
    let request = request(url, outbound, agent)?;
    let stream = connect(url, connector).await?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(bad)?;
    let task = ConnectionTask(tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the outbound connection failed");
        }
    }));
    let response = sender.send_request(request).await.map_err(bad)?;
    Ok((response, task))
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
        // A compressed body would be decompressed for nothing: it has the same limit.
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close");
    if let Some((kind, _)) = &outbound.body {
        builder = builder.header(CONTENT_TYPE, *kind);
    }
    let body = outbound.body.as_ref().map(|(_, body)| body.clone()).unwrap_or_default();
    builder.body(Full::new(body)).map_err(|error| FetchError::BadAnswer(error.to_string()))
}

/// Returns the decoded body, up to [`MAX_BYTES`], and whether it is longer.
async fn read_body(
    headers: &HeaderMap,
    mut incoming: Incoming,
) -> Result<(Vec<u8>, bool), FetchError> {
    let coding = coding(headers)?;
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
    decode(body, coding, headers, MAX_BYTES, truncated)
}

fn bad(error: hyper::Error) -> FetchError {
    FetchError::BadAnswer(error.to_string())
}
