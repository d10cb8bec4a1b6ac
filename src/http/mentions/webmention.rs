//! The receiver of webmentions (W3C Recommendation, 2017, section 3.2).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::incoming::{self, SentMention};
use super::input::WebmentionForm;
use super::view::StatusView;
use crate::domain::mention::{MentionProtocol, MentionRefusal, SourceMetadata};
use crate::http::extract::{ForeignBody, NoParams, Query};
use crate::http::max_body;
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;
use crate::service::mentions::Target;

/// The status of an accepted mention: 201, since `Location` names a status page.
const ACCEPTED: StatusCode = StatusCode::CREATED;

/// Send a webmention
///
/// Announces a link to a published article of this site. The form is checked at once; a queue
/// fetches the source later, and `Location` holds the status. Sent again, it updates the mention,
/// or removes it if the link is gone. Unknown fields are ignored, as the Recommendation demands.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "send_webmention",
    extensions(("x-max-body" = json!(max_body::TEXT))),
    request_body(content = WebmentionForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "Accepted. `Location` holds the URL of its status.", body = StatusView),
        (status = 400, description = "`mention_source_invalid`, `mention_target_invalid`: missing, or not an accepted http(s) URL; a source on a private address, a special-use name or another port is not accepted. `mention_same_address`: source equals target. `mention_source_own`: the source is a page of this site. `mention_source_denied`: an editor marked the source as spam. `mention_target_foreign`: the target is on another site. `mention_target_not_article`, `mention_target_not_found`: the target is not a published article. `pings_closed`: the article takes no new mentions. `malformed_form`."),
        (status = 415, description = "The body is compressed, or not a form in UTF-8."),
        (status = 429, description = "`too_many_requests`: too many mentions came from this network, or too many of it, of the source's host, or in all, are queued.")
    )
)]
#[post("/webmention")]
pub async fn receive(
    req: HttpRequest,
    state: web::Data<State>,
    _: Query<NoParams>,
    body: ForeignBody,
) -> Result<HttpResponse, ApiError> {
    let form = body.form().await?;
    let missing = |refused: MentionRefusal| ApiError::from(Error::from(refused));
    let source = form.field("source")?.ok_or_else(|| missing(MentionRefusal::SourceInvalid))?;
    let target = form.field("target")?.ok_or_else(|| missing(MentionRefusal::TargetInvalid))?;
    let sent = SentMention {
        protocol: MentionProtocol::Webmention,
        source: source.to_owned(),
        target: Target::Address(target.to_owned()),
        metadata: SourceMetadata::default(),
    };
    let received = incoming::receive(&state, &req, sent).await?;
    let status = StatusView::from(received.mention);
    let location = state.app.shared.web.urls.api(&format!("/api/v1/mentions/{}", status.id));
    Ok(HttpResponse::build(ACCEPTED)
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(status))
}
