//! The program: reads the command line and calls the library, of which `maqal::cli` takes over.
//!
//! It ends with 0 when it did what it was asked, with 1 when that failed, and with 2 when the
//! command line or a setting is wrong, so that trying again is pointless.

use std::process::ExitCode;

use maqal::cli;

fn main() -> ExitCode {
    match cli::run(cli::Cli::from_command_line()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let code = error.exit_code();
            if code != 0 {
                eprintln!("maqal: {}", error.with_causes());
            }
            ExitCode::from(code)
        }
    }
}
