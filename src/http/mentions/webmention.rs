//! Webmention's receiver (W3C recommendation, 2017, section 3.2).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpResponse, post, web};

use super::input::WebmentionForm;
use super::view::StatusView;
use crate::domain::mention::{Kind, Refused, SourceMetadata};
use crate::http::extract::{ForeignBody, NoParams, Query};
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;
use crate::service::mentions::{self, Incoming, Target};

/// What a mention that was taken in is answered with. The recommendation wants 201 where there is
/// a status page, and 202 where there is none.
const TAKEN: StatusCode = StatusCode::CREATED;

/// Send a webmention
///
/// Tells of a link to a published article of ours. What can be known at once is answered at once;
/// the rest happens in a queue, and `Location` tells how far it has come. Sent again, what is known
/// of the source is brought up to date, or removed with the link. Fields that the recommendation
/// doesn't name are passed over.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "send_webmention",
    request_body(content = WebmentionForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "It is taken in: see `Location` for its status.", body = StatusView),
        (status = 400, description = "`mention_source_invalid`, `mention_target_invalid`: missing, or no http(s) address that is gone to. `mention_same_address`: they are the same. `mention_source_own`: the source is ours. `mention_source_denied`: it was called spam before. `mention_target_foreign`: the target is not ours. `mention_target_not_article`, `mention_target_not_found`: it is, and leads to no published article. `pings_closed`. `malformed_form`."),
        (status = 415, description = "The body is not a form in UTF-8, or it is compressed."),
        (status = 429, description = "Too many of this host's wait already, or too many in all.")
    )
)]
#[post("/webmention")]
pub async fn receive(
    state: web::Data<State>,
    _: Query<NoParams>,
    body: ForeignBody,
) -> Result<HttpResponse, ApiError> {
    let form = body.form().await?;
    let missing = |refused: Refused| ApiError::from(Error::from(refused));
    let source = form.field("source")?.ok_or_else(|| missing(Refused::SourceInvalid))?;
    let target = form.field("target")?.ok_or_else(|| missing(Refused::TargetInvalid))?;
    let incoming = Incoming {
        kind: Kind::Webmention,
        source: source.to_owned(),
        target: Target::Address(target.to_owned()),
        said: SourceMetadata::default(),
    };
    let received = mentions::receive(&state.app, incoming).await?;
    let status = StatusView::from(mentions::status(&state.app, received.id).await?);
    let location = format!("{}api/v1/mentions/{}", state.public_url, received.id);
    Ok(HttpResponse::build(TAKEN)
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(status))
}
