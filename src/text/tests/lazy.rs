//! Media that a page loads lazily, with and without `noscript`.

use super::sanitize;

#[test]
fn lazy_image_has_its_real_address() {
    const DATA: &str = "src=data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    for (written, html) in [
        (format!("<img {DATA} data-src=/a.jpg alt=ميناء>"), "<img src=\"/a.jpg\" alt=\"ميناء\">"),
        (
            format!(
                "<img width=8 height=6 {DATA} data-lazy-src=/a.jpg data-lazy-srcset='/a.jpg 8w, /b.jpg 16w' \
                 data-lazy-sizes='100vw'>"
            ),
            "<img srcset=\"/a.jpg 8w, /b.jpg 16w\" sizes=\"100vw\" width=\"8\" height=\"6\" src=\"/a.jpg\">",
        ),
        (
            format!(
                "<img class=lazyload {DATA} data-srcset='/a.jpg 8w, /b.jpg 16w' data-sizes=auto>"
            ),
            "<img src=\"/b.jpg\" srcset=\"/a.jpg 8w, /b.jpg 16w\">",
        ),
        (
            format!("<img {DATA} srcset='data:image/svg+xml;base64,x 1w' data-srcset='/a.jpg 8w'>"),
            "<img src=\"/a.jpg\" srcset=\"/a.jpg 8w\">",
        ),
        (format!("<img {DATA} data-orig-file=/a.jpg>"), "<img src=\"/a.jpg\">"),
        ("<img src=/a.jpg data-orig-file=/full.jpg>".to_owned(), "<img src=\"/a.jpg\">"),
        (
            "<img data-original=https://a.example/a.jpg>".to_owned(),
            "<img src=\"https://a.example/a.jpg\">",
        ),
        (
            "<img src=/plugins/lazy/blank.gif data-src='/a.jpg?w=1&amp;h=2'>".to_owned(),
            "<img src=\"/a.jpg?w=1&amp;h=2\">",
        ),
        (
            "<img src=/1x1.trans.gif srcset='/a.jpg 2x'>".to_owned(),
            "<img src=\"/a.jpg\" srcset=\"/a.jpg 2x\">",
        ),
        ("<img src=/blank.gif alt=x>".to_owned(), "<img src=\"/blank.gif\" alt=\"x\">"),
        (
            "<img srcset='/a.jpg 300w, /b.jpg 900w'>".to_owned(),
            "<img src=\"/b.jpg\" srcset=\"/a.jpg 300w, /b.jpg 900w\">",
        ),
        (
            format!(
                "<picture><source data-srcset=/a.webp type=image/webp><img {DATA} data-src=/a.jpg></picture>"
            ),
            "<picture><source srcset=\"/a.webp\" type=\"image/webp\"><img src=\"/a.jpg\"></picture>",
        ),
        (
            format!("<picture><source srcset='/a.jpg 2x'><img {DATA}></picture>"),
            "<picture><source srcset=\"/a.jpg 2x\"><img src=\"/a.jpg\"></picture>",
        ),
        (
            "<video data-src=/a.mp4 data-poster=/a.jpg></video>".to_owned(),
            "<video src=\"/a.mp4\" poster=\"/a.jpg\" controls=\"\"></video>",
        ),
        (
            "<video><source data-src=/a.webm type=video/webm></video>".to_owned(),
            "<video controls=\"\"><source src=\"/a.webm\" type=\"video/webm\"></video>",
        ),
        (format!("<img {DATA}>"), ""),
        (format!("<img {DATA} data-src={}>", &DATA[4..]), ""),
        (format!("<img {DATA} data-lazy=true data-src='' data-id=5>"), ""),
        ("<img src=''><img src=#>".to_owned(), ""),
        ("<img data-src=javascript:alert(1)//.jpg>".to_owned(), ""),
        ("<p data-src=/a.jpg>x</p>".to_owned(), "<p>x</p>"),
    ] {
        // The order of attributes has no meaning.
        assert_eq!(sorted(&sanitize(&written)), sorted(html), "{written}");
    }
}

/// Sorts the attributes of each tag.
fn sorted(html: &str) -> Vec<Vec<String>> {
    let tags = html.split('>').map(|tag| {
        let mut parts: Vec<_> = tag
            .split("\" ")
            .map(|part| part.trim_end_matches('"').replacen("<img ", "<img\" ", 1))
            .collect();
        parts = parts.iter().flat_map(|part| part.split("\" ")).map(str::to_owned).collect();
        parts.sort();
        parts
    });
    tags.collect()
}

#[test]
fn lazy_frame_is_an_embed_of_a_listed_site() {
    for written in [
        "<iframe data-src=https://www.youtube.com/embed/x></iframe>",
        "<iframe src=about:blank data-lazy-src=//www.youtube.com/embed/x></iframe>",
        "<iframe src=about:blank class=lazy data-src=//www.youtube.com/embed/x></iframe>\
         <noscript><iframe src=https://www.youtube.com/embed/x></iframe></noscript>",
        "<noscript><iframe src=https://www.youtube.com/embed/x></iframe></noscript>",
        "<iframe data-src=https://evil.example/ src=https://www.youtube.com/embed/x></iframe>",
    ] {
        let html = sanitize(written);
        assert!(
            html.starts_with("<iframe src=\"https://www.youtube.com/embed/x\""),
            "{written}: {html}"
        );
        assert_eq!(html.matches("<iframe").count(), 1, "{written}: {html}");
    }
    for written in [
        "<iframe data-src=https://evil.example/></iframe>",
        "<iframe data-src=javascript:alert(1)></iframe>",
        "<noscript><iframe src=https://tags.example/ns.html width=0 height=0></iframe></noscript>",
    ] {
        assert_eq!(sanitize(written), "", "{written}");
    }
}

#[test]
fn picture_and_its_noscript_twin_are_one() {
    let lazy = "<img class=lazy src=data:image/gif;base64,R0 data-src=/a.jpg>";
    let twin = "<noscript><img src=/a.jpg></noscript>";
    let image = "<img src=\"/a.jpg\">";
    for (written, html) in [
        (format!("{lazy}{twin}"), image.to_owned()),
        (format!("{twin}{lazy}"), image.to_owned()),
        (format!("{twin}\n{lazy}"), format!("\n{image}")),
        (twin.to_owned(), image.to_owned()),
        (format!("<img class=lazy src=data:,x>{twin}"), image.to_owned()),
        (format!("<img src=/a.jpg>{twin}"), image.to_owned()),
        (format!("<figure>{lazy}{twin}<figcaption>شرح</figcaption></figure>"), format!("<figure>{image}<figcaption>شرح</figcaption></figure>")),
        (format!("<a href=/b>{lazy}</a>نص{twin}"), format!("<a href=\"/b\">{image}</a>نص")),
        // Another size, another scheme, another query.
        (format!("{lazy}<noscript><img src=/a-300x200.jpg></noscript>"), image.to_owned()),
        (
            "<p><img data-src=https://a.example/a.jpg?w=9>نص</p><noscript><img src=//a.example/a.jpg></noscript>".to_owned(),
            "<p><img src=\"https://a.example/a.jpg?w=9\">نص</p>".to_owned(),
        ),
        // The placeholder of a page gives way.
        (format!("<img src=/blank.gif>{twin}"), image.to_owned()),
        (format!("{twin}<img class=lazy src=/a-20x10.jpg>"), image.to_owned()),
        (format!("<picture><source data-srcset='/a.webp 2x'>{lazy}{twin}</picture>"), format!("<picture><source srcset=\"/a.webp 2x\">{image}</picture>")),
        (
            "<noscript><picture><source srcset=/a.webp><img src=/a.jpg></picture></noscript>".to_owned(),
            "<picture><source srcset=\"/a.webp\"><img src=\"/a.jpg\"></picture>".to_owned(),
        ),
        // Each of a gallery once.
        (
            "<img data-src=/a.jpg><noscript><img src=/a.jpg></noscript><img data-src=/b.jpg><noscript><img src=/b.jpg></noscript>".to_owned(),
            "<img src=\"/a.jpg\"><img src=\"/b.jpg\">".to_owned(),
        ),
        (
            "<noscript><img src=/a.jpg></noscript><noscript><img src=/b.jpg></noscript>".to_owned(),
            "<img src=\"/a.jpg\"><img src=\"/b.jpg\">".to_owned(),
        ),
        // Different pictures are both kept.
        ("<img src=/b.jpg><noscript><img src=/a.jpg></noscript>".to_owned(), "<img src=\"/b.jpg\"><img src=\"/a.jpg\">".to_owned()),
        ("<img data-src=/b.jpg>نص<noscript><img src=/a.jpg></noscript>".to_owned(), "<img src=\"/b.jpg\">نص<img src=\"/a.jpg\">".to_owned()),
        // No text, no pixel, nothing of scripts.
        ("أ<noscript>Enable <b>JavaScript</b> <a href=https://x.example>x</a></noscript>ب".to_owned(), "أ ب".to_owned()),
        ("أ<noscript><img height=1 width=1 style=display:none src=https://t.example/tr?id=1></noscript>ب".to_owned(), "أ ب".to_owned()),
        ("<noscript><img src=/a.jpg onerror=alert(1)><script>alert(1)</script></noscript>".to_owned(), image.to_owned()),
        ("<svg><noscript><img src=/a.jpg></noscript></svg>".to_owned(), String::new()),
    ] {
        assert_eq!(sanitize(&written), html, "{written}");
        assert_eq!(sanitize(&html), html, "{written}");
    }
}

#[test]
fn posts_of_networks_keep_their_text_and_link() {
    for (class, link) in [
        ("twitter-tweet", "https://twitter.com/a/status/1"),
        ("instagram-media", "https://www.instagram.com/p/x/"),
        ("tiktok-embed", "https://www.tiktok.com/@a/video/1"),
        ("telegram-post", "https://t.me/a/1"),
    ] {
        let html = sanitize(&format!(
            "<blockquote class={class} data-permalink=x style=x><section><p>نص</p><a href={link}>رابط</a>\
             <svg><text>x</text></svg></section></blockquote><script async src=//x.example/embed.js></script>"
        ));
        let expected = format!(
            "<blockquote><section><p>نص</p><a href=\"{link}\" rel=\"noopener noreferrer\">رابط</a></section></blockquote>"
        );
        assert_eq!(html, expected);
    }
}
