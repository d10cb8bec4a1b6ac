//! The URLs of this site: the frontend's article URLs, by the pattern of `MAQAL_SITE_URL`, and this
//! API's own.

use url::Url;

use crate::domain::article::{Article, ArticleId};
use crate::text::slug;
use crate::web::urls;

/// Stands for the slug while the pattern is parsed; URL normalisation does not change it.
const STAND_IN: &str = "maqal0slug0maqal";

/// The target of a URL, parsed without the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlTarget {
    /// An article, by the folded key of its present or a former slug.
    BySlug(String),
    /// An article, by its id.
    ById(ArticleId),
    /// Another page of this site.
    Ours,
    /// Another site.
    Foreign,
}

/// The URLs of this site.
#[derive(Debug, Clone)]
pub struct SiteUrls {
    site: Option<Pattern>,
    public_url: Url,
}

/// The pattern of the frontend's URLs, split at the slug, without the scheme.
#[derive(Debug, Clone)]
struct Pattern {
    whole: String,
    before: String,
    after: String,
    authority: String,
}

impl SiteUrls {
    /// Makes the URLs of a frontend, by a template with `{slug}` in it, and of the API.
    #[must_use]
    pub fn new(site_url: Option<&str>, public_url: &Url) -> Self {
        Self { site: site_url.and_then(Pattern::new), public_url: public_url.clone() }
    }

    /// Parses a URL. Its scheme and its fragment don't matter.
    #[must_use]
    pub fn place(&self, url: &Url) -> UrlTarget {
        let address = bare(url);
        if let Some(slug) = self.site.as_ref().and_then(|site| site.slug(url, &address)) {
            return UrlTarget::BySlug(slug::key(&slug));
        }
        let own = bare(&self.public_url);
        if let Some(rest) = address.strip_prefix(&format!("{own}api/v1/articles/")) {
            let rest = rest.split('?').next().unwrap_or_default();
            return match rest.strip_prefix("slug/") {
                Some(slug) if !slug.is_empty() && !slug.contains('/') => {
                    UrlTarget::BySlug(slug::key(&urls::decode(slug)))
                }
                _ => rest.parse().map_or(UrlTarget::Ours, UrlTarget::ById),
            };
        }
        let authority = authority(url);
        let ours = self.site.as_ref().is_some_and(|site| site.authority == authority)
            || authority == self::authority(&self.public_url);
        if ours { UrlTarget::Ours } else { UrlTarget::Foreign }
    }

    /// Returns whether a URL belongs to this site.
    #[must_use]
    pub fn is_ours(&self, url: &Url) -> bool {
        self.place(url) != UrlTarget::Foreign
    }

    /// Returns the frontend's URL of an article; `None` without a frontend.
    #[must_use]
    pub fn article(&self, slug: &str) -> Option<Url> {
        let site = self.site.as_ref()?;
        Url::parse(&site.whole.replace("{slug}", &urls::encode(slug))).ok()
    }

    /// Returns the canonical URL of an article: its own `canonical_url`, or the frontend's.
    #[must_use]
    pub fn canonical(&self, article: &Article) -> Option<Url> {
        let own = article.canonical_url.as_deref().and_then(|url| Url::parse(url).ok());
        own.or_else(|| self.article(&article.slug))
    }

    /// Returns the absolute URL of a path of this API, such as `/api/v1/webmention`.
    #[must_use]
    pub fn api(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Returns all URLs of an article: the frontend's, if there is one, and this API's.
    #[must_use]
    pub fn all(&self, slug: &str, id: ArticleId) -> Vec<Url> {
        let own = Url::parse(&self.api(&article_path(id))).ok();
        self.article(slug).into_iter().chain(own).collect()
    }
}

/// Returns the path of an article in this API.
#[must_use]
pub fn article_path(id: ArticleId) -> String {
    format!("/api/v1/articles/{id}")
}

/// Returns the path of an article in this API by its slug.
#[must_use]
pub fn article_slug_path(slug: &str) -> String {
    format!("/api/v1/articles/slug/{}", urls::encode(slug))
}

impl Pattern {
    fn new(template: &str) -> Option<Self> {
        let url = Url::parse(&template.replace("{slug}", STAND_IN)).ok()?;
        let address = bare(&url);
        let (before, after) = address.split_once(STAND_IN)?;
        Some(Self {
            whole: template.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            authority: authority(&url),
        })
    }

    /// Returns the slug in a URL of this pattern. It ignores a trailing slash and, if the pattern has
    /// no query, a query such as `utm_source`.
    fn slug(&self, url: &Url, address: &str) -> Option<String> {
        let has_query = self.before.contains('?') || self.after.contains('?');
        let address = match url.query() {
            Some(_) if !has_query => address.split('?').next()?,
            _ => address,
        };
        let rest = address.strip_prefix(&self.before)?;
        let slug = match rest.strip_suffix(&self.after) {
            Some(slug) if !self.after.is_empty() => slug,
            _ if self.after.is_empty() => rest.strip_suffix('/').unwrap_or(rest),
            _ => rest.strip_suffix('/')?.strip_suffix(&self.after)?,
        };
        let whole = !slug.is_empty() && !slug.contains(['/', '?', '&', '#']);
        whole.then(|| urls::decode(slug))
    }
}

/// Returns a normalised URL without scheme and fragment.
fn bare(url: &Url) -> String {
    let text = urls::normalise(&urls::without_fragment(url));
    text.split_once("://").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

/// Returns host and port without a default port.
fn authority(url: &Url) -> String {
    match url.port() {
        Some(port) => format!("{}:{port}", urls::host(url)),
        None => urls::host(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(site: &str) -> SiteUrls {
        let public_url = Url::parse("https://api.news.example/maqal/").expect("an address");
        SiteUrls::new(Some(site), &public_url)
    }

    #[test]
    fn spellings_of_an_article_url_have_one_target() {
        let places = places("https://news.example/articles/{slug}");
        let key = UrlTarget::BySlug(slug::key("أخبار-ليبيا"));
        for address in [
            "https://news.example/articles/أخبار-ليبيا",
            "https://news.example/articles/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1-%D9%84%D9%8A%D8%A8%D9%8A%D8%A7",
            "https://news.example/articles/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1-%d9%84%d9%8a%d8%a8%d9%8a%d8%a7",
            "http://news.example:80/articles/اخبار-ليبيا/",
            "HTTPS://NEWS.example:443/articles/أخبار-ليبيا?utm_source=x#top",
            "https://api.news.example/maqal/api/v1/articles/slug/أخبار-ليبيا",
        ] {
            let url = Url::parse(address).expect(address);
            assert_eq!(places.place(&url), key, "{address}");
        }
        let url = places.article("أخبار-ليبيا").expect("a frontend");
        assert_eq!(places.place(&url), key);
    }

    #[test]
    fn urls_of_article_site_and_others_are_distinguished() {
        let places = places("https://news.example/{slug}.html");
        for (address, place) in [
            ("https://news.example/a.html", UrlTarget::BySlug("a".into())),
            ("https://news.example/a.html?x=1", UrlTarget::BySlug("a".into())),
            ("https://news.example/", UrlTarget::Ours),
            ("https://news.example/.html", UrlTarget::Ours),
            ("https://news.example/a/b.html", UrlTarget::Ours),
            ("https://news.example/a", UrlTarget::Ours),
            ("https://api.news.example/maqal/api/v1/articles/42", UrlTarget::ById(42)),
            ("https://api.news.example/maqal/api/v1/articles/x", UrlTarget::Ours),
            ("https://api.news.example/maqal/api/v1/tags/1", UrlTarget::Ours),
            ("https://news.example:8443/a.html", UrlTarget::Foreign),
            ("https://www.news.example/a.html", UrlTarget::Foreign),
            ("https://news.example.evil.example/a.html", UrlTarget::Foreign),
            ("https://evil.example/https://news.example/a.html", UrlTarget::Foreign),
        ] {
            assert_eq!(places.place(&Url::parse(address).expect(address)), place, "{address}");
        }
    }

    #[test]
    fn slug_in_the_query_is_found() {
        let places = places("https://news.example/read?lang=ar&a={slug}");
        let place = |text: &str| places.place(&Url::parse(text).expect(text));
        assert_eq!(place("https://news.example/read?lang=ar&a=x"), UrlTarget::BySlug("x".into()));
        assert_eq!(place("https://news.example/read?lang=ar&a=x&b=y"), UrlTarget::Ours);
        assert_eq!(place("https://news.example/read"), UrlTarget::Ours);
    }
}
