//! Development tasks: `cargo xtask help` lists them.
//!
//! What stands here runs on a developer's machine and in CI, never at a user's. It may print, run
//! programs and read the environment, which the crates below the binary may not.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "xtask talks to a terminal"
)]

mod corpus;
mod go;
mod oracle;
mod oracle_project;
mod report;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  corpus [--list] [NAME...]   fetch the pinned real modules into the cache
  oracle NAME [TARGET...]     compare with Go: syntax, project, types, calls; --full for all targets
  help                        this text
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> anyhow::Result<()> {
    let Some((command, rest)) = args.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    match command.as_str() {
        "corpus" => corpus::run(rest),
        "oracle" => oracle::run(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => anyhow::bail!("unknown command `{other}`; `cargo xtask help` lists them"),
    }
}
