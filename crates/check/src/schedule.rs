//! Which package can be looked at when.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use contend_project::{Package, PackageId, Project, Variant};
use contend_types::PkgId;
use rayon::Scope;
use rustc_hash::{FxHashMap, FxHashSet};

/// A package to look at.
pub(crate) struct Scheduled {
    pub(crate) package: PkgId,
    /// It belongs to the standard library.
    pub(crate) is_std: bool,
    /// One more than the latest wave of what it imports.
    pub(crate) wave: usize,
    /// The numbers of the packages that can be looked at only after this one.
    followers: Vec<usize>,
    /// How many must be done before.
    n_before: usize,
    /// How many bytes of source have to be looked at one after the other from here on.
    height: usize,
    /// The package itself and those that are done before it for certain, whatever runs beside it. One
    /// with tests is here under the plain package's id too, which its objects go by.
    known: FxHashSet<PkgId>,
}

impl Scheduled {
    /// True for the package itself and for those that are done before it in every run.
    pub(crate) fn knows(&self, package: PkgId) -> bool {
        self.known.contains(&package)
    }
}

/// In order of waves. A package with its tests has the wave of the plain package: what its tests
/// import may import the package.
pub(crate) fn schedule(
    project: &Project,
    wanted: &[PackageId],
    added: &FxHashMap<PackageId, PkgId>,
) -> Vec<Scheduled> {
    let plain = |id: PackageId| match project.package(id).variant {
        Variant::ForTest(of) => of,
        Variant::Plain | Variant::ExternalTest(_) => id,
    };
    let by_plain: FxHashMap<PackageId, PackageId> =
        wanted.iter().map(|&id| (plain(id), id)).collect();
    let mut all = Vec::new();
    // By plain package.
    let mut number = FxHashMap::default();
    for (wave, ids) in project.waves().into_iter().enumerate() {
        for id in ids {
            let Some(&variant) = by_plain.get(&id) else {
                continue;
            };
            let before = needed(project, variant, plain, |it| {
                let &at: &usize = number.get(&it)?;
                let other: &Scheduled = &all[at];
                (other.wave < wave).then_some(at)
            });
            let at = all.len();
            number.insert(id, at);
            let mut known = FxHashSet::from_iter([added[&variant], added[&id]]);
            known.extend(before.iter().flat_map(|&it| all[it].known.iter().copied()));
            for &other in &before {
                all[other].followers.push(at);
            }
            all.push(Scheduled {
                package: added[&variant],
                is_std: project.package(variant).is_std,
                wave,
                followers: Vec::new(),
                n_before: before.len(),
                height: size(project.package(variant)),
                known,
            });
        }
    }
    for at in (0..all.len()).rev() {
        let above = all[at].followers.iter().map(|&it| all[it].height);
        all[at].height += above.max().unwrap_or_default();
    }
    for at in 0..all.len() {
        let mut followers = std::mem::take(&mut all[at].followers);
        followers.sort_by_key(|&it| (all[it].height, it));
        all[at].followers = followers;
    }
    all
}

fn size(package: &Package) -> usize {
    package.files.iter().map(|file| file.text.len()).sum()
}

/// The scheduled packages that a package imports, itself or through packages that are not
/// scheduled before it.
fn needed(
    project: &Project,
    of: PackageId,
    plain: impl Fn(PackageId) -> PackageId,
    before: impl Fn(PackageId) -> Option<usize>,
) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut seen = FxHashSet::default();
    let mut open = project.dependencies(of);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match before(plain(id)) {
            Some(at) => {
                needed.insert(at);
            }
            None => open.extend(project.dependencies(id)),
        }
    }
    needed
}

/// Does `work` for the number of each package, in parallel, after all that it needs. Of those that
/// may be next, the one goes first with the longest way behind it.
pub(crate) fn run(schedule: &[Scheduled], work: impl Fn(usize) + Sync) {
    let left: Vec<AtomicUsize> = schedule
        .iter()
        .map(|it| AtomicUsize::new(it.n_before))
        .collect();
    let mut first: Vec<usize> = (0..schedule.len())
        .filter(|&at| schedule[at].n_before == 0)
        .collect();
    first.sort_by_key(|&at| schedule[at].height);
    let run = Run {
        schedule,
        left: &left,
        work: &work,
    };
    rayon::scope(|scope| {
        for at in first {
            scope.spawn(move |scope| run.one(scope, at));
        }
    });
}

struct Run<'a, W> {
    schedule: &'a [Scheduled],
    /// How many must be done before each.
    left: &'a [AtomicUsize],
    work: &'a W,
}

impl<W> Clone for Run<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Run<'_, W> {}

impl<'a, W: Fn(usize) + Sync> Run<'a, W> {
    fn one(self, scope: &Scope<'a>, at: usize) {
        (self.work)(at);
        // A worker takes what it spawned last.
        for &next in &self.schedule[at].followers {
            if self.left[next].fetch_sub(1, Ordering::AcqRel) == 1 {
                scope.spawn(move |scope| self.one(scope, next));
            }
        }
    }
}
