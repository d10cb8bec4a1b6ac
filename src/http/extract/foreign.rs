//! Forms and XML of other protocols. They are read within limits of size and time, and decoded by
//! their declared encoding.

use std::borrow::Cow;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use percent_encoding::percent_decode;

use super::body::read_bytes;
use super::content;
use crate::http::problem::ApiError;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";
/// The most fields of a form.
const MAX_FIELDS: usize = 64;

/// An unread body.
pub struct ForeignBody {
    req: HttpRequest,
    payload: Payload,
}

impl FromRequest for ForeignBody {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { req: req.clone(), payload: payload.take() }))
    }
}

impl ForeignBody {
    /// Reads XML in UTF-8: the header declares it, or no encoding.
    ///
    /// # Errors
    /// `unsupported_media_type`, `encoded_body`, `content_too_large`, `request_timeout`.
    pub async fn xml(self) -> Result<Vec<u8>, ApiError> {
        content::check_utf8(&self.req, &["text/xml", "application/xml"])?;
        read_bytes(&self.req, self.payload).await
    }

    /// Reads a form in UTF-8.
    ///
    /// # Errors
    /// As [`ForeignBody::xml`]; `malformed_form`.
    pub async fn form(self) -> Result<FormFields, ApiError> {
        content::check_utf8(&self.req, &[FORM])?;
        FormFields::read(&read_bytes(&self.req, self.payload).await?, encoding_rs::UTF_8)
    }

    /// Reads a form in the encoding that its header names, since senders of trackbacks predate
    /// UTF-8.
    ///
    /// # Errors
    /// As [`ForeignBody::form`].
    pub async fn form_in_any_encoding(self) -> Result<FormFields, ApiError> {
        let label = content::label(&self.req, &[FORM])?.map(str::to_owned);
        let encoding = match &label {
            None => Some(encoding_rs::UTF_8),
            Some(label) => encoding_rs::Encoding::for_label(label.as_bytes()),
        };
        // In other encodings the bytes of separators may have another meaning.
        let encoding = encoding.filter(|encoding| encoding.is_ascii_compatible());
        let encoding = encoding.ok_or_else(|| content::unsupported(&[FORM]))?;
        FormFields::read(&read_bytes(&self.req, self.payload).await?, encoding)
    }
}

/// The fields of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    fn read(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Result<Self, ApiError> {
        let malformed = |reason: &str| ApiError::new("malformed_form").with("reason", reason);
        let mut fields = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() >= MAX_FIELDS {
                return Err(malformed("too many fields"));
            }
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = (&pair[..at], pair.get(at + 1..).unwrap_or_default());
            let text = |part: &[u8]| {
                let spaced: Vec<u8> =
                    part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
                let bytes: Cow<'_, [u8]> = percent_decode(&spaced).into();
                let (text, bad) = encoding.decode_without_bom_handling(&bytes);
                if bad || text.contains('\0') {
                    return Err(malformed("not text in its encoding"));
                }
                Ok(text.into_owned())
            };
            fields.push((text(name)?, text(value)?));
        }
        Ok(Self(fields))
    }

    /// Returns a field. Unknown fields are ignored, as the protocols demand.
    ///
    /// # Errors
    /// `malformed_form` if the field occurs twice.
    pub fn field(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut found = self.0.iter().filter(|(other, _)| other == name);
        let first = found.next().map(|(_, value)| value.trim());
        if found.next().is_some() {
            let reason = format!("{name} stands twice");
            return Err(ApiError::new("malformed_form").with("reason", reason));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(bytes: &[u8], label: &str) -> Result<FormFields, ApiError> {
        FormFields::read(bytes, encoding_rs::Encoding::for_label(label.as_bytes()).expect(label))
    }

    #[test]
    fn windows_1256_form_is_decoded() {
        let read = form(b"title=%E3%D1%CD%C8%C7&url=http%3a//a.example/+b&&c", "windows-1256");
        let read = read.expect("a form");
        assert_eq!(read.field("title"), Ok(Some("مرحبا")));
        assert_eq!(read.field("url"), Ok(Some("http://a.example/ b")));
        assert_eq!((read.field("c"), read.field("d")), (Ok(None), Ok(None)));
        assert_eq!(form(b"a=%zz%4", "utf-8").expect("a form").field("a"), Ok(Some("%zz%4")));
    }

    #[test]
    fn invalid_bytes_nul_and_repeated_fields_are_malformed() {
        for bytes in [&b"a=%ff"[..], b"a=%00", b"a=\xc3", &b"a&".repeat(65)] {
            let refused = form(bytes, "utf-8").expect_err("malformed");
            assert_eq!(refused.code, "malformed_form");
        }
        let twice = form(b"source=a&source=b", "utf-8").expect("a form");
        assert_eq!(twice.field("source").expect_err("twice").code, "malformed_form");
    }
}
