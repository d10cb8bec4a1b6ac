//! Tells the API's own credentials from those of others, such as a staging site's Basic
//! authentication, which public reads ignore.

/// Whether an `Authorization` value is a bearer token, or an attempt at one: the token without a scheme,
/// or the scheme without a space.
#[must_use]
pub fn is_own(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let is_bearer = value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"));
    // A JWT has dots, and no scheme in use does.
    let is_bare_token = value.contains(&b'.') && !value.contains(&b' ');
    is_bearer || is_bare_token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_tokens_are_own_and_other_schemes_are_foreign() {
        for own in [
            "Bearer a.b.c",
            "bearer x",
            "BEARER",
            "Bearer ",
            "Bearer: a.b.c",
            "Bearer\ta.b.c",
            "Bearer_x",
            "Bearer مفتاح",
            "a.b.c",
        ] {
            assert!(is_own(own.as_bytes()), "{own}");
        }
        for foreign in [
            "",
            " ",
            "Basic YWRtaW46YWRtaW4=",
            "basic",
            "Basic Bearer a.b.c",
            "Bear x",
            "Digest username=\"x\", uri=\"/a.b\"",
            "Negotiate YII",
            "NTLM TlRM",
            "Negotiate",
            "ApiKey a.b.c",
            "Token x",
            "AWS4-HMAC-SHA256 Credential=x",
            "\u{fffd}",
        ] {
            assert!(!is_own(foreign.as_bytes()), "{foreign}");
        }
    }
}
