//! The parameters of a query as the OpenAPI document declares them, and the checks of their values.

use std::any::TypeId;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::Parameter;

use crate::domain::check::{UNBOUNDED, Violation};
use crate::domain::parse_time;

/// The type of a parameter, as far as its values are checked here.
enum Kind {
    Boolean,
    Time,
    /// A number, and its lowest and highest value.
    Integer(Option<i64>, Option<i64>),
    /// One of these words.
    Enumeration(Vec<String>),
    Other,
}

/// A known parameter and its checks.
pub(super) struct KnownParameter {
    pub(super) name: String,
    pub(super) is_required: bool,
    /// The most items of a list; `None` if it may not be repeated.
    pub(super) most_items: Option<u64>,
    /// The length limit of its schema, in characters.
    longest: Option<u64>,
    kind: Kind,
}

/// Returns the parameters of a type. They are computed once per thread.
pub(super) fn known<T: IntoParams + 'static>(document: &Value) -> Rc<[KnownParameter]> {
    thread_local! {
        static ALL: RefCell<HashMap<TypeId, Rc<[KnownParameter]>>> = RefCell::default();
    }
    ALL.with_borrow_mut(|all| {
        let read = |parameter| KnownParameter::of(parameter, document);
        let make = || T::into_params(|| None).into_iter().map(read).collect();
        all.entry(TypeId::of::<T>()).or_insert_with(make).clone()
    })
}

impl KnownParameter {
    fn of(parameter: Parameter, document: &Value) -> Self {
        let schema = serde_json::to_value(&parameter.schema).unwrap_or_default();
        let schema = resolved(&schema, document);
        let items = schema.get("items").map(|items| resolved(items, document));
        let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
        Self {
            name: parameter.name,
            is_required: parameter.required == Required::True,
            most_items: items.map(|_| most),
            longest: items.unwrap_or(schema)["maxLength"].as_u64(),
            kind: kind(items.unwrap_or(schema)),
        }
    }

    /// Whether a client means this parameter. The items of a list may have numbered or unnumbered
    /// brackets, as PHP, Rails and axios write them: `tag[]`, `tag[0]`.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let Some(rest) = name.strip_prefix(&self.name) else { return false };
        let index = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        rest.is_empty()
            || self.most_items.is_some()
                && index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Checks a value, and returns it in its usual spelling.
    pub(super) fn checked<'a>(&self, value: Cow<'a, str>) -> Result<Cow<'a, str>, Violation> {
        if value.contains('\0') {
            return Err(Violation::NulCharacter);
        }
        if let Some(max) = self.longest.filter(|max| value.chars().count() as u64 > *max) {
            return Err(Violation::TooLong { max });
        }
        match &self.kind {
            Kind::Boolean => boolean(&value).map(Cow::Borrowed),
            // A plus sign that isn't percent-encoded arrives as a space.
            Kind::Time => parse_time(&value.replace(' ', "+"))
                .map(|time| Cow::Owned(time.to_rfc3339()))
                .ok_or(Violation::InvalidTime),
            Kind::Integer(min, max) => integer(&value, *min, *max).map(|()| value),
            Kind::Enumeration(words) if words.iter().any(|word| *word == value) => Ok(value),
            Kind::Enumeration(words) => Err(Violation::NotOneOf { allowed: words.clone() }),
            Kind::Other => Ok(value),
        }
    }
}

/// Returns a schema, or the one that it refers to.
fn resolved<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    // A nullable reference is one of two schemas.
    let branches = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array());
    let branch = branches.into_iter().flatten().find(|branch| branch["type"] != "null");
    let schema = branch.unwrap_or(schema);
    let pointer = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn kind(schema: &Value) -> Kind {
    let is = |name: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|one| one == name),
        one => one == name,
    };
    let words = schema["enum"].as_array().into_iter().flatten();
    let words: Vec<String> = words.filter_map(Value::as_str).map(str::to_owned).collect();
    match () {
        () if !words.is_empty() => Kind::Enumeration(words),
        () if is("boolean") => Kind::Boolean,
        () if is("integer") => {
            Kind::Integer(schema["minimum"].as_i64(), schema["maximum"].as_i64())
        }
        () if schema["format"] == "date-time" => Kind::Time,
        () => Kind::Other,
    }
}

fn boolean(value: &str) -> Result<&'static str, Violation> {
    let is = |other: &str| value.eq_ignore_ascii_case(other);
    match () {
        () if is("true") || is("1") => Ok("true"),
        () if is("false") || is("0") => Ok("false"),
        () => Err(Violation::NotOneOf {
            allowed: ["true", "false", "1", "0"].map(str::to_owned).into(),
        }),
    }
}

fn integer(value: &str, min: Option<i64>, max: Option<i64>) -> Result<(), Violation> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Violation::WrongType { expected: "integer".into() });
    }
    let is_within = value.parse::<i64>().is_ok_and(|number| {
        min.is_none_or(|min| min <= number) && max.is_none_or(|max| number <= max)
    });
    let bound = |bound: Option<i64>| bound.map_or_else(|| UNBOUNDED.into(), |it| it.to_string());
    if is_within { Ok(()) } else { Err(Violation::OutOfRange { min: bound(min), max: bound(max) }) }
}
