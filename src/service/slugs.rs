//! Candidates for a slug that is taken.

use super::Error;
use crate::text::slug;

/// Returns the conflict of a slug that another resource has.
pub fn taken(slug: &str) -> Error {
    Error::conflict("slug_taken", [("slug", slug.to_owned())])
}

/// Returns the slug itself, then `-2` to `-9`, then numbers that double. The hundredth article named
/// "Weather" so needs a dozen lookups and not a hundred.
pub fn candidates(base: &str) -> impl Iterator<Item = String> {
    let numbered = (2..10).chain((4..31).map(|power| 1 << power));
    let first = std::iter::once(base.to_owned());
    first.chain(numbered.map(|n| slug::numbered(base, n)))
}
