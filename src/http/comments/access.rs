//! Access to a single comment: an editor by a bearer token, or the author by the edit token.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::auth::secrets::EditToken;
use crate::domain::policy::Actor;
use crate::http::guard::Editor;
use crate::http::problem::ApiError;

/// The header of the author's token.
const EDIT_TOKEN: &str = "edit-token";

/// The one who changes a comment.
pub enum CommentAccess {
    /// An editor or an admin.
    Moderator(Actor),
    /// The author.
    Author(EditToken),
}

impl FromRequest for CommentAccess {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut values = req.headers().get_all(EDIT_TOKEN);
        let Some(value) = values.next() else {
            let editor = Editor::from_request(req, payload);
            return Box::pin(
                async move { editor.await.map(|Editor(actor)| Self::Moderator(actor)) },
            );
        };
        let token = value.to_str().ok().filter(|_| values.next().is_none());
        let token = token.and_then(|text| EditToken::parse(text.trim()));
        let access = token.map(Self::Author).ok_or_else(|| ApiError::new("edit_token_invalid"));
        Box::pin(std::future::ready(access))
    }
}
