//! The language of a code block, from the spellings of editors, highlighters and site generators. It
//! leaves as the class `language-x`.

use super::references::decode;

/// Languages that a word alone names, sorted. After a prefix such as `language-` any name counts.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "abap", "actionscript", "ada", "apache", "apacheconf", "apex", "applescript", "arduino",
    "asm", "asp", "aspx", "assembly", "autohotkey", "awk", "bash", "batch", "blade", "brainfuck",
    "c", "c#", "c++", "cfm", "clj", "clojure", "cmake", "cobol", "coffee", "coffeescript",
    "coldfusion", "cpp", "crystal", "csh", "csharp", "cshtml", "css", "csv", "cuda", "cython",
    "dart", "delphi", "diff", "django", "docker", "dockerfile", "dos", "elixir", "elm", "erb",
    "erlang", "excel", "f#", "fish", "fortran", "fsharp", "gherkin", "git", "glsl", "go",
    "golang", "gradle", "graphql", "groovy", "haml", "handlebars", "haskell", "haxe", "hcl",
    "html", "html5", "http", "ini", "java", "javascript", "jinja", "jinja2", "jl", "js", "json",
    "json5", "jsonc", "jsp", "jsx", "julia", "kotlin", "kt", "latex", "less", "liquid", "lisp",
    "lua", "makefile", "markdown", "matlab", "mermaid", "mysql", "nasm", "nginx", "nim", "nix",
    "objc", "objective-c", "objectivec", "ocaml", "octave", "pascal", "patch", "perl", "pgsql",
    "php", "php5", "plpgsql", "postgresql", "powershell", "prolog", "properties", "proto",
    "protobuf", "ps1", "puppet", "purescript", "py", "py3", "python", "python2", "python3",
    "qml", "r", "racket", "rb", "regex", "rs", "ruby", "rust", "sass", "scala", "scheme", "scss",
    "sh", "shell", "sol", "solidity", "sparql", "sql", "stata", "stylus", "svelte", "swift",
    "systemverilog", "tcl", "terraform", "tex", "toml", "ts", "tsx", "twig", "typescript",
    "vala", "vb", "vb.net", "vba", "vbnet", "vbscript", "verilog", "vhdl", "vim", "vue", "wasm",
    "wat", "xhtml", "xml", "xquery", "xslt", "yaml", "yml", "zig", "zsh",
];

/// Languages that `lang` names only in speech: Czech, Malayalam, Polish and Pashto are no code.
const NEVER_IN_LANG: [&str; 4] = ["cs", "ml", "pl", "ps"];

/// Values that name no language.
const NONE: [&str; 8] = [
    "code-block",
    "code-cell",
    "default",
    "generic",
    "highlighter-rouge",
    "none",
    "raw",
    "undefined",
];

/// Attributes that name the language of their element.
const ATTRIBUTES: [&str; 6] = [
    "data-code-language",
    "data-enlighter-language",
    "data-lang",
    "data-language",
    "data-programming-language",
    "language",
];

/// Returns the class of a language.
pub(super) fn class(language: &str) -> String {
    format!("language-{language}")
}

/// Returns the language of an element by its attributes, which have values as written.
pub(super) fn of_element(attributes: &[(String, &str)]) -> Option<String> {
    let value = |key: &str| attributes.iter().find(|(other, _)| other == key);
    let class = value("class").and_then(|(_, value)| of_classes(&decode(value)));
    let own =
        || ATTRIBUTES.iter().find_map(|key| value(key)).and_then(|(_, value)| name(&decode(value)));
    let lang = || value("lang").filter(|(_, value)| is_code(value));
    class.or_else(own).or_else(|| lang().and_then(|(_, value)| name(value)))
}

/// True if the `lang` of a code block names a programming language, and no language of people.
pub(super) fn is_code(lang: &str) -> bool {
    let lang = lang.trim().to_ascii_lowercase();
    is_known(&lang) && !NEVER_IN_LANG.contains(&lang.as_str())
}

/// Returns the language of a block around code, such as `<div class="highlight-source-rust">`.
pub(super) fn of_wrapper(attributes: &[(String, &str)]) -> Option<String> {
    let is_attribute = |key: &str| key == "class" || ATTRIBUTES.contains(&key);
    attributes.iter().any(|(key, _)| is_attribute(key)).then_some(())?;
    of_element(attributes).filter(|name| is_known(name))
}

fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// Returns the language that the classes of an element name.
pub(super) fn of_classes(classes: &str) -> Option<String> {
    const PREFIXES: [&str; 6] =
        ["language-", "lang-", "highlight-source-", "highlight-text-", "brush:", "lang:"];
    let prefixed = |prefix: &str| {
        let mut rest = classes.split_ascii_whitespace().skip_while(|one| !one.starts_with(prefix));
        let first = rest.next()?.strip_prefix(prefix)?;
        // `brush: php`: the value is a word of its own.
        let value = if first.is_empty() { rest.next()? } else { first };
        let value = if prefix == "highlight-text-" { value.split('-').next()? } else { value };
        name(value)
    };
    let words = || classes.split_ascii_whitespace();
    let after = |mark: &str| words().skip_while(|one| *one != mark).nth(1).and_then(name);
    let alone = |word: &str| {
        let prefixes = ["highlight-", "src-", "sh_"];
        let word = prefixes.iter().find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(word);
        name(word).filter(|name| is_known(name))
    };
    let is_option =
        |name: &String| matches!(name.as_str(), "numberLines" | "numberSource" | "literate");
    PREFIXES
        .into_iter()
        .find_map(prefixed)
        .or_else(|| after("sourceCode").filter(|name| !is_option(name)))
        .or_else(|| words().find_map(alone))
}

/// Returns the language of a fence's info string: `rust,ignore`, `{.python .numberLines}`,
/// `js title="x" {1,3}`.
pub(super) fn of_fence(info: &str) -> Option<String> {
    let info = info.trim();
    let Some(attributes) = info.strip_prefix('{') else {
        return name(info.split_whitespace().next()?);
    };
    let attributes = attributes.split('}').next()?;
    let mut words = attributes.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let class = words.clone().find_map(|word| word.strip_prefix('.'));
    // R Markdown and MyST write the language without a dot.
    class.or_else(|| words.next()).and_then(name).or_else(|| {
        let after = info.split_once('}')?.1;
        name(after.split_whitespace().next()?)
    })
}

/// Returns a language's name without the attributes behind it, as in `rust,ignore` and `js{1,3}`.
fn name(value: &str) -> Option<String> {
    let mut value = value.trim().trim_matches(['"', '\'']);
    while let Some(rest) = value.strip_prefix("language-").or_else(|| value.strip_prefix("lang-")) {
        value = rest;
    }
    let name = value.split([',', '{', ':', ';', '"', '\'', ' ']).next().unwrap_or_default();
    let is_name = (1..=32).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+#._-".contains(&b))
        && name.bytes().any(|b| b.is_ascii_alphabetic());
    (is_name && !NONE.contains(&name.to_ascii_lowercase().as_str())).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_languages_are_sorted() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn classes_of_highlighters_name_a_language() {
        for (classes, language) in [
            ("language-rust", "rust"),
            ("hljs lang-c++", "c++"),
            ("rust,ignore", "rust"),
            ("language-rust,ignore", "rust"),
            ("brush: php; html-script: true", "php"),
            ("brush:jscript;gutter:false", "jscript"),
            ("lang:js decode:true", "js"),
            ("highlight highlight-source-rust", "rust"),
            ("highlight-text-html-basic", "html"),
            ("sourceCode rust", "rust"),
            ("sourceCode numberSource idris numberLines", ""),
            ("prettyprint lang-js linenums", "js"),
            ("prettyprint", ""),
            ("hljs php", "php"),
            ("src src-python", "python"),
            ("language-ruby highlighter-rouge", "ruby"),
            ("language-language-lang-c", "c"),
            ("highlight-python notranslate", "python"),
            ("highlight-wrapper", ""),
            ("wp-block-code", ""),
            ("language-", ""),
            ("language-none", ""),
            ("brush:", ""),
            ("highlight-default", ""),
            ("verse", ""),
        ] {
            assert_eq!(of_classes(classes).unwrap_or_default(), language, "{classes}");
        }
    }

    #[test]
    fn fences_name_a_language() {
        for (info, language) in [
            ("rust,ignore", "rust"),
            ("js{1,3}", "js"),
            ("js title=\"x\" {1,3}", "js"),
            ("{.python .numberLines}", "python"),
            ("{#id .python startFrom=\"1\"}", "python"),
            ("{ .py }", "py"),
            ("{r, echo=FALSE}", "r"),
            ("{code-block} python", "python"),
            ("python {.numberLines}", "python"),
            ("lang-php", "php"),
            ("{=html}", ""),
            ("title=\"x\"", ""),
            ("", ""),
        ] {
            assert_eq!(of_fence(info).unwrap_or_default(), language, "{info}");
        }
    }

    #[test]
    fn lang_of_people_is_no_language_of_code() {
        for lang in ["ar", "en-US", "cs", "pl", "fr", "php-x", ""] {
            assert!(!is_code(lang), "{lang}");
        }
        for lang in ["php", "JavaScript", "bash", "c++"] {
            assert!(is_code(lang), "{lang}");
        }
    }
}
