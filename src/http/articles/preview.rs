//! Preview tokens, which permit reading an unpublished article.

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::input::ArticlePath;
use crate::http::extract::{NoParams, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles;
use crate::service::site_urls::article_path;

/// A preview token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewToken)]
pub struct PreviewTokenView {
    /// The token, the value of the parameter `preview`.
    #[schema(example = "eyJ0eXAiOiJwcmV2aWV3K2p3dCJ9.eyJzdWIiOiI0MiJ9.c2ln")]
    pub token: String,
    /// The lifetime in seconds.
    #[schema(minimum = 1, example = 3600)]
    pub expires_in: i64,
    /// The URL of the article, with the token.
    #[schema(format = Uri, example = "https://api.news.example/api/v1/articles/42?preview=eyJ0eXAi.eyJzdWIi.c2ln")]
    pub url: String,
    /// The page on the frontend that shows the article with the token, by `MAQAL_PREVIEW_URL`; null
    /// without that setting.
    #[schema(required, format = Uri, example = "https://news.example/preview/42?token=eyJ0eXAi.eyJzdWIi.c2ln")]
    pub preview_url: Option<String>,
}

/// Create a preview token
///
/// Creates a short-lived token. Its bearer may read this article in any status. The token ends early with
/// its maker's rights: on suspension, deletion, a role that may not see the draft, a new password, or the
/// sign-out from all sessions that were active when the token was made.
#[utoipa::path(
    tag = "Articles",
    operation_id = "create_preview_token",
    params(ArticlePath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The token.", body = PreviewTokenView),
        (status = 403, description = "`forbidden`: another user wrote it.")
    )
)]
#[post("/articles/{id}/preview-token")]
pub async fn preview_token(
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(ArticlePath { id }): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let issued = articles::preview_token(&state.app, &actor, id).await?;
    let urls = &state.app.shared.web.urls;
    // A token holds only base64url characters and dots, so that the query needs no encoding.
    let path = format!("{}?preview={}", article_path(id), issued.token);
    let view = PreviewTokenView {
        url: urls.api(&path),
        preview_url: urls.preview(id, &issued.token),
        token: issued.token,
        expires_in: issued.expires_in,
    };
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(view))
}
