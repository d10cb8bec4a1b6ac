//! Sort keys for titles, stored so that both databases sort alike.
//!
//! `icu_collator` has its data compiled in, so the databases only compare bytes and no locale of
//! the machine matters.

use std::sync::LazyLock;

use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences, options::CollatorOptions};

/// Longest key, in bytes. Longer titles compare equal beyond it: keys are indexed, and about a
/// hundred letters decide any order.
pub const MAX_KEY_LEN: usize = 512;

/// Characters read of a title. Each takes at least one byte of the key, so more cannot matter.
const MAX_CHARS: usize = MAX_KEY_LEN;

/// The root collation: one order for all languages, with each script in a block. `None` cannot
/// happen with compiled data; [`sort_key`] falls back to code points.
static ROOT: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    Collator::try_new(CollatorPreferences::default(), CollatorOptions::default()).ok()
});

/// Returns a title's sort key. Keys compare byte by byte in the order of the Unicode Collation
/// Algorithm with CLDR's root data (UTS #10), at tertiary strength.
///
/// Only keys of the same version of the collation data are comparable.
#[must_use]
pub fn sort_key(title: &str) -> Vec<u8> {
    let end = title.char_indices().nth(MAX_CHARS).map_or(title.len(), |(at, _)| at);
    let head = &title[..end];
    let mut key = Vec::with_capacity(head.len() * 2 + 8);
    match ROOT.as_ref() {
        Some(collator) => {
            let Ok(()) = collator.write_sort_key_to(head, &mut key);
        }
        // Code point order is also total, and the same on every platform.
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
    fn keys_sort_titles_of_all_scripts() {
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
        // CLDR's root does not ignore quotation marks: punctuation, digits, then letters.
        assert_eq!(keys.iter().map(|k| k.1).collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn keys_are_bounded_and_equal_for_canonical_equivalents() {
        assert!(sort_key(&"ليبيا ".repeat(10_000)).len() <= MAX_KEY_LEN);
        assert_eq!(sort_key("أحمد"), sort_key("ا\u{654}حمد"));
        assert!(sort_key("كتاب") < sort_key("كتب"));
    }

    proptest! {
        #[test]
        fn keys_compare_like_the_collator(a in "\\PC{0,8}", b in "\\PC{0,8}") {
            let order = ROOT.as_ref().unwrap().compare(&a, &b);
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), order);
        }
    }
}
