//! `/search`: finding articles by their words, and completing what is being typed.

pub mod handlers;
mod input;
mod view;
