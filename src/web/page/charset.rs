//! Decodes a page's bytes by the response's and the page's own declarations (WHATWG Encoding, and
//! HTML's encoding sniffing). A declaration that contradicts the bytes is ignored.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::prescan;
use crate::web::media_type;

/// Decodes a page by its byte order mark, or else the `Content-Type`, or else the page's own
/// declaration, or else by its bytes. Invalid sequences become U+FFFD.
///
/// Text that is valid UTF-8 is UTF-8 whatever it declares, and text that isn't has another encoding:
/// no text of length in another encoding is valid UTF-8 by chance.
#[must_use]
pub fn decode(bytes: &[u8], content_type: &str) -> String {
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| wide(bytes))
        .unwrap_or_else(|| narrow(bytes, content_type));
    encoding.decode(bytes).0.into_owned()
}

/// Returns UTF-16 if the bytes begin with a tag in it.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn narrow(bytes: &[u8], content_type: &str) -> &'static Encoding {
    let declared = [named(content_type), prescan::encoding(bytes)];
    // The bytes of ISO-2022-JP are those of ASCII, and so of UTF-8: its sequences tell them apart.
    let is_stateful = has_iso_2022_jp(bytes);
    let is_possible =
        |encoding: &&Encoding| *encoding != UTF_8 && (*encoding != ISO_2022_JP || is_stateful);
    let mut declared = declared.into_iter().flatten().filter(is_possible);
    match declared.next() {
        Some(encoding) if encoding == ISO_2022_JP => encoding,
        Some(encoding) if !encoding.is_ascii_compatible() && bytes.contains(&0) => encoding,
        Some(encoding) if !is_utf8(bytes) => encoding,
        None if !is_utf8(bytes) => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Deny)
        }
        _ => UTF_8,
    }
}

/// Whether the bytes switch to a character set of ISO-2022-JP, and are of seven bits as it is.
fn has_iso_2022_jp(bytes: &[u8]) -> bool {
    let switches = [b"\x1b$@", b"\x1b$B", b"\x1b(I", b"\x1b(J"];
    bytes.is_ascii() && bytes.windows(3).any(|three| switches.iter().any(|one| three == *one))
}

/// Whether the bytes are UTF-8. Some pages have invalid bytes, but fewer than letters beyond ASCII.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut letters, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    invalid <= letters
}

/// Returns the encoding that a `Content-Type` names.
fn named(content_type: &str) -> Option<&'static Encoding> {
    Encoding::for_label(media_type::parameter(content_type, "charset")?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "قرأت اليوم خبر عودة الصيادين";

    fn page(head: &str, label: &str) -> Vec<u8> {
        let encoding = Encoding::for_label(label.as_bytes()).expect(label);
        let mut page = head.as_bytes().to_vec();
        page.extend_from_slice(&encoding.encode(TEXT).0);
        page
    }

    #[test]
    fn readable_encoding_outranks_a_misleading_declaration() {
        let late = format!("<!-- {} --><meta charset=windows-1256>", "x".repeat(30_000));
        for (case, head, label, content_type) in [
            ("header", "", "windows-1256", "text/html; charset=windows-1256"),
            ("header in quotes", "", "windows-1256", "text/html; Charset=\"CP1256\""),
            ("meta", "<meta charset='windows-1256'>", "windows-1256", "text/html"),
            (
                "meta http-equiv",
                "<META content='text/html; charset=windows-1256' http-equiv=Content-Type>",
                "windows-1256",
                "text/html",
            ),
            (
                "meta without a separator",
                "<meta http-equiv='content-type' content='text/html charset = \"windows-1256\"'>",
                "windows-1256",
                "text/html",
            ),
            ("late meta", &late, "windows-1256", "text/html"),
            ("XML", "<?xml version='1.0' encoding='windows-1256'?>", "windows-1256", "text/xml"),
            ("no declaration", "<p>", "windows-1256", "text/html"),
            (
                "header against meta",
                "<meta charset=iso-8859-6>",
                "windows-1256",
                "text/html; charset=windows-1256",
            ),
            (
                "UTF-8 in the header only",
                "<meta charset=windows-1256>",
                "windows-1256",
                "text/html; charset=utf-8",
            ),
            (
                "UTF-8 in the meta only",
                "<meta charset=utf-8>",
                "windows-1256",
                "text/html; charset=windows-1256",
            ),
            (
                "UTF-8 with another header",
                "<meta charset=utf-8>",
                "utf-8",
                "text/html; charset=iso-8859-1",
            ),
            ("UTF-8 with another meta", "<meta charset=windows-1256>", "utf-8", "text/html"),
            ("UTF-8 with UTF-16 in the header", "<p>", "utf-8", "text/html; charset=utf-16"),
            ("UTF-8 with UTF-16 in the meta", "<meta charset=utf-16>", "utf-8", "text/html"),
            (
                "an unknown name",
                "<meta charset=windows-1256>",
                "windows-1256",
                "text/html; charset=arabic-x",
            ),
            (
                "a charset of something else",
                "<script charset=koi8-r></script><!-- <meta charset=koi8-r> --><meta charset=windows-1256>",
                "windows-1256",
                "text/html",
            ),
        ] {
            let read = decode(&page(head, label), content_type);
            assert!(read.ends_with(TEXT), "{case}: {read}");
        }
    }

    #[test]
    fn declared_iso_2022_jp_is_used_if_its_sequences_occur() {
        let japanese = "\u{6e2f}\u{306e}\u{6f01}\u{5e2b}";
        let (encoded, ..) = encoding_rs::EUC_JP.encode(japanese);
        let sevens: Vec<u8> = encoded.iter().map(|byte| byte & 0x7f).collect();
        let coded = [b"\x1b$B", &sevens[..], b"\x1b(B"].concat();
        let with = |head: &str, text: &[u8]| [head.as_bytes(), text, b"</p>"].concat();
        for (head, content_type) in [
            ("<p>", "text/html; charset=iso-2022-jp"),
            ("<meta charset=ISO-2022-JP><p>", "text/html"),
            ("<meta charset='csISO2022JP'><p>", "text/html; charset=utf-8"),
        ] {
            let read = decode(&with(head, &coded), content_type);
            assert_eq!(read, format!("{head}{japanese}</p>"), "{content_type}");
            // The declaration contradicts these bytes.
            let read = decode(&with(head, TEXT.as_bytes()), content_type);
            assert_eq!(read, format!("{head}{TEXT}</p>"), "{content_type}");
        }
        assert_eq!(decode(b"plain", "text/html; charset=iso-2022-jp"), "plain");
        let undeclared = decode(&with("<p>", &coded), "text/html");
        assert!(undeclared.starts_with("<p>\u{1b}$B"), "{undeclared}");
    }

    #[test]
    fn utf_16_is_recognised() {
        let page = format!("<p>{TEXT}");
        let little: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, content_type) in [
            (little.clone(), "text/html; charset=utf-16le"),
            (little.clone(), "text/html; charset=utf-16"),
            (little.clone(), "text/html; charset=utf-8"),
            (little.clone(), "text/html"),
            (big.clone(), "text/html; charset=utf-16be"),
            (big.clone(), "text/html"),
            ([&b"\xff\xfe"[..], &little].concat(), "text/html; charset=utf-8"),
            ([&b"\xfe\xff"[..], &big].concat(), "text/html; charset=utf-16le"),
        ] {
            assert_eq!(decode(&bytes, content_type), page, "{content_type}");
        }
    }

    #[test]
    fn byte_order_mark_and_cut_characters_are_handled() {
        assert_eq!(decode(b"\xef\xbb\xbfx", "text/html; charset=utf-16"), "x");
        let broken = [TEXT.as_bytes(), b"\xff", TEXT.as_bytes()].concat();
        assert_eq!(decode(&broken, "text/html"), format!("{TEXT}\u{fffd}{TEXT}"));
        assert_eq!(decode(&TEXT.as_bytes()[..5], "text/html; charset=windows-1256"), "قر\u{fffd}");
        // UTF-7 is no encoding of the web, so its sequences stay text.
        assert_eq!(decode(b"+ADw-script+AD4-", "text/html; charset=utf-7"), "+ADw-script+AD4-");
    }
}
