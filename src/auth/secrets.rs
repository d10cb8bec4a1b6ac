//! Opaque secrets: refresh tokens and one-time passwords.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::entropy::{self, EntropyError};

/// Prefix of every refresh token, by which people and secret scanners recognise a leaked one.
pub const REFRESH_PREFIX: &str = "mqr_";

/// A refresh token: 256 bits without meaning. The first of a session is random, and each determines the
/// next with a random salt.
///
/// The client holds the text; the database stores only [`RefreshToken::hash`], which refreshes no
/// session. A plain hash suffices, since 256 random bits cannot be guessed.
#[derive(Clone)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    /// Generates a new token.
    ///
    /// # Errors
    /// [`EntropyError`] if the system returns no random bytes.
    pub fn generate() -> Result<Self, EntropyError> {
        Ok(Self(entropy::bytes()?))
    }

    /// Makes a token of the given bytes. Tests use it to know the token beforehand.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses a client's text: the prefix and 43 characters of base64url.
    ///
    /// Accepts only the spelling that [`RefreshToken::expose`] returns, and `None` costs no query.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(REFRESH_PREFIX)?;
        // Checked first, so that a long text is not decoded in vain.
        if encoded.len() != 43 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The text for the client. Never log or store it.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// The token that follows this one. Only the holder of this token can derive it: the salt alone, which
    /// the database stores for a while, reveals nothing. The context binds it to the client.
    #[must_use]
    pub fn successor(&self, salt: &Salt, context: &str) -> Self {
        let mut input = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        for part in [b"maqal refresh token\0", salt.0.as_slice(), context.as_bytes()] {
            input.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(input.sign().as_ref());
        Self(bytes)
    }

    /// The id of the access token that is issued with this token.
    #[must_use]
    pub fn access_token_id(&self) -> [u8; 16] {
        let digest = Sha256::new().chain_update(b"maqal access token\0").chain_update(self.0);
        let mut id = [0; 16];
        id.copy_from_slice(&digest.finalize()[..16]);
        id
    }

    /// SHA-256 of the random bytes: the column by which the database finds the session.
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

/// The random part of a refresh token's successor.
#[derive(Clone)]
pub struct Salt([u8; 32]);

impl Salt {
    /// Generates a new salt.
    ///
    /// # Errors
    /// [`EntropyError`] if the system returns no random bytes.
    pub fn generate() -> Result<Self, EntropyError> {
        Ok(Self(entropy::bytes()?))
    }

    /// The text for the database.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the text of [`Salt::encode`].
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// Generates a one-time password: 120 random bits in six groups of four, such as
/// `k7qd-x2mp-90rs-…`.
///
/// # Errors
/// [`EntropyError`] if the system returns no random bytes.
pub fn generate_password() -> Result<String, EntropyError> {
    Ok(password_from(entropy::bytes()?))
}

fn password_from(bytes: [u8; 15]) -> String {
    // Crockford's base 32: lower case, without i, l, o and u, which are misread or spell words.
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
    fn refresh_token_round_trips_through_text() {
        let token = RefreshToken::generate().unwrap();
        let text = token.expose();
        assert_eq!(text.len(), 47);
        assert_eq!(RefreshToken::parse(&text).unwrap().hash(), token.hash());
        assert_ne!(RefreshToken::generate().unwrap().hash(), token.hash());
    }

    #[test]
    fn hash_is_sha256_of_the_random_bytes() {
        let hash = RefreshToken::from_bytes([0; 32]).hash();
        // echo -n with 32 zero bytes | sha256sum
        assert_eq!(hash[..4], [0x66, 0x68, 0x7a, 0xad]);
    }

    #[test]
    fn successor_depends_on_token_salt_and_context() {
        let (token, salt) = (RefreshToken::from_bytes([1; 32]), Salt([2; 32]));
        let next = token.successor(&salt, "192.0.2.7");
        assert_eq!(next.hash(), token.successor(&salt, "192.0.2.7").hash());
        let copy = Salt::decode(&salt.encode()).unwrap();
        assert_eq!(next.hash(), token.successor(&copy, "192.0.2.7").hash());
        for other in [
            RefreshToken::from_bytes([3; 32]).successor(&salt, "192.0.2.7"),
            token.successor(&Salt([4; 32]), "192.0.2.7"),
            token.successor(&salt, "192.0.2.8"),
        ] {
            assert_ne!(next.hash(), other.hash());
        }
        assert_ne!(token.access_token_id(), next.access_token_id());
        assert!(Salt::decode("").is_none() && Salt::decode(&"A".repeat(44)).is_none());
    }

    #[test]
    fn malformed_refresh_token_text_is_none() {
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
    fn debug_output_is_redacted() {
        assert_eq!(format!("{:?}", RefreshToken::from_bytes([7; 32])), "RefreshToken([redacted])");
    }

    #[test]
    fn one_time_password_is_base32_and_passes_the_strength_check() {
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
