//! The rules of the tree: rooms, crates, calls, import circles, module docs, prose and the length
//! of files. `syn` parses `src/`; each rule's own file proves that the rule can fail.

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/docs.rs"]
mod docs;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/paths.rs"]
mod paths;
#[path = "architecture/prose.rs"]
mod prose;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/tree.rs"]
mod tree;

use circles::Imports;
use tree::{Files, Module};

/// The most lines of a file in `src/`.
const LONGEST: usize = 400;
/// The most lines of a file in `tests/`, where tables of cases are longer.
const LONGEST_TESTS: usize = 500;

fn sources() -> Vec<Module> {
    tree::parse(&tree::read("src", "rs"))
}

#[test]
fn rooms_import_only_allowed_rooms() {
    report(&rules::rooms(&sources()));
}

#[test]
fn crates_stay_in_their_rooms() {
    report(&rules::crates(&sources()));
}

#[test]
fn forbidden_calls_are_not_made() {
    report(&rules::calls(&sources()));
}

#[test]
fn no_files_import_each_other_in_circles() {
    let modules = sources();
    let imports = Imports::new(&modules);
    let components = imports.components();
    report(&components.iter().map(|component| imports.describe(component)).collect::<Vec<_>>());
}

#[test]
fn paths_in_docs_exist_and_headers_name_no_callers() {
    let modules = sources();
    let mut broken = Vec::new();
    for (path, text) in ["src", "tests", "benches"].iter().flat_map(|dir| tree::read(dir, "rs")) {
        broken.extend(docs::header_faults(&modules, &path, &text));
    }
    let pages = ["ARCHITECTURE.md", "CONTRIBUTING.md"]
        .map(|path| (path.to_owned(), std::fs::read_to_string(path).expect("a page")));
    for (path, text) in tree::read("docs", "md").into_iter().chain(pages) {
        broken.extend(docs::page_faults(&path, &text));
    }
    report(&broken);
}

#[test]
fn prose_has_few_headless_words() {
    report(&prose::faults());
}

#[test]
fn files_open_with_docs_and_stay_short() {
    let mut files: Files = tree::read("src", "rs");
    files.append(&mut tree::read("tests", "rs"));
    report(&files.iter().flat_map(|(path, text)| shape_faults(path, text)).collect::<Vec<_>>());
}

fn shape_faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.starts_with("//! ") {
        faults.push(format!("{path}: must open with //! and a description"));
    }
    let lines = text.lines().count();
    let most = if path.starts_with("tests/") || path.contains("/tests/") {
        LONGEST_TESTS
    } else {
        LONGEST
    };
    // A list of tables is looked up, not read: in several files it would be harder to use.
    if lines > most && path != "src/store/schema.rs" {
        faults.push(format!("{path}: {lines} lines, {most} at most"));
    }
    faults
}

#[test]
fn a_file_without_docs_or_with_too_many_lines_is_found() {
    let lines = |count| format!("//! Docs.{}", "\n".repeat(count));
    assert!(shape_faults("src/a.rs", &lines(400)).is_empty());
    assert!(shape_faults("tests/a.rs", &lines(500)).is_empty());
    assert!(shape_faults("src/store/schema.rs", &lines(600)).is_empty());
    assert_eq!(shape_faults("src/a.rs", &lines(401)), ["src/a.rs: 401 lines, 400 at most"]);
    assert_eq!(shape_faults("src/a.rs", "fn f() {}").len(), 1);
}

fn report(broken: &[String]) {
    assert!(broken.is_empty(), "{} broken rules:\n{}", broken.len(), broken.join("\n"));
}
