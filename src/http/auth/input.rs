//! Bodies of `/auth`. Those that hold a secret have no `Debug`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::strength::{MAX_BYTES, MAX_CHARS, MIN_CHARS};
use crate::domain::check::{Checks, Invalid};
use crate::domain::user::{User, normal_email};
use crate::service::auth::OwnPatch;

// A schema's limits are literals; these must not drift apart from what is enforced.
const _: () = assert!(MIN_CHARS == 12 && MAX_CHARS == 128 && MAX_BYTES == 512);

/// What somebody signs in with.
// How it must look is not said: it is right or wrong, and which is not for a schema to tell.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// Their address, in any case.
    #[schema(max_length = 254, example = "lina@news.example")]
    pub email: String,
    /// Their password.
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
    /// The one from the last answer: each is good for one exchange.
    #[schema(
        write_only,
        format = Password,
        max_length = 512,
        example = "mqr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub refresh_token: String,
}

/// Another password for oneself.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    /// The present password.
    #[schema(
        write_only,
        format = Password,
        max_length = 512,
        example = "seven green lanterns hum"
    )]
    pub current_password: String,
    /// The next password; one that is easily guessed is refused.
    #[schema(
        write_only,
        format = Password,
        min_length = 12,
        max_length = 128,
        example = "nine brass kettles whistle"
    )]
    pub new_password: String,
}

/// What somebody changes of themselves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileInput {
    /// The name to show.
    #[schema(min_length = 1, max_length = 100, pattern = "VISIBLE", example = "لينا حداد")]
    pub name: String,
    /// The address to sign in with. No two users have the same, whatever its case.
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "lina@news.example")]
    pub email: String,
}

impl ProfileInput {
    /// What a patch is applied to.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self { name: user.name.clone(), email: user.email.clone() }
    }

    /// Checks it; what differs from `user`, and nothing else.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_patch(self, user: &User) -> Result<OwnPatch, Invalid> {
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        checks.finish(OwnPatch {
            name: Some(name).filter(|name| *name != user.name),
            email: Some(self.email).filter(|email| normal_email(email) != user.email),
        })
    }
}
