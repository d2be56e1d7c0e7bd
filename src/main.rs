//! The binary: hands the arguments to `cli` and says what stopped it.

use std::process::ExitCode;

fn main() -> ExitCode {
    match jackfield::cli::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("jackfield: {error:#}");
            ExitCode::FAILURE
        }
    }
}
