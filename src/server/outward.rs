//! Outbound requests to other sites, by the settings.

use std::time::Duration;

use url::Url;

use super::output::say;
use crate::config::Config;
use crate::domain::hourly_rate::HourlyRate;
use crate::service::mentions::Web;
use crate::service::site_urls::SiteUrls;
use crate::text::site::Site;
use crate::web::fetch::{Fetcher, Limits, address};

/// Makes the outbound side of mentions.
pub(super) fn web(config: &Config) -> Web {
    let pings = &config.pings;
    let urls = SiteUrls::new(config.site_url.as_deref(), &config.site_aliases, &config.public_url)
        .with_preview(config.preview_url.clone());
    let home = urls.article("").unwrap_or_else(|| config.public_url.clone());
    // The Webmention recommendation asks senders to name the protocol.
    let agent = format!(
        "Maqal/{} Webmention (+{})",
        env!("CARGO_PKG_VERSION"),
        home.origin().ascii_serialization()
    );
    let limits = if pings.allow_private {
        Limits { open: address::everywhere(), any_port: true }
    } else {
        Limits::default()
    };
    Web {
        fetcher: Fetcher::new(&agent, limits, pings.resolver.clone()),
        urls,
        per_host: Duration::from_secs(pings.per_host_seconds),
        per_network: HourlyRate::new(pings.per_network_hour),
        max_waiting: pings.max_waiting.into(),
        rejected_retention: chrono::Duration::days(pings.rejected_days.into()),
    }
}

/// Returns the site that articles belong to.
pub(super) fn site(config: &Config) -> Site {
    let aliases = &config.site_aliases;
    let urls = SiteUrls::new(config.site_url.as_deref(), aliases, &config.public_url);
    let aliases = aliases.iter().map(|alias| Url::parse(alias).ok());
    let own = [urls.article(""), Some(config.public_url.clone())];
    let own_hosts = own
        .into_iter()
        .chain(aliases)
        .flatten()
        .filter_map(|url| url.host_str().map(str::to_owned));
    Site { embeds: config.embed_hosts.clone(), own_hosts: own_hosts.collect() }
}

/// Warns of a dangerous setting.
pub(super) fn warn(config: &Config) {
    if config.pings.allow_private && !config.quiet {
        tracing::warn!(
            "MAQAL_PINGS_ALLOW_PRIVATE is on: strangers can make this server ask private machines"
        );
        say("MAQAL_PINGS_ALLOW_PRIVATE is on. Strangers can make this server ask machines on its \
             own network: turn it off unless that network is closed.\n");
    }
}
