//! CT1104: memory of a value that goes back to a `sync.Pool` is returned.
//!
//! Whoever takes the value out of the pool next writes to the same array, while the caller still reads
//! it. What counts is that one function takes a value (`pool.Get`, or a function that returns that),
//! puts the same one back on its way out, and returns a slice of it that is no copy: a field, or what
//! `Bytes` of a buffer gives.

use contend_analysis::goroutines::Walk;
use contend_analysis::library::{package_path, receiver_name};
use contend_analysis::package::{BodyFacts, Package, declared_in};
use contend_analysis::path::Path;
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{
    Body, Call, CallMode, Callee, FuncId, InstrKind, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{ObjId, Type};
use rustc_hash::FxHashSet;

use super::kinds::SLICE_APPEND;

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    let pools = Pools::of(package);
    if !pools.is_used {
        return;
    }
    for facts in package.own_bodies() {
        for (id, _) in facts.body.funcs() {
            findings.extend(returned(package, &pools, facts, id));
        }
    }
}

/// The functions of a package that take values out of pools for others, and put them back.
#[derive(Default)]
struct Pools {
    is_used: bool,
    /// Their first result comes from a pool.
    takes: FxHashSet<ObjId>,
    /// They put their first parameter, or their receiver, into a pool.
    puts: FxHashSet<ObjId>,
}

impl Pools {
    fn of(package: &Package) -> Self {
        let direct = Self::default();
        let mut found = Self::default();
        for facts in package.own_bodies() {
            let func = facts.func(FuncId::new(0));
            let Some(function) = declared_in(package, facts.index) else {
                continue;
            };
            let taken = direct.taken(package, facts.body, FuncId::new(0));
            if taken.is_empty() && !facts.body.calls.iter().any(|it| direct.is_put(package, it)) {
                continue;
            }
            found.is_used = true;
            let returns_taken = func.blocks.iter().any(|block| match block.terminator {
                Terminator::Return(list) => {
                    matches!(facts.body.operands(list).first(), Some(Operand::Place(it)) if taken.contains(it))
                }
                _ => false,
            });
            if returns_taken {
                found.takes.insert(function);
            }
            let given = func.receiver.or(func.params.first().copied().flatten());
            let given = given.and_then(|it| facts.body.places.variable(it));
            let puts = facts.body.calls.iter().any(|call| {
                direct.is_put(package, call)
                    && given.is_some_and(|it| {
                        facts.body.operands(call.args).first() == Some(&Operand::Place(it))
                    })
            });
            if puts {
                found.puts.insert(function);
            }
        }
        found
    }

    fn is_take(&self, package: &Package, call: &Call) -> bool {
        matches!(call.callee, Callee::Static(function)
            if is_of_pool(package, function, "Get") || self.takes.contains(&function))
    }

    fn is_put(&self, package: &Package, call: &Call) -> bool {
        matches!(call.callee, Callee::Static(function)
            if is_of_pool(package, function, "Put") || self.puts.contains(&function))
    }

    /// The places of a function that hold a value from a pool.
    fn taken(&self, package: &Package, body: &Body, id: FuncId) -> FxHashSet<PlaceId> {
        let mut taken = FxHashSet::default();
        for instr in &body.func(id).instrs {
            match instr.kind {
                InstrKind::Call(call) => {
                    let call = body.call(call);
                    if self.is_take(package, call)
                        && let Some(&Operand::Place(result)) = body.operands(call.results).first()
                    {
                        taken.insert(result);
                    }
                }
                InstrKind::TypeAssert {
                    dst,
                    value: Operand::Place(value),
                    ..
                } if taken.contains(&value) => {
                    taken.insert(dst);
                }
                InstrKind::Write {
                    place,
                    value: Operand::Place(value),
                } if taken.contains(&value)
                    && matches!(body.places.kind(place), PlaceKind::Var(_)) =>
                {
                    taken.insert(place);
                }
                _ => {}
            }
        }
        taken
    }

    /// What a call puts back, as far as it is a value that was taken.
    fn puts_back(
        &self,
        package: &Package,
        body: &Body,
        call: &Call,
        taken: &FxHashSet<PlaceId>,
    ) -> bool {
        let args = body.operands(call.args).iter();
        let mut given = args.chain(&call.receiver);
        self.is_put(package, call)
            && given.any(|it| matches!(it, Operand::Place(place) if taken.contains(place)))
    }
}

fn is_of_pool(package: &Package, function: ObjId, name: &str) -> bool {
    let world = package.world;
    world.name(function).as_str() == name
        && receiver_name(world, function) == Some("Pool")
        && package_path(world, function) == "sync"
}

/// A function that returns memory of what it puts back.
fn returned(package: &Package, pools: &Pools, facts: &BodyFacts, id: FuncId) -> Option<Finding> {
    let (body, func) = (facts.body, facts.func(id));
    let taken = pools.taken(package, body, id);
    if taken.is_empty() {
        return None;
    }
    let walk = Walk {
        package,
        facts,
        func,
        spawn: None,
        ends_at_receive: false,
        path: None,
    };
    for (at, instr) in func.instrs.iter().enumerate() {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = body.call(call);
        let puts = |call: &Call| pools.puts_back(package, body, call, &taken);
        let is_put = match (call.mode, facts.literals.of_callee(call.callee)) {
            (CallMode::Go, _) => false,
            (CallMode::Defer, Some(literal)) => {
                facts.func(literal).calls().any(|it| puts(body.call(it)))
            }
            _ => puts(call),
        };
        if !is_put {
            continue;
        }
        let behind = walk.after(at);
        for block in &func.blocks {
            let Terminator::Return(list) = block.terminator else {
                continue;
            };
            let is_behind = block
                .instrs
                .as_usize()
                .last()
                .is_some_and(|it| it == at || behind.contains(it));
            let mut results = body.operands(list).iter();
            let shared = results.find_map(|&it| slice_of(package, body, id, it, &taken));
            if let Some(name) = shared.filter(|_| is_behind) {
                let end = facts.location(block.end_span);
                let put = facts.place_of(instr);
                return Some(finding(package, facts, id, (&name, end, put), &taken));
            }
        }
    }
    None
}

/// The name of a slice that is memory of a taken value: a field of it, or the bytes of a buffer.
fn slice_of(
    package: &Package,
    body: &Body,
    id: FuncId,
    value: Operand,
    taken: &FxHashSet<PlaceId>,
) -> Option<String> {
    let Operand::Place(place) = value else {
        return None;
    };
    let ty = body.places.ty(place)?;
    if !matches!(package.world.underlying_type(ty), Type::Slice(_)) {
        return None;
    }
    let name = |place: PlaceId| {
        let path = Path::of(body, place);
        path.map_or_else(
            || "(...)".to_owned(),
            |it| it.text(package.world, Some(body)),
        )
    };
    let is_field = body.places.kind(place).base().is_some();
    if is_field {
        return taken
            .contains(&body.places.root(place))
            .then(|| name(place));
    }
    let mut instrs = body.func(id).instrs.iter();
    match body.places.kind(place) {
        // A variable that is written once stands for what is put there.
        PlaceKind::Var(_) => {
            let written = |kind| match kind {
                InstrKind::Write { place: to, value } if to == place => Some(value),
                _ => None,
            };
            let mut values = instrs.filter_map(|it| written(it.kind));
            let value = values.next()?;
            let is_one = values.next().is_none() && value != Operand::Place(place);
            let of = is_one.then(|| slice_of(package, body, id, value, taken));
            of.flatten()
        }
        _ => instrs.find_map(|instr| match instr.kind {
            InstrKind::Slice { dst, base, .. } if dst == place => {
                slice_of(package, body, id, base, taken)
            }
            InstrKind::Call(call) => {
                let call = body.call(call);
                let Callee::Static(function) = call.callee else {
                    return None;
                };
                let is_it = body.operands(call.results).first() == Some(&value)
                    && package.world.name(function).as_str() == "Bytes"
                    && package_path(package.world, function) == "bytes";
                let (Operand::Place(of) | Operand::Addr(of)) = call.receiver.filter(|_| is_it)?
                else {
                    return None;
                };
                taken
                    .contains(&body.places.root(of))
                    .then(|| format!("{}.Bytes()", name(of)))
            }
            _ => None,
        }),
    }
}

fn finding(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    (name, returned, put): (&str, Location, Location),
    taken: &FxHashSet<PlaceId>,
) -> Finding {
    let text =
        format!("`{name}` is returned, and whoever takes it from the pool next writes over it");
    let written = written(facts, id, taken);
    let found = Finding::new(&SLICE_APPEND, written.unwrap_or(returned), text);
    let found = match written {
        Some(_) => found
            .here(
                Role::Write,
                "written by the next that takes it from the pool",
            )
            .label(Role::Read, returned, "returned by reference"),
        None => found.here(Role::Read, "returned by reference"),
    };
    found
        .label(Role::Other, put, "put back here")
        .help("return a copy (`slices.Clone`, `bytes.Clone`), or let the caller put it back")
        .sure(
            Confidence::Medium,
            "the array belongs to the pool when the function has returned",
        )
        .inside(package.function_name(facts.body))
}

/// Where the function writes to what it has taken.
fn written(facts: &BodyFacts, id: FuncId, taken: &FxHashSet<PlaceId>) -> Option<Location> {
    let (body, instrs) = (facts.body, &facts.func(id).instrs);
    let is_taken = |place: PlaceId| taken.contains(&body.places.root(place));
    let cut_from = |slice: PlaceId| {
        let mut instrs = instrs.iter();
        let cut = instrs.find_map(|it| match it.kind {
            InstrKind::Slice {
                dst,
                base: Operand::Place(base),
                ..
            } if dst == slice => Some(base),
            _ => None,
        });
        cut.unwrap_or(slice)
    };
    let writes = |kind: InstrKind| match kind {
        InstrKind::Append {
            slice: Operand::Place(slice),
            ..
        } => is_taken(cut_from(slice)),
        InstrKind::Write { place, .. } => {
            body.places.kind(place).base().is_some() && is_taken(place)
        }
        _ => false,
    };
    let write = instrs.iter().find(|it| writes(it.kind));
    write.map(|it| facts.place_of(it))
}
