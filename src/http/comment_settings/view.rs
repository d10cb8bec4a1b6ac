//! How comment settings are shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::input::{ArticleSettingsInput, ModerationView, OrderView, SiteSettingsInput};
use crate::domain::comment_settings::SiteSettings;
use crate::http::articles::discussion::{Context, DiscussionView, OpenStateView};
use crate::service::comment_settings::OfArticle;

/// The site's comment settings.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SiteSettings)]
pub struct SiteSettingsView {
    /// Whether readers may comment.
    pub comments: OpenStateView,
    /// Whether other sites may leave trackbacks, pingbacks and webmentions.
    pub pings: OpenStateView,
    /// Days after publication at which comments close; null: never.
    #[schema(required, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days after publication at which pings close; null: never.
    #[schema(required, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// Which comments wait for a moderator.
    pub moderation: ModerationView,
    /// Whether a comment needs a name and an email address.
    pub require_name_email: bool,
    /// Whether only signed-in users comment.
    pub require_login: bool,
    /// A comment with this many links or more waits; 0: no limit.
    #[schema(example = 2)]
    pub max_links: i32,
    /// A comment with one of these words waits.
    #[schema(example = json!(["إعلان"]))]
    pub moderation_words: Vec<String>,
    /// A comment with one of these words is spam.
    #[schema(example = json!(["كازينو"]))]
    pub blocked_words: Vec<String>,
    /// How deep answers nest.
    #[schema(example = 5)]
    pub thread_depth: i32,
    /// Which comments come first.
    pub order: OrderView,
    /// Whether published articles ping what they link to.
    pub send_pings: bool,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts their changes; stands in the entity tag.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

impl From<SiteSettings> for SiteSettingsView {
    fn from(settings: SiteSettings) -> Self {
        let rules = SiteSettingsInput::from(settings.rules);
        Self {
            comments: rules.comments,
            pings: rules.pings,
            close_comments_after_days: rules.close_comments_after_days,
            close_pings_after_days: rules.close_pings_after_days,
            moderation: rules.moderation,
            require_name_email: rules.require_name_email,
            require_login: rules.require_login,
            max_links: rules.max_links,
            moderation_words: rules.moderation_words.into_iter().map(|word| word.0).collect(),
            blocked_words: rules.blocked_words.into_iter().map(|word| word.0).collect(),
            thread_depth: rules.thread_depth,
            order: rules.order,
            send_pings: rules.send_pings,
            updated_at: settings.updated_at,
            version: settings.version,
        }
    }
}

/// An article's comment settings, and what follows from them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ArticleSettings)]
pub struct ArticleSettingsView {
    /// The article.
    #[schema(example = 42)]
    pub article_id: i64,
    /// What it says of comments; null inherits.
    #[schema(required)]
    pub comments: Option<OpenStateView>,
    /// What it says of pings; null inherits.
    #[schema(required)]
    pub pings: Option<OpenStateView>,
    /// Days until comments close; 0: never; null inherits.
    #[schema(required, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days until pings close; 0: never; null inherits.
    #[schema(required, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// Which comments wait; null inherits.
    #[schema(required)]
    pub moderation: Option<ModerationView>,
    /// Whether it says nothing for itself.
    #[schema(example = false)]
    pub inherited: bool,
    /// What follows from this and from the site's settings, and why.
    pub effective: DiscussionView,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The article's version: a change of its settings is a change of the article.
    #[schema(minimum = 1, example = 3)]
    pub version: i64,
}

impl ArticleSettingsView {
    /// An article's settings as they are shown.
    #[must_use]
    pub fn of(found: OfArticle, context: &Context<'_>) -> Self {
        let own = ArticleSettingsInput::from(found.own.overrides);
        Self {
            article_id: found.article.id,
            comments: own.comments,
            pings: own.pings,
            close_comments_after_days: own.close_comments_after_days,
            close_pings_after_days: own.close_pings_after_days,
            moderation: own.moderation,
            inherited: found.inherited,
            effective: DiscussionView::of(&found.article, context),
            updated_at: found.own.updated_at,
            version: found.article.version,
        }
    }
}
