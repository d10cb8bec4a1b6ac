//! `/articles/{id}/comments` and `/comments`: what readers say. `public.rs` is for readers,
//! `moderation.rs` for editors, `privacy.rs` for whoever answers for people's data.

mod input;
pub mod moderation;
pub mod privacy;
pub mod public;
mod view;

pub use input::CommentEditInput;
