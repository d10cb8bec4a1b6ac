//! Authentication: signing keys, access and preview tokens, refresh tokens and passwords.
//!
//! No HTTP, no database and no clock: `now` is always an argument, and random bytes come from
//! [`entropy`].
//!
//! ```text
//! keys       Ed25519 signing keys in a folder that all instances share; rotation and JWKS
//! tokens     short-lived signed tokens (JWT): issue and verification
//! secrets    opaque refresh tokens, edit tokens and one-time passwords
//! author_hash  keyed hashes of the authors of comments
//! passwords  argon2id hashes, computed off the event loop with a bounded queue
//! strength   rules for new passwords
//! ```

pub mod author_hash;
pub mod entropy;
pub mod keys;
pub mod passwords;
pub mod secrets;
pub mod strength;
pub mod tokens;
