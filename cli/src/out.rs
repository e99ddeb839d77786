//! Writing to the terminal or a pipe.

use std::fmt::Display;
use std::io::{ErrorKind, Write, stdout};

/// Writes a line. A reader that has seen enough (`| head`) ends the program quietly.
pub fn say(line: impl Display) {
    if let Err(error) = writeln!(stdout().lock(), "{line}")
        && error.kind() == ErrorKind::BrokenPipe
    {
        std::process::exit(0);
    }
}
