//! What a body puts into the values that it makes.
//!
//! Two workers that are given one map share it, each under a name of its own: `w.*.cache` is
//! `cache` after `w := &worker{cache: cache}`. What is put in twice is neither.

use contend_ir::{AllocKind, Body, InstrKind, Operand, PlaceId, PlaceKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::path::{Step, Steps};
use crate::values::Value;

/// What a part of a value was given.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// From the value to the part.
    pub(crate) steps: Steps,
    pub(crate) value: Value,
    /// Where in the body the value got its name.
    pub(crate) named_at: usize,
}

/// By the place of the value.
#[derive(Default)]
pub(crate) struct Contents(FxHashMap<PlaceId, Vec<Content>>);

impl Contents {
    pub(crate) fn add(&mut self, made: PlaceId, steps: Steps, value: Value, named_at: usize) {
        let contents = self.0.entry(made).or_default();
        match contents.iter_mut().find(|it| it.steps == steps) {
            Some(known) => known.value = Value::Unknown,
            None => contents.push(Content {
                steps,
                value,
                named_at,
            }),
        }
    }

    /// All parts of a value.
    pub(crate) fn of(&self, made: PlaceId) -> &[Content] {
        self.0.get(&made).map_or(&[], Vec::as_slice)
    }

    /// The smallest part on the way.
    pub(crate) fn at(&self, made: PlaceId, steps: &[Step]) -> Option<&Content> {
        let contents = self.of(made).iter();
        let on_the_way = contents.filter(|it| steps.starts_with(&it.steps));
        on_the_way.max_by_key(|it| it.steps.len())
    }
}

/// An assignment to a part of a value.
pub(crate) struct Put {
    pub(crate) steps: Steps,
    pub(crate) value: Operand,
    /// Nothing was read there before.
    pub(crate) is_first: bool,
}

/// The assignments to fields of what variables and expressions hold or point to.
pub(crate) fn puts(body: &Body) -> impl Iterator<Item = (PlaceId, Put)> {
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let mut read = FxHashSet::default();
    instrs.filter_map(move |instr| match instr.kind {
        InstrKind::Read(place) => {
            read.insert(place);
            None
        }
        InstrKind::Write { place, value } => {
            let (made, steps) = part_of(body, place)?;
            let is_first = !read.contains(&place);
            let put = Put {
                steps,
                value,
                is_first,
            };
            Some((made, put))
        }
        _ => None,
    })
}

/// The variable or expression, and the fields from there, behind one pointer at most.
fn part_of(body: &Body, place: PlaceId) -> Option<(PlaceId, Steps)> {
    let mut steps = Steps::new();
    let mut at = place;
    while let PlaceKind::Field { base, field } = body.places.kind(at) {
        steps.push(Step::Field(field));
        at = base;
    }
    if steps.is_empty() {
        return None;
    }
    if let PlaceKind::Deref { base } = body.places.kind(at) {
        steps.push(Step::Deref);
        at = base;
    }
    steps.reverse();
    let is_whole = body.places.kind(at).base().is_none();
    is_whole.then_some((at, steps))
}

/// The first results of calls.
pub(crate) fn returned(body: &Body) -> FxHashSet<PlaceId> {
    let results = body.calls.iter().map(|call| body.operands(call.results));
    let first = results.filter_map(|results| match results.first() {
        Some(&Operand::Place(result)) => Some(result),
        _ => None,
    });
    first.collect()
}

/// The values of literals of structures, and of `new`.
pub(crate) fn allocated(body: &Body) -> FxHashSet<PlaceId> {
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let allocated = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Alloc {
            dst,
            kind: AllocKind::Composite | AllocKind::New,
            ..
        } => Some(dst),
        _ => None,
    });
    allocated.collect()
}
