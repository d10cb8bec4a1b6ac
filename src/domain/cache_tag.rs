//! Cache tags: the units of invalidation. Triggers write their names to the table `changes`
//! (`migrations/`), and CDNs purge by them.

use std::fmt;

use super::article::ArticleId;
use super::tag::TagId;

/// A part of the public content. Content that only the newsroom sees has no tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CacheTag {
    /// All content.
    Everything,
    /// The content of a published article.
    Article(ArticleId),
    /// The shown comments and mentions of an article.
    Discussion(ArticleId),
    /// The set of published articles, and the columns that lists sort and filter by.
    Articles,
    /// The times of the last changes of published articles, which some lists sort and filter by.
    Updates,
    /// The set of published articles with a tag, and the columns that lists sort and filter by.
    Tagged(TagId),
    /// The content of a tag, and the slugs that lead to it.
    Tag(TagId),
    /// The set of tags, and the columns that lists sort and filter by.
    Tags,
    /// The site's settings.
    Settings,
}

impl CacheTag {
    /// Parses a name. Unknown names, of a newer version, are [`CacheTag::Everything`].
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let (kind, id) = match name.rsplit_once('-') {
            Some((kind, id)) => (kind, id.parse::<i64>().ok()),
            None => (name, None),
        };
        match (kind, id) {
            ("article", Some(id)) => Self::Article(id),
            ("discussion", Some(id)) => Self::Discussion(id),
            ("articles", None) => Self::Articles,
            ("updates", None) => Self::Updates,
            ("tagged", Some(id)) => Self::Tagged(id),
            ("tag", Some(id)) => Self::Tag(id),
            ("tags", None) => Self::Tags,
            ("settings", None) => Self::Settings,
            _ => Self::Everything,
        }
    }
}

impl fmt::Display for CacheTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Article(id) => write!(f, "article-{id}"),
            Self::Discussion(id) => write!(f, "discussion-{id}"),
            Self::Articles => f.write_str("articles"),
            Self::Updates => f.write_str("updates"),
            Self::Tagged(id) => write!(f, "tagged-{id}"),
            Self::Tag(id) => write!(f, "tag-{id}"),
            Self::Tags => f.write_str("tags"),
            Self::Settings => f.write_str("settings"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_parse_round_trip() {
        use CacheTag::*;
        let numbered = [Article(42), Discussion(42), Tagged(7), Tag(7)];
        for one in [Everything, Articles, Updates, Tags, Settings].into_iter().chain(numbered) {
            assert_eq!(CacheTag::parse(&one.to_string()), one);
        }
    }

    #[test]
    fn unknown_name_is_everything() {
        for name in ["", "article", "article-", "article-x", "tags-7", "weather-3", "Settings"] {
            assert_eq!(CacheTag::parse(name), CacheTag::Everything, "{name}");
        }
    }
}
