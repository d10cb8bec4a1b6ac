//! Tags in the database.

mod names;

pub use names::{
    add_former_name, all_name_keys, delete_former_name, find_by_former_names, find_by_former_slugs,
    find_by_name_keys, move_former_names, referenced, renew_keys,
};

use std::ops::Range;

use crate::store::prelude::*;

use super::error::StoreError;
use super::keyset::{as_bytes, as_number, as_time};
use super::schema::{article_tags, articles, tags};
use super::types::Timestamp;
use super::{Conn, StoreResult, locks};
use crate::domain::Time;
use crate::domain::listing::{Page, Position, SortKey, TagQuery, TagSort, variants};
use crate::domain::tag::{Tag, TagId};
use crate::text::lang::Lang;
use crate::text::tag_name;

/// A tag with its name's collation key, for cursors.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tags)]
struct TagRow {
    id: i64,
    slug: String,
    name: String,
    name_sort: Vec<u8>,
    description: Option<String>,
    lang: String,
    listed: bool,
    article_count: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl TryFrom<TagRow> for Tag {
    type Error = StoreError;

    fn try_from(row: TagRow) -> Result<Self, StoreError> {
        Ok(Self {
            lang: Lang::parse(&row.lang)
                .map_err(|_| StoreError::corrupt("tags", "lang", &row.lang))?,
            id: row.id,
            slug: row.slug,
            name: row.name,
            description: row.description,
            listed: row.listed,
            article_count: row.article_count,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        })
    }
}

/// The columns of a tag that are written, with their derived keys.
#[derive(Clone, Insertable, AsChangeset)]
#[diesel(table_name = tags, treat_none_as_null = true)]
pub struct TagColumns {
    /// The slug.
    pub slug: String,
    /// The slug, folded.
    pub slug_key: String,
    /// The name.
    pub name: String,
    /// The key of the name.
    pub name_key: String,
    /// The version of the key.
    pub key_version: i32,
    /// The name's collation key.
    pub name_sort: Vec<u8>,
    /// The description.
    pub description: Option<String>,
    /// The language of the name.
    pub lang: String,
    /// Whether readers find it.
    pub listed: bool,
}

/// Returns a tag by its id.
pub async fn find(conn: &mut Conn<'_>, id: TagId) -> StoreResult<Option<Tag>> {
    let row: Option<TagRow> = with_backend!(
        conn,
        tags::table.find(id).select(TagRow::as_select()).get_result(conn).await.optional()
    )?;
    row.map(Tag::try_from).transpose()
}

/// Returns the tag with this folded slug.
pub async fn find_by_slug_key(conn: &mut Conn<'_>, key: &str) -> StoreResult<Option<Tag>> {
    let row: Option<TagRow> = with_backend!(
        conn,
        tags::table
            .filter(tags::slug_key.eq(key))
            .select(TagRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Tag::try_from).transpose()
}

/// Returns the tag with this key of its name.
pub async fn find_by_name_key(conn: &mut Conn<'_>, key: &str) -> StoreResult<Option<Tag>> {
    let row: Option<TagRow> = with_backend!(
        conn,
        tags::table
            .filter(tags::name_key.eq(key))
            .select(TagRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Tag::try_from).transpose()
}

/// Returns the tag that the text of a filter names.
pub async fn slug_owner(conn: &mut Conn<'_>, text: &str) -> StoreResult<Option<TagId>> {
    let holder = referenced(conn, &tag_name::reference(text)).await?;
    Ok(holder.map(|holder| holder.id))
}

/// Returns a page of tags.
pub async fn list(conn: &mut Conn<'_>, query: &TagQuery) -> StoreResult<Page<Tag>> {
    // Unicode's last character: all names with the prefix sort before it.
    let bounds = query.prefix.as_ref().map(|p| (p.clone(), format!("{p}\u{10FFFF}")));
    let (rows, total): (Vec<TagRow>, Option<i64>) = with_backend!(conn, {
        let mut rows = tags::table.select(TagRow::as_select()).into_boxed::<Backend>();
        let mut count = tags::table.count().into_boxed::<Backend>();
        if let Some((low, high)) = &bounds {
            rows = rows.filter(tags::name_key.ge(low).and(tags::name_key.lt(high)));
            count = count.filter(tags::name_key.ge(low).and(tags::name_key.lt(high)));
        }
        if let Some(lang) = &query.lang {
            let Range { start, end } = variants(lang);
            rows = rows.filter(tags::lang.ge(start.clone()).and(tags::lang.lt(end.clone())));
            count = count.filter(tags::lang.ge(start).and(tags::lang.lt(end)));
        }
        if !query.unlisted {
            rows = rows.filter(tags::listed.eq(true));
            count = count.filter(tags::listed.eq(true));
        }
        let (page, direction) = (&query.page, query.direction);
        let rows = match query.sort {
            TagSort::Name => keyset!(rows, tags::name_sort, tags::id, page, direction, as_bytes),
            TagSort::ArticleCount => {
                keyset!(rows, tags::article_count, tags::id, page, direction, as_number)
            }
            TagSort::CreatedAt => {
                keyset!(rows, tags::created_at, tags::id, page, direction, as_time)
            }
            TagSort::UpdatedAt => {
                keyset!(rows, tags::updated_at, tags::id, page, direction, as_time)
            }
        };
        let rows = rows.load(conn).await?;
        let total = if page.total { Some(count.get_result(conn).await?) } else { None };
        (rows, total)
    });
    let mut page = Page::from_found(rows, &query.page, |row| Position {
        id: row.id,
        key: match query.sort {
            TagSort::Name => SortKey::Bytes(row.name_sort.clone()),
            TagSort::ArticleCount => SortKey::Number(row.article_count),
            TagSort::CreatedAt => SortKey::Time(row.created_at.0),
            TagSort::UpdatedAt => SortKey::Time(row.updated_at.0),
        },
    });
    page.total = total;
    let rows = std::mem::take(&mut page.rows);
    let tags = rows.into_iter().map(Tag::try_from).collect::<StoreResult<Vec<Tag>>>()?;
    Ok(Page { rows: tags, next: page.next, prev: page.prev, total: page.total })
}

/// Returns the tags with these ids, in any order.
pub async fn find_many(conn: &mut Conn<'_>, ids: &[TagId]) -> StoreResult<Vec<Tag>> {
    let rows: Vec<TagRow> = with_backend!(
        conn,
        tags::table.filter(tags::id.eq_any(ids)).select(TagRow::as_select()).load(conn).await
    )?;
    rows.into_iter().map(Tag::try_from).collect()
}

/// Inserts a tag.
///
/// # Errors
/// [`StoreError::Duplicate`] when its folded slug or name is taken.
pub async fn insert(conn: &mut Conn<'_>, columns: &TagColumns, now: Time) -> StoreResult<TagId> {
    Ok(with_backend!(
        conn,
        diesel::insert_into(tags::table)
            .values((
                columns,
                tags::created_at.eq(Timestamp(now)),
                tags::updated_at.eq(Timestamp(now))
            ))
            .returning(tags::id)
            .get_result(conn)
            .await
    )?)
}

/// Updates a tag and increments its version.
///
/// # Errors
/// As [`insert`].
pub async fn update(
    conn: &mut Conn<'_>,
    id: TagId,
    columns: &TagColumns,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(tags::table.find(id))
            .set((
                columns,
                tags::updated_at.eq(Timestamp(now)),
                tags::version.eq(tags::version + 1)
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes a tag. The foreign key removes it from articles.
pub async fn delete(conn: &mut Conn<'_>, id: TagId) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(tags::table.find(id)).execute(conn).await)?;
    Ok(())
}

/// Moves a tag's articles to another tag. Articles that have both keep the other.
pub async fn move_all(conn: &mut Conn<'_>, from: TagId, into: TagId) -> StoreResult<()> {
    with_backend!(conn, {
        let other = diesel::alias!(article_tags as other);
        let both = other
            .filter(other.field(article_tags::tag_id).eq(into))
            .select(other.field(article_tags::article_id));
        let have_both: Vec<i64> = article_tags::table
            .filter(article_tags::tag_id.eq(from))
            .filter(article_tags::article_id.eq_any(both))
            .select(article_tags::article_id)
            .load(conn)
            .await?;
        for chunk in have_both.chunks(500) {
            diesel::delete(article_tags::table)
                .filter(article_tags::tag_id.eq(from))
                .filter(article_tags::article_id.eq_any(chunk))
                .execute(conn)
                .await?;
        }
        diesel::update(article_tags::table.filter(article_tags::tag_id.eq(from)))
            .set(article_tags::tag_id.eq(into))
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Makes a tag visible to readers.
pub async fn set_listed(conn: &mut Conn<'_>, id: TagId) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(tags::table.find(id)).set(tags::listed.eq(true)).execute(conn).await
    )?;
    Ok(())
}

/// Updates a tag's count of published articles.
pub async fn recount(conn: &mut Conn<'_>, id: TagId) -> StoreResult<()> {
    with_backend!(conn, {
        let count: i64 = article_tags::table
            .filter(article_tags::tag_id.eq(id))
            .filter(article_tags::published_at.is_not_null())
            .count()
            .get_result(conn)
            .await?;
        diesel::update(tags::table.find(id))
            .set(tags::article_count.eq(count))
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Adds to the article counts of tags, and makes tags with a growing count visible to readers.
/// Their versions stay the same.
pub async fn add_to_counts(conn: &mut Conn<'_>, ids: &[TagId], by: i64) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    if by > 0 {
        with_backend!(
            conn,
            diesel::update(tags::table.filter(tags::id.eq_any(ids)).filter(tags::listed.eq(false)))
                .set(tags::listed.eq(true))
                .execute(conn)
                .await
        )?;
    }
    with_backend!(
        conn,
        diesel::update(tags::table.filter(tags::id.eq_any(ids)))
            .set(tags::article_count.eq(tags::article_count + by))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Increments the versions of all articles that show the tag, since their content changes. Locks
/// them.
pub async fn touch_articles(conn: &mut Conn<'_>, id: TagId, now: Time) -> StoreResult<()> {
    let ids: Vec<i64> = with_backend!(
        conn,
        article_tags::table
            .filter(article_tags::tag_id.eq(id))
            .order(article_tags::article_id)
            .select(article_tags::article_id)
            .load(conn)
            .await
    )?;
    locks::articles(conn, &ids).await?;
    with_backend!(conn, {
        let shown_on = article_tags::table
            .filter(article_tags::tag_id.eq(id))
            .select(article_tags::article_id);
        diesel::update(articles::table.filter(articles::id.eq_any(shown_on)))
            .set((
                articles::version.eq(articles::version + 1),
                articles::updated_at.eq(Timestamp(now)),
            ))
            .execute(conn)
            .await?;
    });
    Ok(())
}
