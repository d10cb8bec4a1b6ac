//! The parameters of a search.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::article::Status;
use crate::domain::check::Violation;
use crate::domain::policy::{self, Actor};
use crate::domain::search::{Scope, SearchRequest};
use crate::http::articles::list::NoticeLang;
use crate::http::articles::view::StatusView;
use crate::http::page;
use crate::http::problem::ApiError;
use crate::text::lang::Lang;

/// The name of the order, in cursors.
pub const ORDER: &str = "relevance";

/// Completions when a client doesn't say how many.
const DEFAULT_SUGGESTIONS: u8 = 8;
/// The most completions.
const MAX_SUGGESTIONS: u8 = 20;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// The words. All must be there, in any form and spelling, but for function words (في, هل, the)
    /// beside others; `"these words"` one after the other, just as they stand; `-word` must not be
    /// there; `begin*` finds words that begin so. At most 16 of them.
    #[param(min_length = 1, max_length = 256, pattern = "LETTER", example = "مسؤول الميناء")]
    pub q: String,
    /// Only articles in this language (`ar` finds `ar-LY` too), by whose rules Latin words are then
    /// reduced to their stems. Without it, the rules of all languages that there are articles in.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// Only with this tag, by slug.
    #[serde(default)]
    #[param(min_length = 1, max_length = 200, example = "ليبيا")]
    pub tag: Option<String>,
    /// Articles with this status; readers find what is published only.
    #[serde(default)]
    #[param(inline, default = "published")]
    pub status: Option<StatusView>,
    /// The language of the notices.
    #[serde(default)]
    #[param(inline)]
    pub notice_lang: Option<NoticeLang>,
    /// Articles in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u16>,
    /// The cursor of a page, from the answer before.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
}

impl SearchParams {
    /// Checks them. What the words ask for is the search's own business.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_request(self, actor: Option<&Actor>) -> Result<SearchRequest, ApiError> {
        let lang = self.lang.as_deref().map(|tag| {
            Lang::parse(tag).map_err(|_| ApiError::parameter("lang", Violation::InvalidLang))
        });
        Ok(SearchRequest {
            scope: Scope {
                status: self.status.map_or(Status::Published, Into::into),
                visibility: policy::visibility(actor),
                lang: lang.transpose()?,
                tag: None,
            },
            tag: self.tag,
            page: page::request(ORDER, self.limit, self.cursor.as_deref(), None)?,
            text: self.q,
        })
    }
}

/// What is being typed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuggestParams {
    /// The letters so far.
    #[param(max_length = 256, example = "الحكو")]
    pub q: String,
    /// The most completions.
    #[serde(default)]
    #[param(minimum = 1, maximum = 20, default = 8)]
    pub limit: Option<u16>,
}

impl SuggestParams {
    /// How many.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn limit(&self) -> Result<u8, ApiError> {
        match self.limit {
            None => Ok(DEFAULT_SUGGESTIONS),
            Some(limit) => u8::try_from(limit)
                .ok()
                .filter(|limit| (1..=MAX_SUGGESTIONS).contains(limit))
                .ok_or_else(|| {
                    ApiError::parameter("limit", page::range(1, MAX_SUGGESTIONS.into()))
                }),
        }
    }
}
