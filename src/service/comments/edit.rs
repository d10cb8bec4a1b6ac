//! Edits and deletions by the author of a comment, who holds its edit token. An edit is moderated
//! like a new comment, and never shows a hidden one.

use super::author::{Author, set_author_hash};
use super::checks::{check_open, check_repetition, facts};
use super::moderate::raise;
use super::prepare::prepare;
use super::{App, Error, Result, article};
use crate::auth::secrets::EditToken;
use crate::domain::Time;
use crate::domain::check::Violation;
use crate::domain::comment::{
    Comment, CommentDraft, CommentId, CommentStatus, Facts, judge, judge_edit,
};
use crate::service::Expected;
use crate::store::comments::{self as store, NewText};
use crate::store::{Conn, articles, comment_settings};

/// Replaces the text of a comment.
///
/// # Errors
/// [`Error::InvalidEditToken`], [`Error::EditExpired`], [`Error::Stale`], and as
/// [`super::post::post`].
pub async fn edit(
    app: &App,
    id: CommentId,
    token: EditToken,
    expected: Expected,
    body: String,
) -> Result<Comment> {
    let now = app.now();
    let (comment, site) = app
        .db
        .read(async |conn| {
            let comment = own(conn, id, &token, now).await?;
            Ok::<_, Error>((comment, comment_settings::site(conn).await?))
        })
        .await?;
    let prepared = prepare(&draft_of(comment, body.clone()), site).await?;
    let (before, mut after) = app
        .db
        .write(async move |tx| {
            let current = lock_own(tx, id, &token, now).await?;
            expected.check(current.version, current.updated_at)?;
            let article = article(tx, None, current.article_id).await?;
            let site = comment_settings::site(tx).await?;
            check_open(&article, &site, current.is_staff, now)?;
            if prepared.is_blank {
                return Err(Error::violation("/body", Violation::Empty));
            }
            let fingerprint = Author::of_comment(&current).fingerprint(&body, current.parent_id);
            check_repetition(tx, article.id, &fingerprint, Some(id)).await?;
            let email = current.author_email.as_deref();
            let facts = facts(tx, &article, email, &prepared, &site, Some(id)).await?;
            let facts = Facts { is_staff: current.is_staff, ..facts };
            let verdict = judge(&site.rules, &article.overrides, &facts);
            let (status, held_for) = judge_edit((current.status, current.held_for), verdict);
            let (body, html) = (body.clone(), prepared.html.clone());
            let text = NewText { status, held_for, fingerprint, body, html };
            store::replace_text(tx, id, &text, now).await?;
            store::update_lists(tx, &current, status).await?;
            let after = store::find(tx, id).await?.ok_or(Error::InvalidEditToken)?;
            Ok((current.status, after))
        })
        .await?;
    raise(app, &after, before);
    set_author_hash(app.shared.author_hasher.as_ref(), &mut after);
    Ok(after)
}

/// Moves a comment to the trash. Its edit token is invalid from then on.
///
/// # Errors
/// [`Error::InvalidEditToken`], [`Error::EditExpired`], [`Error::Stale`].
pub async fn withdraw(
    app: &App,
    id: CommentId,
    token: EditToken,
    expected: Expected,
) -> Result<()> {
    let now = app.now();
    let (before, after) = app
        .db
        .write(async move |tx| {
            let current = lock_own(tx, id, &token, now).await?;
            expected.check(current.version, current.updated_at)?;
            // A verdict of spam stays, since further comments are compared with it.
            if current.status != CommentStatus::Spam {
                store::set_status(tx, id, CommentStatus::Trash, now).await?;
                store::update_lists(tx, &current, CommentStatus::Trash).await?;
            }
            store::delete_edit_token(tx, id).await?;
            let after = store::find(tx, id).await?.ok_or(Error::InvalidEditToken)?;
            Ok::<_, Error>((current.status, after))
        })
        .await?;
    raise(app, &after, before);
    Ok(())
}

/// Locks the comment's article until the transaction ends and returns the comment.
async fn lock_own(
    tx: &mut Conn<'_>,
    id: CommentId,
    token: &EditToken,
    now: Time,
) -> Result<Comment> {
    let article = own(tx, id, token, now).await?.article_id;
    articles::lock(tx, article).await?;
    if comment_settings::site(tx).await?.rules.edit_minutes == 0 {
        return Err(Error::EditExpired);
    }
    // The comment may have changed while another transaction had the lock.
    own(tx, id, token, now).await
}

/// Returns the comment that the token belongs to. An unknown comment is refused like a wrong token,
/// so that nobody learns which comments exist.
async fn own(conn: &mut Conn<'_>, id: CommentId, token: &EditToken, now: Time) -> Result<Comment> {
    let comment = store::find(conn, id).await?.ok_or(Error::InvalidEditToken)?;
    if comment.edit_token_hash.as_deref() != Some(token.hash().as_slice()) {
        return Err(Error::InvalidEditToken);
    }
    match comment.editable_until {
        Some(until) if until > now => Ok(comment),
        _ => Err(Error::EditExpired),
    }
}

fn draft_of(comment: Comment, body: String) -> CommentDraft {
    CommentDraft {
        parent_id: comment.parent_id,
        author_name: comment.author_name,
        author_email: comment.author_email,
        author_url: comment.author_url,
        body,
        lang: comment.lang,
        is_trapped: false,
        created_at: None,
    }
}
