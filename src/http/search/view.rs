//! Views of results and completions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::{self, Actor};
use crate::domain::search::{Hit, Matched};
use crate::http::articles::view::{ArticleSummary, ArticleView};
use crate::http::discussion::Context;
use crate::http::page::PageInfo;
use crate::service::search::Suggestion;

/// A page of results.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchResults {
    /// The results: first those that match all words, then the others, each by descending score;
    /// equal scores by time, newest first.
    pub data: Vec<SearchHit>,
    /// The position of the page in the list, which ends after 1,000 results.
    pub page: PageInfo,
    /// True if no article matches all words, and `data` holds results with `matched: some`.
    #[schema(example = false)]
    pub relaxed: bool,
}

/// A result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchHit {
    /// The article, without its text.
    #[serde(flatten)]
    #[schema(value_type = ArticleSummary)]
    pub article: ArticleView,
    /// The matched words.
    pub matched: Matched,
    /// The score. Scores are comparable only within one answer, between results with the same
    /// `matched`.
    #[schema(minimum = 0, example = 7.4182)]
    pub score: f64,
    /// The matches in title and text.
    pub highlight: Highlight,
}

/// Highlighted matches, in the author's spelling.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Highlight {
    /// The title as HTML, with matches in `<mark>`.
    #[schema(example = "عودة الصيادين إلى <mark>الميناء</mark> القديم")]
    pub title: String,
    /// The best matching passage of the text as HTML, with matches in `<mark>`.
    #[schema(example = "…أعلن <mark>المسؤول</mark> عن <mark>الميناء</mark> أن…")]
    pub text: String,
}

impl SearchHit {
    /// Builds the view for the reader.
    #[must_use]
    pub fn of(hit: Hit, context: &Context<'_>, actor: Option<&Actor>) -> Self {
        let inside = policy::sees_internals(actor, &hit.article);
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        let score = hit.relevance.score.0 as f64 / 1e6;
        Self {
            article: ArticleView::of(hit.article, context, inside),
            matched: hit.relevance.matched,
            score,
            highlight: Highlight { title: hit.title, text: hit.text },
        }
    }
}

/// Completions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Suggestions {
    /// The completions: tags, then articles.
    pub data: Vec<SuggestionView>,
}

/// The kind of a completion's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// An article.
    Article,
    /// A tag.
    Tag,
}

/// A completion.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Suggestion)]
pub struct SuggestionView {
    /// The kind of the target.
    pub kind: SuggestionKind,
    /// The id of the article or tag.
    #[schema(example = 42)]
    pub id: i64,
    /// The slug, a part of URLs.
    #[schema(example = "عودة-الصيادين")]
    pub slug: String,
    /// The article's title, or the tag's name.
    #[schema(example = "عودة الصيادين إلى الميناء القديم")]
    pub text: String,
}

impl From<Suggestion> for SuggestionView {
    fn from(suggestion: Suggestion) -> Self {
        match suggestion {
            Suggestion::Tag(tag) => {
                Self { kind: SuggestionKind::Tag, id: tag.id, slug: tag.slug, text: tag.name }
            }
            Suggestion::Article(article) => Self {
                kind: SuggestionKind::Article,
                id: article.id,
                slug: article.slug,
                text: article.title,
            },
        }
    }
}
