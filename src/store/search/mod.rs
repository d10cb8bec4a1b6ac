//! The search index in the database. Called by `service/search/` to search and by
//! `service/articles/` inside the transactions that write articles.
//!
//! Both databases hold tokens that `text::analyse` made, and are only asked which articles hold
//! which: FTS5 in SQLite (`fts5.rs`), a GIN index over `tsvector` in Postgres (`tsquery.rs`). They say
//! it in languages of their own, and so this folder, with `store/dialect.rs`, is where the two differ.

mod fts5;
mod index;
mod matching;
mod reindex;
mod tsquery;

pub use index::{put, remove};
pub use matching::{
    Holders, are_surely_many, candidates, holders, listed_at, open, prepare, words,
};
pub use reindex::{Due, due, due_count, make_all_due, may_be_due, texts};

use crate::domain::search::Index;

/// The table of an index, on both databases.
fn table(index: Index) -> &'static str {
    match index {
        Index::Published => "search_published",
        Index::Unpublished => "search_unpublished",
    }
}
