//! The personal data in comments: finding and erasing it.

use super::row::CommentRow;
use crate::domain::Time;
use crate::domain::comment::{Comment, CommentId};
use crate::store::prelude::*;
use crate::store::schema::{comments, users};
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult, dialect, locks};

/// Erases the author of comments, but not their text. A macro, since the filters differ in type.
macro_rules! erase {
    ($conn:ident, $rows:expr, $now:ident) => {
        with_backend!(
            $conn,
            diesel::update($rows)
                .set((
                    comments::user_id.eq(None::<i64>),
                    comments::author_name.eq(None::<String>),
                    comments::author_email.eq(None::<String>),
                    comments::author_url.eq(None::<String>),
                    // It is a hash of the author's address, so it could identify them.
                    comments::fingerprint.eq(None::<String>),
                    comments::client_address.eq(None::<String>),
                    comments::user_agent.eq(None::<String>),
                    comments::client_data_expires_at.eq(None::<Timestamp>),
                    comments::updated_at.eq(Timestamp($now)),
                    comments::version.eq(comments::version + 1),
                ))
                .execute($conn)
                .await
        )
    };
}

/// Returns the account with an email address.
async fn account(conn: &mut Conn<'_>, email: &str) -> StoreResult<Option<i64>> {
    Ok(with_backend!(
        conn,
        users::table
            .filter(users::email.eq(email))
            .select(users::id)
            .get_result(conn)
            .await
            .optional()
    )?)
}

/// Returns a batch of comments by an email address or its account, by id, after the comment
/// `after`.
pub async fn by_person(
    conn: &mut Conn<'_>,
    email: &str,
    after: CommentId,
    batch: u16,
) -> StoreResult<Vec<Comment>> {
    // No account has the id 0.
    let user = account(conn, email).await?.unwrap_or(0);
    let rows: Vec<(CommentRow, String)> = with_backend!(
        conn,
        comments::table
            .filter(comments::author_email.eq(email).or(comments::user_id.eq(user)))
            .filter(comments::id.gt(after))
            .order(comments::id)
            .limit(batch.into())
            .select((CommentRow::as_select(), comments::body))
            .load(conn)
            .await
    )?;
    rows.into_iter().map(Comment::try_from).collect()
}

/// Erases the author of one comment. Its article must be locked.
pub async fn erase_author(conn: &mut Conn<'_>, id: CommentId, now: Time) -> StoreResult<()> {
    erase!(conn, comments::table.find(id), now)?;
    Ok(())
}

/// Erases a person from all their comments, after locking the articles. Returns the number of
/// comments.
pub async fn erase_person(conn: &mut Conn<'_>, email: &str, now: Time) -> StoreResult<usize> {
    let user = account(conn, email).await?.unwrap_or(0);
    let mut ids: Vec<i64> = with_backend!(
        conn,
        comments::table
            .filter(comments::author_email.eq(email).or(comments::user_id.eq(user)))
            .select(comments::article_id)
            .load(conn)
            .await
    )?;
    ids.sort_unstable();
    ids.dedup();
    locks::articles(conn, &ids).await?;
    let by_account = erase!(conn, comments::table.filter(comments::user_id.eq(user)), now)?;
    let by_email = erase!(conn, comments::table.filter(comments::author_email.eq(email)), now)?;
    Ok(by_account + by_email)
}

/// Deletes expired client data (network address, user agent) of at most `batch` comments. Returns
/// their number. Comments that another transaction has locked stay for the next time.
pub async fn delete_client_data(conn: &mut Conn<'_>, now: Time, batch: u16) -> StoreResult<usize> {
    let ids = dialect::lock_expired_client_data(conn, now, batch.into()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(with_backend!(
        conn,
        diesel::update(comments::table.filter(comments::id.eq_any(&ids)))
            .set((
                comments::client_address.eq(None::<String>),
                comments::user_agent.eq(None::<String>),
                comments::client_data_expires_at.eq(None::<Timestamp>),
            ))
            .execute(conn)
            .await
    )?)
}
