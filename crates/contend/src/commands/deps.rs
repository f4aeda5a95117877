//! `contend deps`: the modules of a build.

use std::io::Write;

use crate::args::{self, Args};
use crate::commands::Exit;
use crate::environment::Environment;
use crate::plan::Target;

pub(crate) fn run(
    args: &Args,
    deps: &args::Deps,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let target = Target::resolve(
        args.directory.as_deref(),
        deps.dir.as_slice(),
        &deps.build,
        environment,
    );
    let _ = (target, out);
    anyhow::bail!("not built yet")
}
