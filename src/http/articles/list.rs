//! The parameters of lists of articles.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::discussion::OpenStateView;
use super::fields::Fields;
use super::view::StatusView;
use crate::domain::cache_tag::CacheTag;
use crate::domain::check::Violation;
use crate::domain::listing::{ArticleQuery, ArticleSort, Direction, Start};
use crate::domain::policy::{self, Actor};
use crate::domain::{Time, is_representable, to_micros};
use crate::http::cache::policy::CachePolicy;
use crate::http::catalogue::Locale;
use crate::http::page;
use crate::http::problem::ApiError;
use crate::service::articles::{ArticleList, TagFilter};
use crate::text::fold;
use crate::text::lang::Lang;

/// The most tags a list may be narrowed to at once.
const MAX_TAGS: usize = 20;

/// What articles are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub enum ArticleOrder {
    /// Newest first; a draft stands where it was made.
    #[serde(rename = "-published_at")]
    PublishedAtDescending,
    /// Oldest first.
    #[serde(rename = "published_at")]
    PublishedAt,
    /// Most recently changed first.
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
    /// Least recently changed first.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// By title, as a reader would sort them.
    #[serde(rename = "title")]
    Title,
    /// By title, from the end.
    #[serde(rename = "-title")]
    TitleDescending,
}

impl ArticleOrder {
    fn parts(self) -> (ArticleSort, Direction, &'static str) {
        use Direction::{Ascending, Descending};
        match self {
            Self::PublishedAtDescending => (ArticleSort::PublishedAt, Descending, "-published_at"),
            Self::PublishedAt => (ArticleSort::PublishedAt, Ascending, "published_at"),
            Self::UpdatedAtDescending => (ArticleSort::UpdatedAt, Descending, "-updated_at"),
            Self::UpdatedAt => (ArticleSort::UpdatedAt, Ascending, "updated_at"),
            Self::Title => (ArticleSort::Title, Ascending, "title"),
            Self::TitleDescending => (ArticleSort::Title, Descending, "-title"),
        }
    }
}

/// What a list holds besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Include {
    /// The rendered texts.
    Html,
}

/// Which articles.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleListParams {
    /// Only with one of these tags, by slug; repeat it for several.
    #[serde(default)]
    #[param(max_items = 20, example = json!(["ليبيا"]))]
    pub tag: Vec<String>,
    /// Only with all of these tags, by slug; repeat it for several.
    #[serde(default)]
    #[param(max_items = 20)]
    pub tag_all: Vec<String>,
    /// Only in this language; `ar` finds `ar-LY` too.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// Only with this name in the byline, in whatever spelling.
    #[serde(default)]
    #[param(max_length = 200, example = "وكالة أنباء المرفأ")]
    pub credit: Option<String>,
    /// Only featured ones, or only the others.
    #[serde(default)]
    pub featured: Option<bool>,
    /// Only published at this time or later.
    #[serde(default)]
    #[param(example = "2026-01-01T00:00:00Z")]
    pub published_after: Option<DateTime<Utc>>,
    /// Only published before this time.
    #[serde(default)]
    pub published_before: Option<DateTime<Utc>>,
    /// Only changed at this time or later.
    #[serde(default)]
    pub updated_after: Option<DateTime<Utc>>,
    /// Only with comments open, or only with comments closed.
    #[serde(default)]
    #[param(inline)]
    pub comments: Option<OpenStateView>,
    /// Only with one of these statuses; repeat it for several. Readers see what is published;
    /// editors, when they don't say, all but the trash.
    #[serde(default)]
    #[param(inline, max_items = 5)]
    pub status: Vec<StatusView>,
    /// Only by this user.
    #[serde(default)]
    #[param(minimum = 1)]
    pub author: Option<i64>,
    /// The order. Ties break by number.
    #[serde(default)]
    #[param(inline, default = "-published_at")]
    pub sort: Option<ArticleOrder>,
    /// `html` for the rendered texts.
    #[serde(default)]
    #[param(inline)]
    pub include: Option<Include>,
    /// Just these fields, separated by commas.
    #[serde(default)]
    #[param(max_length = 500, example = "id,slug,title")]
    pub fields: Option<String>,
    /// The language of the notices.
    #[serde(default)]
    #[param(inline)]
    pub notice_lang: Option<NoticeLang>,
    /// Articles in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u16>,
    /// The cursor of a page, from the answer before.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
    /// Whether to count them all.
    #[serde(default)]
    #[param(default = false)]
    pub total: Option<bool>,
}

/// A language of the notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoticeLang {
    /// Arabic.
    Ar,
    /// English.
    En,
    /// French.
    Fr,
}

impl NoticeLang {
    /// The catalogue's language.
    #[must_use]
    pub fn locale(self) -> Option<Locale> {
        Locale::for_tag(match self {
            Self::Ar => "ar",
            Self::En => "en",
            Self::Fr => "fr",
        })
    }
}

/// A list that was asked for, checked.
pub struct ListRequest {
    /// What is looked for.
    pub query: ArticleQuery,
    /// The tags it is narrowed to.
    pub tags: TagFilter,
    /// The name of its order.
    pub order: &'static str,
    /// The fields to show.
    pub fields: Fields,
}

/// How long a list holds that depends on what age closes: it can't know what isn't in it.
const AGING: chrono::Duration = chrono::Duration::seconds(1);

impl ListRequest {
    /// What the answer is made of, and whether it's worth keeping.
    #[must_use]
    pub fn cache_policy(&self, found: &ArticleList, now: Time) -> CachePolicy {
        let query = &self.query;
        let shown = found.page.rows.iter().map(|article| CacheTag::Article(article.id));
        let mut cache_policy: Vec<CacheTag> = shown.chain([CacheTag::Settings]).collect();
        // The tags themselves too: a slug may come to mean another.
        for id in &found.tags {
            cache_policy.extend([CacheTag::Tagged(*id), CacheTag::Tag(*id)]);
        }
        if found.tags.is_empty() {
            cache_policy.push(CacheTag::Articles);
        }
        let by_update = query.sort == ArticleSort::UpdatedAt || query.updated_after.is_some();
        if by_update || query.comments.is_some() {
            cache_policy.push(CacheTag::Updates);
        }
        let boundless = query.page.start != Start::Beginning
            || !self.fields.are_all()
            || query.published_after.is_some()
            || query.published_before.is_some()
            || query.updated_after.is_some();
        CachePolicy::of(cache_policy)
            .until(query.comments.map(|_| now + AGING))
            .admit_on_second_request(boundless)
            // Every word that is no tag, no name and no language has such a list.
            .unless(found.page.rows.is_empty() || found.tags_missing)
    }
}

impl ArticleListParams {
    /// Checks them.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_request(self, actor: Option<&Actor>) -> Result<ListRequest, ApiError> {
        let sort = self.sort.unwrap_or(ArticleOrder::PublishedAtDescending);
        let (sort, direction, order) = sort.parts();
        for (name, tags) in [("tag", &self.tag), ("tag_all", &self.tag_all)] {
            if tags.len() > MAX_TAGS {
                return Err(ApiError::parameter(name, Violation::TooMany { max: MAX_TAGS as u64 }));
            }
        }
        if self.author.is_some_and(|author| author < 1) {
            return Err(ApiError::parameter("author", page::range(1, i64::MAX)));
        }
        let fields = Fields::parse(self.fields.as_deref())?;
        let lang = self.lang.as_deref().map(|tag| {
            Lang::parse(tag).map_err(|_| ApiError::parameter("lang", Violation::InvalidLang))
        });
        let query = ArticleQuery {
            visibility: policy::visibility(actor),
            statuses: self.status.into_iter().map(Into::into).collect(),
            tags_any: None,
            tags_all: Vec::new(),
            lang: lang.transpose()?.map(|lang| lang.as_str().to_owned()),
            credit_key: self.credit.map(|name| fold::fold(&name)),
            featured: self.featured,
            published_after: time("published_after", self.published_after)?,
            published_before: time("published_before", self.published_before)?,
            updated_after: time("updated_after", self.updated_after)?,
            comments: self.comments.map(Into::into),
            author: self.author,
            sort,
            direction,
            with_html: self.include == Some(Include::Html) || fields.name("html"),
            page: page::request(order, self.limit, self.cursor.as_deref(), self.total)?,
        };
        Ok(ListRequest {
            query,
            tags: TagFilter { any: self.tag, all: self.tag_all },
            order,
            fields,
        })
    }
}

fn time(name: &str, time: Option<DateTime<Utc>>) -> Result<Option<Time>, ApiError> {
    match time {
        Some(time) if !is_representable(time) => {
            Err(ApiError::parameter(name, Violation::InvalidTime))
        }
        other => Ok(other.map(to_micros)),
    }
}
