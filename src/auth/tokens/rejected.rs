//! The error for an invalid token: one text for every reason, and the reason for the log.

/// The token is invalid.
///
/// It displays as one constant text, since a client that learns the failed check can forge better.
/// [`Rejected::reason`] is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct Rejected(pub(super) Reason);

impl Rejected {
    /// The failed check, as a constant word that is safe in a log and as a metric's label.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self.0 {
            Reason::Size => "size",
            Reason::Shape => "shape",
            Reason::Header => "header",
            Reason::Algorithm => "algorithm",
            Reason::Type => "type",
            Reason::UnknownKey => "unknown_key",
            Reason::Signature => "signature",
            Reason::Claims => "claims",
            Reason::Issuer => "issuer",
            Reason::Audience => "audience",
            Reason::Lifetime => "lifetime",
            Reason::Early => "early",
            Reason::Expired => "expired",
        }
    }

    /// True if the token names an unknown key. The key may be new, so a rate-limited
    /// [`KeyRing::reload`](crate::auth::keys::KeyRing::reload) may find it.
    #[must_use]
    pub fn unknown_key(self) -> bool {
        self.0 == Reason::UnknownKey
    }
}

/// The checks, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Longer than [`MAX_TOKEN`](super::MAX_TOKEN).
    Size,
    /// Not three non-empty base64url parts.
    Shape,
    /// The header is not exactly the expected JSON object.
    Header,
    /// The algorithm is not EdDSA.
    Algorithm,
    /// The type is another kind of token's.
    Type,
    /// The key is not in the ring.
    UnknownKey,
    /// The signature is not the key's.
    Signature,
    /// A claim is missing, duplicated or of the wrong type.
    Claims,
    /// The issuer is another.
    Issuer,
    /// The audience is another.
    Audience,
    /// The lifetime exceeds the kind's.
    Lifetime,
    /// Not valid yet, or issued in the future.
    Early,
    /// No longer valid.
    Expired,
}
