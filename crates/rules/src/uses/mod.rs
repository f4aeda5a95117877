//! Every use of a field or variable that holds something goroutines share, with the locks held
//! there: what a crash of a running program is joined with.

mod aliases;
mod calls;
mod deeds;
mod inside;

use contend_base::Location;
use contend_ir::{CallMode, FuncId};
use contend_types::ObjId;

use crate::PackageUnit;
use contend_analysis::library::{Mode, may_be_std, package_path};
use contend_analysis::package::{BodyFacts, Package, declared_in};

pub use aliases::{Alias, Holder, resolve};
pub use calls::{CallSite, Start};
pub use deeds::Deed;

/// A kind of thing that goroutines share and die of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A map.
    Map,
    /// A channel.
    Channel,
    /// A `sync.WaitGroup`.
    WaitGroup,
    /// A mutex.
    Lock,
    /// What a field or a package variable refers to: a pointer, an interface.
    Reference,
    /// A slice in a field or a package variable.
    Slice,
    /// A field or a variable of any type.
    Variable,
}

impl Thing {
    /// For machines.
    pub fn id(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Channel => "channel",
            Self::WaitGroup => "waitgroup",
            Self::Lock => "lock",
            Self::Reference => "reference",
            Self::Slice => "slice",
            Self::Variable => "variable",
        }
    }
}

/// One use of a thing.
#[derive(Clone, Debug)]
pub struct Use {
    /// What kind of thing it is.
    pub thing: Thing,
    /// What holds the thing; equal for all uses of it in a program once [`resolve`] has seen them.
    pub holder: Holder,
    /// How many elements deep inside of what is held there: 0 for the thing itself, 1 for a map that
    /// is an element of a map or of a slice.
    pub depth: u8,
    /// The thing has another name here: it came out of a variable, a parameter or a call.
    pub is_alias: bool,
    /// The thing as written there: `c.hits`.
    pub text: String,
    /// The declared function around it, with its package.
    pub function: String,
    /// The same as an object; `None` for the initialisers of package variables.
    pub owner: Option<ObjId>,
    /// Where.
    pub location: Location,
    /// What is done to it.
    pub deed: Deed,
    /// The function of a library that does it.
    pub through: Option<String>,
    /// Nobody else knows the value there yet.
    pub is_fresh: bool,
    /// The locks that are surely held there, as far as the function itself tells.
    pub locks: Vec<HeldLock>,
    /// Fields whose locks some caller in the package holds.
    pub callers: Vec<ObjId>,
}

impl Use {
    /// True if both are uses of one thing.
    pub fn is_of(&self, other: &Self) -> bool {
        self.thing == other.thing && self.holder == other.holder && self.depth == other.depth
    }
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
    /// With its package, as in dumps.
    pub name: String,
    /// The function; `None` for the initialisers of package variables.
    pub object: Option<ObjId>,
    /// From its `func` to its closing brace.
    pub location: Location,
}

/// What a package does with things.
#[derive(Clone, Debug, Default)]
pub struct PackageUses {
    /// In order of file and declaration.
    pub uses: Vec<Use>,
    /// Its functions.
    pub functions: Vec<FunctionPlace>,
    /// Other names that its functions give to things.
    pub aliases: Vec<Alias>,
    /// Who calls and starts whom.
    pub calls: Vec<CallSite>,
}

/// The uses of things of these kinds in a package.
pub fn uses(unit: &PackageUnit, things: &[Thing]) -> PackageUses {
    let package = Package::new(unit);
    let mut all = PackageUses::default();
    for facts in package.own_bodies() {
        if let Some(func) = facts.body.funcs.first() {
            all.functions.push(FunctionPlace {
                name: name_in_dumps(&package, facts),
                object: declared_in(&package, facts.index),
                location: facts.location(func.span),
            });
        }
        for thing in things {
            aliases::of_body(&package, facts, *thing, &mut all.aliases);
        }
        calls::of_body(&package, facts, &mut all.calls);
        for (id, _) in facts.body.funcs() {
            for thing in things {
                of_function(&package, facts, id, *thing, &mut all.uses);
            }
        }
    }
    let locks: Vec<ObjId> = all
        .uses
        .iter()
        .flat_map(|it: &Use| it.locks.iter().map(|lock| lock.owner))
        .collect();
    add_callers(&package, &locks, &mut all.uses);
    all
}

fn of_function(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    thing: Thing,
    uses: &mut Vec<Use>,
) {
    let held = held(package, facts, id);
    let temps = aliases::temps(package, facts);
    let renamed = aliases::renamed(package, facts);
    for found in deeds::of_function(package, facts, id, thing, &temps, &renamed) {
        uses.push(Use {
            thing,
            holder: found.spot.holder,
            depth: found.spot.depth,
            is_alias: found.is_alias,
            text: found.text,
            function: name_in_dumps(package, facts),
            owner: declared_in(package, facts.index),
            location: facts.location(found.span),
            deed: found.deed,
            through: found.through,
            is_fresh: found
                .root
                .is_some_and(|root| is_fresh(package, facts, root)),
            locks: held.get(found.instr).cloned().unwrap_or_default(),
            callers: Vec::new(),
        });
    }
}

/// The declared function around a place, as dumps name it: the package of a program is `main`.
fn name_in_dumps(package: &Package, facts: &BodyFacts) -> String {
    let name = package.function_name(facts.body);
    let source = &package.world.package(package.id).source;
    match name.strip_prefix(source.path.as_str()) {
        Some(rest) if source.name.as_str() == "main" => format!("main{rest}"),
        _ => name,
    }
}

/// True for what a constructor has made and nobody else can know yet.
fn is_fresh(package: &Package, facts: &BodyFacts, variable: ObjId) -> bool {
    let is_captured = facts.body.funcs.iter().any(|it| it.captures(variable));
    let starts = facts.body.calls.iter().any(|it| it.mode == CallMode::Go);
    let is_new = package.fresh.is_fresh(facts.index, variable)
        || package.fresh.is_returned(facts.index, variable);
    is_new && !is_captured && !starts
}

/// The locks that are surely held at each instruction.
fn held(package: &Package, facts: &BodyFacts, id: FuncId) -> Vec<Vec<HeldLock>> {
    let mut held_at: Vec<Vec<HeldLock>> = vec![Vec::new(); facts.func(id).instrs.len()];
    if let Some(flow) = facts.flow(id) {
        flow.visit(|point, instr, state| {
            if instr.is_none() {
                return;
            }
            let sure = state.held().filter(|(.., on_all_ways)| *on_all_ways);
            let held = sure.filter_map(|(lock, mode, _)| {
                let path = &flow.locks[lock].path;
                Some(HeldLock {
                    owner: path.owner()?,
                    text: path.text(package.world, Some(facts.body)),
                    shared: mode == Mode::Shared,
                })
            });
            held_at[point.instr] = held.collect();
        });
    }
    held_at
}

/// Says of each use which of `locks` a caller of its function holds.
fn add_callers(package: &Package, locks: &[ObjId], uses: &mut [Use]) {
    for it in uses {
        let Some(function) = it.owner else {
            continue;
        };
        let held = locks
            .iter()
            .copied()
            .filter(|lock| package.callers.may_hold(function, *lock));
        it.callers.extend(held);
        it.callers.sort_unstable();
        it.callers.dedup();
    }
}

/// True for functions and methods that the standard library declares.
fn is_std(package: &Package, function: ObjId) -> bool {
    let path = package_path(package.world, function);
    let root = |path: &'static str| path.split('/').next().unwrap_or_default();
    let own = package.world.package(package.id).source.path.as_str();
    !path.is_empty() && may_be_std(path) && root(path) != root(own)
}
