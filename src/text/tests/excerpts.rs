//! Excerpts and plain text: prose, the parts beside it, and words that never touch.

use super::sanitize;
use crate::text::excerpt::excerpt;
use crate::text::render::{BodyFormat, markup, opening, plain_text};

fn derived(html: &str) -> String {
    excerpt(&opening(html))
}

#[test]
fn footnote_marks_are_no_words() {
    for html in [
        "كلمة<sup><a href=\"#fn1\" id=\"r1\">1</a></sup> ثم",
        "كلمة<a href=\"#fn1\"><sup>1</sup></a> ثم",
        "كلمة<sup data-fn=x class=fn><a href=\"#x-1\">1</a></sup> ثم",
        "كلمة<sup id=fn1>1</sup> ثم",
        "كلمة<sup>[1]</sup> ثم",
        "كلمة<a href=\"#_ftn1\" name=\"_ftnref1\">[١]</a> ثم",
        "كلمة<sup><a href=\"https://news.example/a/#fn1\">1</a></sup> ثم",
        "كلمة<sup class=reference><a href=#cite_note-1>[1]</a></sup> ثم",
    ] {
        assert_eq!(plain_text(&sanitize(html)), "كلمة ثم", "{html}");
        assert_eq!(derived(html), "كلمة ثم", "{html}");
    }
    for (html, text) in [
        ("انظر <a href=\"#s2\">القسم الثاني</a>", "انظر القسم الثاني"),
        ("5 m<sup>2</sup> و1<sup>er</sup>", "5 m2 و1er"),
        ("قال [sic] <a href=\"https://a.example\">[1]</a>", "قال [sic] [1]"),
    ] {
        assert_eq!(plain_text(html), text);
        assert_eq!(derived(html), text);
    }
}

#[test]
fn excerpt_is_made_of_prose() {
    for (source, expected) in [
        ("# عنوان\n\nنص أول.\n\n## آخر\n\nنص ثان.", "نص أول. نص ثان."),
        (
            "نص[^1] أول.\n\n|أ|ب|\n|-|-|\n|1|2|\n\n```\ncode\n```\n\nنص ثان.\n\n[^1]: حاشية",
            "نص أول. نص ثان.",
        ),
        (
            "<figure><img src=/a><figcaption>شرح</figcaption></figure><p>نص <code>x</code></p>",
            "نص x",
        ),
        ("<p>نص</p><ol class=wp-block-footnotes><li>حاشية</li></ol>", "نص"),
        ("<h2>عنوان</h2><p>أ</p><p>ب</p><ul><li>ج</li><li>د</li></ul>", "أ ب ج د"),
        ("<h1>عنوان</h1><h2>آخر</h2>", "عنوان آخر"),
        ("|سعر|عملة|\n|-|-|\n|5|دينار|", "سعر عملة 5 دينار"),
        ("<p>\u{200f}</p><pre>x y</pre>", "x y"),
        ("<video src=/a>fallback</video><p>نص</p>", "نص"),
    ] {
        let text = excerpt(&opening(&markup(source, BodyFormat::Markdown)));
        assert_eq!(text.trim_start_matches('\u{200f}').trim(), expected, "{source}");
    }
}

#[test]
fn parts_beside_the_prose_are_left_out_and_stand_in_for_it() {
    for part in [
        "<div class=wp-caption><img src=/a.jpg><p class=wp-caption-text>جانب</p></div>",
        "<p class=wp-caption-text>جانب</p>",
        "<div class='image-credit'>جانب</div>",
        "[caption id=\"a\" width=\"300\"]<img src=/a.jpg> جانب[/caption]",
        "<p>[caption width='300']<a href=/x><img src=/a.jpg></a> جانب[/caption]</p>",
        "<aside>جانب</aside>",
        "<nav><ul><li>جانب</li></ul></nav>",
        "<header><p>جانب</p></header>",
        "<footer>جانب</footer>",
        "<details><summary>جانب</summary></details>",
        "<details open><p>جانب</p></details>",
        "<figure class=wp-block-pullquote><blockquote><p>جانب</p></blockquote></figure>",
        "<figure><blockquote><p>جانب</p></blockquote></figure>",
        "<table><caption>جانب</caption></table>",
        "<table><tr><td>جانب</table>",
        "<pre><code>جانب</code></pre>",
        "<p><small>جانب</small></p>",
        "<p id=fn1>جانب</p>",
        "<ol><li id='fn:1'>جانب <a href='#fnref:1'>↩</a></li></ol>",
        "<ol><li>جانب <a href='#x'>↩︎</a></li></ol>",
        "<ol><li><p>جانب <sup><a href='#fnref1'>↩</a></sup></p></li></ol>",
        "<p><a href='#_ftnref1' name=_ftn1>[1]</a> جانب</p>",
        "<div class=footnotes><p>جانب</p></div>",
        "<div role=doc-endnotes>جانب</div>",
        "<ul><li><a href=/a>جانب</a></li></ul>",
        "<p><a href=/a>جانب</a></p>",
        "<div class=related-posts>جانب</div>",
        "<div style='display: none'>جانب</div>",
        "<address>جانب</address>",
        "<form><label>جانب</label></form>",
    ] {
        for html in [
            format!("{part}<p>نص الخبر.</p><p>تتمة.</p>"),
            format!("<p>نص الخبر.</p>{part}<p>تتمة.</p>"),
            format!("<div><p>نص الخبر.</p><p>تتمة.</p>{part}</div>"),
        ] {
            assert_eq!(derived(&html), "نص الخبر. تتمة.", "{html}");
        }
        assert_eq!(derived(part), "جانب", "{part}");
    }
}

#[test]
fn links_to_other_articles_are_no_prose() {
    for part in [
        "<p>اقرأ أيضًا: <a href=/a>عنوان آخر</a></p>",
        "<p><strong>إقرأ ايضا</strong> <a href=/a>عنوان آخر</a></p>",
        "<p><strong>اقرأ أيضاً:</strong></p><ul><li><a href=/a>أول</a></li><li><a href=/b>ثان</a></li></ul>",
        "<p>Read more: another title</p>",
        "<p>À lire aussi : <a href=/a>Un titre</a></p>",
        "<div><a href=/a>أول</a> | <a href=/b>ثان</a></div>",
    ] {
        assert_eq!(derived(&format!("<p>نص.</p>{part}<p>تتمة.</p>")), "نص. تتمة.", "{part}");
    }
    for html in [
        "<p>قالت <a href=/a>رويترز</a> إن المزيد في الطريق.</p>",
        "<p>Read more books.</p>",
        "<ul><li>أول</li><li><a href=/a>ثان</a></li></ul>",
        "<p><a id=x>نص كامل</a></p>",
    ] {
        assert_eq!(derived(html), plain_text(html).replace('\n', " "), "{html}");
    }
}

#[test]
fn words_never_touch() {
    for (html, text) in [
        ("<blockquote>قول<cite>فلان</cite>بعد</blockquote>", "قول فلان بعد"),
        ("<p>«قول».<cite>فلان</cite></p>", "«قول». فلان"),
        ("<p>ال<cite>كلم</cite>ة</p>", "الكلمة"),
        ("أ<br>ب<br/>ج", "أ ب ج"),
        ("<dl><dt>أ<dd>ب<dt>ج<dd>د</dl>ه", "أ ب ج د ه"),
        ("<ul><li>أ<li>ب</ul>ج", "أ ب ج"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</ruby>は", "漢字は"),
        ("<ruby>漢<rtc>kan</rtc></ruby>字", "漢字"),
        ("أ[gallery ids=\"1\"]ب", "أ ب"),
    ] {
        assert_eq!(derived(html), text, "{html}");
        if !html.contains('[') {
            let words = plain_text(&sanitize(html)).replace('\n', " ");
            assert_eq!(words, text, "{html}");
        }
    }
}

#[test]
fn shortcodes_are_no_prose() {
    for (body, expected) in [
        ("[gallery ids=\"1,2\"]\n\nنص.", "نص."),
        ("[embed]https://www.youtube.com/watch?v=x[/embed]\n\nنص.", "نص."),
        ("[vc_row][vc_column width=\"1/2\"]نص.[/vc_column][/vc_row]", "نص."),
        ("[caption id=\"a\" width=\"3\"]![](/a.jpg) شرح[/caption]\n\nنص.", "نص."),
        ("قال [sic] ثم.", "قال [sic] ثم."),
        ("[gallery]", "[gallery]"),
    ] {
        let derived = excerpt(&opening(&markup(body, BodyFormat::Markdown)));
        assert_eq!(derived, expected, "{body}");
    }
}
