//! How an article is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::discussion::{Context, DiscussionView};
use super::input::{Format, RoleInCredit};
use crate::domain::article::{Article, Cover, Credit, Seo, Status};
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
    /// Who wrote it here (user). Shown to those who may edit it.
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
