//! Language and text: words, spelling, scripts and markup.
//!
//! Pure functions over strings, without I/O, clock or randomness. Slugs, keys and tokens are
//! stored, so a change of their output is a data migration: see [`fold::VERSION`].

pub mod analyse;
pub mod clean;
pub mod collate;
pub mod comment_html;
pub mod count;
pub mod direction;
pub mod embeds;
pub mod excerpt;
pub mod fold;
pub mod highlight;
pub mod lang;
pub mod phrase;
pub mod query;
pub mod render;
pub mod site;
pub mod slug;
pub mod tag_name;
pub mod web_url;
pub mod word_list;

mod addresses;
mod attributes;
mod code_blocks;
mod code_language;
mod compounds;
mod emphasis;
mod extract;
mod function_words;
mod grams;
mod ids;
mod indexed_highlight;
mod indic;
mod letters;
mod markdown;
mod memo;
mod notes;
mod parts;
mod pictures;
mod plain;
mod prose;
mod references;
mod respell;
mod runs;
mod scan;
mod shortcodes;
mod signs;
mod sources;
mod spelling;
mod srcset;
mod stem;
mod tags;
mod terms;
mod tidy;
mod unicode;
mod window;
mod word;

#[cfg(test)]
mod tests;
