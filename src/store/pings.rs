//! Outgoing pings in the database: the delivery log.

use diesel::IntoSql;
use diesel::sql_types::Bool;

use crate::store::prelude::*;

use super::error::StoreError;
use super::keyset::as_number;
use super::schema::pings;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::listing::{Direction, Page, PageRequest, Position, SortKey};
use crate::domain::ping::{Ping, PingId, PingProtocol, PingStatus};

#[derive(Queryable, Selectable)]
#[diesel(table_name = pings)]
struct PingRow {
    id: i64,
    article_id: Option<i64>,
    target_url: String,
    source_url: String,
    status: String,
    protocol: Option<String>,
    endpoint: Option<String>,
    reason: Option<String>,
    http_status: Option<i32>,
    attempts: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
    attempted_at: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
}

fn corrupt(column: &str, value: &str) -> StoreError {
    StoreError::corrupt("pings", column, value)
}

impl TryFrom<PingRow> for Ping {
    type Error = StoreError;

    fn try_from(row: PingRow) -> Result<Self, StoreError> {
        let protocol = |name: String| name.parse().map_err(|_| corrupt("protocol", &name));
        Ok(Self {
            status: row.status.parse().map_err(|_| corrupt("status", &row.status))?,
            protocol: row.protocol.map(protocol).transpose()?,
            id: row.id,
            article_id: row.article_id,
            target_url: row.target_url,
            source_url: row.source_url,
            endpoint: row.endpoint,
            reason: row.reason,
            http_status: row.http_status,
            attempts: row.attempts,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            attempted_at: row.attempted_at.map(|at| at.0),
            delivered_at: row.delivered_at.map(|at| at.0),
        })
    }
}

/// Returns a ping by its id.
pub async fn find(conn: &mut Conn<'_>, id: PingId) -> StoreResult<Option<Ping>> {
    let row: Option<PingRow> = with_backend!(
        conn,
        pings::table.find(id).select(PingRow::as_select()).get_result(conn).await.optional()
    )?;
    row.map(Ping::try_from).transpose()
}

/// Returns all pings of an article.
pub async fn of_article(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<Vec<Ping>> {
    let rows: Vec<PingRow> = with_backend!(
        conn,
        pings::table
            .filter(pings::article_id.eq(article))
            .order(pings::id)
            .select(PingRow::as_select())
            .load(conn)
            .await
    )?;
    rows.into_iter().map(Ping::try_from).collect()
}

/// Returns a page of an article's pings, newest first.
pub async fn list(
    conn: &mut Conn<'_>,
    article: ArticleId,
    page: &PageRequest,
) -> StoreResult<Page<Ping>> {
    let (rows, total): (Vec<PingRow>, Option<i64>) = with_backend!(conn, {
        let mut rows = pings::table
            .filter(pings::article_id.eq(article))
            .select(PingRow::as_select())
            .into_boxed::<Backend>();
        let direction = Direction::Descending;
        let rows = keyset!(rows, pings::id, pings::id, page, direction, as_number);
        let rows = rows.load(conn).await?;
        let count = pings::table.filter(pings::article_id.eq(article)).count();
        let total = if page.total { Some(count.get_result(conn).await?) } else { None };
        (rows, total)
    });
    let mut page =
        Page::from_found(rows, page, |row| Position { id: row.id, key: SortKey::Number(row.id) });
    page.total = total;
    let rows = std::mem::take(&mut page.rows);
    let pings = rows.into_iter().map(Ping::try_from).collect::<StoreResult<Vec<Ping>>>()?;
    Ok(Page { rows: pings, next: page.next, prev: page.prev, total: page.total })
}

/// Inserts a ping, queued for delivery.
pub async fn insert(
    conn: &mut Conn<'_>,
    article: ArticleId,
    source_url: &str,
    target_url: &str,
    now: Time,
) -> StoreResult<PingId> {
    Ok(with_backend!(
        conn,
        diesel::insert_into(pings::table)
            .values((
                pings::article_id.eq(article),
                pings::target_url.eq(target_url),
                pings::source_url.eq(source_url),
                pings::status.eq(PingStatus::Queued.as_str()),
                pings::created_at.eq(Timestamp(now)),
                pings::updated_at.eq(Timestamp(now)),
            ))
            .returning(pings::id)
            .get_result(conn)
            .await
    )?)
}

/// Queues a ping for another delivery. Its endpoint will be discovered again.
pub async fn requeue(
    conn: &mut Conn<'_>,
    id: PingId,
    source_url: &str,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(pings::table.find(id))
            .set((
                pings::source_url.eq(source_url),
                pings::status.eq(PingStatus::Queued.as_str()),
                pings::endpoint.eq(None::<&str>),
                pings::reason.eq(None::<&str>),
                pings::attempts.eq(0),
                pings::updated_at.eq(Timestamp(now)),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Detaches the webmentions of an article that is about to be deleted, and queues them again, so
/// that their receivers learn of the deletion. With `all` these are all delivered ones, else those
/// that are queued for an update. Returns their ids and targets.
pub async fn detach_for_deletion(
    conn: &mut Conn<'_>,
    article: ArticleId,
    all: bool,
    now: Time,
) -> StoreResult<Vec<(PingId, String)>> {
    let queued = PingStatus::Queued.as_str();
    Ok(with_backend!(
        conn,
        diesel::update(
            pings::table
                .filter(pings::article_id.eq(article))
                .filter(pings::protocol.eq(PingProtocol::Webmention.as_str()))
                .filter(pings::delivered_at.is_not_null())
                .filter(pings::status.eq(queued).or(all.into_sql::<Bool>())),
        )
        .set((
            pings::article_id.eq(None::<ArticleId>),
            pings::status.eq(queued),
            pings::endpoint.eq(None::<&str>),
            pings::reason.eq(None::<&str>),
            pings::attempts.eq(0),
            pings::updated_at.eq(Timestamp(now)),
        ))
        .returning((pings::id, pings::target_url))
        .load(conn)
        .await
    )?)
}

/// Deletes a ping and its job.
pub async fn delete(conn: &mut Conn<'_>, id: PingId) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(pings::table.find(id)).execute(conn).await)?;
    Ok(())
}

/// Stores the result of an attempt.
pub async fn save(conn: &mut Conn<'_>, ping: &Ping) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(pings::table.find(ping.id))
            .set((
                pings::status.eq(ping.status.as_str()),
                pings::protocol.eq(ping.protocol.map(|protocol| protocol.as_str())),
                pings::endpoint.eq(ping.endpoint.as_deref()),
                pings::reason.eq(ping.reason.as_deref()),
                pings::http_status.eq(ping.http_status),
                pings::attempts.eq(ping.attempts),
                pings::updated_at.eq(Timestamp(ping.updated_at)),
                pings::attempted_at.eq(ping.attempted_at.map(Timestamp)),
                pings::delivered_at.eq(ping.delivered_at.map(Timestamp)),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}
