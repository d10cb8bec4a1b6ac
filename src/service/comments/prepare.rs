//! What can be worked out about a comment before its transaction, off the event loop and without
//! holding up SQLite's one writer: rendering, sanitising, counting links, searching for words.

use super::{Error, Result};
use crate::domain::comment::CommentDraft;
use crate::domain::comment_settings::{SiteRules, SiteSettings};
use crate::text::clean;
use crate::text::comment_html::{self, Rendered};
use crate::text::render::plain_text;
use crate::text::words::WordList;
use crate::web::urls::decoded_words;

/// A comment, looked at.
pub struct Prepared {
    /// What is shown of it.
    pub html: String,
    /// Its links, the author's page included.
    pub links: usize,
    /// Nothing is left to be read.
    pub is_blank: bool,
    /// The texts that are searched for words.
    searched: Vec<String>,
    /// What was found with the settings of this version.
    found: (i64, RuleMatches),
}

/// Which lists a comment has a word of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMatches {
    /// Of those that make it wait.
    pub moderation_word: bool,
    /// Of those that make it spam.
    pub blocked_word: bool,
}

/// Looks at a draft, with the settings of this moment.
///
/// # Errors
/// [`Error::Internal`] when the thread is lost.
pub async fn prepare(draft: &CommentDraft, site: SiteSettings) -> Result<Prepared> {
    let draft = draft.clone();
    tokio::task::spawn_blocking(move || work_out(draft, &site))
        .await
        .map_err(|error| Error::Internal(format!("rendering stopped: {error}")))
}

fn work_out(draft: CommentDraft, site: &SiteSettings) -> Prepared {
    let Rendered { html, links } = comment_html::render(&draft.body);
    let count = links.len() + usize::from(draft.author_url.is_some());
    let plain = plain_text(&html);
    let is_blank = clean::is_blank(&plain);
    let mut searched = vec![plain];
    searched.extend(links.iter().chain(&draft.author_url).map(|address| decoded_words(address)));
    searched.extend([draft.author_name, draft.author_email].into_iter().flatten());
    let found = search(&searched, &site.rules);
    Prepared { html, links: count, is_blank, searched, found: (site.version, found) }
}

impl Prepared {
    /// What is found with these settings. They are nearly always those of a moment ago.
    pub fn found(&self, site: &SiteSettings) -> RuleMatches {
        match self.found {
            (version, found) if version == site.version => found,
            _ => search(&self.searched, &site.rules),
        }
    }
}

fn search(texts: &[String], rules: &SiteRules) -> RuleMatches {
    let holds_one = |words: &[String]| {
        let list = WordList::new(words);
        texts.iter().any(|text| {
            // A zero-width space ends a word, and so would hide one that it is put into.
            list.matches(text).is_some() || list.matches(&text.replace('\u{200b}', "")).is_some()
        })
    };
    RuleMatches {
        moderation_word: holds_one(&rules.moderation_words),
        blocked_word: holds_one(&rules.blocked_words),
    }
}
