//! The rate limit of mentions by the sender's network, shared by all instances.

use crate::domain::Time;
use crate::store::prelude::*;
use crate::store::schema::mention_throttles;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult, dialect};

/// Returns the time at which no mention of a network counts any more. Its row stays locked until the
/// transaction ends, so that the next time can be set afterwards.
pub async fn lock_throttle(conn: &mut Conn<'_>, network: &str, now: Time) -> StoreResult<Time> {
    let idle_at: Timestamp = with_backend!(
        conn,
        diesel::insert_into(mention_throttles::table)
            .values((
                mention_throttles::network.eq(network),
                mention_throttles::idle_at.eq(Timestamp(now)),
            ))
            .on_conflict(mention_throttles::network)
            .do_update()
            // This changes nothing: it locks the row and reads its current value.
            .set(mention_throttles::idle_at.eq(mention_throttles::idle_at))
            .returning(mention_throttles::idle_at)
            .get_result(conn)
            .await
    )?;
    Ok(idle_at.0)
}

/// Returns the time at which no mention of a network counts any more, without a lock.
pub async fn find_throttle(conn: &mut Conn<'_>, network: &str) -> StoreResult<Option<Time>> {
    let idle_at: Option<Timestamp> = with_backend!(
        conn,
        mention_throttles::table
            .find(network)
            .select(mention_throttles::idle_at)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(idle_at.map(|at| at.0))
}

/// Sets the time at which no mention of a network counts any more.
pub async fn set_throttle(conn: &mut Conn<'_>, network: &str, idle_at: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mention_throttles::table.find(network))
            .set(mention_throttles::idle_at.eq(Timestamp(idle_at)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes the networks whose mentions count no more. Returns their number.
pub async fn delete_expired_throttles(conn: &mut Conn<'_>, now: Time) -> StoreResult<usize> {
    dialect::delete_expired(conn, ["mention_throttles", "network", "idle_at"], now).await
}
