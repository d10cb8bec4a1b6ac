//! Query parameters. Their names and types are those of the OpenAPI document, and an unknown name is an
//! error. An empty value counts as absent.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use url::form_urlencoded::{Serializer, parse};
use utoipa::IntoParams;

use super::parameter::{KnownParameter, known};
use crate::domain::check::{ParameterError, Violation};
use crate::http::contract::{Contract, MAX_VIOLATIONS};
use crate::http::page_params::PageParams;
use crate::http::problem::ApiError;
use crate::service::Error;

/// The parameters of a query. Unknown parameters are errors, since an ignored misspelt filter
/// returns wrong results.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = contract(req).and_then(|contract| {
            Pairs::read(req.query_string(), &[known::<T>(contract.document())])
        });
        ready(pairs.and_then(|pairs| pairs.typed::<T>()).map(Self))
    }
}

/// The filters of a list, and the parameters of its page.
pub struct PagedQuery<T>(pub T, pub PageParams);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for PagedQuery<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = contract(req).and_then(|contract| {
            let document = contract.document();
            let known = [known::<T>(document), known::<PageParams>(document)];
            Pairs::read(req.query_string(), &known)
        });
        ready(pairs.and_then(|pairs| Ok(Self(pairs.typed()?, pairs.typed()?))))
    }
}

/// An empty query: each parameter is an error.
#[derive(Debug, serde::Deserialize, IntoParams)]
pub struct NoParams {}

fn contract(req: &HttpRequest) -> Result<&web::Data<Contract>, ApiError> {
    let contract = req.app_data::<web::Data<Contract>>();
    contract.ok_or_else(|| Error::Internal("no OpenAPI document".into()).into())
}

/// The parameters of a query in their usual spellings, without empty ones.
struct Pairs(String);

impl Pairs {
    /// Reads a query. All its violations are reported together.
    fn read(text: &str, known: &[Rc<[KnownParameter]>]) -> Result<Self, ApiError> {
        let mut pairs = Serializer::new(String::new());
        let mut seen: HashMap<&str, u64> = HashMap::new();
        let mut errors = Vec::new();
        for (name, value) in parse(text.as_bytes()) {
            let mut violate = |violation| {
                if errors.len() < MAX_VIOLATIONS {
                    errors.push(ParameterError { name: name.clone().into_owned(), violation });
                }
            };
            let parameter = known.iter().flat_map(|all| &**all).find(|one| one.is_named(&name));
            let Some(parameter) = parameter else {
                violate(Violation::UnknownParameter { known: names(known) });
                continue;
            };
            if value.is_empty() && !parameter.is_required {
                continue;
            }
            match parameter.checked(value) {
                Ok(value) => {
                    pairs.append_pair(&parameter.name, &value);
                }
                Err(violation) => violate(violation),
            }
            let count = seen.entry(&parameter.name).or_default();
            *count += 1;
            match parameter.most_items {
                None if *count == 2 => violate(Violation::Duplicate),
                // A list of more items has one violation.
                Some(max) if *count == max.saturating_add(1) => violate(Violation::TooMany { max }),
                _ => {}
            }
        }
        for parameter in known.iter().flat_map(|all| &**all) {
            if parameter.is_required && !seen.contains_key(&*parameter.name) {
                let (name, violation) = (parameter.name.clone(), Violation::Required);
                errors.push(ParameterError { name, violation });
            }
        }
        if errors.is_empty() { Ok(Self(pairs.finish())) } else { Err(ApiError::parameters(errors)) }
    }

    fn typed<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let reader = serde_html_form::Deserializer::from_bytes(self.0.as_bytes());
        serde_path_to_error::deserialize(reader).map_err(|error| {
            let name = error.path().to_string();
            let name = name.split(['[', '.']).next().unwrap_or(&name).to_owned();
            ApiError::parameter(name, Violation::InvalidFormat)
        })
    }
}

/// Returns the names of the known parameters.
fn names(known: &[Rc<[KnownParameter]>]) -> Vec<String> {
    known.iter().flat_map(|all| &**all).map(|parameter| parameter.name.clone()).collect()
}
