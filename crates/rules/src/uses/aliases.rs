//! Other names of a thing: variables that were set to it, parameters and receivers it was passed
//! for, functions that return it, slices it was appended to, fields that were set to it. Literals and
//! functions that are handed to a function which calls them are followed, other function values are
//! not.

use contend_ir::{
    Call, Callee, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, RangeKind, Terminator,
};
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
    /// What a declared function hands to one of its parameters, which is a function: the numbers of
    /// the parameter and of the argument.
    Handed(ObjId, usize, usize),
    /// Any value of a type, by its name: who calls its methods, or what was put into an interface
    /// value that was taken for it, is not known.
    Type(ObjId),
}

/// Where a thing lies: in a holder, or so many elements deep inside what it holds. The maps that are
/// elements of a map have other users and other locks than that map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) holder: Holder,
    pub(super) depth: u8,
}

impl Spot {
    pub(super) fn of(holder: Holder) -> Self {
        Self { holder, depth: 0 }
    }

    fn element(self) -> Self {
        Self {
            depth: self.depth.saturating_add(1),
            ..self
        }
    }
}

/// One name of a thing for what lies elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alias {
    pub(super) name: Holder,
    pub(super) of: Spot,
}

/// More holders of one name say nothing: a helper for all.
const MOST: usize = 8;

/// Elements of elements are told apart so far.
const DEPTH: u8 = 4;

/// What stands at temporary places.
pub(super) type Temps = FxHashMap<PlaceId, Spot>;

/// The aliases that a declaration makes.
pub(super) fn of_body(package: &Package, facts: &BodyFacts, thing: Thing, out: &mut Vec<Alias>) {
    let world = package.world;
    let temps = temps(package, facts);
    let holder = |operand: Operand| match operand {
        Operand::Place(place) | Operand::Addr(place) if is_at(package, facts, thing, place) => {
            spot_of(facts, &temps, place)
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
                        // The type of the variable counts: `v, ok := m[k]` gives the element none.
                        if let Operand::Place(value) | Operand::Addr(value) = value
                            && is_at(package, facts, thing, place)
                        {
                            out.extend(spot_of(facts, &temps, value).map(|of| Alias {
                                name: Holder::Object(variable),
                                of,
                            }));
                        }
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
                    if let PlaceKind::Var(variable) = facts.body.places.kind(value)
                        && let Operand::Place(over) | Operand::Addr(over) = over
                        && is_at(package, facts, thing, value)
                    {
                        out.extend(spot_of(facts, &temps, over).map(|of| Alias {
                            name: Holder::Object(variable),
                            of: of.element(),
                        }));
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
            let args = facts.body.operands(call.args).iter().enumerate();
            if let Some(literal) = facts.literals.of_callee(call.callee) {
                let params = &facts.func(literal).params;
                for (param, (_, arg)) in params.iter().zip(args) {
                    out.extend(param.and_then(|it| alias(Holder::Object(it), *arg)));
                }
            } else if let Callee::Value(Operand::Place(value)) = call.callee
                && let PlaceKind::Var(variable) = facts.body.places.kind(value)
                && let Some(outer) = declared
                && let Some(number) = func.params.iter().position(|it| *it == Some(variable))
            {
                for (nth, arg) in args {
                    out.extend(alias(Holder::Handed(outer, number, nth), *arg));
                }
            }
            callbacks(package, facts, call, thing, out);
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
                of: Spot::of(Holder::Parameter(declared, number)),
            }));
        }
        if let Some(receiver) = func.receiver
            && let ty = world.object_type(receiver)
            && is_thing(world, thing, ty)
        {
            out.push(Alias {
                name: Holder::Object(receiver),
                of: Spot::of(Holder::Receiver(declared)),
            });
            let (named, _) = world.deref(ty);
            out.extend(world.named_parts(named).map(|(named, _)| Alias {
                name: Holder::Receiver(declared),
                of: Spot::of(Holder::Type(world.named(named).object)),
            }));
        }
    }
}

/// The parameters of a function that is handed to a declared one: they are what that one calls it
/// with.
fn callbacks(
    package: &Package,
    facts: &BodyFacts,
    call: &Call,
    thing: Thing,
    out: &mut Vec<Alias>,
) {
    let Callee::Static(callee) = call.callee else {
        return;
    };
    let world = package.world;
    for (number, arg) in facts.body.operands(call.args).iter().enumerate() {
        let mut alias = |nth: usize, name: Holder| {
            let of = Spot::of(Holder::Handed(callee, number, nth));
            out.push(Alias { name, of });
        };
        if let Some(literal) = facts.literals.of_value(*arg) {
            for (nth, param) in facts.func(literal).params.iter().enumerate() {
                if let Some(param) = *param
                    && is_thing(world, thing, world.object_type(param))
                {
                    alias(nth, Holder::Object(param));
                }
            }
            continue;
        }
        let function = match *arg {
            Operand::Func(function) => Some(function),
            Operand::Place(place) => facts.method_value(place),
            _ => None,
        };
        let Some(function) = function else { continue };
        let Some(signature) = world.as_signature(world.object_type(function)) else {
            continue;
        };
        for (nth, param) in signature.params.iter().enumerate() {
            if is_thing(world, thing, *param) {
                alias(nth, Holder::Parameter(function, nth));
            }
        }
    }
}

/// A local variable that is put into a field, or into what a field holds. A map that is set as a
/// whole is left out: what it was is usually not shared yet.
fn stored(
    world: &World,
    thing: Thing,
    value: Option<Spot>,
    field: Option<Spot>,
    out: &mut Vec<Alias>,
) {
    let (Some(value), Some(of)) = (value, field) else {
        return;
    };
    let (name @ Holder::Object(variable), 0) = (value.holder, value.depth) else {
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
                temps.insert(*place, Spot::of(Holder::Result(callee)));
            }
        }
    }
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        let mut is_element = false;
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
            } => {
                is_element = true;
                (value, Some(over))
            }
            InstrKind::Convert { dst, value, .. } => (dst, Some(value)),
            InstrKind::TypeAssert { dst, value, ty, .. } => {
                let kept = match value {
                    Operand::Place(place) => kept.get(&place).copied(),
                    _ => None,
                };
                let named = ty.and_then(|ty| package.world.named_parts(ty));
                let of_type = || named.map(|(it, _)| Holder::Type(package.world.named(it).object));
                let spot = kept.or_else(|| of_type().map(Spot::of));
                temps.extend(spot.map(|spot| (dst, spot)));
                continue;
            }
            _ => continue,
        };
        if let Some(Operand::Place(from) | Operand::Addr(from)) = from
            && facts.body.is_temp(to)
            && let Some(spot) = spot_of(facts, &temps, from)
        {
            temps.insert(to, if is_element { spot.element() } else { spot });
        }
    }
    temps
}

/// Fields of local values that are set to a map which is shared: `req.Header = c.header`. From there on
/// both names are of one map, in this declaration.
pub(super) fn renamed(package: &Package, facts: &BodyFacts) -> Renamed {
    let mut renamed = Renamed::default();
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        let InstrKind::Write { place, value } = instr.kind else {
            continue;
        };
        let kind = |place| facts.body.places.kind(place);
        match (kind(place), value) {
            (PlaceKind::Field { field, .. }, Operand::Place(value))
                if is_at(package, facts, Thing::Map, place) =>
            {
                if let Some(root) = local_root(package, facts, place)
                    && let Some(spot) = spot_of(facts, &Temps::default(), value)
                    && is_kept(package.world, spot.holder)
                {
                    let original = package.world.original(field);
                    renamed.insert((root, original), spot);
                }
            }
            // `req := &http.Request{Header: c.header}`: what was set in the temporary value.
            (PlaceKind::Var(_), Operand::Place(from) | Operand::Addr(from))
                if facts.body.is_temp(from) =>
            {
                let of_temp = renamed.iter().filter(|((root, _), _)| *root == from);
                let moved: Vec<_> = of_temp
                    .map(|((_, field), spot)| ((place, *field), *spot))
                    .collect();
                renamed.extend(moved);
            }
            _ => {}
        }
    }
    renamed
}

/// By the local variable (or the temporary value) and the field: where the map really lies.
pub(super) type Renamed = FxHashMap<(PlaceId, ObjId), Spot>;

/// The local variable or temporary value that a place is one field deep in.
pub(super) fn local_root(package: &Package, facts: &BodyFacts, place: PlaceId) -> Option<PlaceId> {
    let places = &facts.body.places;
    let mut base = places.kind(place).base()?;
    if let PlaceKind::Deref { base: pointer } = places.kind(base) {
        base = pointer;
    }
    match places.kind(base) {
        PlaceKind::Temp(_) => Some(base),
        PlaceKind::Var(variable) => matches!(
            package.world.object(variable).kind,
            ObjectKind::Var(VarKind::Local | VarKind::Param | VarKind::Loop(_))
        )
        .then_some(base),
        _ => None,
    }
}

/// True for what outlives a call: fields and package variables.
fn is_kept(world: &World, holder: Holder) -> bool {
    let Holder::Object(object) = holder else {
        return false;
    };
    matches!(
        world.object(object).kind,
        ObjectKind::Var(VarKind::Field { .. } | VarKind::Package)
    )
}

/// The `sync.Map` or `atomic.Value` that the value at a place came out of.
fn kept(package: &Package, facts: &BodyFacts) -> Temps {
    let mut kept = Temps::default();
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
        let spot = spot_of(facts, &Temps::default(), of);
        if let ("sync" | "sync/atomic", true, Some(spot)) = (path, gives, spot)
            && let Some(Operand::Place(result)) = facts.body.operands(call.results).first()
        {
            kept.insert(*result, spot);
        }
    }
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        if let InstrKind::Write {
            place,
            value: Operand::Place(value),
        } = instr.kind
            && let Some(spot) = kept.get(&value).copied()
        {
            kept.insert(place, spot);
        }
    }
    kept
}

/// Where the thing at `place` lies.
pub(super) fn spot_of(facts: &BodyFacts, temps: &Temps, place: PlaceId) -> Option<Spot> {
    let mut elements = 0_u8;
    let mut steps = facts.body.places.path(place);
    let found = steps.find_map(|step| {
        let spot = temps.get(&step).copied();
        if spot.is_some() {
            return spot;
        }
        match facts.body.places.kind(step) {
            PlaceKind::Field { field, .. } => Some(Spot::of(Holder::Object(field))),
            PlaceKind::Var(variable) => Some(Spot::of(Holder::Object(variable))),
            PlaceKind::Element { .. } | PlaceKind::MapElement { .. } => {
                elements = elements.saturating_add(1);
                None
            }
            _ => None,
        }
    })?;
    Some(Spot {
        depth: found.depth.saturating_add(elements),
        ..found
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
    let mut by_name: FxHashMap<Holder, Vec<Spot>> = FxHashMap::default();
    for alias in aliases {
        let list = by_name.entry(alias.name).or_default();
        if !list.contains(&alias.of) {
            list.push(alias.of);
        }
    }
    let mut resolved = Vec::new();
    for it in uses {
        // Only maps are told apart from what holds them.
        let depth_of = |depth: u8| if it.thing == Thing::Map { depth } else { 0 };
        let at = Spot {
            holder: it.holder,
            depth: it.depth,
        };
        let roots = roots(at, &by_name);
        if roots.is_empty() {
            let depth = depth_of(it.depth);
            resolved.push(Use { depth, ..it });
            continue;
        }
        let first = resolved.len();
        for root in roots {
            let (holder, depth) = (root.holder, depth_of(root.depth));
            let is_known = |known: &Use| known.holder == holder && known.depth == depth;
            if !resolved[first..].iter().any(is_known) {
                resolved.push(Use {
                    holder,
                    depth,
                    is_alias: it.is_alias || holder != it.holder,
                    ..it.clone()
                });
            }
        }
    }
    resolved
}

/// The spots at the ends of all ways from `name`; none if they are too many.
fn roots(name: Spot, by_name: &FxHashMap<Holder, Vec<Spot>>) -> Vec<Spot> {
    let mut seen = FxHashSet::default();
    let mut open = vec![name];
    let mut roots = Vec::new();
    while let Some(spot) = open.pop() {
        if DEPTH < spot.depth || !seen.insert(spot) {
            continue;
        }
        match by_name.get(&spot.holder) {
            Some(next) => open.extend(next.iter().map(|it| Spot {
                depth: it.depth.saturating_add(spot.depth),
                ..*it
            })),
            None if matches!(spot.holder, Holder::Object(_) | Holder::Type(_)) => roots.push(spot),
            // A parameter that nobody fills, or a result that is made on the spot.
            None => {}
        }
    }
    // What is known by its type only is so if nothing else is known of it.
    let is_object = |it: &Spot| matches!(it.holder, Holder::Object(_));
    if roots.iter().any(is_object) {
        roots.retain(is_object);
    }
    if MOST < roots.len() {
        roots.clear();
    }
    roots.sort_unstable();
    roots
}
