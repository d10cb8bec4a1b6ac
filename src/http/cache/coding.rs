//! Content codings, and their negotiation by `Accept-Encoding` (RFC 9110, section 12.5.3).

use std::io::{self, Write};

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
}

impl Coding {
    /// All codings, in the order of preference among equal qualities.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// Returns the name in HTTP, which also ends the entity tags of compressed bodies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Returns the index in [`Self::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        match self {
            Self::Brotli => 0,
            Self::Zstd => 1,
            Self::Gzip => 2,
        }
    }

    /// Compresses a body at a high level, since each stored body is compressed once.
    ///
    /// # Errors
    /// The compression library's.
    pub fn compress(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let mut out = Vec::with_capacity(body.len() / 3);
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: 7,
                    size_hint: body.len(),
                    mode: brotli::enc::backward_references::BrotliEncoderMode::BROTLI_MODE_TEXT,
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &body[..], &mut out, &parameters)?;
                Ok(out)
            }
            Self::Zstd => zstd::bulk::compress(body, 12),
            Self::Gzip => {
                let out = Vec::with_capacity(body.len() / 3);
                let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(8));
                encoder.write_all(body)?;
                encoder.finish()
            }
        }
    }
}

/// The codings that a client accepts, in the order of its preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken([Option<Coding>; 3]);

impl Taken {
    /// Reads the values of `Accept-Encoding`. Without any, the client gets no coding.
    #[must_use]
    pub fn parse(lines: &[&str]) -> Self {
        let mut ranked: [(u16, Option<Coding>); 3] = [(0, None); 3];
        for item in lines.iter().flat_map(|list| list.split(',').take(32)) {
            rank(item, &mut ranked);
        }
        // The sort is stable, so codings of equal quality keep the order of `ALL`.
        ranked.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
        Self(ranked.map(|(quality, coding)| coding.filter(|_| quality > 0)))
    }

    /// Iterates over the codings.
    pub fn iter(self) -> impl Iterator<Item = Coding> {
        self.0.into_iter().flatten()
    }

    /// Returns whether the client accepts the coding of this name.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.iter().any(|coding| coding.name() == name)
    }
}

fn rank(item: &str, ranked: &mut [(u16, Option<Coding>); 3]) {
    let mut parts = item.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let quality = parts.find_map(quality).unwrap_or(1000);
    for coding in Coding::ALL {
        let named = name.eq_ignore_ascii_case(coding.name())
            || coding == Coding::Gzip && name.eq_ignore_ascii_case("x-gzip");
        let place = &mut ranked[coding.place()];
        // A star stands for the codings that the header doesn't name.
        if named || name == "*" && place.1.is_none() {
            *place = (quality, Some(coding));
        }
    }
}

/// Reads a quality in thousandths; an invalid one counts as 0.
fn quality(part: &str) -> Option<u16> {
    let part = part.trim();
    let value = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="))?;
    let quality = value.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality));
    // The product lies between 0 and 1,000.
    Some(quality.map_or(0, |quality| (quality * 1000.0) as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(value: &str) -> Vec<&'static str> {
        Taken::parse(&[value]).iter().map(Coding::name).collect()
    }

    #[test]
    fn codings_are_sorted_by_quality() {
        assert_eq!(taken("gzip, deflate, br, zstd"), ["br", "zstd", "gzip"]);
        assert_eq!(taken("gzip;q=1.0, br;q=0.5"), ["gzip", "br"]);
        assert_eq!(taken("GZIP"), ["gzip"]);
        assert_eq!(taken("*"), ["br", "zstd", "gzip"]);
        assert_eq!(taken("br;q=0, *;q=0.1"), ["zstd", "gzip"]);
        assert_eq!(taken("*;q=0.1, zstd"), ["zstd", "br", "gzip"]);
        for none in ["", "identity", "br;q=0", "br;q=nonsense", "br;q=7", "deflate, lzma", ";q=1"] {
            assert!(taken(none).is_empty(), "{none}");
        }
        assert!(Taken::parse(&[]).iter().next().is_none());
    }

    #[test]
    fn each_coding_makes_text_smaller() {
        let text = "عادت مراكب الصيد إلى الميناء القديم. ".repeat(40);
        for coding in Coding::ALL {
            let compressed = coding.compress(text.as_bytes()).expect("compressed");
            assert!(compressed.len() * 4 < text.len(), "{coding:?}: {}", compressed.len());
        }
    }
}
