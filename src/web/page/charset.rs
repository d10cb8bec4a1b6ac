//! Decodes a page's bytes by the response's and the page's own declarations (WHATWG Encoding, and
//! HTML's encoding sniffing). A declaration that contradicts the bytes is ignored.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::prescan;
use crate::web::media_type;

/// Decodes a page by its byte order mark, or else the `Content-Type`, or else the page's own
/// declaration, or else by its bytes. Invalid sequences become U+FFFD. `None` for an encoding that no
/// browser reads, such as ISO-2022-KR: its bytes would be other text, and even markup, in ASCII.
///
/// Text that is valid UTF-8 is UTF-8 whatever it declares, and text that isn't has another encoding:
/// no text of length in another encoding is valid UTF-8 by chance.
#[must_use]
pub fn decode(bytes: &[u8], content_type: &str) -> Option<String> {
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| wide(bytes))
        .unwrap_or_else(|| narrow(bytes, content_type));
    let is_readable = encoding != REPLACEMENT;
    is_readable.then(|| encoding.decode(bytes).0.into_owned())
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
    if is_replaced(bytes, declared) {
        return REPLACEMENT;
    }
    // The bytes of ISO-2022-JP are those of ASCII, and so of UTF-8: its sequences tell them apart.
    let is_stateful = has_sequence(bytes, &ISO_2022_JP_SEQUENCES);
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

/// The sequences by which ISO-2022-JP begins a character set.
const ISO_2022_JP_SEQUENCES: [&[u8]; 4] = [b"\x1b$@", b"\x1b$B", b"\x1b(I", b"\x1b(J"];

/// Those of ISO-2022-KR and ISO-2022-CN, which ASCII doesn't contain.
const REPLACED_SEQUENCES: [&[u8]; 4] = [b"\x1b$)A", b"\x1b$)C", b"\x1b$)G", b"\x1b$*H"];

/// Whether the text is in an encoding that the standard replaces: ISO-2022-KR, ISO-2022-CN or HZ. Their
/// bytes are those of ASCII, so their sequences or the first declaration tell.
fn is_replaced(bytes: &[u8], declared: [Option<&'static Encoding>; 2]) -> bool {
    let is_declared = declared.into_iter().flatten().next() == Some(REPLACEMENT);
    let is_hidden = declared.contains(&Some(REPLACEMENT)) && has_sequence(bytes, &[b"~{"]);
    if is_declared && !is_utf8(bytes) {
        return true;
    }
    bytes.is_ascii() && (is_declared || is_hidden || has_sequence(bytes, &REPLACED_SEQUENCES))
}

/// Whether the bytes are of seven bits, and contain one of the sequences.
fn has_sequence(bytes: &[u8], sequences: &[&[u8]]) -> bool {
    let starts = |at: usize| sequences.iter().any(|one| bytes[at..].starts_with(one));
    bytes.is_ascii() && (0..bytes.len()).any(starts)
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

    fn text_of(bytes: &[u8], content_type: &str) -> String {
        decode(bytes, content_type).expect("a readable encoding")
    }

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
            let read = text_of(&page(head, label), content_type);
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
            let read = text_of(&with(head, &coded), content_type);
            assert_eq!(read, format!("{head}{japanese}</p>"), "{content_type}");
            // The declaration contradicts these bytes.
            let read = text_of(&with(head, TEXT.as_bytes()), content_type);
            assert_eq!(read, format!("{head}{TEXT}</p>"), "{content_type}");
        }
        assert_eq!(text_of(b"plain", "text/html; charset=iso-2022-jp"), "plain");
        let undeclared = text_of(&with("<p>", &coded), "text/html");
        assert!(undeclared.starts_with("<p>\u{1b}$B"), "{undeclared}");
    }

    #[test]
    fn encoding_that_no_browser_reads_is_none() {
        // In ASCII, these letters of ISO-2022-KR are a script.
        let korean = b"<p>\x1b$)C\x0e<script>alert(1)</script>\x0f</p>";
        let chinese = b"<p>\x1b$)A\x0e=;;;\x0f</p>";
        let hz = b"<p>~{<script>~}</p>";
        let meta = |label: &str, rest: &[u8]| {
            [format!("<meta charset={label}>").as_bytes(), rest].concat()
        };
        for (bytes, content_type) in [
            (korean.to_vec(), "text/html; charset=iso-2022-kr"),
            (korean.to_vec(), "text/html; charset=\"csISO2022KR\""),
            (korean.to_vec(), "text/html; charset=utf-8"),
            (korean.to_vec(), "text/html"),
            (meta("iso-2022-kr", korean), "text/html"),
            (meta("ISO-2022-KR", korean), "text/html; charset=utf-8"),
            (chinese.to_vec(), "text/html; charset=iso-2022-cn"),
            (meta("iso-2022-cn-ext", chinese), "text/html"),
            (hz.to_vec(), "text/html; charset=HZ-GB-2312"),
            (meta("hz-gb-2312", hz), "text/html"),
            (meta("hz-gb-2312", hz), "text/html; charset=utf-8"),
            (b"<?xml version='1.0' encoding='hz-gb-2312'?><p>~{<:Ky~}".to_vec(), "text/xml"),
            (b"plain".to_vec(), "text/plain; charset=iso-2022-kr"),
            (b"\xe3\xe4".to_vec(), "text/plain; charset=replacement"),
        ] {
            let head = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(decode(&bytes, content_type), None, "{content_type} {head}");
        }
        // The bytes outrank the declaration, and HZ needs one.
        for (bytes, content_type) in [
            (TEXT.as_bytes().to_vec(), "text/html; charset=iso-2022-kr"),
            (meta("hz-gb-2312", TEXT.as_bytes()), "text/html; charset=utf-8"),
            (hz.to_vec(), "text/html; charset=utf-8"),
            (hz.to_vec(), "text/html"),
            (meta("hz-gb-2312", b"plain"), "text/html; charset=utf-8"),
        ] {
            let text = String::from_utf8(bytes.clone()).expect("UTF-8");
            assert_eq!(decode(&bytes, content_type), Some(text), "{content_type}");
        }
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
            assert_eq!(text_of(&bytes, content_type), page, "{content_type}");
        }
    }

    #[test]
    fn byte_order_mark_and_cut_characters_are_handled() {
        assert_eq!(text_of(b"\xef\xbb\xbfx", "text/html; charset=utf-16"), "x");
        let broken = [TEXT.as_bytes(), b"\xff", TEXT.as_bytes()].concat();
        assert_eq!(text_of(&broken, "text/html"), format!("{TEXT}\u{fffd}{TEXT}"));
        assert_eq!(text_of(&TEXT.as_bytes()[..5], "text/html; charset=windows-1256"), "قر\u{fffd}");
        // UTF-7 is no encoding of the web, so its sequences stay text.
        assert_eq!(text_of(b"+ADw-script+AD4-", "text/html; charset=utf-7"), "+ADw-script+AD4-");
    }
}
