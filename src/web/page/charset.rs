//! Decodes a page's bytes by the response's and the page's own declarations (WHATWG Encoding, and
//! HTML's encoding sniffing).

use encoding_rs::{Encoding, UTF_8};

/// Bytes of a page that are searched for an encoding declaration.
const SNIFFED_BYTES: usize = 1024;

/// Decodes a page by its byte order mark, or else the `Content-Type`, or else the page's own
/// declaration, or else as UTF-8. Invalid sequences become U+FFFD.
#[must_use]
pub fn decode(bytes: &[u8], content_type: &str) -> String {
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| named(content_type))
        .or_else(|| sniffed(bytes))
        .unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

/// Returns the encoding that a `Content-Type` names.
#[must_use]
pub fn named(content_type: &str) -> Option<&'static Encoding> {
    let label = parameter(content_type, "charset")?;
    Encoding::for_label(label.as_bytes())
}

/// Returns a parameter of a header's value.
#[must_use]
pub fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        key.trim().eq_ignore_ascii_case(name).then_some(value)
    })
}

fn sniffed(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SNIFFED_BYTES)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let at = head.find("charset")?;
    let rest = head[at + "charset".len()..].trim_start().strip_prefix('=')?;
    let label: String = rest
        .trim_start()
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A declaration that is legible as ASCII cannot be in UTF-16.
    Some(if encoding.is_ascii_compatible() { encoding } else { UTF_8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_decoded_by_bom_header_or_meta() {
        let (windows, ..) = encoding_rs::WINDOWS_1256.encode("مرحبا");
        assert_eq!(decode(&windows, "text/html; charset=windows-1256"), "مرحبا");
        let mut page = b"<meta charset='windows-1256'>".to_vec();
        page.extend_from_slice(&windows);
        assert!(decode(&page, "text/html").ends_with("مرحبا"));
        assert_eq!(decode("مرحبا".as_bytes(), "text/html"), "مرحبا");
        assert_eq!(decode(b"\xef\xbb\xbfx", "text/html; charset=utf-16"), "x");
        // UTF-7 is no encoding of the web, so its sequences stay text.
        assert_eq!(decode(b"+ADw-script+AD4-", "text/html; charset=utf-7"), "+ADw-script+AD4-");
    }
}
