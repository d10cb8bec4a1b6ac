//! Where a user's password comes from: the keyboard, standard input, or chance. Called by `user`.

use std::io::{self, BufRead, IsTerminal, Read};

use super::{CliError, output};
use crate::auth::passwords::check_strength;
use crate::auth::secrets;

/// How `maqal user` is to get a password.
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    /// Make one and print it, instead of asking
    #[arg(long)]
    generate: bool,
}

/// A password and whether it was made here, to be printed once the account has it.
pub(super) struct Password {
    /// The password.
    pub text: String,
    generated: bool,
}

impl Source {
    /// A password that this account may use.
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
    /// Prints it if nobody knows it yet. Alone on its line, for scripts.
    pub(super) fn tell(&self) -> io::Result<()> {
        if self.generated { output::line(&self.text) } else { Ok(()) }
    }
}

/// Asks for it on the terminal, twice, since what is typed is not seen.
fn ask() -> Result<String, CliError> {
    let prompt = |text| rpassword::prompt_password(text).map_err(CliError::Password);
    let first = prompt("Password: ")?;
    if prompt("Again: ")? == first {
        Ok(first)
    } else {
        Err(CliError::Refused("the two passwords differ".into()))
    }
}

/// The first line of what is piped in.
fn read(from: &mut impl BufRead) -> Result<String, CliError> {
    let mut text = String::new();
    // Longer than any password that is accepted, so that one too long is told apart.
    from.take(4096).read_line(&mut text).map_err(CliError::Password)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_password() {
        for (piped, password) in [
            ("nine small boats", "nine small boats"),
            ("nine small boats\n", "nine small boats"),
            (" نون \r\nmore", " نون "),
            ("", ""),
        ] {
            assert_eq!(read(&mut piped.as_bytes()).unwrap(), password);
        }
        assert!(read(&mut &b"\xFF\n"[..]).is_err());
    }
}
