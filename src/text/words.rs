//! Lists of words a text is checked against, as moderators keep them.
//!
//! Called by the service for comments. Calls [`super::fold`].

use super::fold::fold;

/// A list of words and of phrases, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    entries: Vec<(String, String)>,
}

impl WordList {
    /// Prepares a list. Entries that hold no word are left out.
    #[must_use]
    pub fn new(entries: &[String]) -> Self {
        let entries = entries
            .iter()
            .map(|entry| (fold(entry), entry.clone()))
            .filter(|(key, _)| !key.is_empty())
            .collect();
        Self { entries }
    }

    /// The first entry of the list that stands in a text, as it was listed.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<&str> {
        let text = format!(" {} ", fold(text));
        let found = self.entries.iter().find(|(key, _)| text.contains(&format!(" {key} ")));
        found.map(|(_, entry)| entry.as_str())
    }
}
