//! The parameters of a search.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::article::Status;
use crate::domain::policy::{self, Actor};
use crate::domain::search::{Scope, SearchRequest};
use crate::http::discussion::NoticeLang;
use crate::http::extract::lang;
use crate::http::page;
use crate::http::problem::ApiError;

/// The order of results, as cursors contain it.
pub const ORDER: &str = "relevance";

/// The default number of completions.
const DEFAULT_SUGGESTIONS: u8 = 8;

/// The parameters of a search.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// The query. Articles with all words come first, in any form and spelling. Function words (في,
    /// هل, the) are optional beside others. `"these words"` matches an exact phrase, `-word`
    /// excludes a word, and `begin*` matches a prefix. Of more than 16 terms the rarest are searched.
    #[param(min_length = 1, max_length = 1000, pattern = "\\S", example = "كتب في بنغازي")]
    pub q: String,
    /// Only articles in this language; `ar` includes `ar-LY`. Its rules stem the words in Latin
    /// script. Default: the rules of all languages of the articles.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// Only articles with this tag, by slug.
    #[serde(default)]
    #[param(min_length = 1, max_length = 200, example = "ليبيا")]
    pub tag: Option<String>,
    /// Only articles in this status. Readers find only published ones.
    #[serde(default)]
    #[param(default = "published")]
    pub status: Option<Status>,
    /// The language of the notices. Default: of `Accept-Language`, or of the article.
    #[serde(default)]
    pub notice_lang: Option<NoticeLang>,
    /// Articles per page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// A cursor of the previous answer: `page.next` or `page.prev`.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
}

impl SearchParams {
    /// Checks all parameters except the query, which the search parses.
    ///
    /// # Errors
    /// `invalid_parameter` with the parameter's name, or `malformed_cursor`.
    pub fn into_request(self, actor: Option<&Actor>) -> Result<SearchRequest, ApiError> {
        Ok(SearchRequest {
            scope: Scope {
                status: self.status.unwrap_or(Status::Published),
                visibility: policy::visibility(actor),
                lang: lang(self.lang.as_deref())?,
                tag: None,
            },
            tag: self.tag,
            page: page::request(ORDER, self.limit, self.cursor.as_deref(), None)?,
            text: self.q,
        })
    }
}

/// The parameters of a completion.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuggestParams {
    /// The text typed so far.
    #[param(max_length = 1000, example = "الصيا")]
    pub q: String,
    /// The number of completions, at most.
    #[serde(default)]
    #[param(minimum = 1, maximum = 20, default = 8)]
    pub limit: Option<u8>,
}

impl SuggestParams {
    /// Returns the number of completions.
    #[must_use]
    pub fn limit(&self) -> u8 {
        self.limit.unwrap_or(DEFAULT_SUGGESTIONS)
    }
}
