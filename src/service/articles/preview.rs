//! Preview tokens. One permits reading an article in any status, as long as its maker may read it: each use
//! checks the maker's sessions, role and suspension in the database.

use crate::auth::tokens::{IssuedToken, PreviewClaims};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::policy::{self, Actor};
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::articles::{self, Projection};
use crate::store::{Conn, sessions};

/// Issues a short-lived token for reading one article of any status.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn preview_token(app: &App, actor: &Actor, id: ArticleId) -> Result<IssuedToken> {
    app.db
        .read(async |conn| {
            let found = articles::find(conn, id, Projection::Summary).await?;
            let article = found.ok_or(Error::NotFound(ResourceKind::Article))?;
            policy::read_internals(actor, &article)
                .map_err(|denied| Error::denied(ResourceKind::Article, denied))
        })
        .await?;
    let claims = PreviewClaims { article_id: id, session_id: actor.session_id };
    app.shared
        .tokens
        .issue_preview(claims, app.now())
        .map_err(|error| Error::Internal(format!("preview token: {error}")))
}

/// A verified preview token, whose maker was not checked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    claims: PreviewClaims,
    now: Time,
}

impl Preview {
    /// Verifies a preview token. An invalid or expired one permits nothing.
    #[must_use]
    pub fn verify(app: &App, token: &str) -> Option<Self> {
        let now = app.now();
        let verified = app.shared.tokens.verify_preview(token, now);
        let claims = verified.inspect_err(|rejected| {
            tracing::debug!(reason = rejected.reason(), "preview refused");
        });
        Some(Self { claims: claims.ok()?, now })
    }

    /// Whether the token is for this article, and its maker may still read it.
    pub(super) async fn permits(&self, conn: &mut Conn<'_>, article: &Article) -> Result<bool> {
        let (id, now) = (self.claims.session_id, self.now);
        if self.claims.article_id != article.id {
            return Ok(false);
        }
        let Some(made_in) = sessions::find(conn, id).await? else { return Ok(false) };
        let maker = Actor { user_id: made_in.user_id, role: made_in.role, session_id: id };
        if made_in.suspended || policy::read_internals(&maker, article).is_err() {
            return Ok(false);
        }
        let is_active = made_in.ended_at.is_none() && made_in.expires_at > now;
        // A maker who has left one device may go on with another. A new password ends all sessions.
        Ok(is_active || sessions::has_active_since(conn, maker.user_id, id, now).await?)
    }
}
