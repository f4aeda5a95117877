//! CT1005 of a `sync.Map`: `Load`, and then `Store` on grounds of what was found, where others may
//! store in between.

use contend_analysis::library::{package_path, receiver_name};
use contend_analysis::package::BodyFacts;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{Call, CallMode, Callee, FuncId, InstrKind, Operand, PlaceId};
use contend_types::{ObjId, Type, TypeId, World};

use super::guards::Guards;
use super::split::{SPLIT, decides_branch, is_assigned_between, made_of, made_values};

/// A call of a method of a `sync.Map` that is about one key.
struct Step<'a> {
    at: usize,
    call: &'a Call,
    map: PlaceId,
    key: Operand,
    is_store: bool,
}

pub(super) fn check(guards: &Guards, findings: &mut Vec<Finding>) {
    for (facts, func) in guards.functions() {
        findings.extend(of_function(guards, facts, func));
    }
}

fn of_function(guards: &Guards, facts: &BodyFacts, func: FuncId) -> Option<Finding> {
    let steps = steps(guards, facts, func);
    steps.iter().enumerate().find_map(|(nth, store)| {
        let before = steps[..nth].iter().rev();
        let mut looks = before.filter(|it| it.map == store.map && it.key == store.key);
        let look = looks.find(|it| !it.is_store).filter(|_| store.is_store)?;
        let is_stable = match store.key {
            Operand::Place(key) => !is_assigned_between(facts, func, key, look.at..store.at),
            _ => true,
        };
        if !is_stable || !guards.locks(facts, func, store.at).is_empty() {
            return None;
        }
        finding(guards, facts, func, look, store)
    })
}

fn steps<'a>(guards: &Guards, facts: &'a BodyFacts, func: FuncId) -> Vec<Step<'a>> {
    let instrs = facts.func(func).instrs.iter().enumerate();
    let steps = instrs.filter_map(|(at, instr)| {
        let InstrKind::Call(id) = instr.kind else {
            return None;
        };
        let call = facts.body.call(id);
        let (Callee::Static(method), Some(Operand::Addr(map))) = (call.callee, call.receiver)
        else {
            return None;
        };
        let world = guards.package.world;
        let is_store = match world.name(method).as_str() {
            "Load" => false,
            "Store" => true,
            _ => return None,
        };
        let is_map = call.mode == CallMode::Plain
            && package_path(world, method) == "sync"
            && receiver_name(world, method) == Some("Map");
        let key = *facts.body.operands(call.args).first().filter(|_| is_map)?;
        let is_known = !matches!(key, Operand::Unknown | Operand::Const);
        is_known.then_some(Step {
            at,
            call,
            map,
            key,
            is_store,
        })
    });
    steps.collect()
}

fn finding(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    look: &Step,
    store: &Step,
) -> Option<Finding> {
    let container: ObjId = guards.values.direct(facts, store.map)?;
    let results = facts.body.operands(look.call.results).iter();
    let found = results.filter_map(|it| match it {
        Operand::Place(place) => Some(*place),
        _ => None,
    });
    let known = made_of(facts, func, look.at, found.collect());
    let value = *facts.body.operands(store.call.args).get(1)?;
    let is_update = is_computed(facts, func, value)
        && matches!(value, Operand::Place(place) if known.contains(&place));
    let is_first =
        decides_branch(facts, func, &known) && makes_state(guards, facts, func, store.at, value);
    let (reason, help) = if is_update {
        (
            "what others stored in between is lost",
            "use `CompareAndSwap`, or store a value that has a lock or an atomic of its own",
        )
    } else if is_first {
        (
            "what is stored is made anew, and whoever comes second replaces that of the first",
            "use `LoadOrStore`, and go on with what it returns",
        )
    } else {
        return None;
    };
    let instrs = &facts.func(func).instrs;
    let name = guards.name(container);
    Some(
        Finding::new(
            &SPLIT,
            facts.place_of(&instrs[store.at]),
            format!("`{name}` is stored to on grounds of an earlier `Load`"),
        )
        .here(Role::Write, "others may have stored in between")
        .label(Role::Read, facts.place_of(&instrs[look.at]), "looked at")
        .help(help)
        .sure(Confidence::Medium, reason)
        .inside(guards.package.function_name(facts.body)),
    )
}

/// True if a value is made here that changes when it is used: two of them are two states.
fn makes_state(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    at: usize,
    value: Operand,
) -> bool {
    let Operand::Place(place) = value else {
        return false;
    };
    let world = guards.package.world;
    let made = made_values(guards, facts, func, at, place).into_iter();
    let mut types = made.filter_map(|it| facts.body.places.ty(it));
    types.any(|ty| has_state(world, world.deref(ty).0))
}

/// True for types that are made to change while others use them: locks, atomics, maps, channels and
/// structures with one of these.
fn has_state(world: &World, ty: TypeId) -> bool {
    let is_state = |ty: TypeId| {
        let of_library = world.named_parts(ty).is_some_and(|(named, _)| {
            let package = package_path(world, world.named(named).object);
            matches!(package, "sync" | "sync/atomic")
        });
        let underlying = world.underlying_type(ty);
        of_library || matches!(underlying, Type::Map { .. } | Type::Chan { .. })
    };
    is_state(ty)
        || matches!(world.underlying_type(ty), Type::Struct(fields)
            if fields.iter().any(|field| is_state(field.ty)))
}

/// True for the result of an operation.
fn is_computed(facts: &BodyFacts, func: FuncId, value: Operand) -> bool {
    let mut instrs = facts.func(func).instrs.iter();
    matches!(value, Operand::Place(place) if instrs.any(
        |it| matches!(it.kind, InstrKind::Operation { dst, .. } if dst == place)
    ))
}
