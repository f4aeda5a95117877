//! The way from patterns to packages.

use std::path::Path;

use crate::assemble::Assembly;
use crate::config::{Config, Tests};
use crate::context::BuildContext;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fs::{FileSystem, Memory};
use crate::graph::Grower;
use crate::mains::{Mains, clean};
use crate::model::Project;
use crate::patterns::Expander;
use crate::resolve::Resolver;
use crate::std_lib::StdLib;
use crate::std_summary;
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
    let only_std = patterns.iter().all(|pattern| pattern == "std");
    let mains = Mains::find(fs, config, only_std, &mut out);
    let embedded;
    let mut std_fs = fs;
    let mut std = find_std(fs, config, &mains, &mut out);
    let std_is_summary = std.is_none();
    if std_is_summary {
        embedded = open_summary(&mut out);
        std_fs = &embedded;
        std = StdLib::read(
            std_fs,
            Path::new(std_summary::VIRTUAL_GOROOT),
            config,
            &mut out,
        );
    }
    let std_version = std
        .as_ref()
        .map_or(GoVersion::NEWEST_KNOWN, |std| std.version);
    report_newer(&mains, std_version, &mut out);
    let experiments = std
        .as_ref()
        .map(|std| std.experiments.clone())
        .unwrap_or_default();
    let context = BuildContext::new(config, std_version, experiments);
    let std_context = if std_is_summary {
        summary_context(config, &context, &mut out)
    } else {
        context.clone()
    };

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
        std_cx: &std_context,
        resolver: &resolver,
        std_version,
    };
    let graph = grower.grow(targets);
    let assembly = Assembly {
        resolver: &resolver,
        std: std.as_ref(),
        std_is_summary,
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

fn open_summary(out: &mut Vec<Diagnostic>) -> Memory {
    std_summary::open().unwrap_or_else(|error| {
        out.push(Diagnostic::new(DiagnosticKind::NoStd, error.to_string()));
        Memory::default()
    })
}

/// The summary holds files for a few platforms only; for others it plays the first of them.
fn summary_context(
    config: &Config,
    context: &BuildContext,
    out: &mut Vec<Diagnostic>,
) -> BuildContext {
    let platforms = std_summary::PLATFORMS;
    if platforms.contains(&(&*config.goos, &*config.goarch)) {
        return context.clone();
    }
    let (goos, goarch) = platforms[0];
    let message = format!(
        "there is no GOROOT, and the embedded standard library is not made for {}/{}; that of \
         {goos}/{goarch} is used",
        config.goos, config.goarch
    );
    out.push(Diagnostic::new(DiagnosticKind::Environment, message));
    BuildContext {
        goos: goos.to_owned(),
        goarch: goarch.to_owned(),
        ..context.clone()
    }
}

/// Modules for a Go that is newer than the library, or than this tool, are loaded all the same.
fn report_newer(mains: &Mains, std_version: GoVersion, out: &mut Vec<Diagnostic>) {
    for main in mains.modules.iter().filter(|main| main.is_written) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that nobody wrote down asks for no version of Go.
    #[test]
    fn without_go_mod_no_line_of_it_is_blamed() {
        let mut fs = Memory::default();
        fs.add("/goroot/VERSION", *b"go1.21.0\n");
        fs.add("/goroot/src/runtime/proc.go", *b"package runtime\n");
        fs.add("/m/m.go", *b"package m\n");
        let mut config = Config::new("/m");
        config.goroot = Some("/goroot".into());
        let blamed = |fs: &Memory| -> Vec<(String, u32)> {
            let project = load(fs, &config, &["./...".into()]);
            let places = project.diagnostics.iter().filter_map(|it| {
                let file = it.file.as_ref()?.display().to_string();
                Some((file, it.line))
            });
            places.collect()
        };
        assert_eq!(blamed(&fs), [("/m".to_owned(), 0)]);
        fs.add("/m/go.mod", *b"module m\n\ngo 1.22\n");
        assert_eq!(blamed(&fs), [("/m/go.mod".to_owned(), 3)]);
    }
}
