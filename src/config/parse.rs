//! Parsers of single variables. An error describes the expected value, worded to follow "must be".

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use tracing_subscriber::filter::{Directive, LevelFilter};
use url::Url;

use super::settings::{CorsOrigins, LogConfig, LogFormat};
use crate::domain::user::{is_email, normal_email};
use crate::text::count::ReadingSpeed;
use crate::text::embeds::EmbedHosts;
use crate::text::web_url::valid_template;

/// The placeholder for an article's slug in `MAQAL_SITE_URL`.
const SLUG: &str = "{slug}";

/// Parses a whole number between `min` and `max`.
pub(super) fn number<T>(text: &str, min: T, max: T) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    match text.parse() {
        Ok(number) if (&min..=&max).contains(&&number) => Ok(number),
        _ => Err(format!("a whole number from {min} to {max}")),
    }
}

/// Parses a number of bytes, such as `1048576`, `512KiB` or `1MiB`.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    const MAX: usize = 64 << 20;
    let lower = text.to_ascii_lowercase();
    let (digits, unit) = match (lower.strip_suffix("kib"), lower.strip_suffix("mib")) {
        (Some(digits), _) => (digits, 1 << 10),
        (_, Some(digits)) => (digits, 1 << 20),
        _ => (lower.as_str(), 1),
    };
    let bytes = digits.trim().parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
    bytes
        .filter(|bytes| (1 << 10..=MAX).contains(bytes))
        .ok_or_else(|| "a size from 1KiB to 64MiB, such as 1048576, 512KiB or 1MiB".into())
}

/// Parses the capacity of the cache in bytes; `off` is 0.
pub(super) fn cache(text: &str) -> Result<usize, String> {
    const EXPECTED: &str = "off, or a size from 1MiB, such as 64MiB or 2GiB";
    let lower = text.to_ascii_lowercase();
    if lower == "off" {
        return Ok(0);
    }
    let units = [("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30)];
    let unit = units.iter().find_map(|(name, unit)| Some((lower.strip_suffix(name)?, *unit)));
    let (digits, unit) = unit.unwrap_or((&lower, 1));
    let bytes = digits.trim().parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
    bytes.filter(|bytes| *bytes >= 1 << 20).ok_or_else(|| EXPECTED.into())
}

/// Parses `full` as true and `normal` as false.
pub(super) fn full_sync(text: &str) -> Result<bool, String> {
    match text {
        "full" => Ok(true),
        "normal" => Ok(false),
        _ => Err("full or normal".into()),
    }
}

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "true or false".into())
}

/// Parses an IP address and port to listen on.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".into())
}

/// Returns the URL of a server that listens on `bind`, for clients on the same machine.
pub(super) fn local_url(mut bind: SocketAddr) -> Option<Url> {
    match bind.ip() {
        // Clients cannot connect to an unspecified address.
        IpAddr::V4(ip) if ip.is_unspecified() => bind.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => bind.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    public_url(&format!("http://{bind}")).ok()
}

/// Parses the base URL of this API.
pub(super) fn public_url(text: &str) -> Result<Url, String> {
    let expected = || "an http or https URL without query, such as https://api.news.example".into();
    let mut url = web_url(text).ok_or_else(expected)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(expected());
    }
    if !url.path().ends_with('/') {
        // `Url::join` replaces the part after the last slash.
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// Parses the frontend's URL template of an article, into its valid form.
pub(super) fn site_url(text: &str) -> Result<String, String> {
    const SAMPLE: &str = "a-slug";
    let filled = text.replace(SLUG, SAMPLE);
    let is_valid = text.contains(SLUG)
        && !filled.contains(['{', '}'])
        && web_url(&filled).is_some_and(|url| !url.authority().contains(SAMPLE));
    let template = valid_template(text, SLUG).filter(|_| is_valid);
    template.ok_or_else(|| {
        "an http or https URL with {slug} in its path or query and no other braces, such as \
         https://news.example/{slug}"
            .into()
    })
}

/// Parses an `http` or `https` URL without user name and password.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_valid = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    is_valid.then_some(url)
}

/// Parses an email address into its stored form.
pub(super) fn email(text: &str) -> Result<String, String> {
    let email = normal_email(text);
    is_email(&email)
        .then_some(email)
        .ok_or_else(|| "an email address, such as admin@news.example".into())
}

/// Parses the path of a folder, which need not exist.
pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_file() { Err("a folder; this is a file".into()) } else { Ok(path) }
}

/// Parses `*` or a list of origins.
pub(super) fn origins(text: &str) -> Result<CorsOrigins, String> {
    if text == "*" {
        return Ok(CorsOrigins::Any);
    }
    let origin = |text: &str| {
        let url = web_url(text)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        bare.then(|| url.origin().ascii_serialization())
    };
    items(text).map(origin).collect::<Option<_>>().map(CorsOrigins::List).ok_or_else(|| {
        "* or origins with commas between them, such as https://news.example,http://localhost:3000"
            .into()
    })
}

/// Parses a list of networks and single addresses.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let network = |text: &str| {
        let single = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or_else(|_| single())
    };
    items(text).map(network).collect::<Result<_, _>>().map_err(|_| {
        "addresses or networks with commas between them, such as 10.0.0.0/8,192.168.1.7,fd00::/8"
            .into()
    })
}

/// Hides actix's reports of its own start and stop, which it logs at level `info`.
const ACTIX_WARNINGS: &str = ",actix_server=warn";

/// Parses `text` or `json`, a level, and levels of single modules; each is optional.
pub(super) fn log(text: &str) -> Result<LogConfig, String> {
    let expected = || {
        "text or json, then a level (off, error, warn, info, debug, trace), then levels of single \
         modules, such as json,info,maqal::store=debug"
            .to_owned()
    };
    let mut format = LogFormat::Text;
    let mut level = None;
    let mut modules = String::new();
    for (place, item) in items(text).enumerate() {
        match item {
            "text" | "json" if place == 0 => {
                format = if item == "json" { LogFormat::Json } else { LogFormat::Text };
            }
            _ if item.contains('=') => {
                item.parse::<Directive>().map_err(|_| expected())?;
                modules = modules + "," + item;
            }
            // The filter would take another word for a module's name and so silence the log.
            _ if level.is_none() => {
                level = Some(item.parse::<LevelFilter>().map_err(|_| expected())?);
            }
            _ => return Err(expected()),
        }
    }
    let level = level.unwrap_or(LevelFilter::INFO);
    if level == LevelFilter::INFO && !modules.contains("actix_server") {
        modules += ACTIX_WARNINGS;
    }
    Ok(LogConfig { format, filter: format!("{level}{modules}") })
}

/// Parses `ar=150,other=238`; each is optional.
pub(super) fn reading_speed(text: &str) -> Result<ReadingSpeed, String> {
    let expected = || "words per minute from 10 to 2000, such as ar=150,other=238".to_owned();
    let mut speed = ReadingSpeed::default();
    for item in items(text) {
        let (lang, words) = item.split_once('=').ok_or_else(expected)?;
        let words = number(words.trim(), 10, 2_000).map_err(|_| expected())?;
        match lang.trim() {
            "ar" => speed.arabic = words,
            "other" => speed.other = words,
            _ => return Err(expected()),
        }
    }
    Ok(speed)
}

/// Parses `none` or a list of hosts, each with an optional path.
pub(super) fn embed_hosts(text: &str) -> Result<EmbedHosts, String> {
    if text == "none" {
        return Ok(EmbedHosts::none());
    }
    EmbedHosts::parse(text).ok_or_else(|| {
        "none or hosts with commas between them, such as youtube.com,www.google.com/maps".into()
    })
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
