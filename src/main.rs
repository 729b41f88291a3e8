//! The program `fangpin`: a result becomes an exit code.

use std::panic;
use std::process::ExitCode;

use fangpin::error;

/// The exit code of a fault of the program.
const SOFTWARE: u8 = 70;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|fault| {
        if !error::is_contained() {
            let place = fault.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
            eprintln!("a fault of the program{place}; nothing was published: please report it");
        }
    }));
    ExitCode::from(panic::catch_unwind(fangpin::cli::main).unwrap_or(SOFTWARE))
}
