//! Free slugs, and the conflict of a slug that is taken. The slug of a resource in the trash and a
//! former slug are taken too.

use super::{Error, ResourceKind, Result};
use crate::store::Conn;
use crate::store::slugs::{self as store, Slugged};
use crate::text::slug;

/// The resource that has a slug, as far as the actor may see it.
pub struct Holder {
    /// Its kind.
    pub kind: ResourceKind,
    /// Its id.
    pub id: i64,
    /// Its title or name.
    pub name: String,
    /// `present`, `former` or `trash`.
    pub state: &'static str,
}

/// Returns the conflict of a slug that another resource has or had.
pub fn taken(slug: &str, holder: Option<Holder>) -> Error {
    let slug = ("slug", slug.to_owned());
    match holder {
        None => Error::conflict("slug_taken", [slug, ("state", "hidden".to_owned())]),
        Some(holder) => {
            let values = [
                slug,
                ("state", holder.state.to_owned()),
                ("name", holder.name),
                ("id", holder.id.to_string()),
            ];
            Error::held("slug_taken", values, holder.kind, holder.id)
        }
    }
}

/// Returns the slug itself, or the first free one of `-2`, `-3` and so on, by one query. `own` is
/// the resource that may keep its own slugs. The transaction must hold the lock of the slugs.
pub async fn free(
    tx: &mut Conn<'_>,
    kind: Slugged,
    base: &str,
    own: Option<i64>,
) -> Result<String> {
    let taken = store::taken_numbers(tx, kind, base, own).await?;
    Ok(match (1..).find(|number| !taken.contains(number)) {
        None | Some(1) => base.to_owned(),
        Some(number) => slug::numbered(base, number),
    })
}
