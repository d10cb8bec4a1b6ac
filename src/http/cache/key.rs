//! The cache key: the path, the sorted parameters and the language. The content coding is no part of
//! it, since one entry holds all codings.

use super::request::CacheRequest;
use crate::http::catalogue::Locale;

/// The prefix of the paths that the cache serves.
const PREFIX: &str = "/api/v1/";

/// The longest key, in bytes.
const MAX_LENGTH: usize = 512;

/// Separates the parts of a key, none of which contains it.
const SEPARATOR: char = '\0';

/// Writes a request's key; false if the cache doesn't serve the request.
pub fn write(request: &CacheRequest<'_>, key: &mut String) -> bool {
    key.clear();
    if !request.is_read || request.has_authorization || request.has_body || request.has_precondition
    {
        return false;
    }
    // The number of keys is bounded by the catalogue's languages, with 0 for none of them.
    let language =
        request.accept_language.and_then(Locale::for_accept).map_or(0, |locale| locale.number());
    let Ok(language) = u32::try_from(language) else { return false };
    let Some(language) = char::from_digit(language, 36) else { return false };
    key.push(language);
    write_address(request.path, request.query, key) && key.len() <= MAX_LENGTH
}

fn write_address(path: &str, query: Option<&str>, key: &mut String) -> bool {
    let is_ours = path.starts_with(PREFIX) && path.len() <= MAX_LENGTH;
    if !is_ours || !write_path(path, key) {
        return false;
    }
    let Some(query) = query.filter(|query| !query.is_empty()) else { return true };
    if query.len() > MAX_LENGTH {
        return false;
    }
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    pairs.sort_unstable();
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        if text.contains(SEPARATOR) {
            return false;
        }
        key.push(SEPARATOR);
        key.push_str(text);
    }
    true
}

/// Returns whether a query spells out absent parameters or numbers the items of a list. Each such query
/// has a plainer one with the same response.
pub fn is_respelled(key: &str) -> bool {
    let mut query = key.split(SEPARATOR).skip(1);
    while let (Some(name), Some(value)) = (query.next(), query.next()) {
        if value.is_empty() || name.ends_with(']') {
            return true;
        }
    }
    false
}

/// Returns whether a number has superfluous leading characters, which would make many keys.
fn is_odd_number(segment: &str) -> bool {
    segment
        .strip_prefix(['0', '+'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Writes the decoded path. Percent-encoded ASCII characters are refused, since the router may read
/// them as another path.
fn write_path(path: &str, key: &mut String) -> bool {
    let (mut odd, mut encoded, mut last) = (false, false, b'/');
    for byte in path.bytes() {
        odd |= last == b'/' && matches!(byte, b'0' | b'+');
        encoded |= byte == b'%';
        last = byte;
    }
    if odd && path.split('/').any(is_odd_number) {
        return false;
    }
    if !encoded {
        key.push_str(path);
        return true;
    }
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return false };
        match u8::try_from(high << 4 | low) {
            Ok(byte) if !byte.is_ascii() => decoded.push(byte),
            _ => return false,
        }
    }
    String::from_utf8(decoded).is_ok_and(|path| {
        key.push_str(&path);
        true
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;
    use actix_web::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, TRANSFER_ENCODING};
    use actix_web::test::TestRequest;

    use super::*;

    fn key(request: TestRequest) -> Option<String> {
        let mut key = String::new();
        write(&CacheRequest::from_head(request.to_srv_request().request().head()), &mut key)
            .then_some(key)
    }

    fn of(address: &str) -> Option<String> {
        key(TestRequest::get().uri(address))
    }

    #[test]
    fn parameter_order_and_hex_case_make_no_other_key() {
        let one = of("/api/v1/articles?tag=%D9%84&limit=5").expect("a key");
        assert_eq!(of("/api/v1/articles?limit=5&tag=%d9%84"), Some(one.clone()));
        assert_eq!(of("/api/v1/articles?limit=5&&tag=%d9%84&"), Some(one.clone()));
        assert_ne!(of("/api/v1/articles?limit=5"), Some(one));
        let slug = of("/api/v1/articles/slug/%D9%84%D9%8A").expect("a key");
        assert_eq!(of("/api/v1/articles/slug/%d9%84%d9%8a"), Some(slug));
        assert_eq!(of("/api/v1/tags"), of("/api/v1/tags?"));
        assert_eq!(
            key(TestRequest::default().method(Method::HEAD).uri("/api/v1/tags")),
            of("/api/v1/tags")
        );
    }

    #[test]
    fn different_requests_have_different_keys() {
        let tricks = [
            ("/api/v1/tags?q=a%26limit%3D5", "/api/v1/tags?q=a&limit=5"),
            ("/api/v1/tags?q=ab&c=d", "/api/v1/tags?q=abc&d="),
            ("/api/v1/tags?q=", "/api/v1/tags"),
        ];
        for (trick, honest) in tricks {
            assert_ne!(of(trick), of(honest), "{trick}");
            assert!(of(trick).is_some(), "{trick}");
        }
        for none in [
            "/api/v1/tags%2F1",
            "/api/v1/tags%3Flimit=5",
            "/api/v1/tag%73",
            "/api/v1/tags/%00",
            "/api/v1/tags/%ff",
            "/api/v1/tags?q=a%00limit%005",
            "/api/v1/tags/007",
            "/api/v1/tags/+7",
            "/openapi.json",
            "/api/v2/tags",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(of(&format!("/api/v1/tags?q={}", "x".repeat(600))), None);
    }

    #[test]
    fn empty_values_and_brackets_are_respellings() {
        for (address, expected) in [
            ("/api/v1/tags", false),
            ("/api/v1/tags?limit=5&q=x", false),
            ("/api/v1/tags?q=&limit=5", true),
            ("/api/v1/tags?limit", true),
            ("/api/v1/articles?tag[]=x", true),
            ("/api/v1/articles?limit=5&tag%5B0%5D=x", true),
        ] {
            assert_eq!(of(address).map(|key| is_respelled(&key)), Some(expected), "{address}");
        }
    }

    #[test]
    fn languages_are_reduced_to_the_catalogue() {
        let with = |languages: &str| {
            key(TestRequest::get().uri("/api/v1/tags").insert_header((ACCEPT_LANGUAGE, languages)))
        };
        assert_eq!(with("ar-LY, en;q=0.2"), with("fr;q=0.1,ar"));
        assert_ne!(with("ar"), with("en"));
        assert_eq!(with("xx-yy, zz;q=0.3"), of("/api/v1/tags"));
        assert_eq!(with(";;q=,-"), of("/api/v1/tags"));
    }

    #[test]
    fn signed_conditional_writing_and_chunked_requests_have_no_key() {
        let signed =
            TestRequest::get().uri("/api/v1/tags").insert_header((AUTHORIZATION, "Bearer x"));
        assert_eq!(key(signed), None);
        let basic = ("authorization", "Basic x");
        assert!(key(TestRequest::get().uri("/api/v1/tags").insert_header(basic)).is_some());
        for name in ["if-match", "if-unmodified-since"] {
            let conditional = TestRequest::get().uri("/api/v1/tags").insert_header((name, "x"));
            assert_eq!(key(conditional), None, "{name}");
        }
        assert_eq!(key(TestRequest::post().uri("/api/v1/tags")), None);
        let chunked =
            TestRequest::get().uri("/api/v1/tags").insert_header((TRANSFER_ENCODING, "chunked"));
        assert_eq!(key(chunked), None);
    }
}
