//! Rendered comments: attacks, ordinary comments and links.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use proptest::prelude::*;

use super::xss::{ATTACKS, Tags, soup};
use crate::text::comment_html::{MAX_CHARS, render, sanitise};

/// Asserts that the HTML has only allowed elements, and links with the right `rel`.
fn assert_only_allowed_html(html: &str, source: &str) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    for tag in tokenizer.sink.0.take() {
        let attributes: Vec<(&str, &str)> =
            tag.attrs.iter().map(|one| (&*one.name.local, &*one.value)).collect();
        match (&*tag.name, attributes.as_slice()) {
            ("b" | "i" | "strong" | "em" | "code" | "pre" | "blockquote" | "p" | "br", []) => {}
            ("a", [("href", to), ("rel", "ugc nofollow")])
                if ["http://", "https://"]
                    .iter()
                    .any(|scheme| to.trim_start().to_ascii_lowercase().starts_with(scheme)) => {}
            (name, attributes) => panic!("{name} {attributes:?} from {source:?}: {html}"),
        }
    }
}

#[test]
fn attacks_are_neutralised() {
    for attack in ATTACKS {
        for source in [(*attack).to_owned(), format!("before {attack} after\n\n{attack}")] {
            assert_only_allowed_html(&render(&source).html, &source);
        }
    }
    for hostile in ["<b>".repeat(3_000), "<blockquote>".repeat(800), "&".repeat(MAX_CHARS)] {
        assert_only_allowed_html(&render(&hostile).html, &hostile[..20]);
    }
}

#[test]
fn plain_comment_becomes_paragraphs() {
    for (source, html) in [
        ("سطر\nآخر\n\nفقرة", "<p>سطر<br>آخر</p>\n<p>فقرة</p>\n"),
        ("  a <b>b</b> c, d\te ", "<p>a <b>b</b> c, d\te</p>\n"),
        ("1 < 2 & 3 > 2 \"q\"", "<p>1 &lt; 2 &amp; 3 &gt; 2 \"q\"</p>\n"),
        ("<em>one\n\ntwo</em> three", "<p><em>one</em></p>\n<p>two three</p>\n"),
        ("<div>a</div><div>b</div>", "<p>a</p>\n<p>b</p>\n"),
        ("<p>a</p>\n\n<p>b</p>", "<p>a</p>\n<p>b</p>\n"),
        (
            "x<blockquote>y\n\nz</blockquote>w",
            "<p>x</p>\n<blockquote><p>y</p>\n<p>z</p>\n</blockquote>\n<p>w</p>\n",
        ),
        ("<pre>\n a\n\n  b</pre>", "<pre> a\n\n  b</pre>\n"),
        ("<b><i>x</b>y", "<p><b><i>x</i></b>y</p>\n"),
        ("a</p>b</blockquote>c", "<p>a</p>\n<p>bc</p>\n"),
        ("\u{202e}evil&#8238;\u{2066}x", "<p>evilx</p>\n"),
        ("a&#7;b", "<p>ab</p>\n"),
        ("<script>x</script>", ""),
        ("", ""),
    ] {
        assert_eq!(render(source).html, html, "{source:?}");
    }
}

#[test]
fn links_are_kept_with_rel_or_dropped() {
    let link = |to: &str, text: &str| format!("<a href=\"{to}\" rel=\"ugc nofollow\">{text}</a>");
    let https = link("https://a.example/x?y=1&amp;z=2", "https://a.example/x?y=1&amp;z=2");
    for (source, html, count) in [
        ("(https://a.example/x?y=1&z=2).", format!("<p>({https}).</p>\n"), 1),
        (
            "<a href='http://a.example' onclick=x>t</a>",
            format!("<p>{}</p>\n", link("http://a.example", "t")),
            1,
        ),
        ("<a href='/x'>t</a> <a href='mailto:a@b.example'>u</a>", "<p>t u</p>\n".into(), 0),
        (
            "<a href='http://a.example'>http://b.example</a>",
            format!("<p>{}</p>\n", link("http://a.example", "http://b.example")),
            1,
        ),
        (
            "ftp://a.example xhttp://a.example http:// https://",
            "<p>ftp://a.example xhttp://a.example http:// https://</p>\n".into(),
            // Domains count, but aren't linked.
            2,
        ),
        ("<code>http://a.example</code>", "<p><code>http://a.example</code></p>\n".into(), 1),
    ] {
        let rendered = render(source);
        assert_eq!((rendered.html, rendered.links.len()), (html, count), "{source:?}");
    }
    let two = render("HTTP://A.example\nانظر https://ليبيا.example/خبر، ثم").links;
    assert_eq!(two, ["HTTP://A.example", "https://ليبيا.example/خبر"]);
}

#[test]
fn address_ends_before_the_punctuation_of_the_sentence() {
    for (source, address) in [
        (
            "https://ar.wikipedia.org/wiki/طرابلس_(ليبيا)",
            "https://ar.wikipedia.org/wiki/طرابلس_(ليبيا)",
        ),
        ("(انظر https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("(https://a.example/x)ثم", "https://a.example/x"),
        ("[نص](https://a.example/[1])", "https://a.example/[1]"),
        ("«https://a.example/خبر»،", "https://a.example/خبر"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("'https://a.example/L'été'.", "https://a.example/L'été"),
        ("https://a.example/خبر؛", "https://a.example/خبر"),
        ("مصدر:https://a.example/x،ثم قال", "https://a.example/x"),
        ("https://a.example/x؛ثم", "https://a.example/x"),
        ("https://a.example/x؟نعم", "https://a.example/x"),
        ("https://a.example/x—then", "https://a.example/x"),
        ("https://a.example/x｜y", "https://a.example/x"),
        ("https://a.example/طرابلس،_ليبيا", "https://a.example/طرابلس،_ليبيا"),
        ("https://a.example/خبر؟!", "https://a.example/خبر"),
        ("https://a.example/خبر،آخر", "https://a.example/خبر"),
        ("https://a.example/خبر۔", "https://a.example/خبر"),
        ("https://a.example/ख़बर।", "https://a.example/ख़बर"),
        ("https://a.example/x…", "https://a.example/x"),
        ("https://a.example…ثم", "https://a.example"),
        ("见（https://a.example/新闻）。", "https://a.example/新闻"),
        ("见https://a.example/新闻，然后", "https://a.example/新闻"),
        ("「https://a.example/x」", "https://a.example/x"),
        ("【https://a.example】", "https://a.example"),
        ("<https://a.example/x?y=1>", "https://a.example/x?y=1"),
        ("<HTTPS://a.example>؟", "HTTPS://a.example"),
        ("وhttps://a.example/x", "https://a.example/x"),
        ("\u{200f}https://a.example/x\u{200f}،", "https://a.example/x"),
        (
            "https://ليبيا.example/خبر?س=ص&lang=ar#أعلى.",
            "https://ليبيا.example/خبر?س=ص&lang=ar#أعلى",
        ),
        ("https://a.example/?x=1&region=ly&copy=2", "https://a.example/?x=1&region=ly&copy=2"),
        ("https://a.example/?x=1&amp;y=2", "https://a.example/?x=1&y=2"),
        ("&lt;https://a.example/x&gt;", "https://a.example/x"),
        ("&quot;https://a.example/x&quot;", "https://a.example/x"),
        ("https://a.example/x&nbsp;y", "https://a.example/x"),
        ("**https://a.example/x**", "https://a.example/x"),
    ] {
        let rendered = render(source);
        let escaped = address.replace('&', "&amp;");
        let link = format!("<a href=\"{escaped}\" rel=\"ugc nofollow\">{escaped}</a>");
        assert!(rendered.html.contains(&link), "{source}: {}", rendered.html);
        assert_eq!(rendered.links.len(), 1, "{source}: {:?}", rendered.links);
    }
}

#[test]
fn ampersand_without_a_complete_reference_stays() {
    for (source, html) in [
        ("R&D, &copy 2024, ?a=1&reg=2", "<p>R&amp;D, &amp;copy 2024, ?a=1&amp;reg=2</p>\n"),
        ("&copy; &eacute; &lt;b&gt; &amp;lt;", "<p>© é &lt;b&gt; &amp;lt;</p>\n"),
        ("<pre>a &amp;&amp; b &region</pre>", "<pre>a &amp;&amp; b &amp;region</pre>\n"),
        ("<code>&lt;b&gt; &not</code>", "<p><code>&lt;b&gt; &amp;not</code></p>\n"),
    ] {
        assert_eq!(render(source).html, html, "{source}");
    }
    let link = render("<a href='https://a.example/?x=1&region=2&copy=3'>x</a>").html;
    assert!(link.contains("?x=1&amp;region=2&amp;copy=3\""), "{link}");
}

#[test]
fn text_after_a_less_than_sign_is_kept() {
    for (source, html) in [
        (
            "اكتب إلى <salem@reader.example> غدًا",
            "<p>اكتب إلى &lt;salem@reader.example&gt; غدًا</p>\n",
        ),
        ("<www.a.example> هنا", "<p>&lt;www.a.example&gt; هنا</p>\n"),
        ("السعر <USD 5 فقط", "<p>السعر &lt;USD 5 فقط</p>\n"),
        ("a<b", "<p>a&lt;b</p>\n"),
        ("<code><https://a.example></code>", "<p><code>&lt;https://a.example&gt;</code></p>\n"),
    ] {
        assert_eq!(render(source).html, html, "{source}");
    }
}

#[test]
fn domains_count_as_links_and_email_addresses_do_not() {
    for (source, domains) in [
        ("زوروا www.casino.example وcasino.com.", vec!["www.casino.example", "وcasino.com"]),
        ("a.example/x.html,b.example", vec!["a.example", "b.example"]),
        ("a.example:80,b.example:80", vec!["a.example", "b.example"]),
        ("a.example/x)b.example/y", vec!["a.example", "b.example"]),
        ("a.<b>example</b> b.<b>example</b>", vec!["a.example", "b.example"]),
        ("www．a．example b。com", vec!["www.a.example", "b.com"]),
        (
            "<code>www.a.example https://b.example main.rs</code>",
            vec!["www.a.example", "https://b.example"],
        ),
        ("https://a.example/،https://b.example/", vec!["https://a.example/", "https://b.example/"]),
        ("https://a.example/,https://b.example/", vec!["https://a.example/", "https://b.example/"]),
        (
            "https://web.example/2020/https://b.example/",
            vec!["https://web.example/2020/https://b.example/"],
        ),
        ("WWW.A.EXAMPLE; co.uk; bbc.co.uk", vec!["WWW.A.EXAMPLE", "bbc.co.uk"]),
        (
            "موقع.امارات و xn--mgbaam7a8h.xn--mgbaam7a8h",
            vec!["موقع.امارات", "xn--mgbaam7a8h.xn--mgbaam7a8h"],
        ),
        ("salem@reader.example, a.b@c.com", vec![]),
        ("انتهى.ثم بدأ 12.30 و1.2.3.4 في v2.0, e.g. file.txt node.js end.Then", vec![]),
        ("<code>a.com</code> <a href='https://a.example'>b.com</a>", vec!["https://a.example"]),
    ] {
        assert_eq!(render(source).links, domains, "{source}");
    }
}

#[test]
fn two_sentences_without_a_space_are_no_domain() {
    for source in [
        "انتهى.مصر بلد كبير، وخبر.وقال",
        "وصلنا.السعودية ثم عدنا.تونس.الجزائر.المغرب",
        "قال.عمان: الأمن أولًا",
        "انتهى!مصر.فلسطين؟قطر.سورية.",
        "زار 19.مصر وiPhone.مصر وكوفيد-19.العراق",
        "قرأت www. مصر",
        "<b>انتهى</b>.<i>مصر</i>",
        "结束。中国很大",
        "It is done.It was fun.So was I.end.The",
        "C'est fini.La mer.Au revoir",
        "конец.Москва слезам не верит",
    ] {
        assert_eq!(render(source).links, Vec::<String>::new(), "{source}");
    }
    for (source, domains) in [
        ("www.كازينو.مصر", vec!["www.كازينو.مصر"]),
        ("وwww.كازينو.مصر", vec!["وwww.كازينو.مصر"]),
        ("كازينو.مصر/ربح", vec!["كازينو.مصر"]),
        ("كازينو.مصر:8080 كازينو.شبكة?س=1", vec!["كازينو.مصر", "كازينو.شبكة"]),
        ("//كازينو.مصر", vec!["كازينو.مصر"]),
        ("كازينو.كوم وربح.سودان", vec!["كازينو.كوم", "وربح.سودان"]),
        ("https://كازينو.مصر", vec!["https://كازينو.مصر"]),
        ("كازينو.com وربح.net", vec!["كازينو.com", "وربح.net"]),
        ("казино.рф, КАЗИНО.РФ", vec!["казино.рф", "КАЗИНО.РФ"]),
        (
            "casino.it CASINO.IT Casino.Com www.casino.It news.casino.It",
            vec!["casino.it", "CASINO.IT", "Casino.Com", "www.casino.It", "news.casino.It"],
        ),
        ("casino.It/win", vec!["casino.It"]),
    ] {
        assert_eq!(render(source).links, domains, "{source}");
    }
}

#[test]
fn url_that_shows_another_host_is_text_and_counts() {
    for (source, html) in [
        ("https://bank@evil.example", "<p>https://bank@evil.example</p>\n"),
        (
            "HTTPS://bank.example:443@evil.example/x.",
            "<p>HTTPS://bank.example:443@evil.example/x.</p>\n",
        ),
        ("https://bank.example%2f@evil.example", "<p>https://bank.example%2f@evil.example</p>\n"),
        ("https://:x@evil.example", "<p>https://:x@evil.example</p>\n"),
        ("<a href='https://bank.example@evil.example'>bank</a>", "<p>bank</p>\n"),
        ("<a href='http:bank.example@evil.example'>bank</a>", "<p>bank</p>\n"),
        ("<a href='https://bank.example&#64;evil.example'>bank</a>", "<p>bank</p>\n"),
    ] {
        let rendered = render(source);
        assert_eq!((rendered.html.as_str(), rendered.links.len()), (html, 1), "{source}");
    }
    let both = render("https://bank@evil.example https://a.example/@salem?x=a@b").html;
    assert!(
        both.starts_with("<p>https://bank@evil.example <a href=\"https://a.example/@salem"),
        "{both}"
    );
}

proptest! {
    #[test]
    fn any_text_renders_to_allowed_html_and_is_stable(source in prop_oneof![soup(), any::<String>()]) {
        let once = render(&source).html;
        assert_only_allowed_html(&once, &source);
        prop_assert_eq!(&sanitise(&once), &once, "from {:?}", source);
    }
}
