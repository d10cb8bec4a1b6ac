//! Bodies of `/auth`. Types that hold a secret don't implement `Debug`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::strength::{MAX_BYTES, MAX_CHARS, MIN_CHARS};
use crate::domain::check::{Checks, Invalid, Violation};
use crate::domain::user::{User, is_email, normal_email};
use crate::service::auth::{NewEmail, OwnPatch};

// The limits of a schema are literals. They must equal the enforced limits.
const _: () = assert!(MIN_CHARS == 12 && MAX_CHARS == 128 && MAX_BYTES == 512);

/// Credentials to sign in.
// Without format: the schema must not reveal if an address or a password could exist.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// The email address, in any case.
    #[schema(max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// The password.
    #[schema(
        write_only,
        format = Password,
        max_length = 512,
        example = "seven green lanterns hum"
    )]
    pub password: String,
}

/// A refresh token to exchange.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshInput {
    /// The refresh token of the last answer. Each is valid once.
    #[schema(
        write_only,
        format = Password,
        max_length = 512,
        example = "mqr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub refresh_token: String,
}

/// A change of your own password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    /// The current password.
    #[schema(
        write_only,
        format = Password,
        max_length = 512,
        example = "seven green lanterns hum"
    )]
    pub current_password: String,
    /// The new password. Passwords that are easily guessed are refused.
    #[schema(
        write_only,
        format = Password,
        min_length = 12,
        max_length = 128,
        example = "nine brass kettles whistle"
    )]
    pub new_password: String,
}

/// The fields of your own account that you may change.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileInput {
    /// The displayed name.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "\\S",
        format = "visible-text",
        example = "لينا حداد"
    )]
    pub name: String,
    /// The email address to sign in with. It is unique, regardless of case.
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// The current password. Only a new email address needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        write_only,
        format = Password,
        max_length = 512,
        example = "seven green lanterns hum"
    )]
    pub current_password: Option<String>,
}

impl ProfileInput {
    /// Returns the present state, to which a merge patch is applied.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self { name: user.name.clone(), email: user.email.clone(), current_password: None }
    }

    /// Checks the input, and returns only the fields that differ from `user`.
    ///
    /// # Errors
    /// All violations.
    pub fn into_patch(self, user: &User) -> Result<OwnPatch, Invalid> {
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        let new = normal_email(&self.email);
        let email = if new == user.email {
            None
        } else if !is_email(&new) {
            checks.violation("/email", Violation::InvalidEmail);
            None
        } else {
            let current_password = self.current_password.unwrap_or_else(|| {
                checks.violation("/current_password", Violation::Required);
                String::new()
            });
            Some(NewEmail { email: self.email, current_password })
        };
        checks.finish(OwnPatch { name: Some(name).filter(|name| *name != user.name), email })
    }
}
