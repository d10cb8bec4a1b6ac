//! How the state of an article's discussion is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Time;
use crate::domain::article::Article;
use crate::domain::comment_settings::{Discussion, OpenState, Reason, SiteSettings};
use crate::http::catalogue::{self, Locale};
use crate::http::tags::Direction;

/// Whether something may be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OpenState)]
pub enum OpenStateView {
    /// It may.
    Open,
    /// It may not.
    Closed,
}

impl From<OpenState> for OpenStateView {
    fn from(gate: OpenState) -> Self {
        match gate {
            OpenState::Open => Self::Open,
            OpenState::Closed => Self::Closed,
        }
    }
}

impl From<OpenStateView> for OpenState {
    fn from(gate: OpenStateView) -> Self {
        match gate {
            OpenStateView::Open => Self::Open,
            OpenStateView::Closed => Self::Closed,
        }
    }
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DiscussionReason)]
pub enum ReasonView {
    /// The site's settings.
    Site,
    /// The article's own.
    Article,
    /// The time that passed since publication.
    Age,
    /// The article isn't published.
    Unpublished,
}

impl From<Reason> for ReasonView {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Site => Self::Site,
            Reason::Article => Self::Article,
            Reason::Age => Self::Age,
            Reason::Unpublished => Self::Unpublished,
        }
    }
}

/// What to tell a reader about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DiscussionNotice)]
pub struct NoticeView {
    /// Which of the four states it is: `comments_` `open` or `closed` `_pings_` `open` or `closed`.
    #[schema(example = "comments_closed_pings_open")]
    pub code: &'static str,
    /// The notice, worded.
    #[schema(
        example = "التعليقات مغلقة على هذا المقال، لكن الإشارات من المواقع الأخرى ما زالت مفتوحة."
    )]
    pub text: &'static str,
    /// The language of the notice: of `lang`, else of `Accept-Language`, else of the article.
    #[schema(example = "ar")]
    pub lang: &'static str,
    /// The direction of the notice.
    pub dir: Direction,
}

/// The effective state of an article's discussion, and why it is so.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Discussion)]
pub struct DiscussionView {
    /// Whether readers may comment.
    pub comments: OpenStateView,
    /// Whether other sites may leave trackbacks, pingbacks and webmentions.
    pub pings: OpenStateView,
    /// When age closes comments, or has closed them.
    #[schema(required)]
    pub comments_close_at: Option<DateTime<Utc>>,
    /// When age closes pings, or has closed them.
    #[schema(required)]
    pub pings_close_at: Option<DateTime<Utc>>,
    /// What decided about comments.
    pub reason: ReasonView,
    /// What decided about pings.
    pub pings_reason: ReasonView,
    /// What to tell a reader about it.
    pub notice: NoticeView,
    /// Approved comments.
    #[schema(minimum = 0, example = 0)]
    pub comment_count: i64,
    /// Verified mentions by other sites.
    #[schema(minimum = 0, example = 0)]
    pub mention_count: i64,
}

/// What an answer depends on besides what is stored.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The site's comment settings.
    pub site: &'a SiteSettings,
    /// The time.
    pub now: Time,
    /// The language the client asked notices in, if it did.
    pub locale: Option<Locale>,
}

impl Context<'_> {
    /// The effective state of an article's discussion.
    #[must_use]
    pub fn discussion(&self, article: &Article) -> Discussion {
        article.discussion(&self.site.rules, self.now)
    }
}

impl DiscussionView {
    /// When age closes what it is open for, next: until then it is as it is.
    #[must_use]
    pub fn next_change(&self, now: Time) -> Option<Time> {
        [self.comments_close_at, self.pings_close_at]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min()
    }

    /// Works out an article's.
    #[must_use]
    pub fn of(article: &Article, context: &Context<'_>) -> Self {
        let state = context.discussion(article);
        let locale = context
            .locale
            .clone()
            .or_else(|| Locale::for_tag(article.lang.as_str()))
            .unwrap_or_else(Locale::fallback);
        let code = state.notice();
        let worded = catalogue::notice(&locale, code);
        Self {
            comments: state.comments.state.into(),
            pings: state.pings.state.into(),
            comments_close_at: state.comments.closes_at,
            pings_close_at: state.pings.closes_at,
            reason: state.comments.reason.into(),
            pings_reason: state.pings.reason.into(),
            notice: NoticeView {
                code: code.as_str(),
                text: worded.map_or("", |notice| notice.text.as_str()),
                lang: worded.map_or("", |notice| notice.lang.as_str()),
                dir: worded.map_or(Direction::Ltr, |notice| notice.dir.into()),
            },
            comment_count: article.comment_count,
            mention_count: article.mention_count,
        }
    }
}
