//! The author of a comment. Repetitions and hashes recognise an author by an identity: the account,
//! else the email address, else the name.

use super::{Error, ResourceKind, Result};
use crate::auth::author_hash::AuthorHasher;
use crate::domain::comment::{Comment, CommentDraft, CommentId};
use crate::domain::digest::sha256_hex;
use crate::domain::policy::Actor;
use crate::domain::user::UserId;
use crate::store::{Conn, users};
use crate::text::fold;

/// The author of a comment.
pub(super) struct Author {
    /// The author's name.
    pub name: Option<String>,
    /// The author's email address.
    pub email: Option<String>,
    user_id: Option<UserId>,
}

impl Author {
    /// Returns a signed-in user with the account's name and no email address, or the draft's author.
    pub(super) async fn of(
        tx: &mut Conn<'_>,
        actor: Option<&Actor>,
        draft: &CommentDraft,
    ) -> Result<Self> {
        if let Some(actor) = actor {
            let user = users::find(tx, actor.user_id).await?;
            let user = user.ok_or(Error::NotFound(ResourceKind::User))?;
            return Ok(Self { name: Some(user.name), email: None, user_id: Some(user.id) });
        }
        let (name, email) = (draft.author_name.clone(), draft.author_email.clone());
        Ok(Self { name, email, user_id: None })
    }

    /// Returns the author of a stored comment.
    pub(super) fn of_comment(comment: &Comment) -> Self {
        let (name, email) = (comment.author_name.clone(), comment.author_email.clone());
        Self { name, email, user_id: comment.user_id }
    }

    /// Hashes the author, the words and the parent of a comment, to detect repetitions. The same
    /// words are no repetition as replies to two comments.
    pub(super) fn fingerprint(&self, body: &str, parent: Option<CommentId>) -> String {
        let identity = self.account_or_address().unwrap_or_else(|| {
            format!("name {}", fold::fold(self.name.as_deref().unwrap_or_default()))
        });
        let words: Vec<&str> = body.split_whitespace().collect();
        let parent = parent.map(|id| format!("\nparent {id}")).unwrap_or_default();
        sha256_hex(format!("{identity}\n{}{parent}", words.join(" ")))
    }

    fn account_or_address(&self) -> Option<String> {
        match (self.user_id, &self.email) {
            (Some(id), _) => Some(format!("user {id}")),
            (None, email) => email.as_ref().map(|email| format!("email {email}")),
        }
    }
}

/// Sets the hash of a comment's author. A hidden comment has none: the answer to a held comment must
/// not tell the hash of another person's address.
pub(super) fn set_author_hash(hasher: Option<&AuthorHasher>, comment: &mut Comment) {
    let identity = Author::of_comment(comment).account_or_address();
    comment.author_hash = match (hasher, identity) {
        (Some(hasher), Some(identity)) if comment.shown => Some(hasher.hash(&identity)),
        _ => None,
    };
}
