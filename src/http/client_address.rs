//! The address of a client behind trusted proxies. Only a trusted proxy's word about the hop before it
//! counts, since clients can forge the rest.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use ipnet::IpNet;

/// The networks of trusted proxies.
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    /// Whether the log has named an unknown proxy.
    has_warned: AtomicBool,
}

impl TrustedProxies {
    /// Trusts these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, has_warned: AtomicBool::new(false) }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Returns the address of the client: the last hop that a trusted proxy has named.
    #[must_use]
    pub fn client_address(&self, req: &HttpRequest) -> IpAddr {
        let peer =
            req.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
        if !self.trusts(peer) {
            self.warn_of_unknown_proxy(peer, req.headers());
            return peer;
        }
        let mut address = peer;
        for hop in hops(req.headers()).into_iter().rev() {
            match hop {
                Some(hop) => address = hop,
                None => break,
            }
            if !self.trusts(address) {
                break;
            }
        }
        address
    }

    /// Warns once if a private peer forwards requests without being trusted: then all its clients
    /// have one address, and share their rate limits.
    fn warn_of_unknown_proxy(&self, peer: IpAddr, headers: &HeaderMap) {
        let forwards = headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED);
        if forwards && is_private(peer) && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "requests are forwarded by a proxy that MAQAL_TRUSTED_PROXIES does not name; \
                 all its clients share one rate limit"
            );
        }
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Returns the hops that proxies have named, the nearest last. `X-Forwarded-For` precedes `Forwarded`.
/// A hop that is no address is `None`.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = |name: HeaderName| -> Vec<&str> {
        headers.get_all(name).map(|value| value.to_str().unwrap_or("unknown")).collect()
    };
    let old = lines(X_FORWARDED_FOR);
    if old.is_empty() {
        let elements =
            lines(FORWARDED).into_iter().flat_map(|line| split_outside_quotes(line, ','));
        return elements.filter_map(forwarded_for).collect();
    }
    let items = old.into_iter().flat_map(|line| line.split(',')).map(str::trim);
    items.filter(|item| !item.is_empty()).map(parse_hop).collect()
}

/// Parses an address with or without a port: `203.0.113.7:4711`, `[2001:db8::1]:4711`, `2001:db8::1`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().or_else(|_| {
        let in_brackets = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        match in_brackets {
            Some(inside) => inside.parse::<IpAddr>(),
            None => text.parse::<SocketAddr>().map(|address| address.ip()),
        }
    });
    address.ok().map(|address| address.to_canonical())
}

/// Returns the hop of an element of `Forwarded` (RFC 7239, section 4); `None` for an empty element.
fn forwarded_for(element: &str) -> Option<Option<IpAddr>> {
    if element.trim().is_empty() {
        return None;
    }
    let value = split_outside_quotes(element, ';').into_iter().find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value.trim())
    });
    let unquoted = value.map(|value| {
        value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
    });
    Some(unquoted.and_then(parse_hop))
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c| {
        is_quoted ^= c == '"';
        c == separator && !is_quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(headers: &[(&str, &str)]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8"].map(|net| net.parse().expect("a network"));
        let proxies = TrustedProxies::new(networks.into());
        let mut request = TestRequest::get().peer_addr("10.0.0.1:1".parse().expect("a peer"));
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        proxies.client_address(&request.to_http_request()).to_string()
    }

    #[test]
    fn hops_are_read_from_the_right_with_and_without_ports() {
        for (value, expected) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("198.51.100.1, 203.0.113.7:80 , 10.0.0.2:99", "203.0.113.7"),
            ("203.0.113.7,", "203.0.113.7"),
            ("203.0.113.7, unknown", "10.0.0.1"),
            ("203.0.113.7:99999", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(address(&[("x-forwarded-for", value)]), expected, "{value}");
        }
        let two = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(address(&two), "203.0.113.7");
    }

    #[test]
    fn forwarded_is_read_without_x_forwarded_for() {
        for (value, expected) in [
            ("for=203.0.113.7", "203.0.113.7"),
            ("For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1", "203.0.113.7"),
            ("proto=http; for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("for=198.51.100.1, for=203.0.113.7;host=\"a,b\", for=10.0.0.3", "203.0.113.7"),
            ("for=203.0.113.7, for=_hidden", "10.0.0.1"),
            ("for=203.0.113.7, proto=https", "10.0.0.1"),
        ] {
            assert_eq!(address(&[("forwarded", value)]), expected, "{value}");
        }
        let both = [("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(address(&both), "203.0.113.7");
    }
}
