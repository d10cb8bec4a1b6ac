//! Comment settings of the site and of articles. Article queries join the latter themselves.

use std::str::FromStr;

use crate::store::prelude::*;

use super::error::StoreError;
use super::schema::{article_comment_settings, comment_settings};
use super::types::Timestamp;
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::comment_settings::{ArticleSettings, Overrides, SiteRules, SiteSettings};

fn named<T: FromStr>(table: &'static str, column: &str, value: &str) -> StoreResult<T> {
    value.parse().map_err(|_| StoreError::corrupt(table, column, value))
}

#[derive(Queryable, Selectable, AsChangeset)]
#[diesel(table_name = comment_settings, treat_none_as_null = true)]
struct SiteRow {
    comments: String,
    pings: String,
    close_comments_after_days: Option<i32>,
    close_pings_after_days: Option<i32>,
    moderation: String,
    require_name_email: bool,
    require_login: bool,
    max_links: i32,
    moderation_words: String,
    blocked_words: String,
    thread_depth: i32,
    comment_order: String,
    edit_minutes: i32,
    send_pings: bool,
    updated_at: Timestamp,
    version: i64,
}

fn words(column: &str, json: &str) -> StoreResult<Vec<String>> {
    serde_json::from_str(json).map_err(|_| StoreError::corrupt("comment_settings", column, json))
}

impl TryFrom<SiteRow> for SiteSettings {
    type Error = StoreError;

    fn try_from(row: SiteRow) -> Result<Self, StoreError> {
        const TABLE: &str = "comment_settings";
        let rules = SiteRules {
            comments: named(TABLE, "comments", &row.comments)?,
            pings: named(TABLE, "pings", &row.pings)?,
            close_comments_after_days: row.close_comments_after_days,
            close_pings_after_days: row.close_pings_after_days,
            moderation: named(TABLE, "moderation", &row.moderation)?,
            require_name_email: row.require_name_email,
            require_login: row.require_login,
            max_links: row.max_links,
            moderation_words: words("moderation_words", &row.moderation_words)?,
            blocked_words: words("blocked_words", &row.blocked_words)?,
            thread_depth: row.thread_depth,
            order: named(TABLE, "comment_order", &row.comment_order)?,
            edit_minutes: row.edit_minutes,
            send_pings: row.send_pings,
        };
        Ok(Self { rules, updated_at: row.updated_at.0, version: row.version })
    }
}

fn json(words: &[String]) -> StoreResult<String> {
    serde_json::to_string(words).map_err(|error| StoreError::Query(error.to_string()))
}

/// Returns the site's settings.
pub async fn site(conn: &mut Conn<'_>) -> StoreResult<SiteSettings> {
    let row: SiteRow = with_backend!(
        conn,
        comment_settings::table.find(1).select(SiteRow::as_select()).get_result(conn).await
    )?;
    row.try_into()
}

/// Locks the site's settings until the transaction ends.
pub async fn lock_site(conn: &mut Conn<'_>) -> StoreResult<()> {
    dialect::lock_row(conn, "comment_settings", 1).await
}

/// Writes the site's settings.
pub async fn save_site(conn: &mut Conn<'_>, settings: &SiteSettings) -> StoreResult<()> {
    let rules = &settings.rules;
    let row = SiteRow {
        comments: rules.comments.as_str().into(),
        pings: rules.pings.as_str().into(),
        close_comments_after_days: rules.close_comments_after_days,
        close_pings_after_days: rules.close_pings_after_days,
        moderation: rules.moderation.as_str().into(),
        require_name_email: rules.require_name_email,
        require_login: rules.require_login,
        max_links: rules.max_links,
        moderation_words: json(&rules.moderation_words)?,
        blocked_words: json(&rules.blocked_words)?,
        thread_depth: rules.thread_depth,
        comment_order: rules.order.as_str().into(),
        edit_minutes: rules.edit_minutes,
        send_pings: rules.send_pings,
        updated_at: settings.updated_at.into(),
        version: settings.version,
    };
    with_backend!(
        conn,
        diesel::update(comment_settings::table.find(1)).set(&row).execute(conn).await
    )?;
    Ok(())
}

/// The row of an article's settings.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = article_comment_settings, treat_none_as_null = true)]
pub(super) struct OverridesRow {
    comments: Option<String>,
    pings: Option<String>,
    close_comments_after_days: Option<i32>,
    close_pings_after_days: Option<i32>,
    moderation: Option<String>,
    updated_at: Timestamp,
    version: i64,
}

impl TryFrom<OverridesRow> for ArticleSettings {
    type Error = StoreError;

    fn try_from(row: OverridesRow) -> Result<Self, StoreError> {
        const TABLE: &str = "article_comment_settings";
        let overrides = Overrides {
            comments: row.comments.map(|v| named(TABLE, "comments", &v)).transpose()?,
            pings: row.pings.map(|v| named(TABLE, "pings", &v)).transpose()?,
            close_comments_after_days: row.close_comments_after_days,
            close_pings_after_days: row.close_pings_after_days,
            moderation: row.moderation.map(|v| named(TABLE, "moderation", &v)).transpose()?,
        };
        Ok(Self { overrides, updated_at: row.updated_at.0, version: row.version })
    }
}

/// Finds the settings of an article.
pub async fn of_article(
    conn: &mut Conn<'_>,
    id: ArticleId,
) -> StoreResult<Option<ArticleSettings>> {
    let row: Option<OverridesRow> = with_backend!(
        conn,
        article_comment_settings::table
            .find(id)
            .select(OverridesRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(ArticleSettings::try_from).transpose()
}

/// Writes the settings of an article.
pub async fn save_of_article(
    conn: &mut Conn<'_>,
    id: ArticleId,
    overrides: &Overrides,
    version: i64,
    now: Time,
) -> StoreResult<()> {
    let row = OverridesRow {
        comments: overrides.comments.map(|state| state.as_str().into()),
        pings: overrides.pings.map(|state| state.as_str().into()),
        close_comments_after_days: overrides.close_comments_after_days,
        close_pings_after_days: overrides.close_pings_after_days,
        moderation: overrides.moderation.map(|moderation| moderation.as_str().into()),
        updated_at: now.into(),
        version,
    };
    with_backend!(
        conn,
        diesel::insert_into(article_comment_settings::table)
            .values((article_comment_settings::article_id.eq(id), &row))
            .on_conflict(article_comment_settings::article_id)
            .do_update()
            .set(&row)
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes the settings of an article, and returns whether there were any.
pub async fn clear_of_article(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<bool> {
    let deleted = with_backend!(
        conn,
        diesel::delete(article_comment_settings::table.find(id)).execute(conn).await
    )?;
    Ok(deleted > 0)
}
