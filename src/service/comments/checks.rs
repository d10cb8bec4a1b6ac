//! The checks of a new or edited comment, by the settings of the site and the article. They run in
//! the transaction that stores the comment.

use super::author::Author;
use super::prepare::Prepared;
use super::{Error, Result};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::check::{Checks, Violation};
use crate::domain::comment::{Comment, CommentId, Facts};
use crate::domain::comment_settings::{Moderation, OpenState, SiteSettings};
use crate::store::{Conn, comments as store};

/// Checks that the article accepts comments from this author.
pub(super) fn check_open(
    article: &Article,
    site: &SiteSettings,
    is_signed_in: bool,
    now: Time,
) -> Result<()> {
    let state = article.discussion(&site.rules, now);
    if state.comments.state == OpenState::Closed {
        return Err(Error::CommentsClosed(state.comments.reason));
    }
    if site.rules.require_login && !is_signed_in {
        return Err(Error::LoginRequired);
    }
    Ok(())
}

/// The fields of a new comment that the settings decide about.
pub(super) struct Fields<'a> {
    /// The author.
    pub author: &'a Author,
    /// Whether name and email address are required, if the settings require them.
    pub is_anonymous: bool,
    /// Whether the rendered comment has no text.
    pub is_blank: bool,
    /// The parent comment.
    pub parent_id: Option<CommentId>,
    /// The deepest nesting of replies.
    pub max_depth: i32,
}

/// Checks the fields by the settings and returns the parent comment.
pub(super) async fn check_fields(
    tx: &mut Conn<'_>,
    article: ArticleId,
    fields: &Fields<'_>,
    site: &SiteSettings,
) -> Result<Option<Comment>> {
    let mut checks = Checks::default();
    if site.rules.require_name_email && fields.is_anonymous {
        let Author { name, email, .. } = fields.author;
        for (pointer, value) in [("/author_name", name), ("/author_email", email)] {
            if value.is_none() {
                checks.violation(pointer, Violation::Required);
            }
        }
    }
    if fields.is_blank {
        checks.violation("/body", Violation::Empty);
    }
    let parent = match fields.parent_id {
        Some(id) => parent(tx, article, id).await?,
        None => None,
    };
    match &parent {
        Some(parent) if parent.depth >= fields.max_depth => {
            let max = u64::try_from(fields.max_depth).unwrap_or(1);
            checks.violation("/parent_id", Violation::TooDeep { max });
        }
        None if fields.parent_id.is_some() => {
            checks.violation("/parent_id", Violation::UnknownComment);
        }
        _ => {}
    }
    Ok(checks.finish(parent)?)
}

/// Finds a parent comment that readers see; others accept no replies.
async fn parent(tx: &mut Conn<'_>, article: ArticleId, id: CommentId) -> Result<Option<Comment>> {
    let found = store::find(tx, id).await?;
    Ok(found.filter(|parent| parent.article_id == article && parent.shown))
}

/// Fails if the article has another comment with this fingerprint.
pub(super) async fn check_repetition(
    tx: &mut Conn<'_>,
    article: ArticleId,
    fingerprint: &str,
    except: Option<CommentId>,
) -> Result<()> {
    match store::is_repeated(tx, article, fingerprint, except).await? {
        true => Err(Error::conflict("comment_repeated", [])),
        false => Ok(()),
    }
}

/// Collects the properties that decide the moderation of an anonymous comment.
pub(super) async fn facts(
    tx: &mut Conn<'_>,
    article: &Article,
    email: Option<&str>,
    prepared: &Prepared,
    site: &SiteSettings,
    except: Option<CommentId>,
) -> Result<Facts> {
    let moderation = article.overrides.moderation.unwrap_or(site.rules.moderation);
    let known = match email {
        Some(email) if moderation == Moderation::FirstTime => {
            store::is_known(tx, email, except).await?
        }
        _ => false,
    };
    let matches = prepared.rule_matches(site);
    Ok(Facts {
        is_staff: false,
        known,
        links: prepared.links,
        moderation_word: matches.moderation_word,
        blocked_word: matches.blocked_word,
        is_trapped: false,
    })
}
