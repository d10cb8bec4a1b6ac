//! Endpoint discovery: the address at which a page receives webmentions or pingbacks.
//!
//! Sources: Webmention (W3C, 2017), section 3.1.2; Pingback 1.0, section 2; RFC 8288.

use url::Url;

use super::fetch::Fetched;
use super::link_header;
use super::page::Page;

/// An endpoint that receives notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// Receives webmentions.
    Webmention(Url),
    /// Receives pingbacks.
    Pingback(Url),
}

/// Returns the webmention endpoint, or else the pingback endpoint.
#[must_use]
pub fn endpoint(fetched: &Fetched, page: &Page) -> Option<Endpoint> {
    webmention(fetched, page)
        .map(Endpoint::Webmention)
        .or_else(|| pingback(fetched, page).map(Endpoint::Pingback))
}

/// Reads the first matching `Link` header, or else the first matching `link` or `a`.
fn webmention(fetched: &Fetched, page: &Page) -> Option<Url> {
    let is_webmention = |name: &str| {
        matches!(name, "webmention" | "http://webmention.org/" | "http://webmention.org")
    };
    let header = fetched
        .headers
        .get_all("link")
        .iter()
        // Parameters may have any encoding.
        .flat_map(|value| link_header::parse(&String::from_utf8_lossy(value.as_bytes())))
        .find(|link| {
            let is_of_page = link
                .anchor
                .as_ref()
                .is_none_or(|anchor| fetched.url.join(anchor).is_ok_and(|url| url == fetched.url));
            is_of_page && link.rels.iter().any(|rel| is_webmention(rel))
        })
        .and_then(|link| fetched.url.join(&link.target).ok());
    header
        .or_else(|| {
            let rel = page.rels.iter().find(|rel| rel.names.iter().any(|name| is_webmention(name)));
            rel.map(|rel| rel.url.clone())
        })
        .filter(is_web)
}

/// Reads the header `X-Pingback`, or else the first matching `link`.
fn pingback(fetched: &Fetched, page: &Page) -> Option<Url> {
    let header = fetched.header("x-pingback").and_then(|value| fetched.url.join(value.trim()).ok());
    header
        .or_else(|| {
            let named = |rel: &&super::page::Rel| rel.names.iter().any(|name| name == "pingback");
            page.rels.iter().filter(|rel| rel.link).find(named).map(|rel| rel.url.clone())
        })
        .filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderMap, HeaderValue, LINK};

    fn found(headers: &[(&'static str, &str)], html: &str) -> Option<Endpoint> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        let url = Url::parse("https://blog.example/post/1").expect("an address");
        let page = Page::html(html, &url);
        let body = Vec::new();
        endpoint(&Fetched { status: 200, url, headers: map, body, truncated: false }, &page)
    }

    fn webmention(url: &str) -> Option<Endpoint> {
        Some(Endpoint::Webmention(Url::parse(url).expect("an address")))
    }

    #[test]
    fn webmention_endpoint_is_found_in_header_link_or_anchor() {
        let link = LINK.as_str();
        for (headers, html, expected) in [
            (vec![(link, "</wm>; rel=webmention")], "", "https://blog.example/wm"),
            (vec![(link, "<wm>; rel=\"webmention\"")], "", "https://blog.example/post/wm"),
            (
                vec![(link, "</a>; rel=other, </wm>; rel=\"x Webmention\"")],
                "",
                "https://blog.example/wm",
            ),
            (
                vec![
                    (link, "</a,b>; title=\"a, <b>; rel=webmention\"; rel=other"),
                    (link, "</wm>; rel=webmention"),
                ],
                "",
                "https://blog.example/wm",
            ),
            (vec![(link, "</wm?a=b,c>; rel=webmention")], "", "https://blog.example/wm?a=b,c"),
            (
                vec![(link, "<//blog.example/wm>; rel=\"webmention\"; title=\"a \\\"b\\\", c\"")],
                "",
                "https://blog.example/wm",
            ),
            (
                vec![(link, "</a>;title=\"\\\"</b>;rel=webmention\";rel=x,</wm>;rel=webmention")],
                "",
                "https://blog.example/wm",
            ),
            (
                vec![(link, "</a>; rel=up , ,</wm>;REL = webmention;rel=other")],
                "",
                "https://blog.example/wm",
            ),
            (
                vec![(link, "</a>; rel=webmention; anchor=\"/other\", </wm>; rel=webmention")],
                "",
                "https://blog.example/wm",
            ),
            (vec![(link, "</wm>; title=قناة; rel=webmention")], "", "https://blog.example/wm"),
            (vec![(link, "</wm>; rel=\"http://webmention.org\"")], "", "https://blog.example/wm"),
            (vec![(link, "</wm>; rel='webmention'")], "", "https://blog.example/wm"),
            (vec![(link, "<>; rel=webmention")], "", "https://blog.example/post/1"),
            (vec![], "<link rel=webmention href=/wm>", "https://blog.example/wm"),
            (vec![], "<link rel='foo webmention bar' href=/wm>", "https://blog.example/wm"),
            (vec![], "<a rel=webmention href=/wm>x</a>", "https://blog.example/wm"),
            (
                vec![],
                "<a rel=webmention>x</a><a rel=webmention href=/wm>x</a>",
                "https://blog.example/wm",
            ),
            (
                vec![],
                "<!-- <link rel=webmention href=/no> --><a rel=webmention href=/wm>x</a>",
                "https://blog.example/wm",
            ),
            (
                vec![],
                "<p>&lt;link rel=webmention href=/no&gt;</p><a rel=webmention href=/wm>x</a>",
                "https://blog.example/wm",
            ),
            (
                vec![],
                "<link rel=not-webmention href=/no><a rel=webmention href=/wm>x</a>",
                "https://blog.example/wm",
            ),
            (vec![], "<link rel=webmention href=''>", "https://blog.example/post/1"),
            (vec![], "<base href=/b/><link rel=webmention href=wm>", "https://blog.example/b/wm"),
            (
                vec![(link, "</one>; rel=webmention")],
                "<link rel=webmention href=/two>",
                "https://blog.example/one",
            ),
            (
                vec![("x-pingback", "https://blog.example/pb")],
                "<a rel=webmention href=/wm>x</a>",
                "https://blog.example/wm",
            ),
        ] {
            assert_eq!(found(&headers, html), webmention(expected), "{headers:?} {html}");
        }
    }

    #[test]
    fn pingback_endpoint_is_used_without_a_webmention_endpoint() {
        let pingback = |url: &str| Some(Endpoint::Pingback(Url::parse(url).expect("an address")));
        let page = "<link rel=\"pingback\" href=\"https://blog.example/xmlrpc.php\">";
        assert_eq!(found(&[], page), pingback("https://blog.example/xmlrpc.php"));
        assert_eq!(
            found(&[("x-pingback", "https://b.example/")], page),
            pingback("https://b.example/")
        );
        assert_eq!(found(&[], "<a rel=pingback href=/pb>x</a>"), None);
        assert_eq!(found(&[("x-pingback", "javascript:x")], ""), None);
        assert_eq!(found(&[], "<script>'<link rel=webmention href=/no>'</script>"), None);
    }
}
