//! Suggestions for a search field: titles of articles and names of tags.

use crate::domain::article::{Article, ArticleId, Status};
use crate::domain::listing::{Direction, PageRequest, Start, TagQuery, TagSort, Visibility};
use crate::domain::search::{Index, Scope, plan};
use crate::domain::tag::Tag;
use crate::service::{App, Error, Result};
use crate::store::{Conn, articles, search as store, tags};
use crate::text::query::{self, MAX_CHARS, MAX_TERMS, QueryError};
use crate::text::tag_name;

/// A suggestion.
#[derive(Debug, Clone, PartialEq)]
pub enum Suggestion {
    /// A public tag.
    Tag(Tag),
    /// A published article.
    Article(Box<Article>),
}

/// Suggests tags with this prefix, those with most articles first, and then articles with words of
/// these prefixes in their title, newest first. Each has half of the limit, more if the other has
/// fewer.
///
/// # Errors
/// [`Error::Query`] for a text that is too long.
pub async fn suggest(app: &App, text: String, limit: u8) -> Result<Vec<Suggestion>> {
    if text.chars().count() > MAX_CHARS {
        return Err(QueryError::TooLong.into());
    }
    let mut words = query::prefix_forms(&text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    // Titles rarely have more terms, and a last word of one letter is not yet selective.
    words.truncate(MAX_TERMS);
    // All parts of G7 and 5G are short, and are asked for in full.
    let is_selective = words.iter().any(|word| !is_short(word));
    while is_selective && words.last().is_some_and(|last| is_short(last)) {
        words.pop();
    }
    let (prefix, runs) = (tag_name::prefix(&text), query::unspaced_runs(&text));
    app.db
        .scan(async move |conn| {
            let limit = usize::from(limit);
            let tags = tags_with_prefix(conn, &prefix, limit).await?;
            let articles = articles_with_prefixes(conn, &words, &runs, limit).await?;
            let half = limit.div_ceil(2);
            let tag_count = tags.len().min(half.max(limit.saturating_sub(articles.len())));
            let tags = tags.into_iter().take(tag_count).map(Suggestion::Tag);
            let articles =
                articles.into_iter().map(|article| Suggestion::Article(Box::new(article)));
            Ok::<_, Error>(tags.chain(articles).take(limit).collect())
        })
        .await
}

async fn tags_with_prefix(conn: &mut Conn<'_>, prefix: &str, limit: usize) -> Result<Vec<Tag>> {
    let query = TagQuery {
        lang: None,
        unlisted: false,
        prefix: Some(prefix.to_owned()),
        sort: TagSort::ArticleCount,
        direction: Direction::Descending,
        page: PageRequest {
            start: Start::Beginning,
            limit: u8::try_from(limit).unwrap_or(u8::MAX),
            total: false,
        },
    };
    Ok(tags::list(conn, &query).await?.rows)
}

async fn articles_with_prefixes(
    conn: &mut Conn<'_>,
    words: &[Vec<String>],
    runs: &[Vec<String>],
    limit: usize,
) -> Result<Vec<Article>> {
    let Some(node) = plan::title_completion(words, runs)
        .filter(|_| words.len() > 1 || !words.iter().any(|word| is_short(word)))
    else {
        return Ok(Vec::new());
    };
    store::prepare(conn).await?;
    let scope =
        Scope { status: Status::Published, visibility: Visibility::Public, lang: None, tag: None };
    let ids: Vec<ArticleId> =
        store::candidates(conn, Index::Published, &scope, &node, limit).await?;
    Ok(articles::summaries(conn, &ids).await?)
}

fn is_short(forms: &[String]) -> bool {
    forms.first().is_none_or(|word| query::is_short_prefix(word))
}
