//! Checks the docs of modules and the pages in Markdown: the paths in them exist, and no module's
//! docs list its callers.

use std::fs::DirEntry;
use std::path::Path;

use crate::names;
use crate::tree::Module;

/// Endings that mark a word in backticks as a path of a file.
const ENDINGS: [&str; 8] = [".rs", ".md", ".sh", ".sql", ".toml", ".py", ".ftl", ".tsv"];

/// Phrases that list callers. Before a name in backticks `calls` counts, too.
const CALLERS: [&str; 4] = ["called by", "used by", "calls `", "calls [`"];

/// Faults in the `//!` docs of a file.
pub fn header_faults(modules: &[Module], file: &str, text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("//!"));
    let docs = without_fences(lines);
    let words = docs.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let callers = CALLERS.iter().filter(|phrase| words.contains(**phrase));
    let mut faults: Vec<String> =
        callers.map(|phrase| format!("{file}: lists callers or calls: \"{phrase}\"")).collect();
    let module = modules.iter().find(|module| module.file == file);
    for span in spans(&docs) {
        let exists = match file_path(span) {
            Some(path) => header_places(file).any(|place| place_exists(place, path)),
            None => item_exists(modules, module, span),
        };
        if !exists {
            faults.push(format!("{file}: `{span}` does not exist"));
        }
    }
    faults
}

/// Faults in a page. A path may begin in any folder.
pub fn page_faults(file: &str, text: &str) -> Vec<String> {
    let docs = without_fences(text.lines());
    let paths = spans(&docs).filter_map(file_path);
    let paths = paths.filter(|path| path.ends_with(".rs") || path.ends_with('/'));
    let missing = paths.filter(|path| {
        let folders = ["src", "tests", "benches", "docs"];
        !place_exists(Path::new(""), path)
            && !folders.iter().any(|folder| exists_below(Path::new(folder), path))
    });
    missing.map(|path| format!("{file}: `{path}` does not exist")).collect()
}

fn without_fences<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut in_fence = false;
    let mut kept = String::new();
    for line in lines {
        let is_fence = line.trim_start().starts_with("```");
        in_fence ^= is_fence;
        if !in_fence && !is_fence {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The texts in backticks.
fn spans(docs: &str) -> impl Iterator<Item = &str> {
    docs.split('`').skip(1).step_by(2)
}

/// The text if it is a path of a file or folder in this repository.
fn file_path(span: &str) -> Option<&str> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "_-./*".contains(c);
    let is_relative = span.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_file = span.ends_with('/') || ENDINGS.iter().any(|ending| span.ends_with(ending));
    (is_relative && is_file && span.chars().all(is_path)).then_some(span)
}

/// Folders that paths in a module's docs may begin in: the root, `src/`, each folder that leads to
/// the file, and the folder of its children.
fn header_places(file: &str) -> impl Iterator<Item = &Path> {
    Path::new(file.trim_end_matches(".rs")).ancestors().chain([Path::new("src")])
}

/// Whether the path exists in a folder. Of `a/*.md` only the folder must exist.
fn place_exists(place: &Path, path: &str) -> bool {
    let path = path.split_once('*').map_or(path, |(folder, _)| folder);
    place.join(path).exists()
}

/// Whether the path exists in a folder or in one below it.
fn exists_below(folder: &Path, path: &str) -> bool {
    let is_in = |entry: DirEntry| entry.path().is_dir() && exists_below(&entry.path(), path);
    place_exists(folder, path)
        || folder.read_dir().is_ok_and(|entries| entries.flatten().any(is_in))
}

/// Whether a path such as `domain::policy` leads to a module or item. Paths out of the crate pass.
fn item_exists(modules: &[Module], module: Option<&Module>, span: &str) -> bool {
    let path: Vec<String> = span.trim_end_matches("()").split("::").map(str::to_owned).collect();
    let is_name = |name: &String| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if path.len() < 2 || !path.iter().all(is_name) {
        return true;
    }
    let is_room = modules.iter().any(|module| module.path == path[..1]);
    let absolute = match path[0].as_str() {
        "maqal" => Some(path[1..].to_vec()),
        _ if is_room => Some(path),
        _ => module.and_then(|module| module.absolute(&path)),
    };
    absolute.is_none_or(|path| names::exists(modules, &path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::inline;

    fn faults(docs: &str) -> usize {
        let modules = inline(&[("lib", "mod domain;"), ("domain", "pub struct Page; mod list {}")]);
        header_faults(&modules, "src/domain/mod.rs", docs).len()
    }

    #[test]
    fn a_missing_path_in_a_header_is_found() {
        assert_eq!(faults("//! Reads `store/missing.rs` and `missing/`."), 2);
        assert_eq!(
            faults("//! `src/domain/mod.rs`, `domain/`, `mod.rs`, `Cargo.toml`, `*.rs`."),
            0
        );
        assert_eq!(
            faults("//! `/v1/missing/`, `https://x.org/`, `a b.rs`.\n//! ```\n//! `x.rs`\n//! ```"),
            0
        );
        assert_eq!(faults("//! Text.\nfn f() {} // `missing.rs`"), 0);
    }

    #[test]
    fn a_missing_item_in_a_header_is_found() {
        assert_eq!(
            faults("//! [`domain::Missing`] and `maqal::missing` and `domain::list::no()`."),
            3
        );
        assert_eq!(
            faults("//! [`domain::Page`], `domain::list`, `domain::Page::new()`, `a::b`."),
            0
        );
    }

    #[test]
    fn a_list_of_callers_in_a_header_is_found() {
        assert_eq!(faults("//! A page. Called\n//! by the handlers."), 1);
        assert_eq!(faults("//! A page. Used by `a`; calls [`b`] and Calls `c`."), 3);
        assert_eq!(faults("//! The codes of malformed calls.\n/// Called by `a`."), 0);
    }

    #[test]
    fn a_missing_path_in_a_page_is_found() {
        let page = "`src/missing.rs`, `missing/`, `http/missing/`, `no_such_file.rs`";
        assert_eq!(page_faults("docs/page.md", page).len(), 4);
        let page =
            "`src/lib.rs`, `http/`, `tests/api/`, `main.rs`, `<name>.rs`, `/v1/x/`, `a.toml`";
        assert!(page_faults("docs/page.md", page).is_empty());
    }
}
