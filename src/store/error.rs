//! Errors of queries and transactions, classified by the caller's possible reaction. Only
//! collisions are retried.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failed query or transaction.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint refused the row. Holds the name of the constraint or column.
    #[error("already taken: {0}")]
    Duplicate(String),
    /// A foreign key refused the row: the row that it references doesn't exist.
    #[error("missing reference: {0}")]
    MissingReference(String),
    /// A serialisation failure or deadlock: the transaction may be retried.
    #[error("collided with another transaction: {0}")]
    Collision(String),
    /// The database can't be reached, is starting or shutting down, or has no free connection.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The file is no database.
    #[error("the file is not a database")]
    NotADatabase,
    /// The disk is full.
    #[error("storage full: {0}")]
    Full(String),
    /// A stored value that the domain refuses.
    #[error("corrupt row in {table}: {reason}")]
    Corrupt {
        /// The table's name.
        table: &'static str,
        /// The reason, in English.
        reason: String,
    },
    /// Any other error: a bug, or an unexpected state of the database.
    #[error("query failed: {0}")]
    Query(String),
}

/// The result of a store function.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Makes the error of a stored value that the domain refuses.
    #[must_use]
    pub fn corrupt(table: &'static str, column: &str, value: &str) -> Self {
        Self::Corrupt { table, reason: format!("{column} is {value:?}") }
    }

    /// Whether the connection must be discarded after this error.
    #[must_use]
    pub fn breaks_connection(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) => classify(kind, info.message(), &*info),
            DieselError::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            other => Self::Query(other.to_string()),
        }
    }
}

fn classify(
    kind: DatabaseErrorKind,
    message: &str,
    info: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync),
) -> StoreError {
    let text = message.to_owned();
    match kind {
        DatabaseErrorKind::UniqueViolation => {
            StoreError::Duplicate(info.constraint_name().map_or(text, str::to_owned))
        }
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            StoreError::MissingReference(text)
        }
        DatabaseErrorKind::SerializationFailure => StoreError::Collision(text),
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::UnableToSendCommand
        | DatabaseErrorKind::ReadOnlyTransaction => StoreError::Unavailable(text),
        // Diesel 2.3 has no kinds for the rest, and exposes neither SQLSTATE nor SQLite's code. So
        // they are told apart by their messages. A PostgreSQL server with a translated
        // `lc_messages` ends up with `Query`, a 500, instead of a wrong class.
        _ => by_message(text),
    }
}

/// Parts of messages, from the sources of PostgreSQL and SQLite.
const COLLISIONS: &[&str] = &["deadlock detected", "could not serialize access"];
const NOT_A_DATABASE: &str = "file is not a database";
const FULL: &[&str] = &["database or disk is full", "No space left on device"];
const UNAVAILABLE: &[&str] = &[
    // SQLite: BUSY, LOCKED, IOERR, READONLY, CANTOPEN
    "database is locked",
    "database table is locked",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
    // PostgreSQL: 57P01-03, 57014, 53300, 55P03, 25006, 08xxx
    "terminating connection",
    "the database system is",
    "canceling statement due to",
    "too many clients",
    "remaining connection slots",
    "too many connections",
    "canceling authentication",
    "read-only transaction",
    "server closed the connection",
    "connection closed",
];

fn by_message(text: String) -> StoreError {
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if has(COLLISIONS) {
        StoreError::Collision(text)
    } else if has(&[NOT_A_DATABASE]) {
        StoreError::NotADatabase
    } else if has(FULL) {
        StoreError::Full(text)
    } else if has(UNAVAILABLE) {
        StoreError::Unavailable(text)
    } else {
        StoreError::Query(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(message: &str) -> StoreError {
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())).into()
    }

    #[test]
    fn errors_without_a_kind_are_classified_by_message() {
        for text in ["deadlock detected", "could not serialize access due to concurrent update"] {
            assert!(matches!(unknown(text), StoreError::Collision(_)), "{text}");
        }
        for text in [
            "database or disk is full",
            "could not extend file \"base/1/2\": No space left on device",
        ] {
            assert!(matches!(unknown(text), StoreError::Full(_)), "{text}");
        }
        for text in [
            "database is locked",
            "disk I/O error",
            "attempt to write a readonly database",
            "terminating connection due to administrator command",
            "the database system is starting up",
            "the database system is shutting down",
            "the database system is in recovery mode",
            "canceling statement due to statement timeout",
            "sorry, too many clients already",
            "remaining connection slots are reserved for non-replication superuser connections",
            "cannot execute INSERT in a read-only transaction",
        ] {
            assert!(matches!(unknown(text), StoreError::Unavailable(_)), "{text}");
        }
        assert!(matches!(unknown("file is not a database"), StoreError::NotADatabase));
        assert!(matches!(unknown("syntax error at or near \"FORM\""), StoreError::Query(_)));
    }

    #[test]
    fn errors_with_a_kind_are_classified_by_kind() {
        let named = |kind| -> StoreError {
            DieselError::DatabaseError(kind, Box::new(String::from("x"))).into()
        };
        assert!(matches!(named(DatabaseErrorKind::UniqueViolation), StoreError::Duplicate(_)));
        assert!(matches!(named(DatabaseErrorKind::SerializationFailure), StoreError::Collision(_)));
        assert!(matches!(named(DatabaseErrorKind::ClosedConnection), StoreError::Unavailable(_)));
        assert!(matches!(
            named(DatabaseErrorKind::ForeignKeyViolation),
            StoreError::MissingReference(_)
        ));
    }
}
