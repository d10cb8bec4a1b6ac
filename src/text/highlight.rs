//! Where a query is found in a text, shown in the author's own letters.
//!
//! Called by the service for every hit. Calls [`super::analyse`]: what is marked is what the index
//! holds, not what looks alike.

use std::collections::BTreeSet;
use std::ops::Range;

use super::analyse::{Word, analyse};
use super::lang::Lang;
use super::query::{SearchQuery, Term};

/// The length of a passage, in characters.
const PASSAGE: usize = 240;

/// How far a text is looked through, in bytes: some 20,000 words. What stands later is found, but
/// not shown.
const LOOKED_THROUGH: usize = 200_000;

/// The title and the best part of the text of a hit: HTML-escaped, matches in `<mark>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlighted {
    /// The whole title.
    pub title: String,
    /// The part of the text where most of the query stands close together; its beginning when
    /// nothing of it does.
    pub text: String,
}

/// Shows what a query matches in a title and a plain text in `lang`.
#[must_use]
pub fn highlight(title: &str, text: &str, lang: &Lang, query: &SearchQuery) -> Highlighted {
    let terms: Vec<&Term> =
        query.clauses.iter().filter(|clause| !clause.negative).map(|clause| &clause.term).collect();
    let words = analyse(title, lang);
    let marks = marks(&words, &find(&words, &terms));
    let title = markup(title, 0..title.len(), &marks);
    Highlighted { title, text: passage(text, lang, &terms) }
}

/// A run of words that one of the terms matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    first: usize,
    last: usize,
    term: usize,
}

/// All matches, in the order of the text.
fn find(words: &[Word], terms: &[&Term]) -> Vec<Match> {
    let mut found = BTreeSet::new();
    for (term, wanted) in terms.iter().enumerate() {
        for first in 0..words.len() {
            if let Some(length) = matched(&words[first..], wanted) {
                found.insert(Match { first, last: first + length - 1, term });
            }
        }
    }
    found.into_iter().collect()
}

/// How many words a term matches at the beginning of these.
fn matched(words: &[Word], term: &Term) -> Option<usize> {
    let word = words.first()?;
    match term {
        Term::Word(wanted) => {
            (word.exact == wanted.exact || wanted.stems.contains(&word.stem)).then_some(1)
        }
        Term::Prefix(prefixes) => {
            prefixes.iter().any(|prefix| word.exact.starts_with(prefix.as_str())).then_some(1)
        }
        Term::Phrase(wanted) => {
            let run = words.get(..wanted.len())?;
            run.iter().zip(wanted).all(|(word, wanted)| word.exact == *wanted).then_some(run.len())
        }
    }
}

/// What is to be marked, in bytes: in order, and apart from each other.
fn marks(words: &[Word], found: &[Match]) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = Vec::new();
    for one in found {
        let (start, end) = (words[one.first].start, words[one.last].end);
        match marks.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ => marks.push(start..end),
        }
    }
    marks
}

/// The passage that says most.
fn passage(text: &str, lang: &Lang, terms: &[&Term]) -> String {
    let text = &text[..text.floor_char_boundary(LOOKED_THROUGH)];
    let words = analyse(text, lang);
    let found = find(&words, terms);
    let places = Places::of(text, &words);
    let range = match densest(&found, &places) {
        Some((first, last)) => places.around(first, last),
        None => places.around(0, 0),
    };
    let Some((first, last)) = range else { return String::new() };
    let start = if first == 0 { 0 } else { words[first].start };
    let end = if last + 1 == words.len() { text.len() } else { words[last].end };
    let marked = markup(text, start..end, &marks(&words, &found));
    let ellipsis = |cut: bool| if cut { "…" } else { "" };
    format!("{}{}{}", ellipsis(first > 0), marked.trim(), ellipsis(last + 1 < words.len()))
}

/// First and last word of the matches that fit into one passage and say most: first by how many of
/// the terms they are, then by how often.
fn densest(found: &[Match], places: &Places) -> Option<(usize, usize)> {
    let mut best: Option<((usize, usize), (usize, usize))> = None;
    let mut from = 0;
    for to in 0..found.len() {
        while from < to && places.length(found[from].first, found[to].last) > PASSAGE {
            from += 1;
        }
        let window = &found[from..=to];
        let distinct = window.iter().map(|one| one.term).collect::<BTreeSet<_>>().len();
        let weight = (distinct, window.len());
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, (found[from].first, found[to].last)));
        }
    }
    best.map(|(_, range)| range)
}

/// Where words stand, in characters.
struct Places(Vec<Range<usize>>);

impl Places {
    fn of(text: &str, words: &[Word]) -> Self {
        let (mut byte, mut character) = (0, 0);
        let mut count_to = |end: usize| {
            // Words that one character stands for begin where the one before did.
            if end > byte {
                character += text[byte..end].chars().count();
                byte = end;
            }
            character
        };
        let mut places = Vec::with_capacity(words.len());
        for word in words {
            let start = count_to(word.start);
            places.push(start..count_to(word.end));
        }
        Self(places)
    }

    /// The characters from one word to another.
    fn length(&self, first: usize, last: usize) -> usize {
        self.0[last].end.saturating_sub(self.0[first].start)
    }

    /// A passage around these words, with as much before as after them where there is.
    fn around(&self, mut first: usize, mut last: usize) -> Option<(usize, usize)> {
        if last >= self.0.len() {
            return None;
        }
        loop {
            let before = first.checked_sub(1).filter(|at| self.length(*at, last) <= PASSAGE);
            let after = Some(last + 1)
                .filter(|at| *at < self.0.len() && self.length(first, *at) <= PASSAGE);
            first = before.unwrap_or(first);
            // The word before may have taken the place of the one after.
            let after = after.filter(|at| self.length(first, *at) <= PASSAGE);
            last = after.unwrap_or(last);
            if before.is_none() && after.is_none() {
                return Some((first, last));
            }
        }
    }
}

/// A part of a text as HTML, with the marks that lie in it.
fn markup(text: &str, part: Range<usize>, marks: &[Range<usize>]) -> String {
    let mut html = String::with_capacity(part.len() + 32);
    let mut at = part.start;
    for mark in marks.iter().filter(|mark| mark.start >= part.start && mark.end <= part.end) {
        escape(&text[at..mark.start], &mut html);
        html.push_str("<mark>");
        escape(&text[mark.clone()], &mut html);
        html.push_str("</mark>");
        at = mark.end;
    }
    escape(&text[at..part.end], &mut html);
    html
}

/// Escapes text for HTML; paragraphs become one line.
fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c if c.is_whitespace() => {
                if !html.ends_with(' ') {
                    html.push(' ');
                }
            }
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::query::parse;
    use proptest::prelude::*;

    fn shown(title: &str, text: &str, asked: &str) -> Highlighted {
        let ar = Lang::parse("ar").unwrap();
        highlight(title, text, &ar, &parse(asked, std::slice::from_ref(&ar)).unwrap())
    }

    #[test]
    fn the_authors_letters_are_marked() {
        let found = shown("المَدْرَســة الجديدة", "في مدرسةٍ & <قرية>", "مدرسه");
        assert_eq!(found.title, "<mark>المَدْرَســة</mark> الجديدة");
        assert_eq!(found.text, "في <mark>مدرسةٍ</mark> &amp; &lt;قرية&gt;");
    }

    #[test]
    fn phrases_prefixes_and_what_is_not_wanted() {
        let found = shown("سوق السمك القديم", "سوق القديم", "\"سوق السمك\" قد* القد* -القديم");
        assert_eq!(found.title, "<mark>سوق السمك</mark> <mark>القديم</mark>");
        assert_eq!(found.text, "سوق <mark>القديم</mark>");
    }

    #[test]
    fn the_passage_with_most_of_the_query_is_shown() {
        let filler = "كلام كثير لا يهم ".repeat(40);
        let text = format!("ميناء {filler} ميناء ومركب في بحر {filler} ميناء ميناء ميناء");
        let found = shown("", &text, "ميناء مركب بحر");
        assert!(found.text.starts_with('…') && found.text.ends_with('…'), "{}", found.text);
        assert_eq!(found.text.matches("<mark>").count(), 3, "{}", found.text);
        let plain = found.text.replace("<mark>", "").replace("</mark>", "");
        assert!((200..=PASSAGE + 2).contains(&plain.chars().count()), "{plain}");
    }

    #[test]
    fn without_a_match_it_is_the_beginning() {
        let text = "كلمة ".repeat(200);
        let found = shown("", &text, "بحر");
        assert!(found.text.starts_with("كلمة") && found.text.ends_with('…'));
        assert_eq!(shown("", "", "بحر").text, "");
        assert_eq!(shown("", "…", "بحر").text, "");
    }

    proptest! {
        #[test]
        fn any_text_gives_safe_html(title in "\\PC{0,40}", text in "[<>&\"' a-cا-يﷺﷲ\u{64e}\n]{0,600}") {
            let found = shown(&title, &text, "ا* ab \"ب ت\"");
            for html in [found.title, found.text] {
                let bare = html.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(!bare.contains(['<', '>', '"', '\'']), "{}", html);
                prop_assert_eq!(html.matches("<mark>").count(), html.matches("</mark>").count());
            }
        }
    }
}
