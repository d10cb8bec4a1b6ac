//! Tests of `text` that are tables or span several of its files.

mod folding;
mod hostile;
mod xss;
