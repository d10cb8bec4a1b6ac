//! `/auth`: signing in and out, and one's own account; and the keys that tokens are verified with.

pub mod handlers;
mod input;
mod view;

pub use input::{LoginInput, PasswordInput, ProfileInput, RefreshInput};
pub use view::{JwkView, JwksView, TokenTypeView, TokensView};
