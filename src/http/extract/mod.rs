//! Extractors of path parameters, query parameters and bodies. Each error names the invalid part.

mod body;
mod content;
mod foreign;
mod json;
mod merge_patch;
mod offload;
mod parameter;
mod query;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

pub use body::{Body, BodySchema, Json, OptionalBody};
pub use foreign::{ForeignBody, FormFields};
pub use merge_patch::MergePatch;
pub use query::{NoParams, PagedQuery, Query};

use super::fallback;
use super::problem::ApiError;
use crate::domain::check::Violation;
use crate::text::lang::Lang;

/// Checks the parameter `lang`, a language of content.
///
/// # Errors
/// `invalid_parameter`.
pub fn lang(tag: Option<&str>) -> Result<Option<Lang>, ApiError> {
    let parse = |tag| Lang::parse(tag);
    let parsed = tag.map(parse).transpose();
    parsed.map_err(|_| ApiError::parameter("lang", Violation::InvalidLang))
}

/// The parameters of a path. Only their types are checked.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = actix_web::web::Path::<T>::extract(req).into_inner();
        ready(found.map(|path| Self(path.into_inner())).map_err(|_| {
            if let Some(api_error) = fallback::is_literal(req) {
                return api_error;
            }
            let name = req
                .match_info()
                .iter()
                .find(|(_, value)| value.parse::<i64>().is_err())
                .map_or_else(|| "path".to_owned(), |(name, _)| name.to_owned());
            ApiError::parameter(name, Violation::WrongType { expected: "integer".into() })
        }))
    }
}
