//! The paths that a module's code writes: in `use`, in types and expressions, in attributes and in
//! the tokens of macros, which `syn` does not parse.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, Meta, UseTree, Visibility};

use crate::tree::{Module, Name, is_punct};

/// The first segment of paths such as `::diesel::prelude`.
pub const EXTERNAL: &str = "::";

/// A path in code.
pub struct Written {
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its segments as they are written, without generics.
    pub path: Vec<String>,
    /// The place of code it is in.
    pub kind: Kind,
}

/// The places of code that hold paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A private `use`.
    Import,
    /// A `use` that others can see.
    ReExport,
    /// The name of a macro that is called.
    Macro,
    /// The name of a method that is called.
    Method,
    /// Any other.
    Code,
}

/// Adds the imports of some items and the paths in them to their module.
pub fn collect(items: &[Item], module: &mut Module) {
    let mut locals = Locals::default();
    items.iter().for_each(|item| locals.visit_item(item));
    let mut reader = Reader { module, locals: locals.0 };
    items.iter().for_each(|item| reader.visit_item(item));
}

/// Names of variables, which hide functions of the same name.
#[derive(Default)]
struct Locals(BTreeSet<String>);

impl Visit<'_> for Locals {
    fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
        self.0.insert(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}

struct Reader<'a> {
    module: &'a mut Module,
    locals: BTreeSet<String>,
}

impl Visit<'_> for Reader<'_> {
    fn visit_item_mod(&mut self, _: &syn::ItemMod) {}

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let kind = match item.vis {
            Visibility::Inherited => Kind::Import,
            _ => Kind::ReExport,
        };
        let external = item.leading_colon.is_some().then(|| EXTERNAL.to_owned());
        self.import(&item.tree, external.into_iter().collect(), kind);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let mut names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let is_local = names.len() == 1 && self.locals.contains(&names[0]);
        if path.leading_colon.is_some() {
            names.insert(0, EXTERNAL.to_owned());
        }
        if let Some(first) = path.segments.first()
            && !is_local
        {
            self.push(&first.ident, names, Kind::Code);
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.push(&call.method, vec![call.method.to_string()], Kind::Method);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_attribute(&mut self, attribute: &syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        self.visit_path(attribute.path());
        match &attribute.meta {
            Meta::List(list) => self.scan(list.tokens.clone(), true),
            Meta::NameValue(pair) => self.visit_expr(&pair.value),
            Meta::Path(_) => {}
        }
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        if let Some(first) = call.path.segments.first() {
            let names = call.path.segments.iter().map(|s| s.ident.to_string()).collect();
            self.push(&first.ident, names, Kind::Macro);
        }
        self.scan(call.tokens.clone(), false);
    }
}

impl Reader<'_> {
    fn push(&mut self, at: &Ident, path: Vec<String>, kind: Kind) {
        self.module.written.push(Written { line: at.span().start().line, path, kind });
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, kind: Kind) {
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.import(&inner.tree, path, kind);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, path.clone(), kind));
            }
            UseTree::Name(name) => self.bind(&name.ident, None, path, kind),
            UseTree::Rename(name) => self.bind(&name.ident, Some(&name.rename), path, kind),
            UseTree::Glob(glob) => {
                self.module.globs.push(path.clone());
                let line = glob.star_token.spans[0].start().line;
                self.module.written.push(Written { line, path, kind });
            }
        }
    }

    fn bind(&mut self, name: &Ident, alias: Option<&Ident>, mut path: Vec<String>, kind: Kind) {
        if name != "self" || path.is_empty() {
            path.push(name.to_string());
        }
        let bound = alias.map_or_else(|| path.last().cloned(), |alias| Some(alias.to_string()));
        let names = &mut self.module.names;
        names.entry(bound.unwrap_or_default()).or_default().push(Name::Import(path.clone()));
        self.push(name, path, kind);
    }

    /// Reads paths from tokens. A single word counts if it begins with a capital or is called,
    /// since other words are variables or fields.
    fn scan(&mut self, tokens: TokenStream, in_attribute: bool) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            at += match tree {
                TokenTree::Ident(word) if word == "use" => self.scan_use(&trees[at..]),
                TokenTree::Ident(word) => self.scan_word(word, &trees, at),
                TokenTree::Group(group) => {
                    self.scan(group.stream(), in_attribute);
                    1
                }
                TokenTree::Literal(literal) if in_attribute => {
                    self.scan_text(literal);
                    1
                }
                _ => 1,
            };
        }
    }

    fn scan_use(&mut self, trees: &[TokenTree]) -> usize {
        let end = trees.iter().position(|tree| is_punct(tree, ';')).map_or(1, |end| end + 1);
        // `$crate` is not Rust outside macros.
        let tokens = trees[..end].iter().filter(|tree| !is_punct(tree, '$')).cloned();
        let Ok(item) = syn::parse2::<syn::ItemUse>(tokens.collect()) else {
            return 1;
        };
        self.visit_item_use(&item);
        end
    }

    fn scan_word(&mut self, word: &Ident, trees: &[TokenTree], at: usize) -> usize {
        let mut path = vec![word.to_string()];
        let mut length = 1;
        while let Some([first, second, TokenTree::Ident(next)]) = trees[at + length..].first_chunk()
            && is_punct(first, ':')
            && is_punct(second, ':')
        {
            path.push(next.to_string());
            length += 3;
        }
        let before = |back: usize, mark| {
            at.checked_sub(back).is_some_and(|before| is_punct(&trees[before], mark))
        };
        let after = |ahead: usize| trees.get(at + length + ahead);
        let is_called = matches!(after(0), Some(TokenTree::Group(group))
            if group.delimiter() == Delimiter::Parenthesis);
        let is_macro = after(0).is_some_and(|next| is_punct(next, '!'))
            && matches!(after(1), Some(TokenTree::Group(_)));
        let is_name = |word: &str| word.starts_with(char::is_uppercase);
        let is_defined = at.checked_sub(1).is_some_and(|before| {
            matches!(&trees[before], TokenTree::Ident(word) if word == "fn" || word == "type")
        });
        if before(1, '$') && word != "crate" {
            // A variable of a macro.
        } else if before(1, ':') && before(2, ':') {
            // The end of `<T as Trait>::name` or `Vec::<T>::name`, or the name of a crate.
            if path.len() > 1 && !before(3, '>') {
                path.insert(0, EXTERNAL.to_owned());
                self.push(word, path, Kind::Code);
            }
        } else if is_macro {
            self.push(word, path, Kind::Macro);
        } else if path.len() > 1 {
            self.push(word, path, Kind::Code);
        } else if before(1, '.') && !before(2, '.') {
            if is_called {
                self.push(word, path, Kind::Method);
            }
        } else if (is_called || is_name(&path[0])) && !is_defined && !self.locals.contains(&path[0])
        {
            self.push(word, path, Kind::Code);
        }
        length
    }

    /// Attributes such as `#[serde(with = "crate::time")]` write paths as strings.
    fn scan_text(&mut self, literal: &proc_macro2::Literal) {
        let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) else {
            return;
        };
        if let Ok(path) = syn::parse_str::<syn::Path>(&text.value())
            && path.segments.len() > 1
        {
            let line = literal.span().start().line;
            let path = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.module.written.push(Written { line, path, kind: Kind::Code });
        }
    }
}
