//! The pages of mentions: several sources may lead to one page, which has one mention. The mentions of
//! the other sources are joined to it. Code that joins or releases them must lock the article first.

use super::row::{MentionRow, MetadataColumns};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::mention::{Mention, MentionId, ModerationStatus, SourceMetadata, Verification};
use crate::store::prelude::*;
use crate::store::schema::mentions;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// Returns a mention by its id, or the one by the same page that it is joined to.
pub async fn find_page(conn: &mut Conn<'_>, id: MentionId) -> StoreResult<Option<Mention>> {
    let found = super::find(conn, id).await?;
    match found.as_ref().and_then(|mention| mention.same_as) {
        Some(page) => super::find(conn, page).await,
        None => Ok(found),
    }
}

/// Returns the mention of an article by a source: the one sent with this URL, or else the one by the
/// page at this URL.
pub async fn find_by_source(
    conn: &mut Conn<'_>,
    article: ArticleId,
    source_key: &str,
) -> StoreResult<Option<Mention>> {
    let row: Option<MentionRow> = with_backend!(
        conn,
        mentions::table
            .filter(mentions::article_id.eq(article))
            .filter(mentions::source_key.eq(source_key))
            .select(MentionRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?;
    match row {
        Some(row) => Mention::try_from(row).map(Some),
        None => find_of_page(conn, article, source_key).await,
    }
}

/// Returns the mention of an article by the page at a URL.
pub async fn find_of_page(
    conn: &mut Conn<'_>,
    article: ArticleId,
    page_key: &str,
) -> StoreResult<Option<Mention>> {
    let row: Option<MentionRow> = with_backend!(
        conn,
        mentions::table
            .filter(mentions::article_id.eq(article))
            .filter(mentions::page_key.eq(page_key))
            .select(MentionRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Mention::try_from).transpose()
}

/// Returns a mention, and the one that it is joined to, or else itself.
pub async fn with_joined(conn: &mut Conn<'_>, mention: Mention) -> StoreResult<(Mention, Mention)> {
    let page = match mention.same_as {
        Some(page) => super::find(conn, page).await?,
        None => None,
    };
    let page = page.unwrap_or_else(|| mention.clone());
    Ok((mention, page))
}

/// Joins a mention to the one by the same page. It stays spam, but no approval survives.
pub async fn join(
    conn: &mut Conn<'_>,
    mention: &Mention,
    page: MentionId,
    now: Time,
) -> StoreResult<()> {
    let status = match mention.moderation_status {
        ModerationStatus::Spam => ModerationStatus::Spam,
        ModerationStatus::Pending | ModerationStatus::Approved => ModerationStatus::Pending,
    };
    with_backend!(
        conn,
        diesel::update(mentions::table.find(mention.id))
            .set((
                mentions::same_as.eq(page),
                mentions::page_key.eq(None::<&str>),
                mentions::verification.eq(Verification::Verified.as_str()),
                mentions::verified_at.eq(None::<Timestamp>),
                mentions::reason.eq(None::<&str>),
                mentions::status.eq(status.as_str()),
                mentions::pending_target_url.eq(None::<&str>),
                mentions::version.eq(mentions::version + 1),
                mentions::updated_at.eq(Timestamp(now)),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Queues the mentions that are joined to one whose page has changed, and returns their ids: each must
/// be verified again.
pub async fn release_joined(conn: &mut Conn<'_>, page: MentionId) -> StoreResult<Vec<MentionId>> {
    Ok(with_backend!(
        conn,
        diesel::update(mentions::table.filter(mentions::same_as.eq(page)))
            .set((
                mentions::same_as.eq(None::<MentionId>),
                mentions::verification.eq(Verification::Queued.as_str()),
                mentions::version.eq(mentions::version + 1),
            ))
            .returning(mentions::id)
            .load(conn)
            .await
    )?)
}

/// Stores that the page of a mention was verified from another of its URLs.
pub async fn update_page(
    conn: &mut Conn<'_>,
    id: MentionId,
    metadata: &SourceMetadata,
    status: ModerationStatus,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(mentions::table.find(id))
            .set((
                mentions::verified_at.eq(Timestamp(now)),
                mentions::status.eq(status.as_str()),
                mentions::version.eq(mentions::version + 1),
                mentions::updated_at.eq(Timestamp(now)),
                MetadataColumns::from(metadata),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}
