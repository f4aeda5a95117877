//! Where go.sum contradicts go.mod, itself or what was downloaded.

use std::path::PathBuf;

use crate::cache;
use crate::config::ModMode;
use crate::conflicts::Names;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::gosum::GoSum;
use crate::mains::report_lines;
use crate::model::Module;
use crate::mvs::ModuleVersion;
use crate::resolve::Resolver;

/// Reports modules of the build without a hash, with two, or with another than their zip has.
pub(crate) fn compare(
    resolver: &Resolver<'_>,
    modules: &[Module],
    names: &Names<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let sums = Sums::read(resolver, out);
    sums.contradictions(names, out);
    let downloaded = modules.iter().filter(|it| !it.is_main && !it.is_vendored);
    let mut unknown = Vec::new();
    for module in downloaded {
        let selected = ModuleVersion::new(&module.path, &module.version);
        let (actual, dir) = resolver.actual(&selected);
        if dir.is_some() {
            continue;
        }
        let hashes = sums.hashes(&actual.path, &actual.version);
        if hashes.is_empty() {
            unknown.push((selected, actual));
        } else {
            out.extend(of_download(resolver, &actual, &hashes));
        }
    }
    // With -mod=mod the go command would add what is missing.
    if resolver.config.mod_mode != Some(ModMode::Mod) {
        sums.of_unknown(resolver, &unknown, names, out);
    }
}

/// The go.sum files that count together, and their main one.
struct Sums {
    main: PathBuf,
    files: Vec<(PathBuf, GoSum)>,
}

/// A hash with its place.
type Hash<'a> = (&'a PathBuf, u32, &'a str);

impl Sums {
    fn read(resolver: &Resolver<'_>, out: &mut Vec<Diagnostic>) -> Self {
        let mains = resolver.mains;
        let work = mains
            .work
            .iter()
            .map(|work| work.file.with_extension("work.sum"));
        let mods = mains
            .modules
            .iter()
            .map(|main| main.file.with_extension("sum"));
        let paths: Vec<PathBuf> = work.chain(mods).collect();
        let mut files = Vec::new();
        for path in &paths {
            if let Ok(text) = resolver.fs.read(path) {
                let sum = GoSum::parse(&text);
                report_lines(path, &sum.errors, out);
                files.push((path.clone(), sum));
            }
        }
        let main = files.first().map(|(path, _)| path.clone());
        let main = main.or_else(|| paths.into_iter().next());
        Self {
            main: main.unwrap_or_default(),
            files,
        }
    }

    fn hashes(&self, path: &str, version: &str) -> Vec<Hash<'_>> {
        let all = self.files.iter().flat_map(|(file, sum)| {
            let hashes = sum.get(path, version).iter();
            hashes.map(move |(hash, line)| (file, *line, &**hash))
        });
        all.collect()
    }

    /// Two hashes of one kind for one version: one of them is wrong.
    fn contradictions(&self, names: &Names<'_>, out: &mut Vec<Diagnostic>) {
        for (at, (_, sum)) in self.files.iter().enumerate() {
            for (path, version) in sum.hashes.keys() {
                let known =
                    |(_, earlier): &(PathBuf, GoSum)| !earlier.get(path, version).is_empty();
                if self.files[..at].iter().any(known) {
                    continue;
                }
                let hashes = self.hashes(path, version);
                let Some(&(first_file, first_line, first)) = hashes.first() else {
                    continue;
                };
                for &(file, line, hash) in &hashes[1..] {
                    if hash == first || kind(hash) != kind(first) {
                        continue;
                    }
                    let message = format!(
                        "{path} {version} has another hash in {}:{first_line}",
                        names.short(first_file)
                    );
                    let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
                    out.push(conflict.at(file, line).against(first_file, first_line));
                }
            }
        }
    }

    /// Modules without a hash: each at the line that requires it, or all in one message if there is
    /// no go.sum.
    fn of_unknown(
        &self,
        resolver: &Resolver<'_>,
        unknown: &[(ModuleVersion, ModuleVersion)],
        names: &Names<'_>,
        out: &mut Vec<Diagnostic>,
    ) {
        if self.files.is_empty() && !unknown.is_empty() {
            let count = unknown.len();
            let modules = if count == 1 { "module" } else { "modules" };
            let message = format!(
                "there is no such file, and the build uses {count} {modules} without a hash"
            );
            let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
            out.push(conflict.at(&self.main, 0));
            return;
        }
        for (selected, actual) in unknown {
            let other = self.other_version(actual);
            let (file, line) = other.as_ref().map_or((&self.main, 0), |it| (it.0, it.1));
            let found = match &other {
                Some((file, line, version)) => {
                    format!("; {}:{line} has {version}", names.short(file))
                }
                None => String::new(),
            };
            let sum = names.short(&self.main);
            let message = format!("{actual} is used, but {sum} has no hash of it{found}");
            let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
            let conflict = match resolver.mains.require_line(selected) {
                Some((go_mod, at)) => conflict.at(go_mod, at).against(file, line),
                None => conflict.at(file, line),
            };
            out.push(conflict);
        }
    }

    /// A hash of other files of the same module.
    fn other_version(&self, module: &ModuleVersion) -> Option<Hash<'_>> {
        self.files.iter().find_map(|(file, sum)| {
            let mut all = sum.hashes.iter();
            let ((_, version), hashes) = all.find(|((path, version), _)| {
                *path == *module.path && !version.ends_with("/go.mod")
            })?;
            Some((file, hashes.first()?.1, &**version))
        })
    }
}

/// The zip that the module cache was filled from, against the hash that was written down.
fn of_download(
    resolver: &Resolver<'_>,
    module: &ModuleVersion,
    hashes: &[Hash<'_>],
) -> Option<Diagnostic> {
    let file = cache::download(&resolver.config.mod_cache, module, "ziphash");
    let text = resolver.fs.read(&file).ok()?;
    let real = std::str::from_utf8(&text).ok()?.trim();
    let (sum, line, _) = *hashes.first()?;
    if real.is_empty() || hashes.iter().any(|(.., hash)| *hash == real) {
        return None;
    }
    let message = format!("{module} in the module cache has another hash than this: {real}");
    let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
    Some(conflict.at(sum, line).against(&file, 1))
}

/// `h1` of `h1:...`
fn kind(hash: &str) -> &str {
    hash.split(':').next().unwrap_or_default()
}
