//! Users and what their roles are called.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Time;

/// A user's number.
pub type UserId = i64;

/// The role of a user, in ascending order of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, Display, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Writes drafts.
    Contributor,
    /// Publishes own articles.
    Author,
    /// Edits all articles, tags, comments and the articles' comment settings.
    Editor,
    /// Manages users and the site's settings, and deletes permanently.
    Admin,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Number.
    pub id: UserId,
    /// Address they sign in with, in lower case.
    pub email: String,
    /// Name to show.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Locked out until an admin says otherwise.
    pub suspended: bool,
    /// The time of creation.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
}

/// A user to be made. The password comes hashed.
#[derive(Clone)]
pub struct NewUser {
    /// Address, in lower case.
    pub email: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Argon2id hash, as a PHC string.
    pub password_hash: String,
}

/// What an admin changes of a user; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// Another address.
    pub email: Option<String>,
    /// Another name.
    pub name: Option<String>,
    /// Another role.
    pub role: Option<Role>,
    /// Suspend or let in again.
    pub suspended: Option<bool>,
}

/// An address as it is stored and compared. Only its case is folded: what stands before the `@`
/// belongs to its mail server, and nothing else about it may be guessed.
#[must_use]
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Whether this could be an address. Whether it is one, only a message to it can tell.
#[must_use]
pub fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    !local.is_empty()
        && email.len() <= 254
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
}
