//! The search index in the database. Both databases only match tokens made by `text::analyse`:
//! SQLite by FTS5, PostgreSQL by a GIN index on `tsvector`.

mod fts5;
mod index;
mod matching;
mod reindex;
mod tsquery;

pub use index::{lock_order, put, remove};
pub use matching::{
    MatchCount, candidates, count_matches, exceeds_ranked, listed_at, open, prepare, words,
};
pub use reindex::{Due, due, due_count, make_all_due, may_be_due, texts};

use crate::domain::search::Index;

/// Returns the table of an index, the same on both databases.
fn table(index: Index) -> &'static str {
    match index {
        Index::Published => "search_published",
        Index::Unpublished => "search_unpublished",
    }
}
