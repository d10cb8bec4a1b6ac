//! What a write touched and an answer was made from, in the same words: an answer holds until
//! something it was made from is touched. The words stand in the table `changes`, where triggers
//! write them (`migrations/`), and in the headers that CDNs purge by.

use std::fmt;

use super::article::ArticleId;
use super::tag::TagId;

/// Something that readers are shown. What only the newsroom sees has no name here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CacheTag {
    /// Anything at all.
    Everything,
    /// What a published article shows.
    Article(ArticleId),
    /// Which of an article's comments and mentions readers see, and what those show.
    Discussion(ArticleId),
    /// Which articles are published, and what lists sort and filter them by.
    Articles,
    /// When published articles were last changed, which some lists sort and filter by.
    Updates,
    /// Which published articles have a tag, and what lists sort and filter those by.
    Tagged(TagId),
    /// What a tag shows, and which slugs lead to it.
    Tag(TagId),
    /// Which tags there are, and what lists of them sort and filter by.
    Tags,
    /// The site's settings.
    Settings,
}

impl CacheTag {
    /// Reads a word. One that a newer version wrote may mean anything.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let (name, id) = match word.rsplit_once('-') {
            Some((name, id)) => (name, id.parse::<i64>().ok()),
            None => (word, None),
        };
        match (name, id) {
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
    fn every_word_is_read_as_it_was_written() {
        use CacheTag::*;
        let numbered = [Article(42), Discussion(42), Tagged(7), Tag(7)];
        for one in [Everything, Articles, Updates, Tags, Settings].into_iter().chain(numbered) {
            assert_eq!(CacheTag::parse(&one.to_string()), one);
        }
    }

    #[test]
    fn what_is_not_understood_means_everything() {
        for word in ["", "article", "article-", "article-x", "tags-7", "weather-3", "Settings"] {
            assert_eq!(CacheTag::parse(word), CacheTag::Everything, "{word}");
        }
    }
}
