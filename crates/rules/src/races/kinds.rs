//! What kind of race it is: the rule that says most about two accesses of one place.

use contend_finding::{Group, RuleMeta, Severity};
use contend_ir::{Func, InstrKind, Operand, Operator, PlaceId, RangeKind, Terminator};
use contend_syntax::ast::BinaryOp;
use contend_types::{ObjectKind, Type, VarKind, World};

use contend_analysis::accesses::{Access, Subject};
use contend_analysis::package::{BodyFacts, Package};

use super::report::{CAPTURE_WRITE, rule_of};

pub(crate) static MAP_RANGE: RuleMeta = RuleMeta {
    code: "CT1003",
    name: "map-range-write",
    summary: "a map is iterated while another goroutine writes to it",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_range_write.md"),
};

pub(crate) static MAP_HANDLER: RuleMeta = RuleMeta {
    code: "CT1007",
    name: "map-handler-global",
    summary: "a handler of requests changes a map that all requests share",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_handler_global.md"),
};

pub(crate) static NAMED_RESULT: RuleMeta = RuleMeta {
    code: "CT1103",
    name: "named-return-capture",
    summary: "a goroutine uses a named result that the function returns meanwhile",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("named_return_capture.md"),
};

pub(crate) static DOUBLE_CHECK: RuleMeta = RuleMeta {
    code: "CT1110",
    name: "unsafe-publication",
    summary: "an object is visible to others before it is ready",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("unsafe_publication.md"),
};

pub(crate) static LAZY_INIT: RuleMeta = RuleMeta {
    code: "CT1111",
    name: "lazy-init-race",
    summary: "a value is made on first use by goroutines that may all be first",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("lazy_init_race.md"),
};

pub(crate) static WORD_TEAR: RuleMeta = RuleMeta {
    code: "CT1112",
    name: "word-tear",
    summary: "an interface value is replaced while another goroutine uses it",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("word_tear.md"),
};

/// The most specific rule for a race.
pub(super) fn kind(package: &Package, one: &Access, other: &Access) -> &'static RuleMeta {
    let general = rule_of(package, one, other);
    if one.is_atomic != other.is_atomic {
        return general;
    }
    if one.subject == Subject::Map {
        let iterates = |access: &Access| !access.is_write() && iterates(package, access);
        return if iterates(one) || iterates(other) {
            &MAP_RANGE
        } else {
            general
        };
    }
    if is_named_result(package.world, one) {
        return &NAMED_RESULT;
    }
    let (write, beside) = if one.is_write() {
        (one, other)
    } else {
        (other, one)
    };
    if is_made_on_first_use(package, write) {
        let is_double_checked = !write.locks.is_empty() && beside.locks.is_empty();
        return if is_double_checked {
            &DOUBLE_CHECK
        } else {
            &LAZY_INIT
        };
    }
    let is_captured = general.code == CAPTURE_WRITE.code;
    if !is_captured && is_interface(package, write) {
        return &WORD_TEAR;
    }
    general
}

fn is_named_result(world: &World, access: &Access) -> bool {
    access.path.steps.is_empty()
        && access
            .path
            .variable()
            .is_some_and(|variable| world.object(variable).kind == ObjectKind::Var(VarKind::Result))
}

/// The instruction of an access: its body, function and position there.
fn instr_of<'a>(
    package: &'a Package<'a>,
    access: &Access,
) -> Option<(&'a BodyFacts<'a>, &'a Func, usize)> {
    let bodies = package.bodies.iter();
    let here = bodies.filter(|facts| facts.body.file == access.location.file);
    here.flat_map(|facts| facts.body.funcs.iter().map(move |func| (facts, func)))
        .filter(|(_, func)| func.span.contains(access.location.span.start))
        .find_map(|(facts, func)| {
            let at = func.instrs.iter().position(|instr| {
                let is_kind = match instr.kind {
                    InstrKind::Write { .. } => access.is_write(),
                    InstrKind::Next { .. } => !access.is_write(),
                    _ => false,
                };
                is_kind && instr.span == access.location.span
            })?;
            Some((facts, func, at))
        })
}

fn iterates(package: &Package, access: &Access) -> bool {
    instr_of(package, access).is_some_and(|(_, func, at)| {
        matches!(
            func.instrs[at].kind,
            InstrKind::Next {
                kind: RangeKind::Map,
                ..
            }
        )
    })
}

/// True for `if x == nil { x = ... }` and what comes down to it.
fn is_made_on_first_use(package: &Package, write: &Access) -> bool {
    let Some((facts, func, at)) = instr_of(package, write) else {
        return false;
    };
    let InstrKind::Write { place, .. } = func.instrs[at].kind else {
        return false;
    };
    let predecessors = facts.body.predecessors(func);
    let mut blocks = func.blocks();
    let Some((mut block, _)) = blocks.find(|(_, block)| block.instrs.as_usize().contains(&at))
    else {
        return false;
    };
    // The way up, as long as there is just one.
    for _ in 0..MAX_BLOCKS {
        let &[before] = predecessors[block.index()].as_slice() else {
            return false;
        };
        if let Terminator::Branch {
            cond: Operand::Place(cond),
            ..
        } = func.block(before).terminator
            && compares_with_zero(func, cond, place)
        {
            return true;
        }
        block = before;
    }
    false
}

/// A condition further away has little to do with the assignment.
const MAX_BLOCKS: usize = 4;

fn compares_with_zero(func: &Func, cond: PlaceId, place: PlaceId) -> bool {
    func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Operation {
            dst,
            op: Operator::Binary(BinaryOp::Equal | BinaryOp::NotEqual),
            left,
            right: Operand::Nil,
        } => dst == cond && left == Operand::Place(place),
        _ => false,
    })
}

/// A type and a pointer to a value of it, written one after the other.
fn is_interface(package: &Package, write: &Access) -> bool {
    let Some((facts, func, at)) = instr_of(package, write) else {
        return false;
    };
    let InstrKind::Write { place, .. } = func.instrs[at].kind else {
        return false;
    };
    let ty = facts.body.places.ty(place);
    ty.is_some_and(|ty| matches!(package.world.underlying_type(ty), Type::Interface { .. }))
}
