//! The formula of Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
//! and Beyond", 2009), and impact levels, which store its result for one word.

/// The saturation of term frequency, as in Lucene and FTS5.
const K1: f64 = 1.2;

/// The influence of length, as in Lucene and FTS5.
const B: f64 = 0.75;

/// The weight of a word in the title, in words of the text.
pub const TITLE: f64 = 4.0;

/// The length of an average article in words. Stored impact levels can't follow the real average.
const ORDINARY_LENGTH: f64 = 400.0;

/// The least BM25 weights of the impact levels. In an article of average length, one occurrence has
/// level 0; five occurrences, or one in the title, have level 3.
const LEVELS: [f64; 8] = [0.55, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985];

/// The highest impact level.
pub const TOP_LEVEL: u8 = 8;

/// Returns the impact level of a word in an article, 0 to [`TOP_LEVEL`]. The index stores levels, so
/// that a common word finds its most relevant articles without the others.
#[must_use]
pub fn impact(count: f64, length: usize) -> u8 {
    let weight = saturated(count, real(length), ORDINARY_LENGTH);
    LEVELS.iter().fold(0, |level, least| level + u8::from(weight >= *least))
}

/// Returns the BM25 weight of a count, from 0 to below 1.
pub(super) fn saturated(count: f64, length: f64, average: f64) -> f64 {
    count / (count + K1 * (1.0 - B + B * length / average))
}

/// Returns the inverse document frequency of a token in `holders` of `all` articles. As in Lucene,
/// `1 +` keeps it positive for tokens in more than half of the articles.
pub(super) fn rarity(holders: u64, all: u64) -> f64 {
    let (n, all) = (real(holders), real(all.max(holders)));
    (1.0 + (all - n + 0.5) / (n + 0.5)).ln()
}

/// Returns a whole number as a floating-point one.
#[expect(clippy::cast_precision_loss, reason = "no site has 2^52 words")]
pub(super) fn real<N: TryInto<u64>>(number: N) -> f64 {
    number.try_into().map_or(0.0, |number: u64| number as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impact_levels_rise_with_count_and_fall_with_length() {
        assert_eq!(impact(1.0, 400), 0);
        assert_eq!(impact(TITLE + 1.0, 400), 3);
        assert!(impact(1.0, 20) > impact(1.0, 400));
        assert_eq!(impact(1e6, 400), TOP_LEVEL);
        assert_eq!(LEVELS.len(), usize::from(TOP_LEVEL));
    }
}
