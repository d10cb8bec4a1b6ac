//! URLs of the web: http and https, as people write them, in their valid form (RFC 3986).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::{Host, Url};

/// Longest valid URL, in bytes. All browsers and both databases' indexes take it.
pub const MAX_BYTES: usize = 2_000;

/// The reason for refusing a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// No absolute http or https URL, one with a user name or a password, or one with a host or port
    /// that cannot exist.
    #[error("not an http or https URL with a valid host, without user name and password")]
    Malformed,
    /// Longer than [`MAX_BYTES`] in its valid form.
    #[error("a URL has at most {MAX_BYTES} bytes")]
    TooLong,
}

/// The characters that browsers leave in a path, query or fragment, but that no valid URL contains.
const INVALID: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Returns a URL in its valid form: the host in ASCII (punycode), other letters and spaces
/// percent-encoded, and percent-encodings normalised. Idempotent.
///
/// ```
/// # use maqal::text::web_url::valid;
/// assert_eq!(valid("HTTPS://ليبيا.example/خبر 1").as_deref(),
///     Ok("https://xn--mgbb7fyab.example/%D8%AE%D8%A8%D8%B1%201"));
/// ```
///
/// # Errors
/// [`InvalidUrl`].
pub fn valid(text: &str) -> Result<String, InvalidUrl> {
    let text = text.trim();
    // The parser strips line breaks and tabs within a URL, and adds missing slashes.
    let after_scheme = ["http://", "https://"].iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    let Some(rest) = after_scheme.filter(|rest| !rest.starts_with(['/', '\\'])) else {
        return Err(InvalidUrl::Malformed);
    };
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    if text.contains(char::is_control) || authority.contains('@') {
        return Err(InvalidUrl::Malformed);
    }
    let url = Url::parse(text).map_err(|_| InvalidUrl::Malformed)?;
    if !is_reachable(&url) || url.port() == Some(0) {
        return Err(InvalidUrl::Malformed);
    }
    let mut valid = normalise(&url);
    // The parser adds a path to a bare host.
    if !rest.contains(['/', '\\', '?', '#']) {
        valid.truncate(valid.trim_end_matches('/').len());
    }
    if valid.len() > MAX_BYTES { Err(InvalidUrl::TooLong) } else { Ok(valid) }
}

/// True for an http or https URL with a valid host, and without user name and password.
///
/// A host is an IP address, or a name of labels with letters, digits, `-` and `_`: each of at most 63
/// bytes, together at most 253 (RFC 1035), and with or without the final dot.
#[must_use]
pub fn is_reachable(url: &Url) -> bool {
    let is_host = match url.host() {
        Some(Host::Domain(name)) => is_host_name(name),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    };
    let is_web = matches!(url.scheme(), "http" | "https");
    is_web && is_host && !names_user(url)
}

fn is_host_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// True if the address of a link, absolute or relative, names a user or a password.
#[must_use]
pub fn has_credentials(link: &str) -> bool {
    if !link.contains('@') {
        return false;
    }
    let parse = |base: &str| Url::parse(base).and_then(|base| base.join(link));
    // Browsers read `https:user@host` as a path on a page of the same scheme.
    let urls = ["http://page.invalid/", "https://page.invalid/"].map(parse);
    urls.iter().flatten().any(names_user)
}

fn names_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Returns a setting's URL template in its valid form. The placeholders stay as they are.
#[must_use]
pub fn valid_template(template: &str, placeholders: &[&str]) -> Option<String> {
    // Normalisation does not change what stands for a placeholder.
    let stand_in = |index: usize| format!("maqal{index}placeholder{index}maqal");
    let all = || placeholders.iter().enumerate();
    let filled =
        all().fold(template.to_owned(), |text, (index, name)| text.replace(name, &stand_in(index)));
    let valid = valid(&filled).ok()?;
    Some(all().fold(valid, |text, (index, name)| text.replace(&stand_in(index), name)))
}

/// Normalises a parsed URL (RFC 3986, section 6.2.2).
///
/// Percent-encodings get capital letters, and those of unreserved characters are decoded. A `%` that
/// encodes nothing is encoded itself. The parser has put scheme and host in lower case and ASCII,
/// and dropped the default port.
#[must_use]
pub fn normalise(url: &Url) -> String {
    let (authority, rest) = url.as_str().split_at(url[..url::Position::BeforePath].len());
    let mut out = String::with_capacity(url.as_str().len());
    out.push_str(authority);
    let mut rest = rest;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        out.extend(utf8_percent_encode(before, INVALID));
        let code = after.get(1..3).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                rest = &after[3..];
            }
            Some(byte) => {
                out.push_str(&format!("%{byte:02X}"));
                rest = &after[3..];
            }
            None => {
                out.push_str("%25");
                rest = &after[1..];
            }
        }
    }
    out.extend(utf8_percent_encode(rest, INVALID));
    if out.ends_with('#') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn url_is_stored_in_its_valid_form() {
        for (text, url) in [
            ("https://news.example", "https://news.example"),
            ("https://ليبيا.example", "https://xn--mgbb7fyab.example"),
            ("https://news.example?a", "https://news.example/?a"),
            ("HTTPS://News.Example:443/A?b=C#d", "https://news.example/A?b=C#d"),
            (" https://news.example/a b ", "https://news.example/a%20b"),
            (
                "https://news.example/خبر?س=ع#ف",
                "https://news.example/%D8%AE%D8%A8%D8%B1?%D8%B3=%D8%B9#%D9%81",
            ),
            ("https://news.example/%d8%ae%7e%2f", "https://news.example/%D8%AE~%2F"),
            ("https://news.example/100%?a=5%&b=%zz", "https://news.example/100%25?a=5%25&b=%25zz"),
            ("https://ليبيا.example/", "https://xn--mgbb7fyab.example/"),
            ("https://XN--MGBB7FYAB.example/", "https://xn--mgbb7fyab.example/"),
            ("https://BÜCHER.example./ß", "https://xn--bcher-kva.example./%C3%9F"),
            ("http://[2001:DB8::1]:8080/a[1]|b", "http://[2001:db8::1]:8080/a%5B1%5D%7Cb"),
            ("http://127.1/a\\b?c\\d", "http://127.0.0.1/a/b?c%5Cd"),
            ("https://news.example/a/../b/./c", "https://news.example/b/c"),
            ("https://news.example/a#", "https://news.example/a"),
            ("https://news.example:8443/", "https://news.example:8443/"),
            ("https://my_blog.a--b.example/", "https://my_blog.a--b.example/"),
            ("https://news.example/@lina:x", "https://news.example/@lina:x"),
            ("http://localhost/", "http://localhost/"),
            ("https://a.example\\@b.example", "https://a.example/@b.example"),
            (
                "https://n.example/a?u=https://b.example/x%20y",
                "https://n.example/a?u=https://b.example/x%20y",
            ),
        ] {
            assert_eq!(valid(text).as_deref(), Ok(url), "{text}");
            assert_eq!(valid(url).as_deref(), Ok(url));
        }
    }

    #[test]
    fn other_url_is_refused() {
        for text in [
            "",
            " ",
            "/a",
            "news.example/a",
            "https:",
            "https://",
            "https:///news.example/",
            "https:news.example",
            "https:\\\\news.example",
            "https://a b/",
            "https://a.example:99999/",
            "https://a\tb.example/",
            "https://a.example/\nb",
            "https://me@a.example/",
            "https://me:secret@a.example/",
            "https://:x@a.example/",
            "https://@a.example/",
            "https://a..b/",
            "https://.a.example/",
            "https://a.example../",
            "https://./",
            "https://../",
            "https://%2e/",
            "https://a\u{3002}\u{3002}b.example/",
            "https://a\"b.example/",
            "https://a*b.example/",
            "https://{a}.example/",
            "https://a.example:0/",
            "https://a.example:-1/",
            "https://a.example:8o/",
            "https://[fe80::1%25eth0]/",
            "https://[fe80::1%eth0]/",
            "https://1.2.3.256/",
            "ftp://a.example/",
            "javascript:alert(1)",
            "JaVaScRiPt://a.example/%0aalert(1)",
            " java\nscript:alert(1)",
            "data:text/html,x",
            "mailto:a@b.example",
            "https://[::1/",
            "https://a.example%00/",
            &format!("https://{}.example/", "a".repeat(64)),
            &format!("https://{}.example/", "ل".repeat(60)),
            &format!("https://{}example/", "a.".repeat(124)),
        ] {
            assert_eq!(valid(text), Err(InvalidUrl::Malformed), "{text:?}");
        }
        assert_eq!(
            valid(&format!("https://a.example/{}", "ل".repeat(400))),
            Err(InvalidUrl::TooLong)
        );
    }

    #[test]
    fn longest_host_is_valid() {
        let label = "a".repeat(63);
        let name = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(valid(&format!("https://{name}./")), Ok(format!("https://{name}./")));
        assert_eq!(valid(&format!("https://{name}a/")), Err(InvalidUrl::Malformed));
    }

    #[test]
    fn credentials_of_a_link_are_found() {
        for link in [
            "https://me@a.example/",
            "//me:x@a.example/",
            "\\\\me@a.example/",
            "https:me@a.example",
            "ht\ntps://:x@a.example",
            " https:\\\\me@a.example",
        ] {
            assert!(has_credentials(link), "{link:?}");
        }
        for link in ["https://a.example/@me", "/a@b", "mailto:me@a.example", "me@a", "#a@b", ""] {
            assert!(!has_credentials(link), "{link:?}");
        }
    }

    #[test]
    fn template_keeps_its_placeholder() {
        let valid = |template: &str| valid_template(template, &["{slug}"]);
        assert_eq!(
            valid("https://أخبار.example/مقالات/{slug}/?ل=1").as_deref(),
            Some(
                "https://xn--igbicxr.example/%D9%85%D9%82%D8%A7%D9%84%D8%A7%D8%AA/{slug}/?%D9%84=1"
            )
        );
        assert_eq!(valid("news.example/{slug}"), None);
    }

    proptest! {
        #[test]
        fn valid_url_is_ascii_and_stable(rest in any::<String>()) {
            if let Ok(url) = valid(&format!("https://a.example/{rest}")) {
                prop_assert!(url.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(valid(&url), Ok(url.clone()));
            }
        }
    }
}
