//! An article as an editor writes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::domain::article::{Article, ArticleDraft, Cover, Credit, CreditRole, Seo};
use crate::domain::check::{Checks, Invalid, Violation};
use crate::http::tags::DEFAULT_LANG;
use crate::service::Error;
use crate::text::clean;
use crate::text::render::{BodyFormat, MAX_SOURCE_BYTES};

/// How deep metadata may nest: deeper, it is no longer data that somebody reads.
const MAX_METADATA_DEPTH: u64 = 16;
/// How large metadata may be, in bytes of JSON.
const MAX_METADATA_BYTES: u64 = 64 * 1024;

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CommonMark with tables, footnotes and strikethrough.
    Markdown,
    /// HTML.
    Html,
}

impl From<BodyFormat> for Format {
    fn from(format: BodyFormat) -> Self {
        match format {
            BodyFormat::Markdown => Self::Markdown,
            BodyFormat::Html => Self::Html,
        }
    }
}

impl From<Format> for BodyFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
        }
    }
}

/// What somebody did for an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CreditRole)]
pub enum RoleInCredit {
    /// Wrote it.
    Author,
    /// The news agency it came from.
    Agency,
    /// Translated it.
    Translator,
    /// Took the pictures.
    Photographer,
    /// Edited it.
    Editor,
}

impl From<CreditRole> for RoleInCredit {
    fn from(role: CreditRole) -> Self {
        match role {
            CreditRole::Author => Self::Author,
            CreditRole::Agency => Self::Agency,
            CreditRole::Translator => Self::Translator,
            CreditRole::Photographer => Self::Photographer,
            CreditRole::Editor => Self::Editor,
        }
    }
}

impl From<RoleInCredit> for CreditRole {
    fn from(role: RoleInCredit) -> Self {
        match role {
            RoleInCredit::Author => Self::Author,
            RoleInCredit::Agency => Self::Agency,
            RoleInCredit::Translator => Self::Translator,
            RoleInCredit::Photographer => Self::Photographer,
            RoleInCredit::Editor => Self::Editor,
        }
    }
}

/// A byline.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditInput {
    /// Who.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "VISIBLE",
        example = "وكالة أنباء المرفأ"
    )]
    pub name: String,
    /// Did what.
    pub role: RoleInCredit,
    /// Their page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = Uri, pattern = "^https?://[^/]+", example = "https://marfa.example")]
    pub url: Option<String>,
}

/// The picture above an article.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverInput {
    /// Where it is.
    #[schema(max_length = 2000, format = Uri, pattern = "^https?://[^/]+", example = "https://images.example/harbour.jpg")]
    pub url: String,
    /// What it shows, for those who can't see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "مراكب صيد في الميناء القديم")]
    pub alt: Option<String>,
    /// The line under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "الميناء القديم صباح الاثنين")]
    pub caption: Option<String>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "سالم بن عمر")]
    pub credit: Option<String>,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000, example = 1600)]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000, example = 900)]
    pub height: Option<u32>,
}

/// What search engines are told.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeoInput {
    /// A title, when it isn't the article's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "عودة الصيادين إلى الميناء القديم")]
    pub title: Option<String>,
    /// A description, when it isn't the excerpt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "كيف عاد الصيادون إلى الميناء القديم")]
    pub description: Option<String>,
}

/// An article as an editor writes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleInput {
    /// The headline.
    #[schema(
        min_length = 1,
        max_length = 300,
        pattern = "VISIBLE",
        example = "عودة الصيادين إلى الميناء القديم"
    )]
    pub title: String,
    /// Its place in addresses; derived from the title when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80, pattern = "LETTER", example = "عودة-الصيادين")]
    pub slug: Option<String>,
    /// A line under the headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, example = "بعد ثلاث سنوات من الإغلاق")]
    pub subtitle: Option<String>,
    /// A teaser, plain text; derived from the body when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "عادت مراكب الصيد إلى الميناء القديم صباح الاثنين…")]
    pub excerpt: Option<String>,
    /// The language of the text (BCP 47); Arabic when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 35, pattern = "LANG", example = "ar-LY")]
    pub lang: Option<String>,
    /// The text, at most 256 KiB.
    #[serde(default)]
    #[schema(max_length = 262144, example = "عادت **مراكب الصيد** إلى الميناء.")]
    pub body: String,
    /// What the text is written in; Markdown when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_format: Option<Format>,
    /// Tags, by name: one that isn't there is made, if the role may; whatever the spelling, a tag is found.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["ليبيا", "اقتصاد"]))]
    pub tags: Vec<TagName>,
    /// Bylines.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub credits: Vec<CreditInput>,
    /// Where it was first published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = Uri, pattern = "^https?://[^/]+", example = "https://marfa.example/2026/11/23/1")]
    pub source_url: Option<String>,
    /// The address that search engines should prefer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = Uri, pattern = "^https?://[^/]+", example = "https://news.example/1")]
    pub canonical_url: Option<String>,
    /// The picture above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<CoverInput>,
    /// Whether frontends show it first.
    #[serde(default)]
    #[schema(example = false)]
    pub featured: bool,
    /// For search engines.
    #[serde(default)]
    pub seo: SeoInput,
    /// Whatever the frontend needs: an object of at most 64 KiB, nested at most 16 deep.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"layout": "wide"}))]
    pub metadata: Map<String, Value>,
}

/// The name of a tag.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 100, pattern = "LETTER")]
pub struct TagName(pub String);

impl ArticleInput {
    /// Checks it.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_draft(self) -> Result<ArticleDraft, Invalid> {
        let mut checks = Checks::default();
        let title = checks.line("/title", &self.title);
        let slug = self.slug.map(|slug| checks.slug("/slug", &slug));
        let body = clean::body(&self.body);
        if body.len() > MAX_SOURCE_BYTES {
            checks.violation("/body", Violation::TooLarge { max: MAX_SOURCE_BYTES as u64 });
        }
        let credits = credits(&mut checks, self.credits);
        let cover = self.cover.map(|cover| self::cover(&mut checks, cover));
        check_metadata(&mut checks, &self.metadata);
        let lang = checks.lang("/lang", self.lang.as_deref().unwrap_or(DEFAULT_LANG));
        let Some(lang) = lang else { return Err(checks.into_invalid()) };
        let draft = ArticleDraft {
            title,
            slug,
            subtitle: checks.optional_line(self.subtitle),
            excerpt: checks.optional_line(self.excerpt),
            lang,
            body,
            body_format: self.body_format.unwrap_or(Format::Markdown).into(),
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

    /// What was written to make the article what it is: what a patch is applied to.
    ///
    /// # Errors
    /// [`Error::Internal`] when the source was not loaded.
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
            body_format: Some(draft.body_format.into()),
            tags: draft.tags.into_iter().map(TagName).collect(),
            credits: draft
                .credits
                .into_iter()
                .map(|c| CreditInput { name: c.name, role: c.role.into(), url: c.url })
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
        role: credit.role.into(),
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

/// Which article.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ArticlePath {
    /// The article's number.
    #[param(minimum = 1, example = 42)]
    pub id: i64,
}

/// Which article, by name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ArticleSlugPath {
    /// The article's slug, present or former, in whatever spelling.
    #[param(example = "عودة-الصيادين")]
    pub slug: String,
}

/// When to publish.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishInput {
    /// A time: one to come schedules, one that has passed dates the article back. Now when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2026-12-01T06:00:00Z")]
    pub at: Option<chrono::DateTime<chrono::Utc>>,
}
