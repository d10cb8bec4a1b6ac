//! The receiver of trackbacks (TrackBack 1.2). The protocol's own errors are XML with status 200.
//! Other errors, such as an unknown article, are problems.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::incoming::{self, SentMention, TOO_MANY};
use super::input::TrackbackForm;
use crate::domain::WireName;
use crate::domain::mention::{MentionProtocol, MentionRefusal};
use crate::http::articles::ArticlePath;
use crate::http::catalogue::{Locale, Values, dashed};
use crate::http::extract::{ForeignBody, NoParams, Path, Query};
use crate::http::max_body;
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::mentions::{Target, sender_metadata};
use crate::service::{Error, ResourceKind};
use crate::web::trackback;

/// Send a trackback
///
/// Announces a link to this article. A queue fetches the source, which must link to the article.
/// Title, excerpt and blog name are shown as plain text. `Content-Type` may name any encoding of
/// the Encoding Standard.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "send_trackback",
    extensions(("x-max-body" = json!(max_body::TEXT))),
    params(ArticlePath),
    request_body(content = TrackbackForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "`<error>0</error>`: accepted. `<error>1</error>`: refused, and `<message>` begins with the code: `mention_source_invalid`, `mention_source_own`, `mention_source_denied`, `pings_closed`, `too_many_requests`.",
            body = String, content_type = "text/xml; charset=utf-8",
            example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response><error>0</error></response>\n"),
        (status = 400, description = "`malformed_form`: the form is malformed. `invalid_parameter`, `unknown_parameter`: a parameter is invalid or unknown."),
        (status = 415, description = "The body is compressed, or not a form in an encoding of the Encoding Standard.")
    )
)]
#[post("/articles/{id}/trackback")]
pub async fn receive(
    req: HttpRequest,
    state: web::Data<State>,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: ForeignBody,
) -> Result<HttpResponse, ApiError> {
    let form = body.form_in_any_encoding().await?;
    let metadata =
        sender_metadata(form.field("title")?, form.field("excerpt")?, form.field("blog_name")?);
    let sent = SentMention {
        protocol: MentionProtocol::Trackback,
        source: form.field("url")?.unwrap_or_default().to_owned(),
        target: Target::Article(path.id),
        metadata,
    };
    match incoming::receive(&state, &req, sent).await {
        Ok(_) => Ok(answer(None)),
        Err(Error::Mention(MentionRefusal::TargetMissing)) => {
            Err(Error::NotFound(ResourceKind::Article).into())
        }
        Err(Error::Mention(refused)) => Ok(refuse(refused.as_str(), &Values::new())),
        Err(Error::TooMany(seconds)) => {
            Ok(refuse(TOO_MANY, &vec![("seconds", seconds.to_string())]))
        }
        Err(other) => Err(other.into()),
    }
}

fn refuse(code: &str, values: &Values) -> HttpResponse {
    let detail = Locale::fallback().message(&format!("{}-detail", dashed(code)), values);
    answer(Some(&format!("{code}: {detail}")))
}

fn answer(refused: Option<&str>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/xml; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(trackback::response(refused))
}
