//! Search requests, results and ranking. Pure code, the same for both databases, which only find
//! articles by tokens.

pub mod bm25;
pub mod candidates;
pub mod document;
pub mod plan;
pub mod rank;

use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use super::article::{Article, ArticleId, Status};
use super::listing::{PageRequest, Position, SortKey, Visibility};
use super::tag::TagId;
use crate::text::lang::Lang;

/// The most articles that a search ranks, and so the most results. Without a bound, the time for
/// common words would grow with the site.
pub const MAX_RANKED: usize = 1000;

/// An index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Index {
    /// Published articles.
    Published,
    /// All other articles.
    Unpublished,
}

impl Index {
    /// Returns the index for articles of a status.
    #[must_use]
    pub fn of(status: Status) -> Self {
        if status == Status::Published { Self::Published } else { Self::Unpublished }
    }
}

/// The filters of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Status.
    pub status: Status,
    /// Articles that the client may see.
    pub visibility: Visibility,
    /// This language or a variant of it.
    pub lang: Option<Lang>,
    /// Tag. `Some(None)`: the tag doesn't exist, so no article matches.
    pub tag: Option<Option<TagId>>,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// Query.
    pub text: String,
    /// Filters.
    pub scope: Scope,
    /// Slug of the tag to filter by.
    pub tag: Option<String>,
    /// Page.
    pub page: PageRequest,
}

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Article without its text.
    pub article: Article,
    /// Relevance.
    pub relevance: Relevance,
    /// Title with highlighted matches, as HTML.
    pub title: String,
    /// Passage of the text with the most matches, highlighted, as HTML.
    pub text: String,
}

/// The relevance of an article, in millionths. Whole numbers compare the same on all platforms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub i64);

/// The words of a query that an article has: all but function words, or some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// Some of them: most, if other results have all.
    Some,
    /// All of them.
    All,
}

/// The rank of an article: all articles with all words come before the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relevance {
    /// The matched words.
    pub matched: Matched,
    /// The score, which decides between articles with the same matched words.
    pub score: Score,
}

/// The position of a result: by relevance, then by time, then by id, each descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResultPosition {
    /// Relevance.
    pub relevance: Relevance,
    /// Time that lists sort by.
    pub listed_at: Time,
    /// Article.
    pub id: ArticleId,
}

impl ResultPosition {
    /// Returns the position for a cursor.
    #[must_use]
    pub fn position(&self) -> Position {
        let mut key = vec![u8::from(self.relevance.matched == Matched::All)];
        key.extend(self.relevance.score.0.to_be_bytes());
        key.extend(self.listed_at.timestamp_micros().to_be_bytes());
        Position { key: SortKey::Bytes(key), id: self.id }
    }

    /// Reads the position of a cursor; `None` for a forged one.
    #[must_use]
    pub fn at(position: &Position) -> Option<Self> {
        let SortKey::Bytes(key) = &position.key else { return None };
        let (matched, rest) = key.split_first()?;
        let matched = match matched {
            0 => Matched::Some,
            1 => Matched::All,
            _ => return None,
        };
        let (score, time) = rest.split_at_checked(8)?;
        let micros = i64::from_be_bytes(time.try_into().ok()?);
        let score = Score(i64::from_be_bytes(score.try_into().ok()?));
        Some(Self {
            relevance: Relevance { matched, score },
            listed_at: chrono::DateTime::from_timestamp_micros(micros)?,
            id: position.id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_cursor_and_forged_ones_are_none() {
        let at = chrono::DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        for matched in [Matched::Some, Matched::All] {
            let relevance = Relevance { matched, score: Score(4_200_000) };
            let place = ResultPosition { relevance, listed_at: at, id: 7 };
            assert_eq!(ResultPosition::at(&place.position()), Some(place));
        }
        let forged = |key| ResultPosition::at(&Position { key, id: 7 });
        for length in [0, 8, 9, 16, 18, 300] {
            assert_eq!(forged(SortKey::Bytes(vec![1; length])), None, "{length}");
        }
        let with_time = |matched, time| [vec![matched; 9], vec![time; 8]].concat();
        assert_eq!(forged(SortKey::Bytes(with_time(1, 0x7f))), None, "a time that is none");
        assert_eq!(forged(SortKey::Bytes(with_time(2, 0))), None, "no such part");
        assert_eq!(forged(SortKey::Number(4)), None);
    }
}
