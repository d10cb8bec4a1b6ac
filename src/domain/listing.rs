//! Lists: what may be asked for, in which order, and which page. Cursors are keyset cursors: they
//! name the row a page begins after, so rows that are added don't move the pages.

use strum::IntoStaticStr;

use super::Time;
use super::article::Status;
use super::comment_settings::OpenState;
use super::tag::TagId;
use super::user::UserId;

/// Which articles whoever asks may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Those that are published.
    Public,
    /// Those that are published and their own.
    PublicAndOwn(UserId),
    /// All.
    All,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    /// Returns the name of an order in the API: the field, after a hyphen if descending.
    #[must_use]
    pub fn order_name(self, field: &str) -> String {
        match self {
            Self::Ascending => field.to_owned(),
            Self::Descending => format!("-{field}"),
        }
    }
}

/// What a row is sorted by, as a cursor holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// A time.
    Time(Time),
    /// A collation key.
    Bytes(Vec<u8>),
    /// A number.
    Number(i64),
}

/// The row that a page begins after, or, going back, ends before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// What it is sorted by.
    pub key: SortKey,
    /// Its id, which breaks ties.
    pub id: i64,
}

/// Where in a list a page lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At its beginning.
    Beginning,
    /// Right after a row.
    After(Position),
    /// Right before a row.
    Before(Position),
}

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Where it lies.
    pub start: Start,
    /// How many rows at the most: 1 to 100.
    pub limit: u8,
    /// Whether all rows are to be counted.
    pub total: bool,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// The row that the next page begins after, if there is one.
    pub next: Option<Position>,
    /// The row that the page before ends before, if there is one.
    pub prev: Option<Position>,
    /// All rows, if they were to be counted.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// Makes a page of what a query found that asked for one row more than the limit, in the
    /// direction of travel.
    #[must_use]
    pub fn from_found(
        mut rows: Vec<T>,
        request: &PageRequest,
        position: impl Fn(&T) -> Position,
    ) -> Self {
        let more = rows.len() > usize::from(request.limit);
        rows.truncate(request.limit.into());
        let back = matches!(request.start, Start::Before(_));
        if back {
            rows.reverse();
        }
        let (first, last) = (rows.first().map(&position), rows.last().map(&position));
        let (prev, next) = match request.start {
            Start::Beginning => (None, last.filter(|_| more)),
            Start::After(_) => (first, last.filter(|_| more)),
            Start::Before(_) => (first.filter(|_| more), last),
        };
        Self { rows, next, prev, total: None }
    }

    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(change).collect(),
            next: self.next,
            prev: self.prev,
            total: self.total,
        }
    }
}

/// What articles are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ArticleSort {
    /// When they appeared.
    PublishedAt,
    /// When they last changed.
    UpdatedAt,
    /// Their titles, as a reader would sort them.
    Title,
}

/// Which articles, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleQuery {
    /// Which are to be seen at all.
    pub visibility: Visibility,
    /// Only with one of these statuses; empty: all but the trash.
    pub statuses: Vec<Status>,
    /// Only with one of these tags. `Some(empty)`: the tags don't exist, so nothing is found.
    pub tags_any: Option<Vec<TagId>>,
    /// Only with all of these tags.
    pub tags_all: Vec<TagId>,
    /// Only in this language, or in one of its variants (`ar` finds `ar-LY`).
    pub lang: Option<String>,
    /// Only with somebody of this folded name in the byline.
    pub credit_key: Option<String>,
    /// Only featured ones, or only the others.
    pub featured: Option<bool>,
    /// Only published at or after.
    pub published_after: Option<Time>,
    /// Only published before.
    pub published_before: Option<Time>,
    /// Only changed at or after.
    pub updated_after: Option<Time>,
    /// Only with comments open, or closed.
    pub comments: Option<OpenState>,
    /// Only by this user.
    pub author: Option<UserId>,
    /// Sorted by.
    pub sort: ArticleSort,
    /// Which way.
    pub direction: Direction,
    /// Whether the rendered text is wanted.
    pub with_html: bool,
    /// Which page.
    pub page: PageRequest,
}

impl ArticleQuery {
    /// Which way rows are passed: against the list's direction when the page is one before.
    #[must_use]
    pub fn travels(&self) -> Direction {
        match self.page.start {
            Start::Before(_) => self.direction.reversed(),
            _ => self.direction,
        }
    }

    /// By how many things it is narrowed.
    #[must_use]
    pub fn filters(&self) -> usize {
        let given = [
            self.lang.is_some(),
            self.credit_key.is_some(),
            self.featured.is_some(),
            self.published_after.is_some(),
            self.published_before.is_some(),
            self.updated_after.is_some(),
            self.comments.is_some(),
            self.author.is_some(),
        ];
        let tags = self.tags_any.as_ref().map_or(0, Vec::len) + self.tags_all.len();
        tags + self.statuses.len() + given.into_iter().filter(|given| *given).count()
    }
}

/// What tags are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum TagSort {
    /// Their names, as a reader would sort them.
    Name,
    /// How many published articles have them.
    ArticleCount,
    /// When they were made.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
}

/// Which tags, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagQuery {
    /// Whether tags are to be seen that only drafts have named.
    pub unlisted: bool,
    /// Only those whose folded name begins so.
    pub prefix: Option<String>,
    /// Sorted by.
    pub sort: TagSort,
    /// Which way.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest,
}

/// Which users: all, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserQuery {
    /// Which page.
    pub page: PageRequest,
}
