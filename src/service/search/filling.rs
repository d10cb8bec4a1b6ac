//! Fills pages that the articles with all words leave empty, with articles that have most words, or
//! some if no article has all.

use super::matches::{Found, Space, candidates};
use crate::domain::article::ArticleId;
use crate::domain::listing::{PageRequest, Start};
use crate::domain::search::candidates::Scored;
use crate::domain::search::plan::Match;
use crate::domain::search::{MAX_RANKED, Matched, ResultPosition};
use crate::service::Result;
use crate::store::Conn;
use crate::text::query::{Role, SearchQuery};

/// Whether articles with some terms may follow those with all, of which there are `complete`.
pub(super) fn may_fill(query: &SearchQuery, complete: usize) -> bool {
    let terms = query.required().count();
    let has_whole = query.terms(Role::Whole).next().is_some();
    // Most of one or two terms are all of them.
    complete < MAX_RANKED && (terms > 2 || has_whole || complete == 0 && terms > 1)
}

/// Articles with some terms.
pub(super) struct Filling<'q> {
    query: &'q SearchQuery,
    /// The fewest terms that an article must have. 0: any term is enough.
    pub(super) least: usize,
    /// The rarest required terms: the number of articles that have each (0 if unknown), and its
    /// index. Each article to add has at least one of them.
    rarest: Vec<(u64, usize)>,
}

/// Returns the articles to add, unless the articles with all terms fill the page.
pub(super) fn needed<'q>(
    query: &'q SearchQuery,
    numbers: &[u64],
    scored: &[Scored],
    request: &PageRequest,
) -> Option<Filling<'q>> {
    let has_complete = scored.iter().any(|(relevance, _)| relevance.matched == Matched::All);
    let terms = query.required().count();
    let least = if has_complete { terms / 2 + 1 } else { 0 };
    if least >= terms || has_complete && fills_page(scored, request) {
        return None;
    }
    let ranked = query.ranked().zip(numbers);
    let required = ranked.filter(|(clause, _)| clause.role == Role::Required);
    let mut rarest: Vec<(u64, usize)> =
        required.zip(0..).map(|((_, number), at)| (*number, at)).collect();
    rarest.sort_unstable();
    // An article with `least` terms lacks the others at most.
    rarest.truncate(terms - least.max(1) + 1);
    Some(Filling { query, least, rarest })
}

/// Whether the page, and the first article of the next one, have all terms.
fn fills_page(scored: &[Scored], request: &PageRequest) -> bool {
    let limit = usize::from(request.limit);
    let complete = || scored.iter().filter(|scored| scored.0.matched == Matched::All);
    match &request.start {
        Start::Beginning => complete().count() > limit,
        Start::After(position) => ResultPosition::at(position).is_some_and(|then| {
            let now = scored.iter().find(|(_, id)| *id == then.id);
            let relevance = now.map_or(then.relevance, |(relevance, _)| *relevance);
            complete().filter(|(other, _)| *other < relevance).count() > limit
        }),
        // All articles before one with all terms have all terms, too.
        Start::Before(position) => ResultPosition::at(position)
            .is_some_and(|then| complete().any(|(_, id)| *id == then.id)),
    }
}

impl Filling<'_> {
    /// Returns the articles to rank: those with a term, without the ones that are found already.
    pub(super) async fn candidates(
        &self,
        conn: &mut Conn<'_>,
        space: &Space<'_>,
        found: &Found,
    ) -> Result<Vec<ArticleId>> {
        let query = self.query.only(&self.selective(space));
        let mut ids = candidates(conn, space, &query, Match::Any, false).await?;
        ids.retain(|id| !found.words.contains_key(id));
        Ok(ids)
    }

    /// Returns the terms that lead to at most [`MAX_RANKED`] articles together, the rarest first.
    /// Commoner terms lead to articles of lower scores. Under a filter the number of articles is
    /// unknown, so all terms are searched.
    fn selective(&self, space: &Space<'_>) -> Vec<usize> {
        let bounded = space.is_unfiltered() && space.totals.documents > MAX_RANKED as u64;
        let mut sum = 0;
        let is_selective = |(number, _): &&(u64, usize)| {
            sum += number;
            !bounded || sum <= MAX_RANKED as u64 || sum == *number
        };
        self.rarest.iter().take_while(is_selective).map(|(_, at)| *at).collect()
    }
}
