//! How a user is shown. The password never is, not even its hash.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::user::{Role, User};
use crate::http::page::PageInfo;

/// What a user may do, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Role)]
pub enum RoleView {
    /// Writes drafts.
    Contributor,
    /// Publishes what they wrote.
    Author,
    /// Edits everybody's articles, the tags and the articles' comment settings.
    Editor,
    /// Also manages users and the site's settings, and deletes for good.
    Admin,
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        match role {
            Role::Contributor => Self::Contributor,
            Role::Author => Self::Author,
            Role::Editor => Self::Editor,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<RoleView> for Role {
    fn from(role: RoleView) -> Self {
        match role {
            RoleView::Contributor => Self::Contributor,
            RoleView::Author => Self::Author,
            RoleView::Editor => Self::Editor,
            RoleView::Admin => Self::Admin,
        }
    }
}

/// Somebody who signs in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// Their number.
    #[schema(example = 3)]
    pub id: i64,
    /// The address they sign in with, in lower case.
    #[schema(format = IdnEmail, example = "lina@news.example")]
    pub email: String,
    /// The name to show.
    #[schema(example = "لينا حداد")]
    pub name: String,
    /// What they may do.
    pub role: RoleView,
    /// Whether they are locked out.
    #[schema(example = false)]
    pub suspended: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role.into(),
            suspended: user.suspended,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A page of users.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserList {
    /// The users.
    pub data: Vec<UserView>,
    /// Where the page lies.
    pub page: PageInfo,
}
