//! Views of users. They never contain the password's hash.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::user::{Role, User};
use crate::http::page::PageInfo;

/// A user.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// The id.
    #[schema(example = 3)]
    pub id: i64,
    /// The email address to sign in with, in lower case.
    #[schema(format = IdnEmail, example = "lina@news.example")]
    pub email: String,
    /// The displayed name.
    #[schema(example = "لينا حداد")]
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether the user is suspended.
    #[schema(example = false)]
    pub suspended: bool,
    /// The time of creation.
    pub created_at: DateTime<Utc>,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
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
    /// The position of the page in the list.
    pub page: PageInfo,
}
