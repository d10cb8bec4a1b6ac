//! Finds import circles between files: strongly connected components of the graph of imports.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

use crate::names::definers;
use crate::paths::Kind;
use crate::tree::Module;

/// The items that one file takes from another, each with the first line that names it.
type Items = BTreeMap<String, usize>;

/// The files of a crate, and for each file the files that it imports.
#[derive(Default)]
pub struct Imports<'a>(BTreeMap<&'a str, BTreeMap<&'a str, Items>>);

impl<'a> Imports<'a> {
    /// Resolves every path of the crate. A parent's re-export of its child's item is no import.
    pub fn new(modules: &'a [Module]) -> Self {
        let mut imports = Self::default();
        for (user, module) in modules.iter().enumerate() {
            for written in &module.written {
                for definer in definers(modules, user, written) {
                    let defining = &modules[definer];
                    let is_facade =
                        written.kind == Kind::ReExport && defining.path.starts_with(&module.path);
                    if defining.file != module.file && !is_facade {
                        let of_file = imports.0.entry(&module.file).or_default();
                        let items = of_file.entry(&defining.file).or_default();
                        let line = items.entry(written.path.join("::")).or_insert(written.line);
                        *line = written.line.min(*line);
                    }
                }
            }
        }
        imports
    }

    /// The components of more than one file, largest first.
    pub fn components(&self) -> Vec<Vec<&'a str>> {
        let reached: BTreeMap<_, _> =
            self.0.keys().map(|file| (*file, self.reached(file))).collect();
        let mut components: Vec<Vec<&str>> = Vec::new();
        for (file, targets) in &reached {
            let is_known = components.iter().any(|component| component.contains(file));
            if targets.contains(file) && !is_known {
                let returns = |target: &&str| reached.get(target).is_some_and(|t| t.contains(file));
                components.push(targets.iter().copied().filter(returns).collect());
            }
        }
        components.sort_by_key(|component| Reverse(component.len()));
        components
    }

    /// Prints a component as short circles that together touch each of its files.
    pub fn describe(&self, component: &[&'a str]) -> String {
        let mut text = format!("{} files import each other in circles:", component.len());
        let mut covered = BTreeSet::new();
        for file in component {
            if covered.contains(file) {
                continue;
            }
            let circle = self.circle(file);
            covered.extend(circle.iter().copied());
            text.push_str("\n  circle:");
            for (at, from) in circle.iter().enumerate() {
                let to = circle[(at + 1) % circle.len()];
                let _ = write!(text, "\n    {from} -> {to}: {}", self.items(from, to));
            }
        }
        text
    }

    fn imported(&self, file: &str) -> impl Iterator<Item = &'a str> {
        self.0.get(file).into_iter().flatten().map(|(imported, _)| *imported)
    }

    fn reached(&self, start: &str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut left: Vec<&str> = self.imported(start).collect();
        while let Some(file) = left.pop() {
            if reached.insert(file) {
                left.extend(self.imported(file));
            }
        }
        reached
    }

    /// The shortest chain of imports from a file back to itself, by breadth-first search.
    fn circle(&self, start: &'a str) -> Vec<&'a str> {
        let mut importers: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(file) = queue.pop_front() {
            for imported in self.imported(file) {
                if imported == start {
                    let mut chain = vec![file];
                    while let Some(importer) = chain.last().and_then(|file| importers.get(*file)) {
                        chain.push(importer);
                    }
                    chain.reverse();
                    return chain;
                }
                if !importers.contains_key(imported) {
                    importers.insert(imported, file);
                    queue.push_back(imported);
                }
            }
        }
        Vec::new()
    }

    fn items(&self, from: &str, to: &str) -> String {
        let mut items: Vec<_> = self.0[from][to].iter().collect();
        items.sort_by_key(|(_, line)| **line);
        let items: Vec<_> =
            items.iter().map(|(item, line)| format!("`{item}` (line {line})")).collect();
        items.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;

    /// The imports of a crate of the files `a`, `b`, …, each as `importer>imported`.
    fn imports(files: &[(&str, &str)]) -> Vec<String> {
        let modules = tree::inline(files);
        let imports = Imports::new(&modules);
        let name = |file: &str| {
            file.trim_start_matches("src/").trim_end_matches(".rs").replace("/mod", "")
        };
        let pairs = imports.0.iter().flat_map(|(from, imported)| {
            imported.keys().map(move |to| format!("{}>{}", name(from), name(to)))
        });
        pairs.collect()
    }

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let modules = tree::inline(files);
        let imports = Imports::new(&modules);
        imports.components().iter().map(|component| imports.describe(component)).collect()
    }

    #[test]
    fn two_files_that_import_each_other_are_a_circle() {
        let found = circles(&[
            ("lib", "mod a;\nmod b;\nmod c;"),
            ("a", "use crate::b::B;\npub struct A(B);"),
            ("b", "\nfn f() { super::a::A::new() } pub struct B;"),
            ("c", "use crate::{a::A, b::B};"),
        ]);
        let expected = "2 files import each other in circles:\n  circle:\n    \
            src/a.rs -> src/b.rs: `crate::b::B` (line 1), `B` (line 2)\n    \
            src/b.rs -> src/a.rs: `super::a::A::new` (line 2)";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_chain_of_three_files_is_a_circle_and_a_chain_without_return_is_none() {
        let lib = ("lib", "mod a; mod b; mod c;");
        let (a, b) =
            (("a", "use crate::b::B; pub struct A;"), ("b", "use crate::c::C; pub struct B;"));
        assert_eq!(circles(&[lib, a, b, ("c", "use crate::a::A; pub struct C;")]).len(), 1);
        assert!(circles(&[lib, a, b, ("c", "pub struct C;")]).is_empty());
    }

    #[test]
    fn a_facade_makes_no_circle_between_its_children() {
        let facade = ("a/mod", "mod b; mod c; pub use b::B; pub use self::c::C;");
        let (b, c) = (("a/b", "pub struct B;"), ("a/c", "use super::B; pub struct C(B);"));
        assert_eq!(imports(&[("lib", "mod a;"), facade, b, c]), ["a/c>a/b"]);
    }

    #[test]
    fn a_child_that_imports_from_its_parent_which_uses_it_is_a_circle() {
        let parent = ("a", "mod b; pub use b::B; pub struct A; fn f() -> B { b::g() }");
        let child = ("a/b", "use super::A; pub struct B(A); pub fn g() -> B { B(A) }");
        assert_eq!(imports(&[("lib", "mod a;"), parent, child]), ["a>a/b", "a/b>a"]);
    }

    #[test]
    fn aliases_globs_and_re_exports_lead_to_the_file_that_defines_the_item() {
        let files = |user| {
            imports(&[
                ("lib", "pub mod a; pub mod b; pub mod c; pub mod d;"),
                ("a", "pub struct A; pub enum E { One } pub fn f() {}"),
                ("b", "pub use crate::a::A as B;"),
                ("c", "pub use super::b::*; pub use crate::a as alias;"),
                ("d", user),
            ])
        };
        let through_b = ["b>a", "d>a"];
        assert_eq!(files("use crate::b::B;"), through_b);
        assert_eq!(files("use crate::c::B as X;"), through_b);
        assert_eq!(files("use super::c::*; struct D(B);"), through_b);
        assert_eq!(files("use crate::{c::{self, alias}}; fn d() { alias::f() }"), through_b);
        assert_eq!(files("use crate::a::E::*;"), through_b);
        assert_eq!(files("mod e { fn f() { super::super::a::f() } }"), through_b);
        assert_eq!(files("use crate::a; use crate::c::*;"), ["b>a"]);
        assert_eq!(files("fn d() { a::f(); ::a::f(); other::f() }"), ["b>a"]);
    }

    #[test]
    fn paths_in_macros_and_attributes_are_imports() {
        let files = |user| {
            imports(&[
                ("lib", "#[macro_use] mod a; mod b; mod d;"),
                ("a", "macro_rules! twice { ($x:expr) => { $crate::b::f($x) } }"),
                ("b", "macro_rules! once { () => {} } pub(crate) use once; pub fn f() {}"),
                ("d", user),
            ])
        };
        assert_eq!(files("fn d() { twice!(1) }"), ["a>b", "d>a"]);
        assert_eq!(files("fn d() { other!(twice!(1)) }"), ["a>b", "d>a"]);
        assert_eq!(files("use crate::b::once; once!();"), ["a>b", "d>b"]);
        assert_eq!(files("fn d() { vec![crate::b::f()] }"), ["a>b", "d>b"]);
        assert_eq!(files("fn d() { m! { use $crate::b::f; f() } }"), ["a>b", "d>b"]);
        assert_eq!(files("#[serde(with = \"crate::b::f\")] struct D;"), ["a>b", "d>b"]);
        assert_eq!(files("#[derive(crate::b::f)] struct D;"), ["a>b", "d>b"]);
        assert_eq!(files("fn d() { vec![x.f(), \"crate::b::f\"] } // crate::b::f"), ["a>b"]);
    }

    #[test]
    fn items_of_tests_are_no_imports() {
        let user = "#[cfg(test)] use crate::b::{B}; #[cfg(test)] mod tests { use crate::b::B; } \
            struct D { #[cfg(test)] b: crate::b::B, c: u8 } \
            impl D { #[cfg(test)] fn f<X, Y>() -> crate::b::B { crate::b::B } }\
            #[cfg(test)] mod missing;";
        assert!(
            imports(&[("lib", "mod b; mod d;"), ("b", "pub struct B;"), ("d", user)]).is_empty()
        );
    }
}
