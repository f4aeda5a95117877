//! `cargo xtask scenarios`: the programs of corpus/scenarios, run.

mod catalogue;
mod claims;
mod detect;
mod run;

use anyhow::bail;

use crate::go::Toolchain;

/// The command: `claims [ID...]` or `detect [--runs N] [--write] [ID...]`.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let Some((command, rest)) = args.split_first() else {
        bail!("say what to run: claims or detect");
    };
    let go = Toolchain::find_or_install()?;
    match command.as_str() {
        "claims" => claims::run(&go, rest),
        "detect" => detect::run(&go, rest),
        other => bail!("unknown command `{other}`: claims or detect"),
    }
}
