//! Finds the violations of a JSON text that a parser would hide, and the content that isn't worth parsing.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::exact::is_exact;
use super::extent::measure;
use crate::domain::check::{FieldError, Violation};
use crate::http::contract::MAX_VIOLATIONS;
use crate::http::contract::bounds::{Bounds, ObjectBounds};

/// The room for pointers, in bytes: a long name may be a part of each.
const MAX_POINTERS: usize = 64 << 10;

/// The beginning of names by which serde_json marks its own values. It would read such a member as
/// JSON within JSON, past all checks.
const RESERVED_NAMES: &str = "$serde_json::private::";

/// The bounds of a place that takes no container.
static NO_CONTAINER: Bounds = Bounds { array: None, object: None };

/// A scanned text.
pub(super) struct Scanned {
    /// The violations.
    pub violations: Vec<FieldError>,
    /// Whether the whole text was checked.
    pub is_whole: bool,
    cuts: Vec<Range<usize>>,
}

impl Scanned {
    /// Returns the text without the content that isn't worth parsing.
    pub fn kept<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.cuts.is_empty() {
            return Cow::Borrowed(text);
        }
        let begins = [0].into_iter().chain(self.cuts.iter().map(|cut| cut.end));
        let ends = self.cuts.iter().map(|cut| cut.start).chain([text.len()]);
        Cow::Owned(begins.zip(ends).filter_map(|(begin, end)| text.get(begin..end)).collect())
    }
}

/// A container that the scanner is in. Without bounds, it accepts anything.
enum Container<'b> {
    Object { names: HashSet<String>, name: String, bounds: Option<&'b ObjectBounds> },
    Array { index: usize, items: Option<&'b Bounds> },
}

/// Finds violations in valid JSON.
pub(super) struct Scanner<'t, 'b> {
    rest: &'t str,
    at: usize,
    bounds: &'b Bounds,
    containers: Vec<Container<'b>>,
    violations: Vec<FieldError>,
    pointers: usize,
    cuts: Vec<Range<usize>>,
}

impl<'t, 'b> Scanner<'t, 'b> {
    pub fn new(text: &'t str, bounds: &'b Bounds) -> Self {
        Self {
            rest: text,
            at: 0,
            bounds,
            containers: Vec::new(),
            violations: Vec::new(),
            pointers: 0,
            cuts: Vec::new(),
        }
    }

    /// Scans the whole text. It stops early if it has found enough violations.
    pub fn scan(mut self) -> Scanned {
        let mut is_name = false;
        let mut is_whole = true;
        while let Some(first) = self.rest.bytes().next() {
            if self.violations.len() > MAX_VIOLATIONS || self.pointers > MAX_POINTERS {
                is_whole = false;
                break;
            }
            match first {
                b'{' => is_name = self.enter_object(),
                b'[' => self.enter_array(),
                b'}' | b']' => {
                    self.take(1);
                    self.containers.pop();
                    is_name = false;
                }
                b',' => {
                    self.take(1);
                    match self.containers.last_mut() {
                        Some(Container::Array { index, .. }) => *index += 1,
                        _ => is_name = true,
                    }
                }
                b'"' => {
                    let token = self.take(string_length(self.rest));
                    if std::mem::take(&mut is_name) {
                        self.name(token);
                    } else if decoded(token).contains('\0') {
                        self.add(Violation::NulCharacter);
                    }
                }
                b'-' | b'0'..=b'9' => {
                    if !is_exact(self.take(number_length(self.rest))) {
                        self.add(Violation::InexactNumber);
                    }
                }
                _ => drop(self.take(1)),
            }
        }
        Scanned { violations: self.violations, is_whole, cuts: self.cuts }
    }

    /// Takes bytes off the text. JSON's tokens begin and end with ASCII characters, so this never splits a
    /// character.
    fn take(&mut self, length: usize) -> &'t str {
        let (token, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.at += token.len();
        token
    }

    /// Returns the bounds of the next value.
    fn expected(&self) -> Option<&'b Bounds> {
        match self.containers.last() {
            None => Some(self.bounds),
            Some(Container::Array { items, .. }) => *items,
            Some(Container::Object { bounds: Some(ObjectBounds::Closed(known)), name, .. }) => {
                Some(known.get(name).unwrap_or(&NO_CONTAINER))
            }
            Some(Container::Object { .. }) => None,
        }
    }

    /// Enters an object, or skips it if it is too large or the place takes none. Returns whether a name
    /// follows.
    fn enter_object(&mut self) -> bool {
        let bounds = match self.expected().map(|bounds| bounds.object.as_ref()) {
            None => None,
            Some(None) => return self.skip(None),
            Some(Some(bounds)) => {
                let extent = measure(self.rest);
                let excess = match bounds {
                    ObjectBounds::Closed(known) => (extent.members > known.len() + MAX_VIOLATIONS)
                        .then_some(Violation::TooMany { max: known.len() as u64 }),
                    // A merge patch may remove as much as it adds.
                    ObjectBounds::Open(max) => {
                        (extent.size / 2 > *max).then_some(Violation::TooLarge { max: *max as u64 })
                    }
                };
                if excess.is_some() {
                    return self.skip(excess);
                }
                Some(bounds)
            }
        };
        self.take(1);
        let (names, name) = (HashSet::new(), String::new());
        self.containers.push(Container::Object { names, name, bounds });
        true
    }

    /// Enters an array, or skips it if it has too many items or the place takes none.
    fn enter_array(&mut self) {
        let items = match self.expected().map(|bounds| bounds.array.as_deref()) {
            None => None,
            Some(None) => {
                self.skip(None);
                return;
            }
            Some(Some(bounds)) => {
                if measure(self.rest).members > bounds.max {
                    self.skip(Some(Violation::TooMany { max: bounds.max as u64 }));
                    return;
                }
                Some(&bounds.items)
            }
        };
        self.take(1);
        self.containers.push(Container::Array { index: 0, items });
    }

    /// Skips a container and cuts its content. Without a violation, the schema's check finds one: the type
    /// is wrong, or the field unknown.
    fn skip(&mut self, violation: Option<Violation>) -> bool {
        if let Some(violation) = violation {
            self.add(violation);
        }
        let length = measure(self.rest).length;
        self.cuts.push(self.at + 1..self.at + length.saturating_sub(1).max(1));
        self.take(length);
        false
    }

    /// Enters the member with this name.
    fn name(&mut self, token: &str) {
        let new = decoded(token).into_owned();
        let has_nul = new.contains('\0');
        let Some(Container::Object { names, name, .. }) = self.containers.last_mut() else {
            return;
        };
        let is_reserved = new.starts_with(RESERVED_NAMES);
        let is_repeated = !names.insert(new.clone());
        *name = new;
        if is_repeated {
            self.add(Violation::RepeatedName);
        }
        if is_reserved {
            self.add(Violation::UnknownField);
        }
        if has_nul {
            self.add_at(self.containers.len() - 1, Violation::NulCharacter);
        }
    }

    fn add(&mut self, violation: Violation) {
        self.add_at(self.containers.len(), violation);
    }

    fn add_at(&mut self, depth: usize, violation: Violation) {
        let pointer = self.pointer(depth);
        self.pointers += pointer.len();
        self.violations.push(FieldError { pointer, violation });
    }

    /// Returns the JSON Pointer of the place within the outermost containers.
    fn pointer(&self, depth: usize) -> String {
        let step = |container: &Container<'_>| match container {
            Container::Object { name, .. } => name.replace('~', "~0").replace('/', "~1"),
            Container::Array { index, .. } => index.to_string(),
        };
        self.containers.iter().take(depth).map(|one| format!("/{}", step(one))).collect()
    }
}

/// Returns the length of the string that a text begins with, in bytes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

/// Returns the length of the number that a text begins with, in bytes.
fn number_length(text: &str) -> usize {
    let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().position(|byte| !is_part(byte)).unwrap_or(text.len())
}

/// Decodes a string. A lone surrogate makes it empty; the parser refuses the text anyway.
fn decoded(token: &str) -> Cow<'_, str> {
    match token.get(1..token.len().saturating_sub(1)) {
        Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(serde_json::from_str(token).unwrap_or_default()),
    }
}
