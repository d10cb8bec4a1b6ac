//! How bodies are compressed, and what a client takes of it (RFC 9110, section 12.5.3).

use std::io::{self, Write};

/// A way to compress a body.
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
    /// All, the best first: what a client likes equally, it gets in this order.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// Its name in HTTP, and at the end of entity tags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Its place among all.
    #[must_use]
    pub fn place(self) -> usize {
        match self {
            Self::Brotli => 0,
            Self::Zstd => 1,
            Self::Gzip => 2,
        }
    }

    /// Compresses a body. It is done once for as long as the body holds, on a thread of its own,
    /// so it takes levels that a server which compresses each answer couldn't.
    ///
    /// # Errors
    /// Of the library.
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

/// What a client takes besides what is not compressed, the liked best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken([Option<Coding>; 3]);

impl Taken {
    /// Reads the lines of `Accept-Encoding`. Without it, nothing is compressed: those who can, say
    /// so.
    #[must_use]
    pub fn by(lines: &[&str]) -> Self {
        let mut liked: [(u16, Option<Coding>); 3] = [(0, None); 3];
        for item in lines.iter().flat_map(|list| list.split(',').take(32)) {
            like(item, &mut liked);
        }
        // Stable: equally liked ones stay in our order.
        liked.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
        Self(liked.map(|(quality, coding)| coding.filter(|_| quality > 0)))
    }

    /// Them.
    pub fn iter(self) -> impl Iterator<Item = Coding> {
        self.0.into_iter().flatten()
    }

    /// Whether an entity tag's ending names one of them.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.iter().any(|coding| coding.name() == name)
    }
}

fn like(item: &str, liked: &mut [(u16, Option<Coding>); 3]) {
    let mut parts = item.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let quality = parts.find_map(quality).unwrap_or(1000);
    for coding in Coding::ALL {
        let named = name.eq_ignore_ascii_case(coding.name())
            || coding == Coding::Gzip && name.eq_ignore_ascii_case("x-gzip");
        let place = &mut liked[coding.place()];
        // A star means those that nothing was said of.
        if named || name == "*" && place.1.is_none() {
            *place = (quality, Some(coding));
        }
    }
}

/// A quality in thousandths; one that can't be read counts as none.
fn quality(part: &str) -> Option<u16> {
    let part = part.trim();
    let value = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="))?;
    let quality = value.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality));
    // Between 0 and 1,000.
    Some(quality.map_or(0, |quality| (quality * 1000.0) as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(value: &str) -> Vec<&'static str> {
        Taken::by(&[value]).iter().map(Coding::name).collect()
    }

    #[test]
    fn clients_get_what_they_like_best() {
        assert_eq!(taken("gzip, deflate, br, zstd"), ["br", "zstd", "gzip"]);
        assert_eq!(taken("gzip;q=1.0, br;q=0.5"), ["gzip", "br"]);
        assert_eq!(taken("GZIP"), ["gzip"]);
        assert_eq!(taken("*"), ["br", "zstd", "gzip"]);
        assert_eq!(taken("br;q=0, *;q=0.1"), ["zstd", "gzip"]);
        assert_eq!(taken("*;q=0.1, zstd"), ["zstd", "br", "gzip"]);
        for none in ["", "identity", "br;q=0", "br;q=nonsense", "br;q=7", "deflate, lzma", ";q=1"] {
            assert!(taken(none).is_empty(), "{none}");
        }
        assert!(Taken::by(&[]).iter().next().is_none());
    }

    #[test]
    fn text_gets_smaller() {
        let text = "عادت مراكب الصيد إلى الميناء القديم. ".repeat(40);
        for coding in Coding::ALL {
            let compressed = coding.compress(text.as_bytes()).expect("compressed");
            assert!(compressed.len() * 4 < text.len(), "{coding:?}: {}", compressed.len());
        }
    }
}
