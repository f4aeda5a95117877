//! `contend deps`: the modules of a build.

use std::io::Write;

use contend_project::{Disk, Tests};
use contend_render::Dependencies;

use crate::args::{self, Args, DepsFormat};
use crate::commands::{Exit, require_dir};
use crate::environment::Environment;
use crate::plan::{self, Target};

pub(crate) fn run(
    args: &Args,
    deps: &args::Deps,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let dir = args.directory.as_deref();
    let mut target = Target::resolve(dir, deps.dir.as_slice(), &deps.build, environment);
    target.config.tests = Tests::Load;
    require_dir(&target.config.dir)?;
    let pool = plan::thread_pool(deps.build.threads)?;
    let load = || contend_project::load(&Disk, &target.config, &target.patterns);
    let project = pool.install(load);
    let dependencies = Dependencies {
        project: &project,
        paths: target.paths,
    };
    match deps.format {
        DepsFormat::Text => dependencies.write_text(&plan::style(args.color, environment), out)?,
        DepsFormat::Json => dependencies.write_json(out)?,
    }
    Ok(if dependencies.has_conflicts() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}
