//! Cold reads as a ratio to a bare actix-web server that answers the same bytes, in one run:
//!
//! ```text
//! cargo bench --bench cold_reads                       on SQLite
//! cargo bench --bench cold_reads -- postgres://…       on PostgreSQL, in an empty database
//! ```
//!
//! It starts the release build of `maqal`, without its cache, on one core, fills it with 1,000 Arabic
//! articles of about 3.7 KB, and loads it from the other core with `wrk`, one article after the
//! other. Runs of the two servers alternate; the medians are compared.

mod load;

use load::{ARTICLES, Load, Server, fill, head, row, sample};

fn main() {
    let first = load::arguments();
    let folder = tempfile::tempdir().expect("a folder");
    let url = first.unwrap_or_else(|| format!("sqlite://{}/bench.db", folder.path().display()));
    let server = Server::maqal(folder.path(), &url, &[("MAQAL_CACHE", "off")]);
    let runtime = actix_web::rt::System::new();
    runtime.block_on(fill(&server.base));
    let script = folder.path().join("articles.lua");
    let walk = format!(
        "local n = 0\nrequest = function()\n  n = n % {ARTICLES} + 1\n  \
         return wrk.format('GET', '/api/v1/articles/' .. n)\nend\n"
    );
    std::fs::write(&script, walk).expect("a script");
    let script = script.to_str().expect("UTF-8");
    head();
    for (name, path, script) in [
        ("one article", "/api/v1/articles/1", Some(script)),
        ("list of 20", "/api/v1/articles", None),
        ("list of 20 with a tag", "/api/v1/articles?tag=%D9%84%D9%8A%D8%A8%D9%8A%D8%A7", None),
    ] {
        let (bytes, _) = runtime.block_on(sample(&server.base, path, &[]));
        row(&Load { name, path, script, bytes: &bytes, headers: &[] }, &server, folder.path());
    }
}
