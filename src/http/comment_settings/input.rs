//! Comment settings as they are written.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::comment_settings::{CommentOrder, Moderation, OpenState, Overrides, SiteRules};
use crate::http::articles::discussion::OpenStateView;
use crate::text::clean;

/// Which comments wait for a moderator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Moderation)]
pub enum ModerationView {
    /// None.
    None,
    /// Those of people of whom none was approved before.
    FirstTime,
    /// All.
    All,
}

impl From<Moderation> for ModerationView {
    fn from(which: Moderation) -> Self {
        match which {
            Moderation::None => Self::None,
            Moderation::FirstTime => Self::FirstTime,
            Moderation::All => Self::All,
        }
    }
}

impl From<ModerationView> for Moderation {
    fn from(which: ModerationView) -> Self {
        match which {
            ModerationView::None => Self::None,
            ModerationView::FirstTime => Self::FirstTime,
            ModerationView::All => Self::All,
        }
    }
}

/// Which comments come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CommentOrder)]
pub enum OrderView {
    /// The oldest.
    Oldest,
    /// The newest.
    Newest,
}

impl From<CommentOrder> for OrderView {
    fn from(order: CommentOrder) -> Self {
        match order {
            CommentOrder::Oldest => Self::Oldest,
            CommentOrder::Newest => Self::Newest,
        }
    }
}

impl From<OrderView> for CommentOrder {
    fn from(order: OrderView) -> Self {
        match order {
            OrderView::Oldest => Self::Oldest,
            OrderView::Newest => Self::Newest,
        }
    }
}

/// The site's comment settings, whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteSettingsInput {
    /// Whether readers may comment.
    pub comments: OpenStateView,
    /// Whether other sites may leave trackbacks, pingbacks and webmentions.
    pub pings: OpenStateView,
    /// Days after publication at which comments close; null: never.
    #[schema(required, minimum = 1, maximum = 36500, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days after publication at which pings close; null: never. Closing comments leaves pings alone.
    #[schema(required, minimum = 1, maximum = 36500, example = 90)]
    pub close_pings_after_days: Option<i32>,
    /// Which comments wait for a moderator.
    pub moderation: ModerationView,
    /// Whether a comment needs a name and an email address.
    #[schema(example = true)]
    pub require_name_email: bool,
    /// Whether only signed-in users comment.
    #[schema(example = false)]
    pub require_login: bool,
    /// A comment with this many links or more waits; 0: no limit.
    #[schema(minimum = 0, maximum = 1000, example = 2)]
    pub max_links: i32,
    /// A comment with one of these words waits, whatever their spelling.
    #[schema(max_items = 1000, example = json!(["إعلان"]))]
    pub moderation_words: Vec<Word>,
    /// A comment with one of these words is spam, whatever their spelling.
    #[schema(max_items = 1000, example = json!(["كازينو"]))]
    pub blocked_words: Vec<Word>,
    /// How deep answers nest.
    #[schema(minimum = 1, maximum = 10, example = 5)]
    pub thread_depth: i32,
    /// Which comments come first.
    pub order: OrderView,
    /// Whether published articles ping what they link to.
    #[schema(example = true)]
    pub send_pings: bool,
}

/// A word, or several that stand together.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 100, pattern = "LETTER")]
pub struct Word(pub String);

fn words(words: Vec<Word>) -> Vec<String> {
    words.into_iter().map(|word| clean::line(&word.0)).collect()
}

impl From<SiteSettingsInput> for SiteRules {
    fn from(input: SiteSettingsInput) -> Self {
        Self {
            comments: input.comments.into(),
            pings: input.pings.into(),
            close_comments_after_days: input.close_comments_after_days,
            close_pings_after_days: input.close_pings_after_days,
            moderation: input.moderation.into(),
            require_name_email: input.require_name_email,
            require_login: input.require_login,
            max_links: input.max_links,
            moderation_words: words(input.moderation_words),
            blocked_words: words(input.blocked_words),
            thread_depth: input.thread_depth,
            order: input.order.into(),
            send_pings: input.send_pings,
        }
    }
}

impl From<SiteRules> for SiteSettingsInput {
    fn from(rules: SiteRules) -> Self {
        Self {
            comments: rules.comments.into(),
            pings: rules.pings.into(),
            close_comments_after_days: rules.close_comments_after_days,
            close_pings_after_days: rules.close_pings_after_days,
            moderation: rules.moderation.into(),
            require_name_email: rules.require_name_email,
            require_login: rules.require_login,
            max_links: rules.max_links,
            moderation_words: rules.moderation_words.into_iter().map(Word).collect(),
            blocked_words: rules.blocked_words.into_iter().map(Word).collect(),
            thread_depth: rules.thread_depth,
            order: rules.order.into(),
            send_pings: rules.send_pings,
        }
    }
}

/// What an article says for itself; null, or left out, inherits from the site.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleSettingsInput {
    /// Whether readers may comment.
    #[serde(default)]
    pub comments: Option<OpenStateView>,
    /// Whether other sites may leave trackbacks, pingbacks and webmentions.
    #[serde(default)]
    pub pings: Option<OpenStateView>,
    /// Days after publication at which comments close; 0: never, whatever the site says.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 36500, example = 30)]
    pub close_comments_after_days: Option<i32>,
    /// Days after publication at which pings close; 0: never, whatever the site says.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 36500, example = 0)]
    pub close_pings_after_days: Option<i32>,
    /// Which comments wait for a moderator.
    #[serde(default)]
    pub moderation: Option<ModerationView>,
}

impl From<ArticleSettingsInput> for Overrides {
    fn from(input: ArticleSettingsInput) -> Self {
        Self {
            comments: input.comments.map(OpenState::from),
            pings: input.pings.map(OpenState::from),
            close_comments_after_days: input.close_comments_after_days,
            close_pings_after_days: input.close_pings_after_days,
            moderation: input.moderation.map(Moderation::from),
        }
    }
}

impl From<Overrides> for ArticleSettingsInput {
    fn from(own: Overrides) -> Self {
        Self {
            comments: own.comments.map(OpenStateView::from),
            pings: own.pings.map(OpenStateView::from),
            close_comments_after_days: own.close_comments_after_days,
            close_pings_after_days: own.close_pings_after_days,
            moderation: own.moderation.map(ModerationView::from),
        }
    }
}
