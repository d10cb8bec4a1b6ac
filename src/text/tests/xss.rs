//! The sanitiser: attacks, content that must survive, and idempotence.
//!
//! html5ever's tokenizer judges the result, not the project's own `scan`.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use proptest::prelude::*;

use super::{render, sanitize};
use crate::text::render::{BodyFormat, plain_text};

#[derive(Default)]
pub(super) struct Tags(pub(super) RefCell<Vec<Tag>>);

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => self.0.borrow_mut().push(tag),
            Token::CommentToken(text) => panic!("a comment: {text}"),
            Token::DoctypeToken(_) => panic!("a doctype"),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Asserts that every tag and attribute is harmless.
fn assert_harmless(html: &str, source: &str) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    for tag in tokenizer.sink.0.take() {
        let name = &*tag.name;
        assert!(
            !matches!(
                name,
                "script"
                    | "style"
                    | "object"
                    | "embed"
                    | "form"
                    | "input"
                    | "button"
                    | "base"
                    | "meta"
                    | "link"
                    | "svg"
                    | "math"
                    | "noscript"
                    | "template"
                    | "frame"
                    | "frameset"
                    | "applet"
                    | "textarea"
                    | "select"
                    | "title"
                    | "xmp"
                    | "plaintext"
                    | "marquee"
                    | "isindex"
                    | "body"
                    | "html"
                    | "head"
                    | "image"
                    | "portal"
                    | "dialog"
                    | "slot"
                    | "noembed"
                    | "noframes"
            ),
            "<{name}> from {source:?}: {html}"
        );
        let value =
            |key: &str| tag.attrs.iter().find(|one| &*one.name.local == key).map(|one| &*one.value);
        if name == "iframe" {
            let src = value("src").unwrap_or_default();
            assert!(src.starts_with("https://www.youtube.com/"), "{src} from {source:?}: {html}");
            let sandbox = value("sandbox").unwrap_or_default();
            assert!(sandbox.contains("allow-scripts") && !sandbox.contains("top"), "{html}");
        }
        for attribute in &tag.attrs {
            let (key, value) = (&*attribute.name.local, &*attribute.value);
            let known = matches!(
                key,
                "href"
                    | "src"
                    | "cite"
                    | "alt"
                    | "title"
                    | "dir"
                    | "lang"
                    | "rel"
                    | "class"
                    | "id"
                    | "width"
                    | "height"
                    | "loading"
                    | "colspan"
                    | "rowspan"
                    | "scope"
                    | "align"
                    | "datetime"
                    | "start"
                    | "reversed"
                    | "value"
                    | "open"
                    | "span"
                    | "hreflang"
                    | "abbr"
                    | "allow"
                    | "allowfullscreen"
                    | "controls"
                    | "decoding"
                    | "default"
                    | "kind"
                    | "label"
                    | "loop"
                    | "media"
                    | "muted"
                    | "playsinline"
                    | "poster"
                    | "preload"
                    | "referrerpolicy"
                    | "sandbox"
                    | "sizes"
                    | "srcset"
                    | "srclang"
                    | "type"
            );
            assert!(known, "{key} from {source:?}: {html}");
            let is_clobbering = matches!(
                value,
                "location" | "document" | "cookie" | "getElementById" | "__proto__" | "config"
            );
            assert!(key != "id" || !is_clobbering, "{value} from {source:?}: {html}");
            if matches!(key, "href" | "src" | "cite" | "poster" | "srcset") {
                let scheme = value.split_once(':').map(|(scheme, _)| scheme);
                let absolute = scheme.filter(|s| {
                    s.chars().all(|c| c.is_ascii_alphanumeric() || "+-. \t\n\u{1}".contains(c))
                });
                assert!(
                    absolute.is_none_or(|s| ["http", "https", "mailto", "tel"]
                        .contains(&s.trim().to_ascii_lowercase().as_str())),
                    "{value} from {source:?}: {html}"
                );
            }
        }
    }
}

pub(super) const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script/x>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)//",
    "<IMG SRC=\"javascript:alert(1)\">",
    "<img/src=x/onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    "<img src=`x`onerror=alert(1)>",
    "<img src=\"data:image/svg+xml;base64,PHN2Zy8+\">",
    "<img srcset=\"javascript:alert(1) 1x\" src=a>",
    "<img srcset=\"/a 1x, java\tscript:alert(1) 2x, data:image/svg+xml,x 3x\" src=a>",
    "<picture><source srcset=javascript:alert(1)><source srcset='/a 1x\" onerror=alert(1)'><img src=a>",
    "<source src=x onerror=alert(1)><track src=javascript:alert(1) onload=alert(1)>",
    "<video src=javascript:alert(1) poster=javascript:alert(1) autoplay onplay=alert(1)></video>",
    "<video poster=\"&#106;avascript:alert(1)\"><track kind=x src=data:text/vtt,x></video>",
    "<audio src=\"data:audio/mp3;base64,x\" controls oncanplay=alert(1)>x</audio>",
    "<iframe src=https://www.youtube.com/embed/x onload=alert(1) name=x style=x></iframe>",
    "<iframe src=https://www.youtube.com/embed/x sandbox=allow-top-navigation srcdoc=x></iframe>",
    "<iframe src=https://www.youtube.com/embed/x allow=\"camera *; geolocation\"></iframe>",
    "<iframe src=https://www.youtube.com/embed/x><script>alert(1)</script>",
    "<iframe src=https://www.youtube.com/embed/x><a title=\"</iframe><img src onerror=alert(1)>\">",
    "<iframe src=//www.youtube.com.evil.example/embed/x></iframe>",
    "<iframe src=https://www.youtube.com@evil.example/></iframe>",
    "<iframe src=\"https://evil.example\\@www.youtube.com/\"></iframe>",
    "<iframe src=\" java\nscript:alert(1)//https://www.youtube.com/\"></iframe>",
    "<svg><iframe src=https://www.youtube.com/embed/x><img src=x onerror=alert(1)></iframe></svg>",
    "<h2 id=location>x</h2><p id=document>y</p><img id=cookie src=x><a name=getElementById>z</a>",
    "<b id=__proto__>x</b><a id=config href=//evil.example>y</a><a id=config>z</a>",
    "<p id='x\" onclick=alert(1)'>x</p><p id='&#108;ocation'>y</p><p id=x&#10;y>z</p>",
    "<article onclick=alert(1)><center style=x><form action=x><dialog open>x",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\" javascript:alert(1)\">x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#106;&#97;vascript&colon;alert(1)\">x</a>",
    "<a href=\"&#x6A;avascript:alert(1)\">x</a>",
    "<a href=\"java&Tab;script:alert(1)\">x</a>",
    "<a href=\"\u{1}javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"blob:https://a/b\">x</a> <a href=\"file:///etc/passwd\">y</a>",
    "<a href=x onclick=alert(1) style=\"position:fixed\" target=_blank rel=opener>x</a>",
    "<a href=\"https://a\" ping=\"https://evil.example\" download>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import '//evil.example'</style>",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<link rel=stylesheet href=//evil.example>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit><button formaction=javascript:alert(1)>x",
    "<base href=javascript:/a/+alert(1)//>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<noscript><img src=x onerror=alert(1)></noscript>",
    "<noscript><img src=\"</noscript><script>alert(1)</script>\"></noscript>",
    "<noscript><video><source src=javascript:alert(1)></noscript><img src=x onerror=alert(1)>",
    "<noscript><svg><img src=x onerror=alert(1)></svg><iframe src=//evil.example></iframe></noscript>",
    "<noscript><noscript><picture><img title=\"</noscript><script>alert(1)</script>\">",
    "<video><noscript></video><script>alert(1)</script></noscript>",
    "<img data-src=javascript:alert(1)//a.jpg data-srcset='javascript:alert(1) 1x, data:x 2x'>",
    "<img src=data:,x data-lazy-src=\"java\tscript:alert(1)/\" data-original=' &#106;avascript:alert(1)/'>",
    "<img src=a data-src='/a.jpg\" onerror=alert(1) x=\"' data-sizes='\" onload=alert(1)'>",
    "<iframe src=about:blank data-src=javascript:alert(1)//www.youtube.com/></iframe>",
    "<iframe data-src=//evil.example/www.youtube.com data-lazy-src='data:text/html,x/'></iframe>",
    "<picture><source data-srcset='javascript:alert(1) 1x'><img data-x-src=vbscript:x/></picture>",
    "<video data-src=javascript:alert(1)/ data-poster=javascript:alert(1)/></video>",
    "<pre class='brush: \"onclick=alert(1)' lang='php\" onclick=x'><code class='language-\"><script>'>",
    "<div data-language='\" onclick=alert(1)'><pre data-lang='<script>'><code lang=js>x</code></pre></div>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\">",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--a--!><img src=x onerror=alert(1)>",
    "<!-- --- > <img src=x onerror=alert(1)> -->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version=\"1.0\"?><?php echo 1 ?><img src=x onerror=alert(1)>",
    "</ <img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video><audio src onerror=alert(1)>",
    "<body onload=alert(1)><frameset onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=1 onerror=alert(1)><image src=x onerror=alert(1)>",
    "<div id=document name=body class=modal>x</div><a id=location href=x>y</a>",
    "<table background=javascript:alert(1)><td background=javascript:alert(1)>x</table>",
    "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
    "<p title=\"&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\">x</p>",
    "<blockquote cite=\"javascript:alert(1)\">x</blockquote><q cite=' data:x'>x</q>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style></select>",
    "<p><plaintext><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a\0href=javascript:alert(1)>x</a><scr\0ipt>alert(1)</scr\0ipt>",
    "<ａ href=x><script\u{212a}>alert(1)</script>",
    "<img src=x on\u{212a}ey=alert(1) ===onerror=alert(1)>",
    "<custom-element onclick=alert(1)><slot>x</slot></custom-element>",
];

#[test]
fn html_attacks_are_neutralised() {
    for attack in ATTACKS {
        for source in [
            (*attack).to_owned(),
            format!("<p>قبل {attack} بعد</p>"),
            format!("<table><tr><td>{attack}"),
            format!("<svg>{attack}"),
            format!("<a title=\"{attack}\">"),
        ] {
            for format in [BodyFormat::Html, BodyFormat::Markdown] {
                let html = render(&source, format);
                assert_harmless(&html, &source);
                assert_eq!(sanitize(&html), html, "{source:?}");
            }
        }
    }
}

#[test]
fn markdown_attacks_are_neutralised() {
    for attack in [
        "[x](javascript:alert(1))",
        "[x](<java script:alert(1)>)",
        "[x](JAVASCRIPT&colon;alert(1))",
        "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "[x](https://a \"onmouseover=alert(1) x=\\\"\")",
        "![\"onerror=\"alert(1)](https://a)",
        "```\"><script>alert(1)</script>\nx\n```",
        "https://a/\"onmouseover=\"alert(1)",
        "[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: x",
    ] {
        let html = render(attack, BodyFormat::Markdown);
        assert_harmless(&html, attack);
        assert_eq!(sanitize(&html), html, "{attack:?}");
    }
}

#[test]
fn article_markup_is_kept() {
    let html = "<h2 dir=\"rtl\" lang=\"ar-LY\">عنوان</h2><p>نص <strong>مهم</strong> و<mark>مميز</mark>\
        <br>H<sub>2</sub>O &amp; x&nbsp;y</p><figure><img src=\"/media/1.jpg\" alt=\"صورة\" \
        width=\"800\" height=\"600\" loading=\"lazy\"><figcaption>شرح</figcaption></figure>\
        <blockquote cite=\"https://a.example/b\"><p>قول</p></blockquote><ul><li>أ<ul><li>ب</li></ul>\
        </li></ul><ol start=\"3\" reversed=\"\"><li value=\"7\">ج</li></ol><table><caption>ج</caption>\
        <thead><tr><th scope=\"col\" align=\"center\">س</th></tr></thead><tbody><tr><td colspan=\"2\">ص\
        </td></tr></tbody></table><pre><code class=\"language-rust\">fn x() {}\n</code></pre>\
        <details open=\"\"><summary>م</summary><p>ن</p></details><hr><p><abbr title=\"أ\">ا</abbr> \
        <time datetime=\"2026-01-01\">أمس</time> <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>";
    assert_eq!(sanitize(html), html);
    assert_eq!(
        sanitize(
            "<a href=\"https://a.example\">x</a> <a href=\"/b?c#d\">y</a> <a href=\"tel:+218\">z</a>"
        ),
        "<a href=\"https://a.example\" rel=\"noopener noreferrer\">x</a> \
         <a href=\"/b?c#d\">y</a> \
         <a href=\"tel:+218\">z</a>"
    );
}

#[test]
fn misnested_html_is_repaired() {
    for (source, expected) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<table><td>x", "<table><tbody><tr><td>x</td></tr></tbody></table>"),
        (
            "<table>x<tr><td>y",
            "<table><tbody><tr><td>x</td></tr><tr><td>y</td></tr></tbody></table>",
        ),
        ("<td>x</td>", "x"),
        ("<font color=red>x</font><o:p>y</o:p>", "xy"),
        ("<p>a<div>b</p>c</div>d", "<p>a</p><div>b c</div>d"),
        ("<pre>\n\n\nx\n</pre>", "<pre>x\n</pre>"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<img src=\"data:image/png;base64,AA\" alt=\"x\">", ""),
        ("<p id=\"x y\" class=\"y\" dir=\"up\" lang=\"??\">x</p>", "<p>x</p>"),
        ("<a href=x>1<a href=y>2</a>", "<a href=\"x\">1</a><a href=\"y\">2</a>"),
    ] {
        assert_eq!(sanitize(source), expected, "{source}");
    }
}

#[test]
fn markdown_renders_to_html() {
    for (source, expected) in [
        (
            "# عنوان\n\nنص **مهم** ~~قديم~~",
            "<h1>عنوان</h1>\n<p>نص <strong>مهم</strong> <del>قديم</del></p>\n",
        ),
        (
            "(انظر https://a.example/x_(y)، و«http://b.example»)",
            "<p>(انظر <a href=\"https://a.example/x_(y)\" rel=\"noopener noreferrer\">https://a.example/x_(y)</a>، و«<a href=\"http://b.example\" rel=\"noopener noreferrer\">http://b.example</a>»)</p>\n",
        ),
        (
            "`https://a.example` xhttp://b http",
            "<p><code>https://a.example</code> xhttp://b http</p>\n",
        ),
        (
            "|أ|ب|\n|:-:|--|\n|1|2|",
            "<table><thead><tr><th align=\"center\">أ</th><th>ب</th></tr></thead><tbody>\n<tr><td align=\"center\">1</td><td>2</td></tr>\n</tbody></table>\n",
        ),
        (
            "خبر[^ب] ثم[^أ] ثم[^ب].\n\n[^أ]: أولى\n[^ب]: ثانية\n[^ج]: لا\n",
            "<p>خبر<sup class=\"footnote-ref\" id=\"fnref-1\"><a href=\"#fn-1\">1</a></sup> ثم<sup class=\"footnote-ref\" id=\"fnref-2\"><a href=\"#fn-2\">2</a></sup> ثم<sup class=\"footnote-ref\"><a href=\"#fn-1\">1</a></sup>.</p>\n<section class=\"footnotes\"><ol><li id=\"fn-1\"><p>ثانية <a class=\"footnote-backref\" href=\"#fnref-1\">↩</a></p></li><li id=\"fn-2\"><p>أولى <a class=\"footnote-backref\" href=\"#fnref-2\">↩</a></p></li></ol></section>",
        ),
        ("<div dir=\"ltr\">\n\n*x*\n\n</div>", "<div dir=\"ltr\">\n<p><em>x</em></p>\n</div>"),
    ] {
        assert_eq!(render(source, BodyFormat::Markdown), expected);
    }
}

#[test]
fn html_becomes_plain_text() {
    for (html, text) in [
        ("<h2>عنوان</h2><p>نص<br>سطر  <b>م</b>هم</p>", "عنوان\nنص\nسطر مهم"),
        ("<table><tr><td>1</td><td>2</td></tr></table>x", "1 2\nx"),
        ("a&amp;b &lt;c&gt;&nbsp;&#1575;&#x627; &unknown; &", "a&b <c> اا &unknown; &"),
        ("<script>x</script><style>y</style><!-- z -->ok<svg><text>no</text></svg>", "ok"),
        ("كلمة<sup class=\"footnote-ref\"><a href=\"#fn-1\">1</a></sup>.", "كلمة."),
        ("<ruby>漢<rt>kan</rt></ruby>字", "漢字"),
        ("", ""),
    ] {
        assert_eq!(plain_text(html), text);
    }
}

/// HTML with a high density of constructs that the sanitiser handles.
pub(super) fn soup() -> impl Strategy<Value = String> {
    let tags = "a b i p div span table tbody thead tr td th caption col colgroup ul ol li dl dt dd \
        pre code h1 h2 br hr img blockquote figure figcaption details summary ruby rt rp section sup \
        video audio source track picture address aside article header nav menu dir optgroup label \
        svg math style script template select option textarea title form button font center nobr \
        iframe noscript object marquee html body head mtext mglyph foreignObject plaintext xmp input";
    let tags: Vec<_> = tags.split_whitespace().map(str::to_owned).collect();
    let attributes = prop::sample::select(vec![
        "",
        " href=x",
        " src='a'",
        " src=//www.youtube.com/x srcset='a 1x,b'",
        " href=#location rel='x sponsored'",
        " id=name",
        " name=fn1",
        " title=\"<b>\"",
        " id=fn-1",
        " class=\"footnotes\"",
        " onclick=x",
        " dir=rtl",
        " style='text-align: left'",
        " title='\"'",
        " src=\"javascript:x\"",
        " a=b/",
        " data-src=/a.jpg class=lazy",
        " data-srcset='/a.jpg 1x' src=data:,x",
        " class='php' hidden",
    ]);
    let text = prop::sample::select(vec![
        "x",
        " ",
        "\n",
        "\n\n",
        "<",
        ">",
        "&",
        "&lt;",
        "&nbsp;",
        "&#0;",
        "\0",
        "\r\n",
        "<!--",
        "-->",
        "--!>",
        "<!",
        "<?",
        "</",
        "\"",
        "'",
        "]]>",
        "<![CDATA[",
        "ا",
        "\u{feff}",
        "&amp;lt;",
        "<noscript><img src=/a.jpg></noscript>",
        "<noscript><video><source src=/a.mp4>",
        "<pre class=php><code>",
    ]);
    let piece = prop_oneof![
        4 => (prop::sample::select(tags.clone()), attributes).prop_map(|(t, a)| format!("<{t}{a}>")),
        3 => prop::sample::select(tags).prop_map(|t| format!("</{t}>")),
        3 => text.prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn sanitising_is_idempotent(source in soup()) {
        let html = sanitize(&source);
        assert_harmless(&html, &source);
        prop_assert_eq!(sanitize(&html), html);
    }

    #[test]
    fn any_text_renders_to_harmless_html(source in any::<String>()) {
        for format in [BodyFormat::Html, BodyFormat::Markdown] {
            let html = render(&source, format);
            assert_harmless(&html, &source);
            let _ = plain_text(&html);
        }
        let _ = plain_text(&source);
    }
}
