//! Kept answers to creating requests. Called by `service/idempotency.rs` inside the transaction
//! that makes the thing, so that the two stand or fall together.

use crate::store::prelude::*;

use super::schema::idempotency_keys;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;

/// A kept answer.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
pub struct StoredReply {
    /// Hash of who sent the key, to what, and the key.
    pub key_hash: String,
    /// Hash of the body that came with it.
    pub body_hash: String,
    /// `Location`.
    pub location: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// The body of the answer.
    pub body: String,
    /// When it was first given.
    pub created_at: Timestamp,
    /// Whether it said that the thing waits for somebody.
    pub accepted: bool,
}

/// The answer kept under a key.
pub async fn find(conn: &mut Conn<'_>, key_hash: &str) -> StoreResult<Option<StoredReply>> {
    Ok(with_backend!(
        conn,
        idempotency_keys::table
            .find(key_hash)
            .select(StoredReply::as_select())
            .get_result(conn)
            .await
            .optional()
    )?)
}

/// Claims a key with an empty answer: `false` when another transaction has it. On Postgres this
/// waits for that transaction to end.
pub async fn claim(conn: &mut Conn<'_>, reply: &StoredReply) -> StoreResult<bool> {
    let inserted = with_backend!(
        conn,
        diesel::insert_into(idempotency_keys::table)
            .values(reply)
            .on_conflict_do_nothing()
            .execute(conn)
            .await
    )?;
    Ok(inserted == 1)
}

/// Writes the answer under a key that was claimed.
pub async fn fill(conn: &mut Conn<'_>, reply: &StoredReply) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(idempotency_keys::table.find(&reply.key_hash))
            .set((
                idempotency_keys::location.eq(&reply.location),
                idempotency_keys::etag.eq(&reply.etag),
                idempotency_keys::body.eq(&reply.body),
                idempotency_keys::accepted.eq(reply.accepted),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Forgets the answers given before a time; how many.
pub async fn purge(conn: &mut Conn<'_>, before: Time) -> StoreResult<usize> {
    Ok(with_backend!(
        conn,
        diesel::delete(
            idempotency_keys::table.filter(idempotency_keys::created_at.lt(Timestamp(before)))
        )
        .execute(conn)
        .await
    )?)
}
