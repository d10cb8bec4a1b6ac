//! Highlights the matches of a query in an article's title and text.

use std::collections::HashMap;

use super::analyse::{Word, analyse};
use super::fold::Elision;
pub use super::indexed_highlight::{Indexed, halves};
use super::indexed_highlight::{IndexedQuery, indexed_words};
use super::lang::Lang;
use super::query::{SearchQuery, Term};
use super::unicode::is_bidi_control;
pub use super::window::MAX_CHARS;
use super::window::{Span, window};

/// Bytes of a text that are searched: some 20,000 Arabic or 35,000 English words. A text with
/// matches only behind them is shown from its beginning.
pub const MAX_BYTES: usize = 240 * 1024;

/// The title and an excerpt of a hit, HTML-escaped, with matches in `<mark>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlighted {
    /// The whole title.
    pub title: String,
    /// The excerpt with the most query terms close together, on one line: at most [`MAX_CHARS`]
    /// characters, with `…` at each cut.
    pub text: String,
}

/// Highlights a query's words, prefixes and phrases in a title and a plain text.
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

/// Like [`highlight`], but takes the stems of title and text from the index, which is much faster.
/// Analyses the text if the indexed words differ from it.
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
        let words = indexed.and_then(|indexed| matcher.indexed_words(text, lang, indexed));
        matcher.spans(&words.unwrap_or_else(|| analyse(text, lang)))
    };
    let mut shown = String::with_capacity(title.len() + 64);
    write(title, &spans(head(title), indexed[0]), &mut shown);
    Highlighted { title: shown, text: excerpt(text, &spans(text, indexed[1])) }
}

/// Returns the searched part of a text.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

/// Writes the best excerpt of a text, with its matches.
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

/// Writes a text as HTML on one line. Spans are sorted by their starts, and overlapping or adjacent
/// ones are merged.
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

/// Escapes a text for HTML on one line. Drops bidi controls, since an excerpt may cut off their
/// ends and reorder the page.
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

/// The query's required terms by the key that finds them. Values are the terms' indices.
struct Matcher<'q> {
    /// With the number of words that the stem stands for.
    stems: HashMap<&'q str, (usize, usize)>,
    exact: HashMap<&'q str, usize>,
    prefixes: Vec<(&'q [String], usize)>,
    /// The words after the first, by the first word.
    phrases: HashMap<&'q str, Vec<(&'q [String], usize)>>,
}

impl<'q> Matcher<'q> {
    fn new(query: &'q SearchQuery) -> Self {
        let mut matcher = Self {
            stems: HashMap::new(),
            exact: HashMap::new(),
            prefixes: Vec::new(),
            phrases: HashMap::new(),
        };
        // Function words aren't highlighted, since every line has some.
        for (index, term) in query.required().enumerate() {
            match term {
                Term::Word(word) => {
                    matcher.exact.entry(&word.exact).or_insert(index);
                    for stem in &word.stems {
                        matcher.stems.entry(stem).or_insert((index, word.length));
                    }
                    if let Some((first, rest)) = word.apart.split_first() {
                        matcher.phrases.entry(first).or_default().push((rest, index));
                    }
                }
                Term::Phrase(phrase) => {
                    for first in &phrase.firsts {
                        matcher.phrases.entry(first).or_default().push((&phrase.rest, index));
                    }
                }
                Term::Prefix(prefixes) => matcher.prefixes.push((prefixes, index)),
            }
        }
        matcher
    }

    /// Returns the words of a text from the index, or `None` if the index is of another text.
    fn indexed_words(&self, text: &str, lang: &Lang, indexed: Indexed<'_>) -> Option<Vec<Word>> {
        let phrases = || self.phrases.values().flatten().map(|(rest, _)| *rest);
        let in_phrases =
            phrases().flatten().map(String::as_str).chain(self.phrases.keys().copied());
        let exact = self.exact.keys().copied().chain(in_phrases);
        // Any word may match a prefix.
        let grams = self.stems.values().map(|(_, length)| *length);
        let longest = phrases().map(|rest| 1 + rest.len()).chain(grams).max().unwrap_or(1);
        let longest = self.prefixes.is_empty().then_some(longest);
        let index_query =
            IndexedQuery::new(indexed.hash, self.stems.keys().copied(), exact, longest);
        let is_cut = text.len() + 4 > MAX_BYTES;
        indexed_words(text, Elision::of(lang), indexed, &index_query, is_cut)
    }

    /// Returns the matches among a text's words, sorted by their starts.
    fn spans(&self, words: &[Word]) -> Vec<Span> {
        let mut spans = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for (rest, term) in self.phrases.get(&*word.exact).map_or(&[][..], Vec::as_slice) {
                let next = words.get(at + 1..at + 1 + rest.len());
                if let Some(next) = next
                    && next.iter().map(|word| &word.exact).eq(rest.iter())
                {
                    let end = next.last().unwrap_or(word).end;
                    spans.push(Span { start: word.start, end, term: *term });
                }
            }
            if let Some((term, length)) = self.word(word) {
                // The last characters of a run have shorter n-grams.
                let last = words.get(at + length - 1).unwrap_or(word);
                spans.push(Span { start: word.start, end: last.end.max(word.end), term });
            }
        }
        spans
    }

    /// Returns the term that matches a word, and the number of words that it matches.
    fn word(&self, word: &Word) -> Option<(usize, usize)> {
        let has_prefix = |prefix: &String| word.exact.starts_with(&**prefix);
        let exact = || self.exact.get(&*word.exact).map(|term| (*term, 1));
        let stem = || self.stems.get(&*word.stem).filter(|_| !word.stem.is_empty()).copied();
        let prefix = || self.prefixes.iter().find(|(all, _)| all.iter().any(has_prefix));
        exact().or_else(stem).or_else(|| prefix().map(|(_, term)| (*term, 1)))
    }
}
