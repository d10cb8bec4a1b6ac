//! The relations of a page to an address, and the names of the properties that state them.

/// The relation of a page to an address that it links to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Relation {
    /// It links to the address.
    #[default]
    Mention,
    /// It replies to it.
    Reply,
    /// It likes it.
    Like,
    /// It reposts it.
    Repost,
    /// It bookmarks it.
    Bookmark,
    /// It answers its invitation, with this answer.
    Rsvp(String),
}

/// The properties that state a relation. An entry with several has the first one.
pub(super) const RELATIONS: [(&[&str], Relation); 5] = [
    (&["in-reply-to"], Relation::Reply),
    (&["repost-of", "repost"], Relation::Repost),
    (&["like-of", "like"], Relation::Like),
    (&["bookmark-of", "bookmark"], Relation::Bookmark),
    (&["mention-of"], Relation::Mention),
];

/// Whether a class name states the relation of its page to an address.
pub(super) fn states_relation(class: &str) -> bool {
    let name = ["u-", "p-"].iter().find_map(|prefix| class.strip_prefix(prefix));
    name.is_some_and(|name| RELATIONS.iter().any(|(names, _)| names.contains(&name)))
}
