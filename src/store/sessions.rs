//! Sessions and their refresh tokens in the database. Called by `service/auth.rs`, by
//! `service/users.rs` to end them, and, once for every signed-in request, by the guard through
//! `service::auth::authenticate`.

use super::schema::{refresh_tokens, sessions, users};
use super::types::Timestamp;
use super::users::{UserRow, role};
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::user::{Role, User, UserId};
use crate::store::prelude::*;

/// A session's number. Never given twice.
pub type SessionId = i64;

/// A session and what must be known of its user to let a request through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user_id: UserId,
    /// Their present role.
    pub role: Role,
    /// Whether they are suspended.
    pub suspended: bool,
    /// When it ends by itself.
    pub expires_at: Time,
    /// When it was ended, if it was.
    pub ended_at: Option<Time>,
}

/// A refresh token with its session and its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    /// Its session.
    pub session_id: SessionId,
    /// When it expires.
    pub expires_at: Time,
    /// When it was exchanged for the next one, if it was.
    pub used_at: Option<Time>,
    /// When its session ends by itself.
    pub session_expires_at: Time,
    /// When its session was ended, if it was.
    pub session_ended_at: Option<Time>,
    /// Whose.
    pub user: User,
}

/// A refresh token to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Hash of the token, as text.
    pub hash: String,
    /// When it is issued.
    pub issued_at: Time,
    /// When it expires.
    pub expires_at: Time,
}

#[derive(Queryable)]
struct SessionRow {
    user_id: i64,
    role: String,
    suspended: bool,
    expires_at: Timestamp,
    ended_at: Option<Timestamp>,
}

#[derive(Queryable)]
struct TokenRow {
    session_id: i64,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    session_expires_at: Timestamp,
    session_ended_at: Option<Timestamp>,
    user: UserRow,
}

/// Begins a session.
pub async fn insert(
    conn: &mut Conn<'_>,
    user_id: UserId,
    now: Time,
    expires_at: Time,
) -> StoreResult<SessionId> {
    Ok(with_backend!(
        conn,
        diesel::insert_into(sessions::table)
            .values((
                sessions::user_id.eq(user_id),
                sessions::created_at.eq(Timestamp(now)),
                sessions::expires_at.eq(Timestamp(expires_at)),
            ))
            .returning(sessions::id)
            .get_result(conn)
            .await
    )?)
}

/// The session by its id, with its user, in one keyed query.
pub async fn find(conn: &mut Conn<'_>, id: SessionId) -> StoreResult<Option<Session>> {
    let row: Option<SessionRow> = with_backend!(
        conn,
        sessions::table
            .inner_join(users::table)
            .filter(sessions::id.eq(id))
            .select((
                sessions::user_id,
                users::role,
                users::suspended,
                sessions::expires_at,
                sessions::ended_at,
            ))
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(|row| {
        Ok(Session {
            user_id: row.user_id,
            role: role(&row.role)?,
            suspended: row.suspended,
            expires_at: row.expires_at.0,
            ended_at: row.ended_at.map(|at| at.0),
        })
    })
    .transpose()
}

/// Ends a session, and with it its access and refresh tokens. One that has ended keeps its time.
pub async fn end(conn: &mut Conn<'_>, id: SessionId, now: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(sessions::table.find(id).filter(sessions::ended_at.is_null()))
            .set(sessions::ended_at.eq(Timestamp(now)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Ends a user's sessions, all of them or all but one; how many.
pub async fn end_all(
    conn: &mut Conn<'_>,
    user_id: UserId,
    but: Option<SessionId>,
    now: Time,
) -> StoreResult<usize> {
    // No session has the number 0.
    let but = but.unwrap_or(0);
    Ok(with_backend!(
        conn,
        diesel::update(
            sessions::table
                .filter(sessions::user_id.eq(user_id))
                .filter(sessions::id.ne(but))
                .filter(sessions::ended_at.is_null())
        )
        .set(sessions::ended_at.eq(Timestamp(now)))
        .execute(conn)
        .await
    )?)
}

/// Adds a refresh token to a session.
pub async fn insert_token(
    conn: &mut Conn<'_>,
    session_id: SessionId,
    token: &NewToken,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::insert_into(refresh_tokens::table)
            .values((
                refresh_tokens::hash.eq(&token.hash),
                refresh_tokens::session_id.eq(session_id),
                refresh_tokens::issued_at.eq(Timestamp(token.issued_at)),
                refresh_tokens::expires_at.eq(Timestamp(token.expires_at)),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// The refresh token by its hash, with its session and its user.
pub async fn find_token(conn: &mut Conn<'_>, hash: &str) -> StoreResult<Option<KnownToken>> {
    let row: Option<TokenRow> = with_backend!(
        conn,
        refresh_tokens::table
            .inner_join(sessions::table.inner_join(users::table))
            .filter(refresh_tokens::hash.eq(hash))
            .select((
                refresh_tokens::session_id,
                refresh_tokens::expires_at,
                refresh_tokens::used_at,
                sessions::expires_at,
                sessions::ended_at,
                UserRow::as_select(),
            ))
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(|row| {
        Ok(KnownToken {
            session_id: row.session_id,
            expires_at: row.expires_at.0,
            used_at: row.used_at.map(|at| at.0),
            session_expires_at: row.session_expires_at.0,
            session_ended_at: row.session_ended_at.map(|at| at.0),
            user: row.user.try_into()?,
        })
    })
    .transpose()
}

/// Marks a refresh token as used. However many try at once, `true` is the answer to one of them.
pub async fn use_token(conn: &mut Conn<'_>, hash: &str, now: Time) -> StoreResult<bool> {
    let used = with_backend!(
        conn,
        diesel::update(refresh_tokens::table.find(hash).filter(refresh_tokens::used_at.is_null()))
            .set(refresh_tokens::used_at.eq(Timestamp(now)))
            .execute(conn)
            .await
    )?;
    Ok(used == 1)
}

/// Removes sessions that expired before a time, with their tokens, at most `batch`; how many.
pub async fn purge(conn: &mut Conn<'_>, before: Time, batch: u16) -> StoreResult<usize> {
    let ids: Vec<SessionId> = with_backend!(
        conn,
        sessions::table
            .filter(sessions::expires_at.lt(Timestamp(before)))
            .order(sessions::expires_at)
            .limit(batch.into())
            .select(sessions::id)
            .load(conn)
            .await
    )?;
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(with_backend!(
        conn,
        diesel::delete(sessions::table.filter(sessions::id.eq_any(&ids))).execute(conn).await
    )?)
}

/// Removes refresh tokens that expired before a time, at most `batch`; how many. Used ones stay
/// until then: they are how a stolen one is noticed.
pub async fn purge_tokens(conn: &mut Conn<'_>, before: Time, batch: u16) -> StoreResult<usize> {
    let hashes: Vec<String> = with_backend!(
        conn,
        refresh_tokens::table
            .filter(refresh_tokens::expires_at.lt(Timestamp(before)))
            .limit(batch.into())
            .select(refresh_tokens::hash)
            .load(conn)
            .await
    )?;
    if hashes.is_empty() {
        return Ok(0);
    }
    Ok(with_backend!(
        conn,
        diesel::delete(refresh_tokens::table.filter(refresh_tokens::hash.eq_any(&hashes)))
            .execute(conn)
            .await
    )?)
}
