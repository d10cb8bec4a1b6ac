//! Bodies and parameters of `/tags`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::WireName;
use crate::domain::check::{Checks, Invalid};
use crate::domain::listing::{Direction, TagQuery, TagSort};
use crate::domain::tag::{Tag, TagDraft};
use crate::http::extract::lang;
use crate::http::page_params::PageParams;
use crate::http::problem::ApiError;
use crate::text::tag_name;

/// The default language of articles and tags.
pub const DEFAULT_LANG: &str = "ar";

/// The content of a tag.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagInput {
    /// The name. It is unique in any spelling; signs such as `+` and `#` count: `C`, `C++` and `C#` are
    /// three tags.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "\\S",
        format = "tag-name",
        example = "ليبيا"
    )]
    pub name: String,
    /// The slug, a part of URLs, percent-encoded or not. At most 80 characters when decoded. Default:
    /// derived from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 960,
        pattern = "\\S",
        format = "slug",
        example = "ليبيا"
    )]
    pub slug: Option<String>,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "أخبار ليبيا ومدنها")]
    pub description: Option<String>,
    /// The language of the name (BCP 47). Default: `ar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
}

impl TagInput {
    /// Checks the input.
    ///
    /// # Errors
    /// All violations.
    pub fn into_draft(self) -> Result<TagDraft, Invalid> {
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        let description = checks.optional_line(self.description);
        let lang = checks.lang("/lang", self.lang.as_deref().unwrap_or(DEFAULT_LANG));
        let slug = self.slug.map(|slug| checks.slug("/slug", &slug, lang.as_ref()));
        match lang {
            Some(lang) => checks.finish(TagDraft { name, slug, description, lang }),
            None => Err(checks.into_invalid()),
        }
    }

    /// Returns the present content, to which a merge patch is applied.
    #[must_use]
    pub fn of(tag: &Tag) -> Self {
        Self {
            name: tag.name.clone(),
            slug: Some(tag.slug.clone()),
            description: tag.description.clone(),
            lang: Some(tag.lang.as_str().to_owned()),
        }
    }
}

/// The path of a tag.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TagPath {
    /// The tag's id.
    #[param(minimum = 1, example = 7)]
    pub id: i64,
}

/// The path of a tag by its slug.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TagSlugPath {
    /// The tag's present or former slug, in any spelling. A text with signs is a name: `C++`.
    #[param(example = "ليبيا")]
    pub slug: String,
}

/// The target of a merge.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInput {
    /// The id of the tag that receives the articles.
    #[schema(minimum = 1, example = 8)]
    pub into: i64,
}

/// The order of a list of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub enum TagOrder {
    /// By name, in alphabetical order.
    #[serde(rename = "name")]
    Name,
    /// By name, in reverse order.
    #[serde(rename = "-name")]
    NameDescending,
    /// Fewest articles first.
    #[serde(rename = "article_count")]
    ArticleCount,
    /// Most articles first.
    #[serde(rename = "-article_count")]
    ArticleCountDescending,
    /// Oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// Least recently changed first.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// Most recently changed first.
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
}

impl TagOrder {
    fn parts(self) -> (TagSort, Direction) {
        use Direction::{Ascending, Descending};
        match self {
            Self::Name => (TagSort::Name, Ascending),
            Self::NameDescending => (TagSort::Name, Descending),
            Self::ArticleCount => (TagSort::ArticleCount, Ascending),
            Self::ArticleCountDescending => (TagSort::ArticleCount, Descending),
            Self::CreatedAt => (TagSort::CreatedAt, Ascending),
            Self::CreatedAtDescending => (TagSort::CreatedAt, Descending),
            Self::UpdatedAt => (TagSort::UpdatedAt, Ascending),
            Self::UpdatedAtDescending => (TagSort::UpdatedAt, Descending),
        }
    }
}

/// The parameters of a list of tags.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TagListParams {
    /// Only tags with names that begin with this text, in any spelling.
    #[serde(default)]
    #[param(max_length = 100, example = "ليب")]
    pub q: Option<String>,
    /// Only tags in this language. `ar` includes `ar-LY`.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// The order.
    #[serde(default)]
    #[param(default = "name", example = "-article_count")]
    pub sort: Option<TagOrder>,
}

impl TagListParams {
    /// Checks the parameters, and returns the query and the name of its order.
    ///
    /// # Errors
    /// `invalid_parameter` with the parameter's name, or `malformed_cursor`.
    pub fn into_query(
        self,
        unlisted: bool,
        page: &PageParams,
    ) -> Result<(TagQuery, String), ApiError> {
        let (sort, direction) = self.sort.unwrap_or(TagOrder::Name).parts();
        let order = direction.order_name(sort.as_str());
        let page = page.request(&order)?;
        // A text that folds to an empty key matches no name.
        let folded = |q: String| Some(tag_name::prefix(&q)).filter(|q| !q.is_empty()).unwrap_or(q);
        let prefix = self.q.filter(|q| !q.trim().is_empty()).map(folded);
        let lang = lang(self.lang.as_deref())?.map(|lang| lang.as_str().to_owned());
        Ok((TagQuery { unlisted, prefix, lang, sort, direction, page }, order))
    }
}
