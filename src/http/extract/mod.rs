//! Extractors of path parameters, query parameters and bodies. Each error names the invalid part.

mod body;
mod foreign;

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

pub use body::{Body, BodySchema, Json, MergePatch, OptionalBody};
pub use foreign::{ForeignBody, FormFields};

use super::fallback;
use super::problem::ApiError;
use crate::domain::check::Violation;

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

/// The parameters of a query. Unknown parameters are errors, since an ignored misspelt filter
/// returns wrong results.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(req.query_string()).map(Self))
    }
}

fn read_query<T: DeserializeOwned + IntoParams + 'static>(text: &str) -> Result<T, ApiError> {
    check_names::<T>(text)?;
    let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let name = error.path().to_string();
        let name = name.split(['[', '.']).next().unwrap_or(&name).to_owned();
        ApiError::parameter(name, Violation::InvalidFormat)
    })
}

/// A known parameter and its checks.
struct KnownParameter {
    name: String,
    /// The length limit of its schema, in characters.
    longest: Option<usize>,
    /// Whether it may be repeated.
    is_list: bool,
    is_required: bool,
}

impl KnownParameter {
    fn of(parameter: utoipa::openapi::path::Parameter) -> Self {
        use utoipa::openapi::schema::Schema;
        use utoipa::openapi::{RefOr, Required};
        let (longest, is_list) = match &parameter.schema {
            Some(RefOr::T(Schema::Object(schema))) => (schema.max_length, false),
            Some(RefOr::T(Schema::Array(_))) => (None, true),
            _ => (None, false),
        };
        let is_required = parameter.required == Required::True;
        Self { name: parameter.name, longest, is_list, is_required }
    }
}

/// Returns the parameters of a type. They are computed once per thread.
fn known<T: IntoParams + 'static>() -> Rc<[KnownParameter]> {
    thread_local! {
        static ALL: RefCell<HashMap<TypeId, Rc<[KnownParameter]>>> = RefCell::default();
    }
    ALL.with_borrow_mut(|all| {
        let make = || T::into_params(|| None).into_iter().map(KnownParameter::of).collect();
        all.entry(TypeId::of::<T>()).or_insert_with(make).clone()
    })
}

fn check_names<T: IntoParams + 'static>(text: &str) -> Result<(), ApiError> {
    let known = known::<T>();
    let mut seen = HashSet::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
            return Err(ApiError::new("unknown_parameter").with("name", name));
        };
        if value.contains('\0') {
            return Err(ApiError::parameter(name, Violation::NulCharacter));
        }
        if let Some(max) = parameter.longest.filter(|max| value.chars().count() > *max) {
            return Err(ApiError::parameter(name, Violation::TooLong { max: max as u64 }));
        }
        // A repeated single parameter is an error too.
        if !seen.insert(name.clone()) && !parameter.is_list {
            return Err(ApiError::parameter(name, Violation::Duplicate));
        }
    }
    let missing = |parameter: &&KnownParameter| {
        parameter.is_required && !seen.contains(parameter.name.as_str())
    };
    match known.iter().find(missing) {
        Some(parameter) => Err(ApiError::parameter(&parameter.name, Violation::Required)),
        None => Ok(()),
    }
}

/// An empty query: each parameter is an error.
#[derive(Debug, serde::Deserialize, IntoParams)]
pub struct NoParams {}
