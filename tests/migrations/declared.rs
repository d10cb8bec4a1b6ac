//! The columns that `src/store/schema.rs` declares, and their types in each database.

use crate::database::Backend;

/// A column of Diesel's schema.
#[derive(Debug)]
pub struct Column {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    kind: String,
    nullable: bool,
}

impl Column {
    /// The descriptions that fit it in a database.
    pub fn fitting(&self, backend: Backend) -> Vec<String> {
        let kinds: &[&str] = match (backend, self.kind.as_str()) {
            (Backend::Sqlite, "BigInt") => &["BIGINT", "INTEGER"],
            (Backend::Postgres, "BigInt") | (Backend::Sqlite, "Moment") => &["BIGINT"],
            (Backend::Postgres, "Moment") => &["TIMESTAMP WITH TIME ZONE"],
            (_, "Integer") => &["INTEGER"],
            (_, "Text") => &["TEXT"],
            (_, "Bool") => &["BOOLEAN"],
            (Backend::Sqlite, "Binary") => &["BLOB"],
            (Backend::Postgres, "Binary") => &["BYTEA"],
            (_, other) => panic!("{other} in schema.rs is new to this test: add it here"),
        };
        let null = if self.nullable { " NULL" } else { "" };
        kinds.iter().map(|kind| format!("{kind}{null}")).collect()
    }
}

/// All declared columns, in the order of the file.
pub fn columns() -> Vec<Column> {
    let text = std::fs::read_to_string("src/store/schema.rs").expect("schema.rs");
    let mut columns = Vec::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((name, kind)) =
            line.strip_suffix(',').and_then(|line| line.split_once(" -> "))
        {
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            columns.push(Column {
                table: table.clone(),
                name: name.to_owned(),
                kind: inner.unwrap_or(kind).to_owned(),
                nullable: inner.is_some(),
            });
        }
    }
    assert!(columns.len() > 50, "only {} columns found in schema.rs", columns.len());
    columns
}
