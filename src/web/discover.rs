//! Endpoint discovery: the address at which a page receives webmentions or pingbacks.
//!
//! Sources: Webmention (W3C, 2017), section 3.1.2; Pingback 1.0, section 2; RFC 8288.

use url::Url;

use super::fetch::Fetched;
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
    let is_webmention = |name: &str| matches!(name, "webmention" | "http://webmention.org/");
    let header = fetched
        .headers
        .get_all("link")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(links)
        .find(|(_, rels)| rels.iter().any(|rel| is_webmention(rel)))
        .and_then(|(target, _)| fetched.url.join(&target).ok());
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

/// Parses a `Link` header into targets and lower-case relation types.
fn links(header: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = header;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>') else { break };
        let target = rest[open + 1..open + close].trim().to_owned();
        let after = &rest[open + close + 1..];
        let (parameters, next) = parameters(after);
        let rel = parameters.iter().find(|(name, _)| name == "rel");
        let rels = rel.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default();
        found.push((target, rels.split_ascii_whitespace().map(str::to_owned).collect()));
        rest = next;
    }
    found
}

/// Reads the parameters up to the comma that ends a link. Returns them and the remaining text.
/// Commas and semicolons in quotes are part of a value.
fn parameters(text: &str) -> (Vec<(String, String)>, &str) {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                end = at + 1;
                break;
            }
            ';' if !quoted => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    let parameters = parts
        .iter()
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    (parameters, &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderMap, HeaderValue, LINK};

    fn found(headers: &[(&'static str, &str)], html: &str) -> Option<Endpoint> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a value"));
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
