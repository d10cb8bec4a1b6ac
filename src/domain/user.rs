//! Users and their roles.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Time;
use crate::text::clean;

/// A user's id.
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
    /// The id.
    pub id: UserId,
    /// The email address for signing in, in lower case.
    pub email: String,
    /// The displayed name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether the account is locked by an admin.
    pub suspended: bool,
    /// The time of creation.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
}

/// A user to create, with the password's hash.
#[derive(Clone)]
pub struct NewUser {
    /// The email address, in lower case.
    pub email: String,
    /// The displayed name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The Argon2id hash, as a PHC string.
    pub password_hash: String,
}

/// An admin's changes to a user. `None` keeps a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// The new email address.
    pub email: Option<String>,
    /// The new name.
    pub name: Option<String>,
    /// The new role.
    pub role: Option<Role>,
    /// Whether the account becomes locked.
    pub suspended: Option<bool>,
}

/// Normalises an email address for storage and comparison: NFKC in lower case. The mail server
/// defines the meaning of the local part.
#[must_use]
pub fn normal_email(email: &str) -> String {
    clean::identifier(email)
}

/// Returns the forms in which an account may store an email address, the one to prefer first. Old
/// accounts have it in lower case only, and go on working with the spelling that created them.
#[must_use]
pub fn stored_emails(email: &str) -> Vec<String> {
    let mut forms = vec![email.trim().to_lowercase(), normal_email(email)];
    forms.dedup();
    forms
}

/// Whether the text has the form of an email address.
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
