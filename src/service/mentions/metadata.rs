//! The metadata of a mention: from the source page, and from the sender of a trackback.

use chrono::Duration;

use crate::domain::mention::{Mention, MentionKind, MentionProtocol, SourceMetadata};
use crate::domain::{Time, is_representable};
use crate::web::page::{Mentioned, Page, Relation};
use crate::web::urls;

/// Returns a trackback's metadata as plain text of limited length.
#[must_use]
pub fn sender_metadata(
    title: Option<&str>,
    excerpt: Option<&str>,
    blog: Option<&str>,
) -> SourceMetadata {
    let clean = |text: Option<&str>, max| text.and_then(|text| Page::plain_text(text, max));
    SourceMetadata {
        title: clean(title, 200),
        excerpt: clean(excerpt, 300),
        author_name: clean(blog, 100),
        ..SourceMetadata::default()
    }
}

/// Returns the page's metadata. For a trackback, the sender's metadata takes precedence. A time of
/// publication after `now` is wrong; the clocks of sites and zones differ by up to a day.
pub(super) fn of_page(mention: &Mention, mentioned: Mentioned, now: Time) -> SourceMetadata {
    let is_past = |time: &Time| is_representable(*time) && *time <= now + Duration::days(1);
    let (kind, rsvp) = match mentioned.relation {
        Relation::Mention => (MentionKind::Mention, None),
        Relation::Reply => (MentionKind::Reply, None),
        Relation::Like => (MentionKind::Like, None),
        Relation::Repost => (MentionKind::Repost, None),
        Relation::Bookmark => (MentionKind::Bookmark, None),
        Relation::Rsvp(answer) => match answer.parse() {
            Ok(answer) => (MentionKind::Rsvp, Some(answer)),
            Err(_) => (MentionKind::Reply, None),
        },
    };
    let page = SourceMetadata {
        title: mentioned.title,
        excerpt: mentioned.excerpt,
        author_name: mentioned.author,
        author_url: mentioned.author_url,
        author_photo: mentioned.author_photo,
        published_at: mentioned.published_at.filter(is_past),
        kind,
        rsvp,
    };
    if mention.protocol != MentionProtocol::Trackback {
        return page;
    }
    let own = &mention.metadata;
    SourceMetadata {
        title: own.title.clone().or(page.title),
        excerpt: own.excerpt.clone().or(page.excerpt),
        author_name: own.author_name.clone().or(page.author_name),
        ..page
    }
}

/// Returns the text that is matched with the word lists: all public fields and the source's URLs.
pub(super) fn moderated_text(metadata: &SourceMetadata, source_urls: &[&str]) -> String {
    let words = source_urls.iter().map(|url| urls::decoded_words(url));
    let SourceMetadata { title, excerpt, author_name, author_url, author_photo, .. } = metadata;
    let fields = [title, excerpt, author_name, author_url, author_photo];
    fields.into_iter().flatten().cloned().chain(words).collect::<Vec<_>>().join("\n")
}
