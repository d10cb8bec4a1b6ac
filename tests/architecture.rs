//! The rules of `ARCHITECTURE.md` that text can tell: who may import whom, which crate is used
//! where, and what every file looks like. Reads `src/` as text, without comments, strings and
//! test modules.

#[path = "architecture/source.rs"]
mod source;

use source::Source;

/// Rooms and the rooms they may import. Those that aren't here see all of them.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("http", &["service", "auth", "domain", "text", "web"]),
    ("service", &["domain", "store", "text", "auth", "clock", "web", "background"]),
    ("store", &["domain", "text", "background"]),
    ("background", &[]),
    ("auth", &[]),
    ("domain", &["text"]),
    ("text", &[]),
    ("web", &["text"]),
    ("clock", &["domain"]),
    ("config", &["auth", "domain", "store", "text", "web"]),
    ("demo", &["service", "auth", "domain", "text", "clock"]),
];

/// Crates, by how their names begin, and the only rooms that may use them.
const CRATES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("tokio_postgres", &["store"]),
    ("libsqlite3_sys", &["store"]),
    ("actix", &["http", "server"]),
    ("jsonwebtoken", &["auth"]),
    ("hyper", &["web"]),
    ("tokio_rustls", &["web"]),
    ("reqwest", &[]),
    ("quick_xml", &["web"]),
    ("html5ever", &["web"]),
];

/// Calls, and the only room in which they are allowed.
const CALLS: &[(&str, &str, &str)] = &[
    ("Utc::now", "clock", "take the time from the Clock that is passed in"),
    ("SystemTime::now", "clock", "take the time from the Clock that is passed in"),
    ("TcpStream::connect", "web", "other sites are reached by the fetcher alone"),
    (".unwrap()", "", "return an error"),
    (".expect(", "", "return an error"),
];

/// The longest that a file may be, in lines; tables of cases may run on a little.
const LONGEST: usize = 400;
const LONGEST_TESTS: usize = 500;

#[test]
fn rooms_import_only_what_they_may() {
    let mut broken = Vec::new();
    for source in source::tree("src") {
        let room = source.room();
        let Some((_, allowed)) = DIRECTIONS.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        for (line, imported) in source.imported_rooms() {
            let is_room = std::fs::exists(format!("src/{imported}")).unwrap_or(false)
                || std::fs::exists(format!("src/{imported}.rs")).unwrap_or(false);
            if is_room && imported != room && !allowed.contains(&imported.as_str()) {
                broken.push(format!(
                    "{}:{line}: {room} imports {imported}; it may import only: {}",
                    source.path,
                    allowed.join(", ")
                ));
            }
        }
    }
    report(&broken);
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut broken = Vec::new();
    for source in source::tree("src") {
        for (line, used) in source.first_segments() {
            let rule = CRATES.iter().find(|(name, _)| used == *name || is_family(&used, name));
            if let Some((_, rooms)) = rule
                && !rooms.contains(&source.room())
            {
                broken.push(format!(
                    "{}:{line}: uses {used}, which belongs to {} alone",
                    source.path,
                    rooms.join(" and ")
                ));
            }
        }
    }
    report(&broken);
}

#[test]
fn calls_that_are_not_allowed_are_not_made() {
    let mut broken = Vec::new();
    for source in source::tree("src") {
        for (call, room, instead) in CALLS.iter().filter(|(_, room, _)| *room != source.room()) {
            let room = if room.is_empty() { "tests" } else { room };
            broken.extend(
                source.lines_with(call).map(|line| {
                    format!("{}:{line}: {call} only in {room}; {instead}", source.path)
                }),
            );
        }
    }
    report(&broken);
}

#[test]
fn files_begin_with_what_they_are_and_stay_short() {
    let mut broken = Vec::new();
    for Source { path, raw, .. } in source::tree("src").into_iter().chain(source::tree("tests")) {
        if !raw.starts_with("//! ") {
            broken.push(format!("{path}: must open with //! and what it is"));
        }
        let lines = raw.lines().count();
        // A list of tables is looked up, not read: in several files it would be harder to use.
        if path == "src/store/schema.rs" {
            continue;
        }
        let most = if path.contains("tests/") { LONGEST_TESTS } else { LONGEST };
        if lines > most {
            broken.push(format!("{path}: {lines} lines, {most} at most"));
        }
    }
    report(&broken);
}

/// `diesel_async` is of the family `diesel`.
fn is_family(used: &str, name: &str) -> bool {
    used.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'))
}

fn report(broken: &[String]) {
    assert!(broken.is_empty(), "{} broken rules:\n{}", broken.len(), broken.join("\n"));
}
