//! The content of an article, as an editor writes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::domain::article::{Article, ArticleDraft, Cover, Credit, CreditRole, Seo};
use crate::domain::check::{Checks, Invalid, Violation};
use crate::http::tags::DEFAULT_LANG;
use crate::service::Error;
use crate::text::clean;
use crate::text::render::{BodyFormat, MAX_SOURCE_BYTES};

/// The deepest nesting of metadata.
const MAX_METADATA_DEPTH: u64 = 16;
/// The largest metadata, in bytes of JSON.
pub const MAX_METADATA_BYTES: u64 = 64 * 1024;

/// A person or an agency in the byline.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditInput {
    /// The name.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "\\S",
        format = "visible-text",
        example = "وكالة أنباء المرفأ"
    )]
    pub name: String,
    /// The role.
    pub role: CreditRole,
    /// The URL of the person's or agency's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, pattern = "URL", example = "https://marfa.example")]
    pub url: Option<String>,
}

/// The cover image of an article.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverInput {
    /// The URL of the image.
    #[schema(max_length = 2000, pattern = "URL", example = "https://images.example/harbour.jpg")]
    pub url: String,
    /// The alternative text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "مراكب صيد في الميناء القديم")]
    pub alt: Option<String>,
    /// The caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "الميناء القديم صباح الاثنين")]
    pub caption: Option<String>,
    /// The photographer or rights holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "سالم بن عمر")]
    pub credit: Option<String>,
    /// The width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000, example = 1600)]
    pub width: Option<u32>,
    /// The height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000, example = 900)]
    pub height: Option<u32>,
}

/// The metadata for search engines.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeoInput {
    /// The title, if it differs from the article's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "عودة الصيادين إلى الميناء القديم")]
    pub title: Option<String>,
    /// The description, if it differs from the excerpt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "كيف عاد الصيادون إلى الميناء القديم")]
    pub description: Option<String>,
}

/// The content of an article, as an editor writes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleInput {
    /// The headline.
    #[schema(
        min_length = 1,
        max_length = 300,
        pattern = "\\S",
        format = "visible-text",
        example = "عودة الصيادين إلى الميناء القديم"
    )]
    pub title: String,
    /// The slug, a part of URLs, percent-encoded or not. At most 80 characters when decoded. Default:
    /// derived from the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 960,
        pattern = "\\S",
        format = "slug",
        example = "عودة-الصيادين"
    )]
    pub slug: Option<String>,
    /// The subtitle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, example = "بعد ثلاث سنوات من الإغلاق")]
    pub subtitle: Option<String>,
    /// The excerpt as plain text. Default: derived from the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "عادت مراكب الصيد إلى الميناء القديم صباح الاثنين…")]
    pub excerpt: Option<String>,
    /// The language of the text (BCP 47). Default: `ar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 35, pattern = "LANG", example = "ar-LY")]
    pub lang: Option<String>,
    /// The source of the text. At most 256 KiB.
    #[serde(default)]
    #[schema(max_length = 262144, example = "عادت **مراكب الصيد** إلى الميناء.")]
    pub body: String,
    /// The format of the source. Default: `markdown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_format: Option<BodyFormat>,
    /// The names of the tags. A tag is found in any spelling. A new name creates a tag, if the role
    /// permits it.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["ليبيا", "اقتصاد"]))]
    pub tags: Vec<TagName>,
    /// The byline.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub credits: Vec<CreditInput>,
    /// The URL of the first publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, pattern = "URL", example = "https://marfa.example/2026/11/23/1")]
    pub source_url: Option<String>,
    /// The canonical URL for search engines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, pattern = "URL", example = "https://news.example/1")]
    pub canonical_url: Option<String>,
    /// The cover image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<CoverInput>,
    /// Whether frontends feature the article.
    #[serde(default)]
    #[schema(example = false)]
    pub featured: bool,
    /// The metadata for search engines.
    #[serde(default)]
    pub seo: SeoInput,
    /// Free data of the frontend: an object of at most 64 KiB and 16 levels.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"layout": "wide"}))]
    pub metadata: Map<String, Value>,
}

/// The name of a tag: at least one letter, digit or sign that carries meaning, such as `+`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 100, pattern = "\\S", format = "tag-name")]
pub struct TagName(pub String);

impl ArticleInput {
    /// Checks the input.
    ///
    /// # Errors
    /// All violations.
    pub fn into_draft(self) -> Result<ArticleDraft, Invalid> {
        let mut checks = Checks::default();
        let title = checks.line("/title", &self.title);
        let body = clean::body(&self.body);
        if body.len() > MAX_SOURCE_BYTES {
            checks.violation("/body", Violation::TooLarge { max: MAX_SOURCE_BYTES as u64 });
        }
        let credits = credits(&mut checks, self.credits);
        let cover = self.cover.map(|cover| self::cover(&mut checks, cover));
        check_metadata(&mut checks, &self.metadata);
        let lang = checks.lang("/lang", self.lang.as_deref().unwrap_or(DEFAULT_LANG));
        let slug = self.slug.map(|slug| checks.slug("/slug", &slug, lang.as_ref()));
        let Some(lang) = lang else { return Err(checks.into_invalid()) };
        let draft = ArticleDraft {
            title,
            slug,
            subtitle: checks.optional_line(self.subtitle),
            excerpt: checks.optional_line(self.excerpt),
            lang,
            body,
            body_format: self.body_format.unwrap_or(BodyFormat::Markdown),
            tags: self.tags.iter().map(|name| clean::line(&name.0)).collect(),
            credits,
            source_url: checks.optional_url("/source_url", self.source_url),
            canonical_url: checks.optional_url("/canonical_url", self.canonical_url),
            cover,
            featured: self.featured,
            seo: Seo {
                title: checks.optional_line(self.seo.title),
                description: checks.optional_line(self.seo.description),
            },
            metadata: self.metadata,
        };
        checks.finish(draft)
    }

    /// Returns the present content, to which a merge patch is applied.
    ///
    /// # Errors
    /// [`Error::Internal`] if the source was not loaded.
    pub fn of(article: &Article) -> Result<Self, Error> {
        let draft = article
            .to_draft()
            .ok_or_else(|| Error::Internal("an article was loaded without its source".into()))?;
        Ok(draft.into())
    }
}

impl From<ArticleDraft> for ArticleInput {
    fn from(draft: ArticleDraft) -> Self {
        Self {
            title: draft.title,
            slug: draft.slug,
            subtitle: draft.subtitle,
            excerpt: draft.excerpt,
            lang: Some(draft.lang.as_str().to_owned()),
            body: draft.body,
            body_format: Some(draft.body_format),
            tags: draft.tags.into_iter().map(TagName).collect(),
            credits: draft
                .credits
                .into_iter()
                .map(|c| CreditInput { name: c.name, role: c.role, url: c.url })
                .collect(),
            source_url: draft.source_url,
            canonical_url: draft.canonical_url,
            cover: draft.cover.map(|cover| CoverInput {
                url: cover.url,
                alt: cover.alt,
                caption: cover.caption,
                credit: cover.credit,
                width: cover.width,
                height: cover.height,
            }),
            featured: draft.featured,
            seo: SeoInput { title: draft.seo.title, description: draft.seo.description },
            metadata: draft.metadata,
        }
    }
}

fn credits(checks: &mut Checks, credits: Vec<CreditInput>) -> Vec<Credit> {
    let read = |(index, credit): (usize, CreditInput)| Credit {
        name: checks.line(&format!("/credits/{index}/name"), &credit.name),
        role: credit.role,
        url: checks.optional_url(&format!("/credits/{index}/url"), credit.url),
    };
    credits.into_iter().enumerate().map(read).collect()
}

fn cover(checks: &mut Checks, cover: CoverInput) -> Cover {
    Cover {
        url: checks.url("/cover/url", &cover.url),
        alt: checks.optional_line(cover.alt),
        caption: checks.optional_line(cover.caption),
        credit: checks.optional_line(cover.credit),
        width: cover.width,
        height: cover.height,
    }
}

fn check_metadata(checks: &mut Checks, metadata: &Map<String, Value>) {
    let depth = 1 + metadata.values().map(depth).max().unwrap_or(0);
    if depth > MAX_METADATA_DEPTH {
        checks.violation("/metadata", Violation::TooDeep { max: MAX_METADATA_DEPTH });
    }
    let size = serde_json::to_string(metadata).map_or(u64::MAX, |text| text.len() as u64);
    if size > MAX_METADATA_BYTES {
        checks.violation("/metadata", Violation::TooLarge { max: MAX_METADATA_BYTES });
    }
}

fn depth(value: &Value) -> u64 {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The path of an article.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ArticlePath {
    /// The article's id.
    #[param(minimum = 1, example = 1)]
    pub id: i64,
}

/// The path of an article by its slug.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ArticleSlugPath {
    /// The article's present or former slug, in any spelling.
    #[param(example = "حافلة-كتب-تجوب-أحياء-بنغازي-طوال-الصيف")]
    pub slug: String,
}

/// The time of publication.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishInput {
    /// A future time schedules the article, a past time backdates it. Default, also for null: the date of
    /// its last publication, or else now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01T06:00:00Z")]
    pub at: Option<chrono::DateTime<chrono::Utc>>,
}
