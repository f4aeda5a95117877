//! Other names of a thing: variables that were set to it, parameters and receivers it was passed
//! for, functions that return it, slices it was appended to. Calls of function values and through
//! interfaces are not followed.

use contend_ir::{Callee, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, RangeKind, Terminator};
use contend_types::{ObjId, ObjectKind, Type, TypeId, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use contend_analysis::library::package_path;
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;

use super::{Thing, Use};

/// What holds a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A field or a variable.
    Object(ObjId),
    /// A parameter of a declared function, by its number without the receiver.
    Parameter(ObjId, usize),
    /// The receiver of a method.
    Receiver(ObjId),
    /// What a declared function returns.
    Result(ObjId),
    /// Any value of a type, by its name: who calls its methods, or what was put into an interface
    /// value that was taken for it, is not known.
    Type(ObjId),
}

/// One name of a thing for what another one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alias {
    pub(super) name: Holder,
    pub(super) of: Holder,
}

/// More holders of one name say nothing: a helper for all.
const MOST: usize = 8;

/// What stands at temporary places.
pub(super) type Temps = FxHashMap<PlaceId, Holder>;

/// The aliases that a declaration makes.
pub(super) fn of_body(package: &Package, facts: &BodyFacts, thing: Thing, out: &mut Vec<Alias>) {
    let world = package.world;
    let temps = temps(package, facts);
    let holder = |operand: Operand| match operand {
        Operand::Place(place) | Operand::Addr(place) if is_at(package, facts, thing, place) => {
            holder_of(facts, &temps, place)
        }
        _ => None,
    };
    let alias = |name: Holder, value: Operand| holder(value).map(|of| Alias { name, of });
    for (_, func) in facts.body.funcs() {
        let declared = match func.kind {
            FuncKind::Declared(object) => Some(object),
            _ => None,
        };
        for instr in &func.instrs {
            match instr.kind {
                InstrKind::Write { place, value } => {
                    if let PlaceKind::Var(variable) = facts.body.places.kind(place) {
                        out.extend(alias(Holder::Object(variable), value));
                    } else {
                        stored(
                            world,
                            thing,
                            holder(value),
                            holder(Operand::Place(place)),
                            out,
                        );
                    }
                }
                InstrKind::Next {
                    over,
                    kind: RangeKind::Slice | RangeKind::Array | RangeKind::Map,
                    value,
                    ..
                } => {
                    if let PlaceKind::Var(variable) = facts.body.places.kind(value) {
                        out.extend(alias(Holder::Object(variable), over));
                    }
                }
                InstrKind::MapWrite { element, value } => {
                    stored(
                        world,
                        thing,
                        holder(value),
                        holder(Operand::Place(element)),
                        out,
                    );
                }
                _ => {}
            }
        }
        for id in func.calls() {
            let call = facts.body.call(id);
            if let Callee::Static(callee) = call.callee {
                for (number, arg) in facts.body.operands(call.args).iter().enumerate() {
                    out.extend(alias(Holder::Parameter(callee, number), *arg));
                }
                out.extend(
                    call.receiver
                        .and_then(|it| alias(Holder::Receiver(callee), it)),
                );
            }
        }
        let Some(declared) = declared else { continue };
        for (_, block) in func.blocks() {
            if let Terminator::Return(values) = block.terminator {
                for value in facts.body.operands(values) {
                    out.extend(alias(Holder::Result(declared), *value));
                }
            }
        }
        for (number, param) in func.params.iter().enumerate() {
            out.extend(param.map(|param| Alias {
                name: Holder::Object(param),
                of: Holder::Parameter(declared, number),
            }));
        }
        if let Some(receiver) = func.receiver
            && let ty = world.object_type(receiver)
            && is_thing(world, thing, ty)
        {
            out.push(Alias {
                name: Holder::Object(receiver),
                of: Holder::Receiver(declared),
            });
            let (named, _) = world.deref(ty);
            out.extend(world.named_parts(named).map(|(named, _)| Alias {
                name: Holder::Receiver(declared),
                of: Holder::Type(world.named(named).object),
            }));
        }
    }
}

/// A local variable that is put into a field, or into what a field holds. A map that is set as a
/// whole is left out: what it was is usually not shared yet.
fn stored(
    world: &World,
    thing: Thing,
    value: Option<Holder>,
    field: Option<Holder>,
    out: &mut Vec<Alias>,
) {
    let (Some(name @ Holder::Object(variable)), Some(of)) = (value, field) else {
        return;
    };
    let is_local = matches!(
        world.object(variable).kind,
        ObjectKind::Var(VarKind::Local | VarKind::Param | VarKind::Loop(_))
    );
    if thing != Thing::Map && is_local {
        out.push(Alias { name, of });
    }
}

/// What stands at each temporary place: the result of a call, what a slice was made of, an element,
/// what an interface value was taken for.
pub(super) fn temps(package: &Package, facts: &BodyFacts) -> Temps {
    let mut temps = Temps::default();
    let kept = kept(package, facts);
    for call in &facts.body.calls {
        let Callee::Static(callee) = call.callee else {
            continue;
        };
        for result in facts.body.operands(call.results) {
            if let Operand::Place(place) = result {
                temps.insert(*place, Holder::Result(callee));
            }
        }
    }
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        let (to, from) = match instr.kind {
            InstrKind::Append { dst, args, .. } => {
                let first = facts.body.operands(args).first().copied();
                (dst, first)
            }
            InstrKind::Next {
                over,
                kind: RangeKind::Slice | RangeKind::Array | RangeKind::Map,
                value,
                ..
            } => (value, Some(over)),
            InstrKind::Convert { dst, value, .. } => (dst, Some(value)),
            InstrKind::TypeAssert { dst, value, ty, .. } => {
                let kept = match value {
                    Operand::Place(place) => kept.get(&place).copied(),
                    _ => None,
                };
                let named = ty.and_then(|ty| package.world.named_parts(ty));
                let of_type = || named.map(|(it, _)| Holder::Type(package.world.named(it).object));
                if let Some(holder) = kept.or_else(of_type) {
                    temps.insert(dst, holder);
                }
                continue;
            }
            _ => continue,
        };
        if let Some(Operand::Place(from) | Operand::Addr(from)) = from
            && facts.body.is_temp(to)
            && let Some(holder) = holder_of(facts, &temps, from)
        {
            temps.insert(to, holder);
        }
    }
    temps
}

/// The `sync.Map` or `atomic.Value` that the value at a place came out of.
fn kept(package: &Package, facts: &BodyFacts) -> FxHashMap<PlaceId, Holder> {
    let mut kept = FxHashMap::default();
    for call in &facts.body.calls {
        let (Callee::Static(callee), Some(Operand::Place(of) | Operand::Addr(of))) =
            (call.callee, call.receiver)
        else {
            continue;
        };
        let path = package_path(package.world, callee);
        let gives = matches!(
            package.world.name(callee).as_str(),
            "Load" | "LoadOrStore" | "LoadAndDelete" | "Swap"
        );
        let holder = holder_of(facts, &Temps::default(), of);
        if let ("sync" | "sync/atomic", true, Some(holder)) = (path, gives, holder)
            && let Some(Operand::Place(result)) = facts.body.operands(call.results).first()
        {
            kept.insert(*result, holder);
        }
    }
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        if let InstrKind::Write {
            place,
            value: Operand::Place(value),
        } = instr.kind
            && let Some(holder) = kept.get(&value).copied()
        {
            kept.insert(place, holder);
        }
    }
    kept
}

/// What holds the thing at `place`.
pub(super) fn holder_of(facts: &BodyFacts, temps: &Temps, place: PlaceId) -> Option<Holder> {
    let temp = temps.get(&place).copied();
    temp.or_else(|| {
        let mut steps = facts.body.places.path(place);
        steps.find_map(|step| match facts.body.places.kind(step) {
            PlaceKind::Field { field, .. } => Some(Holder::Object(field)),
            PlaceKind::Var(variable) => Some(Holder::Object(variable)),
            PlaceKind::Temp(_) => temps.get(&step).copied(),
            _ => None,
        })
    })
}

/// The thing at `place` as one would write it.
pub(super) fn text_of(
    package: &Package,
    facts: &BodyFacts,
    place: PlaceId,
    holder: Holder,
) -> String {
    match holder {
        Holder::Result(function) => format!("{}()", package.world.name(function)),
        _ => Path::of(facts.body, place)
            .map_or_else(String::new, |it| it.text(package.world, Some(facts.body))),
    }
}

fn is_at(package: &Package, facts: &BodyFacts, thing: Thing, place: PlaceId) -> bool {
    let ty = facts.body.places.ty(place);
    ty.is_some_and(|ty| is_thing(package.world, thing, ty))
}

/// True for types of such things, and for what holds several of them.
pub(super) fn is_thing(world: &World, thing: Thing, ty: TypeId) -> bool {
    let is_sync = |names: &[&str]| {
        world.named_parts(ty).is_some_and(|(named, _)| {
            let object = world.named(named).object;
            names.contains(&world.name(object).as_str()) && package_path(world, object) == "sync"
        })
    };
    let is_one = match thing {
        Thing::Map => matches!(world.underlying_type(ty), Type::Map { .. }),
        Thing::Channel => matches!(world.underlying_type(ty), Type::Chan { .. }),
        Thing::WaitGroup => is_sync(&["WaitGroup"]),
        Thing::Lock => is_sync(&["Mutex", "RWMutex", "Locker"]),
        Thing::Reference | Thing::Slice | Thing::Variable => false,
    };
    is_one
        || match world.underlying_type(ty) {
            Type::Pointer(inner) => is_thing(world, thing, *inner),
            Type::Slice(inner)
            | Type::Array { element: inner, .. }
            | Type::Map { value: inner, .. } => {
                thing != Thing::Map && is_thing(world, thing, *inner)
            }
            _ => false,
        }
}

/// Gives each use the field or variable that the thing is really in. A use that stands for several
/// things, as in a helper, is there once for each.
pub fn resolve(uses: Vec<Use>, aliases: &[Alias]) -> Vec<Use> {
    let mut by_name: FxHashMap<Holder, Vec<Holder>> = FxHashMap::default();
    for alias in aliases {
        let list = by_name.entry(alias.name).or_default();
        if !list.contains(&alias.of) {
            list.push(alias.of);
        }
    }
    let mut resolved = Vec::new();
    for it in uses {
        let roots = roots(it.holder, &by_name);
        if roots.is_empty() {
            resolved.push(it);
            continue;
        }
        resolved.extend(roots.into_iter().map(|root| Use {
            holder: root,
            is_alias: root != it.holder,
            ..it.clone()
        }));
    }
    resolved
}

/// The holders at the ends of all ways from `name`; none if they are too many.
fn roots(name: Holder, by_name: &FxHashMap<Holder, Vec<Holder>>) -> Vec<Holder> {
    let mut seen = FxHashSet::default();
    let mut open = vec![name];
    let mut roots = Vec::new();
    while let Some(holder) = open.pop() {
        if !seen.insert(holder) {
            continue;
        }
        match by_name.get(&holder) {
            Some(next) => open.extend(next),
            None if matches!(holder, Holder::Object(_) | Holder::Type(_)) => roots.push(holder),
            // A parameter that nobody fills, or a result that is made on the spot.
            None => {}
        }
    }
    // What is known by its type only is so if nothing else is known of it.
    if roots.iter().any(|it| matches!(it, Holder::Object(_))) {
        roots.retain(|it| matches!(it, Holder::Object(_)));
    }
    if MOST < roots.len() {
        roots.clear();
    }
    roots.sort_unstable();
    roots
}
