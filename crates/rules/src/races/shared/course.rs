//! What a function does before a use, and who has ended or not begun by then.

use contend_analysis::ends::Ends;
use contend_analysis::path::Path;
use contend_base::Location;
use contend_ir::{InstrKind, Operand, PlaceId};
use contend_types::ObjId;

use super::Place;
use super::uses::Use;

impl Place<'_> {
    /// The last call by which the function comes to the same place under the lock before.
    pub(super) fn use_before(&self, bare: &Use, lock: ObjId) -> Option<Location> {
        let (package, accesses) = self.as_written;
        let facts = &package.bodies[bare.body];
        let instrs = facts.func(bare.func).instrs.iter();
        let calls = instrs.filter_map(|instr| {
            let InstrKind::Call(call) = instr.kind else {
                return None;
            };
            let place = facts.place_of(instr);
            let callee = package.callee(facts, facts.body.call(call))?;
            let takes = is_before(place, bare)
                && accesses.inside(&callee).iter().any(|access| {
                    let mut locks = access.locks.iter();
                    let is_held = locks.any(|held| {
                        let path = held.path.as_ref();
                        held.is_sure && path.and_then(Path::owner) == Some(lock)
                    });
                    is_held
                        && access.subject == bare.access.subject
                        && access.path.owner() == bare.access.path.owner()
                });
            takes.then_some(place)
        });
        calls.max_by_key(|place| place.span.start)
    }

    /// True if the function takes the lock for the same place before, and does not wait for anybody
    /// since: who ends a value takes its lock because others still use it.
    pub(super) fn minds_others(&self, bare: &Use, lock: ObjId) -> bool {
        let Some(used) = self.use_before(bare, lock) else {
            return false;
        };
        let facts = &self.package.bodies[bare.body];
        let mut instrs = facts.func(bare.func).instrs.iter();
        !instrs.any(|instr| {
            let place = facts.place_of(instr);
            used.span.end <= place.span.start
                && is_before(place, bare)
                && match instr.kind {
                    InstrKind::Receive { .. } => true,
                    InstrKind::Call(call) => {
                        let call = facts.body.call(call);
                        self.package.waiting.call_may_join(self.package.world, call)
                    }
                    _ => false,
                }
        })
    }

    /// True if the first use is in goroutines that start behind the second.
    pub(super) fn starts_behind(&self, one: &Use, other: &Use) -> bool {
        let (body, func, at) = (other.body, other.func, other.access.at);
        let behind = ((body, func), at);
        self.roles.starts_behind(self.package, one.node(), behind)
    }

    /// True if the first use is in goroutines that were waited for before the second.
    pub(super) fn is_over(&self, one: &Use, other: &Use) -> bool {
        let ends = Ends {
            package: self.as_written.0,
            roles: self.roles,
        };
        let call = other.access.calls.first();
        let place = call.copied().unwrap_or(other.access.location);
        ends.are_over(one.node(), (other.node(), place))
    }

    /// True for functions that close a channel of the value and make no other: they tell its
    /// goroutines to end.
    pub(super) fn ends_value(&self, it: &Use) -> bool {
        let body = self.package.bodies[it.body].body;
        let root = it.access.path.variable();
        let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
        let is_made = |channel: PlaceId| {
            instrs().any(
                |instr| matches!(instr.kind, InstrKind::Write { place, .. } if place == channel),
            )
        };
        instrs().any(|instr| match instr.kind {
            InstrKind::Close(Operand::Place(channel)) => {
                body.places.root_var(channel) == root && !is_made(channel)
            }
            _ => false,
        })
    }
}

fn is_before(place: Location, it: &Use) -> bool {
    let here = it.access.location;
    place.file == here.file && place.span.end <= here.span.start
}
