//! TrackBack 1.2. It says in its answer's XML whether a trackback was taken, under status 200; what
//! HTTP itself can say (no such article, not a form) HTTP says.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, web};

use super::input::TrackbackForm;
use crate::domain::mention::{Kind, Refused};
use crate::http::articles::ArticlePath;
use crate::http::catalogue::{Locale, Values, dashed};
use crate::http::extract::{ForeignBody, NoParams, Path, Query};
use crate::http::problem::{ApiError, mention_code};
use crate::http::state::State;
use crate::service::mentions::{self, Incoming, Target, sender_metadata};
use crate::service::{Error, ResourceKind};
use crate::web::trackback;

/// Send a trackback
///
/// Tells of a link to this article. Its source is read from a queue, and must link to the article;
/// title, excerpt and name of the blog are shown as they were sent, as plain text. The form may be
/// in any encoding that its `Content-Type` names and that the web knows.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "send_trackback",
    params(ArticlePath),
    request_body(content = TrackbackForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "`<error>0</error>`: it is taken in. `<error>1</error>` with a `<message>`: it isn't, by the code that the message begins with: `mention_source_invalid`, `mention_source_own`, `mention_source_denied`, `pings_closed`, `too_many_requests`.",
            body = String, content_type = "text/xml; charset=utf-8",
            example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response><error>0</error></response>\n"),
        (status = 400, description = "`malformed_form`, or a parameter is not as it should be."),
        (status = 415, description = "The body is not a form in an encoding of the web, or it is compressed.")
    )
)]
#[post("/articles/{id}/trackback")]
pub async fn receive(
    state: web::Data<State>,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: ForeignBody,
) -> Result<HttpResponse, ApiError> {
    let form = body.form_of_its_time().await?;
    let said =
        sender_metadata(form.field("title")?, form.field("excerpt")?, form.field("blog_name")?);
    let incoming = Incoming {
        kind: Kind::Trackback,
        source: form.field("url")?.unwrap_or_default().to_owned(),
        target: Target::Article(path.id),
        said,
    };
    match mentions::receive(&state.app, incoming).await {
        Ok(_) => Ok(answer(None)),
        Err(Error::Mention(Refused::TargetMissing)) => {
            Err(Error::NotFound(ResourceKind::Article).into())
        }
        Err(Error::Mention(refused)) => Ok(refuse(mention_code(refused), &Values::new())),
        Err(Error::TooMany(seconds)) => {
            Ok(refuse("too_many_requests", &vec![("seconds", seconds.to_string())]))
        }
        Err(other) => Err(other.into()),
    }
}

fn refuse(code: &str, values: &Values) -> HttpResponse {
    let detail = Locale::fallback().say(&format!("{}-detail", dashed(code)), values);
    answer(Some(&format!("{code}: {detail}")))
}

fn answer(refused: Option<&str>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/xml; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(trackback::response(refused))
}
