//! `/tags`: what articles are filed under.

pub mod handlers;
mod input;
mod view;

pub use input::{DEFAULT_LANG, MergeInput, TagInput};
pub use view::{Direction, TagList, TagRefView, TagView};
