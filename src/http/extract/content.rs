//! The headers that describe a body: its content codings, its media type and its charset.

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::http::problem::ApiError;
use crate::web::page::charset;

/// Refuses compressed bodies: a few hundred bytes of Brotli can expand to a gigabyte. `identity` and an
/// empty value name no coding.
///
/// # Errors
/// `encoded_body`.
pub(super) fn check_unencoded(req: &HttpRequest) -> Result<(), ApiError> {
    let mut values = req.headers().get_all(CONTENT_ENCODING);
    let is_plain = values.all(|value| {
        value
            .as_bytes()
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case(b"identity"))
    });
    if is_plain { Ok(()) } else { Err(ApiError::new("encoded_body")) }
}

/// Returns the label of the charset, after a check of the media type and the content codings.
///
/// # Errors
/// `encoded_body`, `unsupported_media_type`.
pub(super) fn label<'a>(req: &'a HttpRequest, types: &[&str]) -> Result<Option<&'a str>, ApiError> {
    check_unencoded(req)?;
    let sent = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let sent = sent.unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if types.contains(&essence.as_str()) {
        Ok(charset::parameter(sent, "charset"))
    } else {
        Err(unsupported(types))
    }
}

/// Checks that a body is declared as one of these media types, in UTF-8.
///
/// # Errors
/// As [`label`].
pub(super) fn check_utf8(req: &HttpRequest, types: &[&str]) -> Result<(), ApiError> {
    match label(req, types)? {
        Some(label) if !is_utf8(label) => Err(unsupported(types)),
        _ => Ok(()),
    }
}

/// Whether a label names UTF-8 (WHATWG Encoding, section 4.2), or its subset ASCII.
fn is_utf8(label: &str) -> bool {
    ["us-ascii", "ascii"].iter().any(|ascii| label.trim().eq_ignore_ascii_case(ascii))
        || encoding_rs::Encoding::for_label(label.as_bytes()) == Some(encoding_rs::UTF_8)
}

/// Names the accepted media types.
pub(super) fn unsupported(types: &[&str]) -> ApiError {
    ApiError::new("unsupported_media_type").with("expected", types.join(", "))
}
