//! Parsing of queries.

use proptest::prelude::*;

use super::folding::hard_text;
use super::search::lang;
use crate::text::query::{
    Clause, MAX_CHARS, MIN_PREFIX_CHARS, Phrase, QueryError, Role, SearchQuery, Term, parse,
};

/// Formats a query: `word`, `"a phrase"`, `a|prefix*`, with `-` before excluded terms, `?` before
/// optional ones and `=` before a whole word of n-grams.
fn format_query(query: &SearchQuery) -> String {
    let clauses = query.clauses.iter().map(|clause| {
        let term = match &clause.term {
            Term::Word(word) => word.exact.clone(),
            Term::Phrase(Phrase { firsts, rest }) => {
                let forms: Vec<&str> =
                    firsts.iter().take(1).chain(rest).map(String::as_str).collect();
                format!("\"{}\"", forms.join(" "))
            }
            Term::Prefix(all) => format!("{}*", all.join("|")),
        };
        let sign = match clause.role {
            Role::Excluded => "-",
            Role::Optional => "?",
            Role::Required => "",
            Role::Whole => "=",
        };
        format!("{sign}{term}")
    });
    clauses.collect::<Vec<_>>().join(" ")
}

#[test]
fn queries_parse_into_their_clauses() {
    for (typed, tree) in [
        ("أزمة المياه", "ازمه المياه"),
        ("  a   b\u{a0}c\n", "a b c"),
        ("a b a B", "a b"),
        // Phrases
        ("\"a b\" c", "\"a b\" c"),
        ("\"a\"", "\"a\""),
        ("«أزمة المياه»", "\"ازمه المياه\""),
        ("»أزمة المياه«", "\"ازمه المياه\""),
        ("“a b” „c d“ ”e f” ＂g h＂", "\"a b\" \"c d\" \"e f\" \"g h\""),
        ("\"a b", "\"a b\""),
        ("a\" b", "a \"b\""),
        ("a”, b", "a b"),
        ("a»b", "a b"),
        ("say\"a b\"c", "say \"a b\" c"),
        ("\"قال «نعم» ثم\"", "\"قال نعم ثم\""),
        ("\"\" \"…\" a", "a"),
        ("\"a - b*\"", "\"a b\""),
        ("צה\"ל", "צהל"),
        ("\"צה\"ל ניצח\"", "\"צהל ניצח\""),
        // Left out
        ("a -b", "a -b"),
        ("a \u{2212}b", "a -b"),
        ("a -\"b c\" -«د ه»", "a -\"b c\" -\"د ه\""),
        ("a - b", "a b"),
        ("a --b", "a -b"),
        ("a -", "a"),
        ("a \u{200f}-b", "a -b"),
        ("a-b", "\"a b\""),
        ("a -b-c", "a -\"b c\""),
        ("a -لبنان-سوريا", "a -\"لبنان سوريا\""),
        ("-a b -a", "-a b"),
        // Beginnings
        ("elec*", "elec*"),
        ("حكو*", "حكو|الحكو|والحكو|بالحكو|للحكو|وللحكو|فالحكو|كالحكو|وحكو|بحكو|لحكو*"),
        ("الحكو*", "حكو|الحكو|والحكو|بالحكو|للحكو|وللحكو|فالحكو|كالحكو|وحكو|بحكو|لحكو*"),
        ("ال*", "ال*"),
        ("الك*", "الك*"),
        ("حكوُ*،", "حكو|الحكو|والحكو|بالحكو|للحكو|وللحكو|فالحكو|كالحكو|وحكو|بحكو|لحكو*"),
        ("ab\u{200f}*", "ab*"),
        ("a*", "a"),
        ("ab**", "ab*"),
        ("*ab", "ab"),
        ("a*b", "\"a b\""),
        ("a *", "a"),
        ("covid-19*", "covid 19*"),
        ("covid-1*", "\"covid 1\""),
        ("a -bc*", "a -bc*"),
        ("a -covid-19*", "a -\"covid 19\""),
        ("北京*", "北京"),
        ("عبدالر*", "عبد الر*"),
        // Function words.
        ("كم مقعدا في البلدية", "?كم مقعدا ?في البلديه"),
        ("هل من", "هل من"),
        ("وفي -عن", "وفي -عن"),
        ("\"كم مقعدا\" في", "\"كم مقعدا\" ?في"),
        // Several tokens in one word
        ("covid-19", "\"covid 19\""),
        ("كوفيد-19", "كوفيد 19"),
        ("don't", "\"don t\""),
        ("l'État", "etat"),
        ("Libya’s x's", "libya x"),
        ("a.b@example.com", "\"a b example com\""),
        ("عبدالله", "\"عبد الله\""),
        ("وعبدالله", "\"عبد الله\""),
        ("الملك-عبدالله", "الملك \"عبد الله\""),
        ("北京 北", "北京 \"北\""),
        ("北京大学", "北京 京大 大学 =\"北 京 大 学\""),
        ("\"北京\" -大学", "\"北 京\" -\"大 学\""),
        ("新iPhone手机", "\"新\" iphone 手机 =\"新 iphone 手 机\""),
        ("ไทย", "ไทย"),
        ("iPhone15", "\"iphone 15\""),
        ("٢٠٢٤م", "2024 ?م"),
        ("٢٠٢٤ م", "2024 ?م"),
        ("20كم", "20 ?كم"),
        ("2024-25م", "\"2024 25\" ?م"),
        ("وB52", "\"b 52\""),
        ("الـ G7", "\"g 7\""),
        ("5Gفي", "\"5 g\" ?في"),
        ("وiPh*", "iph*"),
        ("أبي بكر", "ابو بكر"),
        ("ﷺ", "صلي الله ?عليه وسلم"),
        // Text
        ("NEAR(a b)", "\"near a\" b"),
        ("a AND b OR NOT c", "a and b or not c"),
        ("col:a ^b {c}", "\"col a\" b c"),
        ("a\0b", "\"a b\""),
        ("'; DROP TABLE x; --", "drop table x"),
        ("🎉 a 👩‍👧", "a"),
        ("a & b | !c <-> d:*", "a b c d"),
    ] {
        assert_eq!(
            parse(typed, &[lang("nl")]).map(|q| format_query(&q)).as_deref(),
            Ok(tree),
            "{typed:?}"
        );
    }
}

#[test]
fn function_words_depend_on_the_searched_languages() {
    let langs = [lang("ar"), lang("fr")];
    assert_eq!(format_query(&parse("dans l'État the", &langs).unwrap()), "?dans etat the");
}

#[test]
fn invalid_query_is_refused_with_its_reason() {
    for typed in ["", " ", "…", "\"\"", "-", "*", "- *", "🎉", "\u{64b}", "«»", "\0", "-\"\""]
    {
        assert_eq!(parse(typed, &[]), Err(QueryError::Empty), "{typed:?}");
    }
    for typed in ["-a", "-a -\"b c\" -de*", "−a"] {
        assert_eq!(parse(typed, &[]), Err(QueryError::OnlyNegative), "{typed:?}");
    }
    assert_eq!(parse(&"ب".repeat(MAX_CHARS), &[]).unwrap().clauses.len(), 1);
    assert_eq!(parse(&"ب".repeat(MAX_CHARS + 1), &[]), Err(QueryError::TooLong));
    assert_eq!(parse(&" ".repeat(MAX_CHARS + 1), &[]), Err(QueryError::TooLong));
    let words = |n: usize| (0..n).map(|i| format!("{i} ")).collect::<String>();
    assert_eq!(parse(&words(200), &[]).unwrap().clauses.len(), 200);
    assert_eq!(parse(&"same ".repeat(40), &[]).unwrap().clauses.len(), 1);
    assert!(parse(&format!("\"{}\"", words(40)), &[]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_parses_within_limits_or_is_refused(text in prop_oneof![
        hard_text(),
        "[-−*\"«»“”„a-c اوعبدلم\u{200f}]{0,40}",
        any::<String>(),
    ]) {
        let langs = [lang("ar"), lang("en"), lang("tr")];
        if let Ok(query) = parse(&text, &langs) {
            prop_assert!((1..=MAX_CHARS).contains(&query.clauses.len()));
            prop_assert!(query.required().next().is_some());
            for (at, Clause { term, .. }) in query.clauses.iter().enumerate() {
                prop_assert!(!query.clauses[..at].contains(&query.clauses[at]));
                let forms = match term {
                    Term::Word(word) => {
                        prop_assert!(!word.stems.is_empty());
                        word.stems.iter().chain([&word.exact]).cloned().collect()
                    }
                    Term::Phrase(phrase) => phrase.spellings().flatten().collect(),
                    Term::Prefix(all) => {
                        let long = |form: &String| form.chars().count() >= MIN_PREFIX_CHARS;
                        prop_assert!(all.iter().all(long));
                        all.clone()
                    }
                };
                prop_assert!(!forms.is_empty());
                let wrong = |c: char| c.is_whitespace() || c.is_ascii_punctuation() || c == '\0';
                prop_assert!(forms.iter().all(|form| !form.is_empty() && !form.contains(wrong)));
            }
        }
    }
}
