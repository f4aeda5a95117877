//! How the command fails: `error: a: b: c`, and a `help:` line where there is something to do; and
//! how it says what it had to do without.

use std::fmt;
use std::io::{self, Write};

/// An error that knows a way out: `help` says what to do.
pub(crate) fn hinted(message: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Hinted {
        message: message.into(),
        help: help.into(),
    })
}

#[derive(Debug)]
struct Hinted {
    message: String,
    help: String,
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Hinted {}

/// What is said when contend itself is at fault; the panic has been printed already.
pub(crate) fn of_panic() -> anyhow::Error {
    hinted(
        "contend failed, which is a fault of contend",
        "please report it with the lines above",
    )
}

/// Writes the error with its causes on one line, and the help.
pub(crate) fn report(error: &anyhow::Error, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "error: {error:#}")?;
    match error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Hinted>())
    {
        Some(hinted) => writeln!(out, "help: {}", hinted.help),
        None => Ok(()),
    }
}

/// Says on standard error what is missing, of a command that goes on all the same.
pub(crate) fn warn(text: impl fmt::Display) {
    // Nobody is left to tell if that fails.
    let _ = writeln!(io::stderr().lock(), "warning: {text}");
}

/// True if the reader of the output went away.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn causes_stand_on_one_line_with_help_below() {
        let error: anyhow::Result<()> =
            Err(hinted("no go.mod", "run it inside a module")).context("loading `x`");
        let mut out = Vec::new();
        report(&error.unwrap_err(), &mut out).unwrap();
        assert_eq!(
            out,
            b"error: loading `x`: no go.mod\nhelp: run it inside a module\n"
        );
    }
}
