//! The functions of packages that were looked at before.
//!
//! Packages are looked at in parallel, each as soon as all that it imports is done. What one sees
//! of the others must not depend on which of them happen to be done: it sees those of earlier
//! waves, where a wave is one more than the latest one that a package imports from.

use std::sync::{Arc, OnceLock};

use contend_types::{ObjId, World};

use crate::summary::{PackageSummary, Summary};

/// Objects of one package stand together, so most pages of a large program stay empty: those of
/// packages that are not analysed.
const PAGE: usize = 4096;

/// All functions, by object. They are added while others are looked up, without a lock.
#[derive(Debug)]
pub struct Table(Box<[OnceLock<Page>]>);

type Page = Box<[OnceLock<Entry>]>;

#[derive(Debug)]
struct Entry {
    wave: usize,
    summary: Arc<Summary>,
}

impl Table {
    /// Room for the functions of all packages whose declarations are resolved.
    pub fn new(world: &World) -> Self {
        let n_pages = world.object_count().div_ceil(PAGE);
        Self((0..n_pages).map(|_| OnceLock::new()).collect())
    }

    pub fn add(&self, package: &PackageSummary, wave: usize) {
        for summary in &package.functions {
            let at = summary.function.index();
            let Some(page) = self.0.get(at / PAGE) else {
                continue;
            };
            let page = page.get_or_init(|| (0..PAGE).map(|_| OnceLock::new()).collect());
            // The first one stays: each function is in one package.
            let _ = page[at % PAGE].set(Entry {
                wave,
                summary: Arc::clone(summary),
            });
        }
    }

    /// All functions, in order of their objects.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Summary>> {
        let pages = self.0.iter().filter_map(OnceLock::get);
        let entries = pages.flat_map(|page| page.iter().filter_map(OnceLock::get));
        entries.map(|entry| &entry.summary)
    }
}

/// What a package sees of the others.
#[derive(Clone, Default, Debug)]
pub struct Known {
    table: Option<Arc<Table>>,
    before: usize,
}

impl Known {
    /// The functions of waves before this one.
    pub fn before(wave: usize, table: &Arc<Table>) -> Self {
        Self {
            table: Some(Arc::clone(table)),
            before: wave,
        }
    }

    pub fn get(&self, function: ObjId) -> Option<&Arc<Summary>> {
        let at = function.index();
        let page = self.table.as_ref()?.0.get(at / PAGE)?.get()?;
        let entry = page[at % PAGE].get()?;
        (entry.wave < self.before).then_some(&entry.summary)
    }
}
