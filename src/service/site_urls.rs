//! The URLs of this site: the frontend's article URLs, by the patterns of `MAQAL_SITE_URL` and
//! `MAQAL_SITE_ALIASES`, and this API's own.

use url::Url;

use crate::domain::article::{Article, ArticleId};
use crate::text::slug;
use crate::web::urls;

mod pattern;

use pattern::{Pattern, STAND_IN, Value, authority, bare};

/// The target of a URL, parsed without the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlTarget {
    /// An article, by the folded key of its present or a former slug.
    BySlug(String),
    /// An article, by its id.
    ById(ArticleId),
    /// Another page of this site.
    OtherPage,
    /// Another site.
    Foreign,
}

/// The URLs of this site.
#[derive(Debug, Clone)]
pub struct SiteUrls {
    /// The frontend's URL of an article, with `{slug}` in it.
    site: Option<String>,
    /// The patterns of the frontend and its aliases.
    patterns: Vec<Pattern>,
    /// The frontend's URL of a preview, with `{id}` and `{token}` in it.
    preview: Option<String>,
    public_url: Url,
}

impl SiteUrls {
    /// Makes the URLs of a frontend and of the API. `site_url` has `{slug}` in it. An alias is a
    /// pattern with `{slug}` or `{id}`, or the origin of another host with the frontend's paths.
    #[must_use]
    pub fn new(site_url: Option<&str>, aliases: &[String], public_url: &Url) -> Self {
        let templates = aliases.iter().filter_map(|alias| template(alias, site_url?));
        let patterns = site_url.map(str::to_owned).into_iter().chain(templates);
        Self {
            site: site_url.map(str::to_owned),
            patterns: patterns.filter_map(|template| Pattern::new(&template)).collect(),
            preview: None,
            public_url: public_url.clone(),
        }
    }

    /// Sets the frontend's URL of a preview, which has `{id}` and `{token}` in it.
    #[must_use]
    pub fn with_preview(mut self, template: Option<String>) -> Self {
        self.preview = template;
        self
    }

    /// Parses a URL. Its scheme and its fragment don't matter.
    #[must_use]
    pub fn classify(&self, url: &Url) -> UrlTarget {
        let address = bare(url);
        let mut targets = self.patterns.iter().filter_map(|site| site.value(&address));
        match targets.next() {
            Some(Value::Slug(slug)) => return UrlTarget::BySlug(slug::key(&slug)),
            Some(Value::Id(id)) => return UrlTarget::ById(id),
            None => {}
        }
        let own = bare(&self.public_url);
        if let Some(rest) = address.strip_prefix(&format!("{own}api/v1/articles/")) {
            return api_target(rest);
        }
        let authority = authority(url);
        let ours = self.patterns.iter().any(|site| site.authority == authority)
            || authority == pattern::authority(&self.public_url);
        if ours { UrlTarget::OtherPage } else { UrlTarget::Foreign }
    }

    /// Returns whether a URL belongs to this site.
    #[must_use]
    pub fn is_ours(&self, url: &Url) -> bool {
        self.classify(url) != UrlTarget::Foreign
    }

    /// Returns the frontend's URL of an article; `None` without a frontend.
    #[must_use]
    pub fn article(&self, slug: &str) -> Option<Url> {
        Url::parse(&self.site.as_ref()?.replace("{slug}", &urls::encode(slug))).ok()
    }

    /// Returns the canonical URL of an article: its own `canonical_url`, or the frontend's.
    #[must_use]
    pub fn canonical(&self, article: &Article) -> Option<Url> {
        let own = article.canonical_url.as_deref().and_then(|url| Url::parse(url).ok());
        own.or_else(|| self.article(&article.slug))
    }

    /// Returns the frontend's URL of an article's preview; `None` without one. A token needs no encoding.
    #[must_use]
    pub fn preview(&self, id: ArticleId, token: &str) -> Option<String> {
        let template = self.preview.as_ref()?;
        Some(template.replace("{id}", &id.to_string()).replace("{token}", token))
    }

    /// Returns the absolute URL of a path of this API, such as `/api/v1/webmention`.
    #[must_use]
    pub fn api(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Returns the URL of an article that other sites link to: the frontend's, or else this API's.
    #[must_use]
    pub fn public(&self, article: &Article) -> String {
        let site = self.article(&article.slug).map(String::from);
        site.unwrap_or_else(|| self.api(&article_path(article.id)))
    }
}

/// Returns the article that a path of this API names, after `/articles/`. The address for trackbacks names
/// its article, too.
fn api_target(rest: &str) -> UrlTarget {
    let path = rest.split('?').next().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    match path.strip_prefix("slug/") {
        Some(slug) if !slug.is_empty() && !slug.contains('/') => {
            UrlTarget::BySlug(slug::key(&urls::decode(slug)))
        }
        _ => {
            let id = path.strip_suffix("/trackback").unwrap_or(path);
            id.parse().map_or(UrlTarget::OtherPage, UrlTarget::ById)
        }
    }
}

/// Returns the template of an alias.
fn template(alias: &str, site_url: &str) -> Option<String> {
    if alias.contains('{') {
        return Some(alias.to_owned());
    }
    let mut url = Url::parse(&site_url.replace("{slug}", STAND_IN)).ok()?;
    let alias = Url::parse(alias).ok()?;
    url.set_host(alias.host_str()).ok()?;
    url.set_port(alias.port()).ok()?;
    Some(String::from(url).replace(STAND_IN, "{slug}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn site_urls(site: &str, aliases: &[&str]) -> SiteUrls {
        let public_url = Url::parse("https://api.news.example/maqal/").expect("an address");
        let aliases: Vec<String> = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        SiteUrls::new(Some(site), &aliases, &public_url)
    }

    #[test]
    fn spellings_of_an_article_url_have_one_target() {
        let urls = site_urls("https://news.example/articles/{slug}", &[]);
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
            assert_eq!(urls.classify(&url), key, "{address}");
        }
        let url = urls.article("أخبار-ليبيا").expect("a frontend");
        assert_eq!(urls.classify(&url), key);
    }

    #[test]
    fn urls_of_article_site_and_others_are_distinguished() {
        let urls = site_urls("https://news.example/{slug}.html", &[]);
        for (address, target) in [
            ("https://news.example/a.html", UrlTarget::BySlug("a".into())),
            ("https://news.example/a.html?x=1", UrlTarget::BySlug("a".into())),
            ("https://news.example/", UrlTarget::OtherPage),
            ("https://news.example/.html", UrlTarget::OtherPage),
            ("https://news.example/a/b.html", UrlTarget::OtherPage),
            ("https://news.example/a", UrlTarget::OtherPage),
            ("https://api.news.example/maqal/api/v1/articles/42", UrlTarget::ById(42)),
            ("https://api.news.example/maqal/api/v1/articles/x", UrlTarget::OtherPage),
            ("https://api.news.example/maqal/api/v1/tags/1", UrlTarget::OtherPage),
            ("https://news.example:8443/a.html", UrlTarget::Foreign),
            ("https://www.news.example/a.html", UrlTarget::Foreign),
            ("https://news.example.evil.example/a.html", UrlTarget::Foreign),
            ("https://evil.example/https://news.example/a.html", UrlTarget::Foreign),
        ] {
            assert_eq!(urls.classify(&Url::parse(address).expect(address)), target, "{address}");
        }
    }

    #[test]
    fn every_address_of_an_article_names_it() {
        let aliases =
            ["https://news.example/?p={id}", "https://m.news.example/read?lang=ar&a={slug}"];
        let urls = site_urls("https://news.example/articles/{slug}", &aliases);
        let by_id = |id| UrlTarget::ById(id);
        let by_slug = || UrlTarget::BySlug("a".into());
        for (address, target) in [
            ("https://news.example/?p=42", by_id(42)),
            ("https://news.example?p=42", by_id(42)),
            ("http://news.example/?p=42&utm_source=1#top", by_id(42)),
            ("https://news.example/?utm_source=1&utm_medium=x&p=42", by_id(42)),
            ("https://news.example/?p=42&fbclid=IwAR0", by_id(42)),
            ("https://news.example/?p=42&amp=1", by_id(42)),
            ("https://news.example/?p=42&amp", by_id(42)),
            ("https://news.example/?&p=42&", by_id(42)),
            ("https://news.example/?p=42&page=2", UrlTarget::OtherPage),
            ("https://news.example/?p=42&p=43", UrlTarget::OtherPage),
            ("https://news.example/?p=", UrlTarget::OtherPage),
            ("https://news.example/?q=42", UrlTarget::OtherPage),
            ("https://news.example/x?p=42", UrlTarget::OtherPage),
            ("https://m.news.example/read?a=a&gclid=1&lang=ar", by_slug()),
            ("https://m.news.example/read/?lang=ar&a=a", by_slug()),
            ("https://m.news.example/read?lang=en&a=a", UrlTarget::OtherPage),
            ("https://m.news.example/read?a=a", UrlTarget::OtherPage),
            ("https://news.example/articles/a/amp", by_slug()),
            ("https://news.example/articles/a/amp/?utm_source=1", by_slug()),
            ("https://news.example/amp/articles/a", by_slug()),
            ("https://news.example/articles/a?amp", by_slug()),
            ("https://news.example/articles/amp", UrlTarget::BySlug("amp".into())),
            ("https://news.example/articles/a/b/amp", UrlTarget::OtherPage),
            ("https://news.example/articles/a/print", UrlTarget::OtherPage),
            ("https://api.news.example/maqal/api/v1/articles/42/trackback", by_id(42)),
            ("http://api.news.example/maqal/api/v1/articles/42/trackback/?x=1#y", by_id(42)),
            ("https://api.news.example/maqal/api/v1/articles/42/", by_id(42)),
            ("https://api.news.example/maqal/api/v1/articles/slug/a/?x", by_slug()),
            ("https://api.news.example/maqal/api/v1/articles/42/comments", UrlTarget::OtherPage),
            ("https://api.news.example/maqal/api/v1/articles/trackback", UrlTarget::OtherPage),
        ] {
            assert_eq!(urls.classify(&Url::parse(address).expect(address)), target, "{address}");
        }
    }

    #[test]
    fn slug_in_the_query_is_found() {
        let urls = site_urls("https://news.example/read?lang=ar&a={slug}", &[]);
        let target = |text: &str| urls.classify(&Url::parse(text).expect(text));
        assert_eq!(target("https://news.example/read?lang=ar&a=x"), UrlTarget::BySlug("x".into()));
        assert_eq!(target("https://news.example/read?lang=ar&a=x&b=y"), UrlTarget::OtherPage);
        assert_eq!(target("https://news.example/read"), UrlTarget::OtherPage);
    }

    #[test]
    fn url_on_an_alias_names_the_article() {
        let aliases = [
            "https://www.news.example",
            "https://old.example:8080",
            "https://nws.example/{id}",
            "http://s.example/?p={slug}",
        ];
        let urls = site_urls("https://news.example/articles/{slug}", &aliases);
        for (address, target) in [
            ("https://www.news.example/articles/a", UrlTarget::BySlug("a".into())),
            ("http://WWW.news.example/articles/a/?utm_source=x#b", UrlTarget::BySlug("a".into())),
            ("http://old.example:8080/articles/a", UrlTarget::BySlug("a".into())),
            ("https://nws.example/42", UrlTarget::ById(42)),
            ("https://nws.example/42/?x", UrlTarget::ById(42)),
            ("https://s.example/?p=a", UrlTarget::BySlug("a".into())),
            ("https://www.news.example/", UrlTarget::OtherPage),
            ("https://nws.example/a", UrlTarget::OtherPage),
            ("https://nws.example/4/2", UrlTarget::OtherPage),
            ("https://s.example/", UrlTarget::OtherPage),
            ("https://old.example/articles/a", UrlTarget::Foreign),
            ("https://www.news.example.evil.example/articles/a", UrlTarget::Foreign),
        ] {
            assert_eq!(urls.classify(&Url::parse(address).expect(address)), target, "{address}");
        }
        let article = urls.article("a").map(String::from);
        assert_eq!(article.as_deref(), Some("https://news.example/articles/a"));
    }
}
