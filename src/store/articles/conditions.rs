//! Beginnings of conditions in SQL that Diesel's builder has no words for. `list.rs` binds what they end
//! with.

use crate::domain::listing::ArticleSort;

/// "The article has the tag" in SQL, but for the tag.
pub(super) const HAS_TAG: &str = "had.article_id = articles.id AND had.tag_id = ";

/// The same for articles that another tag leads to, in an order. In the index that has a tag's articles in
/// this order those that follow each other lie beside each other; what leads from an article to its tags
/// is on another page for each. A range of one, lest the planner prefer to go that way.
pub(super) fn has_other_tag(order: ArticleSort) -> &'static str {
    match order {
        ArticleSort::PublishedAt => {
            "had.published_at = article_tags.published_at AND had.article_id \
             BETWEEN article_tags.article_id AND article_tags.article_id AND had.tag_id = "
        }
        ArticleSort::UpdatedAt => {
            "had.published_at IS NOT NULL AND had.updated_at = article_tags.updated_at \
             AND had.article_id BETWEEN article_tags.article_id AND article_tags.article_id \
             AND had.tag_id = "
        }
        ArticleSort::Title => {
            "had.published_at IS NOT NULL AND had.title_sort = article_tags.title_sort \
             AND had.article_id BETWEEN article_tags.article_id AND article_tags.article_id \
             AND had.tag_id = "
        }
    }
}

/// The beginning of the effective state of comments in SQL: [`crate::domain::comment_settings::Discussion`]
/// is the rule, a test holds this to it.
pub(super) const OPEN: &str =
    "(articles.status = 'published' AND COALESCE(article_comment_settings.comments, ";
