//! JSON bodies. Each is read within limits of size and time, and validated against its schema in
//! the OpenAPI document.

use std::marker::PhantomData;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::{content, json};
use crate::domain::check::{Checks, FieldError, Invalid, Violation};
use crate::http::contract::{Contract, MAX_VIOLATIONS, patch_name};
use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;

/// The longest time for receiving a body.
const MAX_TIME: Duration = Duration::from_secs(30);

/// The format of a body.
pub trait BodySchema {
    /// The parsed type.
    type Output;
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

impl<T: ToSchema + DeserializeOwned> BodySchema for Json<T> {
    type Output = T;
    const TYPES: &'static [&'static str] = &["application/json"];

    fn read(value: Value, contract: &web::Data<Contract>) -> Result<T, Invalid> {
        contract.check(&T::name(), &value)?;
        typed(value)
    }
}

fn typed<T: DeserializeOwned>(mut value: Value) -> Result<T, Invalid> {
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

/// A JSON Merge Patch (RFC 7396) of a `T`.
pub struct MergePatch<T> {
    patch: Value,
    contract: web::Data<Contract>,
    of: PhantomData<fn() -> T>,
}

impl<T: ToSchema + Serialize + DeserializeOwned> MergePatch<T> {
    /// Applies the patch to the present state, and validates the result.
    ///
    /// # Errors
    /// All violations of the result.
    pub fn apply_to(&self, current: &T) -> Result<T, Error> {
        self.apply_keeping_nulls(current, &[])
    }

    /// Applies the patch to a `T` with required nullable fields. A merge patch removes a null
    /// field, and this restores it as null.
    ///
    /// # Errors
    /// As [`MergePatch::apply_to`].
    pub fn apply_keeping_nulls(&self, current: &T, nullable: &[&str]) -> Result<T, Error> {
        let mut value =
            serde_json::to_value(current).map_err(|error| Error::Internal(error.to_string()))?;
        merge(&mut value, &self.patch);
        if let Value::Object(fields) = &mut value {
            for name in nullable {
                fields.entry(*name).or_insert(Value::Null);
            }
        }
        if let Err(Invalid(mut violations)) = self.contract.check(&T::name(), &value) {
            // Stored fields may violate newer rules. Only patched fields are reported.
            violations.retain(|violation| self.touches(&violation.pointer));
            if !violations.is_empty() {
                return Err(Invalid(violations).into());
            }
        }
        Ok(typed(value)?)
    }

    /// Checks that the patch changes only these fields.
    ///
    /// # Errors
    /// Each other field is read-only.
    pub fn only(&self, fields: &[&str]) -> Result<(), Invalid> {
        let mut checks = Checks::default();
        for name in self.patch.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if !fields.contains(&name.as_str()) {
                checks.violation(&format!("/{name}"), Violation::ReadOnly);
            }
        }
        checks.finish(())
    }

    /// Whether the patch contains the top-level field of a pointer.
    fn touches(&self, pointer: &str) -> bool {
        let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        field.is_empty() || self.patch.get(field).is_some()
    }
}

impl<T: ToSchema> BodySchema for MergePatch<T> {
    type Output = Self;
    const TYPES: &'static [&'static str] = &["application/merge-patch+json", "application/json"];

    fn read(patch: Value, contract: &web::Data<Contract>) -> Result<Self, Invalid> {
        contract.check(&patch_name(&T::name()), &patch)?;
        Ok(Self { patch, contract: contract.clone(), of: PhantomData })
    }
}

/// Merges a patch into a value (RFC 7396, section 2).
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
        let bytes = read_bytes(&self.req, self.payload, usize::MAX).await?;
        Ok((parse::<B>(&self.req, &bytes)?, bytes))
    }
}

/// Parses and validates a body. All its violations are reported together.
fn parse<B: BodySchema>(req: &HttpRequest, bytes: &[u8]) -> Result<B::Output, ApiError> {
    let contract = req.app_data::<web::Data<Contract>>();
    let contract = contract.ok_or_else(|| Error::Internal("no OpenAPI document".into()))?;
    let (value, mut violations) = json::parse(bytes)?;
    let read = value.map(|value| B::read(value, contract));
    match read {
        Some(Ok(read)) if violations.is_empty() => return Ok(read),
        Some(Err(Invalid(mut more))) => {
            // Of a text with NUL, its format needn't be reported too.
            more.retain(|one| violations.iter().all(|other| other.pointer != one.pointer));
            violations.extend(more);
        }
        _ => {}
    }
    violations.truncate(MAX_VIOLATIONS);
    Err(Invalid(violations).into())
}

/// Reads the bytes of a body, within limits of size and time.
///
/// # Errors
/// `content_too_large`, `request_timeout`.
pub(super) async fn read_bytes(
    req: &HttpRequest,
    mut payload: Payload,
    max: usize,
) -> Result<Vec<u8>, ApiError> {
    let limit = req.app_data::<web::Data<State>>().map_or(1 << 20, |s| s.max_body_bytes).min(max);
    check_content_length(req, limit)?;
    let collected = tokio::time::timeout(MAX_TIME, collect(&mut payload, limit)).await;
    collected.map_err(|_| ApiError::new("request_timeout").with("seconds", MAX_TIME.as_secs()))?
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

impl<T: ToSchema + DeserializeOwned> OptionalBody<T> {
    /// Reads and validates the body. An empty one and `null` count as absent.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read(self) -> Result<Option<T>, ApiError> {
        let Body { req, payload, .. } = self.0;
        let bytes = read_bytes(&req, payload, usize::MAX).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        content::check_utf8(&req, Json::<T>::TYPES)?;
        if bytes.trim_ascii() == b"null" {
            return Ok(None);
        }
        parse::<Json<T>>(&req, &bytes).map(Some)
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn examples_of_rfc_7396_merge() {
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
