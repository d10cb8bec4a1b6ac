//! Entity tags of this server, also as proxies change them, and lists of entity tags (RFC 9110, section
//! 8.8.3).

use xxhash_rust::xxh3::xxh3_64;

/// The content codings that proxies name in the entity tags of responses that they compress.
const PROXY_CODINGS: [&str; 5] = ["gzip", "x-gzip", "deflate", "br", "zstd"];

/// Returns the entity tag of a version and a body, without quotes.
#[must_use]
pub fn make(version: i64, body: &[u8]) -> String {
    format!("v{version}-{:016x}", xxh3_64(body))
}

/// The value of `If-Match`.
#[derive(Debug, PartialEq, Eq)]
pub enum Condition<'a> {
    /// `*`: any representation.
    Any,
    /// The entity tags, without `W/` and quotes. A weak one counts too: proxies that compress weaken
    /// the tags that they pass on, and the content is the same.
    Tags(Vec<&'a [u8]>),
}

impl<'a> Condition<'a> {
    /// Parses header lines; `None` for malformed ones.
    #[must_use]
    pub fn parse(lines: &[&'a [u8]]) -> Option<Self> {
        if let [line] = lines
            && line.trim_ascii() == b"*"
        {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        for line in lines {
            read_tags(line, &mut tags)?;
        }
        (!tags.is_empty()).then_some(Self::Tags(tags))
    }
}

/// Reads a list of entity tags. Empty elements are skipped (RFC 9110, section 5.6.1).
fn read_tags<'a>(mut rest: &'a [u8], tags: &mut Vec<&'a [u8]>) -> Option<()> {
    loop {
        rest = rest.trim_ascii_start();
        match rest {
            [] => return Some(()),
            [b',', after @ ..] => rest = after,
            _ => {
                let text = rest.strip_prefix(b"W/").unwrap_or(rest).strip_prefix(b"\"")?;
                let end = text.iter().position(|byte| *byte == b'"')?;
                let (tag, after) = text.split_at(end);
                let is_valid = tag.iter().all(|byte| *byte > b' ' && *byte != 0x7f);
                rest = after.get(1..)?.trim_ascii_start();
                if !is_valid || !matches!(rest, [] | [b',', ..]) {
                    return None;
                }
                tags.push(tag);
            }
        }
    }
}

/// The form in which a client sends a tag of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagForm<'a> {
    /// Without a coding.
    Plain,
    /// Of a body in this coding, as this server or a proxy compressed it.
    Coded(&'a str),
    /// With the suffix of a proxy, such as `;gzip`.
    Suffixed,
}

/// Compares an entity tag, without its quotes, with a tag of this server.
#[must_use]
pub fn form_of<'a>(sent: &'a str, own: &str) -> Option<TagForm<'a>> {
    let suffix = sent.strip_prefix(own)?;
    if suffix.is_empty() {
        return Some(TagForm::Plain);
    }
    let names = |name: &str| PROXY_CODINGS.iter().any(|one| name.eq_ignore_ascii_case(one));
    if let Some(name) = suffix.strip_prefix('-')
        && ["br", "zstd", "gzip"].contains(&name)
    {
        return Some(TagForm::Coded(name));
    }
    let is_known = ["--", "-", ";", ":"]
        .iter()
        .any(|separator| suffix.strip_prefix(separator).is_some_and(names));
    is_known.then_some(TagForm::Suffixed)
}

/// Returns the version in an entity tag of this server, whatever its suffix.
#[must_use]
pub fn version_of(tag: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(tag).ok()?;
    let (version, _) = text.strip_prefix('v')?.split_once('-')?;
    version.parse().ok().filter(|version| *version >= 0)
}

/// Whether an entity tag is this one of this server, whatever its suffix.
#[must_use]
pub fn is_same(sent: &[u8], own: &str) -> bool {
    let suffix = sent.strip_prefix(own.as_bytes());
    suffix.is_some_and(|suffix| matches!(suffix, [] | [b'-' | b';' | b':', ..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(line: &str) -> Option<Vec<String>> {
        match Condition::parse(&[line.as_bytes()])? {
            Condition::Any => Some(vec!["*".into()]),
            Condition::Tags(tags) => {
                Some(tags.iter().map(|tag| String::from_utf8_lossy(tag).into_owned()).collect())
            }
        }
    }

    #[test]
    fn lists_are_read_and_malformed_ones_refused() {
        for (line, expected) in [
            ("*", &["*"][..]),
            (" * ", &["*"]),
            ("\"a\"", &["a"]),
            ("W/\"a\"", &["a"]),
            ("\"\"", &[""]),
            ("\"*\"", &["*"]),
            ("\"a,b\" ,, W/\"c;d\",", &["a,b", "c;d"]),
            ("\"ليبيا\"", &["ليبيا"]),
        ] {
            assert_eq!(tags(line).as_deref().map(|tags| tags == expected), Some(true), "{line}");
        }
        for line in [
            "",
            " ",
            ",",
            "abc",
            "\"a",
            "a\"",
            "\"",
            "W/",
            "W/a",
            "w/\"a\"",
            "W/*",
            "*, \"a\"",
            "\"a\" \"b\"",
            "\"a\"b",
            "\"a b\"",
            "'a'",
            "\"a\", b",
        ] {
            assert_eq!(tags(line), None, "{line}");
        }
        assert_eq!(Condition::parse(&[b"*", b"*"]), None);
    }

    #[test]
    fn version_is_read_from_own_tags_only() {
        let tag = make(42, b"x");
        for suffix in ["", "-gzip", "-br", ";gzip", "--gzip"] {
            let own = format!("{tag}{suffix}");
            assert_eq!(
                (version_of(own.as_bytes()), is_same(own.as_bytes(), &tag)),
                (Some(42), true)
            );
        }
        for other in ["abc", "v-1", "vx-1", "v42", ""] {
            let other = other.as_bytes();
            assert_eq!((version_of(other), is_same(other, &tag)), (None, false), "{other:?}");
        }
        assert!(!is_same(format!("{tag}0").as_bytes(), &tag), "another hash");
    }

    #[test]
    fn suffixes_of_codings_are_told_from_other_tags() {
        let tag = make(3, b"x");
        let form = |suffix: &str| {
            let sent = format!("{tag}{suffix}");
            form_of(&sent, &tag).map(|form| format!("{form:?}"))
        };
        for (suffix, expected) in [
            ("", Some("Plain")),
            ("-br", Some("Coded(\"br\")")),
            ("-gzip", Some("Coded(\"gzip\")")),
            ("-zstd", Some("Coded(\"zstd\")")),
            ("--gzip", Some("Suffixed")),
            (";gzip", Some("Suffixed")),
            (":br", Some("Suffixed")),
            ("-deflate", Some("Suffixed")),
            ("-GZIP", Some("Suffixed")),
            ("-lz", None),
            ("gzip", None),
            ("0", None),
            ("-", None),
        ] {
            assert_eq!(form(suffix).as_deref(), expected, "{suffix}");
        }
        assert_eq!(form_of("other", &tag), None);
    }
}
