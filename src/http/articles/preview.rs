//! Preview tokens: reading an article before it is published.

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::input::ArticlePath;
use crate::http::extract::{NoParams, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles;

/// A preview token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewToken)]
pub struct PreviewTokenView {
    /// To be given as `preview` when reading the article.
    #[schema(example = "eyJ0eXAiOiJwcmV2aWV3K2p3dCJ9.eyJzdWIiOiI0MiJ9.c2ln")]
    pub token: String,
    /// Seconds until it expires.
    #[schema(minimum = 1, example = 3600)]
    pub expires_in: i64,
    /// The address to read the article at, with the token.
    #[schema(format = Uri, example = "https://api.news.example/api/v1/articles/42?preview=eyJ0eXAi.eyJzdWIi.c2ln")]
    pub url: String,
}

/// Make a preview token
///
/// A short-lived token that lets whoever has it read this one article, whatever its status.
#[utoipa::path(
    tag = "Articles",
    operation_id = "create_preview_token",
    params(ArticlePath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The token.", body = PreviewTokenView),
        (status = 403, description = "It is somebody else's.")
    )
)]
#[post("/articles/{id}/preview-token")]
pub async fn preview_token(
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let issued = articles::preview_token(&state.app, &actor, path.id).await?;
    let mut url = state.public_url.clone();
    url.set_path(&format!("/api/v1/articles/{}", path.id));
    url.query_pairs_mut().append_pair("preview", &issued.token);
    let view =
        PreviewTokenView { token: issued.token, expires_in: issued.expires_in, url: url.into() };
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(view))
}
