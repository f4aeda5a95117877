//! What functions do to maps, and under which locks.

use contend_base::Span;
use contend_ir::{CallMode, FuncId, InstrKind, Operand, PlaceId, RangeKind};

use crate::goroutines::has_moving_index;
use crate::library::Mode;
use crate::package::BodyFacts;
use crate::path::Path;

/// Function literals inside function literals are followed this far.
const MAX_DEPTH: u32 = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AccessKind {
    Read,
    Write,
}

/// One access to a map.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) kind: AccessKind,
    /// What it does, for people: "iterated", "deleted from".
    pub(crate) verb: &'static str,
    /// The map's header.
    pub(crate) map: Path,
    pub(crate) span: Span,
    /// Locks that may be held.
    pub(crate) locks: Vec<(Path, Mode)>,
    /// The position in the function that was asked for; that of the call for accesses in a
    /// literal that is called there.
    pub(crate) at: usize,
}

/// The accesses of a function and of the literals that it runs itself.
pub(crate) fn map_accesses(facts: &BodyFacts, func: FuncId) -> Vec<Access> {
    let mut accesses = Vec::new();
    collect(facts, func, 0, &mut accesses);
    accesses
}

fn collect(facts: &BodyFacts, id: FuncId, depth: u32, accesses: &mut Vec<Access>) {
    let func = facts.func(id);
    let mut locks_at: Vec<Vec<(Path, Mode)>> = vec![Vec::new(); func.instrs.len()];
    if let Some(flow) = facts.flow(id) {
        flow.visit(|point, instr, state| {
            if instr.is_some() {
                let held = state.held();
                let path =
                    |(lock, mode, _): (usize, Mode, bool)| (flow.locks[lock].path.clone(), mode);
                locks_at[point.instr] = held.map(path).collect();
            }
        });
    }
    for (at, instr) in func.instrs.iter().enumerate() {
        if let Some((place, kind, verb)) = map_access(facts, instr.kind) {
            if has_moving_index(facts.body, place) {
                continue;
            }
            let Some(map) = Path::of(facts.body, place) else {
                continue;
            };
            let locks = locks_at[at].clone();
            accesses.push(Access {
                kind,
                verb,
                map,
                span: instr.span,
                locks,
                at,
            });
        }
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = facts.body.call(call);
        let runs_here = match call.mode {
            CallMode::Plain => true,
            // Where locks are released at exit, too, the order decides what is held.
            CallMode::Defer => facts.flow(id).is_none(),
            CallMode::Go => false,
        };
        let literal = facts.literals.of_callee(call.callee);
        if let Some(literal) = literal.filter(|_| runs_here && depth < MAX_DEPTH) {
            let mut inner = Vec::new();
            collect(facts, literal, depth + 1, &mut inner);
            accesses.extend(inner.into_iter().map(|mut access| {
                access.locks.extend(locks_at[at].iter().cloned());
                Access { at, ..access }
            }));
        }
    }
}

fn map_access(facts: &BodyFacts, kind: InstrKind) -> Option<(PlaceId, AccessKind, &'static str)> {
    let of_element = |element| facts.body.places.kind(element).base();
    Some(match kind {
        InstrKind::MapRead { element, .. } => (of_element(element)?, AccessKind::Read, "read"),
        InstrKind::MapLen(map) => (map, AccessKind::Read, "read"),
        InstrKind::Next {
            over: Operand::Place(map),
            kind: RangeKind::Map,
            ..
        } => (map, AccessKind::Read, "read"),
        InstrKind::MapWrite { element, .. } => (of_element(element)?, AccessKind::Write, "written"),
        InstrKind::MapDelete { element } => (of_element(element)?, AccessKind::Write, "written"),
        InstrKind::MapClear(map) => (map, AccessKind::Write, "written"),
        _ => return None,
    })
}
