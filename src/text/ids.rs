//! Ids of elements, the targets of links within a page.
//!
//! A page's scripts find an element as a variable of its id (DOM clobbering). Ids that scripts use
//! as names get a prefix, and so do the links to them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Longest id, in bytes.
const MAX_BYTES: usize = 200;

/// The prefix of an id that is a name in scripts.
const PREFIX: &str = "user-content-";

/// Lower-case words that pages' scripts use as names, sorted. Other names of scripts have capitals,
/// underscores or dollar signs.
const NAMES: &[&str] = &[
    "alert",
    "all",
    "analytics",
    "anchors",
    "app",
    "applets",
    "article",
    "articles",
    "attributes",
    "auth",
    "blur",
    "body",
    "caches",
    "chrome",
    "close",
    "closed",
    "comments",
    "config",
    "confirm",
    "console",
    "constructor",
    "content",
    "cookie",
    "crypto",
    "data",
    "document",
    "domain",
    "embeds",
    "env",
    "event",
    "exports",
    "external",
    "fetch",
    "find",
    "focus",
    "footer",
    "forms",
    "frames",
    "global",
    "gtag",
    "head",
    "header",
    "history",
    "html",
    "id",
    "images",
    "implementation",
    "import",
    "index",
    "init",
    "jquery",
    "lang",
    "length",
    "links",
    "location",
    "locationbar",
    "login",
    "main",
    "menu",
    "menubar",
    "method",
    "modal",
    "module",
    "name",
    "nav",
    "navigation",
    "navigator",
    "next",
    "nodes",
    "nuxt",
    "open",
    "opener",
    "options",
    "origin",
    "page",
    "parent",
    "performance",
    "plugins",
    "post",
    "posts",
    "print",
    "process",
    "prompt",
    "prototype",
    "require",
    "response",
    "root",
    "screen",
    "scripts",
    "scroll",
    "scrollbars",
    "search",
    "self",
    "session",
    "settings",
    "sidebar",
    "site",
    "state",
    "status",
    "statusbar",
    "stop",
    "store",
    "style",
    "stylesheets",
    "submit",
    "target",
    "text",
    "theme",
    "title",
    "token",
    "toolbar",
    "top",
    "type",
    "undefined",
    "url",
    "user",
    "value",
    "version",
    "window",
];

/// Returns an id as it may be written, or `None` for one that no link can name.
pub(super) fn safe(id: &str) -> Option<Cow<'_, str>> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || "\"'<>&`=#".contains(c);
    if id.is_empty() || id.len() > MAX_BYTES || id.contains(bad) {
        return None;
    }
    let is_name = if id.bytes().all(|b| b.is_ascii_lowercase()) {
        NAMES.binary_search(&id).is_ok()
    } else {
        id.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$'))
    };
    if !is_name {
        return Some(Cow::Borrowed(id));
    }
    (PREFIX.len() + id.len() <= MAX_BYTES).then(|| Cow::Owned(format!("{PREFIX}{id}")))
}

/// Returns a link within the page with the prefix of its id, if the id has one.
pub(super) fn safe_link(href: &str) -> Option<String> {
    let fragment = href.strip_prefix('#')?;
    let id = percent_decode_str(fragment).decode_utf8().ok()?;
    match safe(&id)? {
        Cow::Owned(safe) => Some(format!("#{safe}")),
        Cow::Borrowed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_scripts_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn id_is_kept_unless_scripts_use_it() {
        for id in ["fn-1", "_ftn1", "causes", "القسم-الأول", "h.x1", "%d8%a7", "section2", "سبب"]
        {
            assert_eq!(safe(id).as_deref(), Some(id));
        }
        for id in ["location", "getElementById", "__NEXT_DATA__", "__proto__", "$", "APP", "a_b"] {
            assert_eq!(safe(id), Some(Cow::Owned(format!("user-content-{id}"))));
        }
        for id in ["", "a b", "a\"", "<b>", "a\nb", "a'b", &"x".repeat(201)] {
            assert_eq!(safe(id), None, "{id:?}");
        }
    }

    #[test]
    fn link_follows_its_id() {
        assert_eq!(safe_link("#location").as_deref(), Some("#user-content-location"));
        assert_eq!(safe_link("#%6Cocation").as_deref(), Some("#user-content-location"));
        for link in ["#fn-1", "#", "#القسم", "/a#location", "#user-content-location"] {
            assert_eq!(safe_link(link), None, "{link}");
        }
    }
}
