//! Parses, normalises and compares addresses of the web.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::text::web_url::is_reachable;

/// Longest accepted address, in bytes. All browsers and both databases' indexes take it.
pub const MAX_BYTES: usize = 2_000;

/// The reason for refusing an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadUrl {
    /// Not an absolute URL.
    Malformed,
    /// The scheme is neither http nor https.
    Scheme,
    /// Contains a user name or a password.
    Credentials,
    /// The host or the port cannot exist.
    Host,
    /// Longer than [`MAX_BYTES`].
    TooLong,
}

/// Parses an absolute http or https address.
///
/// # Errors
/// [`BadUrl`].
pub fn parse(text: &str) -> Result<Url, BadUrl> {
    // The parser strips spaces around an address and line breaks within it.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(BadUrl::Malformed);
    }
    if text.len() > MAX_BYTES {
        return Err(BadUrl::TooLong);
    }
    let url = Url::parse(text).map_err(|_| BadUrl::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BadUrl::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadUrl::Credentials);
    }
    if !is_reachable(&url) {
        return Err(BadUrl::Host);
    }
    // Percent-encoding lengthens characters beyond ASCII.
    if url.as_str().len() > MAX_BYTES {
        return Err(BadUrl::TooLong);
    }
    Ok(url)
}

/// Normalises an address (RFC 3986, section 6.2.2), for comparison. Mentions store the result as
/// their key.
///
/// Percent-encodings get capital letters, and those of unreserved characters are decoded. The URL
/// parser has put scheme and host in lower case and dropped the default port.
#[must_use]
pub fn normalise(url: &Url) -> String {
    let text = url.as_str();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        match after.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                rest = &after[3..];
            }
            Some(byte) => {
                out.push_str(&format!("%{byte:02X}"));
                rest = &after[3..];
            }
            None => {
                out.push('%');
                rest = &after[1..];
            }
        }
    }
    out.push_str(rest);
    if out.ends_with('#') {
        out.pop();
    }
    out
}

/// Compares two addresses after normalisation, fragments included.
#[must_use]
pub fn is_same(one: &Url, other: &Url) -> bool {
    normalise(one) == normalise(other)
}

/// Removes the fragment.
#[must_use]
pub fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// The host in lower case without the root's dot, or an empty text.
#[must_use]
pub fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
}

/// The server of an address: its host, and its port if that is not the scheme's.
#[must_use]
pub fn server(url: &Url) -> String {
    match url.port() {
        Some(port) => format!("{}:{port}", host(url)),
        None => host(url),
    }
}

/// The characters that a path segment holds as they are: the unreserved ones (RFC 3986, section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a path segment or the value of a parameter.
#[must_use]
pub fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}

/// Decodes a percent-encoded path segment. Bytes that are not UTF-8 become U+FFFD.
#[must_use]
pub fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Returns a URL's words in plain text, to search them for blocked words. The host is in Unicode.
#[must_use]
pub fn decoded_words(url: &str) -> String {
    let text = decode(&url.replace(['+', '&', '='], " "));
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#', ':']).unwrap_or(rest.len()));
    let readable = url::quirks::domain_to_unicode(host);
    format!("{scheme}://{}{path}", if readable.is_empty() { host } else { &readable })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_equal() {
        let same =
            |one: &str, other: &str| is_same(&parse(one).expect(one), &parse(other).expect(other));
        for (one, other) in [
            ("HTTP://News.Example:80", "http://news.example/"),
            ("https://news.example/%d9%84", "https://news.example/ل"),
            ("https://news.example/%7Ea%2Db", "https://news.example/~a-b"),
            ("https://news.example/a#", "https://news.example/a"),
            ("https://مثال.example/", "https://xn--mgbh0fb.example/"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("https://news.example/a", "https://news.example/a/"),
            ("https://news.example/a", "https://news.example/a?b"),
            ("https://news.example/a", "https://news.example/a#b"),
            ("https://news.example/a", "https://news.example/ab"),
            ("https://news.example/A", "https://news.example/a"),
            ("https://news.example/a%2Fb", "https://news.example/a/b"),
            ("http://news.example/a", "https://news.example/a"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn words_of_a_url_are_readable() {
        for (url, words) in [
            (
                "https://xn--mgbb7fyab.example/%D8%AE%D8%A8%D8%B1?a=b+c",
                "https://ليبيا.example/خبر?a b c",
            ),
            ("https://a.example:8080/x", "https://a.example:8080/x"),
            ("/%D8%AE", "/خ"),
        ] {
            assert_eq!(decoded_words(url), words);
        }
    }

    #[test]
    fn unacceptable_address_is_refused_with_its_reason() {
        for (text, bad) in [
            ("", BadUrl::Malformed),
            ("/a", BadUrl::Malformed),
            ("https://", BadUrl::Malformed),
            (" https://a.example", BadUrl::Malformed),
            ("https://a.ex\nample", BadUrl::Malformed),
            ("javascript:alert(1)", BadUrl::Scheme),
            ("file:///etc/passwd", BadUrl::Scheme),
            ("gopher://a.example", BadUrl::Scheme),
            ("https://me@a.example", BadUrl::Credentials),
            ("https://:secret@a.example", BadUrl::Credentials),
        ] {
            assert_eq!(parse(text), Err(bad), "{text}");
        }
        let long = format!("https://a.example/{}", "ل".repeat(400));
        assert_eq!(parse(&long), Err(BadUrl::TooLong));
    }
}
