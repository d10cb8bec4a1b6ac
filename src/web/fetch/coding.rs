//! Decodes the content coding of a body (RFC 9110, section 8.4): none, or gzip. The bytes outrank the
//! declaration. The decoded body is limited like any other, so a decompression bomb costs no more
//! than a large page.

use std::io::Read;

use flate2::bufread::GzDecoder;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use super::error::FetchError;
use crate::web::media_type;

/// The first bytes of gzip data.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The most members of gzip data, each of which is compressed by itself.
const MAX_MEMBERS: usize = 16;
/// The content codings that are not supported. Other names are no codings: some servers send a
/// character set, a media type or a transfer coding.
const UNSUPPORTED: [&str; 13] = [
    "aes128gcm",
    "br",
    "bzip2",
    "compress",
    "dcb",
    "dcz",
    "deflate",
    "exi",
    "pack200-gzip",
    "sdch",
    "x-bzip2",
    "x-compress",
    "zstd",
];

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
}

/// Reads the header `Content-Encoding`. Some servers compress although `identity` was asked for, and
/// some add quotes, or parameters as of `Accept-Encoding`.
///
/// # Errors
/// [`FetchError::UnsupportedEncoding`] for any coding but one of gzip.
pub(super) fn coding(headers: &HeaderMap) -> Result<Coding, FetchError> {
    let mut coding = Coding::Identity;
    for value in headers.get_all(CONTENT_ENCODING) {
        let names = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        for part in names.split(',') {
            let name = part.split(';').next().unwrap_or_default();
            coding = match name.trim_matches([' ', '\t', '"', '\'']) {
                "gzip" | "x-gzip" if coding == Coding::Identity => Coding::Gzip,
                "gzip" | "x-gzip" => return Err(FetchError::UnsupportedEncoding(names)),
                name if UNSUPPORTED.contains(&name) => {
                    return Err(FetchError::UnsupportedEncoding(names));
                }
                _ => coding,
            };
        }
    }
    Ok(coding)
}

/// Decodes a body by its first bytes. Some servers declare gzip that they don't send, or send gzip
/// that they don't declare.
///
/// # Errors
/// [`FetchError::BadAnswer`] if the data is corrupt. A `partial` body may end anywhere.
pub(super) fn decode(
    body: Vec<u8>,
    coding: Coding,
    headers: &HeaderMap,
    limit: usize,
    partial: bool,
) -> Result<(Vec<u8>, bool), FetchError> {
    let is_coded = coding == Coding::Gzip || !is_archive(headers);
    if is_coded && body.starts_with(&GZIP_MAGIC) {
        return gunzip(&body, limit, partial);
    }
    Ok((body, partial))
}

/// Whether the media type is gzip itself, so that its bytes need no coding.
fn is_archive(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    matches!(media_type::essence(kind).as_str(), "application/gzip" | "application/x-gzip")
}

/// Decompresses gzip data up to `limit` bytes. Returns them, and whether more follow.
///
/// # Errors
/// [`FetchError::BadAnswer`] if the data is corrupt. A `partial` body may end anywhere.
fn gunzip(compressed: &[u8], limit: usize, partial: bool) -> Result<(Vec<u8>, bool), FetchError> {
    let (mut body, mut rest) = (Vec::new(), compressed);
    for _ in 0..MAX_MEMBERS {
        if rest.is_empty() {
            return Ok((body, partial));
        }
        let room = u64::try_from(limit + 1 - body.len()).unwrap_or(u64::MAX);
        let mut member = GzDecoder::new(rest).take(room);
        let read = member.read_to_end(&mut body);
        if body.len() > limit {
            body.truncate(limit);
            return Ok((body, true));
        }
        match read {
            Ok(_) => rest = member.into_inner().into_inner(),
            Err(_) if partial => return Ok((body, true)),
            Err(error) => return Err(FetchError::BadAnswer(format!("corrupt gzip: {error}"))),
        }
        if !rest.starts_with(&GZIP_MAGIC) {
            // Bytes after the last member are padding.
            return Ok((body, partial));
        }
    }
    Ok((body, true))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use hyper::header::HeaderValue;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn one_gzip_or_none_is_supported() {
        let coding_of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            coding(&headers)
        };
        for values in [&[][..], &[""], &["identity"], &["Identity, "], &["identity", "identity"]] {
            assert_eq!(coding_of(values), Ok(Coding::Identity), "{values:?}");
        }
        for name in [
            "utf-8",
            "UTF8",
            "none",
            "8bit",
            "7bit",
            "binary",
            "text/html",
            "text/html; charset=br",
            "plain",
            "null",
            "windows-1256",
            "identity;q=1",
            "chunked",
            "aws-chunked",
            "*",
            "\"identity\"",
        ] {
            assert_eq!(coding_of(&[name]), Ok(Coding::Identity), "{name}");
        }
        for values in [&["gzip"][..], &["GZip"], &["x-gzip"], &["identity, gzip"], &["", "gzip"]] {
            assert_eq!(coding_of(values), Ok(Coding::Gzip), "{values:?}");
        }
        for name in
            ["gzip;q=1", "gzip ; q=0.5", "\"gzip\"", "'x-gzip'", "utf-8, gzip", "gzip, none"]
        {
            assert_eq!(coding_of(&[name]), Ok(Coding::Gzip), "{name}");
        }
        for values in [&["br"][..], &["gzip, gzip"], &["gzip", "x-gzip"], &["\"zstd\""]] {
            let error = coding_of(values).expect_err("unsupported");
            assert_eq!(error.code(), "unsupported_encoding", "{values:?}");
        }
        for name in UNSUPPORTED {
            assert!(coding_of(&[name]).is_err(), "{name}");
        }
    }

    #[test]
    fn bytes_of_a_body_outrank_its_declaration() {
        let decoded = |body: &[u8], coding, kind| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
            decode(body.to_vec(), coding, &headers, 100, false).map(|(body, _)| body)
        };
        let page = gzip(b"page");
        for (body, coding, kind, expected) in [
            (&page[..], Coding::Gzip, "text/html", &b"page"[..]),
            (&page, Coding::Identity, "text/html", b"page"),
            (&page, Coding::Identity, "", b"page"),
            (b"page", Coding::Gzip, "text/html", b"page"),
            (b"", Coding::Gzip, "text/html", b""),
            (&page, Coding::Identity, "application/gzip", &page),
            (&page, Coding::Identity, "application/x-gzip; x=y", &page),
            (&page, Coding::Gzip, "application/gzip", b"page"),
        ] {
            assert_eq!(decoded(body, coding, kind).as_deref(), Ok(expected), "{coding:?} {kind}");
        }
        assert!(decoded(&page[..9], Coding::Identity, "text/html").is_err());
    }

    #[test]
    fn decompression_is_limited_and_checked() {
        let page = gzip(b"page");
        let unzipped = |bytes: &[u8], partial| gunzip(bytes, 100, partial);
        assert_eq!(unzipped(&page, false), Ok((b"page".to_vec(), false)));
        assert_eq!(unzipped(b"", false), Ok((Vec::new(), false)));
        let members = [page.clone(), gzip(b""), gzip(b"two"), vec![0; 8]].concat();
        assert_eq!(unzipped(&members, false), Ok((b"pagetwo".to_vec(), false)));
        let bomb = gzip(&[b'x'; 1 << 20]);
        assert_eq!(unzipped(&bomb, false), Ok((vec![b'x'; 100], true)));
        assert_eq!(unzipped(&gzip(&[b'x'; 100]), false), Ok((vec![b'x'; 100], false)));
        for corrupt in [&page[..page.len() - 4], b"page", b"\x1f\x8b\x08\0"] {
            assert!(matches!(unzipped(corrupt, false), Err(FetchError::BadAnswer(_))));
        }
        let (body, more) = unzipped(&page[..page.len() - 4], true).expect("a part");
        assert_eq!((body.as_slice(), more), (&b"page"[..], true));
        assert_eq!(unzipped(&gzip(b"").repeat(50_000), false), Ok((Vec::new(), true)));
    }
}
