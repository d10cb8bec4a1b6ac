//! Emphasis in Markdown: attached to letters of Arabic and other scripts, and unchanged elsewhere.

use proptest::prelude::*;
use pulldown_cmark::{Options, Parser, html};

use super::{render, sanitize};
use crate::text::render::BodyFormat;

fn inline(source: &str) -> String {
    let html = render(source, BodyFormat::Markdown);
    html.trim_end().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

#[test]
fn emphasis_attaches_to_arabic_letters() {
    for (source, html) in [
        ("ل**«رويترز»**", "ل<strong>«رويترز»</strong>"),
        ("قالت ل**«رويترز»** إن", "قالت ل<strong>«رويترز»</strong> إن"),
        ("و**\"النص\"** كله", "و<strong>\"النص\"</strong> كله"),
        ("لـ**«رويترز»**،", "لـ<strong>«رويترز»</strong>،"),
        ("قالَ**«نعم»**", "قالَ<strong>«نعم»</strong>"),
        ("ل\u{200f}**«رويترز»**\u{200f}،", "ل\u{200f}<strong>«رويترز»</strong>\u{200f}،"),
        ("**«نص»**، ثم", "<strong>«نص»</strong>، ثم"),
        ("**«نص»**ونص", "<strong>«نص»</strong>ونص"),
        ("**(نص)**و*[نص](/a)*و", "<strong>(نص)</strong>و<em><a href=\"/a\">نص</a></em>و"),
        ("عام ٢٠٢٤**(تقريبًا)**", "عام ٢٠٢٤<strong>(تقريبًا)</strong>"),
        ("ل*«رويترز»*", "ل<em>«رويترز»</em>"),
        ("ل_«رويترز»_", "ل<em>«رويترز»</em>"),
        ("ل__«رويترز»__و", "ل<strong>«رويترز»</strong>و"),
        ("ل~~«رويترز»~~و", "ل<del>«رويترز»</del>و"),
        ("ل***«رويترز»***و", "ل<em><strong>«رويترز»</strong></em>و"),
        ("ل**_«رويترز»_**و", "ل<strong><em>«رويترز»</em></strong>و"),
        (
            "ل**«رويترز» و*«فرانس برس»* معًا**",
            "ل<strong>«رويترز» و<em>«فرانس برس»</em> معًا</strong>",
        ),
        ("**كتاب**«الأيام»", "<strong>كتاب</strong>«الأيام»"),
        ("ك**&laquo;نص&raquo;**", "ك<strong>«نص»</strong>"),
        ("ك**`code`**و", "ك<strong><code>code</code></strong>و"),
        ("ל**\"רויטרס\"**", "ל<strong>\"רויטרס\"</strong>"),
    ] {
        assert_eq!(inline(source), html, "{source}");
    }
}

#[test]
fn emphasis_attaches_to_letters_of_chinese_japanese_and_korean() {
    for (source, html) in [
        ("太郎は**「こんにちわ」**といった", "太郎は<strong>「こんにちわ」</strong>といった"),
        ("**「**の", "<strong>「</strong>の"),
        ("**这是（重点）**的", "<strong>这是（重点）</strong>的"),
        ("**真，**她", "<strong>真，</strong>她"),
        ("**마크다운(Markdown)**을", "<strong>마크다운(Markdown)</strong>을"),
        ("税込**¥10,000**で", "税込<strong>¥10,000</strong>で"),
        ("Go**「初心者」**を", "Go<strong>「初心者」</strong>を"),
        ("**C#**や**F#**は", "<strong>C#</strong>や<strong>F#</strong>は"),
        ("真~~（她~~", "真<del>（她</del>"),
    ] {
        assert_eq!(inline(source), html, "{source}");
    }
}

#[test]
fn other_constructs_beside_arabic_letters_are_unchanged() {
    for (source, html) in [
        ("`ل**«x»**`", "<code>ل**«x»**</code>"),
        ("ل\\**«x»**", "ل**«x»**"),
        ("ل\\*\\*«x»\\*\\*", "ل**«x»**"),
        ("اسم_الملف_هنا", "اسم_الملف_هنا"),
        ("2 * 3 * 4 س * ص", "2 * 3 * 4 س * ص"),
        ("[ل**«x»**](/ل*(x)*)", "<a href=\"/%D9%84*(x)*\">ل<strong>«x»</strong></a>"),
        ("[ل«x»][ل*«أ»*]\n\n[ل*«أ»*]: /a \"ل*«ب»*\"", "<a href=\"/a\" title=\"ل*«ب»*\">ل«x»</a>"),
        ("<span title=\"ل**«x»**\">ن</span>", "<span title=\"ل**«x»**\">ن</span>"),
        (
            "https://ar.example/طرابلس_(ليبيا) وhttps://ar.example/صور_(لبنان)_ب",
            "<a href=\"https://ar.example/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3_(%D9%84%D9%8A%D8%A8%D9%8A%D8%A7)\" rel=\"noopener noreferrer\">https://ar.example/طرابلس_(ليبيا)</a> وhttps://ar.example/صور_(لبنان)_ب",
        ),
    ] {
        assert_eq!(inline(source), html, "{source}");
    }
    let block = render("```ل**«x»**\nل**«x»**\n```\n\n    ل**«x»**\n", BodyFormat::Markdown);
    assert_eq!(block.matches("ل**«x»**").count(), 2, "{block}");
    let all: String = ('\u{12470}'..='\u{12474}').collect();
    assert!(inline(&format!("{all} ل**«x»**")).contains(&all));
}

/// Renders by the parser alone, without the extension.
fn plain(source: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(source, options));
    sanitize(&out)
}

#[test]
fn commonmark_examples_are_unchanged() {
    // Of the sections on emphasis of CommonMark 0.31 and on strikethrough of GFM.
    for source in [
        "*foo bar*",
        "a * foo bar*",
        "a*\"foo\"*",
        "*\u{a0}a\u{a0}*",
        "*$*alpha.",
        "foo*bar*",
        "5*6*78",
        "_foo bar_",
        "_ foo bar_",
        "a_\"foo\"_",
        "foo_bar_",
        "5_6_78",
        "пристаням_стремятся_",
        "aa_\"bb\"_cc",
        "foo-_(bar)_",
        "_foo*",
        "*foo bar *",
        "*(*foo)",
        "*(*foo*)*",
        "*foo*bar",
        "_foo bar _",
        "_(_foo)",
        "_(_foo_)_",
        "_foo_bar",
        "_пристаням_стремятся",
        "_foo_bar_baz_",
        "_(bar)_.",
        "**foo bar**",
        "** foo bar**",
        "a**\"foo\"**",
        "foo**bar**",
        "__foo bar__",
        "a__\"foo\"__",
        "foo__bar__",
        "__foo, __bar__, baz__",
        "foo-__(bar)__",
        "**foo bar **",
        "**(**foo)",
        "*(**foo**)*",
        "**Gomphocarpus (*Gomphocarpus physocarpus*, syn.)**",
        "**foo \"*bar*\" foo**",
        "**foo**bar",
        "__(__foo)",
        "_(__foo__)_",
        "__foo__bar",
        "*foo [bar](/url)*",
        "_foo __bar__ baz_",
        "_foo_ bar_ baz_",
        "*foo**bar**baz*",
        "***foo** bar*",
        "*foo**bar***",
        "foo***bar***baz",
        "foo******bar*********baz",
        "** is not an empty emphasis",
        "**foo*bar*baz**",
        "foo ***",
        "foo *\\**",
        "foo *_*",
        "**foo*",
        "*foo**",
        "***foo**",
        "****foo*",
        "**foo***",
        "*foo****",
        "foo __\\___",
        "***foo***",
        "_____foo_____",
        "*foo _bar* baz_",
        "**foo **bar baz**",
        "*[bar*](/url)",
        "**<a href=\"**\">",
        "*a `*`*",
        "**a<https://foo.bar/?q=**>",
        "~~Hi~~ Hello, ~there~ world!",
        "This ~~has a\n\nnew paragraph~~.",
        "~~~nope~~~",
        "été**\"x\"**été",
        "λόγος**(x)**λόγος",
    ] {
        let rendered = render(source, BodyFormat::Markdown);
        assert_eq!(rendered, plain(source), "{source}");
    }
}

proptest! {
    #[test]
    fn ascii_is_rendered_as_by_the_parser_alone(source in "[a-c *_~`\\\\\\[\\]()\"!.<>#|\n-]{0,60}") {
        prop_assert_eq!(render(&source, BodyFormat::Markdown), plain(&source));
    }

    #[test]
    fn no_mark_remains(source in "[لسج«»*_~`\\\\()<>\\[\\]\"= h:/&#;\n-]{0,60}") {
        let html = render(&source, BodyFormat::Markdown);
        prop_assert!(!html.contains(|c| ('\u{12470}'..='\u{12474}').contains(&c)), "{}", html);
    }
}
