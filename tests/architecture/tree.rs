//! The modules of the crate, parsed by `syn`: the names that each defines and the paths that each
//! writes. Items and modules under `#[cfg(test)]` are left out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Item;

use crate::paths::{self, Written};

/// Texts of files by their paths from the root of the repository.
pub type Files = BTreeMap<String, String>;

/// A module in a file of its own or in braces.
pub struct Module {
    /// `["store", "tags"]` for `crate::store::tags`; empty for the root.
    pub path: Vec<String>,
    /// The file that holds it.
    pub file: String,
    /// The names that it defines or imports.
    pub names: BTreeMap<String, Vec<Name>>,
    /// Paths of the modules and enums that it imports by `*`.
    pub globs: Vec<Vec<String>>,
    /// Modules that define the macros in textual scope, by the macros' names.
    pub macros: BTreeMap<String, usize>,
    /// The paths in its code.
    pub written: Vec<Written>,
}

/// One meaning of a name.
pub enum Name {
    /// An item that this module defines.
    Item,
    /// A child module, as an index into the tree.
    Module(usize),
    /// An import or a re-export of a path.
    Import(Vec<String>),
}

impl Module {
    /// The first segment of the module's path.
    pub fn room(&self) -> &str {
        self.path.first().map_or("lib", String::as_str)
    }

    /// The path from the crate's root, of a path that begins with `crate`, `self` or `super`.
    pub fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, mut rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.path.clone(),
            "super" => self.path[..self.path.len().saturating_sub(1)].to_vec(),
            _ => return None,
        };
        while let Some((first, below)) = rest.split_first()
            && first == "super"
        {
            base.pop();
            rest = below;
        }
        base.extend_from_slice(rest);
        Some(base)
    }
}

/// Reads every file with this ending in a folder and the folders below.
pub fn read(folder: &str, ending: &str) -> Files {
    let mut files = Files::new();
    collect(Path::new(folder), ending, &mut files);
    assert!(!files.is_empty(), "no files in {folder}");
    files
}

fn collect(folder: &Path, ending: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, ending, files);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            let text = fs::read_to_string(&path).expect("a text file");
            files.insert(path.display().to_string(), text);
        }
    }
}

/// Parses the library and the program. The library's root is the first module.
pub fn parse(files: &Files) -> Vec<Module> {
    let mut modules = Vec::new();
    module_in_file(files, &mut modules, "src/lib.rs", "src", Vec::new());
    if files.contains_key("src/main.rs") {
        module_in_file(files, &mut modules, "src/main.rs", "src", vec!["main".into()]);
    }
    modules
}

/// Parses a crate from texts of its files, by their paths without `src/` and `.rs`.
pub fn inline(files: &[(&str, &str)]) -> Vec<Module> {
    let file = |(path, text): &(&str, &str)| (format!("src/{path}.rs"), (*text).to_owned());
    parse(&files.iter().map(file).collect())
}

/// Adds the module in a file, and returns its index. `folder` holds the files of its children.
fn module_in_file(
    files: &Files,
    modules: &mut Vec<Module>,
    file: &str,
    folder: &str,
    path: Vec<String>,
) -> usize {
    let tokens = files[file].parse().unwrap_or_else(|error| panic!("{file}: {error}"));
    let syntax: syn::File =
        syn::parse2(without_tests(tokens)).unwrap_or_else(|error| panic!("{file}: {error}"));
    module(files, modules, &syntax.items, file, folder, path)
}

fn module(
    files: &Files,
    modules: &mut Vec<Module>,
    items: &[Item],
    file: &str,
    folder: &str,
    path: Vec<String>,
) -> usize {
    let index = modules.len();
    modules.push(Module {
        path: path.clone(),
        file: file.to_owned(),
        names: BTreeMap::new(),
        globs: Vec::new(),
        macros: BTreeMap::new(),
        written: Vec::new(),
    });
    paths::collect(items, &mut modules[index]);
    for item in items {
        if let Item::Mod(child) = item {
            let name = child.ident.to_string();
            let below = format!("{folder}/{name}");
            let path = [path.as_slice(), std::slice::from_ref(&name)].concat();
            let number = match &child.content {
                Some((_, items)) => module(files, modules, items, file, &below, path),
                None => {
                    let places = [format!("{below}.rs"), format!("{below}/mod.rs")];
                    let place = places.iter().find(|place| files.contains_key(*place));
                    let place = place.unwrap_or_else(|| panic!("{file}: no file of mod {name}"));
                    module_in_file(files, modules, place, &below, path)
                }
            };
            if child.attrs.iter().any(|attribute| attribute.path().is_ident("macro_use")) {
                let macros = modules[number].macros.clone();
                modules[index].macros.extend(macros);
            }
            modules[index].names.entry(name).or_default().push(Name::Module(number));
        } else if let Some(name) = defined(item) {
            if matches!(item, Item::Macro(_)) {
                modules[index].macros.insert(name.clone(), index);
            }
            modules[index].names.entry(name).or_default().push(Name::Item);
        }
    }
    index
}

/// The name of an item that other files can import.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// Removes items, fields, variants and statements that follow `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        if is_punct(tree, '#') && trees.get(at + 1).is_some_and(is_cfg_test) {
            at += 2;
            at += length(&trees[at..]);
            continue;
        }
        kept.push(match tree {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_tests(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other.clone(),
        });
        at += 1;
    }
    kept.into_iter().collect()
}

/// The number of tokens in the item, field, variant or statement that begins here.
fn length(trees: &[TokenTree]) -> usize {
    const ITEMS: [&str; 14] = [
        "async",
        "const",
        "enum",
        "extern",
        "fn",
        "impl",
        "let",
        "macro_rules",
        "mod",
        "static",
        "struct",
        "trait",
        "type",
        "use",
    ];
    let is_item = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if ITEMS.iter().any(|item| word == item));
    let mut in_item = false;
    for (at, tree) in trees.iter().enumerate() {
        in_item |= is_item(tree);
        if is_punct(tree, ';') || (is_punct(tree, ',') && !in_item) {
            return at + 1;
        }
        if is_group(tree, Delimiter::Brace) {
            let closed = trees.get(at + 1).is_some_and(|next| is_punct(next, ';'));
            return at + 1 + usize::from(closed);
        }
    }
    trees.len()
}

fn is_cfg_test(tree: &TokenTree) -> bool {
    is_group(tree, Delimiter::Bracket)
        && tree.to_string().chars().filter(|c| !c.is_whitespace()).eq("[cfg(test)]".chars())
}

fn is_group(tree: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// Whether a token is this punctuation mark.
pub fn is_punct(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}
