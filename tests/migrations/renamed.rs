//! Rows in the tables and columns that `standard_names` and `mention_kinds` rename.

use crate::database::Database;
use crate::inspect::{Question, Row, ask};

/// The rows, in the old schema. `@time` and `@bytes` differ between the databases.
const FILL: &str = "
INSERT INTO articles (slug, slug_key, title, title_sort, excerpt, excerpt_derived, lang, status, published_at,
        listed_at, created_at, updated_at, credits, featured, seo, metadata, word_count, reading_minutes,
        body_format, body, html)
    VALUES ('a', 'a', 'A', @bytes, 'x', TRUE, 'ar', 'published', @time, @time, @time, @time, '[]', FALSE,
        '{}', '{}', 10, 1, 'markdown', 'x', 'x');
INSERT INTO comments (article_id, root_id, depth, path, status, shown, newsroom, author_name, client_address,
        traces_until, created_at, updated_at, body, html)
    SELECT id, 1, 1, @bytes, 'approved', TRUE, TRUE, 'A', '192.0.2.1', @time, @time, @time, 'x', 'x'
    FROM articles;
INSERT INTO mentions (article_id, kind, source_url, source_key, source_host, target_url, told_url,
        verification, status, created_at, updated_at)
    SELECT id, 'webmention', 'https://a.example/', 'https://a.example/', 'a.example',
        'https://news.example/a', 'https://news.example/b', 'queued', 'pending', @time, @time
    FROM articles;
INSERT INTO web_turns (host, next_at) VALUES ('a.example', @time);";

/// Table, key and the values of renamed columns.
pub const ROWS: [[&str; 3]; 3] = [
    ["comments", "192.0.2.1", "true 1700000000"],
    ["host_rate_limits", "a.example", "1700000000"],
    ["mentions", "https://a.example/", "https://news.example/b webmention"],
];

/// Fills a database that has the old schema.
pub fn fill(database: &Database) {
    let (time, bytes) = match database.file() {
        Some(_) => ("1700000000000000", "CAST('a' AS BLOB)"),
        None => ("to_timestamp(1700000000)", "convert_to('a', 'UTF8')"),
    };
    database.run(&FILL.replace("@time", time).replace("@bytes", bytes));
}

/// Reads the rows by their old names.
pub fn old_rows(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "
            SELECT 'comments' AS a, client_address AS b,
                CASE newsroom WHEN 1 THEN 'true ' ELSE 'false ' END || (traces_until / 1000000) AS c
            FROM comments
            UNION ALL SELECT 'host_rate_limits', host, CAST(next_at / 1000000 AS TEXT) FROM web_turns
            UNION ALL SELECT 'mentions', source_url, told_url || ' ' || kind FROM mentions",
            postgres: "
            SELECT 'comments', client_address,
                newsroom::text || ' ' || extract(epoch FROM traces_until)::bigint
            FROM comments
            UNION ALL SELECT 'host_rate_limits', host, extract(epoch FROM next_at)::bigint::text
            FROM web_turns
            UNION ALL SELECT 'mentions', source_url, told_url || ' ' || kind FROM mentions",
        },
    )
}

/// Reads the rows by their new names.
pub fn new_rows(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "
            SELECT 'comments' AS a, client_address AS b,
                CASE is_staff WHEN 1 THEN 'true ' ELSE 'false ' END
                    || (client_data_expires_at / 1000000) AS c
            FROM comments
            UNION ALL SELECT 'host_rate_limits', host, CAST(next_at / 1000000 AS TEXT)
            FROM host_rate_limits
            UNION ALL SELECT 'mentions', source_url, pending_target_url || ' ' || protocol
            FROM mentions",
            postgres: "
            SELECT 'comments', client_address,
                is_staff::text || ' ' || extract(epoch FROM client_data_expires_at)::bigint
            FROM comments
            UNION ALL SELECT 'host_rate_limits', host, extract(epoch FROM next_at)::bigint::text
            FROM host_rate_limits
            UNION ALL SELECT 'mentions', source_url, pending_target_url || ' ' || protocol
            FROM mentions",
        },
    )
}
