//! Tests of `text` that are tables or span several of its files.

mod comment_html;
mod emphasis;
mod folding;
mod fuzz;
mod highlighting;
mod hostile;
mod markup;
mod queries;
mod search;
mod xss;

use std::sync::LazyLock;

use super::embeds::EmbedHosts;
use super::render::{BodyFormat, Renderer};
use super::site::Site;

static RENDERER: LazyLock<Renderer> = LazyLock::new(|| {
    let own_hosts = vec!["news.example".to_owned(), "xn--mgbb7fyab.example".to_owned()];
    Renderer::new(Site { embeds: EmbedHosts::default(), own_hosts })
});

fn render(source: &str, format: BodyFormat) -> String {
    RENDERER.render(source, format)
}

fn sanitize(html: &str) -> String {
    RENDERER.sanitize(html)
}
