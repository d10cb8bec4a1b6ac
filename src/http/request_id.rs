//! The id of a request, which its answer carries and its log line names: the client's, if it sent
//! a usable one, or one that is made here.

use std::cell::Cell;

use actix_web::http::header::{HeaderName, HeaderValue};
use base64::Engine;

use crate::auth::entropy;

/// The header that carries it.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that is taken from a client, in bytes.
const LONGEST: usize = 128;

/// The id of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestId<'a> {
    /// The client's.
    Sent(&'a str),
    /// One of ours, in ASCII.
    Made([u8; 16]),
}

impl<'a> RequestId<'a> {
    /// What the client sent, if it can be used, or a new one.
    #[must_use]
    pub fn of(sent: Option<&'a [u8]>) -> Self {
        sent.and_then(usable).map_or_else(|| Self::Made(made()), Self::Sent)
    }

    /// It.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent(id) => id,
            Self::Made(id) => std::str::from_utf8(id).unwrap_or("unknown"),
        }
    }

    /// It, as a header has it.
    #[must_use]
    pub fn value(&self) -> HeaderValue {
        HeaderValue::from_str(self.as_str()).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    }
}

fn usable(id: &[u8]) -> Option<&str> {
    let may = |b: &u8| b.is_ascii_alphanumeric() || b"-_.:".contains(b);
    let usable = (1..=LONGEST).contains(&id.len()) && id.iter().all(may);
    std::str::from_utf8(id).ok().filter(|_| usable)
}

/// An id that nobody else has: a random beginning for each thread, and a count. That it can be
/// guessed does no harm, and to ask the system for new randomness would cost each request more
/// than all else that is done for one from the cache.
fn made() -> [u8; 16] {
    thread_local! {
        static IDS: Cell<Option<(u64, u32)>> = const { Cell::new(None) };
    }
    let first = || {
        let bytes = entropy::bytes::<12>().unwrap_or_default();
        let (mut thread, mut count) = ([0; 8], [0; 4]);
        thread.copy_from_slice(&bytes[..8]);
        count.copy_from_slice(&bytes[8..]);
        (u64::from_ne_bytes(thread), u32::from_ne_bytes(count))
    };
    let (thread, count) = IDS.get().unwrap_or_else(first);
    // When the counts are used up, the beginning moves on.
    let (next, used_up) = count.overflowing_add(1);
    IDS.set(Some((thread.wrapping_add(u64::from(used_up)), next)));
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&thread.to_ne_bytes());
    bytes[8..].copy_from_slice(&count.to_be_bytes());
    let mut id = *b"----------------";
    // Twelve bytes are sixteen characters: there is no way for this to fail.
    let _ = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode_slice(bytes, &mut id);
    id
}
