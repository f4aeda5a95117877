//! CT1001 and CT1002: two goroutines use one map and no lock keeps them apart.
//!
//! A goroutine here is a function literal after `go` (or given to `WaitGroup.Go` and the like).
//! It is compared with what the function around it does after the start and before it waits, with
//! the other goroutines started there, and with itself where it is started in a loop.

use contend_base::Span;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{FuncId, FuncKind, InstrKind};
use contend_types::{LoopVar, ObjectKind, VarKind};

use crate::callers::expects_lock;
use crate::goroutines::{Spawn, Walk, changes, spawns};
use crate::library::Mode;
use crate::map_accesses::{Access, AccessKind, map_accesses};
use crate::package::{BodyFacts, Package};
use crate::path::{Path, Root};

pub(crate) static WRITE_WRITE: RuleMeta = RuleMeta {
    code: "CT1001",
    name: "map-write-write",
    summary: "two goroutines write to one map without a common lock",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_write_write.md"),
};

pub(crate) static READ_WRITE: RuleMeta = RuleMeta {
    code: "CT1002",
    name: "map-read-write",
    summary: "a goroutine reads a map while another one writes to it",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_read_write.md"),
};

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    for facts in &package.bodies {
        for (id, _) in facts.body.funcs() {
            let spawns = spawns(package, facts, id);
            if !spawns.is_empty() {
                check_function(package, facts, id, &spawns, findings);
            }
        }
    }
}

/// Two accesses that nothing orders.
struct Race<'a> {
    /// In the goroutine.
    one: &'a Access,
    spawn: &'a Spawn,
    other: &'a Access,
    /// The goroutine of `other`; `None` for the function around both.
    other_spawn: Option<&'a Spawn>,
}

fn check_function(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    spawns: &[Spawn],
    findings: &mut Vec<Finding>,
) {
    let own = map_accesses(facts, id);
    let inside: Vec<Vec<Access>> = spawns
        .iter()
        .map(|spawn| map_accesses(facts, spawn.literal))
        .collect();
    for (at, spawn) in spawns.iter().enumerate() {
        for map in maps_of(&inside[at]) {
            if !is_one_map(package, facts, spawn, map) {
                continue;
            }
            let goroutine = Goroutine {
                package,
                facts,
                id,
                spawn,
                map,
            };
            let beside = goroutine.beside();
            let all: Vec<&Access> = inside[at].iter().filter(|it| it.map == *map).collect();
            let free = goroutine.before_any_wait(&all);
            let mut races = Vec::new();
            for &one in &free {
                let others = own.iter().filter(|other| beside.contains(other.at));
                races.extend(others.map(|other| Race {
                    one,
                    spawn,
                    other,
                    other_spawn: None,
                }));
                for (sibling, other_spawn) in spawns.iter().enumerate().skip(at + 1) {
                    if !beside.contains(other_spawn.at) {
                        continue;
                    }
                    let others = inside[sibling].iter();
                    races.extend(others.map(|other| Race {
                        one,
                        spawn,
                        other,
                        other_spawn: Some(other_spawn),
                    }));
                }
            }
            if beside.contains(spawn.at) && !is_per_round(package, map) {
                for &one in &all {
                    let rivals = all.iter().copied();
                    races.extend(rivals.map(|other| Race {
                        one,
                        spawn,
                        other,
                        other_spawn: Some(spawn),
                    }));
                }
            }
            races.retain(|race| race.other.map == *map && is_race(package, facts, race));
            findings.extend(worst(&races).map(|race| finding(package, facts, race)));
        }
    }
}

fn maps_of(accesses: &[Access]) -> Vec<&Path> {
    let mut maps: Vec<&Path> = accesses.iter().map(|access| &access.map).collect();
    maps.sort_unstable();
    maps.dedup();
    maps
}

/// A goroutine and one of the maps it uses.
struct Goroutine<'a> {
    package: &'a Package<'a>,
    facts: &'a BodyFacts<'a>,
    /// The function that starts it.
    id: FuncId,
    spawn: &'a Spawn,
    map: &'a Path,
}

impl Goroutine<'_> {
    /// What the function around it does at the same time.
    fn beside(&self) -> crate::goroutines::Region {
        let walk = Walk {
            package: self.package,
            facts: self.facts,
            func: self.facts.func(self.id),
            spawn: Some(self.spawn),
            ends_at_receive: false,
            path: Some(self.map),
        };
        walk.after(self.spawn.at)
    }

    /// Accesses that the goroutine may come to without waiting for anybody.
    fn before_any_wait<'b>(&self, accesses: &[&'b Access]) -> Vec<&'b Access> {
        let walk = Walk {
            package: self.package,
            facts: self.facts,
            func: self.facts.func(self.spawn.literal),
            spawn: None,
            ends_at_receive: true,
            path: None,
        };
        let free = walk.whole();
        accesses
            .iter()
            .copied()
            .filter(|access| free.contains(access.at))
            .collect()
    }
}

/// True if the path means the same map in the goroutine and around it: it starts at a variable
/// that both know, and the goroutine does not assign to anything on the way.
fn is_one_map(package: &Package, facts: &BodyFacts, spawn: &Spawn, map: &Path) -> bool {
    let Root::Var(variable) = map.root else {
        return false;
    };
    let literal = facts.func(spawn.literal);
    let is_package_var = package.world.object(variable).kind == ObjectKind::Var(VarKind::Package);
    let is_known = literal.captures(variable) || is_package_var;
    is_known && !assigns(facts, spawn.literal, map, 0)
}

fn assigns(facts: &BodyFacts, id: FuncId, map: &Path, depth: u32) -> bool {
    facts.func(id).instrs.iter().any(|instr| match instr.kind {
        InstrKind::Write { place, .. } => changes(facts.body, map, place),
        InstrKind::Call(call) => {
            let literal = facts.literals.of_callee(facts.body.call(call).callee);
            literal.is_some_and(|inner| depth < 4 && assigns(facts, inner, map, depth + 1))
        }
        _ => false,
    })
}

/// True if each round of a loop has a variable of its own where the path starts.
fn is_per_round(package: &Package, map: &Path) -> bool {
    map.variable().is_some_and(|variable| {
        let kind = package.world.object(variable).kind;
        kind == ObjectKind::Var(VarKind::Loop(LoopVar::PerIteration))
    })
}

fn is_race(package: &Package, facts: &BodyFacts, race: &Race) -> bool {
    let has_write = race.one.kind == AccessKind::Write || race.other.kind == AccessKind::Write;
    has_write
        && !have_common_lock(package, facts, race)
        && (race.other_spawn.is_some() || !caller_may_hold(package, facts, race))
}

/// True if the function around the goroutine may be called with the lock held that the goroutine
/// takes itself.
fn caller_may_hold(package: &Package, facts: &BodyFacts, race: &Race) -> bool {
    if race.one.locks.is_empty() {
        return false;
    }
    let by_caller = match facts.body.funcs.first().map(|func| func.kind) {
        Some(FuncKind::Declared(function)) => race.one.locks.iter().any(|(path, _)| {
            path.last_field()
                .is_some_and(|field| package.callers.may_hold(function, field))
        }),
        _ => false,
    };
    by_caller || expects_lock(package.world, package.files, facts.body)
}

/// Locks that only one side can name may be the same lock under two names: they count as common.
fn have_common_lock(package: &Package, facts: &BodyFacts, race: &Race) -> bool {
    let is_named_by_both = |path: &Path| {
        path.variable().is_some_and(|variable| {
            let kind = package.world.object(variable).kind;
            facts.func(race.spawn.literal).captures(variable)
                || kind == ObjectKind::Var(VarKind::Package)
        })
    };
    race.one.locks.iter().any(|(one, one_mode)| {
        race.other.locks.iter().any(|(other, other_mode)| {
            let excludes = *one_mode == Mode::Exclusive || *other_mode == Mode::Exclusive;
            let is_same = one == other || !is_named_by_both(one) || !is_named_by_both(other);
            is_same && excludes
        })
    })
}

/// The race to report: two writes rather than a read, the function around rather than a sibling,
/// then the first in the source.
fn worst<'a>(races: &'a [Race<'a>]) -> Option<&'a Race<'a>> {
    races.iter().min_by_key(|race| {
        let is_sibling = race.other_spawn.is_some();
        (
            !is_write_write(race),
            is_sibling,
            race.one.span,
            race.other.span,
        )
    })
}

fn is_write_write(race: &Race) -> bool {
    race.one.kind == AccessKind::Write && race.other.kind == AccessKind::Write
}

fn finding(package: &Package, facts: &BodyFacts, race: &Race) -> Finding {
    let name = race.one.map.text(package.world, facts.body);
    let is_self = race
        .other_spawn
        .is_some_and(|spawn| std::ptr::eq(spawn, race.spawn));
    let mut finding = if is_write_write(race) {
        let message = match race.other_spawn {
            Some(_) if is_self => format!("goroutines started in a loop all write to map `{name}`"),
            Some(_) => format!("two goroutines write to map `{name}` without a common lock"),
            None => format!(
                "map `{name}` is written by a goroutine and by the function that started it"
            ),
        };
        Finding::new(&WRITE_WRITE, facts.location(race.one.span), message).here(
            Role::Write,
            format!(
                "written by the goroutine, {}",
                locks(package, facts, race.one)
            ),
        )
    } else {
        let write = if race.one.kind == AccessKind::Write {
            race.one
        } else {
            race.other
        };
        let message = format!("map `{name}` is read while a goroutine may write to it");
        Finding::new(&READ_WRITE, facts.location(write.span), message).here(
            Role::Write,
            format!("written, {}", locks(package, facts, write)),
        )
    };
    if is_write_write(race) || race.one.kind == AccessKind::Write {
        if race.one.span != race.other.span {
            finding = finding.label(role(race.other), facts.location(race.other.span), {
                format!(
                    "also {}, {}",
                    race.other.verb,
                    locks(package, facts, race.other)
                )
            });
        }
    } else {
        finding = finding.label(role(race.one), facts.location(race.one.span), {
            format!(
                "also {}, {}",
                race.one.verb,
                locks(package, facts, race.one)
            )
        });
    }
    let start = if is_self {
        "started in a loop: many at a time"
    } else {
        "the goroutine starts here"
    };
    finding = finding.label(Role::Spawn, facts.location(head(race.spawn.span)), start);
    if let Some(other) = race.other_spawn.filter(|_| !is_self) {
        finding = finding.label(
            Role::Spawn,
            facts.location(head(other.span)),
            "the other one starts here",
        );
    }
    finding
        .help("guard the map by one mutex on both sides, or let one goroutine own it")
        .sure(
            Confidence::High,
            "both accesses name the same map, and nothing orders them",
        )
        .inside(package.function_name(facts.body))
}

fn role(access: &Access) -> Role {
    match access.kind {
        AccessKind::Read => Role::Read,
        AccessKind::Write => Role::Write,
    }
}

fn locks(package: &Package, facts: &BodyFacts, access: &Access) -> String {
    if access.locks.is_empty() {
        return "no lock held".to_owned();
    }
    let names = access.locks.iter().map(|(path, mode)| {
        let shared = if *mode == Mode::Shared {
            " (for reading)"
        } else {
            ""
        };
        format!("`{}`{shared}", path.text(package.world, facts.body))
    });
    format!("holding {}", names.collect::<Vec<_>>().join(" and "))
}

/// The first bytes of a goroutine's function: its whole body would hide the rest.
fn head(span: Span) -> Span {
    Span::new(span.start, span.end.min(span.start + 6))
}
