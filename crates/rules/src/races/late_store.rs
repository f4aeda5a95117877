//! CT1110: a field is stored only after the signal that others wait for before they read it.
//!
//! `close(c.ready)` tells whoever waits for it that `c` is done; so does `c.wg.Done()`. What the same
//! function stores in another field of `c` behind that is seen by some of those who waited, and not by
//! others. Nothing is asked about who runs the two functions: who closes a channel, and who receives
//! from it to read what stands beside it, are two goroutines by the sense of it.

use contend_analysis::accesses::Accesses;
use contend_analysis::goroutines::Walk;
use contend_analysis::library::{package_path, receiver_name};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{
    CallMode, Callee, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind, RangeKind, SelectKind,
    Terminator,
};
use contend_types::{Builtin, ObjId};

use super::kinds::PUBLICATION;

/// A field of something that others wait at.
#[derive(Clone, Copy)]
struct Meeting {
    /// The instruction.
    at: usize,
    /// What has the field.
    base: PlaceId,
    field: ObjId,
}

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for (id, func) in facts.body.funcs() {
            for signal in signals(package, facts, func) {
                findings.extend(stored_behind(package, accesses, (facts, id), signal));
            }
        }
    }
}

fn field_of(facts: &BodyFacts, operand: Operand) -> Option<(PlaceId, ObjId)> {
    let (Operand::Place(place) | Operand::Addr(place)) = operand else {
        return None;
    };
    match facts.body.places.kind(place) {
        PlaceKind::Field { base, field } => Some((base, field)),
        _ => None,
    }
}

/// Where a function tells others that something is done.
fn signals(package: &Package, facts: &BodyFacts, func: &Func) -> Vec<Meeting> {
    let instrs = func.instrs.iter().enumerate();
    let signals = instrs.filter_map(|(at, instr)| {
        let operand = match instr.kind {
            InstrKind::Close(channel) => Some(channel),
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                match call.callee {
                    _ if call.mode != CallMode::Plain => None,
                    Callee::Builtin(Builtin::Close) => {
                        facts.body.operands(call.args).first().copied()
                    }
                    Callee::Static(function) if is_of_group(package, function, "Done") => {
                        call.receiver
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let (base, field) = field_of(facts, operand?)?;
        Some(Meeting { at, base, field })
    });
    signals.collect()
}

fn is_of_group(package: &Package, function: ObjId, name: &str) -> bool {
    let world = package.world;
    world.name(function).as_str() == name
        && receiver_name(world, function) == Some("WaitGroup")
        && package_path(world, function) == "sync"
}

/// A store behind the signal, in a field that somebody reads who has waited for it.
fn stored_behind(
    package: &Package,
    accesses: &Accesses,
    (facts, id): (&BodyFacts, FuncId),
    signal: Meeting,
) -> Option<Finding> {
    let func = facts.func(id);
    let base = Path::of(facts.body, signal.base)?;
    let walk = Walk {
        package,
        facts,
        func,
        spawn: None,
        ends_at_receive: true,
        path: Some(&base),
    };
    let later = walk.after(signal.at);
    // Who waits on some way may have waited for the one that reads.
    if waiting(package, facts, func).any(|at| later.contains(at)) {
        return None;
    }
    let locks = accesses.locks(facts.index, id);
    let mut stores = func.instrs.iter().enumerate().filter_map(|(at, instr)| {
        let InstrKind::Write { place, .. } = instr.kind else {
            return None;
        };
        let (of, field) = field_of(facts, Operand::Place(place))?;
        let is_it = of == signal.base && field != signal.field;
        (is_it && later.contains(at) && locks.at(at).is_empty()).then_some((instr, field))
    });
    stores.find_map(|(instr, field)| {
        let read = read_behind(package, accesses, signal.field, field)?;
        let told = facts.place_of(&func.instrs[signal.at]);
        let name = |field: ObjId| {
            let base = base.text(package.world, Some(facts.body));
            format!("{base}.{}", package.world.name(field))
        };
        let text = format!(
            "`{}` is stored only after `{}` has told others that it is done",
            name(field),
            name(signal.field)
        );
        let found = Finding::new(&PUBLICATION, facts.place_of(instr), text)
            .here(Role::Write, "written, while those who waited may read it")
            .label(Role::Other, told, "others go on from here")
            .label(Role::Read, read, "read by somebody who has waited")
            .help("store the field first, and tell others behind that")
            .sure(
                Confidence::Medium,
                "who waits for the signal reads the field next",
            )
            .inside(package.function_name(facts.body));
        Some(found)
    })
}

/// Where a function of the package waits at the one field of something, and reads the other field of
/// it then, without a lock.
fn read_behind(
    package: &Package,
    accesses: &Accesses,
    waited: ObjId,
    field: ObjId,
) -> Option<Location> {
    package.own_bodies().iter().find_map(|facts| {
        facts.body.funcs().find_map(|(id, func)| {
            let locks = accesses.locks(facts.index, id);
            let waits = waits(package, facts, func).into_iter();
            waits.filter(|it| it.field == waited).find_map(|wait| {
                let walk = Walk {
                    package,
                    facts,
                    func,
                    spawn: None,
                    ends_at_receive: false,
                    path: None,
                };
                let later = walk.after(wait.at);
                let mut instrs = func.instrs.iter().enumerate();
                let read = instrs.find(|(at, instr)| {
                    matches!(instr.kind, InstrKind::Read(place)
                        if field_of(facts, Operand::Place(place)) == Some((wait.base, field)))
                        && later.contains(*at)
                        && locks.at(*at).is_empty()
                });
                read.map(|(_, instr)| facts.place_of(instr))
            })
        })
    })
}

/// Where a function may wait for anybody.
fn waiting<'a>(
    package: &'a Package,
    facts: &'a BodyFacts,
    func: &'a Func,
) -> impl Iterator<Item = usize> + 'a {
    let by_instr = |kind: InstrKind| match kind {
        InstrKind::Receive { .. } => true,
        InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            package.waiting.call_waits(package.world, call)
        }
        _ => false,
    };
    let instrs = func.instrs.iter().enumerate();
    let instrs = instrs.filter(move |(_, it)| by_instr(it.kind));
    let selects = func
        .blocks()
        .filter_map(|(_, block)| match block.terminator {
            Terminator::Select(_) => block.instrs.as_usize().last(),
            _ => None,
        });
    instrs.map(|(at, _)| at).chain(selects)
}

/// Where a function waits for somebody at a field.
fn waits(package: &Package, facts: &BodyFacts, func: &Func) -> Vec<Meeting> {
    let mut waits = Vec::new();
    let mut add = |at: usize, operand: Option<Operand>| {
        let field = operand.and_then(|it| field_of(facts, it));
        waits.extend(field.map(|(base, field)| Meeting { at, base, field }));
    };
    for (at, instr) in func.instrs.iter().enumerate() {
        match instr.kind {
            InstrKind::Receive { channel, .. }
            | InstrKind::Next {
                over: channel,
                kind: RangeKind::Chan,
                ..
            } => add(at, Some(channel)),
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                if matches!(call.callee, Callee::Static(it) if is_of_group(package, it, "Wait")) {
                    add(at, call.receiver);
                }
            }
            _ => {}
        }
    }
    for (_, block) in func.blocks() {
        let (Terminator::Select(select), Some(last)) =
            (block.terminator, block.instrs.as_usize().last())
        else {
            continue;
        };
        for case in &facts.body.selects[select.index()].cases {
            if let SelectKind::Receive { channel, .. } = case.kind {
                add(last, Some(channel));
            }
        }
    }
    waits
}
