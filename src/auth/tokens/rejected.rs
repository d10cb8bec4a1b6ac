//! The one answer to a bad token. Made by `tokens` and `verify`; `http` turns it into a 401 that
//! is the same for all, and logs the reason.

/// The token is not to be believed.
///
/// Clients must not learn which check failed: it would guide a forger. So it displays as one
/// constant text; [`Rejected::reason`] is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct Rejected(pub(super) Reason);

impl Rejected {
    /// Which check failed, as a constant word without anything of the token: safe in a log and as
    /// a metric's label.
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

    /// Whether the token names a key we do not have: it may be new, and a
    /// [`KeyRing::reload`](crate::auth::keys::KeyRing::reload), not too often, may find it.
    #[must_use]
    pub fn unknown_key(self) -> bool {
        self.0 == Reason::UnknownKey
    }
}

/// The checks, in the order they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Longer than any token of ours.
    Size,
    /// Not three non-empty base64url parts.
    Shape,
    /// The header is not the JSON object we write.
    Header,
    /// Another algorithm than ours.
    Algorithm,
    /// A token for another purpose.
    Type,
    /// Signed, supposedly, by a key we do not have.
    UnknownKey,
    /// Not signed by that key.
    Signature,
    /// A claim is missing, twice there, or of the wrong type.
    Claims,
    /// Issued by somebody else.
    Issuer,
    /// Meant for somebody else.
    Audience,
    /// Claims a longer life than we give.
    Lifetime,
    /// Not valid yet, or issued in the future.
    Early,
    /// Valid no longer.
    Expired,
}
