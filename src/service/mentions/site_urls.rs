//! Which addresses are ours: the frontend's articles, by the pattern that `MAQAL_SITE_URL` gives,
//! and this API's own. Called before anything is fetched, and so that nobody is pinged by himself.

use url::Url;

use crate::domain::article::{Article, ArticleId};
use crate::text::slug;
use crate::web::urls;

/// Stands for the slug while the pattern is taken apart: nothing in an address changes it.
const STAND_IN: &str = "maqal0slug0maqal";

/// Where an address leads, as far as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlTarget {
    /// To an article, by the folded key of its slug, present or former.
    BySlug(String),
    /// To an article, by its number.
    ById(ArticleId),
    /// To our site, and no article.
    Ours,
    /// Elsewhere.
    Foreign,
}

/// The addresses that are ours.
#[derive(Debug, Clone)]
pub struct SiteUrls {
    site: Option<Pattern>,
    public_url: Url,
}

/// The frontend's addresses: what comes before the slug and after it, without the scheme.
#[derive(Debug, Clone)]
struct Pattern {
    whole: String,
    before: String,
    after: String,
    authority: String,
}

impl SiteUrls {
    /// Ours are these: `site_url` with `{slug}` in it, and what is below `public_url`.
    #[must_use]
    pub fn new(site_url: Option<&str>, public_url: &Url) -> Self {
        Self { site: site_url.and_then(Pattern::new), public_url: public_url.clone() }
    }

    /// Where an address leads. With `http` or `https`, with a fragment or not, is the same place.
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

    /// Whether an address is on our site at all.
    #[must_use]
    pub fn is_ours(&self, url: &Url) -> bool {
        self.place(url) != UrlTarget::Foreign
    }

    /// Where readers find an article; nowhere without a frontend.
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

    /// The slug in an address of this pattern. A query that the pattern doesn't have is how people
    /// were led there, a slash in the end how a server was set up: neither makes another article.
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

/// An address in its one spelling, without scheme and fragment.
fn bare(url: &Url) -> String {
    let text = urls::normal(&urls::document(url));
    text.split_once("://").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

/// Host and port, the default ones left out.
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
    fn every_spelling_of_an_article_s_address_is_its_address() {
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
    fn other_addresses_are_told_apart() {
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
    fn the_slug_may_stand_in_the_query() {
        let places = places("https://news.example/read?lang=ar&a={slug}");
        let place = |text: &str| places.place(&Url::parse(text).expect(text));
        assert_eq!(place("https://news.example/read?lang=ar&a=x"), UrlTarget::BySlug("x".into()));
        assert_eq!(place("https://news.example/read?lang=ar&a=x&b=y"), UrlTarget::Ours);
        assert_eq!(place("https://news.example/read"), UrlTarget::Ours);
    }
}
