//! Comment settings of the site and of articles, and the effective state that follows from both.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Time;

/// Whether comments or mentions are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OpenState {
    /// They are accepted.
    Open,
    /// They are refused.
    Closed,
}

/// The comments that wait for an editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Moderation {
    /// No comments.
    None,
    /// Comments of authors without an approved comment.
    FirstTime,
    /// All comments.
    All,
}

/// The order of threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CommentOrder {
    /// Oldest first.
    Oldest,
    /// Newest first.
    Newest,
}

/// What holds for every article that doesn't say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRules {
    /// State of comments.
    pub comments: OpenState,
    /// State of trackbacks, pingbacks and webmentions.
    pub pings: OpenState,
    /// Days from publication until comments close; `None`: never.
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close; `None`: never.
    pub close_pings_after_days: Option<i32>,
    /// Comments that wait for moderation.
    pub moderation: Moderation,
    /// Whether a comment needs a name and an email address.
    pub require_name_email: bool,
    /// Whether only signed-in users may comment.
    pub require_login: bool,
    /// The number of links from which a comment waits for an editor. 0: no limit.
    pub max_links: i32,
    /// Words that make a comment wait for an editor.
    pub moderation_words: Vec<String>,
    /// Words that make a comment spam.
    pub blocked_words: Vec<String>,
    /// The deepest nesting of replies.
    pub thread_depth: i32,
    /// The order of threads.
    pub order: CommentOrder,
    /// The minutes for which authors may edit or delete their comments. 0: never.
    pub edit_minutes: i32,
    /// Whether a published article sends pings to the pages that it links to.
    pub send_pings: bool,
}

/// The stored rules of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSettings {
    /// Rules.
    pub rules: SiteRules,
    /// The time of the last change.
    pub updated_at: Time,
    /// Version, which each change increases.
    pub version: i64,
}

/// Settings of an article; `None` inherits the site's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// State of comments.
    pub comments: Option<OpenState>,
    /// State of trackbacks, pingbacks and webmentions.
    pub pings: Option<OpenState>,
    /// Days from publication until comments close; 0: never.
    pub close_comments_after_days: Option<i32>,
    /// Days from publication until pings close; 0: never.
    pub close_pings_after_days: Option<i32>,
    /// Comments that wait for moderation.
    pub moderation: Option<Moderation>,
}

/// The stored settings of an article. Version 0: there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleSettings {
    /// Settings.
    pub overrides: Overrides,
    /// The time of the last change.
    pub updated_at: Time,
    /// Version, which each change increases.
    pub version: i64,
}

/// The reason of an effective state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = DiscussionReason)]
pub enum Reason {
    /// The site's settings.
    Site,
    /// The article's settings.
    Article,
    /// The time since publication.
    Age,
    /// The article isn't published.
    Unpublished,
}

/// One half of the effective state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// State.
    pub state: OpenState,
    /// Reason.
    pub reason: Reason,
    /// Time at which age closes it, past or future.
    pub closes_at: Option<Time>,
}

/// The requirement for a reader's comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Requirement {
    /// None.
    Nothing,
    /// A name and an email address.
    NameEmail,
    /// An account, which holds name and address.
    Login,
}

/// The effective state of an article's discussion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discussion {
    /// Comments.
    pub comments: Effect,
    /// Pings.
    pub pings: Effect,
    /// The requirement for a comment.
    pub requires: Requirement,
    /// The comments that wait for a moderator. Those of signed-in users never do.
    pub moderation: Moderation,
    /// The deepest nesting of replies.
    pub thread_depth: i32,
}

/// The code of the notice to readers: the effective state of comments and pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Notice {
    /// Both open.
    CommentsOpenPingsOpen,
    /// Only comments open.
    CommentsOpenPingsClosed,
    /// Only pings open.
    CommentsClosedPingsOpen,
    /// Both closed.
    CommentsClosedPingsClosed,
}

impl Discussion {
    /// Returns the effective state: of an unpublished article closed, then by the article's setting or
    /// the site's, then by age. `published_at` is `None` for an unpublished article.
    #[must_use]
    pub fn of(site: &SiteRules, own: &Overrides, published_at: Option<Time>, now: Time) -> Self {
        Self {
            comments: effect(
                (own.comments, site.comments),
                (own.close_comments_after_days, site.close_comments_after_days),
                published_at,
                now,
            ),
            pings: effect(
                (own.pings, site.pings),
                (own.close_pings_after_days, site.close_pings_after_days),
                published_at,
                now,
            ),
            requires: match (site.require_login, site.require_name_email) {
                (true, _) => Requirement::Login,
                (false, true) => Requirement::NameEmail,
                (false, false) => Requirement::Nothing,
            },
            moderation: match site.require_login {
                true => Moderation::None,
                false => own.moderation.unwrap_or(site.moderation),
            },
            thread_depth: site.thread_depth,
        }
    }

    /// Returns the notice.
    #[must_use]
    pub fn notice(&self) -> Notice {
        match (self.comments.state, self.pings.state) {
            (OpenState::Open, OpenState::Open) => Notice::CommentsOpenPingsOpen,
            (OpenState::Open, OpenState::Closed) => Notice::CommentsOpenPingsClosed,
            (OpenState::Closed, OpenState::Open) => Notice::CommentsClosedPingsOpen,
            (OpenState::Closed, OpenState::Closed) => Notice::CommentsClosedPingsClosed,
        }
    }
}

fn effect(
    (own, site): (Option<OpenState>, OpenState),
    (own_days, site_days): (Option<i32>, Option<i32>),
    published_at: Option<Time>,
    now: Time,
) -> Effect {
    let Some(published_at) = published_at else {
        return Effect { state: OpenState::Closed, reason: Reason::Unpublished, closes_at: None };
    };
    let (state, reason) = match own {
        Some(state) => (state, Reason::Article),
        None => (site, Reason::Site),
    };
    let days = own_days.or(site_days).filter(|days| *days > 0);
    let closes_at = match (state, days) {
        (OpenState::Open, Some(days)) => {
            published_at.checked_add_signed(Duration::days(days.into()))
        }
        _ => None,
    };
    match closes_at {
        Some(at) if at <= now => {
            Effect { state: OpenState::Closed, reason: Reason::Age, closes_at }
        }
        _ => Effect { state, reason, closes_at },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn site() -> SiteRules {
        SiteRules {
            comments: OpenState::Open,
            pings: OpenState::Open,
            close_comments_after_days: Some(30),
            close_pings_after_days: None,
            moderation: Moderation::FirstTime,
            require_name_email: true,
            require_login: false,
            max_links: 2,
            moderation_words: Vec::new(),
            blocked_words: Vec::new(),
            thread_depth: 5,
            order: CommentOrder::Oldest,
            edit_minutes: 10,
            send_pings: true,
        }
    }

    fn day(n: i64) -> Time {
        chrono::Utc.timestamp_opt(1_700_000_000 + n * 86_400, 0).single().expect("a time")
    }

    fn at(own: &Overrides, now: Time) -> Discussion {
        Discussion::of(&site(), own, Some(day(0)), now)
    }

    #[test]
    fn age_closes_comments_and_leaves_pings() {
        let none = Overrides::default();
        let before = at(&none, day(30) - Duration::microseconds(1));
        assert_eq!(
            (before.comments.state, before.comments.reason),
            (OpenState::Open, Reason::Site)
        );
        assert_eq!(before.comments.closes_at, Some(day(30)));
        let after = at(&none, day(30));
        assert_eq!((after.comments.state, after.comments.reason), (OpenState::Closed, Reason::Age));
        assert_eq!(after.pings.state, OpenState::Open);
        assert_eq!(after.notice(), Notice::CommentsClosedPingsOpen);
    }

    #[test]
    fn zero_days_on_an_article_means_never() {
        let own = Overrides { close_comments_after_days: Some(0), ..Overrides::default() };
        let state = at(&own, day(9_999));
        assert_eq!((state.comments.state, state.comments.closes_at), (OpenState::Open, None));
    }

    #[test]
    fn the_article_wins_over_the_site() {
        let own = Overrides { comments: Some(OpenState::Closed), ..Overrides::default() };
        let state = at(&own, day(1));
        assert_eq!(
            (state.comments.state, state.comments.reason),
            (OpenState::Closed, Reason::Article)
        );
        assert_eq!(state.comments.closes_at, None);
    }

    #[test]
    fn login_replaces_name_email_and_moderation() {
        let own = Overrides { moderation: Some(Moderation::All), ..Overrides::default() };
        let state = at(&own, day(1));
        assert_eq!((state.requires, state.moderation), (Requirement::NameEmail, Moderation::All));
        let rules = SiteRules { require_login: true, ..site() };
        let state = Discussion::of(&rules, &own, Some(day(0)), day(1));
        assert_eq!((state.requires, state.moderation), (Requirement::Login, Moderation::None));
    }

    #[test]
    fn an_unpublished_article_is_closed() {
        let state = Discussion::of(&site(), &Overrides::default(), None, day(1));
        assert_eq!(state.comments.reason, Reason::Unpublished);
        assert_eq!(state.notice(), Notice::CommentsClosedPingsClosed);
    }
}
