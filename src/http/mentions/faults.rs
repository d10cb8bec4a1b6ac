//! Faults of XML-RPC. Sources: Pingback 1.0, section 3; below -32000 the "Specification for Fault
//! Code Interoperability".

use crate::domain::mention::{Mention, MentionRefusal, ModerationStatus, Verification};
use crate::service::Error;
use crate::web::xmlrpc::{MethodResponse, XmlError};

/// A fault: number and text.
pub type Fault = (i64, &'static str);

/// Returns the fault of a call that can't be parsed.
pub fn of_xml_error(error: XmlError) -> Fault {
    match error {
        XmlError::Malformed => (-32_700, "The call is not well-formed XML."),
        XmlError::DocumentType => (-32_700, "The call has a DOCTYPE, which is not read."),
        XmlError::Entity => (-32_700, "The call refers to an entity that XML does not define."),
        XmlError::Instruction => (-32_700, "The call has a processing instruction."),
        XmlError::TooMuch => (-32_700, "The call is too large, too deep or too full."),
        XmlError::Encoding => (-32_701, "The call must be in UTF-8, and say no other encoding."),
        XmlError::Character => (-32_702, "The call holds a character that XML may not."),
        XmlError::Unexpected => (-32_600, "This is XML, and not an XML-RPC call."),
    }
}

/// The method is unknown. `system.multicall` is not supported, since one request can contain
/// hundreds of calls.
pub const NO_METHOD: Fault = (-32_601, "There is no such method.");
/// The method has other parameters.
pub const BAD_PARAMS: Fault = (-32_602, "The method takes other parameters.");

const SOURCE_OWN: Fault = (0, "The source URI is on this very site.");
const SOURCE_MISSING: Fault = (16, "The source URI does not exist, or is never fetched.");
const NO_LINK: Fault = (17, "The source URI does not contain a link to the target URI.");
const NO_TARGET: Fault = (32, "The target URI does not exist.");
/// The pingback is refused.
pub const DENIED: Fault = (49, "Access denied.");
const UPSTREAM: Fault = (50, "The source could not be read; it is tried again by itself.");

/// Returns the fault of an error. Other errors are answered by an HTTP status.
pub fn of_error(error: &Error) -> Option<Fault> {
    Some(match error {
        Error::Mention(refused) => of_refused(*refused),
        Error::TooMany(_) => (49, "Access denied: too many pingbacks of this network or host."),
        _ => return None,
    })
}

fn of_refused(refused: MentionRefusal) -> Fault {
    match refused {
        MentionRefusal::SameAddress => (0, "The source URI and the target URI are the same."),
        MentionRefusal::SourceOwn => SOURCE_OWN,
        MentionRefusal::SourceInvalid => SOURCE_MISSING,
        MentionRefusal::TargetMissing => NO_TARGET,
        MentionRefusal::TargetInvalid => {
            (33, "The target URI is not an absolute http or https URI.")
        }
        MentionRefusal::TargetForeign => (33, "The target URI is not on this site."),
        MentionRefusal::TargetNotArticle => (33, "The target URI is not an article's."),
        MentionRefusal::PingsClosed => {
            (33, "The target URI does not take pingbacks, or no longer does.")
        }
        MentionRefusal::SourceDenied => DENIED,
    }
}

/// The mention is known, and its source is queued again.
pub const KNOWN: Fault = (48, "The pingback has already been registered.");

/// Returns the result of the verification; `None` while it is queued.
pub fn of_mention(mention: &Mention) -> Option<Result<(), Fault>> {
    match (mention.verification, mention.reason.as_deref()) {
        (Verification::Queued, None) => None,
        (Verification::Verified, _) if mention.moderation_status == ModerationStatus::Spam => {
            Some(Err(DENIED))
        }
        (Verification::Verified, _) => Some(Ok(())),
        (Verification::Queued | Verification::Rejected, reason) => Some(Err(match reason {
            Some("source_not_found" | "address_refused" | "host_not_found") => SOURCE_MISSING,
            Some("source_own") => SOURCE_OWN,
            Some("no_link" | "source_too_large") => NO_LINK,
            Some("target_not_found") => NO_TARGET,
            Some("source_denied") => (50, "The source refused to be read."),
            _ => UPSTREAM,
        })),
    }
}

/// Builds the answer with a fault.
pub fn answer((code, text): Fault) -> MethodResponse {
    MethodResponse::Fault { code, text: text.to_owned() }
}
