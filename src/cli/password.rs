//! Obtains a user's password: from the terminal, from standard input, or generated.

use std::io::{self, BufRead, IsTerminal, Read};

use super::{CliError, output};
use crate::auth::passwords::check_strength;
use crate::auth::secrets;

/// The source of a password.
#[derive(Debug, clap::Args)]
pub(super) struct PasswordSource {
    /// Generate a password and print it
    #[arg(long)]
    generate: bool,
}

/// A password.
pub(super) struct Password {
    /// Its text.
    pub text: String,
    generated: bool,
}

impl PasswordSource {
    /// Obtains a password that is strong enough for this account.
    pub(super) fn obtain(&self, email: &str) -> Result<Password, CliError> {
        if self.generate {
            return Ok(Password { text: secrets::generate_password()?, generated: true });
        }
        let text = if io::stdin().is_terminal() { ask()? } else { read(&mut io::stdin().lock())? };
        match check_strength(&text, email) {
            Ok(()) => Ok(Password { text, generated: false }),
            Err(weak) => Err(CliError::Refused(weak.to_string())),
        }
    }
}

impl Password {
    /// Prints a generated password, alone on its line for scripts.
    pub(super) fn print_generated(&self) -> io::Result<()> {
        if self.generated { output::line(&self.text) } else { Ok(()) }
    }
}

/// Asks on the terminal, twice, without echo.
fn ask() -> Result<String, CliError> {
    let prompt = |text| rpassword::prompt_password(text).map_err(CliError::Password);
    let first = prompt("Password: ")?;
    if prompt("Again: ")? == first {
        Ok(first)
    } else {
        Err(CliError::Refused("the two passwords differ".into()))
    }
}

/// Reads the first line of standard input.
fn read(input: &mut impl BufRead) -> Result<String, CliError> {
    let mut text = String::new();
    // Longer than the longest password, so that a longer one is rejected and not truncated.
    input.take(4096).read_line(&mut text).map_err(CliError::Password)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    match text.strip_suffix('\r').unwrap_or(text) {
        "" => Err(CliError::Usage("no password on standard input; use --generate".into())),
        password => Ok(password.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_the_first_line() {
        for (piped, password) in [
            ("nine small boats", "nine small boats"),
            ("nine small boats\n", "nine small boats"),
            (" نون \r\nmore", " نون "),
        ] {
            assert_eq!(read(&mut piped.as_bytes()).unwrap(), password);
        }
        assert!(read(&mut &b"\xFF\n"[..]).is_err());
    }

    #[test]
    fn empty_standard_input_names_the_option_to_generate() {
        for piped in ["", "\n", "\r\nsecond line"] {
            let error = read(&mut piped.as_bytes()).unwrap_err();
            assert!(error.to_string().contains("--generate"), "{error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
