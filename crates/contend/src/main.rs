//! The contend command: arguments in, text and exit codes out.
#![expect(
    clippy::disallowed_methods,
    reason = "the binary is where contend meets the world"
)]

mod args;
mod commands;
mod environment;
mod failure;
mod memory;
mod plan;
mod progress;

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use args::Args;
use environment::Environment;

/// A tenth less time than the system's allocator on large modules, for a sixth more memory. Huge pages
/// are off (`no_thp`): the kernel takes longer to find and clear them than they save.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Usage errors, but also --help and --version.
        Err(message) => {
            // Nobody is left to tell if that fails.
            let _ = message.print();
            return ExitCode::from(message.exit_code() as u8);
        }
    };
    let environment = Environment::of_process();
    let is_traced = environment
        .variable("RUST_BACKTRACE")
        .is_some_and(|it| it != "0");
    contend_check::quiet_fenced_panics(is_traced);
    let mut out = io::BufWriter::new(io::stdout().lock());
    // Whatever happens, the exit code is one of those that are promised.
    let run = AssertUnwindSafe(|| commands::run(&args, &environment, &mut out));
    let result = catch_unwind(run).unwrap_or_else(|_| Err(failure::of_panic()));
    let flushed = result.and_then(|exit| Ok(out.flush().map(|()| exit)?));
    match flushed {
        Ok(exit) => exit.into(),
        // Who reads the output has seen enough, as `head` does.
        Err(error) if failure::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = failure::report(&error, &mut io::stderr().lock());
            commands::Exit::Error.into()
        }
    }
}
