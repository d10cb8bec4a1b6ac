//! The part of a text that shows best why it was found.
//!
//! Called by [`super::highlight`].

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::highlight::{MAX_CHARS, Span};
use super::query::MAX_TERMS;

/// How far a cut may move to fall between two words, in characters. In a script without spaces it
/// falls between two graphemes.
const REACH: usize = 40;

/// The part of a text, as a range of bytes, where most terms stand within [`MAX_CHARS`]: terms count
/// before repeats, and what comes first before what comes later. Without matches, the beginning.
pub(super) fn window(text: &str, spans: &[Span]) -> Range<usize> {
    let best = densest(text, spans).unwrap_or(0..0);
    let room = MAX_CHARS.saturating_sub(text[best.clone()].chars().count());
    // A reader needs what comes before less than what comes after.
    let earliest = back(text, best.start, room / 3);
    let start = if earliest == 0 { 0 } else { start_between(text, earliest, best.start) };
    let latest = forward(text, start, MAX_CHARS);
    if latest == text.len() {
        return start..latest;
    }
    start..end_between(text, best.end.clamp(start, latest), latest)
}

/// The matches that stand closest together: from the start of the first to the end of the last, or
/// as much of it as fits.
fn densest(text: &str, spans: &[Span]) -> Option<Range<usize>> {
    let offsets = char_offsets(text, spans);
    let mut counts = [0usize; MAX_TERMS];
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

/// Start and end of spans in characters. Their starts are in order, their ends need not be.
fn char_offsets(text: &str, spans: &[Span]) -> Vec<(usize, usize)> {
    let (mut at, mut count) = (0, 0);
    spans
        .iter()
        .map(|span| {
            count += text[at..span.start].chars().count();
            at = span.start;
            // No further than it matters: a span may be as long as the text.
            (count, count + text[span.start..span.end].chars().take(MAX_CHARS + 1).count())
        })
        .collect()
}

/// The byte offset some characters before another.
fn back(text: &str, from: usize, chars: usize) -> usize {
    text[..from].char_indices().rev().take(chars).last().map_or(from, |(at, _)| at)
}

/// The byte offset some characters after another.
fn forward(text: &str, from: usize, chars: usize) -> usize {
    text[from..].char_indices().nth(chars).map_or(text.len(), |(at, _)| from + at)
}

/// The first place to begin at between two: before a word, else before a grapheme.
fn start_between(text: &str, from: usize, to: usize) -> usize {
    let places = || places(text, from, to).filter(|at| is_boundary(text, *at));
    let after_space = |at: &usize| text[..*at].ends_with(char::is_whitespace);
    let word = places().find(|at| after_space(at) && !text[*at..].starts_with(char::is_whitespace));
    word.or_else(|| places().next()).unwrap_or(to)
}

/// The last place to end at between two: behind a word, else behind a grapheme.
fn end_between(text: &str, from: usize, to: usize) -> usize {
    let near = back(text, to, REACH).max(from);
    let before_space = |at: &usize| text[*at..].starts_with(char::is_whitespace);
    let places = |from| places(text, from, to).filter(|at| is_boundary(text, *at));
    let word = places(near).filter(before_space).last();
    word.or_else(|| places(near).last()).or_else(|| places(from).last()).unwrap_or(to)
}

fn places(text: &str, from: usize, to: usize) -> impl Iterator<Item = usize> {
    text[from..to].char_indices().map(move |(at, _)| from + at).chain([to])
}

/// Whether a grapheme starts there.
fn is_boundary(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}
