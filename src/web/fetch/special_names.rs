//! Host names that never lead to a site on the public internet, so that no resolver is asked for them.
//!
//! Sources: RFC 6761 (`invalid`, `localhost`, `test`), RFC 6762 with its appendix G (`local`, and the
//! names of private networks), RFC 7686 (`onion`), RFC 8375 (`home.arpa`), RFC 9476 (`alt`), and
//! ICANN's reservation of `internal`. Resolvers treat the names of examples as any other (RFC 6761).

/// Top-level domains without public sites.
const TOP_LEVEL: [&str; 13] = [
    "alt",
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localhost",
    "onion",
    "private",
    "test",
];

/// Whether a name in lower case is one of them. A name without a dot means a machine of the local
/// network.
pub(super) fn is_special(name: &str) -> bool {
    match name.trim_end_matches('.').rsplit_once('.') {
        Some((_, top_level)) => TOP_LEVEL.contains(&top_level),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_special;

    #[test]
    fn special_names_and_names_without_a_dot_are_special() {
        for name in [
            "",
            ".",
            "localhost",
            "localhost.",
            "a.localhost",
            "intranet",
            "h1.invalid",
            "a.b.test",
            "printer.local",
            "x.onion",
            "db.internal",
            "nas.home.arpa",
            "nas.home.arpa.",
            "a.lan",
            "7.0.0.127.in-addr.arpa",
            "a.alt",
            "wiki.corp",
            "a.home",
            "a.private",
            "a.intranet",
        ] {
            assert!(is_special(name), "{name}");
        }
        for name in [
            "blog.example",
            "example.com",
            "invalid.example",
            "local.example.",
            "test.com",
            "xn--mgbh0fb.example",
            "internal.io",
            "a.testing",
            "arpa.net",
        ] {
            assert!(!is_special(name), "{name}");
        }
    }
}
