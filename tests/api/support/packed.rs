//! Decompression of response bodies.

use std::io::Read;

use reqwest::header::HeaderMap;

/// Returns the decompressed body.
pub fn unpack(headers: &HeaderMap, mut body: &[u8]) -> Vec<u8> {
    // A response to HEAD has no body.
    let coding = headers.get("content-encoding").filter(|_| !body.is_empty());
    let mut plain = Vec::new();
    match coding.map(|coding| coding.to_str().expect("a coding")) {
        None => plain.extend_from_slice(body),
        Some("br") => brotli::BrotliDecompress(&mut body, &mut plain).expect("brotli"),
        Some("zstd") => plain = zstd::decode_all(body).expect("zstd"),
        Some("gzip") => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain).expect("gzip");
        }
        Some(other) => panic!("{other}"),
    }
    plain
}
