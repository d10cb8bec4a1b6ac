//! Present and former slugs of articles and tags. A slug belongs to one resource of its kind, and so
//! does a former slug until it is released.

use std::collections::BTreeSet;

use diesel::sql_types::{BigInt, Bool, Text};

use super::statement::Statement;
use super::{Conn, StoreResult};
use crate::text::slug;

/// A kind of resource with slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slugged {
    /// Articles.
    Articles,
    /// Tags.
    Tags,
}

impl Slugged {
    /// Returns the table, the table of former slugs, and its column of ids.
    fn tables(self) -> [&'static str; 3] {
        match self {
            Self::Articles => ["articles", "article_slug_history", "article_id"],
            Self::Tags => ["tags", "tag_slug_history", "tag_id"],
        }
    }
}

/// The resource that has or had a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlugHolder {
    /// Its id.
    pub id: i64,
    /// Whether the slug is a former one.
    pub is_former: bool,
}

/// Finds the resource that has or had a slug with this folded key.
pub async fn holder(
    conn: &mut Conn<'_>,
    kind: Slugged,
    key: &str,
) -> StoreResult<Option<SlugHolder>> {
    let [table, history, owner] = kind.tables();
    let query = Statement::<(BigInt, Bool)>::new(format!(
        "SELECT id, FALSE FROM {table} WHERE slug_key = "
    ))
    .text(key)
    .sql(format!(" UNION ALL SELECT {owner}, TRUE FROM {history} WHERE slug_key = "))
    .text(key);
    let rows: Vec<(i64, bool)> = with_backend!(conn, query.load(conn).await)?;
    Ok(rows.first().map(|(id, is_former)| SlugHolder { id: *id, is_former: *is_former }))
}

/// Returns the numbers of a slug that other resources have or had. The slug itself is number one.
/// `own` is the resource that may keep its own slugs.
pub async fn taken_numbers(
    conn: &mut Conn<'_>,
    kind: Slugged,
    base: &str,
    own: Option<i64>,
) -> StoreResult<BTreeSet<u64>> {
    let base_key = slug::key(base);
    let second = slug::key(&slug::numbered(base, 2));
    let prefix = second.strip_suffix('2').unwrap_or(&second);
    let [table, history, owner] = kind.tables();
    let mut query = Statement::<(Text, BigInt)>::new("");
    for (place, (table, owner)) in [(table, "id"), (history, owner)].into_iter().enumerate() {
        let union = if place == 0 { "" } else { " UNION ALL " };
        query = query
            .sql(format!("{union}SELECT slug_key, {owner} FROM {table} WHERE slug_key = "))
            .text(&base_key)
            .sql(format!(" UNION ALL SELECT slug_key, {owner} FROM {table} WHERE slug_key >= "))
            // Only numbers follow the prefix up to the character after 9.
            .text(format!("{prefix}0"))
            .sql(" AND slug_key < ")
            .text(format!("{prefix}:"))
            .sql(" AND ltrim(substr(slug_key, CAST(")
            .number(i64::try_from(prefix.chars().count()).unwrap_or(0) + 1)
            .sql(" AS INTEGER)), '0123456789') = ''");
    }
    let rows: Vec<(String, i64)> = with_backend!(conn, query.load(conn).await)?;
    let others = rows.iter().filter(|(_, id)| Some(*id) != own);
    Ok(others
        .filter_map(|(key, _)| match *key == base_key {
            true => Some(1),
            false => key.strip_prefix(prefix)?.parse().ok(),
        })
        .collect())
}

/// Returns the former slugs of a resource, by key.
pub async fn former(conn: &mut Conn<'_>, kind: Slugged, id: i64) -> StoreResult<Vec<String>> {
    let [_, history, owner] = kind.tables();
    let query =
        Statement::<Text>::new(format!("SELECT slug FROM {history} WHERE {owner} = ")).number(id);
    let query = query.sql(" ORDER BY slug_key");
    Ok(with_backend!(conn, query.load(conn).await)?)
}

/// Makes a former slug redirect to a resource.
pub async fn add_former(
    conn: &mut Conn<'_>,
    kind: Slugged,
    slug: &str,
    id: i64,
) -> StoreResult<()> {
    let [_, history, owner] = kind.tables();
    let query =
        Statement::<()>::new(format!("INSERT INTO {history} (slug_key, {owner}, slug) VALUES ("))
            .text(slug::key(slug))
            .sql(", ")
            .number(id)
            .sql(", ")
            .text(slug)
            .sql(format!(
                ") ON CONFLICT (slug_key) DO UPDATE SET {owner} = excluded.{owner}, \
                 slug = excluded.slug"
            ));
    with_backend!(conn, query.execute(conn).await)?;
    Ok(())
}

/// Deletes a former slug of a resource. Returns `false` if it isn't one.
pub async fn release(conn: &mut Conn<'_>, kind: Slugged, id: i64, key: &str) -> StoreResult<bool> {
    let [_, history, owner] = kind.tables();
    let query = Statement::<()>::new(format!("DELETE FROM {history} WHERE slug_key = "))
        .text(key)
        .sql(format!(" AND {owner} = "))
        .number(id);
    let deleted = with_backend!(conn, query.execute(conn).await)?;
    Ok(deleted == 1)
}

/// Moves the former slugs of a resource to another one.
pub async fn move_former(
    conn: &mut Conn<'_>,
    kind: Slugged,
    from: i64,
    into: i64,
) -> StoreResult<()> {
    let [_, history, owner] = kind.tables();
    let query = Statement::<()>::new(format!("UPDATE {history} SET {owner} = "))
        .number(into)
        .sql(format!(" WHERE {owner} = "))
        .number(from);
    with_backend!(conn, query.execute(conn).await)?;
    Ok(())
}
