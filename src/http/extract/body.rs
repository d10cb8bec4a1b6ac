//! JSON bodies. Each is read within limits of size and time, and validated against its schema in
//! the OpenAPI document.

use std::marker::PhantomData;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::json::{self, Parsed};
use super::{content, offload};
use crate::domain::check::{FieldError, Invalid, Violation};
use crate::http::contract::Contract;
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;

/// The longest time for receiving a body.
const MAX_TIME: Duration = Duration::from_secs(30);

/// The format of a body.
pub trait BodySchema: 'static {
    /// The parsed type.
    type Output: Send + 'static;
    /// Returns the name of the input's schema.
    fn input() -> String;
    /// The accepted media types.
    const TYPES: &'static [&'static str];
    /// Validates JSON and parses it.
    ///
    /// # Errors
    /// All violations of the schema.
    fn read(value: Value, contract: &web::Data<Contract>) -> Result<Self::Output, Invalid>;
}

/// A complete `T` as JSON.
pub struct Json<T>(PhantomData<T>);

impl<T: ToSchema + DeserializeOwned + Send + 'static> BodySchema for Json<T> {
    type Output = T;

    fn input() -> String {
        T::name().into_owned()
    }

    const TYPES: &'static [&'static str] = &["application/json"];

    fn read(value: Value, contract: &web::Data<Contract>) -> Result<T, Invalid> {
        contract.check(&T::name(), &value)?;
        typed(value)
    }
}

pub(super) fn typed<T: DeserializeOwned>(mut value: Value) -> Result<T, Invalid> {
    normalise(&mut value);
    // The schema derives from the same type. So this fails only for rules that a schema can't
    // express.
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string().replace(['.', '['], "/").replace(']', "");
        let pointer = if path == "/" { String::new() } else { format!("/{path}") };
        Invalid(vec![FieldError { pointer, violation: Violation::InvalidFormat }])
    })
}

/// Makes the spellings of values uniform. A null field is absent: the schema has accepted it, so it is
/// optional. Whole floats become integers: JSON Schema accepts `30.0` as an integer, serde doesn't.
/// Metadata stays as sent.
fn normalise(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(normalise),
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            let fields = fields.iter_mut().filter(|(name, _)| *name != "metadata");
            fields.for_each(|(_, value)| normalise(value));
        }
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0);
            // From 2^53 on, a float doesn't represent one integer exactly.
            if let Some(float) = whole.filter(|float| float.abs() < 9_007_199_254_740_992.0) {
                #[expect(clippy::cast_possible_truncation, reason = "whole, and within bounds")]
                let integer = float as i64;
                *value = Value::from(integer);
            }
        }
        _ => {}
    }
}

/// An unread body. The handler reads it after it has checked the permission.
pub struct Body<B> {
    req: HttpRequest,
    payload: Payload,
    how: PhantomData<B>,
}

impl<B> FromRequest for Body<B> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { req: req.clone(), payload: payload.take(), how: PhantomData }))
    }
}

impl<B: BodySchema> Body<B> {
    /// Reads and validates the body.
    ///
    /// # Errors
    /// `encoded_body`, `unsupported_media_type`, `content_too_large`, `request_timeout`,
    /// `malformed_json`, `unprocessable`.
    pub async fn read(self) -> Result<B::Output, ApiError> {
        self.read_hashed().await.map(|(value, _)| value)
    }

    /// Reads the body as [`Body::read`] does, and returns its bytes too, for the idempotency key.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read_hashed(self) -> Result<(B::Output, Vec<u8>), ApiError> {
        content::check_utf8(&self.req, B::TYPES)?;
        let bytes = read_bytes(&self.req, self.payload).await?;
        parse::<B>(&self.req, bytes).await
    }
}

/// Parses and validates a body, a large one in the background. Returns its bytes too.
async fn parse<B: BodySchema>(
    req: &HttpRequest,
    bytes: Vec<u8>,
) -> Result<(B::Output, Vec<u8>), ApiError> {
    let contract = contract(req)?.clone();
    let length = bytes.len();
    offload::run(req, length, move || Ok((validate::<B>(&contract, &bytes)?, bytes))).await
}

/// Parses and validates a body. All its violations are reported together.
fn validate<B: BodySchema>(
    contract: &web::Data<Contract>,
    bytes: &[u8],
) -> Result<B::Output, ApiError> {
    let parsed = json::parse(bytes, contract.bounds(&B::input())?)?;
    let Parsed { value, mut violations, is_whole } = parsed;
    let read = value.map(|value| B::read(value, contract));
    match read {
        Some(Ok(read)) if violations.is_empty() => return Ok(read),
        Some(Err(Invalid(mut more))) => {
            more.retain(|one| !violations.iter().any(|known| covers(known, one)));
            violations.extend(more);
        }
        _ => {}
    }
    let mut api_error = ApiError::from(Invalid(violations));
    api_error.more_errors |= !is_whole;
    Err(api_error)
}

/// Whether a violation of the text makes one of the schema redundant: it is at the same place, or in a
/// container whose content was not parsed.
fn covers(known: &FieldError, other: &FieldError) -> bool {
    let is_cut = matches!(known.violation, Violation::TooMany { .. } | Violation::TooLarge { .. });
    let inner = other.pointer.strip_prefix(known.pointer.as_str());
    inner.is_some_and(|inner| inner.is_empty() || is_cut && inner.starts_with('/'))
}

fn contract(req: &HttpRequest) -> Result<&web::Data<Contract>, Error> {
    let contract = req.app_data::<web::Data<Contract>>();
    contract.ok_or_else(|| Error::Internal("no OpenAPI document".into()))
}

/// Reads the bytes of a body, within limits of size and time.
///
/// # Errors
/// `content_too_large`, `request_timeout`.
pub(super) async fn read_bytes(
    req: &HttpRequest,
    mut payload: Payload,
) -> Result<Vec<u8>, ApiError> {
    let limit = limit(req)?;
    check_content_length(req, limit)?;
    let collected = tokio::time::timeout(MAX_TIME, collect(&mut payload, limit)).await;
    collected.map_err(|_| ApiError::new("request_timeout").with("seconds", MAX_TIME.as_secs()))?
}

/// Returns the largest body of an operation: the setting's limit, or a lower one that it declares.
fn limit(req: &HttpRequest) -> Result<usize, ApiError> {
    let pattern = req.match_pattern().unwrap_or_default();
    let declared = contract(req)?.max_body(req.method().as_str(), &pattern);
    let configured = req.app_data::<web::Data<State>>().map(|state| state.max_body_bytes);
    Ok(configured.into_iter().chain(declared).min().unwrap_or_default())
}

/// An optional body.
pub struct OptionalBody<T>(Body<Json<T>>);

impl<T> FromRequest for OptionalBody<T> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Body { req: req.clone(), payload: payload.take(), how: PhantomData };
        std::future::ready(Ok(Self(body)))
    }
}

impl<T: ToSchema + DeserializeOwned + Send + 'static> OptionalBody<T> {
    /// Reads and validates the body. An empty one and `null` count as absent.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read(self) -> Result<Option<T>, ApiError> {
        let Body { req, payload, .. } = self.0;
        let bytes = read_bytes(&req, payload).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        content::check_utf8(&req, Json::<T>::TYPES)?;
        if bytes.trim_ascii() == b"null" {
            return Ok(None);
        }
        parse::<Json<T>>(&req, bytes).await.map(|(value, _)| Some(value))
    }
}

/// Refuses a `Content-Length` beyond the limit before the body is read.
fn check_content_length(req: &HttpRequest, limit: usize) -> Result<(), ApiError> {
    let length = req.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    match length.and_then(|length| length.parse::<u64>().ok()) {
        Some(length) if usize::try_from(length).is_ok_and(|length| length <= limit) => Ok(()),
        Some(_) => Err(ApiError::new("content_too_large").with("limit", limit)),
        None => Ok(()),
    }
}

async fn collect(payload: &mut Payload, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::new("bad_request"))?;
        if bytes.len() + chunk.len() > limit {
            return Err(ApiError::new("content_too_large").with("limit", limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
