//! Sessions and their refresh tokens in the database.

use diesel::dsl::exists;

use super::schema::{refresh_tokens, sessions, users};
use super::types::Timestamp;
use super::users::{UserRow, role};
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::user::{Role, User, UserId};
use crate::store::prelude::*;

/// A session's id. Never reused.
pub type SessionId = i64;

/// A session, with the user's data that authentication needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user.
    pub user_id: UserId,
    /// The user's current role.
    pub role: Role,
    /// Whether the user is suspended.
    pub suspended: bool,
    /// The time at which it expires.
    pub expires_at: Time,
    /// The time at which it was ended, by logout for example.
    pub ended_at: Option<Time>,
}

/// A refresh token, with its session and its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredToken {
    /// The session.
    pub session_id: SessionId,
    /// The time at which the token expires.
    pub expires_at: Time,
    /// The time at which it was exchanged for the next one.
    pub used_at: Option<Time>,
    /// The salt of the next one, for a short time after the exchange.
    pub successor_salt: Option<String>,
    /// The time at which the session expires.
    pub session_expires_at: Time,
    /// The time at which the session was ended.
    pub session_ended_at: Option<Time>,
    /// The user.
    pub user: User,
}

/// A refresh token to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The token's hash, as text.
    pub hash: String,
    /// The time of issue.
    pub issued_at: Time,
    /// The time at which it expires.
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
    successor_salt: Option<String>,
    session_expires_at: Timestamp,
    session_ended_at: Option<Timestamp>,
    user: UserRow,
}

/// Inserts a session.
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

/// Returns a session with its user's data, by one keyed query.
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

/// Whether the user has an active session that began no later than another one of theirs.
pub async fn has_active_since(
    conn: &mut Conn<'_>,
    user_id: UserId,
    other: SessionId,
    now: Time,
) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(
            sessions::table
                .filter(sessions::user_id.eq(user_id))
                .filter(sessions::id.le(other))
                .filter(sessions::ended_at.is_null())
                .filter(sessions::expires_at.gt(Timestamp(now)))
                .select(sessions::id)
        ))
        .get_result(conn)
        .await
    )?)
}

/// Ends a session, and so its access and refresh tokens. An ended one keeps its time.
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

/// Ends a user's sessions, except one if given. Returns their number.
pub async fn end_all(
    conn: &mut Conn<'_>,
    user_id: UserId,
    except: Option<SessionId>,
    now: Time,
) -> StoreResult<usize> {
    // No session has the id 0.
    let except = except.unwrap_or(0);
    Ok(with_backend!(
        conn,
        diesel::update(
            sessions::table
                .filter(sessions::user_id.eq(user_id))
                .filter(sessions::id.ne(except))
                .filter(sessions::ended_at.is_null())
        )
        .set(sessions::ended_at.eq(Timestamp(now)))
        .execute(conn)
        .await
    )?)
}

/// Inserts a refresh token.
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

/// Returns a refresh token by its hash, with its session and its user.
pub async fn find_token(conn: &mut Conn<'_>, hash: &str) -> StoreResult<Option<StoredToken>> {
    let row: Option<TokenRow> = with_backend!(
        conn,
        refresh_tokens::table
            .inner_join(sessions::table.inner_join(users::table))
            .filter(refresh_tokens::hash.eq(hash))
            .select((
                refresh_tokens::session_id,
                refresh_tokens::expires_at,
                refresh_tokens::used_at,
                refresh_tokens::successor_salt,
                sessions::expires_at,
                sessions::ended_at,
                UserRow::as_select(),
            ))
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(|row| {
        Ok(StoredToken {
            session_id: row.session_id,
            expires_at: row.expires_at.0,
            used_at: row.used_at.map(|at| at.0),
            successor_salt: row.successor_salt,
            session_expires_at: row.session_expires_at.0,
            session_ended_at: row.session_ended_at.map(|at| at.0),
            user: row.user.try_into()?,
        })
    })
    .transpose()
}

/// Marks a refresh token as used. Returns `true` to exactly one of several concurrent calls.
pub async fn use_token(
    conn: &mut Conn<'_>,
    hash: &str,
    salt: &str,
    now: Time,
) -> StoreResult<bool> {
    let used = with_backend!(
        conn,
        diesel::update(refresh_tokens::table.find(hash).filter(refresh_tokens::used_at.is_null()))
            .set((
                refresh_tokens::used_at.eq(Timestamp(now)),
                refresh_tokens::successor_salt.eq(salt),
            ))
            .execute(conn)
            .await
    )?;
    Ok(used == 1)
}

/// Deletes the salts of a session's tokens that were used until a time.
pub async fn forget_salts(conn: &mut Conn<'_>, id: SessionId, until: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(
            refresh_tokens::table
                .filter(refresh_tokens::session_id.eq(id))
                .filter(refresh_tokens::used_at.le(Timestamp(until)))
                .filter(refresh_tokens::successor_salt.is_not_null())
        )
        .set(refresh_tokens::successor_salt.eq(None::<String>))
        .execute(conn)
        .await
    )?;
    Ok(())
}

/// Deletes the salts of tokens that were used before a time.
pub async fn delete_old_salts(conn: &mut Conn<'_>, before: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(
            refresh_tokens::table
                .filter(refresh_tokens::used_at.lt(Timestamp(before)))
                .filter(refresh_tokens::successor_salt.is_not_null())
        )
        .set(refresh_tokens::successor_salt.eq(None::<String>))
        .execute(conn)
        .await
    )?;
    Ok(())
}

/// Deletes at most `batch` sessions that expired before a time, with their tokens. Returns their
/// number.
pub async fn delete_expired(conn: &mut Conn<'_>, before: Time, batch: u16) -> StoreResult<usize> {
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

/// Deletes at most `batch` refresh tokens that expired before a time. Returns their number. Used
/// tokens stay until then, to detect the reuse of a stolen one.
pub async fn delete_expired_tokens(
    conn: &mut Conn<'_>,
    before: Time,
    batch: u16,
) -> StoreResult<usize> {
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
