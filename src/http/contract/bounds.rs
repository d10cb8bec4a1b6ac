//! The bounds of a body's arrays and objects, derived from its schema. A body is judged by them before
//! it is parsed, so that an invalid one costs little.

use std::collections::HashMap;

use serde_json::Value;

/// The deepest nesting of schemas. Those of bodies have three levels.
const MAX_NESTING: u8 = 16;

/// The containers that a place of a body accepts.
#[derive(Debug, Default)]
pub struct Bounds {
    /// The bounds of an array; `None` if the place takes none.
    pub array: Option<Box<ArrayBounds>>,
    /// The bounds of an object; `None` if the place takes none.
    pub object: Option<ObjectBounds>,
}

/// The bounds of an array.
#[derive(Debug)]
pub struct ArrayBounds {
    /// The most items.
    pub max: usize,
    /// The bounds of each item.
    pub items: Bounds,
}

/// The bounds of an object.
#[derive(Debug)]
pub enum ObjectBounds {
    /// The known members; others are violations.
    Closed(HashMap<String, Bounds>),
    /// Any members, of this size in bytes.
    Open(usize),
}

impl Bounds {
    /// Derives the bounds of a schema. `document` resolves its references.
    #[must_use]
    pub fn of(document: &Value, schema: &Value) -> Self {
        Self::within(document, schema, MAX_NESTING)
    }

    fn within(document: &Value, schema: &Value, nesting: u8) -> Self {
        let mut bounds = Self::default();
        bounds.add(document, schema, nesting);
        bounds
    }

    fn add(&mut self, document: &Value, schema: &Value, nesting: u8) {
        let Some(nesting) = nesting.checked_sub(1) else { return };
        let target = schema["$ref"].as_str().and_then(|path| document.pointer(path.get(1..)?));
        let branches =
            ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|name| schema[name].as_array());
        for part in target.into_iter().chain(branches.flatten()) {
            self.add(document, part, nesting);
        }
        let limit =
            |name: &str| schema[name].as_u64().and_then(|limit| usize::try_from(limit).ok());
        if takes(schema, "array") {
            let items = Self::within(document, &schema["items"], nesting);
            let max = limit("maxItems").unwrap_or(usize::MAX);
            self.array = Some(Box::new(ArrayBounds { max, items }));
        }
        if takes(schema, "object") {
            let known = schema["properties"].as_object();
            self.object = Some(match known.filter(|_| schema["additionalProperties"] == false) {
                Some(known) => {
                    let member = |(name, of): (&String, &Value)| {
                        (name.clone(), Self::within(document, of, nesting))
                    };
                    ObjectBounds::Closed(known.iter().map(member).collect())
                }
                None => ObjectBounds::Open(limit("x-max-bytes").unwrap_or(usize::MAX)),
            });
        }
    }
}

/// Whether a schema accepts a type.
fn takes(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    }
}
