//! Bodies and parameters of comments.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::CommentStatusView;
use crate::domain::article::ArticleId;
use crate::domain::check::{Checks, Invalid, Violation};
use crate::domain::comment::{
    Comment, CommentDraft, CommentEdit, CommentId, CommentQuery, ThreadQuery, path_root,
};
use crate::domain::comment_settings::CommentOrder;
use crate::domain::listing::{PageRequest, SortKey, Start};
use crate::domain::user::{is_email, normal_email};
use crate::http::comment_settings::OrderView;
use crate::http::page;
use crate::http::problem::ApiError;
use crate::text::clean;
use crate::text::comment_html::MAX_CHARS;

/// The name of the only order that moderators' lists have: newest first.
pub const ORDER: &str = "-id";

/// The name that an order of conversations has in cursors.
#[must_use]
pub fn order_name(order: CommentOrder) -> &'static str {
    match order {
        CommentOrder::Oldest => "thread",
        CommentOrder::Newest => "-thread",
    }
}

// A schema's limits are literals; these must not drift apart from what is enforced.
const _: () = assert!(MAX_CHARS == 10_000);

/// A comment as a reader writes it. Of those who are signed in, name and address are left out: the
/// account has them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// The author's name; the site may require it. Angle brackets are left out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, pattern = "VISIBLE", example = "سالم الورفلي")]
    pub author_name: Option<String>,
    /// Their address, which is never shown to readers; the site may require it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = IdnEmail, min_length = 3, max_length = 254, example = "salem@reader.example")]
    pub author_email: Option<String>,
    /// Their page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = Uri, pattern = "^https?://[^/]+", example = "https://reader.example/salem")]
    pub author_url: Option<String>,
    /// What they say: plain text, in which blank lines part paragraphs and web addresses become
    /// links; of HTML it may have a, b, i, strong, em, code, pre, blockquote, p and br.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = "VISIBLE",
        example = "شكرًا على هذا المقال."
    )]
    pub body: String,
    /// The comment that it answers, which readers must see under the same article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 5)]
    pub parent_id: Option<i64>,
}

impl CommentInput {
    /// Checks it, as far as that can be done without the site's settings.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_draft(self) -> Result<CommentDraft, Invalid> {
        let mut checks = Checks::default();
        let author_name = name(&mut checks, self.author_name);
        let author_email = self.author_email.map(|email| normal_email(&clean::line(&email)));
        if author_email.as_deref().is_some_and(|email| !is_email(email)) {
            checks.violation("/author_email", Violation::InvalidEmail);
        }
        let author_url = checks.optional_url("/author_url", self.author_url);
        let body = clean::body(&self.body);
        let parent_id = self.parent_id;
        checks.finish(CommentDraft { parent_id, author_name, author_email, author_url, body })
    }
}

/// A name has no use for angle brackets, and some frontend is careless with them.
fn name(checks: &mut Checks, name: Option<String>) -> Option<String> {
    checks.optional_line(name.map(|name| name.replace(['<', '>'], " ")))
}

/// All of a comment that a moderator may change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentEditInput {
    /// Where it is to stand.
    pub status: CommentStatusView,
    /// What it says.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = "VISIBLE",
        example = "شكرًا على هذا المقال."
    )]
    pub body: String,
    /// The author's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, pattern = "VISIBLE", example = "سالم الورفلي")]
    pub author_name: Option<String>,
    /// Their page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = Uri, pattern = "^https?://[^/]+", example = "https://reader.example/salem")]
    pub author_url: Option<String>,
}

impl CommentEditInput {
    /// What a patch is applied to.
    #[must_use]
    pub fn of(comment: &Comment) -> Self {
        Self {
            status: comment.status.into(),
            body: comment.body.clone().unwrap_or_default(),
            author_name: comment.author_name.clone(),
            author_url: comment.author_url.clone(),
        }
    }

    /// Checks it.
    ///
    /// # Errors
    /// All flaws.
    pub fn into_edit(self) -> Result<CommentEdit, Invalid> {
        let mut checks = Checks::default();
        let author_name = name(&mut checks, self.author_name);
        let author_url = checks.optional_url("/author_url", self.author_url);
        let body = clean::body(&self.body);
        checks.finish(CommentEdit { status: self.status.into(), author_name, author_url, body })
    }
}

/// Many comments to be given a status.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkInput {
    /// Which, each once.
    #[schema(min_items = 1, max_items = 100, example = json!([5, 6]))]
    pub ids: Vec<CommentNumber>,
    /// Where they are to stand.
    pub status: CommentStatusView,
}

impl BulkInput {
    /// Checks it; the numbers.
    ///
    /// # Errors
    /// Each number that stands twice.
    pub fn into_ids(self) -> Result<Vec<CommentId>, Invalid> {
        let mut checks = Checks::default();
        let mut ids: Vec<CommentId> = Vec::with_capacity(self.ids.len());
        for (index, id) in self.ids.iter().enumerate() {
            if ids.contains(&id.0) {
                checks.violation(&format!("/ids/{index}"), Violation::Duplicate);
            }
            ids.push(id.0);
        }
        checks.finish(ids)
    }
}

/// A comment's number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 1, example = 5)]
pub struct CommentNumber(pub i64);

/// Which comment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CommentPath {
    /// The comment's number.
    #[param(minimum = 1, example = 5)]
    pub id: i64,
}

/// How to delete.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentDeleteParams {
    /// For good, with the answers to it, rather than into the trash. Admins only.
    #[serde(default)]
    #[param(default = false)]
    pub permanent: Option<bool>,
}

/// Whose data.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PersonParams {
    /// The person's address, in any case.
    #[param(format = IdnEmail, min_length = 3, max_length = 254, example = "salem@reader.example")]
    pub email: String,
}

impl PersonParams {
    /// The address in its stored form.
    ///
    /// # Errors
    /// A refusal when it is no address.
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

/// Which of an article's comments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThreadParams {
    /// Which threads come first; else as the site's settings say. In a thread each comment follows
    /// what it answers, and answers to the same stand oldest first.
    #[serde(default)]
    #[param(inline, example = "newest")]
    pub order: Option<OrderView>,
    /// Comments in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<u16>,
    /// The cursor of a page, from the answer before; it knows its order.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
    /// Whether to count them all.
    #[serde(default)]
    #[param(default = false)]
    pub total: Option<bool>,
}

impl ThreadParams {
    /// Checks them.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_query(self, article_id: ArticleId) -> Result<ThreadQuery, ApiError> {
        let request = |order| {
            page::request(order_name(order), self.limit, self.cursor.as_deref(), self.total)
        };
        let (order, page) = match self.order.map(CommentOrder::from) {
            Some(order) => (Some(order), request(order)?),
            // The settings may say otherwise by now; a conversation is read on as it was begun.
            None if self.cursor.is_some() => match request(CommentOrder::Oldest) {
                Ok(page) => (Some(CommentOrder::Oldest), page),
                Err(_) => (Some(CommentOrder::Newest), request(CommentOrder::Newest)?),
            },
            None => (None, request(CommentOrder::Oldest)?),
        };
        if is_a_place(&page) {
            Ok(ThreadQuery { article_id, order, page })
        } else {
            Err(ApiError::new("malformed_cursor"))
        }
    }
}

/// Whether a page begins where a comment may stand: a cursor may be forged.
fn is_a_place(page: &PageRequest) -> bool {
    match &page.start {
        Start::Beginning => true,
        Start::After(position) | Start::Before(position) => match &position.key {
            SortKey::Bytes(path) => path_root(path).is_some_and(|root| root > 0),
            _ => false,
        },
    }
}

/// Which comments, for moderators.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentListParams {
    /// Only with this status; when left out, with any.
    #[serde(default)]
    #[param(inline, example = "pending")]
    pub status: Option<CommentStatusView>,
    /// Only under this article.
    #[serde(default)]
    #[param(minimum = 1, example = 42)]
    pub article: Option<i64>,
    /// Only by this address, in any case.
    #[serde(default)]
    #[param(format = IdnEmail, min_length = 3, max_length = 254, example = "salem@reader.example")]
    pub email: Option<String>,
    /// Comments in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<u16>,
    /// The cursor of a page, from the answer before.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
    /// Whether to count them all.
    #[serde(default)]
    #[param(default = false)]
    pub total: Option<bool>,
}

impl CommentListParams {
    /// Checks them.
    ///
    /// # Errors
    /// A refusal that names the parameter.
    pub fn into_query(self) -> Result<CommentQuery, ApiError> {
        if self.article.is_some_and(|article| article < 1) {
            return Err(ApiError::parameter("article", page::range(1, i64::MAX)));
        }
        Ok(CommentQuery {
            status: self.status.map(Into::into),
            article_id: self.article,
            email: self.email.as_deref().map(email).transpose()?,
            page: page::request(ORDER, self.limit, self.cursor.as_deref(), self.total)?,
        })
    }
}
