//! Properties of the analyser for any text and query; panics if one fails. The fuzz target and the
//! unit tests of `src/text/` include this file.

use super::text::analyse::{Word, analyse, analyse_query};
use super::text::fold::{Elision, MAX_TOKEN_CHARS, fold, tokens};
use super::text::highlight::highlight;
use super::text::lang::Lang;
use super::text::query::{MAX_CHARS, SearchQuery, Term, parse, prefix_forms};
use super::text::word_list::WordList;
use super::text::{excerpt, slug};

/// Languages of every kind of stemmer, elision and list.
const LANGS: &[&str] = &[
    "ar", "en", "fr", "it", "ca", "de", "tr", "ru", "sr", "el", "he", "hi", "fa", "zh", "ko", "pt",
];

/// Checks a text in some language, and a query for it.
pub fn check(choice: u8, typed: &str, written: &str) {
    let tag = LANGS[usize::from(choice) % LANGS.len()];
    let lang = Lang::parse(tag).expect("a language");
    folding(written);
    words(written, &lang);
    list_of_words(typed, written);
    prefix_forms(typed).iter().for_each(|forms| assert!(!forms.is_empty()));
    assert!(excerpt::excerpt(written).chars().count() <= excerpt::MAX_CHARS);
    assert_eq!(slug::key(written), slug::key(&slug::key(written)), "a slug's key is its own key");
    let langs = [lang.clone(), Lang::parse("ar").expect("a language")];
    if let Ok(query) = parse(typed, &langs) {
        tree(&query);
        marks(typed, &query, written, &lang);
    }
}

fn folding(text: &str) {
    let once = fold(text);
    assert_eq!(fold(&once), once, "folding twice is folding once");
    for token in tokens(text, Elision::Any) {
        assert!(token.start < token.end && token.end <= text.len());
        assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
    }
}

fn words(text: &str, lang: &Lang) {
    let words: Vec<Word> = analyse(text, lang);
    for word in &words {
        assert!(word.start < word.end && word.end <= text.len(), "{word:?}");
        assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end), "{word:?}");
        token(&word.stem);
        token(&word.exact);
    }
    assert!(words.windows(2).all(|pair| pair[0].start <= pair[1].start), "in order");
    // A query equal to the text finds it. Queries drop the elided words of more languages.
    if matches!(lang.language(), "ar" | "en") && !text.contains(['\'', '‘', '’']) {
        for asked in analyse_query(text, std::slice::from_ref(lang)) {
            let here = |word: &Word| word.exact == asked.exact && asked.stems.contains(&word.stem);
            assert!(words.iter().any(here), "{asked:?}");
        }
    }
}

/// A token can be stored and printed by both databases.
fn token(text: &str) {
    let count = text.chars().count();
    assert!((1..=MAX_TOKEN_CHARS).contains(&count), "{text:?}");
    let wrong = |c: char| c.is_whitespace() || c.is_ascii_punctuation() || c == '\0';
    assert!(!text.contains(wrong), "{text:?}");
}

fn tree(query: &SearchQuery) {
    assert!((1..=MAX_CHARS).contains(&query.clauses.len()));
    assert!(query.required().next().is_some(), "something is asked for");
    for clause in &query.clauses {
        match &clause.term {
            Term::Word(word) => {
                let forms = word.stems.iter().chain([&word.exact]).chain(&word.apart);
                forms.for_each(|form| token(form));
            }
            Term::Phrase(phrase) => phrase.spellings().flatten().for_each(|form| token(&form)),
            Term::Prefix(all) => all.iter().for_each(|form| token(form)),
        }
    }
}

fn marks(typed: &str, query: &SearchQuery, written: &str, lang: &Lang) {
    for (title, text) in [(written, typed), (typed, written)] {
        let shown = highlight(title, text, lang, query);
        for html in [shown.title, shown.text] {
            let bare = html.replace("<mark>", "").replace("</mark>", "");
            assert!(!bare.contains(['<', '>', '"', '\'']), "{html}");
            assert_eq!(html.matches("<mark>").count(), html.matches("</mark>").count(), "{html}");
        }
    }
}

fn list_of_words(entry: &str, text: &str) {
    let list = WordList::new(&[entry.to_owned()]);
    let has_words = !tokens(entry, Elision::Keep).is_empty();
    assert_eq!(list.matches(entry).is_some(), has_words, "an entry matches itself");
    if let Some(found) = list.matches(text) {
        assert_eq!(found, entry);
    }
}
