//! Comments before and after `comment_tombstones`, which separates a comment's visibility from its
//! ancestors'.

use crate::database::Database;
use crate::inspect::{Question, Row, ask};

/// A thread of three with a hidden root, and one of two with a visible root, in the old schema.
const FILL: &str = "
INSERT INTO articles (slug, slug_key, title, title_sort, excerpt, excerpt_derived, lang, status, published_at,
        listed_at, created_at, updated_at, credits, featured, seo, metadata, word_count, reading_minutes,
        comment_count, body_format, body, html)
    VALUES ('a', 'a', 'A', @path(1)@, 'x', TRUE, 'ar', 'published', @time@, @time@, @time@, @time@, '[]', FALSE,
        '{}', '{}', 10, 1, 1, 'markdown', 'x', 'x');
INSERT INTO comments (article_id, parent_id, root_id, depth, path, status, shown, held_for, is_staff,
        author_name, created_at, updated_at, body, html)
    SELECT id, NULL, 1, 1, @path(1)@, 'spam', FALSE, 'links', FALSE, 'a', @time@, @time@, 'x', 'x' FROM articles;
INSERT INTO comments (article_id, parent_id, root_id, depth, path, status, shown, is_staff,
        author_name, created_at, updated_at, body, html)
    SELECT id, 1, 1, 2, @path(1 2)@, 'approved', FALSE, FALSE, 'b', @time@, @time@, 'x', 'x' FROM articles;
INSERT INTO comments (article_id, parent_id, root_id, depth, path, status, shown, is_staff,
        author_name, created_at, updated_at, body, html)
    SELECT id, 2, 1, 3, @path(1 2 3)@, 'trash', FALSE, FALSE, 'c', @time@, @time@, 'x', 'x' FROM articles;
INSERT INTO comments (article_id, parent_id, root_id, depth, path, status, shown, is_staff,
        author_name, created_at, updated_at, body, html)
    SELECT id, NULL, 4, 1, @path(4)@, 'approved', TRUE, FALSE, 'd', @time@, @time@, 'x', 'x' FROM articles;";

/// Fills a database that has the old schema.
pub fn fill(database: &Database) {
    let is_sqlite = database.file().is_some();
    let time = if is_sqlite { "1700000000000000" } else { "to_timestamp(1700000000)" };
    let mut sql = FILL.replace("@time@", time);
    while let Some((before, rest)) = sql.split_once("@path(") {
        let (ids, after) = rest.split_once(")@").expect("the end of a path");
        let hex: String = ids
            .split(' ')
            .map(|id| format!("{:016x}", id.parse::<u64>().expect("an id")))
            .collect();
        let path = if is_sqlite { format!("x'{hex}'") } else { format!("decode('{hex}', 'hex')") };
        sql = format!("{before}{path}{after}");
    }
    database.run(&sql);
}

/// Approves the reply below the hidden comment, as a moderator of the new version does, and holds
/// another for a new reason.
pub fn moderate(database: &Database) {
    database.run(
        "UPDATE comments SET status = 'approved', shown = TRUE, listed = TRUE WHERE author_name = 'b';
        UPDATE comments SET listed = TRUE WHERE author_name = 'a';
        UPDATE comments SET held_for = 'trap' WHERE author_name = 'c';
        UPDATE articles SET comment_count = 2;",
    );
}

/// The author, the status with the reason, and the visibility with the article's count.
pub fn old_rows(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "
            SELECT author_name AS a, comments.status || ' ' || coalesce(held_for, '-') AS b,
                CASE shown WHEN 1 THEN 'shown ' ELSE 'hidden ' END || comment_count AS c
            FROM comments JOIN articles ON articles.id = article_id",
            postgres: "
            SELECT author_name, comments.status || ' ' || coalesce(held_for, '-'),
                CASE WHEN shown THEN 'shown ' ELSE 'hidden ' END || comment_count
            FROM comments JOIN articles ON articles.id = article_id",
        },
    )
}

/// The same with the new column.
pub fn new_rows(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "
            SELECT author_name AS a, comments.status || ' ' || coalesce(held_for, '-') AS b,
                CASE shown WHEN 1 THEN 'shown ' ELSE 'hidden ' END
                    || CASE listed WHEN 1 THEN 'listed ' ELSE 'unlisted ' END || comment_count AS c
            FROM comments JOIN articles ON articles.id = article_id",
            postgres: "
            SELECT author_name, comments.status || ' ' || coalesce(held_for, '-'),
                CASE WHEN shown THEN 'shown ' ELSE 'hidden ' END
                    || CASE WHEN listed THEN 'listed ' ELSE 'unlisted ' END || comment_count
            FROM comments JOIN articles ON articles.id = article_id",
        },
    )
}
