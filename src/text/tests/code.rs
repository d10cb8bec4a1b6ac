//! The language of code blocks, as editors, highlighters and site generators write it.

use super::{render, sanitize};
use crate::text::render::BodyFormat;

#[test]
fn code_keeps_its_language() {
    for (written, html) in [
        ("<code class=language-rust>", "<code class=\"language-rust\"></code>"),
        ("<code class='hljs language-js'>", "<code class=\"language-js\"></code>"),
        ("<code class=lang-c++>", "<code class=\"language-c++\"></code>"),
        ("<code class='language-rust,ignore'>", "<code class=\"language-rust\"></code>"),
        ("<code class='rust,ignore'>", "<code class=\"language-rust\"></code>"),
        ("<code class='hljs php'>", "<code class=\"language-php\"></code>"),
        ("<code class='inline note'>", "<code></code>"),
        ("<code data-lang=go>", "<code class=\"language-go\"></code>"),
        ("<code lang=php>", "<code class=\"language-php\"></code>"),
        ("<code lang=ar>", "<code lang=\"ar\"></code>"),
        ("<span class=language-php lang=fr>x</span>", "<span lang=\"fr\">x</span>"),
        ("<pre class=language-php>", "<pre class=\"language-php\"></pre>"),
        ("<pre class='brush: php; html-script: true'>", "<pre class=\"language-php\"></pre>"),
        (
            "<pre class='brush:js;gutter:false' title=x>",
            "<pre title=\"x\" class=\"language-js\"></pre>",
        ),
        ("<pre class='lang:ruby decode:true'>", "<pre class=\"language-ruby\"></pre>"),
        ("<pre lang=php>", "<pre class=\"language-php\"></pre>"),
        ("<pre lang=fa>", "<pre lang=\"fa\"></pre>"),
        (
            "<pre class=EnlighterJSRAW data-enlighter-language=php>",
            "<pre class=\"language-php\"></pre>",
        ),
        ("<pre data-enlighter-language=generic>", "<pre></pre>"),
        ("<pre class='prettyprint lang-js linenums'>", "<pre class=\"language-js\"></pre>"),
    ] {
        assert_eq!(sanitize(written), html, "{written}");
    }
}

#[test]
fn code_in_a_code_block_has_its_language() {
    for (before, after) in [
        ("<pre class=language-php><code class=language-php>", ""),
        ("<pre class='language-php line-numbers'><code>", ""),
        ("<pre class=wp-block-code><code lang=php class=language-php>", ""),
        ("<pre lang=php>\n<code>", ""),
        ("<pre class='sourceCode php'><code class='sourceCode php'>", ""),
        ("<pre class='brush: php'><code>", ""),
        ("<div class='highlight highlight-source-php'><pre><code>", "</div>"),
        ("<div class='highlight-php notranslate'><div class=highlight><pre><code>", "</div></div>"),
        ("<div class='language-php highlighter-rouge'><pre class=highlight><code>", "</div>"),
        ("<figure class='highlight php'><pre><code>", "</figure>"),
        ("<div data-language=php><pre><code>", "</div>"),
    ] {
        let html =
            sanitize(&format!("{before}echo 1;</code></pre>{after}<pre><code>x</code></pre>"));
        let code = "<pre><code class=\"language-php\">echo 1;</code></pre>";
        assert!(html.contains(code), "{before}: {html}");
        assert!(html.ends_with("<pre><code>x</code></pre>"), "{before}: {html}");
        assert_eq!(html.matches("class=").count(), 1, "{html}");
    }
    let two = "<div class=lang-ar><pre>نص</pre></div>";
    assert_eq!(sanitize(two), "<div><pre>نص</pre></div>");
}

#[test]
fn fence_keeps_its_language() {
    for (info, language) in [
        ("rust,ignore", "rust"),
        ("js{1,3}", "js"),
        ("c++ title=x", "c++"),
        ("py:main", "py"),
        ("js title=\"x\" {1,3}", "js"),
        ("{.python .numberLines}", "python"),
        (" {.python}", "python"),
        ("{#id .python startFrom=\"9\"}", "python"),
        ("{r, echo=FALSE}", "r"),
        ("python {.numberLines}", "python"),
    ] {
        for fence in ["```", "~~~", "~~~ "] {
            let html = render(&format!("{fence}{info}\nx\n{}", fence.trim()), BodyFormat::Markdown);
            let code = format!("<pre><code class=\"language-{language}\">x\n</code></pre>");
            assert_eq!(html.trim_end(), code, "{fence}{info}");
        }
    }
    for info in ["", "title=\"x\"", "{=html}", "{.}"] {
        let html = render(&format!("```{info}\nx\n```"), BodyFormat::Markdown);
        assert_eq!(html.trim_end(), "<pre><code>x\n</code></pre>", "{info}");
    }
}
