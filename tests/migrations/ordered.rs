//! Comments before and after `comments_by_time`, and mentions before and after `mentioned_pages`.

use crate::database::Database;
use crate::inspect::{Question, Row, ask};

/// Gives the comments of [`crate::tombstones::fill`] times that differ from the order of their ids, one
/// before 1970. Adds two mentions by one page under two URLs, as older versions stored them.
pub fn fill(database: &Database) {
    let at = |seconds: i64| match database.file().is_some() {
        true => format!("{}", seconds * 1_000_000),
        false => format!("to_timestamp({seconds})"),
    };
    let (early, late) = (at(-1), at(1_700_000_000));
    database.run(&format!(
        "UPDATE comments SET created_at = {early} WHERE author_name = 'd';
        INSERT INTO mentions (article_id, kind, source_url, source_key, source_host, target_url,
            verification, status, verified_at, created_at, updated_at)
        SELECT id, 'webmention', 'https://a.example/short', 'https://a.example/short', 'a.example', 'x',
            'verified', 'approved', {late}, {late}, {late} FROM articles
        UNION ALL SELECT id, 'webmention', 'https://a.example/final', 'https://a.example/final', 'a.example', 'x',
            'verified', 'pending', {late}, {late}, {late} FROM articles
        UNION ALL SELECT id, 'pingback', 'https://a.example/none', 'https://a.example/none', 'a.example', 'x',
            'rejected', 'pending', NULL, {late}, {late} FROM articles;"
    ));
}

/// Joins one mention to another, as a verification of the new version does.
pub fn join(database: &Database) {
    database.run(
        "UPDATE mentions SET page_key = NULL, verified_at = NULL,
            same_as = (SELECT id FROM mentions WHERE source_key = 'https://a.example/final')
        WHERE source_key = 'https://a.example/short';",
    );
}

/// The author and the path of each comment, and the path of its thread.
pub fn new_comments(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "SELECT author_name AS a, lower(hex(path)) AS b, lower(hex(root_path)) AS c FROM comments",
            postgres: "SELECT author_name, encode(path, 'hex'), encode(root_path, 'hex') FROM comments",
        },
    )
}

/// The author, the path, and the id of the thread.
pub fn old_comments(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "
            SELECT author_name AS a, lower(hex(path)) AS b, CAST(root_id AS TEXT) AS c FROM comments",
            postgres: "SELECT author_name, encode(path, 'hex'), root_id::text FROM comments",
        },
    )
}

/// The source, the page, and the status.
pub fn new_mentions(database: &Database) -> Vec<Row> {
    let sql = "SELECT source_key AS a, coalesce(page_key, '-') AS b, status AS c FROM mentions";
    ask(database, &Question { sqlite: sql, postgres: sql })
}

/// The source and the status.
pub fn old_mentions(database: &Database) -> Vec<Row> {
    let sql = "SELECT source_key AS a, verification AS b, status AS c FROM mentions";
    ask(database, &Question { sqlite: sql, postgres: sql })
}
