//! Which files of a directory make up a package, and what they import.

use std::path::Path;

use contend_base::{Name, Span, known};
use contend_syntax::constraint::Constraint;
use contend_syntax::{Header, parse_header};

use crate::context::BuildContext;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fs::{Entry, EntryKind, FileSystem};
use crate::mains::unreadable;
use crate::model::{File, FileKind, Ignored, IgnoredFile};
use crate::version::GoVersion;

/// A directory taken apart. All lists are sorted by name.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) name: Option<Name>,
    pub(crate) files: Vec<Chosen>,
    pub(crate) tests: Vec<Chosen>,
    pub(crate) external_tests: Vec<Chosen>,
    pub(crate) ignored: Vec<IgnoredFile>,
    pub(crate) others: Vec<String>,
    pub(crate) problems: Vec<Diagnostic>,
}

/// A file that belongs to the build, with what stands at its top.
pub(crate) struct Chosen {
    pub(crate) file: File,
    pub(crate) package: Option<Name>,
    /// Paths and their places.
    pub(crate) imports: Vec<(Name, Span)>,
}

impl Chosen {
    /// The line, from 1, of a byte offset.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        line_of(&self.file.text, offset)
    }
}

fn line_of(text: &[u8], offset: u32) -> u32 {
    let end = (offset as usize).min(text.len());
    memchr::memchr_iter(b'\n', &text[..end]).count() as u32 + 1
}

/// What a scan is for.
pub(crate) struct Scanner<'a> {
    pub(crate) fs: &'a dyn FileSystem,
    pub(crate) cx: &'a BuildContext,
    pub(crate) dir: &'a Path,
    /// The language of files that do not say otherwise.
    pub(crate) go_version: GoVersion,
    pub(crate) with_tests: bool,
}

impl Scanner<'_> {
    /// Sorts the files of the directory into lists. Unreadable ones are problems.
    pub(crate) fn scan(&self, entries: &[Entry]) -> Scan {
        let mut scan = Scan::default();
        for entry in entries {
            self.add(entry, &mut scan);
        }
        Self::settle_name(&mut scan);
        self.settle_assembly(&mut scan);
        scan
    }

    fn add(&self, entry: &Entry, scan: &mut Scan) {
        let name = &*entry.name;
        let extension = name.rfind('.').map_or("", |at| &name[at..]);
        let is_go = extension == ".go";
        if name.starts_with(['_', '.']) || !(is_go || is_built(extension)) {
            return;
        }
        match entry.kind {
            EntryKind::Dir => return,
            EntryKind::Link if self.fs.is_dir(&self.dir.join(name)) => return,
            _ => {}
        }
        let is_test = name.ends_with("_test.go");
        if is_test && !self.with_tests {
            return;
        }
        let ignore = |scan: &mut Scan, reason| {
            scan.ignored.push(IgnoredFile {
                name: name.to_owned(),
                reason,
            });
        };
        if !self.cx.accepts_name(name) {
            return ignore(scan, Ignored::Name);
        }
        if extension == ".syso" {
            return scan.others.push(name.to_owned());
        }
        let path = self.dir.join(name);
        let text = match self.fs.read(&path) {
            Ok(text) => text,
            Err(error) => return scan.problems.push(unreadable(&path, &error)),
        };
        let header = parse_header(&text);
        let version = match self.constraints(&header, &text) {
            Verdict::Holds(version) => version,
            Verdict::Fails(line) => return ignore(scan, Ignored::Constraint(line)),
            Verdict::Broken(offset, message) => {
                let line = line_of(&text, offset);
                let problem = Diagnostic::new(DiagnosticKind::FileHeader, message).at(path, line);
                return scan.problems.push(problem);
            }
        };
        if !is_go {
            return scan.others.push(name.to_owned());
        }
        for error in &header.errors {
            let line = line_of(&text, error.span.start);
            let problem = Diagnostic::new(DiagnosticKind::FileHeader, &*error.message);
            scan.problems.push(problem.at(&*path, line));
        }
        let package = header.package;
        if package.is_some_and(|package| package.as_str() == "documentation") {
            return ignore(scan, Ignored::Documentation);
        }
        let is_cgo = header.imports.iter().any(|import| import.path == known::C);
        if is_cgo && !is_test && !self.cx.cgo {
            return ignore(scan, Ignored::Cgo);
        }
        let is_external =
            is_test && package.is_some_and(|package| package.as_str().ends_with("_test"));
        let kind = match (is_test, is_external) {
            (true, true) => FileKind::ExternalTest,
            (true, false) => FileKind::Test,
            _ if is_cgo => FileKind::Cgo,
            _ => FileKind::Go,
        };
        let go_version = version.unwrap_or(self.go_version);
        let file = File {
            name: name.into(),
            path: path.to_string_lossy().into(),
            text,
            kind,
            go_version,
        };
        let imports = header
            .imports
            .iter()
            .map(|import| (import.path, import.span))
            .collect();
        let chosen = Chosen {
            file,
            package,
            imports,
        };
        match kind {
            FileKind::Go | FileKind::Cgo => scan.files.push(chosen),
            FileKind::Test => scan.tests.push(chosen),
            FileKind::ExternalTest => scan.external_tests.push(chosen),
        }
    }

    fn constraints(&self, header: &Header, text: &[u8]) -> Verdict {
        let line = |span: Span| {
            String::from_utf8_lossy(&text[span.start as usize..span.end as usize]).into_owned()
        };
        let has = |tag: &str| self.cx.has_tag(tag);
        if let Some(span) = header.build {
            let line = line(span);
            return match Constraint::parse(&line) {
                Ok(constraint) if constraint.eval(&has) => {
                    let version = constraint.go_version();
                    // Since Go 1.21 such a line sets the language, but never below 1.21.
                    let version = version.map(|(major, minor)| {
                        GoVersion::new(major as u16, minor as u16).max(GoVersion::new(1, 21))
                    });
                    Verdict::Holds(version)
                }
                Ok(_) => Verdict::Fails(line),
                Err(error) => {
                    let message = format!("the build constraint is ignored: {}", error.message);
                    Verdict::Broken(span.start + error.offset as u32, message)
                }
            };
        }
        for &span in &header.plus_build {
            let line = line(span);
            // Broken old-style lines count as absent.
            if Constraint::parse(&line).is_ok_and(|constraint| !constraint.eval(&has)) {
                return Verdict::Fails(line);
            }
        }
        Verdict::Holds(None)
    }

    /// One directory holds one package: the first name wins, unless another has more files.
    fn settle_name(scan: &mut Scan) {
        let sources = if scan.files.is_empty() {
            &scan.tests
        } else {
            &scan.files
        };
        let mut names: Vec<(Name, usize)> = Vec::new();
        for package in sources.iter().filter_map(|chosen| chosen.package) {
            match names.iter_mut().find(|(name, _)| *name == package) {
                Some((_, count)) => *count += 1,
                None => names.push((package, 1)),
            }
        }
        let Some(&(name, _)) = names.iter().rev().max_by_key(|(_, count)| *count) else {
            // Only an external test tells the name.
            let external = scan
                .external_tests
                .first()
                .and_then(|chosen| chosen.package);
            let base = external.and_then(|name| name.as_str().strip_suffix("_test"));
            scan.name = base.map(Name::intern);
            return;
        };
        scan.name = Some(name);
        for list in [&mut scan.files, &mut scan.tests] {
            for chosen in list.extract_if(.., |it| it.package.is_some_and(|it| it != name)) {
                let other = chosen.package.unwrap_or(known::BLANK);
                let message = format!(
                    "package {other} in a directory of package {name}; the file is left out"
                );
                let problem = Diagnostic::new(DiagnosticKind::MixedPackages, message);
                scan.problems.push(problem.at(&*chosen.file.path, 1));
            }
        }
    }

    /// Assembly for the C compiler counts only beside cgo files, C only while cgo is on.
    fn settle_assembly(&self, scan: &mut Scan) {
        let has_cgo = scan
            .files
            .iter()
            .any(|chosen| chosen.file.kind == FileKind::Cgo);
        if !has_cgo {
            for name in scan
                .others
                .extract_if(.., |name| name.ends_with(".S") || name.ends_with(".sx"))
            {
                scan.ignored.push(IgnoredFile {
                    name,
                    reason: Ignored::Assembly,
                });
            }
            scan.ignored.sort();
        }
        if !self.cx.cgo {
            scan.others.retain(|name| !is_for_cgo(name));
        }
    }
}

enum Verdict {
    /// The file counts; perhaps with a language version of its own.
    Holds(Option<GoVersion>),
    /// The line that excludes it.
    Fails(String),
    /// The constraint makes no sense: offset and message.
    Broken(u32, String),
}

/// Extensions of the other languages that a Go build takes.
fn is_built(extension: &str) -> bool {
    matches!(
        extension,
        ".s" | ".S" | ".sx" | ".h" | ".hh" | ".hpp" | ".hxx" | ".syso"
    ) || is_for_cgo(extension)
        || matches!(extension, ".f" | ".F" | ".for" | ".f90")
}

/// Sources that are compiled only when cgo is on.
fn is_for_cgo(name: &str) -> bool {
    [".c", ".cc", ".cpp", ".cxx", ".m", ".swig", ".swigcxx"]
        .iter()
        .any(|it| name.ends_with(it))
}

/// The names of a list of files.
pub(crate) fn names(files: &[Chosen]) -> Vec<String> {
    files
        .iter()
        .map(|chosen| chosen.file.name.to_string())
        .collect()
}

/// The files of a list, without what was only needed for the load.
pub(crate) fn files(chosen: &[Chosen]) -> Vec<File> {
    chosen.iter().map(|chosen| chosen.file.clone()).collect()
}
