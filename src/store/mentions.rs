//! Mentions in the database.

mod pages;
mod rejected;
mod row;
mod throttles;

use diesel::dsl::{And, Eq, IsNotNull};

use super::keyset::as_number;
use super::schema::{articles, mentions};
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::listing::{Direction, Page, Position, SortKey};
use crate::domain::mention::{
    Mention, MentionId, MentionQuery, ModerationStatus, SourceMetadata, Verification,
};
use crate::store::prelude::*;
pub use pages::{
    find_by_source, find_of_page, find_page, join, release_joined, update_page, with_joined,
};
pub use rejected::{delete_rejected, trim_rejected};
pub use row::NewMention;
use row::{MentionRow, MetadataColumns};
pub use throttles::{delete_expired_throttles, find_throttle, lock_throttle, set_throttle};

/// The filter of the mentions that readers see: approved, and with a verified link.
fn shown() -> And<Eq<mentions::status, &'static str>, IsNotNull<mentions::verified_at>> {
    let approved = mentions::status.eq(ModerationStatus::Approved.as_str());
    approved.and(mentions::verified_at.is_not_null())
}

/// Returns a mention by its id.
pub async fn find(conn: &mut Conn<'_>, id: MentionId) -> StoreResult<Option<Mention>> {
    let row: Option<MentionRow> = with_backend!(
        conn,
        mentions::table.find(id).select(MentionRow::as_select()).get_result(conn).await.optional()
    )?;
    row.map(Mention::try_from).transpose()
}

/// Inserts a mention, queued for verification.
///
/// # Errors
/// `Duplicate` when the source already mentions the article.
pub async fn insert(conn: &mut Conn<'_>, new: &NewMention, now: Time) -> StoreResult<MentionId> {
    Ok(with_backend!(
        conn,
        diesel::insert_into(mentions::table)
            .values((
                (
                    mentions::article_id.eq(new.article_id),
                    mentions::protocol.eq(new.protocol.as_str()),
                    mentions::source_url.eq(&new.source_url),
                    mentions::source_key.eq(&new.source_key),
                    mentions::source_host.eq(&new.source_host),
                    mentions::target_url.eq(&new.target_url),
                    mentions::verification.eq(Verification::Queued.as_str()),
                    mentions::status.eq(ModerationStatus::Pending.as_str()),
                    mentions::created_at.eq(Timestamp(now)),
                    mentions::updated_at.eq(Timestamp(now)),
                ),
                MetadataColumns::from(&new.metadata),
            ))
            .returning(mentions::id)
            .get_result(conn)
            .await
    )?)
}

/// Queues a mention for another verification. Its moderation status and metadata stay the same.
/// Returns `false` if it was deleted meanwhile.
pub async fn requeue(
    conn: &mut Conn<'_>,
    id: MentionId,
    new: &NewMention,
    now: Time,
) -> StoreResult<bool> {
    let updated = with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set((
                mentions::protocol.eq(new.protocol.as_str()),
                mentions::source_url.eq(&new.source_url),
                mentions::source_key.eq(&new.source_key),
                mentions::pending_target_url.eq(&new.target_url),
                mentions::verification.eq(Verification::Queued.as_str()),
                mentions::reason.eq(None::<&str>),
                mentions::updated_at.eq(Timestamp(now)),
                mentions::version.eq(mentions::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(updated == 1)
}

/// Stores the metadata that came with the request of a mention.
pub async fn set_metadata(
    conn: &mut Conn<'_>,
    id: MentionId,
    metadata: &SourceMetadata,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set(MetadataColumns::from(metadata))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// The result of a verification.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The new state of verification.
    pub verification: Verification,
    /// The reason of a rejection: a stable code.
    pub reason: Option<&'static str>,
    /// The time at which the link was last found.
    pub verified_at: Option<Time>,
    /// The new moderation status.
    pub moderation_status: ModerationStatus,
    /// The URL that the source links to.
    pub target_url: String,
    /// The host of the source, after redirects.
    pub source_host: String,
    /// The normalised URL of the page, after redirects.
    pub page_key: Option<String>,
    /// The mention by the same page.
    pub same_as: Option<MentionId>,
    /// The source's current metadata.
    pub metadata: SourceMetadata,
}

/// Stores the result of a verification.
pub async fn save_verdict(
    conn: &mut Conn<'_>,
    id: MentionId,
    verdict: &Verdict,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set((
                mentions::verification.eq(verdict.verification.as_str()),
                mentions::reason.eq(verdict.reason),
                mentions::verified_at.eq(verdict.verified_at.map(Timestamp)),
                mentions::status.eq(verdict.moderation_status.as_str()),
                mentions::target_url.eq(&verdict.target_url),
                mentions::source_host.eq(&verdict.source_host),
                mentions::page_key.eq(&verdict.page_key),
                mentions::same_as.eq(verdict.same_as),
                mentions::pending_target_url.eq(None::<&str>),
                mentions::updated_at.eq(Timestamp(now)),
                mentions::version.eq(mentions::version + 1),
                MetadataColumns::from(&verdict.metadata),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Stores the reason why a verification is delayed.
pub async fn set_reason(conn: &mut Conn<'_>, id: MentionId, reason: &str) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set((mentions::reason.eq(reason), mentions::version.eq(mentions::version + 1)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Ends a verification without a result.
pub async fn abandon(
    conn: &mut Conn<'_>,
    id: MentionId,
    verification: Verification,
    reason: &str,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set((
                mentions::verification.eq(verification.as_str()),
                mentions::reason.eq(reason),
                mentions::pending_target_url.eq(None::<&str>),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Sets a mention's moderation status.
pub async fn set_moderation_status(
    conn: &mut Conn<'_>,
    id: MentionId,
    moderation_status: ModerationStatus,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set((
                mentions::status.eq(moderation_status.as_str()),
                mentions::updated_at.eq(Timestamp(now)),
                mentions::version.eq(mentions::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes a mention.
pub async fn delete(conn: &mut Conn<'_>, id: MentionId) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(mentions::table.find(id)).execute(conn).await)?;
    Ok(())
}

/// Updates an article's count of shown mentions. The article's version stays the same.
pub async fn recount(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<()> {
    with_backend!(conn, {
        let count: i64 = mentions::table
            .filter(mentions::article_id.eq(article))
            .filter(shown())
            .count()
            .get_result(conn)
            .await?;
        diesel::update(articles::table.find(article))
            .set(articles::mention_count.eq(count))
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Whether a mention from this host was approved.
pub async fn is_known(conn: &mut Conn<'_>, host: &str) -> StoreResult<bool> {
    let first: Option<i64> = with_backend!(
        conn,
        mentions::table
            .filter(mentions::source_host.eq(host))
            .filter(shown())
            .select(mentions::id)
            .limit(1)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(first.is_some())
}

/// Returns the sources of an article's shown mentions, at most 500.
pub async fn sources(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<Vec<String>> {
    Ok(with_backend!(
        conn,
        mentions::table
            .filter(mentions::article_id.eq(article))
            .filter(shown())
            .order(mentions::id)
            .select(mentions::source_url)
            .limit(500)
            .load(conn)
            .await
    )?)
}

/// Returns a page of mentions, newest first.
pub async fn list(conn: &mut Conn<'_>, query: &MentionQuery) -> StoreResult<Page<Mention>> {
    let (rows, total): (Vec<MentionRow>, Option<i64>) = with_backend!(conn, {
        let pages = mentions::table.filter(mentions::same_as.is_null());
        let mut rows = pages.select(MentionRow::as_select()).into_boxed::<Backend>();
        let mut count = pages.count().into_boxed::<Backend>();
        if let Some(article) = query.article {
            rows = rows.filter(mentions::article_id.eq(article));
            count = count.filter(mentions::article_id.eq(article));
        }
        if let Some(moderation_status) = query.moderation_status {
            rows = rows.filter(mentions::status.eq(moderation_status.as_str()));
            count = count.filter(mentions::status.eq(moderation_status.as_str()));
        }
        if query.shown {
            rows = rows.filter(shown());
            count = count.filter(shown());
        }
        let (page, direction) = (&query.page, Direction::Descending);
        let rows = keyset!(rows, mentions::id, mentions::id, page, direction, as_number);
        let rows = rows.load(conn).await?;
        let total = if page.total { Some(count.get_result(conn).await?) } else { None };
        (rows, total)
    });
    let mut page = Page::from_found(rows, &query.page, |row| Position {
        id: row.id,
        key: SortKey::Number(row.id),
    });
    page.total = total;
    let rows = std::mem::take(&mut page.rows);
    let mentions =
        rows.into_iter().map(Mention::try_from).collect::<StoreResult<Vec<Mention>>>()?;
    Ok(Page { rows: mentions, next: page.next, prev: page.prev, total: page.total })
}
