//! Bodies and parameters of `/users`. The service checks email addresses after folding them. The
//! format is `idn-email`, since an address may be in any script.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::strength::{MAX_CHARS, MIN_CHARS};
use crate::domain::check::{Checks, Invalid};
use crate::domain::user::{Role, User, UserPatch, normal_email};
use crate::service::users::CreateUser;

/// The order of lists of users, as cursors contain it.
pub const ORDER: &str = "id";

// The limits of a schema are literals. They must equal the enforced limits.
const _: () = assert!(MIN_CHARS == 12 && MAX_CHARS == 128);

/// A new user.
// Without `Debug`: it holds a password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    /// The email address to sign in with. It is unique, regardless of case.
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// The displayed name.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "\\S",
        format = "visible-text",
        example = "لينا حداد"
    )]
    pub name: String,
    /// The role.
    pub role: Role,
    /// The password. Passwords that are easily guessed are refused.
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
    /// Checks the input.
    ///
    /// # Errors
    /// All violations.
    pub fn into_new(self) -> Result<CreateUser, Invalid> {
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        let (email, password) = (self.email, self.password);
        checks.finish(CreateUser { email, name, role: self.role, password })
    }

    /// Returns the bytes by which a repeated request is recognised. They exclude the password: a
    /// fast hash of the whole body would reveal it.
    ///
    /// # Errors
    /// If serialisation fails.
    pub fn fingerprint(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&(&self.email, &self.name, self.role))
    }
}

/// The fields of a user that an admin may change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    /// The email address to sign in with. It is unique, regardless of case.
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// The displayed name.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "\\S",
        format = "visible-text",
        example = "لينا حداد"
    )]
    pub name: String,
    /// The role, which takes effect with the user's next request.
    pub role: Role,
    /// Whether the user is suspended. Suspension ends the user's sessions at once.
    #[schema(example = false)]
    pub suspended: bool,
}

impl AccountInput {
    /// Returns the present state, to which a merge patch is applied.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            suspended: user.suspended,
        }
    }

    /// Checks the input, and returns only the fields that differ from `user`: a change of the name
    /// must not revert a concurrent suspension.
    ///
    /// # Errors
    /// All violations.
    pub fn into_patch(self, user: &User) -> Result<UserPatch, Invalid> {
        let before = Self::of(user);
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        checks.finish(UserPatch {
            email: Some(self.email).filter(|email| normal_email(email) != before.email),
            name: Some(name).filter(|name| *name != before.name),
            role: Some(self.role).filter(|role| *role != before.role),
            suspended: Some(self.suspended).filter(|suspended| *suspended != before.suspended),
        })
    }
}

/// The path of a user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The user's id.
    #[param(minimum = 1, example = 3)]
    pub id: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn unchanged_fields_are_absent_from_the_patch() {
        let (user, mut input) = (lina(), AccountInput::of(&lina()));
        input.email = "Lina@News.example".into();
        assert_eq!(input.clone().into_patch(&user), Ok(UserPatch::default()));
        input.suspended = true;
        let expected = UserPatch { suspended: Some(true), ..UserPatch::default() };
        assert_eq!(input.into_patch(&user), Ok(expected));
    }

    #[test]
    fn fingerprint_ignores_the_password() {
        let with = |password: &str| UserInput {
            email: "lina@news.example".into(),
            name: "لينا".into(),
            role: Role::Editor,
            password: password.into(),
        };
        let (one, other) = (with("seven green lanterns"), with("eight green lanterns"));
        assert_eq!(one.fingerprint().ok(), other.fingerprint().ok());
    }
}
