//! Search: what may be asked for, how a query is put to an index ([`plan`]), what an index holds of
//! an article ([`document`]), and in which order articles answer ([`rank`]). All of it pure, and the
//! same for both databases: they only say which articles hold which tokens.

pub mod document;
pub mod plan;
pub mod rank;
pub mod reach;

use super::Time;
use super::article::{Article, ArticleId, Status};
use super::listing::{PageRequest, Position, SortKey, Visibility};
use super::tag::TagId;
use crate::text::lang::Lang;

/// How many articles a search ranks, and so how deep its pages go. Who has read a thousand answers
/// needs another question; and without a bound the common words would make each search as slow as
/// the site is large.
pub const MOST_RANKED: usize = 1000;

/// Which of the two indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Index {
    /// Of what is published.
    Published,
    /// Of all else.
    Unpublished,
}

impl Index {
    /// The one that holds articles of a status.
    #[must_use]
    pub fn of(status: Status) -> Self {
        if status == Status::Published { Self::Published } else { Self::Unpublished }
    }
}

/// Which articles a search is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Only with this status.
    pub status: Status,
    /// Which are to be seen at all.
    pub visibility: Visibility,
    /// Only in this language, or in one of its variants.
    pub lang: Option<Lang>,
    /// Only with this tag. `Some(None)`: there is no such tag, so nothing is found.
    pub tag: Option<Option<TagId>>,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// What was typed.
    pub text: String,
    /// Which articles it is about.
    pub scope: Scope,
    /// The tag it is narrowed to, by slug.
    pub tag: Option<String>,
    /// Which page.
    pub page: PageRequest,
}

/// An article that was found, and how well it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article, without its text.
    pub article: Article,
    /// How well.
    pub score: Score,
    /// Its title with what was found marked, as HTML.
    pub title: String,
    /// The passage of its text that says most of what was asked for, likewise.
    pub text: String,
}

/// How well an article answers a query, in millionths: whole numbers compare the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub i64);

/// An article's place among the answers: the better, then the newer, then the later made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResultPosition {
    /// How well it answers.
    pub score: Score,
    /// When it appeared.
    pub listed_at: Time,
    /// Its id.
    pub id: ArticleId,
}

impl ResultPosition {
    /// As a cursor holds it.
    #[must_use]
    pub fn position(&self) -> Position {
        let mut key = self.score.0.to_be_bytes().to_vec();
        key.extend(self.listed_at.timestamp_micros().to_be_bytes());
        Position { key: SortKey::Bytes(key), id: self.id }
    }

    /// The place that a cursor names; `None` for one that was forged.
    #[must_use]
    pub fn at(position: &Position) -> Option<Self> {
        let SortKey::Bytes(key) = &position.key else { return None };
        let (score, time) = key.split_at_checked(8)?;
        let micros = i64::from_be_bytes(time.try_into().ok()?);
        Some(Self {
            score: Score(i64::from_be_bytes(score.try_into().ok()?)),
            listed_at: chrono::DateTime::from_timestamp_micros(micros)?,
            id: position.id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_cursor_and_forged_ones_are_seen() {
        let at = chrono::DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let place = ResultPosition { score: Score(4_200_000), listed_at: at, id: 7 };
        assert_eq!(ResultPosition::at(&place.position()), Some(place));
        let forged = |key| ResultPosition::at(&Position { key, id: 7 });
        for length in [0, 7, 8, 15, 17, 300] {
            assert_eq!(forged(SortKey::Bytes(vec![1; length])), None, "{length}");
        }
        assert_eq!(forged(SortKey::Bytes(vec![0x7f; 16])), None, "a time that is none");
        assert_eq!(forged(SortKey::Number(4)), None);
    }
}
