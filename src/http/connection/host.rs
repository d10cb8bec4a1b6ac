//! Validates `Host` (RFC 9112, section 3.2).

use std::net::Ipv6Addr;

/// Returns whether a value is a host with an optional port (RFC 9110, section 7.2).
pub(super) fn is_valid_host(value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else { return false };
    let (host, port) = match value.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if address.parse::<Ipv6Addr>().is_ok() => ("[]", port),
            _ => return false,
        },
        None => value.split_at(value.find(':').unwrap_or(value.len())),
    };
    (host == "[]" || is_name(host)) && is_port(port)
}

/// Returns whether a text is a non-empty `reg-name` (RFC 3986, section 3.2.2), as IPv4 addresses are.
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_valid = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !is_valid {
            return false;
        }
    }
    !text.is_empty()
}

fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some("") => true,
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_and_ports_are_valid() {
        for host in ["x", "news.example", "news.example:", "news.example:8080", "127.0.0.1:80"] {
            assert!(is_valid_host(host.as_bytes()), "{host}");
        }
        for host in ["[::1]", "[2001:db8::1]:443", "a_b", "%D9%84.example"] {
            assert!(is_valid_host(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn spaces_lists_users_and_bad_ports_are_invalid() {
        for host in ["", "a b", "x, y", "u@x", "x:y", "x:65536", "x:-1", "x:+1", "x:80:80", ":80"] {
            assert!(!is_valid_host(host.as_bytes()), "{host}");
        }
        for host in ["[::1", "[x]", "[::1]x", "[]", "x/y", "x?y", "%zz", "%1", "ليبيا"] {
            assert!(!is_valid_host(host.as_bytes()), "{host}");
        }
        assert!(!is_valid_host(b"\xff"));
    }
}
