//! Bodies and parameters of mentions.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::listing::PageRequest;
use crate::domain::mention::{Mention, MentionQuery, ModerationStatus};
use crate::http::page;
use crate::http::problem::ApiError;

/// The order of lists of mentions, as cursors name it.
pub const ORDER: &str = "-mention";
/// The order of lists of pings, as cursors name it.
pub const PING_ORDER: &str = "-ping";

/// What a moderator made of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ModerationStatus)]
pub enum ModerationStatusView {
    /// It waits.
    Pending,
    /// Readers see it, once it is verified.
    Approved,
    /// It is spam; what its source sends of this article again is refused.
    Spam,
}

impl From<ModerationStatus> for ModerationStatusView {
    fn from(moderation_status: ModerationStatus) -> Self {
        match moderation_status {
            ModerationStatus::Pending => Self::Pending,
            ModerationStatus::Approved => Self::Approved,
            ModerationStatus::Spam => Self::Spam,
        }
    }
}

impl From<ModerationStatusView> for ModerationStatus {
    fn from(moderation_status: ModerationStatusView) -> Self {
        match moderation_status {
            ModerationStatusView::Pending => Self::Pending,
            ModerationStatusView::Approved => Self::Approved,
            ModerationStatusView::Spam => Self::Spam,
        }
    }
}

/// What a moderator changes of a mention.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MentionInput {
    /// What to make of it.
    #[schema(inline, example = "approved")]
    pub status: ModerationStatusView,
}

impl MentionInput {
    /// What a patch is applied to.
    #[must_use]
    pub fn of(mention: &Mention) -> Self {
        Self { status: mention.moderation_status.into() }
    }
}

/// Which mention.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MentionPath {
    /// The mention's number.
    #[param(minimum = 1, example = 12)]
    pub id: i64,
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Rows in a page.
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

impl PageParams {
    /// Checks them.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_request(self, order: &str) -> Result<PageRequest, ApiError> {
        page::request(order, self.limit, self.cursor.as_deref(), self.total)
    }
}

/// Which mentions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MentionListParams {
    /// Only those of which a moderator, or the settings, made this.
    #[serde(default)]
    #[param(inline, example = "pending")]
    pub status: Option<ModerationStatusView>,
    /// Only of this article.
    #[serde(default)]
    #[param(minimum = 1, example = 42)]
    pub article: Option<i64>,
    /// Mentions in a page.
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

impl MentionListParams {
    /// Checks them.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_query(self) -> Result<MentionQuery, ApiError> {
        let page = page::request(ORDER, self.limit, self.cursor.as_deref(), self.total)?;
        let moderation_status = self.status.map(Into::into);
        Ok(MentionQuery { article: self.article, moderation_status, verified: false, page })
    }
}

/// A webmention (W3C, section 3.1.3), as a form.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WebmentionForm {
    /// The page that links.
    #[schema(max_length = 2000, format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source: String,
    /// The address of ours that it links to, exactly as it does.
    #[schema(max_length = 2000, example = "https://news.example/عودة-الصيادين")]
    pub target: String,
}

/// A trackback (TrackBack 1.2), as a form.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TrackbackForm {
    /// The page that links.
    #[schema(max_length = 2000, format = Uri, example = "https://blog.example/2026/a-reply")]
    pub url: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "رد على عودة الصيادين")]
    pub title: Option<String>,
    /// A piece of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "قرأت اليوم خبرًا…")]
    pub excerpt: Option<String>,
    /// The name of the blog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "مدونة البحر")]
    pub blog_name: Option<String>,
}
