//! Queries for lists: filters, order and page. Pages begin at a keyset (sort key and id), so new
//! rows don't shift them.

use std::ops::Range;

use strum::IntoStaticStr;

use super::Time;
use super::article::Status;
use super::comment_settings::OpenState;
use super::tag::TagId;
use super::user::UserId;

/// The articles that a reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Published articles.
    Public,
    /// Published articles, and the user's own.
    PublicAndOwn(UserId),
    /// All articles.
    All,
}

/// The order of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

impl Direction {
    /// Returns the opposite direction.
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

/// A value of the sort column, as part of a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// A time.
    Time(Time),
    /// A collation key.
    Bytes(Vec<u8>),
    /// A number.
    Number(i64),
}

/// The position of a row: the next page begins after it, the previous page ends before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The row's sort key.
    pub key: SortKey,
    /// The row's id, which breaks ties.
    pub id: i64,
}

/// The start of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The beginning of the list.
    Beginning,
    /// After this row.
    After(Position),
    /// Before this row.
    Before(Position),
}

/// A request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The start of the page.
    pub start: Start,
    /// The most rows: 1 to 100.
    pub limit: u8,
    /// Whether to count all rows.
    pub total: bool,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The position of the last row, if there is a next page.
    pub next: Option<Position>,
    /// The position of the first row, if there is a previous page.
    pub prev: Option<Position>,
    /// The number of all rows, if requested.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// Makes a page of a query's rows. The query asks for one row more than the limit, in the
    /// direction of [`ArticleQuery::travels`].
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

    /// Returns the page with converted rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(change).collect(),
            next: self.next,
            prev: self.prev,
            total: self.total,
        }
    }
}

/// The sort keys of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ArticleSort {
    /// The time of publication.
    PublishedAt,
    /// The time of the last change.
    UpdatedAt,
    /// The title, by collation.
    Title,
}

/// A query for articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleQuery {
    /// The articles that the reader may see.
    pub visibility: Visibility,
    /// Only these statuses. Empty: all except the trash.
    pub statuses: Vec<Status>,
    /// Only articles with one of these tags. `Some(empty)` matches nothing: the tags don't exist.
    pub tags_any: Option<Vec<TagId>>,
    /// Only articles with all of these tags.
    pub tags_all: Vec<TagId>,
    /// Only this language and its variants: `ar` includes `ar-LY`.
    pub lang: Option<String>,
    /// Only articles with this folded name in the byline.
    pub credit_key: Option<String>,
    /// Only featured articles, or only others.
    pub featured: Option<bool>,
    /// Only articles published at or after this time.
    pub published_after: Option<Time>,
    /// Only articles published before this time.
    pub published_before: Option<Time>,
    /// Only articles changed at or after this time.
    pub updated_after: Option<Time>,
    /// Only articles with open comments, or with closed ones.
    pub comments: Option<OpenState>,
    /// Only this user's articles.
    pub author: Option<UserId>,
    /// The sort column.
    pub sort: ArticleSort,
    /// The direction.
    pub direction: Direction,
    /// Whether to include the rendered text.
    pub with_html: bool,
    /// The page.
    pub page: PageRequest,
}

impl ArticleQuery {
    /// Returns the direction in which rows are read: reversed for a previous page.
    #[must_use]
    pub fn travels(&self) -> Direction {
        match self.page.start {
            Start::Before(_) => self.direction.reversed(),
            _ => self.direction,
        }
    }

    /// Returns the number of filters.
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

/// Returns the range of a language and its variants. `.` follows `-` in ASCII, and no character of a
/// language tag precedes `-`.
#[must_use]
pub fn variants(lang: &str) -> Range<String> {
    lang.to_owned()..format!("{lang}.")
}

/// The sort keys of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum TagSort {
    /// The name, by collation.
    Name,
    /// The number of published articles.
    ArticleCount,
    /// The time of creation.
    CreatedAt,
    /// The time of the last change.
    UpdatedAt,
}

/// A query for tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagQuery {
    /// Whether to include tags that only drafts use.
    pub unlisted: bool,
    /// Only tags with this prefix of their folded name.
    pub prefix: Option<String>,
    /// Only this language and its variants: `ar` includes `ar-LY`.
    pub lang: Option<String>,
    /// The sort column.
    pub sort: TagSort,
    /// The direction.
    pub direction: Direction,
    /// The page.
    pub page: PageRequest,
}

/// A query for all users, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserQuery {
    /// The page.
    pub page: PageRequest,
}
