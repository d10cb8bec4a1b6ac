//! Bodies and parameters of `/users`. Addresses are checked by the service, which folds them
//! first: the schema says `idn-email`, since an address may be in any script.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::RoleView;
use crate::auth::strength::{MAX_CHARS, MIN_CHARS};
use crate::domain::check::{Checks, Invalid};
use crate::domain::listing::UserQuery;
use crate::domain::user::{User, UserPatch, normal_email};
use crate::http::page;
use crate::http::problem::ApiError;
use crate::service::users::CreateUser;

/// The name of the only order that users have.
pub const ORDER: &str = "id";

// A schema's limits are literals; these must not drift apart from what is enforced.
const _: () = assert!(MIN_CHARS == 12 && MAX_CHARS == 128);

/// A user as an admin makes one.
// Without `Debug`: it holds a password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    /// The address to sign in with. No two users have the same, whatever its case.
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// The name to show.
    #[schema(min_length = 1, max_length = 100, pattern = "VISIBLE", example = "لينا حداد")]
    pub name: String,
    /// What they may do.
    pub role: RoleView,
    /// The password to sign in with; one that is easily guessed is refused.
    #[schema(
        write_only,
        format = Password,
        min_length = 12,
        max_length = 128,
        example = "seven green lanterns hum"
    )]
    pub password: String,
}

impl UserInput {
    /// Checks it.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_new(self) -> Result<CreateUser, Invalid> {
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        let (email, password) = (self.email, self.password);
        checks.finish(CreateUser { email, name, role: self.role.into(), password })
    }

    /// What a repeated request is recognised by: all but the password. Of that, nothing may be
    /// kept but its slow hash, and a fast one of the whole body would give it away.
    ///
    /// # Errors
    /// When it can't be serialised.
    pub fn fingerprint(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&(&self.email, &self.name, self.role))
    }
}

/// What an admin changes of a user.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    /// The address to sign in with. No two users have the same, whatever its case.
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// The name to show.
    #[schema(min_length = 1, max_length = 100, pattern = "VISIBLE", example = "لينا حداد")]
    pub name: String,
    /// What they may do, from their next request on.
    pub role: RoleView,
    /// Whether they are locked out; to lock somebody out ends their sessions at once.
    #[schema(example = false)]
    pub suspended: bool,
}

impl AccountInput {
    /// What a patch is applied to.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role.into(),
            suspended: user.suspended,
        }
    }

    /// Checks it; what differs from `user`, and nothing else: another name for somebody who is
    /// being suspended at this moment must not let them in again.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_patch(self, user: &User) -> Result<UserPatch, Invalid> {
        let before = Self::of(user);
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        checks.finish(UserPatch {
            email: Some(self.email).filter(|email| normal_email(email) != before.email),
            name: Some(name).filter(|name| *name != before.name),
            role: Some(self.role).filter(|role| *role != before.role).map(Into::into),
            suspended: Some(self.suspended).filter(|suspended| *suspended != before.suspended),
        })
    }
}

/// Which user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The user's number.
    #[param(minimum = 1, example = 3)]
    pub id: i64,
}

/// Which users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserListParams {
    /// Users in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<u16>,
    /// The cursor of a page, from the answer before.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
    /// Whether to count them all.
    #[serde(default)]
    #[param(default = false)]
    pub total: Option<bool>,
}

impl UserListParams {
    /// Checks them.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_query(self) -> Result<UserQuery, ApiError> {
        let page = page::request(ORDER, self.limit, self.cursor.as_deref(), self.total)?;
        Ok(UserQuery { page })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::Role;

    fn lina() -> User {
        let time = chrono::DateTime::UNIX_EPOCH;
        User {
            id: 3,
            email: "lina@news.example".into(),
            name: "لينا".into(),
            role: Role::Editor,
            suspended: false,
            created_at: time,
            updated_at: time,
        }
    }

    #[test]
    fn a_patch_names_only_what_differs() {
        let (user, mut input) = (lina(), AccountInput::of(&lina()));
        input.email = "Lina@News.example".into();
        assert_eq!(input.clone().into_patch(&user), Ok(UserPatch::default()));
        input.suspended = true;
        let expected = UserPatch { suspended: Some(true), ..UserPatch::default() };
        assert_eq!(input.into_patch(&user), Ok(expected));
    }

    #[test]
    fn the_password_leaves_no_fingerprint() {
        let with = |password: &str| UserInput {
            email: "lina@news.example".into(),
            name: "لينا".into(),
            role: RoleView::Editor,
            password: password.into(),
        };
        let (one, other) = (with("seven green lanterns"), with("eight green lanterns"));
        assert_eq!(one.fingerprint().ok(), other.fingerprint().ok());
    }
}
