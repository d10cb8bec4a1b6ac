//! Paths of the resources to read.

use super::client::Client;
use super::corpus;

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The list of a tag's articles, by the tag's rank.
pub fn tagged(rank: usize) -> String {
    format!("/api/v1/articles?tag={}", tag_slug(rank))
}

/// A tag's slug, by its rank.
pub fn tag_slug(rank: usize) -> String {
    encode(&corpus::tag(rank).replace(' ', "-"))
}

/// The list of a byline's articles, by its rank.
pub fn credited(rank: usize) -> String {
    format!("/api/v1/articles?credit={}", encode(&corpus::byline(rank)))
}

/// A search.
pub fn search(words: &str) -> String {
    format!("/api/v1/search?q={}", encode(words))
}

/// Suggestions for a prefix.
pub fn suggest(beginning: &str) -> String {
    format!("/api/v1/search/suggest?q={}", encode(beginning))
}

/// An article's path by slug.
pub async fn slug_of(client: &Client, id: usize) -> String {
    let article = client.get(&format!("/api/v1/articles/{id}?fields=slug")).await;
    format!("/api/v1/articles/slug/{}", encode(article["slug"].as_str().expect("a slug")))
}
