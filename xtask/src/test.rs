//! `cargo xtask test`: everything that shows whether the tree works, on a machine that may lack Go.

use anyhow::bail;

use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::{oracle, workspace};

/// The command. `--full` asks every oracle about every target; without it the run fits CI.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let full = args.iter().any(|arg| arg == "--full");
    if let Some(arg) = args.iter().find(|arg| *arg != "--full") {
        bail!("test knows `--full` only, got `{arg}`");
    }
    let mut report = Report::default();
    let tests = workspace::cargo(&["test", "--quiet", "--workspace"]);
    report.add(
        "cargo test",
        tests.map(|()| Outcome::Passed("see the counts above".to_owned())),
    );
    match Toolchain::find_or_install() {
        Ok(go) => {
            println!("comparing with {}", go.version);
            oracle::test(&go, &mut report, full);
        }
        Err(error) => {
            let text = format!("no Go in the PATH, and none could be installed: {error:#}");
            report.add("oracles", Ok(Outcome::Skipped(text)));
        }
    }
    report.close()
}
