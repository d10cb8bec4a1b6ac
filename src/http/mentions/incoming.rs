//! Receives a mention by any protocol: adds the sender's address, and counts refusals.

use actix_web::HttpRequest;

use crate::domain::WireName;
use crate::domain::mention::{MentionProtocol, SourceMetadata};
use crate::http::state::State;
use crate::service::Error;
use crate::service::mentions::{self, Incoming, Received, Target};

/// The code of a refusal by a limit.
pub const TOO_MANY: &str = "too_many_requests";

/// A mention as a client sends it.
pub struct SentMention {
    /// The protocol.
    pub protocol: MentionProtocol,
    /// The URL of the linking page.
    pub source: String,
    /// The linked article.
    pub target: Target,
    /// The metadata that a trackback's sender supplies.
    pub metadata: SourceMetadata,
}

/// Receives a mention.
///
/// # Errors
/// As [`mentions::receive`].
pub async fn receive(
    state: &State,
    req: &HttpRequest,
    sent: SentMention,
) -> Result<Received, Error> {
    let SentMention { protocol, source, target, metadata } = sent;
    let sender = state.client_address(req);
    let incoming = Incoming { protocol, source, target, metadata, sender };
    let received = mentions::receive(&state.app, incoming).await;
    let code = match &received {
        Err(Error::Mention(refused)) => Some(refused.as_str()),
        Err(Error::TooMany(_)) => Some(TOO_MANY),
        _ => None,
    };
    if let Some(code) = code {
        state.metrics.refused_mention(protocol.as_str(), code);
    }
    received
}
