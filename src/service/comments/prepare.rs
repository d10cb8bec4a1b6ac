//! Prepares a comment: renders and sanitises it, counts links and searches listed words. It runs on
//! a blocking thread, before the transaction.

use super::{Error, Result};
use crate::domain::comment::CommentDraft;
use crate::domain::comment_settings::{SiteRules, SiteSettings};
use crate::text::clean;
use crate::text::comment_html::{self, Rendered};
use crate::text::render::plain_text;
use crate::text::word_list::WordList;
use crate::web::urls::decoded_words;

/// A prepared comment.
pub struct Prepared {
    /// The sanitised HTML.
    pub html: String,
    /// The number of links, including the author's URL.
    pub links: usize,
    /// Whether the rendered comment has no text.
    pub is_blank: bool,
    /// The texts searched for listed words.
    searched: Vec<String>,
    /// The version of the settings and their matches.
    matches: (i64, RuleMatches),
}

/// The word lists that match a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMatches {
    /// It has a word that holds it for moderation.
    pub moderation_word: bool,
    /// It has a word that marks it as spam.
    pub blocked_word: bool,
}

/// Prepares a draft by these settings.
///
/// # Errors
/// [`Error::Internal`] if the thread panics.
pub async fn prepare(draft: &CommentDraft, site: SiteSettings) -> Result<Prepared> {
    let draft = draft.clone();
    tokio::task::spawn_blocking(move || derive(draft, &site))
        .await
        .map_err(|error| Error::Internal(format!("rendering failed: {error}")))
}

fn derive(draft: CommentDraft, site: &SiteSettings) -> Prepared {
    let Rendered { html, links } = comment_html::render(&draft.body);
    let count = links.len() + usize::from(draft.author_url.is_some());
    let plain = plain_text(&html);
    let is_blank = clean::is_blank(&plain);
    let mut searched = vec![plain];
    searched.extend(links.iter().chain(&draft.author_url).map(|address| decoded_words(address)));
    searched.extend([draft.author_name, draft.author_email].into_iter().flatten());
    let matches = match_rules(&searched, &site.rules);
    Prepared { html, links: count, is_blank, searched, matches: (site.version, matches) }
}

impl Prepared {
    /// Returns the matches of these settings; they are recomputed if the settings have changed.
    pub fn rule_matches(&self, site: &SiteSettings) -> RuleMatches {
        match self.matches {
            (version, matches) if version == site.version => matches,
            _ => match_rules(&self.searched, &site.rules),
        }
    }
}

fn match_rules(texts: &[String], rules: &SiteRules) -> RuleMatches {
    let has_match =
        |words: &[String]| WordList::new(words).matches_any(texts.iter().map(String::as_str));
    RuleMatches {
        moderation_word: has_match(&rules.moderation_words),
        blocked_word: has_match(&rules.blocked_words),
    }
}
