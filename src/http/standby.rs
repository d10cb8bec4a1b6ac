//! Decides which requests a standby may answer: anonymous reads of published content, since the cache
//! tags of the standby's changes cover those.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use super::RESOURCES;
use super::authorization::is_own;

/// Returns whether a standby may answer. Signed-in users and previews read drafts and their own writes,
/// which need the primary.
#[must_use]
pub fn may_answer(head: &RequestHead) -> bool {
    let reads = head.method == Method::GET || head.method == Method::HEAD;
    let path = head.uri.path();
    reads
        && !head.headers.get_all(AUTHORIZATION).any(|value| is_own(value.as_bytes()))
        && RESOURCES
            .iter()
            .flat_map(|resource| resource.replica_paths)
            .any(|prefix| path.starts_with(prefix))
        && !head.uri.query().is_some_and(has_preview)
}

/// Whether a query may hold a preview token. Its name may be percent-encoded.
fn has_preview(query: &str) -> bool {
    percent_decode_str(query).decode_utf8_lossy().contains("preview")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn may(request: TestRequest) -> bool {
        may_answer(request.to_srv_request().request().head())
    }

    #[test]
    fn anonymous_reads_of_published_content_only() {
        for path in ["/api/v1/articles/7", "/api/v1/tags?q=x", "/api/v1/search?q=x"] {
            assert!(may(TestRequest::get().uri(path)), "{path}");
            let signed_in = TestRequest::get().uri(path).insert_header((AUTHORIZATION, "Bearer x"));
            assert!(!may(signed_in), "{path}");
            let basic = TestRequest::get().uri(path).insert_header((AUTHORIZATION, "Basic x"));
            assert!(may(basic), "{path}");
            assert!(!may(TestRequest::post().uri(path)), "{path}");
        }
        for path in [
            "/api/v1/articles/7?preview=x",
            "/api/v1/articles/7?p%72eview=x",
            "/api/v1/mentions/7",
            "/health/ready",
        ] {
            assert!(!may(TestRequest::get().uri(path)), "{path}");
        }
    }
}
