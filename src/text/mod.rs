//! Language and text: everything Maqal knows about words, spelling, scripts and markup.
//!
//! Pure functions over strings: no I/O, no clock, no randomness, and no other module of the
//! project. The domain calls [`clean`], [`lang`], [`slug`], [`render`], [`excerpt`] and [`count`]
//! when an article or a tag is written; search builds its index and its highlights on [`fold`];
//! the store keeps the keys of [`collate`] beside titles so that every database sorts alike.
//!
//! What a function returns for a given input is stored (slugs, keys, tokens). Changing one of them
//! is therefore a data migration: see [`fold::VERSION`].

pub mod analyse;
pub mod clean;
pub mod collate;
pub mod comment_html;
pub mod count;
pub mod excerpt;
pub mod fold;
pub mod highlight;
pub mod lang;
pub mod phrase;
pub mod query;
pub mod render;
pub mod slug;
pub mod words;

mod compounds;
mod function_words;
mod indexed_highlight;
mod letters;
mod markdown;
mod memo;
mod plain;
mod scan;
mod stem;
mod tags;
mod tidy;
mod unicode;
mod window;

#[cfg(test)]
mod tests;
