//! Comment settings: what the site says, what an article overrides, and what follows from both
//! (the *effective* state, with its reason).

use chrono::Duration;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Time;
use super::article::Status;

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

/// The comments that wait for a moderator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Moderation {
    /// None.
    None,
    /// Comments of authors without an approved comment.
    FirstTime,
    /// All.
    All,
}

/// The order of threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CommentOrder {
    /// The oldest.
    Oldest,
    /// The newest.
    Newest,
}

/// What holds for every article that doesn't say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRules {
    /// Comments by readers.
    pub comments: OpenState,
    /// Trackbacks, pingbacks and webmentions by other sites.
    pub pings: OpenState,
    /// Days after publication at which comments close; `None`: never.
    pub close_comments_after_days: Option<i32>,
    /// Days after publication at which pings close; `None`: never.
    pub close_pings_after_days: Option<i32>,
    /// Which comments wait.
    pub moderation: Moderation,
    /// Whether a comment needs a name and an address.
    pub require_name_email: bool,
    /// Whether only signed-in users comment.
    pub require_login: bool,
    /// The number of links from which a comment waits for a moderator. 0: no limit.
    pub max_links: i32,
    /// Words that make a comment wait for a moderator.
    pub moderation_words: Vec<String>,
    /// Words that make a comment spam.
    pub blocked_words: Vec<String>,
    /// The deepest nesting of replies.
    pub thread_depth: i32,
    /// The order of threads.
    pub order: CommentOrder,
    /// Whether a published article sends pings to the pages that it links to.
    pub send_pings: bool,
}

/// The site's rules as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSettings {
    /// The rules.
    pub rules: SiteRules,
    /// The time of the last change.
    pub updated_at: Time,
    /// Counts their changes.
    pub version: i64,
}

/// What an article says for itself; `None` inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Comments by readers.
    pub comments: Option<OpenState>,
    /// Trackbacks, pingbacks and webmentions.
    pub pings: Option<OpenState>,
    /// Days until comments close; 0: never, whatever the site says.
    pub close_comments_after_days: Option<i32>,
    /// Days until pings close; 0: never, whatever the site says.
    pub close_pings_after_days: Option<i32>,
    /// Which comments wait.
    pub moderation: Option<Moderation>,
}

/// Overrides as they are kept. Version 0 stands for "none were ever set".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleSettings {
    /// The overrides.
    pub overrides: Overrides,
    /// The time of the last change.
    pub updated_at: Time,
    /// Counts their changes.
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
    /// The article's own.
    Article,
    /// The time that passed since publication.
    Age,
    /// The article isn't published.
    Unpublished,
}

/// One half of the effective state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// Open or closed.
    pub gate: OpenState,
    /// Why.
    pub reason: Reason,
    /// When age closes it, or has closed it.
    pub closes_at: Option<Time>,
}

/// Returns the effective state of an article's discussion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discussion {
    /// Of comments.
    pub comments: Effect,
    /// Of pings.
    pub pings: Effect,
}

/// The notice to readers: the effective state of comments and pings.
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
    /// Works out the state: what the article says, else the site; then age; then whether the
    /// article is published at all.
    #[must_use]
    pub fn of(
        site: &SiteRules,
        own: &Overrides,
        status: Status,
        published_at: Option<Time>,
        now: Time,
    ) -> Self {
        let published_at = published_at.filter(|_| status == Status::Published);
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
        }
    }

    /// Which notice says it.
    #[must_use]
    pub fn notice(&self) -> Notice {
        match (self.comments.gate, self.pings.gate) {
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
        return Effect { gate: OpenState::Closed, reason: Reason::Unpublished, closes_at: None };
    };
    let (gate, reason) = match own {
        Some(gate) => (gate, Reason::Article),
        None => (site, Reason::Site),
    };
    let days = own_days.or(site_days).filter(|days| *days > 0);
    let closes_at = match (gate, days) {
        (OpenState::Open, Some(days)) => {
            published_at.checked_add_signed(Duration::days(days.into()))
        }
        _ => None,
    };
    match closes_at {
        Some(at) if at <= now => Effect { gate: OpenState::Closed, reason: Reason::Age, closes_at },
        _ => Effect { gate, reason, closes_at },
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
            send_pings: true,
        }
    }

    fn day(n: i64) -> Time {
        chrono::Utc.timestamp_opt(1_700_000_000 + n * 86_400, 0).single().expect("a time")
    }

    fn at(own: &Overrides, status: Status, now: Time) -> Discussion {
        Discussion::of(&site(), own, status, Some(day(0)), now)
    }

    #[test]
    fn age_closes_comments_and_leaves_pings() {
        let none = Overrides::default();
        let before = at(&none, Status::Published, day(30) - Duration::microseconds(1));
        assert_eq!((before.comments.gate, before.comments.reason), (OpenState::Open, Reason::Site));
        assert_eq!(before.comments.closes_at, Some(day(30)));
        let after = at(&none, Status::Published, day(30));
        assert_eq!((after.comments.gate, after.comments.reason), (OpenState::Closed, Reason::Age));
        assert_eq!(after.pings.gate, OpenState::Open);
        assert_eq!(after.notice(), Notice::CommentsClosedPingsOpen);
    }

    #[test]
    fn zero_days_on_an_article_means_never() {
        let own = Overrides { close_comments_after_days: Some(0), ..Overrides::default() };
        let state = at(&own, Status::Published, day(9_999));
        assert_eq!((state.comments.gate, state.comments.closes_at), (OpenState::Open, None));
    }

    #[test]
    fn the_article_wins_over_the_site() {
        let own = Overrides { comments: Some(OpenState::Closed), ..Overrides::default() };
        let state = at(&own, Status::Published, day(1));
        assert_eq!(
            (state.comments.gate, state.comments.reason),
            (OpenState::Closed, Reason::Article)
        );
        assert_eq!(state.comments.closes_at, None);
    }

    #[test]
    fn what_is_not_published_is_closed() {
        for status in [Status::Draft, Status::Scheduled, Status::Archived, Status::Trashed] {
            let state = at(&Overrides::default(), status, day(1));
            assert_eq!(state.comments.reason, Reason::Unpublished);
            assert_eq!(state.notice(), Notice::CommentsClosedPingsClosed);
        }
    }
}
