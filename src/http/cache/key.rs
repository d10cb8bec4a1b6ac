//! What makes two requests one: the path, the parameters in whatever order, and the language. How
//! the answer is encoded is not part of it: one entry has all its encodings.
//!
//! A key is only a way to find an entry. What may have one is decided when the answer is made: see
//! `admission.rs`.

use super::request::CacheRequest;
use crate::http::catalogue::Locale;

/// Where the resources are that readers read.
const PREFIX: &str = "/api/v1/";

/// The longest key, in bytes. Addresses that are longer aren't asked for twice.
const LONGEST: usize = 512;

/// Stands between the parts of a key, none of which holds it.
const BETWEEN: char = '\0';

/// Writes a request's key, if its answer may come from the cache at all.
pub fn write(request: &CacheRequest<'_>, key: &mut String) -> bool {
    key.clear();
    // A body on its way must be dealt with by those who know how (`payload_guard.rs`).
    if !request.is_read || request.is_signed || request.has_body {
        return false;
    }
    // Whatever languages a client lists, there are as many keys as the catalogue has languages,
    // and one for those who leave it to the article.
    let language =
        request.languages.and_then(Locale::for_accept).map_or(0, |locale| locale.number());
    let Ok(language) = u32::try_from(language) else { return false };
    let Some(language) = char::from_digit(language, 36) else { return false };
    key.push(language);
    write_address(request.path, request.query, key) && key.len() <= LONGEST
}

fn write_address(path: &str, query: Option<&str>, key: &mut String) -> bool {
    let is_ours = path.starts_with(PREFIX) && path.len() <= LONGEST;
    if !is_ours || !write_path(path, key) {
        return false;
    }
    let Some(query) = query.filter(|query| !query.is_empty()) else { return true };
    if query.len() > LONGEST {
        return false;
    }
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    pairs.sort_unstable();
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        if text.contains(BETWEEN) {
            return false;
        }
        key.push(BETWEEN);
        key.push_str(text);
    }
    true
}

/// A number with more before it than it needs, of which there are any number.
fn is_odd_number(segment: &str) -> bool {
    segment
        .strip_prefix(['0', '+'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Letters beyond ASCII are encoded in a path, with digits in whatever case. An encoded ASCII
/// character is nothing that a client of ours sends, and might mean another path.
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
        write(&CacheRequest::by(request.to_srv_request().request().head()), &mut key).then_some(key)
    }

    fn of(address: &str) -> Option<String> {
        key(TestRequest::get().uri(address))
    }

    #[test]
    fn the_order_and_the_spelling_of_an_address_make_no_difference() {
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
    fn nothing_can_pass_for_something_else() {
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
    fn languages_come_down_to_those_of_the_catalogue() {
        let with = |languages: &str| {
            key(TestRequest::get().uri("/api/v1/tags").insert_header((ACCEPT_LANGUAGE, languages)))
        };
        assert_eq!(with("ar-LY, en;q=0.2"), with("fr;q=0.1,ar"));
        assert_ne!(with("ar"), with("en"));
        assert_eq!(with("xx-yy, zz;q=0.3"), of("/api/v1/tags"));
        assert_eq!(with(";;q=,-"), of("/api/v1/tags"));
    }

    #[test]
    fn whoever_signs_in_or_writes_has_none() {
        let signed = TestRequest::get().uri("/api/v1/tags").insert_header((AUTHORIZATION, "x"));
        assert_eq!(key(signed), None);
        assert_eq!(key(TestRequest::post().uri("/api/v1/tags")), None);
        let chunked =
            TestRequest::get().uri("/api/v1/tags").insert_header((TRANSFER_ENCODING, "chunked"));
        assert_eq!(key(chunked), None);
    }
}
