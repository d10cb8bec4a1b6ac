//! A pattern of article URLs with a slug or an id in its path or its query. It matches every variant of a
//! URL that shows the same article: with a trailing slash, for AMP, or with parameters of trackers.

use url::Url;

use crate::domain::article::ArticleId;
use crate::web::urls;

/// Stands for the slug or id while a pattern is parsed; URL normalisation does not change it.
pub(super) const STAND_IN: &str = "maqal0slug0maqal";

/// The parameters that readers' tools and other sites add to a URL, without effect on its page.
const NOISE: [&str; 27] = [
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "amp",
    "amp_js_v",
    "dclid",
    "fbclid",
    "feature",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "outputtype",
    "ref_src",
    "ref_url",
    "srsltid",
    "ttclid",
    "twclid",
    "usqp",
    "wbraid",
    "yclid",
];
/// The beginnings of such parameters.
const NOISE_PREFIXES: [&str; 5] = ["utm_", "at_", "fb_", "mtm_", "pk_"];

/// The part of an article that a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Its slug.
    Slug(String),
    /// Its id.
    Id(ArticleId),
}

/// A pattern of article URLs, without the scheme.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    has_id: bool,
    /// Host, port and path. A stand-in is in it or in the query.
    path: String,
    /// The parameters of the query.
    query: Vec<String>,
    /// Host and port.
    pub authority: String,
}

impl Pattern {
    /// Parses a template with `{slug}` or `{id}`.
    pub fn new(template: &str) -> Option<Self> {
        let (has_id, name) = match template.contains("{id}") {
            true => (true, "{id}"),
            false => (false, "{slug}"),
        };
        let url = Url::parse(&template.replace(name, STAND_IN)).ok()?;
        let address = bare(&url);
        address.contains(STAND_IN).then_some(())?;
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        Some(Self {
            has_id,
            path: path.trim_end_matches('/').to_owned(),
            query: parameters(query).map(str::to_owned).collect(),
            authority: authority(&url),
        })
    }

    /// Returns the slug or id in an address without scheme and fragment, if it has this pattern.
    pub fn value(&self, address: &str) -> Option<Value> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let in_query = self.value_in_query(query)?;
        let mut paths = variants(path, &self.authority).into_iter();
        let value = match self.path.split_once(STAND_IN) {
            Some((before, after)) => paths.find_map(|path| {
                let value = path.strip_prefix(before)?.strip_suffix(after)?;
                Some(value.to_owned()).filter(|value| !value.contains('/'))
            })?,
            None => paths.any(|path| path == self.path).then(|| in_query.to_owned())?,
        };
        let value = urls::decode(Some(value.as_str()).filter(|value| !value.is_empty())?);
        if self.has_id { value.parse().ok().map(Value::Id) } else { Some(Value::Slug(value)) }
    }

    /// Returns the value in the query, or an empty one if the pattern has it in its path. `None` for the
    /// query of another page. A pattern without a query ignores every query.
    fn value_in_query<'a>(&self, query: &'a str) -> Option<&'a str> {
        if self.query.is_empty() {
            return Some("");
        }
        let mut rest: Vec<&str> = parameters(query).filter(|one| !is_noise(one)).collect();
        let mut value = "";
        for expected in &self.query {
            let found = match expected.split_once(STAND_IN) {
                None => rest.iter().position(|one| one == expected)?,
                Some((before, after)) => {
                    let value_of = |one: &'a str| one.strip_prefix(before)?.strip_suffix(after);
                    let at = rest.iter().position(|one| value_of(one).is_some())?;
                    value = value_of(rest[at])?;
                    at
                }
            };
            rest.remove(found);
        }
        rest.is_empty().then_some(value)
    }
}

fn parameters(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|parameter| !parameter.is_empty())
}

fn is_noise(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    NOISE.contains(&name.as_str()) || NOISE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Returns the path, and the path of the page that it is a variant of: without slashes at the end, and
/// without `/amp` there or at the beginning.
fn variants(path: &str, authority: &str) -> Vec<String> {
    let path = path.trim_end_matches('/');
    let mut found = vec![path.to_owned()];
    found.extend(path.strip_suffix("/amp").map(str::to_owned));
    let rest = path.strip_prefix(authority).and_then(|rest| rest.strip_prefix("/amp/"));
    found.extend(rest.map(|rest| format!("{authority}/{rest}")));
    found
}

/// Returns a normalised URL without scheme and fragment.
pub(super) fn bare(url: &Url) -> String {
    let text = urls::normalise(&urls::without_fragment(url));
    text.split_once("://").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

/// Returns host and port without a default port.
pub(super) fn authority(url: &Url) -> String {
    match url.port() {
        Some(port) => format!("{}:{port}", urls::host(url)),
        None => urls::host(url),
    }
}
