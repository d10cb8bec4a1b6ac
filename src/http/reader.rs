//! The reader of an article, and the audience of the answer.

use super::conditional::Audience;
use crate::domain::policy::Actor;
use crate::service::articles::Reader;

/// Returns the signed-in reader, or the anonymous one.
#[must_use]
pub fn reader(actor: Option<Actor>) -> Reader {
    actor.map_or(Reader::Anonymous, Reader::Actor)
}

/// Returns the audience of an answer: shared caches may store that of an anonymous reader.
#[must_use]
pub fn audience(reader: &Reader) -> Audience {
    match reader {
        Reader::Anonymous => Audience::Public,
        _ => Audience::Private,
    }
}
