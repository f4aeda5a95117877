//! The atomic operations of a package, by function.

use std::collections::BTreeMap;

use contend_analysis::library::package_path;
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;
use contend_base::Location;
use contend_ir::{Call, CallMode, Callee, FuncId, Instr, InstrKind, Operand, PlaceId};
use contend_types::ObjId;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Load,
    Store,
    Swap,
    Add,
    CompareAndSwap,
}

/// One atomic operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) at: usize,
    pub(super) kind: Kind,
    /// The variable that it works on.
    pub(super) place: PlaceId,
    /// The field or package variable that the atomic is.
    pub(super) owner: Option<ObjId>,
    /// What it was given, without the variable.
    pub(super) values: Vec<Operand>,
    pub(super) result: Option<PlaceId>,
    pub(super) location: Location,
    /// It stands in a function that is called here.
    pub(super) is_behind_call: bool,
}

impl Operation {
    pub(super) fn is_write(&self) -> bool {
        self.kind != Kind::Load
    }
}

/// All atomic operations, in order of the source.
pub(super) struct Operations<'a> {
    pub(super) package: &'a Package<'a>,
    by_function: BTreeMap<(usize, FuncId), Vec<Operation>>,
}

impl<'a> Operations<'a> {
    pub(super) fn new(package: &'a Package<'a>) -> Self {
        let mut by_function = BTreeMap::new();
        for facts in package.own_bodies() {
            for (id, func) in facts.body.funcs() {
                let instrs = func.instrs.iter().enumerate();
                let found: Vec<Operation> = instrs
                    .filter_map(|(at, instr)| match instr.kind {
                        InstrKind::Call(call) => {
                            operation(package, facts, (at, instr), facts.body.call(call))
                        }
                        _ => None,
                    })
                    .collect();
                if !found.is_empty() {
                    by_function.insert((facts.index, id), found);
                }
            }
        }
        Self {
            package,
            by_function,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_function.is_empty()
    }

    /// The functions with atomic operations, with these.
    pub(super) fn functions(
        &self,
    ) -> impl Iterator<Item = (&'a BodyFacts<'a>, FuncId, &[Operation])> {
        self.by_function.iter().map(|(&(body, func), operations)| {
            (&self.package.bodies[body], func, operations.as_slice())
        })
    }

    pub(super) fn of(&self, body: usize, func: FuncId) -> &[Operation] {
        self.by_function
            .get(&(body, func))
            .map_or(&[], Vec::as_slice)
    }
}

fn operation(
    package: &Package,
    facts: &BodyFacts,
    (at, instr): (usize, &Instr),
    call: &Call,
) -> Option<Operation> {
    let Callee::Static(function) = call.callee else {
        return None;
    };
    let is_atomic = matches!(
        package_path(package.world, function),
        "sync/atomic" | "go.uber.org/atomic"
    );
    if !is_atomic || call.mode != CallMode::Plain {
        return None;
    }
    let kind = kind(package.world.name(function).as_str())?;
    let args = facts.body.operands(call.args);
    let (place, values) = match call.receiver {
        Some(Operand::Addr(place)) => (place, args),
        Some(_) => return None,
        None => match args.split_first() {
            Some((&Operand::Addr(place), values)) => (place, values),
            _ => return None,
        },
    };
    let result = facts.body.operands(call.results).first();
    Some(Operation {
        at,
        kind,
        place,
        location: facts.place_of(instr),
        is_behind_call: instr.within.is_some(),
        owner: Path::of(facts.body, place).and_then(|path| path.owner()),
        values: values.to_vec(),
        result: result.and_then(|result| match *result {
            Operand::Place(place) => Some(place),
            _ => None,
        }),
    })
}

fn kind(name: &str) -> Option<Kind> {
    let kinds = [
        ("CompareAndSwap", Kind::CompareAndSwap),
        ("CAS", Kind::CompareAndSwap),
        ("Load", Kind::Load),
        ("Store", Kind::Store),
        ("Swap", Kind::Swap),
        ("Add", Kind::Add),
        ("Sub", Kind::Add),
        ("Inc", Kind::Add),
        ("Dec", Kind::Add),
        ("Toggle", Kind::Swap),
    ];
    kinds
        .iter()
        .find(|(start, _)| name.starts_with(start))
        .map(|&(_, kind)| kind)
}
