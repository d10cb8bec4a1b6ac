//! Users in the database.

use diesel::dsl::exists;

use super::error::StoreError;
use super::keyset::as_number;
use super::schema::users;
use super::types::Timestamp;
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;
use crate::domain::listing::{Page, Position, SortKey, Start, UserQuery};
use crate::domain::user::{NewUser, Role, User, UserId, UserPatch};
use crate::store::prelude::*;

/// A user without the password hash.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct UserRow {
    id: i64,
    email: String,
    name: String,
    role: String,
    suspended: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: role(&row.role)?,
            suspended: row.suspended,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

/// Parses a stored role.
pub(super) fn role(name: &str) -> StoreResult<Role> {
    name.parse().map_err(|_| StoreError::corrupt("users", "role", name))
}

/// A user with their password hash.
pub struct Account {
    /// The user.
    pub user: User,
    /// The Argon2id hash, as a PHC string.
    pub password_hash: String,
}

impl TryFrom<(UserRow, String)> for Account {
    type Error = StoreError;

    fn try_from((row, password_hash): (UserRow, String)) -> Result<Self, StoreError> {
        Ok(Self { user: row.try_into()?, password_hash })
    }
}

#[derive(Insertable)]
#[diesel(table_name = users)]
struct NewUserRow<'a> {
    email: &'a str,
    name: &'a str,
    password_hash: &'a str,
    role: &'static str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(AsChangeset)]
#[diesel(table_name = users)]
struct UserChange<'a> {
    email: Option<&'a str>,
    name: Option<&'a str>,
    role: Option<&'static str>,
    suspended: Option<bool>,
    updated_at: Timestamp,
}

/// Returns a user by id.
pub async fn find(conn: &mut Conn<'_>, id: UserId) -> StoreResult<Option<User>> {
    let row: Option<UserRow> = with_backend!(
        conn,
        users::table.find(id).select(UserRow::as_select()).get_result(conn).await.optional()
    )?;
    row.map(User::try_from).transpose()
}

/// Returns the account with the first of these email addresses that has one.
pub async fn find_by_emails(
    conn: &mut Conn<'_>,
    emails: &[String],
) -> StoreResult<Option<Account>> {
    for email in emails {
        let account = find_by_email(conn, email).await?;
        if account.is_some() {
            return Ok(account);
        }
    }
    Ok(None)
}

async fn find_by_email(conn: &mut Conn<'_>, email: &str) -> StoreResult<Option<Account>> {
    let row: Option<(UserRow, String)> = with_backend!(
        conn,
        users::table
            .filter(users::email.eq(email))
            .select((UserRow::as_select(), users::password_hash))
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Account::try_from).transpose()
}

/// Returns an account and locks it until the transaction ends: its password and suspension stay the
/// same.
pub async fn lock(conn: &mut Conn<'_>, id: UserId) -> StoreResult<Option<Account>> {
    dialect::lock_row(conn, "users", id).await?;
    let row: Option<(UserRow, String)> = with_backend!(
        conn,
        users::table
            .find(id)
            .select((UserRow::as_select(), users::password_hash))
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Account::try_from).transpose()
}

/// Returns a page of all users, by id.
pub async fn list(conn: &mut Conn<'_>, query: &UserQuery) -> StoreResult<Page<User>> {
    let (after, before) = match &query.page.start {
        Start::Beginning => (None, None),
        Start::After(position) => (Some(as_number(&position.key)?), None),
        Start::Before(position) => (None, Some(as_number(&position.key)?)),
    };
    let rows: Vec<UserRow> = with_backend!(conn, {
        let mut rows = users::table.select(UserRow::as_select()).into_boxed::<Backend>();
        rows = match (after, before) {
            (Some(id), _) => rows.filter(users::id.gt(id)).order(users::id.asc()),
            (None, Some(id)) => rows.filter(users::id.lt(id)).order(users::id.desc()),
            (None, None) => rows.order(users::id.asc()),
        };
        rows.limit(i64::from(query.page.limit) + 1).load(conn).await
    })?;
    let rows = rows.into_iter().map(User::try_from).collect::<StoreResult<_>>()?;
    let mut page = Page::from_found(rows, &query.page, |user: &User| Position {
        key: SortKey::Number(user.id),
        id: user.id,
    });
    if query.page.total {
        page.total = Some(count(conn).await?);
    }
    Ok(page)
}

/// Returns the number of users.
pub async fn count(conn: &mut Conn<'_>) -> StoreResult<i64> {
    Ok(with_backend!(conn, users::table.count().get_result(conn).await)?)
}

/// Whether there is any user.
pub async fn any(conn: &mut Conn<'_>) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(users::table.select(users::id))).get_result(conn).await
    )?)
}

/// Inserts a user.
///
/// # Errors
/// [`StoreError::Duplicate`] when another user has the email address.
pub async fn insert(conn: &mut Conn<'_>, user: &NewUser, now: Time) -> StoreResult<User> {
    let row = NewUserRow {
        email: &user.email,
        name: &user.name,
        password_hash: &user.password_hash,
        role: user.role.as_str(),
        created_at: Timestamp(now),
        updated_at: Timestamp(now),
    };
    let row: UserRow = with_backend!(
        conn,
        diesel::insert_into(users::table)
            .values(&row)
            .returning(UserRow::as_returning())
            .get_result(conn)
            .await
    )?;
    row.try_into()
}

/// Updates a user. Returns `None` if there is no such user.
///
/// # Errors
/// [`StoreError::Duplicate`] when another user has the email address.
pub async fn update(
    conn: &mut Conn<'_>,
    id: UserId,
    patch: &UserPatch,
    now: Time,
) -> StoreResult<Option<User>> {
    let change = UserChange {
        email: patch.email.as_deref(),
        name: patch.name.as_deref(),
        role: patch.role.map(|role| role.as_str()),
        suspended: patch.suspended,
        updated_at: Timestamp(now),
    };
    let row: Option<UserRow> = with_backend!(
        conn,
        diesel::update(users::table.find(id))
            .set(&change)
            .returning(UserRow::as_returning())
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(User::try_from).transpose()
}

/// Sets a user's password hash. Returns `false` if there is no such user.
pub async fn set_password(
    conn: &mut Conn<'_>,
    id: UserId,
    hash: &str,
    now: Time,
) -> StoreResult<bool> {
    let changed = with_backend!(
        conn,
        diesel::update(users::table.find(id))
            .set((users::password_hash.eq(hash), users::updated_at.eq(Timestamp(now))))
            .execute(conn)
            .await
    )?;
    Ok(changed == 1)
}

/// Deletes a user and their sessions. Their articles stay, without an author. Returns `false` if
/// there is no such user.
pub async fn delete(conn: &mut Conn<'_>, id: UserId) -> StoreResult<bool> {
    let deleted = with_backend!(conn, diesel::delete(users::table.find(id)).execute(conn).await)?;
    Ok(deleted == 1)
}

/// Serialises decisions about admins: other transactions wait here until this one ends.
///
/// Such a decision depends on rows that it doesn't change, such as "there is another admin".
/// Locking only the changed rows would let two transactions demote the last two admins at once. So
/// all lock the site's single settings row. Later reads see the changes of the transactions before.
pub async fn lock_admin_changes(conn: &mut Conn<'_>) -> StoreResult<()> {
    dialect::lock_row(conn, "comment_settings", 1).await
}

/// Counts the admins who aren't suspended. Call [`lock_admin_changes`] before a decision.
pub async fn count_active_admins(conn: &mut Conn<'_>) -> StoreResult<i64> {
    Ok(with_backend!(
        conn,
        users::table
            .filter(users::role.eq(Role::Admin.as_str()))
            .filter(users::suspended.eq(false))
            .count()
            .get_result(conn)
            .await
    )?)
}
