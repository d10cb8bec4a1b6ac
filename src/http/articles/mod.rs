//! `/articles`: what this is all about.

pub mod discussion;
pub mod editing;
mod fields;
pub mod handlers;
mod input;
pub mod list;
pub mod nearby;
pub mod preview;
pub mod revisions;
pub mod transitions;
pub mod view;

pub use input::{ArticleInput, ArticlePath};
