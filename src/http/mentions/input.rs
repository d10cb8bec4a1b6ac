//! Bodies and parameters of mentions.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::mention::{Mention, MentionQuery, ModerationStatus};
use crate::http::page_params::PageParams;
use crate::http::problem::ApiError;

/// The order of lists of mentions, as cursors contain it.
pub const ORDER: &str = "-mention";
/// The order of lists of pings, as cursors contain it.
pub const PING_ORDER: &str = "-ping";

/// The fields of a mention that an editor may change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MentionInput {
    /// The moderation status.
    pub status: ModerationStatus,
}

impl MentionInput {
    /// Returns the present state, to which a merge patch is applied.
    #[must_use]
    pub fn of(mention: &Mention) -> Self {
        Self { status: mention.moderation_status }
    }
}

/// The path of a mention.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MentionPath {
    /// The mention's id.
    #[param(minimum = 1, example = 12)]
    pub id: i64,
}

/// The parameters of a list of mentions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MentionListParams {
    /// Only mentions in this moderation status.
    #[serde(default)]
    #[param(example = "pending")]
    pub status: Option<ModerationStatus>,
    /// Only mentions of this article, by id.
    #[serde(default)]
    #[param(minimum = 1, example = 1)]
    pub article: Option<i64>,
}

impl MentionListParams {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `invalid_parameter` with the parameter's name, or `malformed_cursor`.
    pub fn into_query(self, page: &PageParams) -> Result<MentionQuery, ApiError> {
        let page = page.request(ORDER)?;
        let moderation_status = self.status;
        Ok(MentionQuery { article: self.article, moderation_status, shown: false, page })
    }
}

/// The form of a webmention (W3C Recommendation, section 3.1.3).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WebmentionForm {
    /// The URL of the linking page.
    #[schema(max_length = 2000, format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source: String,
    /// The linked URL on this site, as in the link.
    #[schema(max_length = 2000, example = "https://news.example/عودة-الصيادين")]
    pub target: String,
}

/// The form of a trackback (TrackBack 1.2).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TrackbackForm {
    /// The URL of the linking page.
    #[schema(max_length = 2000, format = Uri, example = "https://blog.example/2026/a-reply")]
    pub url: String,
    /// The page's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "رد على عودة الصيادين")]
    pub title: Option<String>,
    /// An excerpt of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "قرأت اليوم خبرًا…")]
    pub excerpt: Option<String>,
    /// The blog's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "مدونة البحر")]
    pub blog_name: Option<String>,
}
