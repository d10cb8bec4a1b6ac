//! Opaque secrets: refresh tokens and one-time passwords. Called by `service::sessions` and by
//! `maqal admin create`; calls `entropy`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::entropy::{self, EntropyError};

/// What every refresh token starts with, so that people and secret scanners recognise a leaked one.
pub const REFRESH_PREFIX: &str = "mqr_";

/// A refresh token: 256 random bits that mean nothing by themselves.
///
/// The client holds the text, we store only [`RefreshToken::hash`]: who reads our database cannot
/// refresh a session. A plain hash is enough, for 256 random bits cannot be guessed as a password
/// can.
#[derive(Clone)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    /// A new one.
    ///
    /// # Errors
    /// [`EntropyError`] if the system gives no randomness.
    pub fn generate() -> Result<Self, EntropyError> {
        Ok(Self(entropy::bytes()?))
    }

    /// The token of these bytes; for tests that need to know it beforehand.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads what a client sent: the prefix and 43 characters, in the one spelling that
    /// [`RefreshToken::expose`] gives. `None` for anything else, at no cost to the database.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(REFRESH_PREFIX)?;
        // Looked at first, so that a long text is not decoded only to be refused.
        if encoded.len() != 43 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The text for the client. Not to be logged or stored.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// SHA-256 of the random bytes: what is stored, and looked up.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken([redacted])")
    }
}

/// A one-time password for a new account: 120 random bits in six groups of four, such as
/// `k7qd-x2mp-90rs-…`.
///
/// # Errors
/// [`EntropyError`] if the system gives no randomness.
pub fn generate_password() -> Result<String, EntropyError> {
    Ok(password_from(entropy::bytes()?))
}

/// The password of these bytes.
fn password_from(bytes: [u8; 15]) -> String {
    // Crockford's base 32: lower case only, and no i, l, o or u to be misread or to spell a word.
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut password = String::with_capacity(29);
    for (group, chunk) in bytes.chunks(5).enumerate() {
        let bits = chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in 0..8 {
            if place % 4 == 0 && (group, place) != (0, 0) {
                password.push('-');
            }
            let letter = (bits >> (35 - 5 * place)) & 31;
            password.push(char::from(LETTERS[letter as usize]));
        }
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_survives_its_text() {
        let token = RefreshToken::generate().unwrap();
        let text = token.expose();
        assert_eq!(text.len(), 47);
        assert_eq!(RefreshToken::parse(&text).unwrap().hash(), token.hash());
        assert_ne!(RefreshToken::generate().unwrap().hash(), token.hash());
    }

    #[test]
    fn the_stored_hash_is_sha256_of_the_bytes() {
        let hash = RefreshToken::from_bytes([0; 32]).hash();
        // echo -n with 32 zero bytes | sha256sum
        assert_eq!(hash[..4], [0x66, 0x68, 0x7a, 0xad]);
    }

    #[test]
    fn only_the_one_spelling_is_read() {
        let good = RefreshToken::from_bytes([255; 32]).expose();
        let body = good.strip_prefix(REFRESH_PREFIX).unwrap();
        // The last letter carries 4 bits of the key and 2 that must be zero.
        let stray = format!("{REFRESH_PREFIX}{}9", &body[..42]);
        let long = format!("{REFRESH_PREFIX}{}", "A".repeat(1 << 20));
        let odd = [
            "",
            "mqr_",
            body,
            &good.to_uppercase(),
            &format!("{good}="),
            &format!(" {good}"),
            &format!("{good}\n"),
            &format!("{good}\0"),
            &good[..46],
            &good.replace('_', "/"),
            &stray,
            &long,
            "mqr_ééééééééééééééééééééé",
        ];
        for text in odd {
            assert!(RefreshToken::parse(text).is_none(), "{text:.60}");
        }
        assert!(RefreshToken::parse(&good).is_some());
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", RefreshToken::from_bytes([7; 32])), "RefreshToken([redacted])");
    }

    #[test]
    fn one_time_passwords_are_strong_and_plain() {
        assert_eq!(password_from([0; 15]), "0000-0000-0000-0000-0000-0000");
        assert_eq!(password_from([255; 15]), "zzzz-zzzz-zzzz-zzzz-zzzz-zzzz");
        let mut counting = [0; 15];
        counting[4] = 1;
        counting[14] = 31;
        assert_eq!(password_from(counting), "0000-0001-0000-0000-0000-000z");
        let password = generate_password().unwrap();
        assert_ne!(password, generate_password().unwrap());
        assert_eq!(super::super::strength::check_strength(&password, "a@b.example"), Ok(()));
    }
}
