//! Names of tags by their keys. Former names still find their tag, unless another one has taken the
//! name since.

use crate::domain::tag::TagId;
use crate::store::prelude::*;
use crate::store::schema::{tag_name_history, tag_slug_history, tags};
use crate::store::slugs::{self, SlugHolder, Slugged};
use crate::store::{Conn, StoreResult};
use crate::text::tag_name::{self, Reference};

/// Returns the tags with these keys of names, in any order.
pub async fn find_by_name_keys(
    conn: &mut Conn<'_>,
    keys: &[String],
) -> StoreResult<Vec<(String, TagId)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(with_backend!(
        conn,
        tags::table
            .filter(tags::name_key.eq_any(keys))
            .select((tags::name_key, tags::id))
            .load(conn)
            .await
    )?)
}

/// Returns the tags that formerly had these keys of names, in any order.
pub async fn find_by_former_names(
    conn: &mut Conn<'_>,
    keys: &[String],
) -> StoreResult<Vec<(String, TagId)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(with_backend!(
        conn,
        tag_name_history::table
            .filter(tag_name_history::name_key.eq_any(keys))
            .select((tag_name_history::name_key, tag_name_history::tag_id))
            .load(conn)
            .await
    )?)
}

/// Returns the tags that formerly had slugs with these keys, in any order.
pub async fn find_by_former_slugs(
    conn: &mut Conn<'_>,
    keys: &[String],
) -> StoreResult<Vec<(String, TagId)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(with_backend!(
        conn,
        tag_slug_history::table
            .filter(tag_slug_history::slug_key.eq_any(keys))
            .select((tag_slug_history::slug_key, tag_slug_history::tag_id))
            .load(conn)
            .await
    )?)
}

/// Returns the keys of all present and former names of tags.
pub async fn all_name_keys(
    conn: &mut Conn<'_>,
    ids: &[TagId],
) -> StoreResult<Vec<(TagId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys: Vec<(TagId, String)> = with_backend!(
        conn,
        tags::table
            .filter(tags::id.eq_any(ids))
            .select((tags::id, tags::name_key))
            .load(conn)
            .await
    )?;
    let former: Vec<(TagId, String)> = with_backend!(
        conn,
        tag_name_history::table
            .filter(tag_name_history::tag_id.eq_any(ids))
            .select((tag_name_history::tag_id, tag_name_history::name_key))
            .load(conn)
            .await
    )?;
    keys.extend(former);
    Ok(keys)
}

/// Returns the tag that an address or a filter names.
pub async fn referenced(
    conn: &mut Conn<'_>,
    reference: &Reference,
) -> StoreResult<Option<SlugHolder>> {
    if let Reference::Name { key, .. } = reference {
        let keys = std::slice::from_ref(key);
        if let Some((_, id)) = find_by_name_keys(conn, keys).await?.into_iter().next() {
            return Ok(Some(SlugHolder { id, is_former: false }));
        }
        if let Some((_, id)) = find_by_former_names(conn, keys).await?.into_iter().next() {
            return Ok(Some(SlugHolder { id, is_former: true }));
        }
    }
    match reference.slug_key() {
        Some(key) => slugs::holder(conn, Slugged::Tags, key).await,
        None => Ok(None),
    }
}

/// Makes a former name find a tag.
pub async fn add_former_name(conn: &mut Conn<'_>, key: &str, id: TagId) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::insert_into(tag_name_history::table)
            .values((tag_name_history::name_key.eq(key), tag_name_history::tag_id.eq(id)))
            .on_conflict(tag_name_history::name_key)
            .do_update()
            .set(tag_name_history::tag_id.eq(id))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes a former name, for the tag that takes it.
pub async fn delete_former_name(conn: &mut Conn<'_>, key: &str) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(tag_name_history::table.find(key)).execute(conn).await)?;
    Ok(())
}

/// Makes the former names of a tag find another one.
pub async fn move_former_names(conn: &mut Conn<'_>, from: TagId, into: TagId) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(tag_name_history::table.filter(tag_name_history::tag_id.eq(from)))
            .set(tag_name_history::tag_id.eq(into))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Makes the keys of names again that an older version made, for at most `batch` tags. Returns the
/// number of these tags.
pub async fn renew_keys(conn: &mut Conn<'_>, batch: u16) -> StoreResult<usize> {
    let rows: Vec<(TagId, String, String)> = with_backend!(
        conn,
        tags::table
            .filter(tags::key_version.lt(tag_name::VERSION))
            .order((tags::key_version, tags::id))
            .limit(batch.into())
            .select((tags::id, tags::name, tags::name_key))
            .load(conn)
            .await
    )?;
    for (id, name, before) in &rows {
        let key = tag_name::key(name);
        // An empty key would be the same for all such tags.
        let key = if key.is_empty() { before.clone() } else { free_key(conn, *id, key).await? };
        with_backend!(
            conn,
            diesel::update(tags::table.find(id))
                .set((tags::name_key.eq(key), tags::key_version.eq(tag_name::VERSION)))
                .execute(conn)
                .await
        )?;
    }
    Ok(rows.len())
}

/// Returns the key for a tag, or a key that no name has if another tag has it: the two stay apart
/// until an editor merges them.
async fn free_key(conn: &mut Conn<'_>, id: TagId, key: String) -> StoreResult<String> {
    let holder: Option<(TagId, String, i32)> = with_backend!(
        conn,
        tags::table
            .filter(tags::name_key.eq(&key).and(tags::id.ne(id)))
            .select((tags::id, tags::name, tags::key_version))
            .get_result(conn)
            .await
            .optional()
    )?;
    let Some((holder, name, version)) = holder else { return Ok(key) };
    if version >= tag_name::VERSION || tag_name::key(&name) == key {
        return Ok(apart(&key, id));
    }
    // The other one gets a new key in its turn.
    with_backend!(
        conn,
        diesel::update(tags::table.find(holder))
            .set(tags::name_key.eq(apart(&key, holder)))
            .execute(conn)
            .await
    )?;
    Ok(key)
}

/// A key that no name has: names hold no control characters.
fn apart(key: &str, id: TagId) -> String {
    format!("{key} \u{1}{id}")
}
