//! Rules for new passwords: length, and no obvious ones.
//!
//! The rules follow OWASP's Authentication Cheat Sheet and NIST SP 800-63B: rules about digits and
//! symbols make passwords weaker. A short list suffices, since most guessable passwords of twelve
//! or more characters are a common word with digits or signs around it.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Fewest characters of a password, in Unicode scalar values.
pub const MIN_CHARS: usize = 12;
/// Most characters of a password, in Unicode scalar values.
pub const MAX_CHARS: usize = 128;
/// Most bytes of a password, four for each character. Bounds the input of the hash.
pub const MAX_BYTES: usize = 512;

/// Words that add no strength, in lower case, with any digits or signs around them.
const COMMON: &[&str] = &[
    "admin",
    "administrator",
    "changeme",
    "contributor",
    "correcthorsebatterystaple",
    "dragon",
    "editor",
    "football",
    "iloveyou",
    "letmein",
    "maqal",
    "monkey",
    "newspaper",
    "newsroom",
    "passw0rd",
    "password",
    "passwort",
    "motdepasse",
    "princess",
    "p@ssw0rd",
    "p@ssword",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopasdfghjkl",
    "azertyuiop",
    "asdfghjkl",
    "secret",
    "sunshine",
    "superman",
    "trustno",
    "welcome",
    "zxcvbnm",
    "مقال",
    "مرحبا",
    "كلمةالمرور",
    "كلمةالسر",
];

/// The reason for refusing a password. It is safe to show to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("the password must have at least {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_CHARS`] characters or [`MAX_BYTES`] bytes.
    #[error("the password must have at most {MAX_CHARS} characters")]
    TooLong,
    /// Contains a NUL, which no keyboard types and PostgreSQL refuses.
    #[error("the password must not contain the character NUL")]
    Nul,
    /// Equals the account's address, or its part before the `@`.
    #[error("the password must not be the email address")]
    IsEmail,
    /// A known word, a short pattern repeated, or a run such as `123456789012`.
    #[error("the password is too easy to guess")]
    Common,
}

/// Checks that an account with this email address may use this password.
///
/// # Errors
/// The first [`WeakPassword`] that applies.
pub fn check_strength(password: &str, email: &str) -> Result<(), WeakPassword> {
    if password.len() > MAX_BYTES {
        return Err(WeakPassword::TooLong);
    }
    // The hash is of this form, too.
    let password = &*ComposingNormalizerBorrowed::new_nfc().normalize(password);
    let count = password.chars().count();
    if count < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if count > MAX_CHARS {
        return Err(WeakPassword::TooLong);
    }
    if password.contains('\0') {
        return Err(WeakPassword::Nul);
    }
    let lower = password.to_lowercase();
    let email = email.trim().to_lowercase();
    let local = email.split_once('@').map_or(email.as_str(), |(local, _)| local);
    let bare = lower.trim();
    if bare == email || core(bare) == core(local) {
        return Err(WeakPassword::IsEmail);
    }
    let lower: Vec<char> = lower.chars().collect();
    if is_common(bare) || is_repeated(&lower) || is_run(&lower) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// Strips digits and signs from both ends: `!!Password2026` becomes `password`.
fn core(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic())
}

fn is_common(lower: &str) -> bool {
    let joined: String = core(lower).chars().filter(|c| !c.is_whitespace()).collect();
    COMMON.contains(&joined.as_str()) || COMMON.contains(&core(&joined))
}

/// True if the password repeats a short text, and so has only the strength of that text.
fn is_repeated(password: &[char]) -> bool {
    (1..MIN_CHARS)
        .take_while(|period| period * 2 <= password.len())
        .any(|period| password.iter().zip(&password[period..]).all(|(a, b)| a == b))
}

/// True if nearly every character equals or neighbours the one before it, in any script:
/// `aaaabbbb`, `abcdef`, `987654`.
fn is_run(password: &[char]) -> bool {
    let jumps = password
        .windows(2)
        .filter(|pair| u32::from(pair[0]).abs_diff(u32::from(pair[1])) > 1)
        .count();
    jumps < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), WeakPassword> {
        check_strength(password, "Layla.Haddad@example.org")
    }

    #[test]
    fn strong_passwords_are_accepted() {
        for password in [
            "correct horse 9 battery",
            "xk2-93lq-ppz7",
            "سماء زرقاء فوق البحر",
            "🦀🌊🎻🍋🚲🪁🧭🎈🔭🧵🪴🛶",
            "my editor is a kind person",
            &"aK9-".repeat(3).replace("aK9-aK9-", "aK9-7!vQ"),
        ] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn length_limits_count_characters_and_bytes() {
        assert_eq!(check("xk2-93lq-pp"), Err(WeakPassword::TooShort));
        assert_eq!(check("سماءزرقاءفو"), Err(WeakPassword::TooShort));
        let long: String = ('!'..='~').cycle().step_by(7).take(129).collect();
        assert_eq!(check(&long), Err(WeakPassword::TooLong));
        assert_eq!(check(&long[..128]), Ok(()));
        assert_eq!(check(&"x".repeat(10_000_000)), Err(WeakPassword::TooLong));
        assert_eq!(check("e\u{301}a\u{301}o\u{301}zk9qw3"), Err(WeakPassword::TooShort));
        assert_eq!(check(&"👩‍🚀".repeat(60)), Err(WeakPassword::TooLong));
    }

    #[test]
    fn nul_or_email_address_is_refused() {
        assert_eq!(check("xk2-93lq\0ppz7"), Err(WeakPassword::Nul));
        for password in ["layla.haddad@example.org", "LAYLA.HADDAD@EXAMPLE.ORG ", "Layla.Haddad1!"]
        {
            assert_eq!(check(password), Err(WeakPassword::IsEmail), "{password}");
        }
        // A local part without letters must not match every password of digits.
        assert_eq!(check_strength("xk2-93lq-ppz7", "123@example.org"), Ok(()));
    }

    #[test]
    fn common_repeated_and_sequential_passwords_are_refused() {
        for password in [
            "Password1234!",
            "!!! Welcome 2026",
            "P@ssw0rd123456",
            "passwordpassword",
            "correct horse battery staple",
            "qwertyuiop[]12",
            "aaaaaaaaaaaa",
            "abababababab",
            "ab12cd-ab12cd-",
            "123456789012",
            "111122223333",
            "abcdefghijklmnop",
            "١٢٣٤٥٦٧٨٩٠١٢",
            "كلمة المرور 2026",
        ] {
            assert_eq!(check(password), Err(WeakPassword::Common), "{password}");
        }
    }
}
