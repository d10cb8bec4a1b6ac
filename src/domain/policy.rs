//! The permission rules. No other module decides on permissions.

use super::article::{Article, Status, Transition};
use super::listing::Visibility;
use super::user::{Role, UserId};

/// A signed-in user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The user's id.
    pub user_id: UserId,
    /// Their role.
    pub role: Role,
    /// The id of their session.
    pub session_id: i64,
}

/// The reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The resource must look as if it didn't exist.
    Hidden,
    /// A role that they lack is required.
    NeedsRole(Role),
}

/// Returns the articles that a list may contain.
#[must_use]
pub fn visibility(actor: Option<&Actor>) -> Visibility {
    match actor {
        None => Visibility::Public,
        Some(actor) if actor.role >= Role::Editor => Visibility::All,
        Some(actor) => Visibility::PublicAndOwn(actor.user_id),
    }
}

/// Whether the actor may see an article's source, status and revisions.
#[must_use]
pub fn sees_internals(actor: Option<&Actor>, article: &Article) -> bool {
    actor
        .is_some_and(|actor| actor.role >= Role::Editor || article.author_id == Some(actor.user_id))
}

/// Checks that the actor may read the article.
///
/// # Errors
/// [`Denied::Hidden`] for another user's unpublished article.
pub fn read(actor: Option<&Actor>, article: &Article) -> Result<(), Denied> {
    if article.is_public() || sees_internals(actor, article) { Ok(()) } else { Err(Denied::Hidden) }
}

/// Checks that the actor may see its source and revisions, and create previews.
///
/// # Errors
/// [`Denied`].
pub fn read_internals(actor: &Actor, article: &Article) -> Result<(), Denied> {
    read(Some(actor), article)?;
    if sees_internals(Some(actor), article) { Ok(()) } else { Err(Denied::NeedsRole(Role::Editor)) }
}

/// Checks that the actor may edit the content. Contributors may edit drafts only.
///
/// # Errors
/// [`Denied`].
pub fn edit(actor: &Actor, article: &Article) -> Result<(), Denied> {
    read_internals(actor, article)?;
    if actor.role == Role::Contributor && article.status != Status::Draft {
        return Err(Denied::NeedsRole(Role::Author));
    }
    Ok(())
}

/// Checks that the actor may apply a transition.
///
/// # Errors
/// [`Denied`].
pub fn transition(actor: &Actor, article: &Article, step: Transition) -> Result<(), Denied> {
    match step {
        Transition::Publish
        | Transition::Backdate
        | Transition::Unpublish
        | Transition::Archive => {
            read_internals(actor, article)?;
            needs(actor, Role::Author).map_err(Denied::NeedsRole)
        }
        Transition::Trash => edit(actor, article),
        Transition::Restore => {
            read_internals(actor, article)?;
            // Contributors may restore drafts, since they may trash them. Outside the trash the
            // current status counts: another rule reports that the article can't be restored.
            let status = article.trashed_from.unwrap_or(article.status);
            if actor.role == Role::Contributor && status != Status::Draft {
                return Err(Denied::NeedsRole(Role::Author));
            }
            Ok(())
        }
    }
}

/// Whether the actor may create tags by naming them in an article.
#[must_use]
pub fn may_create_tags(actor: &Actor) -> bool {
    actor.role >= Role::Author
}
/// Checks that the actor has at least this role.
///
/// # Errors
/// The role that the actor lacks.
pub fn needs(actor: &Actor, role: Role) -> Result<(), Role> {
    if actor.role >= role { Ok(()) } else { Err(role) }
}
