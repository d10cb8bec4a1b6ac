//! The program. Its exit status is 0 on success, 1 on failure, and 2 if the command line or a
//! setting is invalid.

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
