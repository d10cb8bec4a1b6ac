//! Explains statements in databases with enough rows for the plan to matter.

use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::database::{Database, block_on};

/// SQL that fills articles, tags and their links, with placeholders for dialects.
const FILL: &str = "
INSERT INTO users (email, name, password_hash, role, suspended, created_at, updated_at)
    VALUES ('a~example.org', 'A', 'x', 'author', FALSE, @time(0)@, @time(0)@);
INSERT INTO tags (slug, slug_key, name, name_key, name_sort, lang, listed, article_count, created_at, updated_at)
    SELECT 'tag-' || n, 'tag-' || n, 'tag ' || n, 'tag ' || n, @bytes('t' || n)@, 'ar', TRUE, 50, @time(n)@, @time(n)@
    FROM @numbers(50)@;
INSERT INTO articles (slug, slug_key, title, title_sort, excerpt, excerpt_derived, lang, status, published_at,
        listed_at, created_at, updated_at, author_id, credits, featured, seo, metadata, word_count,
        reading_minutes, body_format, body, html)
    SELECT 'article-' || n, 'article-' || n, 'Article ' || n, @bytes('a' || n)@, 'x', TRUE,
        CASE n % 3 WHEN 0 THEN 'ar' WHEN 1 THEN 'ar-LY' ELSE 'en' END,
        CASE n % 10 WHEN 0 THEN 'draft' ELSE 'published' END, @time(n)@, @time(n)@, @time(n)@, @time(n)@, 1,
        '[]', n % 20 = 1, '{\"title\":null,\"description\":null}', '{}', 10, 1, 'markdown', 'x', 'x'
    FROM @numbers(3000)@;
INSERT INTO article_tags (article_id, tag_id, position, published_at, lang, featured, title_sort, updated_at)
    SELECT id, 1 + (id + k.n) % 50, k.n, CASE status WHEN 'published' THEN published_at END,
        lang, featured, title_sort, updated_at
    FROM articles CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) AS k;
INSERT INTO article_credits (article_id, name_key, published_at, lang, featured, title_sort, updated_at)
    SELECT id, 'agency ' || (id % 30), CASE status WHEN 'published' THEN published_at END, lang, featured,
        title_sort, updated_at
    FROM articles;
INSERT INTO comments (article_id, depth, path, status, shown, listed, is_staff, author_name, author_email,
        fingerprint, created_at, updated_at, body, html)
    SELECT 1 + n % 20, 1, @bytes(substr('0000000000000000' || n, length('0000000000000000' || n) - 15, 16) || '')@,
        CASE n % 4 WHEN 0 THEN 'pending' ELSE 'approved' END, n % 4 <> 0, n % 4 <> 0, FALSE, 'x', 'reader ' || (n % 500),
        'f' || n, @time(n)@, @time(n)@, 'x', 'x'
    FROM @numbers(6000)@;
INSERT INTO mentions (article_id, protocol, source_url, source_key, source_host, target_url, verification, status,
        verified_at, created_at, updated_at)
    SELECT 1 + n % 20, 'webmention', 'https://a.example/' || n, 'https://a.example/' || n, 'host-' || (n % 50),
        'https://news.example/x', 'verified', CASE n % 4 WHEN 0 THEN 'pending' ELSE 'approved' END, @time(n)@,
        @time(n)@, @time(n)@
    FROM @numbers(3000)@;
INSERT INTO pings (article_id, target_url, source_url, status, created_at, updated_at)
    SELECT 1 + n % 20, 'https://b.example/' || n, 'https://news.example/x', 'delivered', @time(n)@, @time(n)@
    FROM @numbers(3000)@;
ANALYZE;";

/// Fills a database.
pub fn fill(database: &Database) {
    let fill_in = if database.file().is_some() { sqlite } else { postgres };
    database.run(&text(fill_in));
}

/// The text with the placeholders of its dialect replaced.
fn text(fill_in: fn(&str, &str) -> String) -> String {
    let part = |(place, part): (usize, &str)| match part.split_once('(') {
        Some((name, rest)) if place % 2 == 1 => fill_in(name, rest.trim_end_matches(')')),
        _ => part.to_owned(),
    };
    FILL.split('@').enumerate().map(part).collect()
}

fn sqlite(name: &str, value: &str) -> String {
    match name {
        "time" => format!("(1700000000000000 + ({value}) * 60000000)"),
        "bytes" => format!("CAST({value} AS BLOB)"),
        _ => format!(
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {value}) \
             SELECT n FROM s)"
        ),
    }
}

fn postgres(name: &str, value: &str) -> String {
    match name {
        "time" => format!("(TIMESTAMPTZ '2023-11-14 22:13:20Z' + ({value}) * INTERVAL '1 minute')"),
        "bytes" => format!("convert_to({value}, 'UTF8')"),
        _ => format!("generate_series(1, {value}) AS s(n)"),
    }
}

fn open(file: &std::path::Path) -> SqliteConnection {
    SqliteConnection::establish(file.to_str().expect("UTF-8")).expect("the file opens")
}

/// Asks a database.
pub enum Explainer {
    Sqlite(Box<SqliteConnection>),
    Postgres(String),
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

impl Explainer {
    pub fn of(database: &Database) -> Self {
        match (database.file(), database.schema_url()) {
            (Some(file), _) => Self::Sqlite(Box::new(open(file))),
            (_, Some(url)) => Self::Postgres(url.to_owned()),
            _ => unreachable!("a database is a file or a schema"),
        }
    }

    /// The faults of a statement's plan. Only some statements may sort.
    pub fn flaws(&mut self, path: &str, statement: &str, sorts: bool) -> Option<String> {
        let plan = match self {
            Self::Sqlite(conn) => in_sqlite(conn, statement),
            Self::Postgres(url) => block_on(in_postgres(url, statement)),
        };
        let poor = plan.lines().any(|line| {
            let scans = line.contains("Seq Scan")
                || line.trim_start().starts_with("SCAN ") && !line.contains("USING");
            let sorted = line.contains("Sort") || line.contains("TEMP B-TREE FOR ORDER BY");
            // The second tag must be looked up in an index with the sort order.
            let looks_up = path.contains("tag_all=")
                && line.contains(" had ")
                && !line.contains("article_tags_by_");
            scans || looks_up || sorted && !sorts
        });
        poor.then(|| format!("{path}\n{statement}\n{plan}\n"))
    }
}

fn in_sqlite(conn: &mut SqliteConnection, statement: &str) -> String {
    let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {statement}"))
        .load(conn)
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    steps.iter().map(|step| format!("  {}\n", step.detail)).collect()
}

/// The generic plan. Scans and sorts are priced out of reach, so that one in the plan means that
/// no index fits.
async fn in_postgres(url: &str, statement: &str) -> String {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let parameters = (1..).take_while(|n| statement.contains(&format!("${n}"))).count();
    let nulls = vec!["NULL"; parameters].join(", ");
    let run = if parameters == 0 { "p".to_owned() } else { format!("p({nulls})") };
    let sql = format!(
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_sort = off;
         SET enable_bitmapscan = off; PREPARE p AS {statement}; EXPLAIN EXECUTE {run}"
    );
    let messages = client.simple_query(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rows = messages.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    rows.map(|line| format!("  {line}\n")).collect()
}
