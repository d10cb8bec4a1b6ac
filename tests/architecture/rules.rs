//! The rules of rooms: the rooms each may import, the crates each may use and the calls it may make.
//! A room is a top-level module.

use crate::paths::{EXTERNAL, Kind, Written};
use crate::tree::Module;

/// Rooms and the rooms they may import. The others may import all.
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

/// Crates by the first words of their names, and the only rooms that may use them.
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
    ("html5ever", &["text", "web"]),
];

/// Calls, and the only room that may make them. A leading dot marks a method.
const CALLS: &[(&str, &str, &str)] = &[
    ("Utc::now", "clock", "take the time from the Clock that is passed in"),
    ("SystemTime::now", "clock", "take the time from the Clock that is passed in"),
    ("TcpStream::connect", "web", "other sites are reached by the fetcher alone"),
    (".unwrap", "", "return an error"),
    (".expect", "", "return an error"),
];

/// Imports of rooms that a room may not import.
pub fn rooms(modules: &[Module]) -> Vec<String> {
    broken(modules, |module, written| {
        let room = module.room();
        let (_, allowed) = DIRECTIONS.iter().find(|(name, _)| *name == room)?;
        let path = module.absolute(&written.path)?;
        let imported = path.first()?;
        let is_room = modules.iter().any(|other| other.path == path[..1]);
        let is_allowed = imported == room || allowed.contains(&imported.as_str());
        (is_room && !is_allowed).then(|| {
            format!("{room} imports {imported}; it may import only: {}", allowed.join(", "))
        })
    })
}

/// Uses of crates outside their rooms.
pub fn crates(modules: &[Module]) -> Vec<String> {
    broken(modules, |module, written| {
        let path = match written.path.split_first() {
            Some((first, rest)) if first == EXTERNAL => rest,
            _ => &written.path,
        };
        let is_import = matches!(written.kind, Kind::Import | Kind::ReExport);
        let used = path.first().filter(|_| path.len() > 1 || is_import)?;
        let (_, rooms) = CRATES.iter().find(|(name, _)| used == *name || is_family(used, name))?;
        (!rooms.contains(&module.room()))
            .then(|| format!("uses {used}, which belongs to {} alone", rooms.join(" and ")))
    })
}

/// Calls that are made outside their rooms.
pub fn calls(modules: &[Module]) -> Vec<String> {
    broken(modules, |module, written| {
        let (call, room, instead) = CALLS.iter().find(|(call, ..)| is_call(written, call))?;
        let place = if room.is_empty() { "tests" } else { room };
        (*room != module.room()).then(|| format!("{call} only in {place}; {instead}"))
    })
}

fn broken(modules: &[Module], rule: impl Fn(&Module, &Written) -> Option<String>) -> Vec<String> {
    let written = modules.iter().flat_map(|m| m.written.iter().map(move |written| (m, written)));
    let broken = written.filter_map(|(module, written)| {
        Some(format!("{}:{}: {}", module.file, written.line, rule(module, written)?))
    });
    broken.collect()
}

/// `diesel_async` is of the family `diesel`.
fn is_family(used: &str, name: &str) -> bool {
    used.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'))
}

/// `Option::unwrap` is a call of the method `.unwrap`, too.
fn is_call(written: &Written, call: &str) -> bool {
    let path = &written.path;
    match call.strip_prefix('.') {
        Some(method) => {
            let is_path = written.kind == Kind::Code && path.len() > 1;
            (is_path || written.kind == Kind::Method) && path.last().is_some_and(|l| l == method)
        }
        None => path.join("::").ends_with(call) && path.len() > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::inline;

    fn lines(broken: Vec<String>) -> Vec<String> {
        let line = |text: String| text.split(':').nth(1).map(str::to_owned);
        broken.into_iter().filter_map(line).collect()
    }

    #[test]
    fn a_forbidden_room_is_found_in_every_form() {
        let code = "use crate::{auth::X, domain::{A, b::C}, text};\nuse super::store::Y;\n\
            fn f() { crate::http::g() }\nfn h() { m!($crate::service::i) }\n\
            mod inner { use super::super::clock::Z; }\nuse super::auth::V; use std::crate_text::T;";
        let lib = "mod auth; mod clock; mod domain; mod http; mod service; mod store; mod text;";
        let empty = ["clock", "domain", "http", "service", "store", "text"];
        let mut files: Vec<_> = empty.map(|name| (name, "")).into();
        files.extend([("lib", lib), ("auth", code)]);
        assert_eq!(lines(rooms(&inline(&files))), ["1", "1", "1", "2", "3", "4", "5"]);
    }

    #[test]
    fn an_allowed_room_may_be_imported() {
        let lib = ("lib", "mod http; mod service; mod store;");
        let http = ("http", "use crate::service;\nuse crate::store;");
        assert_eq!(
            rooms(&inline(&[lib, http, ("service", ""), ("store", "")])),
            [
                "src/http.rs:2: http imports store; it may import only: service, auth, domain, text, web"
            ]
        );
    }

    #[test]
    fn a_crate_outside_its_room_is_found_in_every_form() {
        let code = "use diesel::prelude::*;\nfn f() { diesel_async::f() }\n\
            #[derive(::diesel::Queryable)] struct A;\nfn g() { m!(diesel::sql_query(x)) }\n\
            #[actix_web::get(\"/\")] fn h() {}\nuse reqwest;\n\
            // diesel::x\nfn i() { \"diesel::x\"; '\"'; x.diesel(); y::diesel::z() }\n\
            #[cfg(test)] mod tests { use diesel::x; }";
        let modules = inline(&[("lib", "mod text; mod store;"), ("text", code), ("store", "")]);
        assert_eq!(lines(crates(&modules)), ["1", "2", "3", "4", "5", "6"]);
        let modules = inline(&[("lib", "mod store;"), ("store", "use diesel::x;")]);
        assert!(crates(&modules).is_empty());
    }

    #[test]
    fn a_forbidden_call_is_found_in_every_form() {
        let code = "fn f() { chrono::Utc::now() }\nfn g() { x.unwrap() }\n\
            fn h() { m!(x.expect(\"\")) }\nfn i() { x.map(Option::unwrap) }\n\
            fn j() { m!(Utc::now()); x.unwrap_or(1); expect(2) }\n\
            #[cfg(test)] fn k() { x.unwrap() }";
        let modules = inline(&[("lib", "mod text;"), ("text", code)]);
        assert_eq!(lines(calls(&modules)), ["1", "2", "3", "4", "5"]);
        let modules = inline(&[("lib", "mod clock;"), ("clock", "fn f() { Utc::now() }")]);
        assert!(calls(&modules).is_empty());
    }
}
