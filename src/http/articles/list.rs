//! The parameters of lists of articles, and the cache policy of their answers.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::fields::Fields;
use crate::domain::article::Status;
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{ArticleQuery, ArticleSort, Direction, Start};
use crate::domain::policy::{self, Actor};
use crate::domain::{Time, WireName};
use crate::http::cache::policy::CachePolicy;
use crate::http::discussion::NoticeLang;
use crate::http::extract::lang;
use crate::http::page_params::PageParams;
use crate::http::problem::ApiError;
use crate::service::articles::{ArticleList, TagFilter};
use crate::text::fold;

/// The order of a list of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub enum ArticleOrder {
    /// Newest first. An article that was never published sorts by its time of creation.
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
    /// By title, in alphabetical order.
    #[serde(rename = "title")]
    Title,
    /// By title, in reverse order.
    #[serde(rename = "-title")]
    TitleDescending,
}

impl ArticleOrder {
    fn parts(self) -> (ArticleSort, Direction) {
        use Direction::{Ascending, Descending};
        match self {
            Self::PublishedAtDescending => (ArticleSort::PublishedAt, Descending),
            Self::PublishedAt => (ArticleSort::PublishedAt, Ascending),
            Self::UpdatedAtDescending => (ArticleSort::UpdatedAt, Descending),
            Self::UpdatedAt => (ArticleSort::UpdatedAt, Ascending),
            Self::Title => (ArticleSort::Title, Ascending),
            Self::TitleDescending => (ArticleSort::Title, Descending),
        }
    }
}

/// Optional parts of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ArticleInclude)]
pub enum Include {
    /// The rendered texts.
    Html,
}

/// The parameters of a list of articles.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleListParams {
    /// Only articles with one of these tags, by slug. Repeatable.
    #[serde(default)]
    #[param(max_items = 20, example = json!(["ليبيا"]))]
    pub tag: Vec<String>,
    /// Only articles with all of these tags, by slug. Repeatable.
    #[serde(default)]
    #[param(max_items = 20)]
    pub tag_all: Vec<String>,
    /// Only articles in this language. `ar` includes `ar-LY`.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// Only articles with this name in the byline, in any spelling.
    #[serde(default)]
    #[param(max_length = 200, example = "وكالة أنباء المرفأ")]
    pub credit: Option<String>,
    /// Only featured articles, or only the others.
    #[serde(default)]
    pub featured: Option<bool>,
    /// Only articles published at this time or later.
    #[serde(default)]
    #[param(example = "2026-01-01T00:00:00Z")]
    pub published_after: Option<DateTime<Utc>>,
    /// Only articles published before this time.
    #[serde(default)]
    pub published_before: Option<DateTime<Utc>>,
    /// Only articles changed at this time or later.
    #[serde(default)]
    pub updated_after: Option<DateTime<Utc>>,
    /// Only articles with open comments, or with closed ones.
    #[serde(default)]
    pub comments: Option<OpenState>,
    /// Only articles in one of these statuses. Repeatable. Readers see only published articles.
    /// Default for editors: all except the trash.
    #[serde(default)]
    #[param(max_items = 5)]
    pub status: Vec<Status>,
    /// Only articles of this user, by id.
    #[serde(default)]
    #[param(minimum = 1)]
    pub author: Option<i64>,
    /// The order. Ties are broken by id.
    #[serde(default)]
    #[param(default = "-published_at")]
    pub sort: Option<ArticleOrder>,
    /// `html` adds the rendered texts.
    #[serde(default)]
    pub include: Option<Include>,
    /// The properties to return, separated by commas. Default: all. It leaves out the others, also
    /// those that the schema of the response requires: the answer is an `ArticlePartList`.
    #[serde(default)]
    #[param(max_length = 500, example = "id,slug,title")]
    pub fields: Option<String>,
    /// The language of the notices. Default: of `Accept-Language`, or of the article.
    #[serde(default)]
    pub notice_lang: Option<NoticeLang>,
}

/// A checked request for a list.
pub struct ListRequest {
    /// The query.
    pub query: ArticleQuery,
    /// The slugs of the tag filters.
    pub tags: TagFilter,
    /// The name of the order, as cursors contain it.
    pub order: String,
    /// The selected fields.
    pub fields: Fields,
}

/// The longest time for which a list by open comments is cached. The clock can add articles to it
/// without a write.
const CLOCK_CACHE_TIME: chrono::Duration = chrono::Duration::seconds(1);

impl ListRequest {
    /// Returns the cache policy of the answer.
    #[must_use]
    pub fn cache_policy(&self, found: &ArticleList, now: Time) -> CachePolicy {
        let query = &self.query;
        let shown = found.page.rows.iter().map(|article| CacheTag::Article(article.id));
        let mut cache_policy: Vec<CacheTag> = shown.chain([CacheTag::Settings]).collect();
        // A slug may later belong to another tag.
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
            || !self.fields.is_all()
            || query.published_after.is_some()
            || query.published_before.is_some()
            || query.updated_after.is_some();
        CachePolicy::of(cache_policy)
            .until(query.comments.map(|_| now + CLOCK_CACHE_TIME))
            .admit_on_second_request(boundless)
            // Empty lists have an unbounded number of URLs.
            .unless(found.page.rows.is_empty() || found.tags_missing)
    }
}

impl ArticleListParams {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `invalid_parameter` with the parameter's name, or `malformed_cursor`.
    pub fn into_request(
        self,
        actor: Option<&Actor>,
        page: &PageParams,
    ) -> Result<ListRequest, ApiError> {
        let sort = self.sort.unwrap_or(ArticleOrder::PublishedAtDescending);
        let (sort, direction) = sort.parts();
        let order = direction.order_name(sort.as_str());
        let fields = Fields::parse(self.fields.as_deref())?;
        let query = ArticleQuery {
            visibility: policy::visibility(actor),
            statuses: self.status,
            tags_any: None,
            tags_all: Vec::new(),
            lang: lang(self.lang.as_deref())?.map(|lang| lang.as_str().to_owned()),
            credit_key: self.credit.map(|name| fold::fold(&name)),
            featured: self.featured,
            published_after: self.published_after,
            published_before: self.published_before,
            updated_after: self.updated_after,
            comments: self.comments,
            author: self.author,
            sort,
            direction,
            with_html: self.include == Some(Include::Html) || fields.contains("html"),
            page: page.request(&order)?,
        };
        Ok(ListRequest {
            query,
            tags: TagFilter { any: self.tag, all: self.tag_all },
            order,
            fields,
        })
    }
}
