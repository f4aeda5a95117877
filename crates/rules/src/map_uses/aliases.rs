//! Other names of a map: variables that were set to it, parameters it was passed for, and
//! functions that return it. Calls of function values and through interfaces are not followed.

use contend_ir::{Callee, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, Terminator};
use contend_types::{ObjId, Type};
use rustc_hash::{FxHashMap, FxHashSet};

use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;

use super::MapUse;

/// What holds a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A field or a variable.
    Object(ObjId),
    /// A parameter of a declared function, by its number without the receiver.
    Parameter(ObjId, usize),
    /// What a declared function returns.
    Result(ObjId),
}

/// One name of a map for what another one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MapAlias {
    pub(super) name: Holder,
    pub(super) of: Holder,
}

/// More holders of one name say nothing: a helper for all maps.
const MOST: usize = 8;

/// The aliases that a declaration makes.
pub(super) fn of_body(package: &Package, facts: &BodyFacts, out: &mut Vec<MapAlias>) {
    let results = results(facts);
    let holder = |operand: Operand| match operand {
        Operand::Place(place) if is_map(package, facts, place) => holder_of(facts, &results, place),
        _ => None,
    };
    let alias = |name: Holder, value: Operand| holder(value).map(|of| MapAlias { name, of });
    for (_, func) in facts.body.funcs() {
        let declared = match func.kind {
            FuncKind::Declared(object) => Some(object),
            _ => None,
        };
        for instr in &func.instrs {
            // A field that is set is no new name: what it was set to is usually not shared yet.
            if let InstrKind::Write { place, value } = instr.kind
                && let PlaceKind::Var(variable) = facts.body.places.kind(place)
            {
                out.extend(alias(Holder::Object(variable), value));
            }
        }
        for id in func.calls() {
            let call = facts.body.call(id);
            if let Callee::Static(callee) = call.callee {
                for (number, arg) in facts.body.operands(call.args).iter().enumerate() {
                    out.extend(alias(Holder::Parameter(callee, number), *arg));
                }
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
            out.extend(param.map(|param| MapAlias {
                name: Holder::Object(param),
                of: Holder::Parameter(declared, number),
            }));
        }
    }
}

/// The function whose result stands at each temporary place.
pub(super) fn results(facts: &BodyFacts) -> FxHashMap<PlaceId, ObjId> {
    let mut results = FxHashMap::default();
    for call in &facts.body.calls {
        let Callee::Static(callee) = call.callee else {
            continue;
        };
        for result in facts.body.operands(call.results) {
            if let Operand::Place(place) = result {
                results.insert(*place, callee);
            }
        }
    }
    results
}

/// What holds the map at `place`.
pub(super) fn holder_of(
    facts: &BodyFacts,
    results: &FxHashMap<PlaceId, ObjId>,
    place: PlaceId,
) -> Option<Holder> {
    let result = results.get(&place).map(|callee| Holder::Result(*callee));
    result.or_else(|| {
        let path = Path::of(facts.body, place)?;
        let owner = path.last_field().or(path.variable())?;
        Some(Holder::Object(owner))
    })
}

pub(super) fn is_map(package: &Package, facts: &BodyFacts, place: PlaceId) -> bool {
    let ty = facts.body.places.ty(place);
    ty.is_some_and(|ty| matches!(package.world.underlying_type(ty), Type::Map { .. }))
}

/// Gives each use the field or variable that the map is really in. A use that stands for several
/// maps, as in a helper, is there once for each.
pub fn resolve(uses: Vec<MapUse>, aliases: &[MapAlias]) -> Vec<MapUse> {
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
        resolved.extend(roots.into_iter().map(|root| MapUse {
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
            None if matches!(holder, Holder::Object(_)) => roots.push(holder),
            // A parameter that nobody fills, or a result that is made on the spot.
            None => {}
        }
    }
    if MOST < roots.len() {
        roots.clear();
    }
    roots.sort_unstable();
    roots
}
