//! Every use of a field or variable that holds a map, with the locks held there: what a crash of a
//! running program is joined with.

mod aliases;

use contend_base::Location;
use contend_ir::{Callee, FuncId, InstrKind, Operand, PlaceId, RangeKind};
use contend_types::ObjId;

use crate::PackageUnit;
use contend_analysis::library::{Mode, package_path};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;

pub use aliases::{Holder, MapAlias, resolve};

/// One use of a map.
#[derive(Clone, Debug)]
pub struct MapUse {
    /// What holds the map; equal for all uses of it in a program once [`resolve`] has seen them.
    pub holder: Holder,
    /// The map has another name here: it came out of a variable, a parameter or a call.
    pub is_alias: bool,
    /// The map as written there: `c.hits`.
    pub text: String,
    /// The declared function around it, with its package.
    pub function: String,
    /// Where.
    pub location: Location,
    /// It changes the map.
    pub writes: bool,
    /// The locks that are surely held there, as far as the function itself tells.
    pub locks: Vec<HeldLock>,
    /// Fields whose locks some caller in the package holds.
    pub callers: Vec<ObjId>,
}

/// A lock that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLock {
    /// The field or variable of the lock.
    pub owner: ObjId,
    /// The lock as written there: `c.mu`.
    pub text: String,
    /// Held for reading only.
    pub shared: bool,
}

/// A function with a body.
#[derive(Clone, Debug)]
pub struct FunctionPlace {
    /// With its package, as in dumps except for `main`.
    pub name: String,
    /// From its `func` to its closing brace.
    pub location: Location,
}

/// What a package does with maps.
#[derive(Clone, Debug, Default)]
pub struct PackageMaps {
    /// In order of file and declaration.
    pub uses: Vec<MapUse>,
    /// Its functions.
    pub functions: Vec<FunctionPlace>,
    /// Other names that its functions give to maps.
    pub aliases: Vec<MapAlias>,
}

/// The maps of a package.
pub fn map_uses(unit: &PackageUnit) -> PackageMaps {
    let package = Package::new(unit);
    let mut uses = Vec::new();
    let mut functions = Vec::new();
    let mut aliases = Vec::new();
    for facts in &package.bodies {
        if let Some(func) = facts.body.funcs.first() {
            functions.push(FunctionPlace {
                name: package.function_name(facts.body),
                location: facts.location(func.span),
            });
        }
        aliases::of_body(&package, facts, &mut aliases);
        for (id, _) in facts.body.funcs() {
            of_function(&package, facts, id, &mut uses);
        }
    }
    let locks: Vec<ObjId> = uses
        .iter()
        .flat_map(|it: &MapUse| it.locks.iter().map(|lock| lock.owner))
        .collect();
    add_callers(&package, &locks, &mut uses);
    PackageMaps {
        uses,
        functions,
        aliases,
    }
}

fn of_function(package: &Package, facts: &BodyFacts, id: FuncId, uses: &mut Vec<MapUse>) {
    let func = facts.func(id);
    let mut locks_at: Vec<Vec<HeldLock>> = vec![Vec::new(); func.instrs.len()];
    if let Some(flow) = facts.flow(id) {
        flow.visit(|point, instr, state| {
            if instr.is_none() {
                return;
            }
            let sure = state.held().filter(|(.., on_all_ways)| *on_all_ways);
            let held = sure.filter_map(|(lock, mode, _)| {
                let path = &flow.locks[lock].path;
                Some(HeldLock {
                    owner: owner(path)?,
                    text: path.text(package.world, Some(facts.body)),
                    shared: mode == Mode::Shared,
                })
            });
            locks_at[point.instr] = held.collect();
        });
    }
    let results = aliases::results(facts);
    for (instr, locks) in func.instrs.iter().zip(locks_at) {
        let found = use_of_map(facts, instr.kind);
        let Some((place, writes)) = found.or_else(|| handed(package, facts, instr.kind)) else {
            continue;
        };
        let Some(holder) = aliases::holder_of(facts, &results, place) else {
            continue;
        };
        let path = Path::of(facts.body, place);
        let text = match holder {
            Holder::Result(function) => format!("{}()", package.world.name(function)),
            _ => path.map_or_else(String::new, |it| it.text(package.world, Some(facts.body))),
        };
        uses.push(MapUse {
            holder,
            is_alias: false,
            text,
            function: package.function_name(facts.body),
            location: facts.location(instr.span),
            writes,
            locks,
            callers: Vec::new(),
        });
    }
}

/// A map that is handed to a function of the standard library, which uses it on the spot.
fn handed(package: &Package, facts: &BodyFacts, kind: InstrKind) -> Option<(PlaceId, bool)> {
    let InstrKind::Call(id) = kind else {
        return None;
    };
    let call = facts.body.call(id);
    let Callee::Static(callee) = call.callee else {
        return None;
    };
    let path = package_path(package.world, callee);
    if path.is_empty() || path.contains('.') {
        return None;
    }
    let args = facts.body.operands(call.args).iter().enumerate();
    let mut maps = args.filter_map(|(number, arg)| match arg {
        Operand::Place(place) if aliases::is_map(package, facts, *place) => Some((number, *place)),
        _ => None,
    });
    let (number, map) = maps.next()?;
    let name = package.world.name(callee).as_str();
    let writes = path == "maps" && number == 0 && matches!(name, "Copy" | "DeleteFunc" | "Insert");
    Some((map, writes))
}

/// Says of each use which of `locks` a caller of its function holds.
fn add_callers(package: &Package, locks: &[ObjId], uses: &mut [MapUse]) {
    for facts in &package.bodies {
        let Some(func) = facts.body.funcs.first() else {
            continue;
        };
        let contend_ir::FuncKind::Declared(function) = func.kind else {
            continue;
        };
        let own = facts.location(func.span);
        let inside = uses
            .iter_mut()
            .filter(|it| it.location.file == own.file && own.span.contains(it.location.span.start));
        for it in inside {
            let held = locks
                .iter()
                .copied()
                .filter(|lock| package.callers.may_hold(function, *lock));
            it.callers.extend(held);
            it.callers.sort_unstable();
            it.callers.dedup();
        }
    }
}

/// The field at the end of a path, or the variable that it is.
fn owner(path: &Path) -> Option<ObjId> {
    path.last_field().or(path.variable())
}

fn use_of_map(facts: &BodyFacts, kind: InstrKind) -> Option<(PlaceId, bool)> {
    let map_of = |element| facts.body.places.kind(element).base();
    Some(match kind {
        InstrKind::MapRead { element, .. } => (map_of(element)?, false),
        InstrKind::MapLen(map) => (map, false),
        InstrKind::Next {
            over: Operand::Place(map),
            kind: RangeKind::Map,
            ..
        } => (map, false),
        InstrKind::MapWrite { element, .. } | InstrKind::MapDelete { element } => {
            (map_of(element)?, true)
        }
        InstrKind::MapClear(map) => (map, true),
        _ => return None,
    })
}
