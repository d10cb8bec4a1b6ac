//! Query parameters. Their names and types are those of the OpenAPI document, and an unknown name is an
//! error. An empty value counts as absent.

use std::any::TypeId;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use url::form_urlencoded::{Serializer, parse};
use utoipa::IntoParams;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{KnownFormat, Object, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Required};

use crate::domain::check::Violation;
use crate::domain::parse_time;
use crate::http::page_params::PageParams;
use crate::http::problem::ApiError;

/// The parameters of a query. Unknown parameters are errors, since an ignored misspelt filter
/// returns wrong results.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = Pairs::read(req.query_string(), &[known::<T>()]);
        ready(pairs.and_then(|pairs| pairs.typed::<T>()).map(Self))
    }
}

/// The filters of a list, and the parameters of its page.
pub struct PagedQuery<T>(pub T, pub PageParams);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for PagedQuery<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = Pairs::read(req.query_string(), &[known::<T>(), known::<PageParams>()]);
        ready(pairs.and_then(|pairs| Ok(Self(pairs.typed()?, pairs.typed()?))))
    }
}

/// An empty query: each parameter is an error.
#[derive(Debug, serde::Deserialize, IntoParams)]
pub struct NoParams {}

/// The type of a parameter, as far as its spellings are made uniform.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Boolean,
    Time,
    Other,
}

/// A known parameter and its checks.
struct KnownParameter {
    name: String,
    /// The length limit of its schema, in characters.
    longest: Option<usize>,
    /// Whether it may be repeated.
    is_list: bool,
    is_required: bool,
    kind: Kind,
}

impl KnownParameter {
    fn of(parameter: Parameter) -> Self {
        let (longest, is_list, kind) = match &parameter.schema {
            Some(RefOr::T(Schema::Object(schema))) => (schema.max_length, false, kind(schema)),
            Some(RefOr::T(Schema::Array(_))) => (None, true, Kind::Other),
            _ => (None, false, Kind::Other),
        };
        let is_required = parameter.required == Required::True;
        Self { name: parameter.name, longest, is_list, is_required, kind }
    }

    /// Whether a client means this parameter. The items of a list may have numbered or unnumbered
    /// brackets, as PHP, Rails and axios write them: `tag[]`, `tag[0]`.
    fn is_named(&self, name: &str) -> bool {
        let Some(rest) = name.strip_prefix(&self.name) else { return false };
        let index = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        rest.is_empty()
            || self.is_list
                && index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Checks a value, and returns it in its usual spelling.
    fn checked<'a>(&self, value: Cow<'a, str>) -> Result<Cow<'a, str>, Violation> {
        if value.contains('\0') {
            return Err(Violation::NulCharacter);
        }
        if let Some(max) = self.longest.filter(|max| value.chars().count() > *max) {
            return Err(Violation::TooLong { max: max as u64 });
        }
        match self.kind {
            Kind::Boolean => boolean(&value).map(Cow::Borrowed),
            // A plus sign that isn't percent-encoded arrives as a space.
            Kind::Time => parse_time(&value.replace(' ', "+"))
                .map(|time| Cow::Owned(time.to_rfc3339()))
                .ok_or(Violation::InvalidTime),
            Kind::Other => Ok(value),
        }
    }
}

fn kind(schema: &Object) -> Kind {
    let is_boolean = match &schema.schema_type {
        SchemaType::Type(one) => *one == Type::Boolean,
        SchemaType::Array(several) => several.contains(&Type::Boolean),
        SchemaType::AnyValue => false,
    };
    match &schema.format {
        _ if is_boolean => Kind::Boolean,
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => Kind::Time,
        _ => Kind::Other,
    }
}

fn boolean(value: &str) -> Result<&'static str, Violation> {
    let is = |other: &str| value.eq_ignore_ascii_case(other);
    match () {
        () if is("true") || is("1") => Ok("true"),
        () if is("false") || is("0") => Ok("false"),
        () => Err(Violation::NotOneOf { allowed: "true, false, 1, 0".into() }),
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

/// The parameters of a query in their usual spellings, without empty ones.
struct Pairs(String);

impl Pairs {
    fn read(text: &str, known: &[Rc<[KnownParameter]>]) -> Result<Self, ApiError> {
        let mut pairs = Serializer::new(String::new());
        let mut seen = HashSet::new();
        for (name, value) in parse(text.as_bytes()) {
            let parameter = known.iter().flat_map(|all| &**all).find(|one| one.is_named(&name));
            let Some(parameter) = parameter else {
                return Err(ApiError::new("unknown_parameter").with("name", name));
            };
            if value.is_empty() && !parameter.is_required {
                continue;
            }
            let value = parameter.checked(value);
            let value = value.map_err(|violation| ApiError::parameter(&name, violation))?;
            // A repeated single parameter is an error too.
            if !seen.insert(&parameter.name) && !parameter.is_list {
                return Err(ApiError::parameter(name, Violation::Duplicate));
            }
            pairs.append_pair(&parameter.name, &value);
        }
        let mut required = known.iter().flat_map(|all| &**all).filter(|one| one.is_required);
        if let Some(missing) = required.find(|one| !seen.contains(&one.name)) {
            return Err(ApiError::parameter(&missing.name, Violation::Required));
        }
        Ok(Self(pairs.finish()))
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
