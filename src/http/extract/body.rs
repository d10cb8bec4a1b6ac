//! Bodies. Each is read within a limit of size and of time, and checked against the very schema
//! that the OpenAPI document publishes for it: what the document allows is taken, what it doesn't
//! is refused, with every flaw and its place.

use std::marker::PhantomData;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::check::{FieldError, Invalid, Violation};
use crate::http::contract;
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;

/// The longest a client may take to send a body: slower ones hold connections for nothing.
const TIME: Duration = Duration::from_secs(30);

/// How a body is to be read.
pub trait BodySchema {
    /// What it becomes.
    type Output;
    /// The media types it may have.
    const TYPES: &'static [&'static str];
    /// Turns checked JSON into it.
    ///
    /// # Errors
    /// What the schema refuses.
    fn read(value: Value) -> Result<Self::Output, Invalid>;
}

/// A whole `T`.
pub struct Json<T>(PhantomData<T>);

impl<T: ToSchema + DeserializeOwned> BodySchema for Json<T> {
    type Output = T;
    const TYPES: &'static [&'static str] = &["application/json"];

    fn read(value: Value) -> Result<T, Invalid> {
        checked(value)
    }
}

/// Checks a value against `T`'s schema and makes a `T` of it.
///
/// # Errors
/// All flaws.
pub fn checked<T: ToSchema + DeserializeOwned>(value: Value) -> Result<T, Invalid> {
    contract::check(&T::name(), &value)?;
    typed(value)
}

fn typed<T: DeserializeOwned>(mut value: Value) -> Result<T, Invalid> {
    make_integral(&mut value);
    // The schema is made of the same type, so this fails only where it can't say something.
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string().replace(['.', '['], "/").replace(']', "");
        let pointer = if path == "/" { String::new() } else { format!("/{path}") };
        Invalid(vec![FieldError { pointer, violation: Violation::InvalidFormat }])
    })
}

/// JSON Schema counts `30.0` among the integers, serde doesn't. Metadata is left as it was sent.
fn make_integral(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(make_integral),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| *name != "metadata")
            .for_each(|(_, value)| make_integral(value)),
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0);
            // Beyond 2^53 a float no longer says which integer it means.
            if let Some(float) = whole.filter(|float| float.abs() < 9_007_199_254_740_992.0) {
                #[expect(clippy::cast_possible_truncation, reason = "whole, and within bounds")]
                let integer = float as i64;
                *value = Value::from(integer);
            }
        }
        _ => {}
    }
}

/// A JSON Merge Patch (RFC 7396) of a `T`.
#[derive(Debug, Clone)]
pub struct MergePatch<T> {
    patch: Value,
    of: PhantomData<fn() -> T>,
}

impl<T: ToSchema + Serialize + DeserializeOwned> MergePatch<T> {
    /// Applies the patch to what is there and checks the result as if it had been sent whole.
    ///
    /// # Errors
    /// All flaws of the result.
    pub fn apply_to(&self, current: &T) -> Result<T, Error> {
        self.onto_keeping(current, &[])
    }

    /// As [`MergePatch::apply_to`], for a `T` in which some fields must be there even when they are null:
    /// a merge patch can say "null" only by taking a field away.
    ///
    /// # Errors
    /// As [`MergePatch::apply_to`].
    pub fn onto_keeping(&self, current: &T, nullable: &[&str]) -> Result<T, Error> {
        let mut value =
            serde_json::to_value(current).map_err(|error| Error::Internal(error.to_string()))?;
        merge(&mut value, &self.patch);
        if let Value::Object(fields) = &mut value {
            for name in nullable {
                fields.entry(*name).or_insert(Value::Null);
            }
        }
        if let Err(Invalid(mut violations)) = contract::check(&T::name(), &value) {
            // What was stored when the rules were others is no fault of this patch.
            violations.retain(|violation| self.touches(&violation.pointer));
            if !violations.is_empty() {
                return Err(Invalid(violations).into());
            }
        }
        Ok(typed(value)?)
    }

    /// Whether the patch says anything about the field that a pointer begins with.
    fn touches(&self, pointer: &str) -> bool {
        let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        field.is_empty() || self.patch.get(field).is_some()
    }
}

impl<T: ToSchema> BodySchema for MergePatch<T> {
    type Output = Self;
    const TYPES: &'static [&'static str] = &["application/merge-patch+json", "application/json"];

    fn read(patch: Value) -> Result<Self, Invalid> {
        contract::check(&contract::patch_name(&T::name()), &patch)?;
        Ok(Self { patch, of: PhantomData })
    }
}

/// RFC 7396, section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(fields) = target {
        for (name, change) in changes {
            if change.is_null() {
                fields.remove(name);
            } else {
                merge(fields.entry(name.clone()).or_insert(Value::Null), change);
            }
        }
    }
}

/// A body that has not been read yet: the handler reads it once it knows that whoever sent it may.
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
    /// Reads and checks it.
    ///
    /// # Errors
    /// `encoded_body`, `unsupported_media_type`, `content_too_large`, `request_timeout`,
    /// `malformed_json`, `unprocessable`.
    pub async fn read(self) -> Result<B::Output, ApiError> {
        self.read_hashed().await.map(|(value, _)| value)
    }

    /// As [`Body::read`]; also the bytes, for whoever must recognise them.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read_hashed(self) -> Result<(B::Output, Vec<u8>), ApiError> {
        check_headers(&self.req, B::TYPES)?;
        let bytes = bounded(&self.req, self.payload, usize::MAX).await?;
        let value = parse(&bytes)?;
        Ok((B::read(value)?, bytes))
    }
}

/// The bytes of a body, bounded in size and time.
///
/// # Errors
/// `content_too_large`, `request_timeout`.
pub(super) async fn bounded(
    req: &HttpRequest,
    mut payload: Payload,
    most: usize,
) -> Result<Vec<u8>, ApiError> {
    let limit = req.app_data::<web::Data<State>>().map_or(1 << 20, |s| s.max_body_bytes).min(most);
    check_announced(req, limit)?;
    let collected = tokio::time::timeout(TIME, collect(&mut payload, limit)).await;
    collected.map_err(|_| ApiError::new("request_timeout").with("seconds", TIME.as_secs()))?
}

/// A body that may be left out altogether.
pub struct OptionalBody<T>(Body<Json<T>>);

impl<T> FromRequest for OptionalBody<T> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Body { req: req.clone(), payload: payload.take(), how: PhantomData };
        std::future::ready(Ok(Self(body)))
    }
}

impl<T: ToSchema + DeserializeOwned> OptionalBody<T> {
    /// Reads and checks it, if there is one.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read(self) -> Result<Option<T>, ApiError> {
        let headers = self.0.req.headers();
        let empty = headers.get(CONTENT_LENGTH).is_none_or(|length| length == "0")
            && !headers.contains_key(TRANSFER_ENCODING);
        if empty { Ok(None) } else { self.0.read().await.map(Some) }
    }
}

/// A few hundred bytes of brotli make a gigabyte of text: nothing is ever inflated.
pub(super) fn check_plain(req: &HttpRequest) -> Result<(), ApiError> {
    let encoded = req.headers().contains_key(CONTENT_ENCODING);
    if encoded { Err(ApiError::new("encoded_body")) } else { Ok(()) }
}

fn check_headers(req: &HttpRequest, types: &[&str]) -> Result<(), ApiError> {
    check_plain(req)?;
    let sent = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = sent.unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let utf8 = parts.all(|parameter| {
        parameter
            .to_ascii_lowercase()
            .strip_prefix("charset=")
            .is_none_or(|name| name.trim_matches('"') == "utf-8")
    });
    if types.contains(&essence.as_str()) && utf8 {
        return Ok(());
    }
    Err(ApiError::new("unsupported_media_type").with("expected", types.join(", ")))
}

/// A client that announces too much need not send it to be told.
fn check_announced(req: &HttpRequest, limit: usize) -> Result<(), ApiError> {
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

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    // serde_json stops at 128 levels by itself.
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| ApiError::new("malformed_json").with("reason", error))?;
    let mut violations = Vec::new();
    find_nul(&value, &mut String::new(), &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(Invalid(violations).into()) }
}

/// JSON can say NUL, Postgres can't store it, and nobody means it.
fn find_nul(value: &Value, pointer: &mut String, violations: &mut Vec<FieldError>) {
    if violations.len() >= contract::MOST_FLAWS {
        return;
    }
    let here = pointer.len();
    match value {
        Value::String(text) if text.contains('\0') => {
            violations
                .push(FieldError { pointer: pointer.clone(), violation: Violation::NulCharacter });
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                find_nul(item, pointer, violations);
                pointer.truncate(here);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                if name.contains('\0') {
                    violations.push(FieldError {
                        pointer: pointer.clone(),
                        violation: Violation::NulCharacter,
                    });
                }
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                find_nul(item, pointer, violations);
                pointer.truncate(here);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merging_follows_the_examples_of_rfc_7396() {
        for (mut original, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            merge(&mut original, &patch);
            assert_eq!(original, expected);
        }
    }
}
