//! Queries of a database's catalogue, as rows of three texts.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::database::{Database, block_on};

/// Three texts.
pub type Row = [String; 3];

/// A query in both dialects.
pub struct Question {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

/// All objects that migrations create: kind, name, definition.
pub fn objects(database: &Database) -> Vec<Row> {
    ask(database, &Question {
        sqlite: "
            SELECT type AS a, name AS b, sql AS c FROM sqlite_master
            WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'
                AND tbl_name <> '__diesel_schema_migrations'",
        postgres: "
            SELECT * FROM (
                SELECT 'relation', relname::text, relkind::text, relname::text AS owner
                FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'column', table_name || '.' || column_name,
                    concat_ws(' ', data_type, collation_name, is_nullable, column_default, is_identity),
                    table_name
                FROM information_schema.columns WHERE table_schema = current_schema()
                UNION ALL
                SELECT 'constraint', conrelid::regclass || '.' || conname,
                    pg_get_constraintdef(oid), conrelid::regclass::text
                FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'index', indexname, indexdef, tablename
                FROM pg_indexes WHERE schemaname = current_schema()
                UNION ALL
                SELECT 'trigger', tgname, pg_get_triggerdef(t.oid), relname
                FROM pg_trigger t JOIN pg_class r ON r.oid = tgrelid
                WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'function', proname, prosrc, proname
                FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
            ) AS objects WHERE owner NOT LIKE '!_!_diesel!_schema!_migrations%' ESCAPE '!'",
    })
}

/// Every column: table, column, upper-case type, with `NULL` if nullable.
pub fn columns(database: &Database) -> Vec<Row> {
    ask(
        database,
        &Question {
            sqlite: "
            SELECT t.name AS a, c.name AS b,
                upper(c.type) || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' NULL' END AS c
            FROM sqlite_master AS t, pragma_table_xinfo(t.name) AS c
            -- Hidden columns of virtual tables are no columns; generated ones are.
            WHERE t.type = 'table' AND c.hidden <> 1 AND t.name NOT LIKE 'sqlite^_%' ESCAPE '^'
                AND t.name <> '__diesel_schema_migrations'",
            postgres: "
            SELECT table_name, column_name,
                upper(data_type) || CASE is_nullable WHEN 'NO' THEN '' ELSE ' NULL' END
            FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'",
        },
    )
}

/// Foreign key columns that no index begins with.
pub fn foreign_keys_without_index(database: &Database) -> Vec<Row> {
    let pointing = ask(
        database,
        &Question {
            sqlite: "
            SELECT t.name AS a, k.\"from\" AS b, '' AS c
            FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'",
            postgres: "
            SELECT conrelid::regclass::text, attname, '' FROM pg_constraint
            JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
        },
    );
    assert!(!pointing.is_empty(), "there are foreign keys");
    let indexed: BTreeSet<_> = ask(
        database,
        &Question {
            sqlite: "
            SELECT t.name AS a, c.name AS b, '' AS c
            FROM sqlite_master AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
            WHERE t.type = 'table' AND c.seqno = 0 AND i.partial = 0 AND c.name IS NOT NULL
            UNION ALL
            -- An INTEGER PRIMARY KEY is the row's own number, which needs no index.
            SELECT t.name, c.name, '' FROM sqlite_master AS t, pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER'",
            postgres: "
            SELECT indrelid::regclass::text, attname, '' FROM pg_index
            JOIN pg_class r ON r.oid = indexrelid
            JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]
            WHERE indpred IS NULL AND relnamespace = current_schema()::regnamespace",
        },
    )
    .into_iter()
    .collect();
    pointing.into_iter().filter(|row| !indexed.contains(row)).collect()
}

/// Returns the rows of a query, sorted.
pub fn ask(database: &Database, question: &Question) -> Vec<Row> {
    let mut rows = match (database.file(), database.schema_url()) {
        (Some(file), _) => ask_sqlite(file.to_str().expect("a path in UTF-8"), question.sqlite),
        (_, Some(url)) => block_on(ask_postgres(url, question.postgres)),
        _ => unreachable!("a database is a file or a schema"),
    };
    rows.sort();
    rows
}

fn ask_sqlite(file: &str, sql: &str) -> Vec<Row> {
    #[derive(QueryableByName)]
    struct Texts {
        #[diesel(sql_type = Text)]
        a: String,
        #[diesel(sql_type = Text)]
        b: String,
        #[diesel(sql_type = Text)]
        c: String,
    }
    let mut conn = SqliteConnection::establish(file).expect("open the file");
    // A program that has just ended may still close it.
    conn.batch_execute("PRAGMA busy_timeout = 10000").expect("a timeout is set");
    let rows: Vec<Texts> = sql_query(sql).load(&mut conn).expect("an answer");
    rows.into_iter().map(|row| [row.a, row.b, row.c]).collect()
}

async fn ask_postgres(url: &str, sql: &str) -> Vec<Row> {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connect");
    tokio::spawn(connection);
    let messages = client.simple_query(sql).await.expect("an answer");
    messages
        .iter()
        .filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                Some([0, 1, 2].map(|index| row.get(index).expect("a text").to_owned()))
            }
            _ => None,
        })
        .collect()
}
