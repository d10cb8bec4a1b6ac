//! Who may do what: the only place that decides it. `http/guard.rs` turns a request into an
//! [`Actor`]; `service/` asks here before it acts.

use super::article::{Article, Status, Transition};
use super::listing::Visibility;
use super::user::{Role, UserId};

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// The session they act in.
    pub session_id: i64,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// They may not even know that it is there.
    Hidden,
    /// It takes a role they don't have.
    NeedsRole(Role),
}

/// Which articles a list may show.
#[must_use]
pub fn visibility(actor: Option<&Actor>) -> Visibility {
    match actor {
        None => Visibility::Public,
        Some(actor) if actor.role >= Role::Editor => Visibility::All,
        Some(actor) => Visibility::PublicAndOwn(actor.user_id),
    }
}

/// Whether an article's source, status and revisions are theirs to see.
#[must_use]
pub fn sees_inside(actor: Option<&Actor>, article: &Article) -> bool {
    actor
        .is_some_and(|actor| actor.role >= Role::Editor || article.author_id == Some(actor.user_id))
}

/// May they read it?
///
/// # Errors
/// [`Denied::Hidden`] for an unpublished article of somebody else.
pub fn read(actor: Option<&Actor>, article: &Article) -> Result<(), Denied> {
    if article.is_public() || sees_inside(actor, article) { Ok(()) } else { Err(Denied::Hidden) }
}

/// May they see its source, its revisions, or hand out a preview?
///
/// # Errors
/// [`Denied`].
pub fn read_inside(actor: &Actor, article: &Article) -> Result<(), Denied> {
    read(Some(actor), article)?;
    if sees_inside(Some(actor), article) { Ok(()) } else { Err(Denied::NeedsRole(Role::Editor)) }
}

/// May they change what it says? Contributors only until somebody has taken it out of their
/// hands by publishing it.
///
/// # Errors
/// [`Denied`].
pub fn edit(actor: &Actor, article: &Article) -> Result<(), Denied> {
    read_inside(actor, article)?;
    if actor.role == Role::Contributor && article.status != Status::Draft {
        return Err(Denied::NeedsRole(Role::Author));
    }
    Ok(())
}

/// May they take this step with it?
///
/// # Errors
/// [`Denied`].
pub fn take(actor: &Actor, article: &Article, step: Transition) -> Result<(), Denied> {
    match step {
        Transition::Publish | Transition::Unpublish | Transition::Archive => {
            read_inside(actor, article)?;
            needs(actor, Role::Author)
        }
        Transition::Trash => edit(actor, article),
        Transition::Restore => {
            read_inside(actor, article)?;
            // What a contributor may throw away, they may take out again. What isn't in the trash
            // is judged by where it stands: that it can't be restored is no matter of roles.
            let stood = article.trashed_from.unwrap_or(article.status);
            if actor.role == Role::Contributor && stood != Status::Draft {
                return Err(Denied::NeedsRole(Role::Author));
            }
            Ok(())
        }
    }
}

/// May they make tags by naming them in an article?
#[must_use]
pub fn names_new_tags(actor: &Actor) -> bool {
    actor.role >= Role::Author
}

/// May they see comments that readers don't, with what is known of their authors, and decide about
/// them? Editors, of all articles. Not authors of their own: who is spoken about should not be the
/// one who silences it.
///
/// # Errors
/// [`Denied::NeedsRole`].
pub fn moderate(actor: &Actor) -> Result<(), Denied> {
    needs(actor, Role::Editor)
}

/// Do they have at least this role?
///
/// # Errors
/// [`Denied::NeedsRole`].
pub fn needs(actor: &Actor, role: Role) -> Result<(), Denied> {
    if actor.role >= role { Ok(()) } else { Err(Denied::NeedsRole(role)) }
}
