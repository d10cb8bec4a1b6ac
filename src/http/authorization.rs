//! Tells the API's own credentials from those of others, such as a staging site's Basic
//! authentication, which public reads ignore.

/// Whether an `Authorization` value holds a bearer token, or an attempt at one: the token without a
/// scheme, or the scheme without a space.
#[must_use]
pub fn is_own(value: &[u8]) -> bool {
    own(value).next().is_some()
}

/// Returns the bearer credentials in an `Authorization` value. Some proxies join two header lines with
/// a comma.
pub fn own(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    Credentials(value).filter(|one| is_bearer(one) || is_bare_token(one))
}

fn is_bearer(credentials: &[u8]) -> bool {
    let Some((scheme, rest)) = credentials.split_at_checked(6) else { return false };
    // `BearerToken` and `Bearer-x` are other schemes.
    let goes_on = rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    scheme.eq_ignore_ascii_case(b"bearer") && !goes_on
}

/// Whether credentials are a token without a scheme. A JWT has dots, and no scheme in use does.
fn is_bare_token(credentials: &[u8]) -> bool {
    credentials.contains(&b'.') && !credentials.contains(&b' ')
}

/// The credentials of a value: a scheme, a space, and the rest up to the next scheme behind a comma.
struct Credentials<'a>(&'a [u8]);

impl<'a> Iterator for Credentials<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.0.trim_ascii();
        if text.is_empty() {
            return None;
        }
        let mut is_quoted = false;
        let end = text.iter().enumerate().position(|(at, byte)| {
            is_quoted ^= *byte == b'"';
            *byte == b',' && !is_quoted && begins_credentials(&text[at + 1..])
        });
        let (one, rest) = text.split_at(end.unwrap_or(text.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        Some(one.trim_ascii())
    }
}

/// Whether a text begins with a scheme and a space, or is the scheme of bearer tokens alone. A
/// parameter such as `realm=x` belongs to the credentials before it.
fn begins_credentials(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let length = text.iter().take_while(|byte| is_scheme(byte)).count();
    let (scheme, rest) = text.split_at(length);
    let is_alone = matches!(rest, [] | [b',', ..]);
    length > 0 && rest.starts_with(b" ") || is_alone && scheme.eq_ignore_ascii_case(b"bearer")
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
            "Basic YWRtaW4=, Bearer a.b.c",
            "Negotiate, bearer x",
            "Basic x,Bearer",
        ] {
            assert!(is_own(own.as_bytes()), "{own}");
        }
        for foreign in [
            "",
            " ",
            ",",
            "Basic YWRtaW46YWRtaW4=",
            "basic",
            "Basic Bearer a.b.c",
            "Bear x",
            "Bearerx a.b.c",
            "BearerToken x",
            "bearer2 x",
            "Bearer-x a.b.c",
            "Digest username=\"x\", uri=\"/a.b\"",
            "Digest username=\"x, Bearer a.b.c\"",
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

    #[test]
    fn credentials_end_before_the_next_scheme() {
        let all = |value: &'static str| -> Vec<&str> {
            own(value.as_bytes()).map(|one| std::str::from_utf8(one).expect("text")).collect()
        };
        assert_eq!(all("Basic x, Bearer a.b.c"), ["Bearer a.b.c"]);
        assert_eq!(all("Bearer a.b.c , Basic x=="), ["Bearer a.b.c"]);
        assert_eq!(all("Bearer a.b.c, bearer d"), ["Bearer a.b.c", "bearer d"]);
        assert_eq!(all("Bearer a.b.c, realm=x"), ["Bearer a.b.c, realm=x"]);
        assert_eq!(all("Bearer a.b.c,d"), ["Bearer a.b.c,d"]);
    }
}
