//! Bodies and parameters of comments.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::article::ArticleId;
use crate::domain::check::{Checks, Invalid, Violation};
use crate::domain::comment::{
    Comment, CommentDraft, CommentEdit, CommentId, CommentQuery, CommentStatus, PlaceQuery,
    ThreadQuery, path_root,
};
use crate::domain::comment_settings::CommentOrder;
use crate::domain::listing::{PageRequest, SortKey, Start};
use crate::domain::user::{is_email, normal_email};
use crate::http::page;
use crate::http::page_params::PageParams;
use crate::http::problem::ApiError;
use crate::text::clean;
use crate::text::comment_html::MAX_CHARS;

/// The order of editors' lists, as cursors contain it: newest first.
pub const ORDER: &str = "-created_at";

/// Returns the name of an order of threads, as cursors contain it.
#[must_use]
pub fn order_name(order: CommentOrder) -> &'static str {
    match order {
        CommentOrder::Oldest => "conversation",
        CommentOrder::Newest => "-conversation",
    }
}

// The limits of a schema are literals. They must equal the enforced limits.
const _: () = assert!(MAX_CHARS == 10_000);

/// A new comment. Signed-in users leave out name and address, which the account holds. An admin
/// imports a comment of another site by its original time and author.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// The author's name. The site's settings may require it. Angle brackets are removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "\\S",
        format = "visible-text",
        example = "سالم الورفلي"
    )]
    pub author_name: Option<String>,
    /// The author's email address. The site's settings may require it. Readers never see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "salem@reader.example")]
    pub author_email: Option<String>,
    /// The URL of the person's or agency's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, pattern = "URL", example = "https://reader.example/salem")]
    pub author_url: Option<String>,
    /// The text. Blank lines separate paragraphs, and URLs become links. Accepted HTML elements: a,
    /// b, i, strong, em, code, pre, blockquote, p, br.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = "\\S",
        format = "visible-text",
        example = "شكرًا على هذا المقال."
    )]
    pub body: String,
    /// The id of the parent comment, which must be visible under the same article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 5)]
    pub parent_id: Option<i64>,
    /// The language of the text (BCP 47). Default: the article's, if the text has its direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 35, pattern = "LANG", example = "ar-LY")]
    pub lang: Option<String>,
    /// The honeypot: a form field that readers don't see, and machines fill in. A comment with a text
    /// here is spam, and answered like one that waits for an editor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10000, example = "")]
    pub trap: Option<String>,
    /// The original time of an imported comment. Admins only. Such a comment has the sent author, is
    /// approved, and is accepted although comments are closed. Import older comments first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2019-05-04T09:30:00Z")]
    pub created_at: Option<DateTime<Utc>>,
}

impl CommentInput {
    /// Checks the rules that don't depend on the site's settings.
    ///
    /// # Errors
    /// All violations.
    pub fn into_draft(self) -> Result<CommentDraft, Invalid> {
        let mut checks = Checks::default();
        let author_name = name(&mut checks, self.author_name);
        let author_email = self.author_email.map(|email| normal_email(&clean::line(&email)));
        if author_email.as_deref().is_some_and(|email| !is_email(email)) {
            checks.violation("/author_email", Violation::InvalidEmail);
        }
        let author_url = checks.optional_url("/author_url", self.author_url);
        let lang = self.lang.as_deref().and_then(|tag| checks.lang("/lang", tag));
        let created_at = self.created_at.map(|at| checks.time("/created_at", at));
        checks.finish(CommentDraft {
            parent_id: self.parent_id,
            author_name,
            author_email,
            author_url,
            body: clean::body(&self.body),
            lang,
            is_trapped: self.trap.is_some_and(|text| !text.trim().is_empty()),
            created_at,
        })
    }
}

/// Removes angle brackets, which a careless frontend may render as HTML.
fn name(checks: &mut Checks, name: Option<String>) -> Option<String> {
    checks.optional_line(name.map(|name| name.replace(['<', '>'], " ")))
}

/// The fields of a comment that an editor may change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentEditInput {
    /// The status.
    pub status: CommentStatus,
    /// The text.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = "\\S",
        format = "visible-text",
        example = "شكرًا على هذا المقال."
    )]
    pub body: String,
    /// The author's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "\\S",
        format = "visible-text",
        example = "سالم الورفلي"
    )]
    pub author_name: Option<String>,
    /// The URL of the person's or agency's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, pattern = "URL", example = "https://reader.example/salem")]
    pub author_url: Option<String>,
}

impl CommentEditInput {
    /// Returns the present state, to which a merge patch is applied.
    #[must_use]
    pub fn of(comment: &Comment) -> Self {
        Self {
            status: comment.status,
            body: comment.body.clone().unwrap_or_default(),
            author_name: comment.author_name.clone(),
            author_url: comment.author_url.clone(),
        }
    }

    /// Checks the input.
    ///
    /// # Errors
    /// All violations.
    pub fn into_edit(self) -> Result<CommentEdit, Invalid> {
        let mut checks = Checks::default();
        let author_name = name(&mut checks, self.author_name);
        let author_url = checks.optional_url("/author_url", self.author_url);
        let body = clean::body(&self.body);
        checks.finish(CommentEdit { status: self.status, author_name, author_url, body })
    }
}

/// A new status for several comments.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkInput {
    /// The ids of the comments, each once.
    #[schema(min_items = 1, max_items = 100, value_type = HashSet<CommentNumber>, example = json!([5, 6]))]
    pub ids: Vec<CommentNumber>,
    /// The new status.
    pub status: CommentStatus,
}

impl BulkInput {
    /// Returns the ids.
    #[must_use]
    pub fn ids(&self) -> Vec<CommentId> {
        self.ids.iter().map(|id| id.0).collect()
    }
}

/// A comment's id.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 1, example = 5)]
pub struct CommentNumber(pub i64);

/// The path of a comment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CommentPath {
    /// The comment's id.
    #[param(minimum = 1, example = 5)]
    pub id: i64,
}

/// The path of a comment under its article.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ArticleCommentPath {
    /// The article's id.
    #[param(minimum = 1, example = 1)]
    pub id: i64,
    /// The comment's id.
    #[param(minimum = 1, example = 6)]
    pub comment_id: i64,
}

/// The parameters of a comment's page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlaceParams {
    /// The order of threads. Default: of the site's settings.
    #[serde(default)]
    #[param(example = "newest")]
    pub order: Option<CommentOrder>,
    /// Comments per page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<u8>,
}

impl PlaceParams {
    /// Returns the query of a comment's page.
    #[must_use]
    pub fn into_query(self, path: &ArticleCommentPath) -> PlaceQuery {
        PlaceQuery {
            article_id: path.id,
            comment_id: path.comment_id,
            order: self.order,
            limit: self.limit.unwrap_or(page::DEFAULT_LIMIT),
        }
    }
}

/// The parameters of a deletion.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentDeleteParams {
    /// Whether to delete the comment and its replies permanently instead of moving it to the trash.
    /// Admins only.
    #[serde(default)]
    #[param(default = false)]
    pub permanent: Option<bool>,
}

/// The person that a request concerns.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PersonParams {
    /// The person's email address, in any case.
    #[param(format = IdnEmail, min_length = 3, max_length = 254, example = "salem@reader.example")]
    pub email: String,
}

impl PersonParams {
    /// Returns the address in its stored form.
    ///
    /// # Errors
    /// `invalid_parameter` if it is not an email address.
    pub fn into_email(self) -> Result<String, ApiError> {
        email(&self.email)
    }
}

fn email(text: &str) -> Result<String, ApiError> {
    let email = normal_email(text);
    if is_email(&email) {
        Ok(email)
    } else {
        Err(ApiError::parameter("email", Violation::InvalidEmail))
    }
}

/// The parameters of an article's comments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThreadParams {
    /// The order of threads. Default: of the site's settings. In a thread, each comment follows its
    /// parent, and its replies are sorted oldest first.
    #[serde(default)]
    #[param(example = "newest")]
    pub order: Option<CommentOrder>,
}

impl ThreadParams {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `invalid_parameter` with the parameter's name, or `malformed_cursor`.
    pub fn into_query(
        self,
        article_id: ArticleId,
        page: &PageParams,
    ) -> Result<ThreadQuery, ApiError> {
        let request = |order| page.request(order_name(order));
        let (order, page) = match self.order {
            Some(order) => (Some(order), request(order)?),
            // A cursor keeps its order, although the settings may have changed.
            None if page.cursor.is_some() => match request(CommentOrder::Oldest) {
                Ok(page) => (Some(CommentOrder::Oldest), page),
                Err(_) => (Some(CommentOrder::Newest), request(CommentOrder::Newest)?),
            },
            None => (None, request(CommentOrder::Oldest)?),
        };
        if is_comment_position(&page) {
            Ok(ThreadQuery { article_id, order, page })
        } else {
            Err(ApiError::new("malformed_cursor"))
        }
    }
}

/// Whether the page's start is the position of a comment: a cursor may be forged.
fn is_comment_position(page: &PageRequest) -> bool {
    match &page.start {
        Start::Beginning => true,
        Start::After(position) | Start::Before(position) => match &position.key {
            SortKey::Bytes(path) => path_root(path).is_some(),
            _ => false,
        },
    }
}

/// The parameters of editors' lists.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentListParams {
    /// Only comments in this status. Default: all.
    #[serde(default)]
    #[param(example = "pending")]
    pub status: Option<CommentStatus>,
    /// Only comments under this article, by id.
    #[serde(default)]
    #[param(minimum = 1, example = 1)]
    pub article: Option<i64>,
    /// Only comments of this email address, in any case.
    #[serde(default)]
    #[param(format = IdnEmail, min_length = 3, max_length = 254, example = "salem@reader.example")]
    pub email: Option<String>,
}

impl CommentListParams {
    /// Checks the parameters.
    ///
    /// # Errors
    /// `invalid_parameter` with the parameter's name, or `malformed_cursor`.
    pub fn into_query(self, page: &PageParams) -> Result<CommentQuery, ApiError> {
        Ok(CommentQuery {
            status: self.status,
            article_id: self.article,
            email: self.email.as_deref().map(email).transpose()?,
            page: page.request(ORDER)?,
        })
    }
}
