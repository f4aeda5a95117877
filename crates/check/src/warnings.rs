//! What went wrong on the way, in the words of [`Warning`].

use contend_base::Location;
use contend_finding::{Place, Warning};
use contend_project::{Diagnostic, DiagnosticKind, Project};

use crate::Program;
use crate::apply::Applied;
use crate::parse::{Source, Sources};

/// All warnings, in order of output.
pub(crate) fn collect(
    project: &Project,
    sources: &Sources,
    program: &Program,
    applied: &Applied,
) -> Vec<Warning> {
    let project = project.diagnostics.iter().map(of_diagnostic);
    let syntax = sources
        .files()
        .iter()
        .filter(|file| file.is_target)
        .filter_map(of_syntax);
    let packages = program.failures.iter().map(|(package, panic)| {
        of_failure(
            &format!("the types of package {package}"),
            panic,
            Place::Run,
        )
    });
    let rules = applied.failed_packages.iter().map(|(package, panic)| {
        of_failure(
            &format!("the rules of package {package}"),
            panic,
            Place::Run,
        )
    });
    let declarations = applied
        .failed_declarations
        .iter()
        .map(|(location, panic)| of_failure("this declaration", panic, Place::Source(*location)));
    project
        .chain(syntax)
        .chain(packages)
        .chain(declarations)
        .chain(rules)
        .collect()
}

fn of_failure(what: &str, panic: &str, place: Place) -> Warning {
    Warning {
        message: format!("contend failed on {what}: {panic}"),
        place,
        help: Some("this is a fault of contend, please report it".to_owned()),
    }
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
fn of_syntax(source: &Source) -> Option<Warning> {
    let first = source.parsed.errors.first()?;
    let more = source.parsed.errors.len() - 1;
    let rest = match more {
        0 => String::new(),
        1 => " (and 1 more error in this file)".to_owned(),
        _ => format!(" (and {more} more errors in this file)"),
    };
    Some(Warning {
        message: format!("syntax error: {}{rest}", first.message),
        place: Place::Source(Location::new(source.id, first.span)),
        help: None,
    })
}
