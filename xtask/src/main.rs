//! Development tasks: `cargo xtask help` lists them.
//!
//! What stands here runs on a developer's machine and in CI, never at a user's. It may print, run
//! programs and read the environment, which the crates below the binary may not.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "xtask runs programs, works on files and talks to a terminal"
)]

mod bench;
mod browser;
mod corpus;
mod docs;
mod fuzz;
mod go;
mod oracle;
mod oracle_project;
mod report;
mod scenarios;
mod score;
mod std_summary;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test [--full]               all tests, and the oracles: quick ones, or every one
  tidy                        floors, printing, generated docs, words that must not be committed
  ready                       what CI runs: test, fmt, clippy, tidy
  docs                        write the generated pages under docs
  corpus [--list] [--unseen] [NAME...]
                              fetch the pinned real modules into the cache, or the unseen ones
  oracle NAME [TARGET...]     compare with Go: syntax, project, types, calls, trace, causes, counts,
                              messages; --full for all targets
  bench [PART...] [--write]   contend and Go on the same files: parse, std, kubernetes, dumps,
                              logs, trace, flame
  score [PART] [--list]       what check finds where the faults are known: race-testdata, kernels, all
  score reproduce [NAME...]   show that every kernel fails as it is labelled
  score transformed [--build] what is lost when the kernels are renamed, split and hidden behind helpers
  score modules [--write]     findings, time and memory over the pinned real modules
  score modules --unseen      the same over modules that no rule was mended on, and each half
  score recall [--write]      races of old releases that a later one mended: found, half found, missed
  score proofs [NAME...]      tests that fail by the race detector where real modules have findings
  scenarios claims [ID...]    run what tests the claims about the runtime, see corpus/scenarios
  scenarios detect [--write]  which means sees which scenario, in how many runs
  fuzz [TARGET...] [--minutes N]
                              fuzz targets with coverage, N minutes of processor time each
  browser                     flame graphs and time lines in Chromium: keys, mouse, search, light and dark
  std-summary                 embed the standard library of the Go in the PATH, reduced
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
        "test" => test::run(rest),
        "tidy" => tidy::run(rest),
        "ready" => ready(),
        "docs" => docs::run(),
        "corpus" => corpus::run(rest),
        "bench" => bench::run(rest),
        "browser" => browser::run(rest),
        "fuzz" => fuzz::run(rest),
        "oracle" => oracle::run(rest),
        "scenarios" => scenarios::run(rest),
        "score" => score::run(rest),
        "std-summary" => std_summary::run(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => anyhow::bail!("unknown command `{other}`; `cargo xtask help` lists them"),
    }
}

/// The steps of `.ci/run`, for a developer before a commit.
fn ready() -> anyhow::Result<()> {
    test::run(&[])?;
    workspace::cargo(&["fmt", "--check"])?;
    workspace::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])?;
    tidy::run(&[])
}
