//! What a function does that has run a service until its context was done: `<-ctx.Done(); s.draining = true`.
//! The handlers of the service go on meanwhile, until it waits for them.

use contend_ir::{BlockId, Callee, Func, FuncId, InstrKind, Operand, SelectKind, Terminator};
use contend_types::{ObjectKind, VarKind};

use crate::accesses::{Access, Accesses};
use crate::goroutines::Walk;
use crate::library::package_path;
use crate::package::{BodyFacts, Package};

/// Where control goes on when a context is done.
#[derive(Clone, Copy)]
enum Point {
    Behind(usize),
    At(BlockId),
}

/// The accesses that a declared function comes to only when a context is done, before it waits for anybody
/// else.
pub(crate) fn at_end(package: &Package, accesses: &Accesses, facts: &BodyFacts) -> Vec<Access> {
    let id = FuncId::new(0);
    let func = facts.func(id);
    let points = points(package, facts, func);
    if points.is_empty() {
        return Vec::new();
    }
    let walk = walk(package, facts, func);
    let before = walk.whole();
    let regions: Vec<_> = points
        .into_iter()
        .map(|point| match point {
            Point::Behind(at) => walk.after(at),
            Point::At(block) => walk.beginning_at(block),
        })
        .collect();
    let all = accesses.of_shared(facts.index, id).into_iter();
    let at_end = all.filter(|it| {
        it.start.is_none()
            && !before.contains(it.at)
            && regions.iter().any(|region| region.contains(it.at))
            && is_known(package, it)
            && is_before_waits(package, it)
    });
    at_end.collect()
}

fn walk<'a>(package: &'a Package, facts: &'a BodyFacts, func: &'a Func) -> Walk<'a> {
    Walk {
        package,
        facts,
        func,
        spawn: None,
        ends_at_receive: true,
        path: None,
    }
}

fn is_known(package: &Package, access: &Access) -> bool {
    let variable = access.path.variable();
    let kind = variable.map(|it| package.world.object(it).kind);
    matches!(
        kind,
        Some(ObjectKind::Var(VarKind::Receiver | VarKind::Package))
    )
}

/// Where a function goes on that has received from the channel of a context.
fn points(package: &Package, facts: &BodyFacts, func: &Func) -> Vec<Point> {
    let mut points = Vec::new();
    for (at, instr) in func.instrs.iter().enumerate() {
        if let InstrKind::Receive { channel, .. } = instr.kind
            && is_done(package, facts, channel)
        {
            points.push(Point::Behind(at));
        }
    }
    for block in &func.blocks {
        let Terminator::Select(select) = block.terminator else {
            continue;
        };
        for case in &facts.body.selects[select.index()].cases {
            if let SelectKind::Receive { channel, .. } = case.kind
                && is_done(package, facts, channel)
            {
                points.push(Point::At(case.target));
            }
        }
    }
    points
}

/// True for the channel that tells of the end of a context.
fn is_done(package: &Package, facts: &BodyFacts, channel: Operand) -> bool {
    facts.body.calls.iter().any(|call| {
        let (Callee::Interface(method) | Callee::Static(method)) = call.callee else {
            return false;
        };
        facts.body.operands(call.results).first() == Some(&channel)
            && package.world.name(method).as_str() == "Done"
            && package_path(package.world, method) == "context"
    })
}

/// True for what the function around it does before it waits for anybody, or ends something.
fn is_before_waits(package: &Package, access: &Access) -> bool {
    let Some(facts) = access.inside.and_then(|it| {
        package
            .own_bodies()
            .iter()
            .find(|facts| declares(facts, it))
    }) else {
        return false;
    };
    let func = facts.func(FuncId::new(0));
    let mut instrs = func.instrs.iter();
    !instrs.any(|instr| {
        let place = facts.place_of(instr);
        let is_before = place.span.start < access.location.span.start;
        is_before
            && match instr.kind {
                InstrKind::Call(call) => {
                    let call = facts.body.call(call);
                    package.waiting.is_named_for_waiting(package.world, call)
                        || package.waiting.call_waits(package.world, call)
                }
                _ => false,
            }
    })
}

fn declares(facts: &BodyFacts, function: contend_types::ObjId) -> bool {
    let kind = facts.body.funcs.first().map(|it| it.kind);
    matches!(kind, Some(contend_ir::FuncKind::Declared(it)) if it == function)
}
