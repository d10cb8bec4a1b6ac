//! Request ids: the client's `X-Request-Id` if it is valid, otherwise a generated one.

use std::cell::Cell;

use actix_web::http::header::HeaderName;
use base64::Engine;

use crate::auth::entropy;

/// The header of request ids.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id from a client, in bytes.
const MAX_LENGTH: usize = 128;

/// The id of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestId<'a> {
    /// An id from the client.
    Sent(&'a str),
    /// A generated id, in ASCII.
    Generated([u8; 16]),
}

impl<'a> RequestId<'a> {
    /// Takes the value of the client's header if it is valid, otherwise generates an id.
    #[must_use]
    pub fn of(sent: Option<&'a [u8]>) -> Self {
        sent.and_then(valid).map_or_else(|| Self::Generated(generate()), Self::Sent)
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent(id) => id,
            Self::Generated(id) => std::str::from_utf8(id).unwrap_or("unknown"),
        }
    }
}

fn valid(id: &[u8]) -> Option<&str> {
    let may = |b: &u8| b.is_ascii_alphanumeric() || b"-_.:".contains(b);
    let is_valid = (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(may);
    std::str::from_utf8(id).ok().filter(|_| is_valid)
}

/// Generates a unique id from a random prefix per thread and a counter. New random bytes for each
/// request would cost more than a cache hit, and ids need not be secret.
fn generate() -> [u8; 16] {
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
    // The prefix changes when the counter overflows.
    let (next, used_up) = count.overflowing_add(1);
    IDS.set(Some((thread.wrapping_add(u64::from(used_up)), next)));
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&thread.to_ne_bytes());
    bytes[8..].copy_from_slice(&count.to_be_bytes());
    let mut id = *b"----------------";
    // Twelve bytes are sixteen characters, so this can't fail.
    let _ = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode_slice(bytes, &mut id);
    id
}
