//! Tags with keys of an older version, and slugs of articles from before `former_slugs`.

use std::sync::Arc;

use maqal::clock::SystemClock;
use maqal::config::Config;
use maqal::server;
use maqal::service::tags;

use crate::database::{Database, block_on};
use crate::inspect::{Question, Row, ask};

/// Tags as the program made them before signs were part of their key, and one that has no sign. The
/// last two have one key now.
const FILL: &str = "
INSERT INTO tags (slug, slug_key, name, name_key, name_sort, lang, created_at, updated_at)
    VALUES ('c', 'c', 'C++', 'c', @bytes, 'en', @time, @time),
        ('ليبيا', 'ليبيا', 'ليبيا', 'ليبيا', @bytes, 'ar', @time, @time),
        ('1', '1', '-1', '1', @bytes, 'en', @time, @time),
        ('1-5', '1-5', '1,5', '1 5', @bytes, 'en', @time, @time),
        ('half', 'half', '½', '1 2', @bytes, 'en', @time, @time),
        ('1-2', '1-2', '1/2', '1 / 2', @bytes, 'en', @time, @time);";

/// Fills a migrated database.
pub fn fill(database: &Database) {
    let (time, bytes) = match database.file() {
        Some(_) => ("1700000000000000", "CAST('a' AS BLOB)"),
        None => ("to_timestamp(1700000000)", "convert_to('a', 'UTF8')"),
    };
    database.run(&FILL.replace("@time", time).replace("@bytes", bytes));
}

/// Makes the keys again, as the server does at its start.
pub fn renew(database: &Database) {
    let config = Config::for_tests(database.config(), &database.keys()).expect("settings");
    block_on(async {
        let app = server::open_app(&config, Arc::new(SystemClock)).await.expect("the database");
        tags::renew_keys(&app).await.expect("the keys are made again");
    });
}

/// Name, key and slug of each tag, in the order of the names' bytes.
pub fn rows(database: &Database) -> Vec<Row> {
    let sql = "SELECT name AS a, name_key AS b, slug AS c FROM tags ORDER BY name_key";
    let mut rows = ask(database, &Question { sqlite: sql, postgres: sql });
    rows.sort();
    rows
}
