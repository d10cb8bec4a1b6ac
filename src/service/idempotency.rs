//! Idempotency keys: the transaction that creates a resource stores its response, and a repeated
//! request receives that response. Source: the IETF draft "The Idempotency-Key HTTP Header Field".

use crate::domain::Time;
use crate::service::{Error, Result};
use crate::store::Conn;
use crate::store::idempotency::{self as store, StoredReply};

/// The time for which a response is stored.
pub const RETENTION: chrono::Duration = chrono::Duration::hours(24);

/// A client's idempotency key, bound to the user and the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Hash of the user, the method, the path and the key.
    pub hash: String,
    /// Hash of the body.
    pub body_hash: String,
}

/// The stored response to a request that creates a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The `Location` of the resource.
    pub location: String,
    /// Its entity tag.
    pub etag: Option<String>,
    /// The resource as JSON.
    pub body: String,
    /// Whether the status is 202: the resource waits for moderation.
    pub accepted: bool,
}

/// The idempotency of a request. The response is rendered inside the transaction.
pub struct Idempotent<T> {
    /// The client's key, if it sent one.
    pub key: Option<Key>,
    /// Renders the response.
    pub render: Render<T>,
}

/// Renders the response for the created resource.
pub type Render<T> = Box<dyn Fn(&T) -> Result<Reply> + Send + Sync>;

/// The outcome of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// This request created the resource.
    Done(Reply),
    /// An earlier request created it; this is its response.
    Replayed(Reply),
}

/// Runs `work`, or replays the response of the earlier request with the same key.
///
/// # Errors
/// [`Error::KeyReused`] if the key came with another body; else the error of `work`.
pub async fn run<T>(
    tx: &mut Conn<'_>,
    now: Time,
    idempotent: &Idempotent<T>,
    work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<T>,
) -> Result<Outcome> {
    let Some(key) = &idempotent.key else {
        let created = work(tx).await?;
        return Ok(Outcome::Done((idempotent.render)(&created)?));
    };
    let mut stored = StoredReply {
        key_hash: key.hash.clone(),
        body_hash: key.body_hash.clone(),
        location: String::new(),
        etag: None,
        body: String::new(),
        created_at: now.into(),
        accepted: false,
    };
    if !store::claim(tx, &stored).await? {
        return replay(tx, key).await;
    }
    let created = work(tx).await?;
    let reply = (idempotent.render)(&created)?;
    stored.location.clone_from(&reply.location);
    stored.etag.clone_from(&reply.etag);
    stored.body.clone_from(&reply.body);
    stored.accepted = reply.accepted;
    store::fill(tx, &stored).await?;
    Ok(Outcome::Done(reply))
}

/// Returns the stored response of an earlier request, for checks before the transaction. It does
/// not see a request in progress; [`run`] does.
///
/// # Errors
/// As [`run`].
pub async fn stored<T>(conn: &mut Conn<'_>, idempotent: &Idempotent<T>) -> Result<Option<Outcome>> {
    match &idempotent.key {
        Some(key) if store::find(conn, &key.hash).await?.is_some() => {
            replay(conn, key).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn replay(tx: &mut Conn<'_>, key: &Key) -> Result<Outcome> {
    let stored = store::find(tx, &key.hash)
        .await?
        .ok_or_else(|| Error::Internal("an idempotency key vanished while it was read".into()))?;
    if stored.body_hash != key.body_hash {
        return Err(Error::KeyReused);
    }
    Ok(Outcome::Replayed(Reply {
        location: stored.location,
        etag: stored.etag,
        body: stored.body,
        accepted: stored.accepted,
    }))
}
