//! Tests of `text` that are tables or span several of its files.

mod comment_html;
mod folding;
mod fuzz;
mod highlighting;
mod hostile;
mod queries;
mod search;
mod xss;
