//! JSON Merge Patches (RFC 7396). A patch is applied to the present input, and the result is validated.

use std::marker::PhantomData;

use actix_web::web;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{BodySchema, typed};
use crate::domain::check::{Checks, Invalid, Violation};
use crate::http::contract::{Contract, patch_name};
use crate::service::Error;

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

impl<T: ToSchema + 'static> BodySchema for MergePatch<T> {
    type Output = Self;

    fn input() -> String {
        T::name().into_owned()
    }

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
