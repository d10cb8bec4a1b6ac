//! Bodies and parameters of `/tags`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::check::{Checks, Invalid};
use crate::domain::listing::{Direction, TagQuery, TagSort};
use crate::domain::tag::{Tag, TagDraft};
use crate::http::page;
use crate::http::problem::ApiError;
use crate::text::fold;

/// The language of what doesn't say its own: Arabic comes first here.
pub const DEFAULT_LANG: &str = "ar";

/// A tag as an editor writes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagInput {
    /// The name. No two tags may differ only in how it is spelled.
    #[schema(min_length = 1, max_length = 100, pattern = "LETTER", example = "ليبيا")]
    pub name: String,
    /// Its place in addresses; derived from the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80, pattern = "LETTER", example = "ليبيا")]
    pub slug: Option<String>,
    /// What belongs under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "أخبار ليبيا ومدنها")]
    pub description: Option<String>,
    /// The language of the name (BCP 47); Arabic when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
}

impl TagInput {
    /// Checks it.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_draft(self) -> Result<TagDraft, Invalid> {
        let mut checks = Checks::default();
        let name = checks.line("/name", &self.name);
        let slug = self.slug.map(|slug| checks.slug("/slug", &slug));
        let description = checks.optional_line(self.description);
        let lang = checks.lang("/lang", self.lang.as_deref().unwrap_or(DEFAULT_LANG));
        match lang {
            Some(lang) => checks.finish(TagDraft { name, slug, description, lang }),
            None => Err(checks.into_invalid()),
        }
    }

    /// What was written to make the tag what it is: what a patch is applied to.
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

/// Which tag.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TagPath {
    /// The tag's number.
    #[param(minimum = 1, example = 7)]
    pub id: i64,
}

/// Which tag, by name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TagSlugPath {
    /// The tag's slug, present or former, in whatever spelling.
    #[param(example = "ليبيا")]
    pub slug: String,
}

/// Into which tag.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInput {
    /// The tag that takes over the articles.
    #[schema(minimum = 1, example = 8)]
    pub into: i64,
}

/// What tags are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub enum TagOrder {
    /// By name, as a reader would sort them.
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// Those with the fewest articles first.
    #[serde(rename = "article_count")]
    ArticleCount,
    /// Those with the most articles first.
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
    /// What it sorts by, which way, and its name.
    #[must_use]
    pub fn parts(self) -> (TagSort, Direction, &'static str) {
        use Direction::{Ascending, Descending};
        match self {
            Self::Name => (TagSort::Name, Ascending, "name"),
            Self::NameDescending => (TagSort::Name, Descending, "-name"),
            Self::ArticleCount => (TagSort::ArticleCount, Ascending, "article_count"),
            Self::ArticleCountDescending => (TagSort::ArticleCount, Descending, "-article_count"),
            Self::CreatedAt => (TagSort::CreatedAt, Ascending, "created_at"),
            Self::CreatedAtDescending => (TagSort::CreatedAt, Descending, "-created_at"),
            Self::UpdatedAt => (TagSort::UpdatedAt, Ascending, "updated_at"),
            Self::UpdatedAtDescending => (TagSort::UpdatedAt, Descending, "-updated_at"),
        }
    }
}

/// Which tags.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TagListParams {
    /// Only tags whose name begins so, in whatever spelling.
    #[serde(default)]
    #[param(max_length = 100, example = "ليب")]
    pub q: Option<String>,
    /// The order.
    #[serde(default)]
    #[param(inline, default = "name", example = "-article_count")]
    pub sort: Option<TagOrder>,
    /// Tags in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
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

impl TagListParams {
    /// Checks them; the query and the name of its order.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_query(self, unlisted: bool) -> Result<(TagQuery, &'static str), ApiError> {
        let (sort, direction, order) = self.sort.unwrap_or(TagOrder::Name).parts();
        let page = page::request(order, self.limit, self.cursor.as_deref(), self.total)?;
        // What folds to nothing begins no name: it is looked for as it is, and not found.
        let folded = |q: String| Some(fold::fold(&q)).filter(|q| !q.is_empty()).unwrap_or(q);
        let prefix = self.q.filter(|q| !q.trim().is_empty()).map(folded);
        Ok((TagQuery { unlisted, prefix, sort, direction, page }, order))
    }
}
