//! `/comment-settings`: who may have their say, for the site and for each article.

pub mod article;
mod input;
pub mod site;
mod view;

pub use input::OrderView;
