//! Tests of `text` that are tables or span several of its files.

mod code;
mod comment_html;
mod emphasis;
mod excerpts;
mod folding;
mod fuzz;
mod highlighting;
mod hostile;
mod lazy;
mod markup;
mod queries;
mod search;
mod xss;

use std::sync::LazyLock;

use super::embeds::EmbedHosts;
use super::render::{BodyFormat, Renderer, markup};
use super::site::Site;

static RENDERER: LazyLock<Renderer> = LazyLock::new(|| {
    let own_hosts = vec!["news.example".to_owned(), "xn--mgbb7fyab.example".to_owned()];
    Renderer::new(Site { embeds: EmbedHosts::default(), own_hosts })
});

fn render(source: &str, format: BodyFormat) -> String {
    sanitize(&markup(source, format))
}

fn sanitize(html: &str) -> String {
    RENDERER.sanitize(html)
}
