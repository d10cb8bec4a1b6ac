//! Numbering slugs that are taken, for `tags.rs` and `articles/`.

use super::Error;
use crate::text::slug;

/// Returns the conflict of a slug that another resource has.
pub fn taken(slug: &str) -> Error {
    Error::conflict("slug_taken", [("slug", slug.to_owned())])
}

/// The slug itself, then `-2` to `-9`, then numbers that double: a newsroom that names a hundred
/// articles "Weather" should not cost a hundred look-ups for the next one.
pub fn candidates(base: &str) -> impl Iterator<Item = String> {
    let numbered = (2..10).chain((4..31).map(|power| 1 << power));
    let first = std::iter::once(base.to_owned());
    first.chain(numbered.map(|n| slug::numbered(base, n)))
}
