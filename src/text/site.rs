//! The site that articles belong to: its own hosts, and the hosts of its embeds.

use url::Url;

use super::embeds::EmbedHosts;

/// The site that articles belong to.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The hosts whose embeds articles may contain.
    pub embeds: EmbedHosts,
    /// The hosts of the site, in ASCII: links to them get no `noreferrer`.
    pub own_hosts: Vec<String>,
}

impl Site {
    /// True for a link to another site.
    pub(super) fn is_foreign(&self, href: &str) -> bool {
        let href = href.trim();
        let url = match href.strip_prefix("//") {
            Some(rest) => Url::parse(&format!("https://{rest}")),
            None => Url::parse(href),
        };
        url.is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && !url.host_str().is_some_and(|host| self.own_hosts.iter().any(|own| own == host))
        })
    }
}
