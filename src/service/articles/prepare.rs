//! Derives an article's columns from its draft: renders, sanitises, counts and folds. It takes long
//! for large texts and so runs on a background thread, before the transaction.

use crate::domain::WireName;
use crate::domain::article::ArticleDraft;
use crate::domain::search::document::Document;
use crate::service::{App, Error, Result, Shared};
use crate::store::articles::ArticleColumns;
use crate::text::{collate, count, excerpt, fold, render};

/// A draft and its derived data, except the slug, which the transaction chooses.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The draft.
    pub draft: ArticleDraft,
    /// The columns, with an empty slug.
    pub columns: ArticleColumns,
    /// The folded names of the credits, sorted.
    pub credit_keys: Vec<String>,
    /// The terms for the search index.
    pub document: Document,
}

/// Prepares a draft on a background thread.
///
/// # Errors
/// [`Error::Internal`] if the thread panics.
pub async fn prepare(app: &App, draft: ArticleDraft) -> Result<Prepared> {
    let shared = app.shared.clone();
    app.shared
        .background
        .run(move || derive(draft, &shared))
        .await
        .map_err(|error| Error::Internal(format!("rendering failed: {error}")))?
}

fn derive(draft: ArticleDraft, shared: &Shared) -> Result<Prepared> {
    let markup = render::markup(&draft.body, draft.body_format);
    let html = shared.renderer.sanitize(&markup);
    let plain = render::plain_text(&html);
    let words = count::words(&plain);
    let minutes = count::reading_minutes(words, &draft.lang, &shared.reading_speed);
    let columns = ArticleColumns {
        slug: String::new(),
        slug_key: String::new(),
        title: draft.title.clone(),
        title_sort: collate::sort_key(&draft.title),
        subtitle: draft.subtitle.clone(),
        excerpt: draft
            .excerpt
            .clone()
            .unwrap_or_else(|| excerpt::excerpt(&render::opening(&markup))),
        excerpt_derived: draft.excerpt.is_none(),
        lang: draft.lang.as_str().to_owned(),
        credits: json(&draft.credits)?,
        source_url: draft.source_url.clone(),
        canonical_url: draft.canonical_url.clone(),
        cover: draft.cover.as_ref().map(json).transpose()?,
        featured: draft.featured,
        seo: json(&draft.seo)?,
        metadata: json(&draft.metadata)?,
        word_count: i32::try_from(words).unwrap_or(i32::MAX),
        reading_minutes: i32::try_from(minutes).unwrap_or(i32::MAX),
        body_format: draft.body_format.as_str().to_owned(),
        body: draft.body.clone(),
        html,
    };
    let mut credit_keys: Vec<String> =
        draft.credits.iter().map(|credit| fold::fold(&credit.name)).collect();
    credit_keys.sort();
    credit_keys.dedup();
    let document = Document::of(&draft.lang, &draft.title, draft.subtitle.as_deref(), &plain);
    Ok(Prepared { draft, columns, credit_keys, document })
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}
