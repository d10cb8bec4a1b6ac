//! Who is asking: signing keys, access and preview tokens, refresh tokens and passwords.
//!
//! Called by `service::sessions` and the HTTP extractors; calls nothing of the project. It knows
//! neither HTTP nor the database, reads no clock (`now` is always an argument) and draws
//! randomness only through [`entropy`].
//!
//! ```text
//! keys       a folder of Ed25519 keys shared by every instance; which one signs, which are published
//! tokens     short-lived signed tokens (JWT): issued here, and believed only after every check here
//! secrets    opaque refresh tokens and one-time passwords: random, never stored in the clear
//! passwords  argon2id, away from the event loop, with a bounded queue
//! strength   which passwords are too weak to accept
//! ```

pub mod entropy;
pub mod keys;
pub mod passwords;
pub mod secrets;
pub mod strength;
pub mod tokens;
