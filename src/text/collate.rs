//! Sort keys for titles, stored beside them so that every database gives the same order.
//!
//! Called by the store when an article or a tag is written. Calls `icu_collator` with its compiled
//! data: `SQLite` and Postgres then only compare bytes, whatever locales the machine has.

use std::sync::LazyLock;

use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences, options::CollatorOptions};

/// The longest key returned, in bytes. Beyond it titles compare equal: keys are indexed, and about
/// a hundred letters decide any order a reader sees.
pub const MAX_KEY_LEN: usize = 512;

/// Characters looked at: every letter takes at least one byte of a key, so more cannot matter.
const MAX_CHARS: usize = MAX_KEY_LEN;

/// The root collation: one order for titles of all languages, each script in its own block. `None`
/// cannot happen with compiled data; see [`sort_key`] for what it would mean.
static ROOT: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    Collator::try_new(CollatorPreferences::default(), CollatorOptions::default()).ok()
});

/// The key of a title: comparing two keys byte by byte gives the order of the Unicode Collation
/// Algorithm with CLDR's root data (UTS #10), tertiary strength.
///
/// A key is only comparable with keys of the same version of the collation data.
#[must_use]
pub fn sort_key(title: &str) -> Vec<u8> {
    let end = title.char_indices().nth(MAX_CHARS).map_or(title.len(), |(at, _)| at);
    let head = &title[..end];
    let mut key = Vec::with_capacity(head.len() * 2 + 8);
    match ROOT.as_ref() {
        Some(collator) => {
            let Ok(()) = collator.write_sort_key_to(head, &mut key);
        }
        // Code point order is still a total order, the same on every platform.
        None => key.extend_from_slice(head.as_bytes()),
    }
    key.truncate(MAX_KEY_LEN);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn order() {
        let sorted = [
            "",
            "«أخبار»",
            "2024",
            "apple",
            "Apple",
            "Éclair",
            "zebra",
            "Ωμέγα",
            "Москва",
            "أحمد",
            "إدارة",
            "باريس",
            "تونس",
            "زيد",
            "ليبيا",
            "يمن",
        ];
        let mut keys: Vec<_> = sorted.iter().map(|t| (sort_key(t), *t)).collect();
        keys.sort();
        // Quotation marks are not ignored by CLDR's root: punctuation, digits, then letters.
        assert_eq!(keys.iter().map(|k| k.1).collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn bounded_and_canonical() {
        assert!(sort_key(&"ليبيا ".repeat(10_000)).len() <= MAX_KEY_LEN);
        assert_eq!(sort_key("أحمد"), sort_key("ا\u{654}حمد"));
        assert!(sort_key("كتاب") < sort_key("كتب"));
    }

    proptest! {
        #[test]
        fn keys_order_as_the_collator(a in "\\PC{0,8}", b in "\\PC{0,8}") {
            let order = ROOT.as_ref().unwrap().compare(&a, &b);
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), order);
        }
    }
}
