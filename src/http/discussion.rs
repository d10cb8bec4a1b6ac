//! The effective state of an article's discussion, and the language of its notice.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};

use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::Article;
use crate::domain::comment_settings::{
    Discussion, Moderation, OpenState, Reason, Requirement, SiteSettings,
};
use crate::http::catalogue::{self, Locale};
use crate::service::site_urls::SiteUrls;
use crate::text::lang::Direction;

/// The notice for readers.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DiscussionNotice)]
pub struct NoticeView {
    /// The code: `comments_open_pings_open`, `comments_open_pings_closed`,
    /// `comments_closed_pings_open` or `comments_closed_pings_closed`.
    #[schema(example = "comments_closed_pings_open")]
    pub code: &'static str,
    /// The wording of the notice. While comments are open, it also tells the requirements for a comment,
    /// and that an editor reads it first.
    #[schema(
        example = "التعليقات مغلقة على هذا المقال، لكن الإشارات من المواقع الأخرى ما زالت مفتوحة."
    )]
    pub text: &'static str,
    /// The language of the notice.
    #[schema(example = "ar")]
    pub lang: &'static str,
    /// The writing direction of the notice.
    pub dir: Direction,
}

/// The requirements for a comment.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = CommentRequirements)]
pub struct RequirementsView {
    /// Whether only signed-in users may comment.
    #[schema(example = false)]
    pub login: bool,
    /// Whether a comment needs a name and an email address. False if a login is required: the account
    /// holds them.
    #[schema(example = true)]
    pub name_email: bool,
}

/// The effective state of an article's comments and mentions, with its reasons.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Discussion)]
pub struct DiscussionView {
    /// Whether readers may comment.
    pub comments: OpenState,
    /// Whether other sites may send webmentions, pingbacks and trackbacks.
    pub pings: OpenState,
    /// The time at which the article's age closes comments, past or future.
    #[schema(required)]
    pub comments_close_at: Option<DateTime<Utc>>,
    /// The time at which the article's age closes pings, past or future.
    #[schema(required)]
    pub pings_close_at: Option<DateTime<Utc>>,
    /// The reason for the state of comments.
    pub reason: Reason,
    /// The reason for the state of pings.
    pub pings_reason: Reason,
    /// The requirements for a comment.
    pub requires: RequirementsView,
    /// Whether comments may wait for an editor: those of new authors, or all.
    #[schema(example = true)]
    pub moderated: bool,
    /// The deepest nesting of replies.
    #[schema(minimum = 1, maximum = 10, example = 5)]
    pub thread_depth: i32,
    /// The notice for readers.
    pub notice: NoticeView,
    /// The number of visible comments.
    #[schema(minimum = 0, example = 0)]
    pub comment_count: i64,
    /// The number of verified and approved mentions by other sites.
    #[schema(minimum = 0, example = 0)]
    pub mention_count: i64,
}

/// A language of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NoticeLang {
    /// Arabic.
    Ar,
    /// English.
    En,
    /// French.
    Fr,
}

/// Returns the language of notices: the parameter's, or the best of `Accept-Language`.
#[must_use]
pub fn locale(req: &HttpRequest, lang: Option<NoticeLang>) -> Option<Locale> {
    lang.and_then(|lang| Locale::for_tag(lang.as_str())).or_else(|| {
        let header = req.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        Locale::for_accept(header)
    })
}

/// The parameter of answers with notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoticeParams {
    /// The language of the notices. Default: of `Accept-Language`, or of the article.
    #[serde(default)]
    pub notice_lang: Option<NoticeLang>,
}

/// The values besides the article that its view depends on.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The site's comment settings.
    pub site: &'a SiteSettings,
    /// The current time.
    pub now: Time,
    /// The requested language of notices.
    pub locale: Option<Locale>,
    /// The URLs of this site.
    pub urls: &'a SiteUrls,
}

impl Context<'_> {
    /// Returns the effective state of an article's discussion.
    #[must_use]
    pub fn discussion(&self, article: &Article) -> Discussion {
        article.discussion(&self.site.rules, self.now)
    }
}

impl DiscussionView {
    /// Returns the next time at which age closes comments or pings.
    #[must_use]
    pub fn next_change(&self, now: Time) -> Option<Time> {
        [self.comments_close_at, self.pings_close_at]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min()
    }

    /// Returns the time of the last change of a view that contains this discussion, beside the time of
    /// its other parts. `None` if it contains counts, which change without a time.
    #[must_use]
    pub fn last_modified(&self, other: Time, now: Time) -> Option<Time> {
        let closings = [self.comments_close_at, self.pings_close_at].into_iter().flatten();
        let last = closings.filter(|at| *at <= now).chain([other]).max();
        last.filter(|_| self.comment_count == 0 && self.mention_count == 0)
    }

    /// Builds the view of an article's discussion.
    #[must_use]
    pub fn of(article: &Article, context: &Context<'_>) -> Self {
        let state = context.discussion(article);
        let locale = context
            .locale
            .clone()
            .or_else(|| Locale::for_tag(article.lang.as_str()))
            .unwrap_or_else(Locale::fallback);
        let code = state.notice();
        let worded = catalogue::notice(&locale, &state);
        Self {
            comments: state.comments.state,
            pings: state.pings.state,
            comments_close_at: state.comments.closes_at,
            pings_close_at: state.pings.closes_at,
            reason: state.comments.reason,
            pings_reason: state.pings.reason,
            requires: RequirementsView {
                login: state.requires == Requirement::Login,
                name_email: state.requires == Requirement::NameEmail,
            },
            moderated: state.moderation != Moderation::None,
            thread_depth: state.thread_depth,
            notice: NoticeView {
                code: code.as_str(),
                text: worded.map_or("", |notice| notice.text.as_str()),
                lang: worded.map_or("", |notice| notice.lang.as_str()),
                dir: worded.map_or(Direction::Ltr, |notice| notice.dir),
            },
            comment_count: article.comment_count,
            mention_count: article.mention_count,
        }
    }
}
