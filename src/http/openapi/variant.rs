//! Schemas of responses that hold fewer properties than another schema.

use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// Returns the schema of `T` with another description, without some properties, and with only some
/// of its required properties required.
#[must_use]
pub fn variant<T: PartialSchema>(
    description: &str,
    without: &[&str],
    is_required: impl Fn(&str) -> bool,
) -> RefOr<Schema> {
    let mut schema = T::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.description = Some(description.to_owned());
        object.properties.retain(|name, _| !without.contains(&name.as_str()));
        object.required.retain(|name| !without.contains(&name.as_str()) && is_required(name));
    }
    schema
}

/// Returns the names of the required properties of `T`.
#[must_use]
pub fn required<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.required,
        _ => Vec::new(),
    }
}
