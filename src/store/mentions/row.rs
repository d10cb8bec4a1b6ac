//! Conversion between mentions and their rows.

use crate::domain::article::ArticleId;
use crate::domain::mention::{Mention, MentionProtocol, SourceMetadata};
use crate::store::StoreError;
use crate::store::prelude::*;
use crate::store::schema::mentions;
use crate::store::types::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = mentions)]
pub(super) struct MentionRow {
    pub id: i64,
    article_id: i64,
    protocol: String,
    source_url: String,
    source_host: String,
    target_url: String,
    verification: String,
    reason: Option<String>,
    status: String,
    title: Option<String>,
    excerpt: Option<String>,
    author_name: Option<String>,
    author_url: Option<String>,
    published_at: Option<Timestamp>,
    verified_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    pending_target_url: Option<String>,
    kind: String,
    rsvp: Option<String>,
    author_photo: Option<String>,
    page_key: Option<String>,
    same_as: Option<i64>,
    version: i64,
}

fn corrupt(column: &str, value: &str) -> StoreError {
    StoreError::corrupt("mentions", column, value)
}

impl TryFrom<MentionRow> for Mention {
    type Error = StoreError;

    fn try_from(row: MentionRow) -> Result<Self, StoreError> {
        let answer = |name: String| name.parse().map_err(|_| corrupt("rsvp", &name));
        Ok(Self {
            protocol: row.protocol.parse().map_err(|_| corrupt("protocol", &row.protocol))?,
            verification: row
                .verification
                .parse()
                .map_err(|_| corrupt("verification", &row.verification))?,
            moderation_status: row.status.parse().map_err(|_| corrupt("status", &row.status))?,
            id: row.id,
            article_id: row.article_id,
            source_url: row.source_url,
            page_key: row.page_key,
            same_as: row.same_as,
            source_host: row.source_host,
            target_url: row.target_url,
            pending_target_url: row.pending_target_url,
            reason: row.reason,
            metadata: SourceMetadata {
                title: row.title,
                excerpt: row.excerpt,
                author_name: row.author_name,
                author_url: row.author_url,
                author_photo: row.author_photo,
                published_at: row.published_at.map(|at| at.0),
                kind: row.kind.parse().map_err(|_| corrupt("kind", &row.kind))?,
                rsvp: row.rsvp.map(answer).transpose()?,
            },
            verified_at: row.verified_at.map(|at| at.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        })
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = mentions, treat_none_as_null = true)]
pub(super) struct MetadataColumns<'a> {
    title: Option<&'a str>,
    excerpt: Option<&'a str>,
    author_name: Option<&'a str>,
    author_url: Option<&'a str>,
    author_photo: Option<&'a str>,
    published_at: Option<Timestamp>,
    kind: &'static str,
    rsvp: Option<&'static str>,
}

impl<'a> From<&'a SourceMetadata> for MetadataColumns<'a> {
    fn from(metadata: &'a SourceMetadata) -> Self {
        Self {
            title: metadata.title.as_deref(),
            excerpt: metadata.excerpt.as_deref(),
            author_name: metadata.author_name.as_deref(),
            author_url: metadata.author_url.as_deref(),
            author_photo: metadata.author_photo.as_deref(),
            published_at: metadata.published_at.map(Timestamp),
            kind: metadata.kind.as_str(),
            rsvp: metadata.rsvp.map(|answer| answer.as_str()),
        }
    }
}

/// A received mention.
#[derive(Debug, Clone)]
pub struct NewMention {
    /// The mentioned article.
    pub article_id: ArticleId,
    /// The protocol.
    pub protocol: MentionProtocol,
    /// The URL of the page that links.
    pub source_url: String,
    /// The normalised source URL.
    pub source_key: String,
    /// The source URL's host.
    pub source_host: String,
    /// The linked URL of the article.
    pub target_url: String,
    /// Metadata that came with the request (TrackBack).
    pub metadata: SourceMetadata,
}
