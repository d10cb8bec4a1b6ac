//! Views of articles.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::domain::article::{Article, Cover, Credit, CreditRole, Seo, Status};
use crate::http::discussion::{Context, DiscussionView};
use crate::http::openapi::variant::variant;
use crate::http::page::PageInfo;
use crate::http::resource::Schemas;
use crate::http::tags::TagRefView;
use crate::text::lang::Direction;
use crate::text::render::BodyFormat;

/// A person or an agency in the byline.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Credit)]
pub struct CreditView {
    /// The name.
    #[schema(example = "وكالة أنباء المرفأ")]
    pub name: String,
    /// The role.
    pub role: CreditRole,
    /// The URL of the person's or agency's page.
    #[schema(required, example = "https://marfa.example")]
    pub url: Option<String>,
}

impl From<Credit> for CreditView {
    fn from(credit: Credit) -> Self {
        Self { name: credit.name, role: credit.role, url: credit.url }
    }
}

/// The cover image of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Cover)]
pub struct CoverView {
    /// The URL of the image.
    #[schema(example = "https://images.example/harbour.jpg")]
    pub url: String,
    /// The alternative text.
    #[schema(required, example = "مراكب صيد في الميناء القديم")]
    pub alt: Option<String>,
    /// The caption.
    #[schema(required, example = "الميناء القديم صباح الاثنين")]
    pub caption: Option<String>,
    /// The photographer or rights holder.
    #[schema(required, example = "سالم بن عمر")]
    pub credit: Option<String>,
    /// The width in pixels.
    #[schema(required, example = 1600)]
    pub width: Option<u32>,
    /// The height in pixels.
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

/// The metadata for search engines.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Seo)]
pub struct SeoView {
    /// The title, if it differs from the article's.
    #[schema(required, example = "عودة الصيادين إلى الميناء القديم")]
    pub title: Option<String>,
    /// The description, if it differs from the excerpt.
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
    /// The id.
    #[schema(example = 42)]
    pub id: i64,
    /// The slug, a part of URLs.
    #[schema(example = "عودة-الصيادين")]
    pub slug: String,
    /// The page of the article on the frontend, by `MAQAL_SITE_URL`; null without that setting.
    #[schema(required, format = Uri, example = "https://news.example/%D8%B9%D9%88%D8%AF%D8%A9-%D8%A7%D9%84%D8%B5%D9%8A%D8%A7%D8%AF%D9%8A%D9%86")]
    pub url: Option<String>,
    /// The headline.
    #[schema(example = "عودة الصيادين إلى الميناء القديم")]
    pub title: String,
    /// The subtitle.
    #[schema(required, example = "بعد ثلاث سنوات من الإغلاق")]
    pub subtitle: Option<String>,
    /// The excerpt as plain text.
    #[schema(example = "عادت مراكب الصيد إلى الميناء القديم صباح الاثنين…")]
    pub excerpt: String,
    /// The text as sanitised HTML. Lists contain it only with `include=html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        required,
        nullable = false,
        example = "<p>عادت <strong>مراكب الصيد</strong> إلى الميناء.</p>"
    )]
    pub html: Option<String>,
    /// The language of the text.
    #[schema(example = "ar-LY")]
    pub lang: String,
    /// The writing direction of the text.
    pub dir: Direction,
    /// The status.
    pub status: Status,
    /// The time of publication, past or scheduled. A draft keeps that of its last publication.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// The time of creation.
    pub created_at: DateTime<Utc>,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The version, which each change increments. The `ETag` contains it.
    #[schema(minimum = 1, example = 3)]
    pub version: i64,
    /// The byline.
    pub credits: Vec<CreditView>,
    /// The URL of the first publication.
    #[schema(required, example = "https://marfa.example/2026/11/23/1")]
    pub source_url: Option<String>,
    /// The canonical URL for search engines.
    #[schema(required, example = "https://news.example/1")]
    pub canonical_url: Option<String>,
    /// The cover image.
    #[schema(required)]
    pub cover: Option<CoverView>,
    /// Whether frontends feature the article.
    #[schema(example = false)]
    pub featured: bool,
    /// The metadata for search engines.
    pub seo: SeoView,
    /// Free data of the frontend.
    #[schema(value_type = Object, example = json!({"layout": "wide"}))]
    pub metadata: Map<String, Value>,
    /// The number of words in the text. In scripts without spaces, each character counts.
    #[schema(minimum = 0, example = 420)]
    pub word_count: i32,
    /// The reading time in minutes.
    #[schema(minimum = 0, example = 3)]
    pub reading_minutes: i32,
    /// The tags, in the editor's order.
    pub tags: Vec<TagRefView>,
    /// The effective state of comments and mentions, with its reason.
    pub discussion: DiscussionView,
    /// The id of the user that wrote it. Only users with access to the source see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 1)]
    pub author_id: Option<i64>,
    /// The source of the text. Only its author and editors see it, and not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "عادت **مراكب الصيد** إلى الميناء.")]
    pub body: Option<String>,
    /// The format of the source. Only together with `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_format: Option<BodyFormat>,
}

impl ArticleView {
    /// Builds the view for a reader. With `inside` it contains the fields for author and editors.
    #[must_use]
    pub fn of(article: Article, context: &Context<'_>, inside: bool) -> Self {
        let discussion = DiscussionView::of(&article, context);
        let source = article.source.filter(|_| inside);
        let (body, body_format) = match source {
            Some(source) => (Some(source.body), Some(source.format)),
            None => (None, None),
        };
        Self {
            dir: article.lang.direction(),
            lang: article.lang.as_str().to_owned(),
            id: article.id,
            url: context.urls.article(&article.slug).map(String::from),
            slug: article.slug,
            title: article.title,
            subtitle: article.subtitle,
            excerpt: article.excerpt,
            html: article.html,
            status: article.status,
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

/// The schema of an article in a list: without its source, and with its text only on request.
pub struct ArticleSummary;

impl PartialSchema for ArticleSummary {
    fn schema() -> RefOr<Schema> {
        let description =
            "An article in a list. It has no source, and `html` only with `include=html`.";
        variant::<ArticleView>(description, &["body", "body_format"], |name| name != "html")
    }
}

impl ToSchema for ArticleSummary {
    fn schemas(schemas: &mut Schemas) {
        ArticleView::schemas(schemas);
    }
}

/// The schema of an article that the parameter `fields` reduces.
pub struct ArticlePart;

impl PartialSchema for ArticlePart {
    fn schema() -> RefOr<Schema> {
        let description = "The properties of an article that the parameter `fields` names.";
        variant::<ArticleView>(description, &[], |_| false)
    }
}

impl ToSchema for ArticlePart {
    fn schemas(schemas: &mut Schemas) {
        ArticleView::schemas(schemas);
    }
}

/// A page of articles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleList {
    /// The articles. They contain their texts only with `include=html`.
    #[schema(value_type = Vec<ArticleSummary>)]
    pub data: Vec<ArticleView>,
    /// The position of the page in the list.
    pub page: PageInfo,
}

/// Articles related to another one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelatedArticles {
    /// The articles, the most closely related first.
    #[schema(value_type = Vec<ArticleSummary>)]
    pub data: Vec<ArticleView>,
}

/// An article's neighbours in time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdjacentArticles {
    /// The previous published article.
    #[schema(required, value_type = Option<ArticleSummary>)]
    pub previous: Option<ArticleView>,
    /// The next published article.
    #[schema(required, value_type = Option<ArticleSummary>)]
    pub next: Option<ArticleView>,
}
