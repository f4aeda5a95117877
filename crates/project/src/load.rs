//! The way from patterns to packages.

use crate::assemble::Assembly;
use crate::config::{Config, Tests};
use crate::context::BuildContext;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fs::FileSystem;
use crate::graph::Grower;
use crate::mains::{Mains, clean};
use crate::model::Project;
use crate::patterns::Expander;
use crate::resolve::Resolver;
use crate::std_lib::StdLib;
use crate::version::GoVersion;

/// Loads the packages that match `patterns`, and all they import.
///
/// Patterns are those of the go command: `./...`, `./cmd`, `example.com/m/...`, `std`; paths start
/// at `config.dir`. Never fails: see [`Project::diagnostics`]. Uses the rayon pool of the caller.
pub fn load(fs: &dyn FileSystem, config: &Config, patterns: &[String]) -> Project {
    let config = &Config {
        dir: clean(&config.dir),
        ..config.clone()
    };
    let warnings = config.warnings.iter();
    let mut out: Vec<Diagnostic> = warnings
        .map(|text| Diagnostic::new(DiagnosticKind::Environment, &**text))
        .collect();
    let mains = Mains::find(fs, config, &mut out);
    let std_fs = fs;
    let std = find_std(fs, config, &mains, &mut out);
    let std_version = std
        .as_ref()
        .map_or(GoVersion::NEWEST_KNOWN, |std| std.version);
    report_newer(&mains, std_version, &mut out);
    let experiments = std
        .as_ref()
        .map(|std| std.experiments.clone())
        .unwrap_or_default();
    let context = BuildContext::new(config, std_version, experiments);

    let resolver = Resolver::new(fs, std_fs, config, &mains, std.as_ref());
    let expander = Expander {
        fs,
        std_fs,
        config,
        resolver: &resolver,
        std: std.as_ref(),
    };
    let targets = expander.expand(patterns, &mut out);
    let grower = Grower {
        fs,
        std_fs,
        config,
        cx: &context,
        resolver: &resolver,
        std_version,
    };
    let graph = grower.grow(targets);
    let assembly = Assembly {
        resolver: &resolver,
        std: std.as_ref(),
        std_is_summary: false,
        load_tests: config.tests == Tests::Load,
    };
    assembly.assemble(&graph, context, out)
}

/// The standard library: the main module if it is that, else the installed one.
fn find_std(
    fs: &dyn FileSystem,
    config: &Config,
    mains: &Mains,
    out: &mut Vec<Diagnostic>,
) -> Option<StdLib> {
    let own = mains
        .modules
        .iter()
        .find(|main| main.is_std)
        .and_then(|main| main.dir.parent());
    let goroot = own.or(config.goroot.as_deref())?;
    let std = StdLib::read(fs, goroot, config, out);
    if std.is_none() {
        let message = "GOROOT has no standard library in src";
        out.push(Diagnostic::new(DiagnosticKind::NoStd, message).at(goroot, 0));
    }
    std
}

/// Modules for a Go that is newer than the library, or than this tool, are loaded all the same.
fn report_newer(mains: &Mains, std_version: GoVersion, out: &mut Vec<Diagnostic>) {
    for main in &mains.modules {
        let Some(go) = &main.gomod.go else { continue };
        let version = main.gomod.go_version();
        let message = if version > GoVersion::NEWEST_KNOWN {
            let known = GoVersion::NEWEST_KNOWN;
            format!(
                "go {} is newer than {known}, the newest that is known here",
                go.value
            )
        } else if version > std_version {
            format!(
                "go {} is newer than the standard library, which is of Go {std_version}",
                go.value
            )
        } else {
            continue;
        };
        out.push(Diagnostic::new(DiagnosticKind::NewerGo, message).at(&main.file, go.line));
    }
}
