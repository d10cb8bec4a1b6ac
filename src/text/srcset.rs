//! The addresses of images in several sizes (`srcset`), parsed as browsers parse them (WHATWG HTML
//! §4.8.4). Candidates with other addresses than web and relative ones are left out.

use url::{ParseError, Url};

use super::web_url::has_credentials;

/// Most candidates of an image.
const MAX_CANDIDATES: usize = 32;

/// Returns a `srcset` with its valid candidates. Applied again, it changes nothing.
pub(super) fn clean(value: &str) -> String {
    let mut candidates = Vec::new();
    let mut rest = value;
    while candidates.len() < MAX_CANDIDATES {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (url, tail) = rest.split_at(end);
        let bare = url.trim_end_matches(',');
        let descriptor = if bare.len() < url.len() {
            rest = tail;
            ""
        } else {
            let end = tail.find(',').unwrap_or(tail.len());
            rest = &tail[end..];
            tail[..end].trim_ascii()
        };
        if is_web(bare) && is_descriptor(descriptor) {
            candidates.push(format!("{bare} {descriptor}").trim_end().to_owned());
        }
    }
    candidates.join(", ")
}

/// Returns the address of a clean `srcset` for readers of one address: that of the common density, or
/// the widest one.
pub(super) fn fallback(set: &str) -> Option<&str> {
    let candidates = || set.split(", ").map(|one| one.split_once(' ').unwrap_or((one, "")));
    let common = candidates().find(|(_, descriptor)| matches!(*descriptor, "" | "1x"));
    let size = |descriptor: &str| {
        descriptor.trim_end_matches(['w', 'x', 'h']).parse::<f32>().unwrap_or(0.0)
    };
    let widest = || candidates().max_by(|one, other| size(one.1).total_cmp(&size(other.1)));
    common.or_else(widest).map(|(address, _)| address)
}

/// True for a width or a density: `800w`, `1.5x`.
fn is_descriptor(text: &str) -> bool {
    let Some(number) = text.strip_suffix(['w', 'x', 'h']) else { return text.is_empty() };
    (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// True for an http or https address without credentials, and a relative one.
pub(super) fn is_web(address: &str) -> bool {
    match Url::parse(address) {
        _ if has_credentials(address) => false,
        Ok(url) => matches!(url.scheme(), "http" | "https"),
        Err(error) => error == ParseError::RelativeUrlWithoutBase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_kept_unless_unsafe() {
        for (value, expected) in [
            ("/a.jpg 480w, /b.jpg 1.5x", "/a.jpg 480w, /b.jpg 1.5x"),
            (" https://a.example/صورة.jpg\n 2x ,, b.jpg,", "https://a.example/صورة.jpg 2x, b.jpg"),
            ("https://a.example/w_3,h_2/x.jpg 3w", "https://a.example/w_3,h_2/x.jpg 3w"),
            ("javascript:alert(1) 1x, /a.jpg 2x", "/a.jpg 2x"),
            ("https://me:x@a.example/a.jpg 1x, //me@a.example/b.jpg 2x, c@b.jpg 3x", "c@b.jpg 3x"),
            ("data:image/svg+xml;base64,PHN2Zz4= 1x", ""),
            ("/a.jpg 1x 2x, /b.jpg onerror=x, /c.jpg -1w", ""),
            ("", ""),
        ] {
            assert_eq!(clean(value), expected, "{value}");
            assert_eq!(clean(expected), expected);
        }
    }

    #[test]
    fn fallback_is_the_common_density_or_the_widest() {
        for (set, address) in [
            ("/a.jpg 300w, /b.jpg 1200w, /c.jpg 600w", "/b.jpg"),
            ("/b.jpg 2x, /a.jpg 1x", "/a.jpg"),
            ("/b.jpg 2x, /a.jpg", "/a.jpg"),
            ("/b.jpg 2x", "/b.jpg"),
            ("/w_3,h_2/a.jpg 3w", "/w_3,h_2/a.jpg"),
        ] {
            assert_eq!(fallback(set), Some(address), "{set}");
        }
    }
}
