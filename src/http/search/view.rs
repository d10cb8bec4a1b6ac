//! How what was found is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::{self, Actor};
use crate::domain::search::Hit;
use crate::http::articles::discussion::Context;
use crate::http::articles::view::ArticleView;
use crate::http::page::PageInfo;
use crate::service::search::Suggestion;

/// A page of what was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchResults {
    /// The articles, the best answers first; of equals, the newer first.
    pub data: Vec<SearchHit>,
    /// Where the page lies. The last one ends with the thousandth article.
    pub page: PageInfo,
    /// True when no article held all of the words, so that these hold some of them.
    #[schema(example = false)]
    pub relaxed: bool,
}

/// An article that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchHit {
    /// The article, without its text.
    #[serde(flatten)]
    pub article: ArticleView,
    /// How well it answers; to be compared within one answer only.
    #[schema(minimum = 0, example = 7.4182)]
    pub score: f64,
    /// Where it answers.
    pub highlight: Highlight,
}

/// What was found, in the author's own letters.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Highlight {
    /// The title as HTML, with the words that were found in `<mark>`.
    #[schema(example = "عودة الصيادين إلى <mark>الميناء</mark> القديم")]
    pub title: String,
    /// The passage of the text that says most of what was asked for, likewise.
    #[schema(example = "…أعلن <mark>المسؤول</mark> عن <mark>الميناء</mark> أن…")]
    pub text: String,
}

impl SearchHit {
    /// As whoever asks may see it.
    #[must_use]
    pub fn of(hit: Hit, context: &Context<'_>, actor: Option<&Actor>) -> Self {
        let inside = policy::sees_internals(actor, &hit.article);
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        let score = hit.score.0 as f64 / 1e6;
        Self {
            article: ArticleView::of(hit.article, context, inside),
            score,
            highlight: Highlight { title: hit.title, text: hit.text },
        }
    }
}

/// What may be meant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Suggestions {
    /// Tags, then articles.
    pub data: Vec<SuggestionView>,
}

/// What a completion leads to.
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
    /// What it leads to.
    pub kind: SuggestionKind,
    /// The number of the article or tag.
    #[schema(example = 42)]
    pub id: i64,
    /// Its place in addresses.
    #[schema(example = "عودة-الصيادين")]
    pub slug: String,
    /// The article's title or the tag's name.
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
