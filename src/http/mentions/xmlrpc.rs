//! Pingback's server (Pingback 1.0, section 2.3), over XML-RPC: everything is answered by 200, and
//! a fault is in the answer. Which fault stands for what is `faults.rs`.

use std::time::{Duration, Instant};

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, web};
use tokio::sync::Semaphore;

use super::faults::{self, BAD_PARAMS, NO_METHOD};
use crate::domain::mention::{Kind, SourceMetadata};
use crate::http::extract::{ForeignBody, NoParams, Query};
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;
use crate::service::mentions::{self, Incoming, Target};
use crate::web::xmlrpc::{self, Call, MAX_BYTES, MethodResponse, Value};

/// How long a pingback waits for its source to be read, so that the answer can say what came of it.
const WAIT: Duration = Duration::from_secs(3);
/// How often it is looked whether it was.
const LOOK: Duration = Duration::from_millis(50);

/// How many wait at a time, in all workers. Each looks twenty times a second; whoever comes when so
/// many wait is told at once that theirs is read later.
static WAITING: Semaphore = Semaphore::const_new(32);

const METHODS: [&str; 3] =
    ["pingback.extensions.getPingbacks", "pingback.ping", "system.listMethods"];

/// Call a method by XML-RPC
///
/// `pingback.ping(sourceURI, targetURI)` tells of a link to a published article of ours. It waits
/// up to three seconds for the source to be read, if not too many wait; after that it is taken in,
/// and read from the queue. `pingback.extensions.getPingbacks(targetURI)` lists the pages that are known to link
/// there, and `system.listMethods()` these methods. There is no `system.multicall`.
///
/// Faults: 0 the source is the target, or ours; 16 the source doesn't exist, or is never gone to;
/// 17 it doesn't link to the target; 32 there is no such article; 33 the target is not ours, no
/// article, or takes no pingbacks; 48 known already (it is looked at anew all the same); 49 denied;
/// 50 the source can't be read now; -32700 to -32600 the call is not one.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "call_xmlrpc",
    request_body(
        content((String = "text/xml"), (String = "application/xml")),
        description = "An XML-RPC call in UTF-8, without DOCTYPE, of 64 KiB at the most."
    ),
    responses(
        (status = 200, description = "The answer, or a fault.", body = String, content_type = "text/xml; charset=utf-8",
            example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><params><param><value><string>Taken in.</string></value></param></params></methodResponse>\n"),
        (status = 415, description = "The body is not XML in UTF-8, or it is compressed.")
    )
)]
#[post("/xmlrpc")]
pub async fn call(
    state: web::Data<State>,
    _: Query<NoParams>,
    body: ForeignBody,
) -> Result<HttpResponse, ApiError> {
    let bytes = body.xml(MAX_BYTES).await?;
    let answer = match xmlrpc::read_call(&bytes) {
        Ok(asked) => carry_out(&state, &asked).await?,
        Err(error) => faults::answer(faults::of_xml(error)),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/xml; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(xmlrpc::write_response(&answer)))
}

async fn carry_out(state: &State, asked: &Call) -> Result<MethodResponse, ApiError> {
    let texts: Option<Vec<&str>> = asked.params.iter().map(Value::text).collect();
    match (asked.method.as_str(), texts.as_deref()) {
        ("pingback.ping", Some([source, target])) => ping(state, source, target).await,
        ("pingback.extensions.getPingbacks", Some([target])) => {
            in_protocol(mentions::sources(&state.app, target.trim()).await.map(array))
        }
        ("system.listMethods", Some([])) => Ok(array(METHODS.map(String::from).to_vec())),
        (method, _) if METHODS.contains(&method) => Ok(faults::answer(BAD_PARAMS)),
        _ => Ok(faults::answer(NO_METHOD)),
    }
}

fn array(texts: Vec<String>) -> MethodResponse {
    MethodResponse::Success(Value::Array(texts.into_iter().map(Value::Text).collect()))
}

/// An error that the protocol has a fault for is that fault.
fn in_protocol(outcome: Result<MethodResponse, Error>) -> Result<MethodResponse, ApiError> {
    outcome.or_else(|error| match faults::of_error(&error) {
        Some(fault) => Ok(faults::answer(fault)),
        None => Err(error.into()),
    })
}

async fn ping(state: &State, source: &str, target: &str) -> Result<MethodResponse, ApiError> {
    let incoming = Incoming {
        kind: Kind::Pingback,
        source: source.trim().to_owned(),
        target: Target::Address(target.trim().to_owned()),
        said: SourceMetadata::default(),
    };
    let received = match mentions::receive(&state.app, incoming).await {
        Ok(received) if received.known => return Ok(faults::answer(faults::KNOWN)),
        Ok(received) => received,
        Err(error) => return in_protocol(Err(error)),
    };
    let (begun, place) = (Instant::now(), WAITING.try_acquire());
    while place.is_ok() && begun.elapsed() < WAIT {
        tokio::time::sleep(LOOK).await;
        let mention = mentions::status(&state.app, received.id).await?;
        match faults::of_mention(&mention) {
            Some(Ok(())) => {
                return Ok(taken(&format!("Pingback from {source} to {target} registered.")));
            }
            Some(Err(fault)) => return Ok(faults::answer(fault)),
            None => {}
        }
    }
    Ok(taken(&format!("Pingback from {source} to {target} accepted; it is verified later.")))
}

fn taken(text: &str) -> MethodResponse {
    MethodResponse::Success(Value::Text(text.to_owned()))
}
