//! Plans of article lists, as plain values. A pure function chooses a plan from a query and its
//! statistics, so that each list reads few rows that don't match.

#[cfg(test)]
mod tests;

use super::statistics::{CommentFilter, Statistics};
use crate::domain::Time;
use crate::domain::article::{ArticleId, Status};
use crate::domain::listing::{ArticleQuery, ArticleSort, Direction, Position, Start, Visibility};
use crate::domain::tag::TagId;
use crate::domain::user::UserId;

/// The plan of one page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListPlan {
    /// Access paths, the rows of which are merged. Empty: no article matches.
    pub paths: Vec<AccessPath>,
    /// The source of the total, if the query asks for it.
    pub total: Option<Total>,
}

/// One statement that reads rows in the list's order, from the page's start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessPath {
    pub rows: RowSet,
    /// The column of the order; the id breaks ties.
    pub sort: ArticleSort,
    /// The direction in which rows are read.
    pub direction: Direction,
    /// The row before the first one, in that direction.
    pub after: Option<Position>,
    pub limit: u8,
}

/// The articles that match a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowSet {
    /// The rows that are read.
    pub source: Source,
    /// Conditions that the database may answer from an index.
    pub ranges: Vec<Condition>,
    /// Conditions that are tested on each row.
    pub residual: Vec<Condition>,
}

/// The index that an access path reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Articles,
    /// A small set of articles, which the database sorts.
    Ids(Vec<ArticleId>),
    /// The index by language, at exactly this language.
    Language(String),
    /// The indexes of a tag's published articles.
    Tag(TagId),
    /// The indexes of a byline's published articles.
    Credit(String),
}

/// A condition on articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Published,
    /// The status is `published`, or the user is the author.
    PublishedOrBy(UserId),
    Status(Vec<Status>),
    NotTrashed,
    AnyTag(Vec<TagId>),
    Tag(TagId),
    /// The language is this one or a variant of it.
    Language(String),
    /// The byline has this folded name.
    Credit(String),
    Featured(bool),
    /// Published at this time or later.
    PublishedFrom(Time),
    PublishedBefore(Time),
    /// Changed at this time or later.
    UpdatedFrom(Time),
    Author(UserId),
    Comments(CommentFilter),
}

/// The source of a list's total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Total {
    Published,
    Tagged(TagId),
    Counted(RowSet),
}

impl ListPlan {
    /// Chooses the plan of a query.
    pub fn choose(
        query: &ArticleQuery,
        comments: Option<CommentFilter>,
        statistics: &Statistics,
    ) -> Self {
        let conditions = conditions(query, comments);
        let path = |source| AccessPath::new(query, source, &conditions);
        Self {
            paths: sources(query, statistics).into_iter().map(path).collect(),
            total: query.page.total.then(|| total(query, &conditions)),
        }
    }
}

/// The sources that together have all matching rows, and few others.
fn sources(query: &ArticleQuery, statistics: &Statistics) -> Vec<Source> {
    if query.visibility != Visibility::Public {
        return vec![Source::Articles];
    }
    if let Some(tag) = rarest(&query.tags_all, &statistics.tag_counts) {
        return vec![Source::Tag(tag)];
    }
    if let Some(tags) = &query.tags_any {
        return tags.iter().copied().map(Source::Tag).collect();
    }
    if let Some(key) = &query.credit_key {
        return vec![Source::Credit(key.clone())];
    }
    match (&statistics.small_set, &statistics.languages) {
        (Some(ids), _) if ids.is_empty() => Vec::new(),
        (Some(ids), _) => vec![Source::Ids(ids.clone())],
        (None, Some(langs)) => langs.iter().cloned().map(Source::Language).collect(),
        (None, None) => vec![Source::Articles],
    }
}

/// The tag with the fewest articles. One tag needs no counts.
fn rarest(tags: &[TagId], counts: &[(TagId, i64)]) -> Option<TagId> {
    let rarest = counts.iter().min_by_key(|(_, count)| *count);
    rarest.map(|(tag, _)| *tag).or(tags.first().copied())
}

/// The conditions of a query.
fn conditions(query: &ArticleQuery, comments: Option<CommentFilter>) -> Vec<Condition> {
    let visible = match query.visibility {
        Visibility::Public => Some(Condition::Published),
        Visibility::PublicAndOwn(user) => Some(Condition::PublishedOrBy(user)),
        Visibility::All => None,
    };
    let status = if !query.statuses.is_empty() {
        Some(Condition::Status(query.statuses.clone()))
    } else {
        (query.visibility != Visibility::Public).then_some(Condition::NotTrashed)
    };
    let filters = [
        query.lang.clone().map(Condition::Language),
        query.credit_key.clone().map(Condition::Credit),
        query.featured.map(Condition::Featured),
        query.published_after.map(Condition::PublishedFrom),
        query.published_before.map(Condition::PublishedBefore),
        query.updated_after.map(Condition::UpdatedFrom),
        query.author.map(Condition::Author),
        comments.map(Condition::Comments),
    ];
    let tags = query.tags_all.iter().copied().map(Condition::Tag);
    [visible, status, query.tags_any.clone().map(Condition::AnyTag)]
        .into_iter()
        .flatten()
        .chain(tags)
        .chain(filters.into_iter().flatten())
        .collect()
}

/// The source of the total. Only the two commonest lists have stored totals.
fn total(query: &ArticleQuery, conditions: &[Condition]) -> Total {
    if query.visibility == Visibility::Public {
        match (query.filters(), query.tags_any.as_deref()) {
            (0, None) => return Total::Published,
            (1, Some([tag])) => return Total::Tagged(*tag),
            _ => {}
        }
    }
    // The rows of one tag are counted, instead of looking the tag up for each article.
    let mut conditions = conditions.to_vec();
    if query.tags_any.is_none()
        && let Some(tag) = conditions.iter_mut().find(|one| matches!(one, Condition::Tag(_)))
    {
        *tag = Condition::AnyTag(vec![query.tags_all[0]]);
    }
    let (ranges, residual) = conditions.into_iter().partition(Condition::may_use_an_index);
    Total::Counted(RowSet { source: Source::Articles, ranges, residual })
}

impl AccessPath {
    fn new(query: &ArticleQuery, source: Source, conditions: &[Condition]) -> Self {
        let (ranges, residual) = conditions
            .iter()
            .filter(|condition| !condition.holds_for(&source))
            .cloned()
            .partition(|condition| condition.is_range(query, &source));
        let after = match &query.page.start {
            Start::Beginning => None,
            Start::After(position) | Start::Before(position) => Some(position.clone()),
        };
        Self {
            rows: RowSet { source, ranges, residual },
            sort: query.sort,
            direction: query.travels(),
            after,
            limit: query.page.limit + 1,
        }
    }
}

impl RowSet {
    /// Whether its statement is kept prepared. Clients can combine more filters than there is room
    /// for statements.
    pub fn is_cacheable(&self) -> bool {
        let filters = self.ranges.iter().chain(&self.residual).map(|condition| match condition {
            Condition::Published | Condition::PublishedOrBy(_) | Condition::NotTrashed => 0,
            Condition::AnyTag(tags) => tags.len(),
            Condition::Status(statuses) => statuses.len(),
            _ => 1,
        });
        !matches!(self.source, Source::Ids(_)) && filters.sum::<usize>() < 2
    }
}

impl Condition {
    /// Whether all rows of a source meet it.
    fn holds_for(&self, source: &Source) -> bool {
        match (self, source) {
            (Self::Tag(tag), Source::Tag(of)) => tag == of,
            (Self::AnyTag(tags), Source::Tag(of)) => tags.contains(of),
            (Self::Credit(_), Source::Credit(_)) | (Self::Language(_), Source::Language(_)) => true,
            _ => false,
        }
    }

    /// Whether a database may answer it from an index of its own choice.
    fn may_use_an_index(&self) -> bool {
        !matches!(self, Self::Tag(_) | Self::PublishedFrom(_) | Self::PublishedBefore(_))
    }

    /// Whether it is a range of the index that a list reads. In lists of the newsroom, no index is
    /// in the list's order, and the database chooses.
    fn is_range(&self, query: &ArticleQuery, source: &Source) -> bool {
        if query.visibility != Visibility::Public {
            return self.may_use_an_index();
        }
        // Beside a cursor, a bound on the same side would mislead the planner.
        let bounds = |sort, side| {
            let beginning = query.page.start == Start::Beginning;
            query.sort == sort && (beginning || query.travels() == side)
        };
        match self {
            Self::Published => matches!(source, Source::Articles | Source::Language(_)),
            Self::PublishedFrom(_) => bounds(ArticleSort::PublishedAt, Direction::Descending),
            Self::PublishedBefore(_) => bounds(ArticleSort::PublishedAt, Direction::Ascending),
            Self::UpdatedFrom(_) => bounds(ArticleSort::UpdatedAt, Direction::Descending),
            _ => false,
        }
    }
}
