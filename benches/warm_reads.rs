//! Warm reads as a ratio to a bare actix-web server that answers the same bytes, in one run. As
//! `cold_reads`, but with the cache, and each thing has been asked for before:
//!
//! ```text
//! cargo bench --bench warm_reads
//! ```

mod load;

use load::{ARTICLES, Load, Server, fill, head, row, sample};

const ARTICLE: &str = "/api/v1/articles/1";
const LIST: &str = "/api/v1/articles";

fn main() {
    let first = load::arguments();
    let folder = tempfile::tempdir().expect("a folder");
    let url = first.unwrap_or_else(|| format!("sqlite://{}/bench.db", folder.path().display()));
    let server = Server::maqal(folder.path(), &url, &[]);
    let runtime = actix_web::rt::System::new();
    let ask = |path: &str, headers: &[(&str, &str)]| {
        runtime.block_on(sample(&server.base, path, headers))
    };
    runtime.block_on(fill(&server.base));
    for n in 1..=ARTICLES {
        ask(&format!("/api/v1/articles/{n}"), &[]);
    }
    let script = folder.path().join("articles.lua");
    let walk = format!(
        "local n = 0\nrequest = function()\n  n = n % {ARTICLES} + 1\n  \
         return wrk.format('GET', '/api/v1/articles/' .. n)\nend\n"
    );
    std::fs::write(&script, walk).expect("a script");
    let script = script.to_str().expect("UTF-8");
    let slug = slug(&ask(ARTICLE, &[]).0);
    head();
    for (name, path, script) in [
        ("one article", ARTICLE, None),
        ("one article of 1,000", ARTICLE, Some(script)),
        ("by its slug", slug.as_str(), None),
        ("list of 20", LIST, None),
        (
            "list of 5 with a tag",
            "/api/v1/articles?tag=%D9%84%D9%8A%D8%A8%D9%8A%D8%A7&limit=5",
            None,
        ),
        ("tags", "/api/v1/tags", None),
    ] {
        let (bytes, _) = ask(path, &[]);
        row(&Load { name, path, script, bytes: &bytes, headers: &[] }, &server, folder.path());
    }
    let brotli = [("Accept-Encoding", "gzip, br"), ("Accept-Language", "ar-LY,ar;q=0.9,en;q=0.8")];
    // Compressed once it has been asked for.
    for _ in 0..3 {
        ask(LIST, &brotli);
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    let (bytes, _) = ask(LIST, &brotli);
    let headers = ["Accept-Encoding: gzip, br", "Accept-Language: ar-LY,ar;q=0.9,en;q=0.8"];
    let load = Load {
        name: "list of 20, in br",
        path: LIST,
        script: None,
        bytes: &bytes,
        headers: &headers,
    };
    row(&load, &server, folder.path());
    for (name, path) in [("article, unchanged (304)", ARTICLE), ("list, unchanged (304)", LIST)] {
        let condition = format!("If-None-Match: {}", ask(path, &[]).1);
        let headers = [condition.as_str()];
        row(
            &Load { name, path, script: None, bytes: b"", headers: &headers },
            &server,
            folder.path(),
        );
    }
}

/// The path of an article by its slug.
fn slug(article: &[u8]) -> String {
    let article: serde_json::Value = serde_json::from_slice(article).expect("JSON");
    let slug = article["slug"].as_str().expect("a slug");
    let encoded: String = url::form_urlencoded::byte_serialize(slug.as_bytes()).collect();
    format!("/api/v1/articles/slug/{encoded}")
}
