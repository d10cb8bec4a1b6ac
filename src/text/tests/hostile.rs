//! Hostile sources of the maximum length render within a limit of processor time.
//! `cargo test --release hostile -- --nocapture` prints the times.

use std::fmt::Write;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::{render, sanitize};
use crate::text::render::{BodyFormat, MAX_SOURCE_BYTES, markup, opening, plain_text};

fn fill(piece: &str) -> String {
    piece.repeat(MAX_SOURCE_BYTES / piece.len())
}

fn numbered(piece: impl Fn(usize) -> String, bytes: usize) -> String {
    let mut out = String::new();
    for n in 0.. {
        let next = piece(n);
        if out.len() + next.len() > bytes {
            break;
        }
        let _ = write!(out, "{next}");
    }
    out
}

fn sources() -> Vec<(&'static str, BodyFormat, String)> {
    use BodyFormat::{Html, Markdown};
    let half = MAX_SOURCE_BYTES / 2;
    let rest = |piece: &str| piece.repeat(half / piece.len());
    vec![
        ("misnested a p", Html, fill("<a><p></a>")),
        ("misnested b p i", Html, fill("<b><p><i></b></p>")),
        ("open b", Html, fill("<b>")),
        ("open div", Html, fill("<div>")),
        ("open a", Html, fill("<a href=x>")),
        ("many b, many p", Html, numbered(|n| format!("<b title={n}>"), half) + &rest("<p>")),
        ("many b, text and p", Html, numbered(|n| format!("<b lang=a{n}>"), half) + &rest("<p>x")),
        ("end tags", Html, fill("</p></b></x>")),
        ("deep then end tags", Html, rest("<div>") + &rest("</i>")),
        ("table br", Html, "<table>".to_owned() + &fill("<br>")),
        ("table text b", Html, "<table>".to_owned() + &fill("x<b>y</b>")),
        ("nested tables", Html, fill("<table><tr><td>")),
        ("table in table", Html, fill("<table><table>")),
        ("cells", Html, "<table>".to_owned() + &fill("<td>")),
        ("li", Html, fill("<li>")),
        ("ul li", Html, fill("<ul><li>")),
        ("attributes", Html, "<p ".to_owned() + &numbered(|n| format!("a{n:x} "), half * 2) + ">"),
        ("open quote", Html, fill("<p title=\"")),
        ("tags never closed", Html, fill("<p ")),
        ("comments", Html, fill("<!--")),
        ("comment dashes", Html, "<!--".to_owned() + &fill("-- ")),
        ("raw", Html, fill("<script></")),
        ("svg", Html, fill("<svg><p><style>")),
        ("less than", Html, fill("<")),
        ("ampersands", Html, fill("&")),
        ("guillemets", Html, fill("«")),
        ("no-break spaces", Html, fill("\u{a0}")),
        ("guillemets", Markdown, fill("«")),
        ("guillemets in value", Html, "<p title='".to_owned() + &fill("«") + "'>"),
        ("ampersand letters", Html, fill("&a")),
        ("ampersand names", Html, fill("&CounterClockwiseContourIntegra")),
        ("ampersand hash", Html, fill("&#")),
        ("ampersands in value", Html, "<p title='".to_owned() + &fill("&a") + "'>"),
        ("references", Html, fill("&amp;")),
        ("references without end", Html, fill("&#x41")),
        ("quotes in values", Html, "<p title='".to_owned() + &fill("\"") + "'>"),
        ("nul", Html, fill("\0")),
        ("ruby", Html, fill("<ruby><rt><rp>")),
        ("h1 h2", Html, fill("<h1><h2>")),
        ("p b end p", Html, fill("<p><b></p>")),
        ("links", Html, fill("<a href=\"http://a.b/?\u{661}\">x</a>")),
        ("long address", Html, format!("<a href=\"http://{}\">", "a.".repeat(half))),
        ("images", Html, fill("<img src=x>")),
        ("iframes", Html, fill("<iframe src=https://youtu.be/x>")),
        ("embeds", Html, fill("<iframe src=//youtube.com/embed/x></iframe>")),
        ("raw elements", Html, fill("<textarea></textarea>")),
        ("players", Html, fill("<video><source src=x>")),
        ("srcset", Html, format!("<img src=x srcset='{}'>", rest("/a 1x, "))),
        ("srcsets", Html, fill(&format!("<img src=x srcset='{}'>", "/a 1x, ".repeat(1_000)))),
        ("noscripts", Html, fill("<noscript><img src=/a.jpg></noscript>")),
        ("open noscripts", Html, fill("<noscript>")),
        ("noscripts without end", Html, fill("<noscript></")),
        ("videos in noscript", Html, "<noscript>".to_owned() + &fill("<video><picture>")),
        ("lazy images", Html, fill("<img data-src=/a.jpg><noscript><img src=/a.jpg></noscript>")),
        (
            "lazy images of other sizes",
            Html,
            numbered(
                |n| format!("<img data-src=/{n}.a><noscript><img src=/{n}.b></noscript>"),
                half * 2,
            ),
        ),
        ("lazy images, then noscripts", Html, {
            rest("<img data-src=/a.jpg>") + &rest("<noscript><img src=/a.jpg></noscript>")
        }),
        ("lazy srcset", Html, format!("<img data-srcset='{}'>", rest("/a 1x, "))),
        ("lazy attributes", Html, fill(&format!("<img {}>", "data-a-src=/a ".repeat(40)))),
        ("pictures", Html, fill("<picture><source data-srcset=/a><img>")),
        ("code blocks", Html, fill("<pre class=php><code>")),
        ("long classes", Html, fill(&format!("<pre class='{}'>", "brush: ".repeat(1_000)))),
        ("blocks around code", Html, fill("<div class=php><pre>")),
        ("shortcodes", Html, fill("[caption]")),
        ("shortcodes with open values", Html, fill("[a b=\"")),
        ("nested shortcodes", Html, rest("[a]") + &rest("[/a]")),
        ("links in lists", Html, fill("<ul><li><a href=x>x</a>")),
        ("labels", Html, fill("<p>a:<a href=x>x</a>")),
        ("backlinks", Html, fill("<p><a href=#fnref1>x</a>")),
        ("asides", Html, fill("<aside><nav>x</nav>")),
        ("superscripts", Html, fill("<sup><a href=#x>")),
        ("removed blocks", Html, fill("<article><td></article>x")),
        ("article", Html, fill("<p>نص <b>مهم</b> في الخبر</p>\n")),
        ("quotes", Markdown, fill(">")),
        ("quote lines", Markdown, fill("> > > > > > > > > >\n")),
        ("lists", Markdown, fill("- ")),
        ("list lines", Markdown, numbered(|n| " ".repeat(n % 500) + "- a\n", half * 2)),
        ("brackets", Markdown, fill("[")),
        ("bracket pairs", Markdown, rest("[") + &rest("]")),
        ("links open", Markdown, fill("[a](")),
        ("images open", Markdown, fill("![")),
        ("stars", Markdown, fill("*a_ ")),
        ("stars mixed", Markdown, fill("a**b_c* ")),
        ("backticks", Markdown, numbered(|n| "`".repeat(n) + " ", half * 2)),
        ("table", Markdown, {
            let row = "|".repeat(half / 2);
            format!(
                "{}\n{}\n{}",
                row.replace('|', "|a"),
                row.replace('|', "|-"),
                "|\n".repeat(9_999)
            )
        }),
        ("references", Markdown, "[a]: /".to_owned() + &rest("b") + "\n\n" + &rest("[a]")),
        ("definitions", Markdown, numbered(|n| format!("[{n}]: x\n"), half * 2)),
        ("footnotes", Markdown, numbered(|n| format!("[^{n}]\n\n[^{n}]: x\n\n"), half * 2)),
        (
            "footnote in footnote",
            Markdown,
            "[^0]\n\n".to_owned() + &numbered(|n| format!("[^{n}]: [^{}]\n\n", n + 1), half * 2),
        ),
        ("one footnote", Markdown, "[^a]: x\n\n".to_owned() + &fill("[^a]")),
        ("addresses", Markdown, fill("http://")),
        ("address brackets", Markdown, fill("http://a)))))))))))))))))))))))")),
        ("one address", Markdown, "http://a".to_owned() + &fill(")")),
        ("html in markdown", Markdown, fill("<b><p>\n\n")),
        ("html open", Markdown, fill("<a x=\"")),
        ("instructions", Markdown, fill("<?<!A<![CDATA[<!--")),
        ("entities", Markdown, fill("&a;")),
        ("escapes", Markdown, fill("\\<")),
        ("attached stars", Markdown, fill("ل**«x»**")),
        ("attached open stars", Markdown, fill("ل*«")),
        ("attached lines", Markdown, fill("ل_(x)_ل~~«")),
        ("letters h", Markdown, fill("hل")),
        ("strikethrough", Markdown, fill("~~a ~")),
        ("article", Markdown, fill("نص **مهم** في الخبر\n\n")),
    ]
}

/// Returns the processor time of this thread.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a time of a thread isn't negative")
}

#[test]
fn hostile_source_of_maximum_length_renders_in_time() {
    // Processor time doesn't depend on the machine's other work. The limit is far above the need of
    // linear work (15 s in a debug build, under a second in a release build), and far below that of
    // superlinear work.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 4 });
    let mut figures = Vec::new();
    for (name, format, source) in sources() {
        let start = processor_time();
        let markup = markup(&source, format);
        let html = sanitize(&markup);
        let rendered = processor_time() - start;
        let text = plain_text(&html);
        let _ = opening(&markup);
        let took = processor_time() - start;
        figures.push((took, rendered, name, format, html.len(), text.len()));
        assert!(took < limit, "{name}: {took:?}");
        // The output may grow only by the sanitiser's tags and attributes.
        assert!(html.len() < 24 * MAX_SOURCE_BYTES, "{name}: {} bytes", html.len());
    }
    figures.sort_by_key(|figure| figure.0);
    for (took, rendered, name, format, html, text) in figures.iter().rev() {
        println!(
            "{took:>10.1?} ({rendered:.1?}) {} {name}: {html} html, {text} text",
            <&str>::from(format)
        );
    }
}

#[test]
fn long_text_keeps_every_character() {
    for (piece, text) in [("&amp; ", "& "), ("« ", "« "), ("&lt;&nbsp;", "< "), ("< ", "< ")] {
        let html = render(&piece.repeat(10_000), BodyFormat::Html);
        assert_eq!(plain_text(&html), text.repeat(10_000).trim_end());
        assert_eq!(render(&html, BodyFormat::Html), html);
    }
}
