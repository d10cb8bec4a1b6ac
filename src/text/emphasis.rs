//! Emphasis attached to letters of scripts that write words together, such as `ل**«رويترز»**`.
//!
//! `CommonMark` opens no emphasis between a letter and a punctuation mark. A mark of punctuation that
//! the source lacks is written beside such a delimiter, and removed from the parser's events.

use std::borrow::Cow;

use icu_properties::props::{GeneralCategory, Script};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

use super::unicode::{category, is_invisible, is_letter_or_number, is_mark, script};

/// Punctuation of cuneiform texts. A source with all of them has no attached emphasis.
const MARKS: [char; 5] = ['\u{12470}', '\u{12471}', '\u{12472}', '\u{12473}', '\u{12474}'];

/// A source with its attached delimiters marked.
pub(super) struct Marked<'a> {
    /// The source to parse.
    pub(super) text: Cow<'a, str>,
    /// The mark to remove from each event.
    mark: Option<char>,
}

/// Marks the attached delimiters of a source. `address` returns the length of the bare URL at the
/// start of a text: its underscores are no delimiters.
pub(super) fn mark(source: &str, address: impl Fn(&str) -> usize) -> Marked<'_> {
    let unmarked = Marked { text: Cow::Borrowed(source), mark: None };
    if source.is_ascii() || !source.contains(['*', '_', '~']) {
        return unmarked;
    }
    let Some(mark) = MARKS.into_iter().find(|mark| !source.contains(*mark)) else {
        return unmarked;
    };
    let mut text = String::with_capacity(source.len() + source.len() / 16);
    let mut before = None;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let run = match c {
            // An escaped character is no delimiter.
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '*' | '_' | '~' => rest.len() - rest.trim_start_matches(c).len(),
            'h' => address(rest).max(1),
            c => c.len_utf8(),
        };
        let (piece, tail) = rest.split_at(run);
        let is_run = matches!(c, '*' | '_' | '~');
        let after = tail.chars().next();
        if is_run && is_attached(before, after) {
            text.push(mark);
        }
        text.push_str(piece);
        if is_run && is_attached(after, before) {
            text.push(mark);
        }
        before = piece.chars().next_back();
        rest = tail;
    }
    Marked { text: Cow::Owned(text), mark: Some(mark) }
}

/// True if a letter of a script that attaches words is on one side of a delimiter, and punctuation
/// on the other.
fn is_attached(outer: Option<char>, inner: Option<char>) -> bool {
    let (Some(outer), Some(inner)) = (outer, inner) else { return false };
    let is_letter = attaches(outer) || outer.is_alphanumeric() && is_wide_punctuation(inner);
    is_letter && is_punctuation(inner)
}

/// True for a letter, digit or mark beyond the alphabets that separate all words, and for an
/// invisible character beside one, such as RLM.
fn attaches(c: char) -> bool {
    !c.is_ascii()
        && (is_letter_or_number(c) || is_mark(c) || is_invisible(c))
        && !matches!(script(c), Script::Latin | Script::Greek | Script::Cyrillic)
}

/// Punctuation as `CommonMark` defines it: the general categories P and S.
fn is_punctuation(c: char) -> bool {
    use GeneralCategory as G;
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    matches!(
        category(c),
        G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::ConnectorPunctuation
            | G::OtherPunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::MathSymbol
            | G::CurrencySymbol
            | G::ModifierSymbol
            | G::OtherSymbol
    )
}

/// True for the punctuation of Chinese and Japanese.
fn is_wide_punctuation(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff65}') && is_punctuation(c)
}

impl Marked<'_> {
    /// Removes the mark from an event.
    pub(super) fn unmark<'e>(&self, event: Event<'e>) -> Event<'e> {
        let Some(mark) = self.mark else { return event };
        let clean = |text: CowStr<'e>| match text.contains(mark) {
            true => CowStr::from(text.replace(mark, "")),
            false => text,
        };
        match event {
            Event::Text(text) => Event::Text(clean(text)),
            Event::Code(text) => Event::Code(clean(text)),
            Event::Html(text) => Event::Html(clean(text)),
            Event::InlineHtml(text) => Event::InlineHtml(clean(text)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let (dest_url, title, id) = (clean(dest_url), clean(title), clean(id));
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let (dest_url, title, id) = (clean(dest_url), clean(title), clean(id));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(clean(info))))
            }
            event => event,
        }
    }
}
