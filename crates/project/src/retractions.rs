//! Versions that their authors took back. The newest go.mod counts, as it does for the go command;
//! without the network that is the newest one in the module cache.

use std::cmp::Ordering;

use crate::cache;
use crate::gomod::GoMod;
use crate::model::Retraction;
use crate::mvs::ModuleVersion;
use crate::resolve::Resolver;
use crate::version;

/// The retraction of a module's version. What is replaced is nobody's version any more.
pub(crate) fn of(resolver: &Resolver<'_>, module: &ModuleVersion) -> Option<Retraction> {
    if module.version.is_empty() || resolver.mains.replacement(module).is_some() {
        return None;
    }
    let newest = newest(resolver, &module.path)?;
    if version::compare(&newest.version, &module.version).is_lt() {
        return None;
    }
    let file = cache::download(&resolver.config.mod_cache, &newest, "mod");
    let gomod = GoMod::parse(&resolver.fs.read(&file).ok()?);
    let line = gomod.retraction(&module.version)?;
    Some(Retraction {
        told_by: newest.version.to_string(),
        reason: line.reason.clone(),
    })
}

fn newest(resolver: &Resolver<'_>, path: &str) -> Option<ModuleVersion> {
    let dir = cache::download_dir(&resolver.config.mod_cache, path);
    let entries = resolver.fs.list(&dir).ok()?;
    let versions = entries
        .iter()
        .filter_map(|entry| entry.name.strip_suffix(".mod"))
        .map(cache::unescape);
    let newest = versions.max_by(|a, b| by_age(a, b))?;
    Some(ModuleVersion::new(path, &newest))
}

/// A release is newer than any version before a release, as `@latest` has it.
fn by_age(a: &str, b: &str) -> Ordering {
    let is_release = |version: &str| !version.contains('-');
    let by_kind = is_release(a).cmp(&is_release(b));
    by_kind.then_with(|| version::compare(a, b))
}
