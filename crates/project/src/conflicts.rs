//! Where the files that describe modules contradict each other. The load goes on; what counts then
//! is said where the file is read.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::gomod::Replace;
use crate::mains::{MainModule, Mains, clean};
use crate::model::Module;
use crate::mvs::ModuleVersion;
use crate::resolve::Resolver;
use crate::{checksums, vendoring};

/// Reports the contradictions of go.mod, go.work, vendor/modules.txt and go.sum.
pub(crate) fn report(resolver: &Resolver<'_>, modules: &[Module], out: &mut Vec<Diagnostic>) {
    let mains = resolver.mains;
    let Some(names) = Names::of(mains) else {
        return;
    };
    for main in &mains.modules {
        requires(mains, main, &names, out);
    }
    replaces(mains, &names, out);
    languages(mains, &names, out);
    vendoring::compare(mains, &names, out);
    checksums::compare(resolver, modules, &names, out);
}

/// How files are called in messages: by their way from the root of the module or workspace.
pub(crate) struct Names<'a> {
    root: &'a Path,
}

impl<'a> Names<'a> {
    fn of(mains: &'a Mains) -> Option<Self> {
        let root = match &mains.work {
            Some(work) => work.base(),
            None => &mains.modules.first()?.dir,
        };
        Some(Self { root })
    }

    pub(crate) fn short(&self, file: &Path) -> String {
        let inside = file.strip_prefix(self.root).unwrap_or(file);
        inside.to_string_lossy().replace('\\', "/")
    }
}

/// What a `replace` line puts in the place of a module, as it is written.
pub(crate) fn target_of(line: &Replace) -> String {
    format!("{} {}", line.new_path, line.new_version)
        .trim_end()
        .to_owned()
}

/// A module that one go.mod requires twice, or at a version that is excluded.
fn requires(mains: &Mains, main: &MainModule, names: &Names<'_>, out: &mut Vec<Diagnostic>) {
    let file = names.short(&main.file);
    let lines = &main.gomod.require;
    for (at, line) in lines.iter().enumerate() {
        let earlier = lines[..at].iter().find(|it| it.path == line.path);
        if let Some(first) = earlier.filter(|it| it.version != line.version) {
            let message = format!(
                "{} is required at {} and, in {file}:{}, at {}; the higher version counts",
                line.path, line.version, first.line, first.version
            );
            let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
            out.push(
                conflict
                    .at(&main.file, line.line)
                    .against(&main.file, first.line),
            );
        }
        let module = ModuleVersion::new(&line.path, &line.version);
        if let Some((by, exclude)) = mains.exclusion(&module) {
            let message = format!(
                "{} {} is required and, in {}:{exclude}, excluded; the requirement does not count",
                line.path,
                line.version,
                names.short(&by.file)
            );
            let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
            out.push(
                conflict
                    .at(&main.file, line.line)
                    .against(&by.file, exclude),
            );
        }
    }
}

/// Two lines that put different things in the place of one module. Lines of go.work settle what
/// the modules of the workspace disagree about.
fn replaces(mains: &Mains, names: &Names<'_>, out: &mut Vec<Diagnostic>) {
    let lines: Vec<(&Path, &Replace)> = mains.replaces().collect();
    let work = mains.work.as_ref().map(|work| &*work.file);
    for (at, &(file, line)) in lines.iter().enumerate() {
        let is_same_module = |it: &Replace| (&it.path, &it.version) == (&line.path, &line.version);
        let is_settled = work != Some(file)
            && lines
                .iter()
                .any(|(other, it)| Some(*other) == work && is_same_module(it));
        let earlier = lines[..at].iter().find(|(_, it)| is_same_module(it));
        let Some((first_file, first)) = earlier.filter(|_| !is_settled) else {
            continue;
        };
        let (first_place, place) = (place_of(first_file, first), place_of(file, line));
        if first_place == place {
            continue;
        }
        let shown = |place: &Place, line: &Replace| match place {
            // In different files the same words may mean different directories.
            Place::Dir(dir) if *first_file != file => names.short(dir),
            _ => target_of(line),
        };
        let message = format!(
            "{} is replaced by {} and, in {}:{}, by {}",
            line.path,
            shown(&place, line),
            names.short(first_file),
            first.line,
            shown(&first_place, first)
        );
        let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
        out.push(conflict.at(file, line.line).against(first_file, first.line));
    }
}

#[derive(PartialEq, Eq)]
enum Place {
    Dir(PathBuf),
    Module(ModuleVersion),
}

fn place_of(file: &Path, line: &Replace) -> Place {
    if line.new_version.is_empty() {
        let base = file.parent().unwrap_or(Path::new(""));
        return Place::Dir(clean(&base.join(&line.new_path)));
    }
    Place::Module(ModuleVersion::new(&line.new_path, &line.new_version))
}

/// A go.work for an older language than one of its modules.
fn languages(mains: &Mains, names: &Names<'_>, out: &mut Vec<Diagnostic>) {
    let Some(work) = &mains.work else { return };
    let Some(go) = &work.gowork.go else { return };
    for main in &mains.modules {
        let Some(needed) = &main.gomod.go else {
            continue;
        };
        if main.gomod.go_version() <= work.gowork.go_version() {
            continue;
        }
        let message = format!(
            "go {} is older than go {} of {}:{}",
            go.value,
            needed.value,
            names.short(&main.file),
            needed.line
        );
        let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
        out.push(
            conflict
                .at(&work.file, go.line)
                .against(&main.file, needed.line),
        );
    }
}
