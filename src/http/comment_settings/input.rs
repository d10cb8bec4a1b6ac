//! Bodies of comment settings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::comment_settings::{CommentOrder, Moderation, OpenState, Overrides, SiteRules};
use crate::text::clean;

/// All comment settings of the site.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteSettingsInput {
    /// Whether readers may comment.
    pub comments: OpenState,
    /// Whether other sites may send webmentions, pingbacks and trackbacks.
    pub pings: OpenState,
    /// Days from publication until comments close. Null: never.
    #[schema(required, minimum = 1, maximum = 36500, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close. Null: never. Closed comments don't close pings.
    #[schema(required, minimum = 1, maximum = 36500, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// The comments that wait for an editor.
    pub moderation: Moderation,
    /// Whether a comment needs a name and an email address.
    #[schema(example = true)]
    pub require_name_email: bool,
    /// Whether only signed-in users comment.
    #[schema(example = false)]
    pub require_login: bool,
    /// The number of links from which a comment waits for an editor. 0: no limit.
    #[schema(minimum = 0, maximum = 1000, example = 2)]
    pub max_links: i32,
    /// Words that make a comment wait for an editor, in any spelling.
    #[schema(max_items = 1000, example = json!(["إعلان"]))]
    pub moderation_words: Vec<Word>,
    /// Words that make a comment spam, in any spelling.
    #[schema(max_items = 1000, example = json!(["كازينو"]))]
    pub blocked_words: Vec<Word>,
    /// The deepest nesting of replies.
    #[schema(minimum = 1, maximum = 10, example = 5)]
    pub thread_depth: i32,
    /// The order of threads.
    pub order: CommentOrder,
    /// The minutes for which authors may edit or delete their comments. 0: never. Default: 10.
    #[serde(default = "default_edit_minutes")]
    #[schema(minimum = 0, maximum = 1440, example = 10)]
    pub edit_minutes: i32,
    /// Whether a published article sends pings to the pages that it links to.
    #[schema(example = true)]
    pub send_pings: bool,
}

/// A word, or a sequence of words, with at least one letter or digit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 100, pattern = "\\S", format = "words")]
pub struct Word(pub String);

/// The default of a `PUT` without the field, which clients of earlier versions send.
fn default_edit_minutes() -> i32 {
    10
}

fn words(words: Vec<Word>) -> Vec<String> {
    words.into_iter().map(|word| clean::line(&word.0)).collect()
}

impl From<SiteSettingsInput> for SiteRules {
    fn from(input: SiteSettingsInput) -> Self {
        Self {
            comments: input.comments,
            pings: input.pings,
            close_comments_after_days: input.close_comments_after_days,
            close_pings_after_days: input.close_pings_after_days,
            moderation: input.moderation,
            require_name_email: input.require_name_email,
            require_login: input.require_login,
            max_links: input.max_links,
            moderation_words: words(input.moderation_words),
            blocked_words: words(input.blocked_words),
            thread_depth: input.thread_depth,
            order: input.order,
            edit_minutes: input.edit_minutes,
            send_pings: input.send_pings,
        }
    }
}

impl From<SiteRules> for SiteSettingsInput {
    fn from(rules: SiteRules) -> Self {
        Self {
            comments: rules.comments,
            pings: rules.pings,
            close_comments_after_days: rules.close_comments_after_days,
            close_pings_after_days: rules.close_pings_after_days,
            moderation: rules.moderation,
            require_name_email: rules.require_name_email,
            require_login: rules.require_login,
            max_links: rules.max_links,
            moderation_words: rules.moderation_words.into_iter().map(Word).collect(),
            blocked_words: rules.blocked_words.into_iter().map(Word).collect(),
            thread_depth: rules.thread_depth,
            order: rules.order,
            edit_minutes: rules.edit_minutes,
            send_pings: rules.send_pings,
        }
    }
}

/// The settings of an article. Null or absent fields inherit from the site.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleSettingsInput {
    /// Whether readers may comment.
    #[serde(default)]
    pub comments: Option<OpenState>,
    /// Whether other sites may send webmentions, pingbacks and trackbacks.
    #[serde(default)]
    pub pings: Option<OpenState>,
    /// Days from publication until comments close. 0: never, regardless of the site's settings.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 36500, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close. 0: never, regardless of the site's settings.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 36500, example = 0)]
    pub close_pings_after_days: Option<i32>,
    /// The comments that wait for an editor.
    #[serde(default)]
    pub moderation: Option<Moderation>,
}

impl From<ArticleSettingsInput> for Overrides {
    fn from(input: ArticleSettingsInput) -> Self {
        Self {
            comments: input.comments,
            pings: input.pings,
            close_comments_after_days: input.close_comments_after_days,
            close_pings_after_days: input.close_pings_after_days,
            moderation: input.moderation,
        }
    }
}

impl From<Overrides> for ArticleSettingsInput {
    fn from(own: Overrides) -> Self {
        Self {
            comments: own.comments,
            pings: own.pings,
            close_comments_after_days: own.close_comments_after_days,
            close_pings_after_days: own.close_pings_after_days,
            moderation: own.moderation,
        }
    }
}
