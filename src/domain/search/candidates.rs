//! The scored articles that a page may contain. Ties are broken by time, which is read for these
//! articles only.

use super::{Relevance, ResultPosition};
use crate::domain::article::ArticleId;
use crate::domain::listing::Start;

/// An article and its relevance.
pub type Scored = (Relevance, ArticleId);

/// Returns the articles that a page of at most `most` rows may contain, with all ties of the first
/// and the last one and of the cursor's article; `None` for a forged cursor.
///
/// Writes change all scores slightly. So the cursor's article is found by its id; the cursor's own
/// score counts only if the article is no longer a result.
#[must_use]
pub fn page_candidates(mut scored: Vec<Scored>, start: &Start, most: usize) -> Option<Vec<Scored>> {
    scored.sort_unstable_by(|a, b| b.cmp(a));
    let above = |relevance| scored.partition_point(|other| other.0 > relevance);
    let through = |relevance| scored.partition_point(|other| other.0 >= relevance);
    let (from, to) = match start {
        Start::Beginning => (0, most),
        Start::After(position) | Start::Before(position) => {
            let then = ResultPosition::at(position)?;
            let now = scored.iter().find(|(_, id)| *id == then.id);
            let relevance = now.map_or(then.relevance, |(relevance, _)| *relevance);
            match start {
                Start::Before(_) => (above(relevance).saturating_sub(most), through(relevance)),
                _ => (above(relevance), through(relevance) + most),
            }
        }
    };
    let first = scored.get(from).map_or(from, |(relevance, _)| above(*relevance));
    let last = to.checked_sub(1).and_then(|at| scored.get(at));
    let end = last.map_or(scored.len().min(to), |(relevance, _)| through(*relevance));
    scored.truncate(end);
    Some(scored.split_off(first.min(end)))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::search::{Matched, Score};

    /// Scores from 6 on are of articles with all words.
    fn relevance(score: i64) -> Relevance {
        let matched = if score < 6 { Matched::Some } else { Matched::All };
        Relevance { matched, score: Score(score % 6) }
    }

    /// A position with a pseudo-random time.
    fn place((relevance, id): Scored) -> ResultPosition {
        let second = id.wrapping_mul(7919) % 50;
        ResultPosition { relevance, listed_at: DateTime::from_timestamp(second, 0).unwrap(), id }
    }

    fn all(score: i64) -> Relevance {
        Relevance { matched: Matched::All, score: Score(score) }
    }

    fn page(mut places: Vec<ResultPosition>, start: &Start, most: usize) -> Vec<ResultPosition> {
        places.sort_unstable_by(|a, b| b.cmp(a));
        let at = |position| ResultPosition::at(position).unwrap();
        match start {
            Start::Beginning => places.into_iter().take(most).collect(),
            Start::After(position) => {
                places.into_iter().filter(|place| *place < at(position)).take(most).collect()
            }
            Start::Before(position) => {
                let before = places.into_iter().rev().filter(|place| *place > at(position));
                before.take(most).collect()
            }
        }
    }

    proptest! {
        #[test]
        fn a_page_of_the_candidates_is_a_page_of_all(
            scores in proptest::collection::vec(0..12_i64, 0..80), most in 1..20_usize, at in 0..80_usize,
        ) {
            let scored: Vec<Scored> = (1..).zip(scores).map(|(id, score)| (relevance(score), id)).collect();
            let all: Vec<ResultPosition> = scored.iter().copied().map(place).collect();
            let mut starts = vec![Start::Beginning];
            if let Some(place) = all.get(at) {
                starts.extend([Start::After(place.position()), Start::Before(place.position())]);
            }
            for start in starts {
                let near = page_candidates(scored.clone(), &start, most).unwrap();
                let near: Vec<ResultPosition> = near.into_iter().map(place).collect();
                prop_assert_eq!(page(near, &start, most), page(all.clone(), &start, most));
            }
        }
    }

    #[test]
    fn a_page_reads_few_articles() {
        let scored: Vec<Scored> = (1..=1000).map(|id| (all(id), id)).collect();
        let near = |start: Start| page_candidates(scored.clone(), &start, 21).unwrap().len();
        let middle = place((all(500), 500)).position();
        assert_eq!(near(Start::Beginning), 21);
        assert_eq!(near(Start::After(middle.clone())), 22);
        assert_eq!(near(Start::Before(middle)), 22);
    }

    #[test]
    fn a_missing_cursor_article_is_placed_by_its_score() {
        let scored: Vec<Scored> = (1..=10).map(|id| (all(10 * id), id)).collect();
        let gone = place((all(55), 99)).position();
        let ids = |start| -> Vec<ArticleId> {
            page_candidates(scored.clone(), &start, 2).unwrap().iter().map(|(_, id)| *id).collect()
        };
        assert_eq!(ids(Start::After(gone.clone())), [5, 4]);
        assert_eq!(ids(Start::Before(gone)), [7, 6]);
    }
}
