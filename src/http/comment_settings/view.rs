//! Views of comment settings.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::input::{ArticleSettingsInput, SiteSettingsInput};
use crate::domain::comment_settings::{
    CommentOrder, Moderation, OpenState, SiteRules, SiteSettings,
};
use crate::http::discussion::{Context, DiscussionView};
use crate::http::openapi::variant::{required, variant};
use crate::http::resource::Schemas;
use crate::service::comment_settings::EffectiveSettings;

/// The site's comment settings.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SiteSettings)]
pub struct SiteSettingsView {
    /// Whether readers may comment.
    pub comments: OpenState,
    /// Whether other sites may send webmentions, pingbacks and trackbacks.
    pub pings: OpenState,
    /// Days from publication until comments close. Null: never.
    #[schema(required, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close. Null: never.
    #[schema(required, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// The comments that wait for an editor.
    pub moderation: Moderation,
    /// Whether a comment needs a name and an email address.
    pub require_name_email: bool,
    /// Whether only signed-in users comment.
    pub require_login: bool,
    /// The number of links from which a comment waits for an editor. 0: no limit.
    #[schema(example = 2)]
    pub max_links: i32,
    /// Words that make a comment wait for an editor.
    #[schema(example = json!(["إعلان"]))]
    pub moderation_words: Vec<String>,
    /// Words that make a comment spam.
    #[schema(example = json!(["كازينو"]))]
    pub blocked_words: Vec<String>,
    /// The deepest nesting of replies.
    #[schema(example = 5)]
    pub thread_depth: i32,
    /// The order of threads.
    pub order: CommentOrder,
    /// The minutes for which authors may edit or delete their comments. 0: never.
    #[schema(example = 10)]
    pub edit_minutes: i32,
    /// Whether a published article sends pings to the pages that it links to.
    pub send_pings: bool,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The version, which each change increments. The `ETag` contains it.
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
            edit_minutes: rules.edit_minutes,
            send_pings: rules.send_pings,
            updated_at: settings.updated_at,
            version: settings.version,
        }
    }
}

/// The part of the site's comment settings that readers may see.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublicSiteSettings)]
pub struct PublicSiteSettingsView {
    /// Whether readers may comment. An article may differ, see its `discussion`.
    pub comments: OpenState,
    /// Whether other sites may send webmentions, pingbacks and trackbacks.
    pub pings: OpenState,
    /// Days from publication until comments close. Null: never.
    #[schema(required, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close. Null: never.
    #[schema(required, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// The comments that wait for an editor.
    pub moderation: Moderation,
    /// Whether a comment needs a name and an email address.
    pub require_name_email: bool,
    /// Whether only signed-in users comment.
    pub require_login: bool,
    /// The deepest nesting of replies.
    #[schema(example = 5)]
    pub thread_depth: i32,
    /// The order of threads.
    pub order: CommentOrder,
    /// The minutes for which authors may edit or delete their comments. 0: never.
    #[schema(example = 10)]
    pub edit_minutes: i32,
}

impl From<SiteRules> for PublicSiteSettingsView {
    fn from(rules: SiteRules) -> Self {
        Self {
            comments: rules.comments,
            pings: rules.pings,
            close_comments_after_days: rules.close_comments_after_days,
            close_pings_after_days: rules.close_pings_after_days,
            moderation: rules.moderation,
            require_name_email: rules.require_name_email,
            require_login: rules.require_login,
            thread_depth: rules.thread_depth,
            order: rules.order,
            edit_minutes: rules.edit_minutes,
        }
    }
}

/// The site's comment settings: all for editors, the public part for others.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum VisibleSiteSettings {
    /// All settings.
    Full(Box<SiteSettingsView>),
    /// The public part.
    Public(PublicSiteSettingsView),
}

impl PartialSchema for VisibleSiteSettings {
    fn schema() -> RefOr<Schema> {
        let public = required::<PublicSiteSettingsView>();
        let description = "The site's comment settings. Only editors see all of them.";
        variant::<SiteSettingsView>(description, &[], |name| public.iter().any(|one| one == name))
    }
}

impl ToSchema for VisibleSiteSettings {
    fn schemas(schemas: &mut Schemas) {
        SiteSettingsView::schemas(schemas);
    }
}

/// The comment settings of an article, and its effective discussion.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ArticleSettings)]
pub struct ArticleSettingsView {
    /// The article's id.
    #[schema(example = 42)]
    pub article_id: i64,
    /// Whether readers may comment. Null: inherited.
    #[schema(required)]
    pub comments: Option<OpenState>,
    /// Whether other sites may send mentions. Null: inherited.
    #[schema(required)]
    pub pings: Option<OpenState>,
    /// Days from publication until comments close. 0: never. Null: inherited.
    #[schema(required, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close. 0: never. Null: inherited.
    #[schema(required, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// The comments that wait for an editor. Null: inherited.
    #[schema(required)]
    pub moderation: Option<Moderation>,
    /// Whether the article has no settings of its own.
    #[schema(example = false)]
    pub inherited: bool,
    /// The effective discussion, with its reason.
    pub effective: DiscussionView,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The article's version. A change of its settings increments it.
    #[schema(minimum = 1, example = 3)]
    pub version: i64,
}

impl ArticleSettingsView {
    /// Builds the view of an article's settings.
    #[must_use]
    pub fn of(found: EffectiveSettings, context: &Context<'_>) -> Self {
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
