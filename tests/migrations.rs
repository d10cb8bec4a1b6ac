//! The migrations, on both databases: each can be reverted and run again, data survives both, two
//! instances may run them at once, every foreign key has an index, and `src/store/schema.rs` declares all columns.

#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "migrations/declared.rs"]
mod declared;
#[path = "migrations/inspect.rs"]
mod inspect;
#[path = "migrations/ordered.rs"]
mod ordered;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;
#[path = "migrations/renamed.rs"]
mod renamed;
#[path = "migrations/tag_keys.rs"]
mod tag_keys;
#[path = "migrations/tombstones.rs"]
mod tombstones;

use database::{Backend, Database, block_on};
use inspect::Row;
use maqal::store::migrate::{State, Step, migrate};

/// Tables left out of Diesel's schema, since only raw SQL uses them.
const UNDECLARED_TABLES: &[&str] = &["search_published", "search_unpublished"];

/// Runs a check on each available database.
fn on_each(check: impl Fn(Backend)) {
    check(Backend::Sqlite);
    match postgres::url() {
        Ok(_) => check(Backend::Postgres),
        Err(why) if postgres::is_required() => panic!("no PostgreSQL to test with: {why}"),
        Err(why) => eprintln!("!! PostgreSQL was SKIPPED: {why}"),
    }
}

fn step(database: &Database, step: Step) -> Vec<State> {
    block_on(migrate(&database.config(), step)).expect("the step is taken")
}

fn applied(states: &[State]) -> usize {
    states.iter().filter(|state| state.applied).count()
}

#[test]
fn every_migration_can_be_reverted_and_applied_again() {
    on_each(|backend| {
        let database = Database::empty(backend);
        let all = step(&database, Step::Up).len();
        let complete = inspect::objects(&database);
        for steps in 1..=all {
            for taken in 1..=steps {
                assert_eq!(applied(&step(&database, Step::Down)), all - taken, "{backend}");
            }
            if steps == all {
                let left = inspect::objects(&database);
                assert!(left.is_empty(), "{backend}: left when all is taken back: {left:#?}");
            }
            assert_eq!(applied(&step(&database, Step::Up)), all, "{backend}");
            let again = inspect::objects(&database);
            assert_eq!(again, complete, "{backend}: {steps} steps back and again");
        }
    });
}

#[test]
fn rows_survive_the_renames_up_and_down() {
    on_each(|backend| {
        let database = Database::migrated(backend);
        let before = |states: &[State]| {
            states.iter().any(|state| state.name.ends_with("standard_names") && !state.applied)
        };
        while !before(&step(&database, Step::Down)) {}
        renamed::fill(&database);
        assert_eq!(renamed::old_rows(&database), renamed::ROWS, "{backend}, old names");
        step(&database, Step::Up);
        assert_eq!(renamed::new_rows(&database), renamed::ROWS, "{backend}, new names");
        while !before(&step(&database, Step::Down)) {}
        assert_eq!(renamed::old_rows(&database), renamed::ROWS, "{backend}, old names again");
    });
}

#[test]
fn hidden_replies_stay_hidden_when_tombstones_come_and_go() {
    on_each(|backend| {
        let database = Database::migrated(backend);
        let before = |states: &[State]| {
            states.iter().any(|state| state.name.ends_with("comment_tombstones") && !state.applied)
        };
        while !before(&step(&database, Step::Down)) {}
        tombstones::fill(&database);
        step(&database, Step::Up);
        let migrated = [
            ["a", "spam links", "hidden unlisted 1"],
            ["b", "pending -", "hidden unlisted 1"],
            ["c", "trash -", "hidden unlisted 1"],
            ["d", "approved -", "shown listed 1"],
        ];
        assert_eq!(tombstones::new_rows(&database), migrated, "{backend}");
        tombstones::moderate(&database);
        while !before(&step(&database, Step::Down)) {}
        let reverted = [
            ["a", "spam links", "hidden 1"],
            ["b", "approved -", "hidden 1"],
            ["c", "trash blocked_words", "hidden 1"],
            ["d", "approved -", "shown 1"],
        ];
        assert_eq!(tombstones::old_rows(&database), reverted, "{backend}");
    });
}

#[test]
fn older_comments_get_paths_of_times_and_older_mentions_their_pages() {
    on_each(|backend| {
        let database = Database::migrated(backend);
        let before = |name: &'static str| {
            move |states: &[State]| {
                states.iter().any(|state| state.name.ends_with(name) && !state.applied)
            }
        };
        while !before("comment_tombstones")(&step(&database, Step::Down)) {}
        tombstones::fill(&database);
        ordered::fill(&database);
        step(&database, Step::Up);
        // 2^62, and the microseconds since 1970.
        let at = |micros: i64, id: i64| format!("{:016x}{id:016x}", micros + (1 << 62));
        let (a, b, c) = (
            at(1_700_000_000_000_000, 1),
            at(1_700_000_000_000_000, 2),
            at(1_700_000_000_000_000, 3),
        );
        let d = at(-1_000_000, 4);
        let row = |name: &str, path: &str, root: &str| [name.into(), path.into(), root.into()];
        let migrated: [Row; 4] = [
            row("a", &a, &a),
            row("b", &format!("{a}{b}"), &a),
            row("c", &format!("{a}{b}{c}"), &a),
            row("d", &d, &d),
        ];
        assert_eq!(ordered::new_comments(&database), migrated, "{backend}");
        let pages = [
            ["https://a.example/final", "https://a.example/final", "pending"],
            ["https://a.example/none", "-", "pending"],
            ["https://a.example/short", "https://a.example/short", "approved"],
        ];
        assert_eq!(ordered::new_mentions(&database), pages, "{backend}");
        ordered::join(&database);
        while !before("mentioned_pages")(&step(&database, Step::Down)) {}
        let path = |ids: &[i64]| ids.iter().map(|id| format!("{id:016x}")).collect::<String>();
        let reverted: [Row; 4] = [
            row("a", &path(&[1]), "1"),
            row("b", &path(&[1, 2]), "1"),
            row("c", &path(&[1, 2, 3]), "1"),
            row("d", &path(&[4]), "4"),
        ];
        assert_eq!(ordered::old_comments(&database), reverted, "{backend}");
        let sources = [
            ["https://a.example/final", "verified", "pending"],
            ["https://a.example/none", "rejected", "pending"],
        ];
        assert_eq!(ordered::old_mentions(&database), sources, "{backend}");
    });
}

#[test]
fn keys_of_older_tags_are_made_again() {
    on_each(|backend| {
        let database = Database::migrated(backend);
        tag_keys::fill(&database);
        for _ in 0..2 {
            tag_keys::renew(&database);
            let expected = [
                ["-1", "- 1", "1"],
                ["1,5", "1 , 5", "1-5"],
                ["1/2", "1 / 2", "1-2"],
                ["C++", "c + +", "c"],
                // Another tag has the key already: this one keeps its name and slug.
                ["½", "1 / 2 \u{1}5", "half"],
                ["ليبيا", "ليبيا", "ليبيا"],
            ];
            assert_eq!(tag_keys::rows(&database), expected, "{backend}");
        }
    });
}

#[test]
fn status_changes_nothing_and_second_up_is_a_no_op() {
    on_each(|backend| {
        let database = Database::empty(backend);
        assert_eq!(applied(&step(&database, Step::Status)), 0, "{backend}");
        assert!(inspect::objects(&database).is_empty(), "{backend}");
        let first = step(&database, Step::Up);
        assert_eq!(step(&database, Step::Up), first, "{backend}");
        assert_eq!(step(&database, Step::Status), first, "{backend}");
    });
}

#[test]
fn concurrent_migrations_wait_for_each_other() {
    on_each(|backend| {
        let database = Database::empty(backend);
        let config = database.config();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let outcomes = runtime
            .expect("a runtime")
            .block_on(futures_util::future::join_all((0..4).map(|_| migrate(&config, Step::Up))));
        for outcome in outcomes {
            let states = outcome.unwrap_or_else(|error| panic!("{backend}: {error}"));
            assert_eq!(applied(&states), states.len(), "{backend}");
        }
    });
}

#[test]
fn every_foreign_key_has_an_index() {
    on_each(|backend| {
        let missing = inspect::foreign_keys_without_index(&Database::migrated(backend));
        assert!(missing.is_empty(), "{backend}: no index begins with {missing:?}");
    });
}

#[test]
fn declared_diesel_schema_matches_the_database() {
    on_each(|backend| {
        let mut there = inspect::columns(&Database::migrated(backend));
        // SQLite keeps a full-text index in tables named after it.
        let undeclared = |table: &str| UNDECLARED_TABLES.iter().any(|name| table.starts_with(name));
        there.retain(|[table, ..]| !undeclared(table));
        let mut wrong = Vec::new();
        for column in declared::columns() {
            let found = there
                .iter()
                .position(|[table, name, _]| *table == column.table && *name == column.name);
            match found.map(|index| there.remove(index)) {
                Some([_, _, kind]) if column.fitting(backend).contains(&kind) => {}
                Some([_, _, kind]) => wrong.push(format!("{column:?} is {kind} there")),
                None => wrong.push(format!("{column:?} is not there")),
            }
        }
        wrong.extend(there.iter().map(|column| format!("{column:?} is not in schema.rs")));
        assert!(wrong.is_empty(), "{backend}:\n{}", wrong.join("\n"));
    });
}
