//! Decodes the content coding of a body (RFC 9110, section 8.4): none, or gzip. The decoded body is
//! limited like any other, so a decompression bomb costs no more than a large page.

use std::io::Read;

use flate2::bufread::GzDecoder;
use hyper::header::{CONTENT_ENCODING, HeaderMap};

use super::error::FetchError;

/// The first bytes of gzip data.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The most members of gzip data, each of which is compressed by itself.
const MAX_MEMBERS: usize = 16;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
}

/// Reads the header `Content-Encoding`. Some servers compress although `identity` was asked for.
///
/// # Errors
/// [`FetchError::UnsupportedEncoding`] for any coding but one of gzip.
pub(super) fn coding(headers: &HeaderMap) -> Result<Coding, FetchError> {
    let mut coding = Coding::Identity;
    for value in headers.get_all(CONTENT_ENCODING) {
        let names = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        for name in names.split(',').map(str::trim) {
            coding = match name {
                "" | "identity" => coding,
                "gzip" | "x-gzip" if coding == Coding::Identity => Coding::Gzip,
                _ => return Err(FetchError::UnsupportedEncoding(names)),
            };
        }
    }
    Ok(coding)
}

/// Decompresses gzip data up to `limit` bytes. Returns them, and whether more follow.
///
/// # Errors
/// [`FetchError::BadAnswer`] if the data is corrupt. A `partial` body may end anywhere.
pub(super) fn gunzip(
    compressed: &[u8],
    limit: usize,
    partial: bool,
) -> Result<(Vec<u8>, bool), FetchError> {
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
        for values in [&["gzip"][..], &["GZip"], &["x-gzip"], &["identity, gzip"], &["", "gzip"]] {
            assert_eq!(coding_of(values), Ok(Coding::Gzip), "{values:?}");
        }
        for values in [&["br"][..], &["gzip, gzip"], &["gzip", "x-gzip"], &["aws-chunked"]] {
            let error = coding_of(values).expect_err("unsupported");
            assert_eq!(error.code(), "unsupported_encoding", "{values:?}");
        }
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
