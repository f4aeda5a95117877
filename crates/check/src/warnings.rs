//! What went wrong on the way, in the words of [`Warning`].

use contend_base::{Location, SourceMap};
use contend_finding::{Place, Warning};
use contend_project::{Config, Diagnostic, DiagnosticKind, Project};

use crate::parse::{Source, Sources};

/// All warnings of the load and the parse, in order of output.
pub(crate) fn collect(
    config: &Config,
    project: &Project,
    sources: &Sources,
    files: &SourceMap,
) -> Vec<Warning> {
    let environment = config.warnings.iter().map(|message| Warning {
        message: message.clone(),
        place: Place::Run,
        help: None,
    });
    let project = project.diagnostics.iter().map(of_diagnostic);
    let targets = sources.files().iter().filter(|file| file.is_target);
    let syntax = targets.filter_map(|source| of_syntax(source, files));
    environment.chain(project).chain(syntax).collect()
}

fn of_diagnostic(diagnostic: &Diagnostic) -> Warning {
    let path = diagnostic
        .file
        .as_ref()
        .map(|path| path.to_string_lossy().into());
    let place = match (path, diagnostic.line) {
        (None, _) => Place::Run,
        (Some(path), 0) => Place::Path(path),
        (Some(path), line) => Place::Line(path, line),
    };
    let help = match diagnostic.kind {
        DiagnosticKind::MissingModule => Some("run `go mod download` in the module"),
        DiagnosticKind::MissingPackage => Some("run `go mod tidy` in the module"),
        DiagnosticKind::NoStd => Some("set GOROOT to an installation of Go"),
        _ => None,
    };
    Warning {
        message: diagnostic.message.clone(),
        place,
        help: help.map(str::to_owned),
    }
}

/// One warning a file: what follows a first syntax error is often its echo.
fn of_syntax(source: &Source, files: &SourceMap) -> Option<Warning> {
    let first = source.parsed.errors.first()?;
    let more = source.parsed.errors.len() - 1;
    let rest = match more {
        0 => String::new(),
        1 => " (and 1 more error in this file)".to_owned(),
        _ => format!(" (and {more} more errors in this file)"),
    };
    debug_assert!(source.id.index() < files.len());
    Some(Warning {
        message: format!("syntax error: {}{rest}", first.message),
        place: Place::Source(Location::new(source.id, first.span)),
        help: None,
    })
}
