//! Addresses of the web: which are taken at all, and which two are the same. Called by `page.rs`
//! and `service/mentions/`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// The longest address that is kept, in bytes: what every browser and both databases' indexes take.
pub const LONGEST: usize = 2_000;

/// Why a text is no address that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadUrl {
    /// It is none.
    Malformed,
    /// It is of another scheme than http and https.
    Scheme,
    /// It carries a name or a password.
    Credentials,
    /// It is longer than [`LONGEST`].
    TooLong,
}

/// Reads an absolute address of the web.
///
/// # Errors
/// [`BadUrl`].
pub fn parse(text: &str) -> Result<Url, BadUrl> {
    // The parser passes over what stands around an address, and over line breaks within.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(BadUrl::Malformed);
    }
    if text.len() > LONGEST {
        return Err(BadUrl::TooLong);
    }
    let url = Url::parse(text).map_err(|_| BadUrl::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BadUrl::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadUrl::Credentials);
    }
    // What was written in letters beyond ASCII is longer once it is encoded.
    if url.as_str().len() > LONGEST {
        return Err(BadUrl::TooLong);
    }
    Ok(url)
}

/// An address in its one spelling (RFC 3986, section 6.2.2): scheme and host in small letters, no
/// default port (both by the parser), escapes in capitals, and none where none is needed.
#[must_use]
pub fn normal(url: &Url) -> String {
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

/// Whether two addresses are the same once spelled alike. What follows `#` counts.
#[must_use]
pub fn same(one: &Url, other: &Url) -> bool {
    normal(one) == normal(other)
}

/// The address without what follows `#`: that of the document.
#[must_use]
pub fn document(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// The name of the machine, in small letters and without the root's dot; empty if there is none.
#[must_use]
pub fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
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

/// Returns a URL's words in plain text, to search them for blocked words.
#[must_use]
pub fn decoded_words(url: &str) -> String {
    decode(&url.replace(['+', '&', '='], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_the_same() {
        let same =
            |one: &str, other: &str| same(&parse(one).expect(one), &parse(other).expect(other));
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
    fn what_is_no_address_of_the_web_is_told_apart() {
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
