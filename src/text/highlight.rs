//! Where a query is found in a text, shown in the author's own letters.
//!
//! Called by the service for every hit. Calls [`super::analyse`], so that what is marked is what was
//! found, and `window` for the part of the text to show.

use std::collections::HashMap;

use super::analyse::{Word, analyse};
use super::fold::Elision;
pub use super::indexed_highlight::{Indexed, halves};
use super::indexed_highlight::{IndexedQuery, indexed_highlight};
use super::lang::Lang;
use super::query::{Phrase, SearchQuery, Term};
use super::unicode::is_bidi_control;
use super::window::window;

/// How much of a text is looked at, in bytes: some 20,000 Arabic words, or 35,000 English ones. What
/// matches only behind that is shown by the beginning of the text.
pub const MAX_BYTES: usize = 240 * 1024;

/// The longest part of a text shown, in characters (Unicode scalar values), without the `…`.
pub const MAX_CHARS: usize = 240;

/// The title and the best part of the text of a hit: HTML-escaped, matches in `<mark>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlighted {
    /// The whole title.
    pub title: String,
    /// The part of the text where most of the query stands close together, on one line, `…` where
    /// it was cut: at most [`MAX_CHARS`] characters of it.
    pub text: String,
}

/// A match: a range of the text in bytes, and the term that matches there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) term: usize,
}

/// Shows what a query matches in a title and a plain text: the words whose stem or exact form is
/// asked for, or that begin with a prefix, and whole phrases.
///
/// ```
/// # use maqal::text::{highlight::highlight, lang::Lang, query::parse};
/// let lang = Lang::parse("ar")?;
/// let query = parse("وزارة", &[lang.clone()])?;
/// let shown = highlight("الوِزارات <هنا>", "لا شيء", &lang, &query);
/// assert_eq!(shown.title, "<mark>الوِزارات</mark> &lt;هنا&gt;");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn highlight(title: &str, text: &str, lang: &Lang, query: &SearchQuery) -> Highlighted {
    highlight_indexed(title, text, lang, query, [None, None])
}

/// Like [`highlight`], in a fraction of its time where the index says what the words' stems are: of the
/// title and of the text. What doesn't fit the text, word for word, is not believed.
#[must_use]
pub fn highlight_indexed(
    title: &str,
    text: &str,
    lang: &Lang,
    query: &SearchQuery,
    indexed: [Option<Indexed<'_>>; 2],
) -> Highlighted {
    let matcher = Matcher::new(query);
    let text = head(text.trim());
    let spans = |text: &str, indexed: Option<Indexed<'_>>| {
        let words = indexed.and_then(|indexed| matcher.indexed_highlight(text, lang, indexed));
        matcher.spans(&words.unwrap_or_else(|| analyse(text, lang)))
    };
    let mut shown = String::with_capacity(title.len() + 64);
    write(title, &spans(head(title), indexed[0]), &mut shown);
    Highlighted { title: shown, text: excerpt(text, &spans(text, indexed[1])) }
}

/// The part of a text that is looked at.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

/// The best window on a text, with its matches.
fn excerpt(text: &str, spans: &[Span]) -> String {
    let shown = window(text, spans);
    let mut out = String::with_capacity(2 * shown.len());
    if !text[..shown.start].trim().is_empty() {
        out.push('…');
    }
    let inside: Vec<Span> = spans
        .iter()
        .filter(|span| span.start < shown.end && span.end > shown.start)
        .map(|span| Span {
            start: span.start.max(shown.start) - shown.start,
            end: span.end.min(shown.end) - shown.start,
            ..*span
        })
        .collect();
    write(&text[shown.clone()], &inside, &mut out);
    if !text[shown.end..].trim().is_empty() {
        out.push('…');
    }
    out
}

/// Writes a text as HTML on one line. Spans come in the order of their starts; those that overlap
/// or touch are marked as one.
fn write(text: &str, spans: &[Span], out: &mut String) {
    let mut at = 0;
    let mut spans = spans.iter().copied().peekable();
    while let Some(mut span) = spans.next() {
        while let Some(next) = spans.next_if(|next| next.start <= span.end) {
            span.end = span.end.max(next.end);
        }
        escape(&text[at..span.start], out);
        out.push_str("<mark>");
        escape(&text[span.start..span.end], out);
        out.push_str("</mark>");
        at = span.end;
    }
    escape(&text[at..], out);
}

/// Text as HTML, on one line, without the invisible characters that would reorder the page around
/// a part cut out from between them.
fn escape(text: &str, out: &mut String) {
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = true;
            continue;
        }
        if is_bidi_control(c) {
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    if gap {
        out.push(' ');
    }
}

/// What is asked for, by what a word is looked up under. Terms are bits: a query has at most
/// [`super::query::MAX_TERMS`].
struct Matcher<'q> {
    stems: HashMap<&'q str, usize>,
    exact: HashMap<&'q str, usize>,
    prefixes: Vec<(&'q [String], usize)>,
    phrases: HashMap<&'q str, Vec<(&'q Phrase, usize)>>,
}

impl<'q> Matcher<'q> {
    fn new(query: &'q SearchQuery) -> Self {
        let mut matcher = Self {
            stems: HashMap::new(),
            exact: HashMap::new(),
            prefixes: Vec::new(),
            phrases: HashMap::new(),
        };
        // Function words are not marked: there is one in every line.
        for (term, wanted) in query.wanted().enumerate() {
            match wanted {
                Term::Word(word) => {
                    matcher.exact.entry(&word.exact).or_insert(term);
                    for stem in &word.stems {
                        matcher.stems.entry(stem).or_insert(term);
                    }
                }
                Term::Phrase(phrase) => {
                    for first in &phrase.firsts {
                        matcher.phrases.entry(first).or_default().push((phrase, term));
                    }
                }
                Term::Prefix(prefixes) => matcher.prefixes.push((prefixes, term)),
            }
        }
        matcher
    }

    /// The words of a text by what an index holds of it; `None` if it is of another text.
    fn indexed_highlight(
        &self,
        text: &str,
        lang: &Lang,
        indexed: Indexed<'_>,
    ) -> Option<Vec<Word>> {
        let phrases = || self.phrases.values().flatten().map(|(phrase, _)| *phrase);
        let in_phrases = phrases().flat_map(|phrase| phrase.firsts.iter().chain(&phrase.rest));
        let exact = self.exact.keys().copied().chain(in_phrases.map(String::as_str));
        // What begins like something asked for may be any word.
        let longest = phrases().map(Phrase::len).max().unwrap_or(1);
        let longest = self.prefixes.is_empty().then_some(longest);
        let asked = IndexedQuery::new(indexed.hash, self.stems.keys().copied(), exact, longest);
        let is_cut = text.len() + 4 > MAX_BYTES;
        indexed_highlight(text, Elision::of(lang), indexed, &asked, is_cut)
    }

    /// The matches among the words of a text, in the order of their starts.
    fn spans(&self, words: &[Word]) -> Vec<Span> {
        let mut spans = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for (phrase, term) in self.phrases.get(&*word.exact).map_or(&[][..], Vec::as_slice) {
                let rest = words.get(at + 1..at + phrase.len());
                if let Some(rest) = rest
                    && rest.iter().map(|word| &word.exact).eq(&phrase.rest)
                {
                    let end = rest.last().unwrap_or(word).end;
                    spans.push(Span { start: word.start, end, term: *term });
                }
            }
            if let Some(term) = self.word(word) {
                spans.push(Span { start: word.start, end: word.end, term });
            }
        }
        spans
    }

    fn word(&self, word: &Word) -> Option<usize> {
        let begins = |prefix: &String| word.exact.starts_with(&**prefix);
        self.exact
            .get(&*word.exact)
            .or_else(|| if word.stem.is_empty() { None } else { self.stems.get(&*word.stem) })
            .copied()
            .or_else(|| Some(self.prefixes.iter().find(|(all, _)| all.iter().any(begins))?.1))
    }
}
