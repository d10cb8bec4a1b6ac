//! The keyed hash of a comment's author. It is equal for all comments of an author, and without the
//! key it can't be computed from a guessed address.

use std::fmt;

use aws_lc_rs::hmac;

/// The length of a hash, in bytes: that of the MD5 digests that avatar services expect.
const HASH_BYTES: usize = 16;

/// Computes the hashes of authors.
#[derive(Clone)]
pub struct AuthorHasher(hmac::Key);

impl AuthorHasher {
    /// Uses this key, which all instances share.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))
    }

    /// Hashes an identity into 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn hash(&self, identity: &str) -> String {
        let digest = hmac::sign(&self.0, identity.as_bytes());
        digest.as_ref().iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for AuthorHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorHasher([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_the_beginning_of_the_hmac_of_rfc_4231() {
        // Test case 2 of RFC 4231.
        let hash = AuthorHasher::new("Jefe").hash("what do ya want for nothing?");
        assert_eq!(hash, "5bdcc146bf60754e6a042426089575c7");
        assert_eq!(format!("{:?}", AuthorHasher::new("Jefe")), "AuthorHasher([redacted])");
    }
}
