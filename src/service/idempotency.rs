//! Doing something once, however often it is asked for: the first answer is kept in the
//! transaction that made the thing and given again to whoever repeats the request. Called by the
//! use cases that create. Source: the IETF draft "The Idempotency-Key HTTP Header Field".

use crate::domain::Time;
use crate::service::{Error, Result};
use crate::store::Conn;
use crate::store::idempotency::{self as store, StoredReply};

/// How long an answer is kept.
pub const KEEP: chrono::Duration = chrono::Duration::hours(24);

/// A client's key, already bound to who sent it and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Hash of the user, the method, the path and the key.
    pub hash: String,
    /// Hash of the body.
    pub body_hash: String,
}

/// The answer to a creating request, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Where the new thing is.
    pub location: String,
    /// Its entity tag.
    pub etag: Option<String>,
    /// The thing, as JSON.
    pub body: String,
    /// Whether it waits for somebody before it is what it is to be.
    pub accepted: bool,
}

/// How a creating use case answers: it needs to know inside its transaction.
pub struct Idempotent<T> {
    /// The client's key, if it sent one.
    pub key: Option<Key>,
    /// Makes the answer.
    pub render: Render<T>,
}

/// Makes the answer that is kept of what was made.
pub type Render<T> = Box<dyn Fn(&T) -> Result<Reply> + Send + Sync>;

/// Whether the thing was made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Now.
    Done(Reply),
    /// Before: this was the answer then.
    Replayed(Reply),
}

/// Does the work, or gives the answer of the time it was done.
///
/// # Errors
/// [`Error::KeyReused`] when the key came with another body; else what `work` returns.
pub async fn run<T>(
    tx: &mut Conn<'_>,
    now: Time,
    idempotent: &Idempotent<T>,
    work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<T>,
) -> Result<Outcome> {
    let Some(key) = &idempotent.key else {
        let made = work(tx).await?;
        return Ok(Outcome::Done((idempotent.render)(&made)?));
    };
    let mut kept = StoredReply {
        key_hash: key.hash.clone(),
        body_hash: key.body_hash.clone(),
        location: String::new(),
        etag: None,
        body: String::new(),
        created_at: now.into(),
        accepted: false,
    };
    if !store::claim(tx, &kept).await? {
        return replay(tx, key).await;
    }
    let made = work(tx).await?;
    let reply = (idempotent.render)(&made)?;
    kept.location.clone_from(&reply.location);
    kept.etag.clone_from(&reply.etag);
    kept.body.clone_from(&reply.body);
    kept.accepted = reply.accepted;
    store::fill(tx, &kept).await?;
    Ok(Outcome::Done(reply))
}

/// The answer of the time it was done, if it was: for use cases that can refuse, or work something
/// out, before their transaction. Whether it is being done at this moment only [`run`] knows.
///
/// # Errors
/// As [`run`].
pub async fn kept<T>(conn: &mut Conn<'_>, idempotent: &Idempotent<T>) -> Result<Option<Outcome>> {
    match &idempotent.key {
        Some(key) if store::find(conn, &key.hash).await?.is_some() => {
            replay(conn, key).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn replay(tx: &mut Conn<'_>, key: &Key) -> Result<Outcome> {
    let kept = store::find(tx, &key.hash)
        .await?
        .ok_or_else(|| Error::Internal("an idempotency key vanished while it was read".into()))?;
    if kept.body_hash != key.body_hash {
        return Err(Error::KeyReused);
    }
    Ok(Outcome::Replayed(Reply {
        location: kept.location,
        etag: kept.etag,
        body: kept.body,
        accepted: kept.accepted,
    }))
}
