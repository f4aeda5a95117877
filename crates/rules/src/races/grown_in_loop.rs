//! CT1104 in a loop that starts goroutines: each of them is given the same slice, grown by one. With
//! room behind the last element all of them have one array, and each round writes over the element
//! that the goroutine before reads.

use contend_analysis::accesses::Accesses;
use contend_analysis::goroutines::{Spawn, spawns};
use contend_analysis::package::{BodyFacts, Package};
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{FuncId, InstrKind, Loop, Operand, PlaceId, PlaceKind};

use super::kinds::SLICE_APPEND;

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for (func, _) in facts.body.funcs() {
            let spawns = spawns(package, facts, func);
            if spawns.is_empty() {
                continue;
            }
            for it in facts.body.loops(facts.func(func)) {
                let around = Around {
                    package,
                    accesses,
                    facts,
                    func,
                };
                findings.extend(around.of_loop(&it, &spawns));
            }
        }
    }
}

struct Around<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    facts: &'a BodyFacts<'a>,
    func: FuncId,
}

impl Around<'_> {
    fn of_loop(&self, around: &Loop, spawns: &[Spawn]) -> Option<Finding> {
        let inside = self.instrs_of(around);
        let appends = inside
            .iter()
            .filter_map(|&at| match self.instr(at) {
                InstrKind::Append {
                    dst,
                    slice: Operand::Place(slice),
                    ..
                } => Some((at, dst, slice)),
                _ => None,
            })
            .filter(|&(_, _, slice)| self.is_the_same_each_round(slice, &inside));
        for (at, dst, slice) in appends {
            let grown = self.names_of(dst, &inside);
            let spawn = spawns
                .iter()
                .find(|spawn| inside.contains(&spawn.at) && self.is_given(spawn, &grown));
            let spawn = spawn.filter(|spawn| {
                self.accesses.may_have_room(self.facts, slice)
                    || self.is_handed_on(spawn, slice, &grown)
            });
            if let Some(spawn) = spawn {
                return Some(self.finding(at, slice, spawn));
            }
        }
        None
    }

    fn instr(&self, at: usize) -> InstrKind {
        self.facts.func(self.func).instrs[at].kind
    }

    /// The positions of the instructions of a loop.
    fn instrs_of(&self, around: &Loop) -> Vec<usize> {
        let func = self.facts.func(self.func);
        let blocks = around.blocks.iter();
        let mut all: Vec<usize> = blocks
            .flat_map(|&block| func.block(block).instrs.as_usize())
            .collect();
        all.sort_unstable();
        all
    }

    /// True for a variable, or a part of what it leads to, that the loop does not assign.
    fn is_the_same_each_round(&self, slice: PlaceId, inside: &[usize]) -> bool {
        let places = &self.facts.body.places;
        let is_named = places.root_var(slice).is_some();
        let is_part = |step: PlaceId| !matches!(places.kind(step), PlaceKind::MapElement { .. });
        is_named
            && places.path(slice).all(is_part)
            && !inside.iter().any(|&at| match self.instr(at) {
                InstrKind::Write { place, .. } => places.is_prefix(place, slice),
                InstrKind::Declare(variable) => places.root_var(slice) == Some(variable),
                InstrKind::Next { key, value, .. } => [key, value].contains(&places.root(slice)),
                _ => false,
            })
    }

    /// The grown slice under all its names.
    fn names_of(&self, dst: PlaceId, inside: &[usize]) -> Vec<PlaceId> {
        let mut names = vec![dst];
        for &at in inside {
            if let InstrKind::Write {
                place,
                value: Operand::Place(value),
            } = self.instr(at)
                && names.contains(&value)
            {
                names.push(place);
            }
        }
        names
    }

    fn is_given(&self, spawn: &Spawn, grown: &[PlaceId]) -> bool {
        let is_grown = |place: PlaceId| grown.contains(&place);
        let by_argument = spawn
            .started
            .args
            .iter()
            .any(|arg| matches!(arg, Operand::Place(place) if is_grown(*place)));
        by_argument
            || spawn.literal(self.package).is_some_and(|literal| {
                let mut captured = literal.captures.iter();
                captured.any(|it| {
                    let place = self.facts.body.places.variable(it.variable);
                    place.is_some_and(is_grown)
                })
            })
    }

    /// True for a parameter for which the goroutine, which runs the same function, gets the grown
    /// slice: what `append` has made has room.
    fn is_handed_on(&self, spawn: &Spawn, slice: PlaceId, grown: &[PlaceId]) -> bool {
        let places = &self.facts.body.places;
        let params = &self.facts.func(self.func).params;
        let PlaceKind::Var(variable) = places.kind(slice) else {
            return false;
        };
        let number = params.iter().position(|&it| it == Some(variable));
        let is_itself = spawn.started.target.here() == Some((self.facts.index, self.func));
        let arg = number.and_then(|number| spawn.started.args.get(number));
        is_itself && matches!(arg, Some(Operand::Place(place)) if grown.contains(place))
    }

    fn finding(&self, at: usize, slice: PlaceId, spawn: &Spawn) -> Finding {
        let (facts, world) = (self.facts, self.package.world);
        let name = contend_analysis::path::Path::of(facts.body, slice).map_or_else(
            || "(...)".to_owned(),
            |path| path.text(world, Some(facts.body)),
        );
        let instr = &facts.func(self.func).instrs[at];
        Finding::new(
            &SLICE_APPEND,
            facts.place_of(instr),
            format!("each round appends to the same `{name}`, and goroutines keep the results"),
        )
        .here(
            Role::Write,
            "with room behind the last element, it is written over in the next round",
        )
        .label(
            Role::Spawn,
            facts.location(spawn.span),
            "this goroutine is given the grown slice",
        )
        .help(format!(
            "let each goroutine have an array of its own: `append(slices.Clip({name}), ...)`"
        ))
        .sure(
            Confidence::Medium,
            "the results share one array as long as there is room in it",
        )
        .inside(self.package.function_name(facts.body))
    }
}
