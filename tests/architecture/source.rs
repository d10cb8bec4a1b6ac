//! A source file as the rules of `tests/architecture.rs` read it: code alone, every character in
//! its place, so that lines can be told.

use std::fs;
use std::path::Path;

/// What stands before an item that is only there in tests.
const TESTS_ONLY: &str = "#[cfg(test)]";

/// A file.
pub struct Source {
    /// Its path, from the root of the crate.
    pub path: String,
    /// What it holds.
    pub raw: String,
    /// The same, with comments, strings and test items blanked out.
    code: String,
}

/// Every Rust file under a folder. Of a module that is only there in tests no code is kept.
pub fn tree(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(Path::new(folder), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "no files in {folder}");
    let in_tests: Vec<String> = files.iter().flat_map(Source::test_modules).collect();
    for file in &mut files {
        let is_below = |module: &String| {
            let rest = file.path.strip_prefix(module.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if in_tests.iter().any(is_below) {
            file.code.clear();
        }
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(Source::new(&path));
        }
    }
}

impl Source {
    fn new(path: &Path) -> Self {
        let raw = fs::read_to_string(path).expect("a text file");
        let code = without_tests(&without_text(&raw));
        Self { path: path.display().to_string(), raw, code }
    }

    /// The modules in files of their own that are only there in tests, as paths without ending.
    fn test_modules(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let folder = stem.trim_end_matches("/mod").trim_end_matches("/lib");
        let code = without_text(&self.raw);
        let items = code.split(TESTS_ONLY).skip(1);
        let names =
            items.filter_map(|item| item.trim_start().strip_prefix("mod ")?.split_once(';'));
        names
            .filter(|(name, _)| name.chars().all(is_word))
            .map(|(name, _)| format!("{folder}/{name}"))
            .collect()
    }

    /// The names of the modules that lead here: `src/store/sqlite/shim.rs` is `store sqlite shim`.
    fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.split('/').filter(|part| !matches!(*part, "mod" | "lib")).collect()
    }

    /// The first of them.
    pub fn room(&self) -> &str {
        self.module().first().copied().unwrap_or("lib")
    }

    /// The lines that hold a text.
    pub fn lines_with<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(text).map(|(at, _)| self.line(at))
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// Each first segment of a path with the line it is on, such as `diesel` of `diesel::sql_query`.
    pub fn first_segments(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("::") {
            let before = self.code[..at].trim_end_matches(is_word);
            let name = &self.code[before.len()..at];
            // What stands before a leading `::`, which names a crate too, ends no other name.
            let follows = before.strip_suffix("::").is_some_and(|left| left.ends_with(is_name_end));
            if !name.is_empty() && !follows {
                found.push((self.line(at), name.to_owned()));
            }
        }
        found
    }

    /// The rooms that are named after `crate::`, or after as many `super::` as lead there.
    pub fn imported_rooms(&self) -> Vec<(usize, String)> {
        let mut roots = vec!["crate::".to_owned()];
        let depth = self.module().len();
        if depth > 0 {
            roots.push("super::".repeat(depth));
        }
        let mut found = Vec::new();
        for root in &roots {
            for (at, _) in self.code.match_indices(root.as_str()) {
                if !self.code[..at].ends_with(|c| is_word(c) || c == ':') {
                    let line = self.line(at);
                    let names = names_after(&self.code[at + root.len()..]);
                    found.extend(names.into_iter().map(|name| (line, name)));
                }
            }
        }
        found
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_name_end(c: char) -> bool {
    is_word(c) || c == '>'
}

/// `domain` of `domain::Time`; `auth` and `domain` of `{auth::Tokens, domain::{Time, tag}}`.
fn names_after(code: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| is_word(*c)).collect();
    let Some(group) = code.strip_prefix('{') else {
        return vec![word(code)];
    };
    let mut depth = 0;
    let mut names = vec![word(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    names
}

/// Blanks out comments, strings and characters.
fn without_text(raw: &str) -> String {
    let mut code = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let in_word = code.ends_with(is_word);
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest, 1),
            'r' | 'b' | 'c' if !in_word => literal(rest),
            '\'' => character(rest),
            _ => 0,
        };
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            blank(&mut code, &rest[..length]);
            rest = &rest[length..];
        }
    }
    code
}

fn blank(code: &mut String, text: &str) {
    code.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

/// The length of a string whose first `begin` bytes open it.
fn quoted(rest: &str, begin: usize) -> usize {
    let mut escaped = false;
    for (at, c) in rest[begin..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return begin + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a raw, byte or C string, or 0 if this is another word.
fn literal(rest: &str) -> usize {
    let prefix = rest.trim_start_matches(['b', 'c', 'r']);
    let prefix_length = rest.len() - prefix.len();
    let hashes = prefix.len() - prefix.trim_start_matches('#').len();
    if prefix_length > 2 || !prefix[hashes..].starts_with('"') {
        return 0;
    }
    if !rest[..prefix_length].contains('r') {
        return if hashes == 0 { quoted(rest, prefix_length + 1) } else { 0 };
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let begin = prefix_length + hashes + 1;
    rest[begin..].find(&close).map_or(rest.len(), |end| begin + end + close.len())
}

/// The length of a character, or 0 if this is a lifetime.
fn character(rest: &str) -> usize {
    let inner = &rest[1..];
    if let Some(escaped) = inner.strip_prefix('\\') {
        let Some(length) = escaped.chars().next().map(char::len_utf8) else {
            return 0;
        };
        return escaped[length..].find('\'').map_or(0, |end| 2 + length + end + 1);
    }
    let Some(length) = inner.chars().next().map(char::len_utf8) else {
        return 0;
    };
    if inner[length..].starts_with('\'') { 1 + length + 1 } else { 0 }
}

/// Blanks out every item that is only there in tests.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(TESTS_ONLY) {
        out.push_str(&rest[..at]);
        let length = TESTS_ONLY.len() + item_length(&rest[at + TESTS_ONLY.len()..]);
        blank(&mut out, &rest[at..at + length]);
        rest = &rest[at + length..];
    }
    out + rest
}

/// Up to the semicolon or the closing brace that ends the item.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn text_and_tests_are_no_code() {
    let raw = "use a::b; // c::d\n/* e::f */ let x = \"g::h\\\"i::j\"; let y = r#\"k::l\"#;\n\
               fn m<'n>(o: &'n str) { '\"'; '\\''; p::q }\n#[cfg(test)]\nmod tests { r::s {} }\nt::u";
    let code = without_tests(&without_text(raw));
    let source = Source { path: "src/v/w.rs".into(), raw: raw.into(), code };
    let expected = [(1, "a"), (3, "p"), (6, "t")].map(|(line, name)| (line, name.to_owned()));
    assert_eq!(source.first_segments(), expected);
    assert_eq!(source.room(), "v");
}

#[test]
fn imports_are_found_through_every_door() {
    let code = "use crate::{auth::X, domain::{A, b::C}, text};\nuse super::super::store::Y;\n\
                use super::z;\n$crate::http::on!();";
    let source = Source { path: "src/v/w.rs".into(), raw: code.into(), code: code.into() };
    let found: Vec<_> = source.imported_rooms().into_iter().map(|(_, name)| name).collect();
    assert_eq!(found, ["auth", "domain", "text", "http", "store"]);
}
