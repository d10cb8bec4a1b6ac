//! The HTML that newsrooms write: media, embeds, ids and link types, and the words around removed
//! elements. Lazy media, code and excerpts have files of their own.

use super::{render, sanitize};
use crate::text::render::{BodyFormat, plain_text};

#[test]
fn media_are_kept() {
    for html in [
        "<picture><source srcset=\"/a.avif 480w, /b.avif 800w\" type=\"image/avif\" \
         media=\"(min-width: 600px)\"><img src=\"/a.jpg\" srcset=\"/a.jpg 1x, /b.jpg 2x\" \
         sizes=\"(max-width: 600px) 480px, 100vw\" alt=\"ميناء\"></picture>",
        "<video src=\"/a.mp4\" poster=\"/a.jpg\" width=\"640\" controls=\"\" preload=\"none\">\
         <source src=\"/a.webm\" type=\"video/webm; codecs=&quot;vp9&quot;\"><track src=\"/a.vtt\" \
         kind=\"captions\" srclang=\"ar\" label=\"العربية\" default=\"\"></video>",
        "<figure><audio src=\"https://media.example/صوت.mp3\" controls=\"\" loop=\"\"></audio>\
         <figcaption>شرح</figcaption></figure>",
        "<address dir=\"ltr\">a</address><aside lang=\"fr\">b</aside>",
        "<dl><dt>أ</dt><dd>ب</dd></dl><bdi>x</bdi><bdo dir=\"rtl\">y</bdo>",
        "<ol type=\"a\" start=\"2\"><li>x</li></ol>",
        "<table><tbody><tr><th scope=\"row\" abbr=\"س\">سعر</th><td rowspan=\"2\">1</td></tr></tbody></table>",
    ] {
        assert_eq!(sanitize(html), html);
    }
    for (written, html) in [
        ("<video src=/a.mp4 autoplay></video>", "<video src=\"/a.mp4\" controls=\"\"></video>"),
        ("<source src=a><track src=b>x", "x"),
        ("<picture><source type=x><img src=a></picture>", "<picture><img src=\"a\"></picture>"),
        ("<img src=/a srcset='data:x 1x, /b 2x'>", "<img src=\"/a\" srcset=\"/b 2x\">"),
        ("<img srcset='/b 2x'>", "<img src=\"/b\" srcset=\"/b 2x\">"),
    ] {
        assert_eq!(sanitize(written), html, "{written}");
    }
}

#[test]
fn embeds_of_listed_sites_are_kept() {
    let sandbox = "sandbox=\"allow-forms allow-popups allow-popups-to-escape-sandbox \
        allow-presentation allow-same-origin allow-scripts\" loading=\"lazy\"";
    for (written, kept) in [
        (
            "<iframe width=560 height=315 src='https://www.youtube.com/embed/x?a=1&amp;b=2' title=فيديو \
             frameborder=0 allow='autoplay; encrypted-media' referrerpolicy=strict-origin-when-cross-origin \
             allowfullscreen></iframe>",
            "width=\"560\" height=\"315\" src=\"https://www.youtube.com/embed/x?a=1&amp;b=2\" title=\"فيديو\" \
             allow=\"autoplay; encrypted-media\" referrerpolicy=\"strict-origin-when-cross-origin\" \
             allowfullscreen=\"\"",
        ),
        (
            "<iframe src=//player.vimeo.com/video/1>x</iframe>",
            "src=\"https://player.vimeo.com/video/1\"",
        ),
        (
            "<iframe src='http://w.soundcloud.com/player/?url=x' width=100%></iframe>",
            "src=\"https://w.soundcloud.com/player/?url=x\" width=\"100%\"",
        ),
        (
            "<iframe src='https://www.google.com/maps/embed?pb=x'></iframe>",
            "src=\"https://www.google.com/maps/embed?pb=x\"",
        ),
    ] {
        let html = sanitize(written);
        let attributes =
            html.strip_prefix("<iframe ").and_then(|rest| rest.strip_suffix("></iframe>"));
        let attributes = attributes.unwrap_or_else(|| panic!("{html}"));
        assert!(attributes.starts_with(kept), "{attributes}");
        for attribute in ["loading=\"lazy\"", sandbox.split(" loading").next().expect("a sandbox")]
        {
            assert!(attributes.contains(attribute), "{attributes}");
        }
        assert_eq!(sanitize(&html), html);
    }
    for written in [
        "أ<iframe src=https://evil.example/></iframe>ب",
        "أ<iframe src=/embed></iframe>ب",
        "أ<iframe></iframe>ب",
        "أ<iframe src=https://www.google.com/url?q=x></iframe>ب",
    ] {
        assert_eq!(sanitize(written), "أ ب", "{written}");
    }
    let body = "قبل\n\n<iframe src=\"https://www.youtube.com/embed/x\"></iframe>\n\nبعد **نص**";
    let html = render(body, BodyFormat::Markdown);
    assert!(html.contains("<iframe src=\"https://www.youtube.com/embed/x\""), "{html}");
    assert!(html.contains("<strong>نص</strong>"), "{html}");
}

#[test]
fn ids_are_kept_or_prefixed() {
    for (written, html) in [
        ("<h2 id=\"القسم-الأول\">أ</h2>", "<h2 id=\"القسم-الأول\">أ</h2>"),
        (
            "<h3 id=causes>أ</h3><a href=#causes>ب</a>",
            "<h3 id=\"causes\">أ</h3><a href=\"#causes\">ب</a>",
        ),
        ("<a name=_ftn1>1</a>", "<a id=\"_ftn1\">1</a>"),
        ("<a name=x1 id=y1>1</a>", "<a id=\"y1\">1</a>"),
        (
            "<p id=location>x</p><a href=#location>y</a>",
            "<p id=\"user-content-location\">x</p><a href=\"#user-content-location\">y</a>",
        ),
        ("<p id=dataLayer>x</p>", "<p id=\"user-content-dataLayer\">x</p>"),
    ] {
        assert_eq!(sanitize(written), html, "{written}");
    }
}

#[test]
fn link_types_are_kept() {
    for (written, rel) in [
        ("<a href=https://a.example>", " rel=\"noopener noreferrer\""),
        ("<a href=//a.example>", " rel=\"noopener noreferrer\""),
        (
            "<a href=https://a.example rel='Sponsored nofollow x'>",
            " rel=\"noopener noreferrer nofollow sponsored\"",
        ),
        ("<a href=https://news.example/a>", ""),
        ("<a href=HTTPS://News.Example:443/a>", ""),
        ("<a href=https://ليبيا.example/a>", ""),
        ("<a href=https://news.example.evil.example/>", " rel=\"noopener noreferrer\""),
        ("<a href=/a rel=nofollow>", " rel=\"nofollow\""),
        ("<a href=/a rel='opener alternate'>", ""),
        ("<a href=#a>", ""),
        ("<a href=mailto:a@b.example>", ""),
        ("<a rel=nofollow>", ""),
    ] {
        let html = sanitize(written);
        let found = html.find(" rel=").map_or("", |at| &html[at..html.find('>').expect("a tag")]);
        assert_eq!(found, rel, "{written}");
    }
}

#[test]
fn removed_elements_separate_words() {
    let blocks = "address article aside blockquote center details dialog dir div dl fieldset figcaption \
        figure footer form h1 h2 header hgroup legend li main marquee menu nav ol p pre search \
        section summary table ul td th tr caption option optgroup button object canvas svg math select \
        video audio iframe textarea noscript";
    for name in blocks.split_whitespace() {
        for html in [
            format!("Street<{name}>x</{name}>Tripoli"),
            format!("<b>Street</b><{name}></{name}><i>Tripoli</i>"),
            format!("<p>Street<{name}>Tripoli"),
            format!("<{name}>Street</{name}>Tripoli"),
            format!("{}Street<{name}>x</{name}>Tripoli", "<div>".repeat(60)),
        ] {
            let text = plain_text(&sanitize(&html));
            let is_lost = !text.contains("Street") || !text.contains("Tripoli");
            let has_no_text =
                ["svg", "math", "select", "video", "audio", "iframe", "textarea", "noscript"];
            assert!(!is_lost || has_no_text.contains(&name), "{html}: {text}");
            for glued in ["StreetT", "Streetx", "xTripoli"] {
                assert!(!text.contains(glued), "{html}: {text}");
            }
        }
    }
    for html in [
        "Street<br>Tripoli",
        "Street<hr>Tripoli",
        "Street<img src=a>Tripoli",
        "Street<input>Tripoli",
    ] {
        assert!(!plain_text(&sanitize(html)).contains("StreetTripoli"), "{html}");
    }
}

#[test]
fn inline_elements_split_no_word() {
    let inline = "a abbr b bdi bdo cite code del dfn em font i ins kbd label mark nobr q s samp small span \
        strike strong sub sup time tt u var big acronym o:p x-y";
    for name in inline.split_whitespace() {
        let html = sanitize(&format!("ال<{name}>كلم</{name}>ة"));
        assert_eq!(plain_text(&html), "الكلمة", "{html}");
    }
    assert_eq!(plain_text(&sanitize("ال<wbr>كلم<!-- x -->ة<script>x</script>ات")), "الكلمةات");
    assert_eq!(plain_text(&sanitize("H<sub>2</sub>O m<sup>2</sup>")), "H2O m2");
}

#[test]
fn enumerated_values_are_kept_in_any_case() {
    for (source, kept) in [
        ("<p DIR=\"RTL\">x</p>", "dir=\"RTL\""),
        ("<table><tr><td align=\"RIGHT\">x</td></tr></table>", "align=\"RIGHT\""),
        ("<img src=\"https://a.example/x.jpg\" loading=\"LAZY\">", "loading=\"LAZY\""),
    ] {
        let html = sanitize(source);
        assert!(html.contains(kept), "{source}: {html}");
    }
}
