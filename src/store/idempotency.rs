//! Stored responses to requests with an idempotency key. A key and the resource that it creates are
//! written in one transaction.

use crate::store::prelude::*;

use super::schema::idempotency_keys;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;

/// A stored response.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
pub struct StoredReply {
    /// The hash of user, method, path and key.
    pub key_hash: String,
    /// The hash of the request body.
    pub body_hash: String,
    /// The `Location` header.
    pub location: String,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The response body.
    pub body: String,
    /// The time of the first response.
    pub created_at: Timestamp,
    /// Whether the status was 202 instead of 201.
    pub accepted: bool,
}

/// Returns the response that is stored for a key.
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

/// Claims a key with an empty response. Returns `false` if another transaction has claimed it. On
/// PostgreSQL this waits for the other transaction to end.
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

/// Stores the response for a claimed key.
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

/// Deletes responses from before a time. Returns their number.
pub async fn delete_expired(conn: &mut Conn<'_>, before: Time) -> StoreResult<usize> {
    Ok(with_backend!(
        conn,
        diesel::delete(
            idempotency_keys::table.filter(idempotency_keys::created_at.lt(Timestamp(before)))
        )
        .execute(conn)
        .await
    )?)
}
