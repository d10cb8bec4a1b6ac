//! Resolves a path to the module that defines the item, through aliases, re-exports and globs.

use crate::paths::{EXTERNAL, Kind, Written};
use crate::tree::{Module, Name};

/// The meaning of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A module.
    Module(usize),
    /// An item that this module defines.
    Item(usize),
}

/// The imports that are being followed, each by its module and path.
type Followed<'a> = Vec<(usize, &'a [String])>;

/// Returns the modules that define the item of a path. There are several if a name means both a
/// type and a function, and none if the path leads to a module or out of the crate.
pub fn definers(modules: &[Module], user: usize, written: &Written) -> Vec<usize> {
    let names = Names(modules);
    let path = &written.path;
    if written.kind == Kind::Method {
        return Vec::new();
    }
    let mut found = names.path(user, path, &mut Vec::new());
    if written.kind == Kind::Macro && found.is_empty() && path.len() == 1 {
        found.extend(names.textual_macro(user, &path[0]));
    }
    let items = found.into_iter().filter_map(|target| match target {
        Target::Item(module) => Some(module),
        Target::Module(_) => None,
    });
    items.collect()
}

/// Whether a path from the crate's root leads to a module or an item that exists.
pub fn exists(modules: &[Module], path: &[String]) -> bool {
    let names = Names(modules);
    let mut module = 0;
    for (at, name) in path.iter().enumerate() {
        let found = names.lookup(module, name, &mut Vec::new());
        match found.iter().find_map(|target| match target {
            Target::Module(inner) => Some(*inner),
            Target::Item(_) => None,
        }) {
            Some(inner) if at + 1 < path.len() => module = inner,
            _ => return !found.is_empty(),
        }
    }
    true
}

struct Names<'a>(&'a [Module]);

impl<'a> Names<'a> {
    fn path(&self, user: usize, path: &'a [String], followed: &mut Followed<'a>) -> Vec<Target> {
        let (first, mut rest) = match path.split_first() {
            Some((first, rest)) if first != EXTERNAL => (first.as_str(), rest),
            _ => return Vec::new(),
        };
        let mut start = match first {
            "crate" => 0,
            "self" => user,
            "super" => self.parent(user),
            name => {
                let found = self.lookup(user, name, followed);
                return self.below(&found, rest, followed);
            }
        };
        while let Some((first, below)) = rest.split_first()
            && first == "super"
        {
            start = self.parent(start);
            rest = below;
        }
        self.walk(start, rest, followed)
    }

    fn parent(&self, module: usize) -> usize {
        let path = &self.0[module].path;
        let above = &path[..path.len().saturating_sub(1)];
        self.0.iter().position(|module| module.path == above).unwrap_or(0)
    }

    fn walk(&self, start: usize, path: &'a [String], followed: &mut Followed<'a>) -> Vec<Target> {
        let Some((name, rest)) = path.split_first() else {
            return vec![Target::Module(start)];
        };
        let mut found = self.lookup(start, name, followed);
        if found.is_empty() {
            // Made by a macro, or re-exported from another crate.
            found.push(Target::Item(start));
        }
        self.below(&found, rest, followed)
    }

    /// Goes on from the targets of a name. After an item follow its variants and functions.
    fn below(
        &self,
        found: &[Target],
        rest: &'a [String],
        followed: &mut Followed<'a>,
    ) -> Vec<Target> {
        if rest.is_empty() {
            return found.to_vec();
        }
        let mut inner = Vec::new();
        for target in found {
            if let Target::Module(module) = target {
                inner.extend(self.walk(*module, rest, followed));
            }
        }
        if inner.is_empty() {
            inner.extend(found.iter().filter(|target| matches!(target, Target::Item(_))));
        }
        inner
    }

    fn lookup(&self, module: usize, name: &str, followed: &mut Followed<'a>) -> Vec<Target> {
        let mut found = Vec::new();
        let Module { names, globs, .. } = &self.0[module];
        for meaning in names.get(name).into_iter().flatten() {
            match meaning {
                Name::Item => found.push(Target::Item(module)),
                Name::Module(inner) => found.push(Target::Module(*inner)),
                Name::Import(path) => found.extend(self.follow(module, path, followed)),
            }
        }
        if found.is_empty() {
            for glob in globs {
                for target in self.follow(module, glob, followed) {
                    if let Target::Module(inner) = target
                        && inner != module
                    {
                        found.extend(self.lookup(inner, name, followed));
                    }
                }
            }
        }
        found
    }

    fn follow(
        &self,
        module: usize,
        path: &'a [String],
        followed: &mut Followed<'a>,
    ) -> Vec<Target> {
        if followed.contains(&(module, path)) {
            return Vec::new();
        }
        followed.push((module, path));
        let found = self.path(module, path, followed);
        followed.pop();
        found
    }

    /// A macro of this module or of one above it, or of their `#[macro_use]` modules.
    fn textual_macro(&self, user: usize, name: &str) -> Option<Target> {
        let mut module = user;
        loop {
            if let Some(definer) = self.0[module].macros.get(name) {
                return Some(Target::Item(*definer));
            }
            if self.0[module].path.is_empty() {
                return None;
            }
            module = self.parent(module);
        }
    }
}
