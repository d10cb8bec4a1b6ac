//! The receiver of pingbacks (Pingback 1.0, section 2.3) over XML-RPC. Answers have status 200 and
//! contain either a result or a fault.

use std::time::{Duration, Instant};

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, post, web};
use tokio::sync::Semaphore;

use super::faults::{self, BAD_PARAMS, NO_METHOD};
use super::incoming::{self, SentMention};
use crate::domain::mention::{MentionProtocol, SourceMetadata};
use crate::http::extract::{ForeignBody, NoParams, Query};
use crate::http::max_body;
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;
use crate::service::mentions::{self, Target};
use crate::web::xmlrpc::{self, Call, MethodResponse, Value};

/// The time for which a pingback waits for the verification of its source.
const WAIT: Duration = Duration::from_secs(3);
/// The interval between two looks at the verification.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The number of pingbacks that wait at a time, in all workers. Each queries the database 20 times
/// a second. Further ones are answered at once.
static WAITING: Semaphore = Semaphore::const_new(32);

const METHODS: [&str; 3] =
    ["pingback.extensions.getPingbacks", "pingback.ping", "system.listMethods"];

/// Call a method by XML-RPC
///
/// `pingback.ping(sourceURI, targetURI)` announces a link to a published article. It waits up to
/// three seconds for the verification of the source, which then continues in a queue.
/// `pingback.extensions.getPingbacks(targetURI)` returns the known linking pages.
/// `system.listMethods()` returns these methods. `system.multicall` is not supported.
///
/// Faults: 0: the source equals the target or is on this site. 16: the source doesn't exist or is
/// forbidden. 17: it doesn't link to the target. 32: the article doesn't exist. 33: the target is
/// not an article of this site, or takes no pingbacks. 48: already registered; the source is
/// verified again. 49: denied. 50: the source can't be read now. -32700 to -32600: the call is
/// malformed.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "call_xmlrpc",
    extensions(("x-max-body" = json!(max_body::TEXT))),
    request_body(
        content((String = "text/xml"), (String = "application/xml")),
        description = "An XML-RPC call in UTF-8, without DOCTYPE."
    ),
    responses(
        (status = 200, description = "The result, or a fault.", body = String, content_type = "text/xml; charset=utf-8",
            example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><params><param><value><string>Taken in.</string></value></param></params></methodResponse>\n"),
        (status = 415, description = "The body is compressed, or not XML in UTF-8.")
    )
)]
#[post("/xmlrpc")]
pub async fn call(
    req: HttpRequest,
    state: web::Data<State>,
    _: Query<NoParams>,
    body: ForeignBody,
) -> Result<HttpResponse, ApiError> {
    let bytes = body.xml().await?;
    let answer = match xmlrpc::read_call(&bytes) {
        Ok(call) => execute(&state, &req, &call).await?,
        Err(error) => faults::answer(faults::of_xml_error(error)),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/xml; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(xmlrpc::write_response(&answer)))
}

async fn execute(
    state: &State,
    req: &HttpRequest,
    request: &Call,
) -> Result<MethodResponse, ApiError> {
    let texts: Option<Vec<&str>> = request.params.iter().map(Value::text).collect();
    match (request.method.as_str(), texts.as_deref()) {
        ("pingback.ping", Some([source, target])) => ping(state, req, source, target).await,
        ("pingback.extensions.getPingbacks", Some([target])) => {
            or_fault(mentions::sources(&state.app, target.trim()).await.map(array))
        }
        ("system.listMethods", Some([])) => Ok(array(METHODS.map(String::from).to_vec())),
        (method, _) if METHODS.contains(&method) => Ok(faults::answer(BAD_PARAMS)),
        _ => Ok(faults::answer(NO_METHOD)),
    }
}

fn array(texts: Vec<String>) -> MethodResponse {
    MethodResponse::Success(Value::Array(texts.into_iter().map(Value::Text).collect()))
}

/// Turns an error into a fault, if the protocol has one for it.
fn or_fault(outcome: Result<MethodResponse, Error>) -> Result<MethodResponse, ApiError> {
    outcome.or_else(|error| match faults::of_error(&error) {
        Some(fault) => Ok(faults::answer(fault)),
        None => Err(error.into()),
    })
}

async fn ping(
    state: &State,
    req: &HttpRequest,
    source: &str,
    target: &str,
) -> Result<MethodResponse, ApiError> {
    let sent = SentMention {
        protocol: MentionProtocol::Pingback,
        source: source.trim().to_owned(),
        target: Target::Address(target.trim().to_owned()),
        metadata: SourceMetadata::default(),
    };
    let received = match incoming::receive(state, req, sent).await {
        Ok(received) if received.known => return Ok(faults::answer(faults::KNOWN)),
        Ok(received) => received,
        Err(error) => return or_fault(Err(error)),
    };
    let (begun, permit) = (Instant::now(), WAITING.try_acquire());
    while permit.is_ok() && begun.elapsed() < WAIT {
        tokio::time::sleep(POLL_INTERVAL).await;
        let mention = match mentions::status(&state.app, received.mention.id).await {
            Ok(mention) => mention,
            // It gave way in a full queue, or its article was withdrawn.
            Err(Error::NotFound(_)) => return Ok(faults::answer(faults::DENIED)),
            Err(error) => return Err(error.into()),
        };
        match faults::of_mention(&mention) {
            Some(Ok(())) => {
                return Ok(success(&format!("Pingback from {source} to {target} registered.")));
            }
            Some(Err(fault)) => return Ok(faults::answer(fault)),
            None => {}
        }
    }
    Ok(success(&format!("Pingback from {source} to {target} accepted; it is verified later.")))
}

fn success(text: &str) -> MethodResponse {
    MethodResponse::Success(Value::Text(text.to_owned()))
}
