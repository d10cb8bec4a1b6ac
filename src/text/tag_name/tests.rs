//! Tests of tag names, with all signs that carry meaning.

use super::*;
use proptest::prelude::*;

#[test]
fn signs_that_carry_meaning_make_different_keys() {
    let names = [
        "C",
        "C++",
        "C#",
        "C+",
        "F#",
        "F",
        ".NET",
        "NET",
        "A+",
        "A",
        "A-",
        "O-",
        "O+",
        "O",
        "@home",
        "home",
        "$",
        "€",
        "£",
        "🎉",
        "🇱🇾",
        "🇹🇳",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "🏴",
        "R&B",
        "RB",
        "R B",
        "24/7",
        "247",
        "24 7",
        "&",
        "+",
        "#",
        "@",
        "100%",
        "100",
        "#1",
        "1",
        "§ 218",
        "218",
        "أ+",
        "أ",
        "5 €",
        "5 $",
        "5",
        "360°",
        "360",
        "C*",
        "a=b",
        "a b",
        "❤️",
        "🤍",
        "-1",
        "1.5",
        "1,5",
        "1:5",
        "1-5",
        "1 5",
        "15",
        "5'",
        "5\"",
        "½",
        "1 2",
        "أ-",
        "أب-",
        "أب",
        "فصيلة الدم أ-",
        "فصيلة الدم أ",
        "Go!",
        "Go",
        "Go?",
        "C--",
        "C-",
        "7/7",
        "77",
        "9/11",
        "9-11",
        "911",
        "9 11",
        "24×7",
        "°C",
        "m²",
        "m2",
        "10²",
        "102",
        "10₂",
        "2^5",
        "25",
        "2 5",
        ".5",
        "+.5",
        "+5",
        "AT&T",
        "ATT",
        "AT T",
        "1948-1967",
        "1948 1967",
        "1948/1967",
        "∬",
        "1;5",
        "1·5",
        "5°",
        "12-",
        "12",
        "شاشة 55\"",
        "شاشة 55",
    ];
    for (at, one) in names.iter().enumerate() {
        assert!(!key(one).is_empty(), "{one}");
        for other in &names[..at] {
            assert_ne!(key(one), key(other), "{one} and {other}");
        }
    }
}

#[test]
fn spelling_and_punctuation_make_no_difference() {
    for (one, other) in [
        ("مدرسة", "«مدرسه»."),
        ("New York", "new-york"),
        ("New York", "New–York"),
        ("New York", "“New York”"),
        ("ليبيا", "ليبيا."),
        ("ليبيا", "ليبيا…"),
        ("ليبيا", "ليبيا -"),
        ("ليبيا", "ليبيا-"),
        ("ليبيا", "#ليبيا"),
        ("ليبيا", "(ليبيا)"),
        ("ليبيا", "ليبيا؟!"),
        ("ليبيا اليوم", "ليبيا، اليوم"),
        ("ليبيا اليوم", "ليبيا_اليوم"),
        ("ليبيا اليوم", "ليبيا | اليوم"),
        ("C++", "c ++"),
        ("C++", "Ｃ＋＋"),
        ("C#", "C♯"),
        ("R&B", "r & b"),
        ("R&B", "R＆B"),
        ("100%", "١٠٠٪"),
        ("A-", "a−"),
        ("Rock ’n’ Roll", "rock 'n' roll"),
        ("node.js", "Node js"),
        ("Maqal®", "maqal"),
        ("❤", "❤\u{fe0f}"),
        ("O-", "O–"),
        ("O-", "O\u{2212}"),
        ("A-", "A-\u{200f}"),
        ("A-", "(A-)"),
        ("½", "1/2"),
        ("2½", "2 1/2"),
        ("°C", "℃"),
        ("5'", "5′"),
        ("5'", "5’"),
        ("5\"", "5″"),
        ("5\"", "5”"),
        ("1.5", "١٫٥"),
        ("1,5", "١،٥"),
        ("1.5", "１．５"),
        ("-1", "\u{2212}1"),
        ("-1", "–١"),
        ("-1", "\u{200f}-1"),
        (".NET", "«.NET»"),
        ("Go!", "“Go!”"),
        ("Go!", "Go！"),
        ("H₂O", "H2O"),
        ("COVID-19", "Covid 19"),
        ("كوفيد-19", "كوفيد 19"),
        ("نيو-يورك", "نيو يورك"),
        ("e-mail", "E mail"),
        ("#MeToo", "MeToo"),
        ("U.S.", "U S"),
        ("New York", "New York - "),
        ("2030", "(2030)"),
        ("2030", "\"2030\""),
        ("رؤية 2030", "“رؤية 2030”"),
        ("رؤية 2030", "'رؤية 2030'"),
        ("2030", "2030."),
        ("1948-1967", "1948 – 1967"),
        ("25 يناير", "25_يناير"),
        ("ليبيا", "ليبيا؟"),
    ] {
        assert_eq!(key(one), key(other), "{one} and {other}");
    }
    for name in ["", "؟!", "…", ".", "-", "«»", "•", "■", "\u{200b}"] {
        assert_eq!(key(name), "", "{name:?}");
    }
}

#[test]
fn signs_become_words_in_slugs_of_latin_names() {
    for (name, expected) in [
        ("C++", Some("c-plus-plus")),
        ("C#", Some("c-sharp")),
        ("C", Some("c")),
        (".NET", Some("dot-net")),
        ("ASP.NET", Some("asp-net")),
        ("A+", Some("a-plus")),
        ("A-", Some("a-minus")),
        ("@home", Some("at-home")),
        ("R&B", Some("r-and-b")),
        ("24/7", Some("24-7")),
        ("100%", Some("100-percent")),
        ("100% قطن", Some("100-قطن")),
        ("أ+", Some("أ")),
        ("$", Some("dollar")),
        ("-1", Some("minus-1")),
        ("1.5", Some("1-5")),
        ("1948-1967", Some("1948-1967")),
        (".5", Some("dot-5")),
        ("Go!", Some("go-exclamation")),
        ("5'", Some("5-prime")),
        ("5\"", Some("5-double-prime")),
        ("m²", Some("m-power-2")),
        ("H₂O", Some("h2o")),
        ("½", Some("1-2")),
        ("24×7", Some("24-times-7")),
        ("O–", Some("o-minus")),
        ("C--", Some("c-minus-minus")),
        ("€", Some("euro")),
        ("#news", Some("news")),
        ("🎉", None),
    ] {
        assert_eq!(slug(name, None).as_deref(), expected, "{name}");
    }
}

#[test]
fn prefix_of_a_name_is_a_prefix_of_its_key() {
    for (name, typed) in [
        ("C++", "c+"),
        ("R&B", "r&"),
        ("New York", "new-"),
        (".NET", ".n"),
        ("@home", "@"),
        ("-1", "-"),
        ("1,5", "1,"),
        ("1948-67", "1948-"),
        ("½", "1"),
        ("5'", "5"),
        ("m²", "m"),
    ] {
        assert!(key(name).starts_with(&prefix(typed)), "{typed}");
    }
}

#[test]
fn text_with_signs_refers_to_a_name_and_others_to_a_slug() {
    let slug = |key: &str| Reference::Slug(key.into());
    for text in ["c-plus-plus", "24-7", "1948-1967", "covid-19-2", "go"] {
        assert_eq!(reference(text), slug(text));
    }
    assert_eq!(reference("مدرسة"), slug("مدرسه"));
    assert_eq!(reference("New York"), slug("new-york"));
    assert_eq!(reference("C++").slug_key(), Some("c-plus-plus"));
    assert_eq!(reference("-1").slug_key(), Some("minus-1"));
    for text in ["1.5", "24/7", "أ+", "أ-", "🎉"] {
        assert_eq!(reference(text), Reference::Name { key: key(text), slug_key: None });
    }
    assert!(is_left_out(&key("1.5"), "1-5") && is_left_out(&key("أ+"), "ا"));
    assert!(!is_left_out(&key("1 5"), "1-5") && !is_left_out(&key("C++"), "c-plus-plus"));
}

proptest! {
    #[test]
    fn names_without_signs_have_the_folded_key(name in "[a-zA-Zء-ي ,'\"]{1,20}") {
        prop_assert_eq!(key(&name), fold(&name));
    }

    #[test]
    fn slugs_are_valid(name in any::<String>()) {
        if let Some(slug) = slug(&name, None) {
            prop_assert_eq!(slug::check(&slug, None), Ok(slug.clone()));
        }
    }
}
