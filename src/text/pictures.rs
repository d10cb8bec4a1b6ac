//! Pictures that a page holds twice: one for scripts, which load it lazily, and one in `noscript`.
//! One of both stays.

use std::collections::HashSet;
use std::ops::Range;

use super::attributes::{self, Kept};
use super::references::decode;
use super::{sources, srcset};

/// The way in which a page shows a picture, a player or a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// At its address.
    Plain,
    /// Lazily, with its real address known.
    Lazy,
    /// As a placeholder, without its real address.
    Placeholder,
    /// In `noscript`.
    Noscript,
}

/// A picture, with its range in the HTML written.
struct Picture {
    kind: Kind,
    range: Range<usize>,
    addresses: Vec<String>,
    /// The number of texts before it: pictures of one number stand side by side.
    texts: usize,
}

/// The pictures of an article, in order.
#[derive(Default)]
pub(super) struct Pictures {
    all: Vec<Picture>,
    texts: usize,
    /// The addresses in the open `noscript`.
    in_noscript: Option<Vec<String>>,
    /// The address of the last source of the open `picture`.
    spare: Option<String>,
}

impl Pictures {
    /// Notes a text.
    pub(super) fn text(&mut self) {
        self.texts += 1;
    }

    /// Returns the address for an image without any, from the source beside it.
    pub(super) fn spare(&self) -> Option<&str> {
        self.spare.as_deref()
    }

    /// Notes the start of an element, if it is a picture or a part of one.
    pub(super) fn note(
        &mut self,
        name: &str,
        written: &[(String, &str)],
        kept: &Kept<'_>,
        range: Range<usize>,
    ) {
        if name == "picture" {
            self.spare = None;
        }
        if !sources::is_media(name) {
            return;
        }
        let set = attributes::value_of(kept, "srcset").map(decode);
        let set = set.as_deref().and_then(srcset::fallback).map(str::to_owned);
        if name == "source" && set.is_some() {
            self.spare.clone_from(&set);
        }
        let src = attributes::value_of(kept, "src").map(|src| decode(src).into_owned());
        let addresses = src.or(set).into_iter().collect();
        if let Some(all) = &mut self.in_noscript {
            return all.extend::<Vec<_>>(addresses);
        }
        let kind = match name {
            _ if sources::is_lazy(written) => Kind::Lazy,
            "img" if sources::is_placeholder(written) => Kind::Placeholder,
            _ => Kind::Plain,
        };
        self.add(kind, range, addresses);
    }

    /// Notes the start of a `noscript`.
    pub(super) fn enter_noscript(&mut self) {
        self.in_noscript = Some(Vec::new());
    }

    /// Notes the end of a `noscript`, and the range of its pictures.
    pub(super) fn leave_noscript(&mut self, range: Range<usize>) {
        let addresses = self.in_noscript.take().unwrap_or_default();
        if !addresses.is_empty() {
            self.add(Kind::Noscript, range, addresses);
        }
    }

    fn add(&mut self, kind: Kind, range: Range<usize>, addresses: Vec<String>) {
        self.all.push(Picture { kind, range, addresses, texts: self.texts });
    }

    /// Removes the second picture of each pair.
    pub(super) fn without_twins(&self, html: String) -> String {
        if self.all.iter().all(|picture| picture.kind != Kind::Noscript) {
            return html;
        }
        let mut out = String::with_capacity(html.len());
        let mut written = 0;
        for (picture, _) in self.all.iter().zip(self.twins()).filter(|(_, is_twin)| *is_twin) {
            out.push_str(&html[written..picture.range.start]);
            written = picture.range.end;
        }
        out.push_str(&html[written..]);
        out
    }

    /// Returns for each picture if it is removed.
    fn twins(&self) -> Vec<bool> {
        let keys: Vec<Vec<String>> =
            self.all.iter().map(|one| one.addresses.iter().map(|one| key(one)).collect()).collect();
        let is_noscript = |at: usize| self.all[at].kind == Kind::Noscript;
        let shown: HashSet<&String> =
            (0..keys.len()).filter(|at| !is_noscript(*at)).flat_map(|at| &keys[at]).collect();
        let mut removed = vec![false; keys.len()];
        let mut paired: HashSet<&String> = HashSet::new();
        for at in (0..keys.len()).filter(|at| is_noscript(*at)) {
            let same = keys[at].iter().find(|key| shown.contains(key));
            removed[at] = same.is_some();
            paired.extend(same);
        }
        // Other sizes of one picture have other addresses, and stand side by side.
        let mut is_paired: Vec<bool> =
            keys.iter().map(|keys| keys.iter().any(|key| paired.contains(key))).collect();
        for at in 0..keys.len() {
            if !is_noscript(at) || removed[at] {
                continue;
            }
            let mut neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
            let free = |near: &usize| {
                self.all.get(*near).is_some_and(|one| {
                    one.texts == self.all[at].texts
                        && matches!(one.kind, Kind::Lazy | Kind::Placeholder)
                }) && !is_paired[*near]
            };
            if let Some(near) = neighbours.find(free) {
                is_paired[near] = true;
                let is_placeholder = self.all[near].kind == Kind::Placeholder;
                removed[if is_placeholder { near } else { at }] = true;
            }
        }
        removed
    }
}

/// Returns an address without its scheme, and without the query of a file.
fn key(address: &str) -> String {
    const FILES: [&str; 8] = [".avif", ".gif", ".jpeg", ".jpg", ".mp4", ".png", ".svg", ".webp"];
    let address = address.trim();
    let address =
        address.strip_prefix("https:").or_else(|| address.strip_prefix("http:")).unwrap_or(address);
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_file = FILES.iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    if is_file { path } else { address }.to_owned()
}
