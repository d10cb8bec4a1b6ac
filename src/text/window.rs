//! Selects the part of a text that best shows the matches.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

/// Longest excerpt, in characters (Unicode scalar values), without the `…`.
pub const MAX_CHARS: usize = 240;

/// A match: a byte range of the text, and the index of the matching term.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) term: usize,
}

/// Farthest that a cut moves to fall between two words, in characters. In a script without spaces
/// it falls between two graphemes.
const MAX_SHIFT: usize = 40;

/// Returns the byte range with the most terms within [`MAX_CHARS`]. Distinct terms count before
/// repeats, and earlier places before later ones. Without matches, returns the beginning.
pub(super) fn window(text: &str, spans: &[Span]) -> Range<usize> {
    let best = densest(text, spans).unwrap_or(0..0);
    let context = MAX_CHARS.saturating_sub(text[best.clone()].chars().count());
    // One third of the context comes before the match.
    let earliest = back(text, best.start, context / 3);
    let start = if earliest == 0 { 0 } else { start_between(text, earliest, best.start) };
    let latest = forward(text, start, MAX_CHARS);
    if latest == text.len() {
        return start..latest;
    }
    start..end_between(text, best.end.clamp(start, latest), latest)
}

/// Returns the range of the closest matches, cut to [`MAX_CHARS`].
fn densest(text: &str, spans: &[Span]) -> Option<Range<usize>> {
    let offsets = char_offsets(text, spans);
    let terms = spans.iter().map(|span| span.term + 1).max().unwrap_or(0);
    let mut counts = vec![0usize; terms];
    let (mut distinct, mut left) = (0, 0);
    let mut best: Option<(usize, usize, Range<usize>)> = None;
    for (right, span) in spans.iter().enumerate() {
        let count = counts.get_mut(span.term)?;
        distinct += usize::from(*count == 0);
        *count += 1;
        while left < right && offsets[right].1.saturating_sub(offsets[left].0) > MAX_CHARS {
            let count = counts.get_mut(spans[left].term)?;
            *count -= 1;
            distinct -= usize::from(*count == 0);
            left += 1;
        }
        let score = (distinct, right - left);
        if best.as_ref().is_none_or(|(terms, more, _)| score > (*terms, *more)) {
            let end = span.end.min(forward(text, spans[left].start, MAX_CHARS));
            best = Some((score.0, score.1, spans[left].start..end));
        }
    }
    best.map(|(_, _, range)| range)
}

/// Returns the spans' starts and ends in characters. The starts are sorted, the ends need not be.
fn char_offsets(text: &str, spans: &[Span]) -> Vec<(usize, usize)> {
    let (mut at, mut count) = (0, 0);
    spans
        .iter()
        .map(|span| {
            count += text[at..span.start].chars().count();
            at = span.start;
            // Counts up to the limit only, since a span may be as long as the text.
            (count, count + text[span.start..span.end].chars().take(MAX_CHARS + 1).count())
        })
        .collect()
}

/// Returns the byte offset `chars` characters before another.
fn back(text: &str, from: usize, chars: usize) -> usize {
    text[..from].char_indices().rev().take(chars).last().map_or(from, |(at, _)| at)
}

/// Returns the byte offset `chars` characters after another.
fn forward(text: &str, from: usize, chars: usize) -> usize {
    text[from..].char_indices().nth(chars).map_or(text.len(), |(at, _)| from + at)
}

/// Returns the first start between two offsets: before a word, or else before a grapheme.
fn start_between(text: &str, from: usize, to: usize) -> usize {
    let places = || offsets(text, from, to).filter(|at| is_boundary(text, *at));
    let after_space = |at: &usize| text[..*at].ends_with(char::is_whitespace);
    let word = places().find(|at| after_space(at) && !text[*at..].starts_with(char::is_whitespace));
    word.or_else(|| places().next()).unwrap_or(to)
}

/// Returns the last end between two offsets: after a word, or else after a grapheme.
fn end_between(text: &str, from: usize, to: usize) -> usize {
    let near = back(text, to, MAX_SHIFT).max(from);
    let before_space = |at: &usize| text[*at..].starts_with(char::is_whitespace);
    let places = |from| offsets(text, from, to).filter(|at| is_boundary(text, *at));
    let word = places(near).filter(before_space).last();
    word.or_else(|| places(near).last()).or_else(|| places(from).last()).unwrap_or(to)
}

fn offsets(text: &str, from: usize, to: usize) -> impl Iterator<Item = usize> {
    text[from..to].char_indices().map(move |(at, _)| from + at).chain([to])
}

/// True if a grapheme starts at the offset.
fn is_boundary(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}
