//! Parsers of single variables. An error describes the expected value, worded to follow "must be".

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use tracing_subscriber::filter::{Directive, LevelFilter};
use url::Url;

use super::settings::{CorsOrigins, LogConfig, LogFormat};
use crate::auth::author_hash::AuthorHasher;
use crate::domain::user::{is_email, normal_email};
use crate::text::count::ReadingSpeed;
use crate::text::embeds::EmbedHosts;
use crate::text::lang::Lang;
use crate::text::web_url::{is_reachable, valid_template};

/// The placeholder for an article's slug in `MAQAL_SITE_URL`.
const SLUG: &str = "{slug}";
/// The placeholder for an article's id in `MAQAL_SITE_ALIASES` and `MAQAL_PREVIEW_URL`.
const ID: &str = "{id}";
/// The placeholder for a preview token in `MAQAL_PREVIEW_URL`.
const TOKEN: &str = "{token}";

/// Parses a whole number between `min` and `max`.
///
/// # Errors
/// The expected value.
pub fn number<T>(text: &str, min: T, max: T) -> Result<T, String>
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

/// Parses the key of the hashes of authors.
pub(super) fn author_hash_key(text: &str) -> Result<AuthorHasher, String> {
    const MIN: usize = 32;
    if text.len() < MIN {
        return Err(format!("a secret of at least {MIN} characters"));
    }
    Ok(AuthorHasher::new(text))
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
///
/// # Errors
/// The expected value.
pub fn address(text: &str) -> Result<SocketAddr, String> {
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
    // Its port may be 0, for any free one.
    Url::parse(&format!("http://{bind}/")).ok()
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
    let template = valid_template(text, &[SLUG]).filter(|_| is_valid);
    template.ok_or_else(|| {
        "an http or https URL with {slug} in its path or query and no other braces, such as \
         https://news.example/{slug}"
            .into()
    })
}

/// Parses the frontend's URL template of a preview.
pub(super) fn preview_url(text: &str) -> Result<String, String> {
    const SAMPLE: &str = "a-sample";
    let filled = text.replacen(ID, SAMPLE, 1).replacen(TOKEN, SAMPLE, 1);
    let is_valid = filled.matches(SAMPLE).count() == 2
        && !filled.contains(['{', '}'])
        && web_url(&filled).is_some_and(|url| !url.authority().contains(SAMPLE));
    let template = valid_template(text, &[ID, TOKEN]).filter(|_| is_valid);
    template.ok_or_else(|| {
        "an http or https URL with {id} and {token} in its path or query and no other braces, such \
         as https://news.example/preview/{id}?token={token}"
            .into()
    })
}

/// Parses a list of hosts, origins and URL templates of the frontend's other addresses. A host
/// becomes an origin.
pub(super) fn site_aliases(text: &str) -> Result<Vec<String>, String> {
    items(text).map(site_alias).collect::<Option<_>>().ok_or_else(|| {
        "hosts, or URLs with {slug} or {id} in their path or query, with commas between them, such \
         as www.news.example,https://nws.example/{id}"
            .into()
    })
}

fn site_alias(item: &str) -> Option<String> {
    const SAMPLE: &str = "a-slug";
    let text = if item.contains("://") { item.to_owned() } else { format!("https://{item}") };
    let filled = text.replacen(SLUG, SAMPLE, 1).replacen(ID, SAMPLE, 1);
    let url =
        web_url(&filled).filter(|url| !filled.contains(['{', '}']) && url.fragment().is_none())?;
    match filled.matches(SAMPLE).count() {
        0 if url.path() == "/" && url.query().is_none() => Some(url.origin().ascii_serialization()),
        1 if !url.authority().contains(SAMPLE) => Some(text),
        _ => None,
    }
}

/// Parses an `http` or `https` URL with a valid host, and without user name and password.
fn web_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(is_reachable)
}

/// Parses an email address into its stored form.
///
/// # Errors
/// The expected value.
pub fn email(text: &str) -> Result<String, String> {
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

/// Parses `*` or a list of origins. `*` may stand for the subdomains of an origin's host.
pub(super) fn origins(text: &str) -> Result<CorsOrigins, String> {
    if text == "*" {
        return Ok(CorsOrigins::Any);
    }
    let origin = |text: &str| {
        let url = web_url(&text.replacen("://*.", "://", 1))?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let origin = url.origin().ascii_serialization();
        bare.then(|| match text.contains("://*.") {
            true => origin.replacen("://", "://*.", 1),
            false => origin,
        })
    };
    items(text).map(origin).collect::<Option<_>>().map(CorsOrigins::List).ok_or_else(|| {
        "* or origins with commas between them, such as https://news.example,https://*.news.example"
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
    let hides_actix = level == LevelFilter::INFO && !modules.contains("actix_server");
    Ok(LogConfig { format, filter: format!("{level}{modules}"), hides_actix })
}

/// Parses `ar=150,other=238`; each is optional. A language is its primary subtag, such as `pt`.
pub(super) fn reading_speed(text: &str) -> Result<ReadingSpeed, String> {
    let expected = || {
        "words per minute from 10 to 2000 by language, such as ar=150,de=179,other=238".to_owned()
    };
    let mut speed = ReadingSpeed::default();
    for item in items(text) {
        let (lang, words) = item.split_once('=').ok_or_else(expected)?;
        let words = number(words.trim(), 10, 2_000).map_err(|_| expected())?;
        if lang.trim() == "other" {
            speed.other = words;
            continue;
        }
        let lang = Lang::parse(lang.trim()).map_err(|_| expected())?;
        if lang.as_str() != lang.language() {
            return Err(expected());
        }
        speed.languages.insert(lang.as_str().to_owned(), words);
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
