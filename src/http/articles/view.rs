//! How an article is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::input::{Format, RoleInCredit};
use crate::domain::Time;
use crate::domain::article::{Article, Cover, Credit, Seo, Status};
use crate::domain::comment_settings::{Discussion, Gate, Reason, SiteSettings};
use crate::http::catalogue::{self, Tongue};
use crate::http::page::PageInfo;
use crate::http::tags::{Direction, TagRefView};

/// Where an article stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ArticleStatus)]
pub enum StatusView {
    /// Being written.
    Draft,
    /// Will be published by itself.
    Scheduled,
    /// Everybody reads it.
    Published,
    /// Was published, and is kept.
    Archived,
    /// Deleted, and can be restored.
    Trashed,
}

impl From<Status> for StatusView {
    fn from(status: Status) -> Self {
        match status {
            Status::Draft => Self::Draft,
            Status::Scheduled => Self::Scheduled,
            Status::Published => Self::Published,
            Status::Archived => Self::Archived,
            Status::Trashed => Self::Trashed,
        }
    }
}

impl From<StatusView> for Status {
    fn from(status: StatusView) -> Self {
        match status {
            StatusView::Draft => Self::Draft,
            StatusView::Scheduled => Self::Scheduled,
            StatusView::Published => Self::Published,
            StatusView::Archived => Self::Archived,
            StatusView::Trashed => Self::Trashed,
        }
    }
}

/// A byline.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Credit)]
pub struct CreditView {
    /// Who.
    #[schema(example = "وكالة أنباء المرفأ")]
    pub name: String,
    /// Did what.
    pub role: RoleInCredit,
    /// Their page.
    #[schema(required, example = "https://marfa.example")]
    pub url: Option<String>,
}

impl From<Credit> for CreditView {
    fn from(credit: Credit) -> Self {
        Self { name: credit.name, role: credit.role.into(), url: credit.url }
    }
}

/// The picture above an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Cover)]
pub struct CoverView {
    /// Where it is.
    #[schema(example = "https://images.example/harbour.jpg")]
    pub url: String,
    /// What it shows, for those who can't see it.
    #[schema(required, example = "مراكب صيد في الميناء القديم")]
    pub alt: Option<String>,
    /// The line under it.
    #[schema(required, example = "الميناء القديم صباح الاثنين")]
    pub caption: Option<String>,
    /// Whose it is.
    #[schema(required, example = "سالم بن عمر")]
    pub credit: Option<String>,
    /// Width in pixels.
    #[schema(required, example = 1600)]
    pub width: Option<u32>,
    /// Height in pixels.
    #[schema(required, example = 900)]
    pub height: Option<u32>,
}

impl From<Cover> for CoverView {
    fn from(cover: Cover) -> Self {
        Self {
            url: cover.url,
            alt: cover.alt,
            caption: cover.caption,
            credit: cover.credit,
            width: cover.width,
            height: cover.height,
        }
    }
}

/// What search engines are told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Seo)]
pub struct SeoView {
    /// A title, when it isn't the article's.
    #[schema(required, example = "عودة الصيادين إلى الميناء القديم")]
    pub title: Option<String>,
    /// A description, when it isn't the excerpt.
    #[schema(required, example = "كيف عاد الصيادون إلى الميناء القديم")]
    pub description: Option<String>,
}

impl From<Seo> for SeoView {
    fn from(seo: Seo) -> Self {
        Self { title: seo.title, description: seo.description }
    }
}

/// Whether something may be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Gate)]
pub enum GateView {
    /// It may.
    Open,
    /// It may not.
    Closed,
}

impl From<Gate> for GateView {
    fn from(gate: Gate) -> Self {
        match gate {
            Gate::Open => Self::Open,
            Gate::Closed => Self::Closed,
        }
    }
}

impl From<GateView> for Gate {
    fn from(gate: GateView) -> Self {
        match gate {
            GateView::Open => Self::Open,
            GateView::Closed => Self::Closed,
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
    pub comments: GateView,
    /// Whether other sites may leave trackbacks, pingbacks and webmentions.
    pub pings: GateView,
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
    pub tongue: Option<Tongue>,
}

impl DiscussionView {
    /// Works out an article's.
    #[must_use]
    pub fn of(article: &Article, context: &Context<'_>) -> Self {
        let state = Discussion::of(
            &context.site.rules,
            &article.overrides,
            article.status,
            article.published_at,
            context.now,
        );
        let tongue = context
            .tongue
            .clone()
            .or_else(|| Tongue::for_tag(article.lang.as_str()))
            .unwrap_or_else(Tongue::fallback);
        let code = state.notice();
        let worded = catalogue::notice(&tongue, code);
        Self {
            comments: state.comments.gate.into(),
            pings: state.pings.gate.into(),
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

/// An article.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Article)]
pub struct ArticleView {
    /// Its number.
    #[schema(example = 42)]
    pub id: i64,
    /// Its place in addresses.
    #[schema(example = "عودة-الصيادين")]
    pub slug: String,
    /// The headline.
    #[schema(example = "عودة الصيادين إلى الميناء القديم")]
    pub title: String,
    /// The line under the headline.
    #[schema(required, example = "بعد ثلاث سنوات من الإغلاق")]
    pub subtitle: Option<String>,
    /// A teaser, plain text.
    #[schema(example = "عادت مراكب الصيد إلى الميناء القديم صباح الاثنين…")]
    pub excerpt: String,
    /// The text, rendered and safe to show. In lists only with `include=html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "<p>عادت <strong>مراكب الصيد</strong> إلى الميناء.</p>")]
    pub html: Option<String>,
    /// The language of the text.
    #[schema(example = "ar-LY")]
    pub lang: String,
    /// The direction of the text.
    pub dir: Direction,
    /// Where it stands.
    pub status: StatusView,
    /// When it was, or will be, published.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When what it shows last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its changes; stands in the entity tag.
    #[schema(minimum = 1, example = 3)]
    pub version: i64,
    /// Bylines.
    pub credits: Vec<CreditView>,
    /// Where it was first published.
    #[schema(required, example = "https://marfa.example/2026/11/23/1")]
    pub source_url: Option<String>,
    /// The address that search engines should prefer.
    #[schema(required, example = "https://news.example/1")]
    pub canonical_url: Option<String>,
    /// The picture above it.
    #[schema(required)]
    pub cover: Option<CoverView>,
    /// Whether frontends show it first.
    #[schema(example = false)]
    pub featured: bool,
    /// For search engines.
    pub seo: SeoView,
    /// Whatever the frontend needs.
    #[schema(value_type = Object, example = json!({"layout": "wide"}))]
    pub metadata: Map<String, Value>,
    /// Words in the text.
    #[schema(minimum = 0, example = 420)]
    pub word_count: i32,
    /// Minutes it takes to read.
    #[schema(minimum = 0, example = 3)]
    pub reading_minutes: i32,
    /// Tags, in the editor's order.
    pub tags: Vec<TagRefView>,
    /// Whether readers and other sites may have their say, and why.
    pub discussion: DiscussionView,
    /// Who wrote it here (user). Only for those who may edit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 1)]
    pub author_id: Option<i64>,
    /// The source of the text. Only for those who may edit it, and not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "عادت **مراكب الصيد** إلى الميناء.")]
    pub body: Option<String>,
    /// What the source is written in. Only with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_format: Option<Format>,
}

impl ArticleView {
    /// An article as a reader sees it, or, `inside`, as those do who may edit it.
    #[must_use]
    pub fn of(article: Article, context: &Context<'_>, inside: bool) -> Self {
        let discussion = DiscussionView::of(&article, context);
        let source = article.source.filter(|_| inside);
        let (body, body_format) = match source {
            Some(source) => (Some(source.body), Some(source.format.into())),
            None => (None, None),
        };
        Self {
            dir: article.lang.direction().into(),
            lang: article.lang.as_str().to_owned(),
            id: article.id,
            slug: article.slug,
            title: article.title,
            subtitle: article.subtitle,
            excerpt: article.excerpt,
            html: article.html,
            status: article.status.into(),
            published_at: article.published_at,
            created_at: article.created_at,
            updated_at: article.updated_at,
            version: article.version,
            credits: article.credits.into_iter().map(CreditView::from).collect(),
            source_url: article.source_url,
            canonical_url: article.canonical_url,
            cover: article.cover.map(CoverView::from),
            featured: article.featured,
            seo: article.seo.into(),
            metadata: article.metadata,
            word_count: article.word_count,
            reading_minutes: article.reading_minutes,
            tags: article.tags.into_iter().map(TagRefView::from).collect(),
            discussion,
            author_id: article.author_id.filter(|_| inside),
            body,
            body_format,
        }
    }
}

/// A page of articles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleList {
    /// The articles, without their texts unless `include=html`.
    pub data: Vec<ArticleView>,
    /// Where the page lies.
    pub page: PageInfo,
}

/// Articles near another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelatedArticles {
    /// The articles, those with the most in common first.
    pub data: Vec<ArticleView>,
}

/// An article's neighbours in time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdjacentArticles {
    /// The published article before it.
    #[schema(required)]
    pub previous: Option<ArticleView>,
    /// The published article after it.
    #[schema(required)]
    pub next: Option<ArticleView>,
}
