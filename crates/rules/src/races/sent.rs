//! CT1006 and CT1104: a map or a slice is sent to another goroutine, or given to one that starts, and the
//! sender goes on to fill the same one.
//!
//! A slice that is cut to nothing and appended to again keeps its array, whichever function appends:
//! what is appended then takes the place of what was handed out.

use contend_analysis::accesses::{Access, Accesses, Subject};
use contend_analysis::goroutines::{Region, Spawn, Walk, spawns};
use contend_analysis::package::{BodyFacts, Package, declared_in};
use contend_analysis::path::{Path, Step};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{
    AllocKind, BlockId, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind, RangeKind,
    SelectKind, Terminator,
};
use contend_types::{ObjId, Type};

use super::kinds::SLICE_APPEND;
use super::spawned::NEAR;
use crate::guarded::ESCAPE;

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for (id, func) in facts.body.funcs() {
            let sender = Sender {
                package,
                accesses,
                facts,
                id,
                func,
            };
            for send in sends(facts, func) {
                let kept = sender.parts(send.value).into_iter();
                findings.extend(kept.filter_map(|part| sender.written_again(&send, part)));
            }
            for spawn in spawns(package, facts, id) {
                findings.extend(sender.refilled_beside(&spawn));
            }
        }
    }
}

/// A send.
struct Send {
    /// The instruction, or the last one before the `select`.
    at: usize,
    value: Operand,
    /// Where control goes on when this case of a `select` has sent.
    target: Option<BlockId>,
}

fn sends(facts: &BodyFacts, func: &Func) -> Vec<Send> {
    let mut sends = Vec::new();
    for (_, block) in func.blocks() {
        let instrs = block.instrs.as_usize();
        sends.extend(instrs.clone().filter_map(|at| match func.instrs[at].kind {
            InstrKind::Send { value, .. } => Some(Send {
                at,
                value,
                target: None,
            }),
            _ => None,
        }));
        if let (Terminator::Select(select), Some(at)) = (block.terminator, instrs.last()) {
            let cases = facts.body.selects[select.index()].cases.iter();
            sends.extend(cases.filter_map(|case| match case.kind {
                SelectKind::Send { value, .. } => Some(Send {
                    at,
                    value,
                    target: Some(case.target),
                }),
                _ => None,
            }));
        }
    }
    sends
}

/// A function that sends.
struct Sender<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    facts: &'a BodyFacts<'a>,
    id: FuncId,
    func: &'a Func,
}

/// Where the sender writes again, and its calls on the way.
struct Written {
    location: Location,
    calls: Vec<Location>,
    /// Where the slice is cut to nothing before it is appended to.
    emptied: Option<Location>,
}

/// A place whose map or slice goes with a value.
#[derive(Clone, Copy)]
struct Part {
    place: PlaceId,
    /// The field of the value that it was put into.
    field: Option<ObjId>,
}

fn whole(place: PlaceId) -> Part {
    Part { place, field: None }
}

/// What the receiver shares with the sender.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shared {
    Map,
    /// The array behind a slice.
    Array,
}

impl Sender<'_> {
    /// The places whose maps and slices go with a value: its own, that of the slice it was cut from,
    /// those of its fields where it was just made.
    fn parts(&self, value: Operand) -> Vec<Part> {
        let Operand::Place(place) = value else {
            return Vec::new();
        };
        let places = &self.facts.body.places;
        if !matches!(places.kind(place), PlaceKind::Temp(_)) {
            return vec![whole(place)];
        }
        if let Some(base) = self.cut_from(place) {
            return vec![whole(base)];
        }
        let mut is_made = false;
        let mut parts = Vec::new();
        for instr in &self.func.instrs {
            match instr.kind {
                InstrKind::Alloc {
                    dst,
                    kind: AllocKind::Composite | AllocKind::New,
                    ..
                } if dst == place => is_made = true,
                InstrKind::Write {
                    place: to,
                    value: Operand::Place(from),
                } if is_made && places.root(to) == place => parts.push(Part {
                    place: self.cut_from(from).unwrap_or(from),
                    field: match places.kind(to) {
                        PlaceKind::Field { field, .. } => Some(field),
                        _ => None,
                    },
                }),
                _ => {}
            }
        }
        parts
    }

    /// The slice that an expression cuts, as `buf` for `buf[:n]`.
    fn cut_from(&self, cut: PlaceId) -> Option<PlaceId> {
        self.func.instrs.iter().find_map(|instr| match instr.kind {
            InstrKind::Slice {
                dst,
                base: Operand::Place(base),
                ..
            } if dst == cut => Some(base),
            _ => None,
        })
    }

    fn written_again(&self, send: &Send, part: Part) -> Option<Finding> {
        let place = part.place;
        let (world, body) = (self.package.world, self.facts.body);
        let shared = match world.underlying_type(body.places.ty(place)?) {
            Type::Map { .. } => Shared::Map,
            Type::Slice(_) => Shared::Array,
            _ => return None,
        };
        body.places.root_var(place)?;
        let own = Path::of(body, place).filter(Path::is_exact)?;
        let walk = Walk {
            package: self.package,
            facts: self.facts,
            func: self.func,
            spawn: None,
            ends_at_receive: true,
            path: Some(&own),
        };
        let later = match send.target {
            Some(target) => walk.beginning_at(target),
            None => walk.after(send.at),
        };
        let named = self.accesses.path(self.facts, place, Subject::Map)?;
        let written = self.write(&later, &named, shared);
        let refilled = || match shared {
            Shared::Array => self.refilled(Some(&later), place, &named),
            Shared::Map => None,
        };
        let written = written.or_else(refilled)?;
        let found = self.finding((send.at, "sent by reference"), written, &own, shared);
        Some(match self.received(send.value, part.field, shared) {
            Some(read) => {
                let text = format!("{} by who receives it", read.verb);
                found.label(Role::Read, read.location, text)
            }
            None => found,
        })
    }

    /// Where a function of the package that receives such values reads what was sent.
    fn received(&self, value: Operand, field: Option<ObjId>, shared: Shared) -> Option<Access> {
        let (Operand::Place(sent) | Operand::Addr(sent)) = value else {
            return None;
        };
        let ty = self.facts.body.places.ty(sent)?;
        let wanted: Vec<Step> = field.map(Step::Field).into_iter().collect();
        let is_it = |access: &&Access| {
            let root = access.path.variable();
            let is_received = root.is_some_and(|it| self.package.world.object_type(it) == ty);
            let rest = access.path.steps.strip_prefix(&wanted[..]);
            let is_inside = rest.is_some_and(|rest| match shared {
                Shared::Map => rest.is_empty() && access.subject == Subject::Map,
                Shared::Array => rest.first() == Some(&Step::Deref),
            });
            is_received && is_inside && !access.is_write()
        };
        self.package.own_bodies().iter().find_map(|facts| {
            let mut funcs = facts.body.funcs();
            funcs.find_map(|(id, func)| {
                let receives = func.instrs.iter().any(|instr| match instr.kind {
                    InstrKind::Receive { .. } => true,
                    InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
                    _ => false,
                });
                let read = self.accesses.own(facts.index, id).iter().find(is_it);
                read.filter(|_| receives).cloned()
            })
        })
    }

    /// A write of what was sent.
    fn write(&self, later: &Region, named: &Path, shared: Shared) -> Option<Written> {
        let is_it = |path: &Path| match path.steps.strip_prefix(&named.steps[..]) {
            _ if path.root != named.root => false,
            Some(rest) => match shared {
                Shared::Map => rest.is_empty(),
                Shared::Array => {
                    matches!(
                        rest,
                        [Step::Deref, Step::Each | Step::At(_) | Step::Constant(_)]
                    )
                }
            },
            None => false,
        };
        let subject = match shared {
            Shared::Map => Subject::Map,
            Shared::Array => Subject::Variable,
        };
        let all = self.accesses.of(self.facts.index, self.id).into_iter();
        let mut writes =
            all.filter(|it| it.is_write() && it.subject == subject && it.calls.len() <= NEAR);
        let written =
            writes.find(|it| later.contains(it.at) && it.locks.is_empty() && is_it(&it.path));
        written.map(|it| Written {
            location: it.location,
            calls: it.calls,
            emptied: None,
        })
    }

    /// `list = list[:0]`, to append to it again: where that is done, here or in another function of the
    /// package. A slice that was handed out by another name may have been cut before.
    fn refilled(&self, later: Option<&Region>, list: PlaceId, named: &Path) -> Option<Written> {
        let body = self.facts.body;
        let instrs = &self.func.instrs;
        let is_cut = |place: PlaceId, value: Operand| {
            instrs.iter().any(|it| {
                matches!(it.kind, InstrKind::Slice { dst, base: Operand::Place(base), low: Operand::Int(0) }
                    if base == place && value == Operand::Place(dst))
            })
        };
        let is_alias = Path::of(body, list).as_ref() != Some(named);
        let mut all = instrs.iter().enumerate();
        let cut = all.find_map(|(at, it)| match it.kind {
            InstrKind::Write { place, value } if is_cut(place, value) => {
                let is_it = place == list
                    || is_alias
                        && self.accesses.path(self.facts, place, Subject::Map).as_ref()
                            == Some(named);
                let is_later = is_alias || later.is_some_and(|it| it.contains(at));
                (is_it && is_later).then_some((place, it))
            }
            _ => None,
        });
        let (place, cut) = cut?;
        let cut = self.facts.place_of(cut);
        let is_grown = instrs.iter().any(|it| {
            matches!(it.kind, InstrKind::Append { slice, .. } if slice == Operand::Place(place))
        });
        match body.places.kind(place) {
            _ if is_grown => Some(Written {
                location: cut,
                calls: Vec::new(),
                emptied: None,
            }),
            PlaceKind::Field { field, .. } => Some(Written {
                location: self.appended_to(field)?,
                calls: Vec::new(),
                emptied: Some(cut),
            }),
            _ => None,
        }
    }

    /// Where a function of the package appends to a field, and puts the result back.
    fn appended_to(&self, field: ObjId) -> Option<Location> {
        self.package.own_bodies().iter().find_map(|facts| {
            let is_it = |place: PlaceId| {
                matches!(facts.body.places.kind(place), PlaceKind::Field { field: it, .. } if it == field)
            };
            let mut instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
            let grown = instrs.find(|it| {
                matches!(it.kind, InstrKind::Append { slice: Operand::Place(slice), .. } if is_it(slice))
            });
            grown.map(|it| facts.place_of(it))
        })
    }

    /// A slice that a goroutine is given, and that is refilled while it runs.
    fn refilled_beside(&self, spawn: &Spawn) -> Option<Finding> {
        let (world, body) = (self.package.world, self.facts.body);
        let literal = spawn.literal(self.package).map(|it| &it.captures);
        let captured = literal.into_iter().flatten();
        let captured = captured.filter_map(|it| body.places.variable(it.variable));
        let args = spawn.started.args.iter().filter_map(|&arg| match arg {
            Operand::Place(place) => Some(place),
            _ => None,
        });
        let is_awaited = declared_in(self.package, self.facts.index)
            .is_some_and(|function| self.package.waiting.waits(function));
        let is_slice = |place: PlaceId| {
            let ty = body.places.ty(place);
            ty.is_some_and(|ty| matches!(world.underlying_type(ty), Type::Slice(_)))
        };
        let mut given = captured
            .chain(args)
            .filter(|&it| !is_awaited && is_slice(it));
        given.find_map(|place| {
            let own = Path::of(body, place).filter(Path::is_exact)?;
            let named = self.accesses.path(self.facts, place, Subject::Map)?;
            let walk = Walk {
                package: self.package,
                facts: self.facts,
                func: self.func,
                spawn: Some(spawn),
                ends_at_receive: true,
                path: Some(&own),
            };
            let written = self.refilled(Some(&walk.after(spawn.at)), place, &named)?;
            let found = self.finding(
                (spawn.at, "given by reference"),
                written,
                &own,
                Shared::Array,
            );
            let inside = self.accesses.inside(&spawn.started).iter();
            let mut inside = inside.filter(|it| !it.is_write());
            let read = inside.find(|it| {
                let is_by_name =
                    it.path.root == named.root && it.path.steps.starts_with(&named.steps);
                it.path.root == own.root || is_by_name
            });
            Some(match read {
                Some(read) => found.label(Role::Read, read.location, "read by the goroutine"),
                None => found,
            })
        })
    }

    fn finding(
        &self,
        (sent, how): (usize, &str),
        written: Written,
        own: &Path,
        shared: Shared,
    ) -> Finding {
        let facts = self.facts;
        let name = own.text(self.package.world, Some(facts.body));
        let sent = facts.place_of(&self.func.instrs[sent]);
        let (rule, text, help) = match shared {
            Shared::Map => (
                &ESCAPE,
                format!("map `{name}` is written after it was sent to another goroutine"),
                "send a copy (`maps.Clone`), or make a new map for each message",
            ),
            Shared::Array => (
                &SLICE_APPEND,
                format!("the array of `{name}` is written after another goroutine was given it"),
                "send a copy (`slices.Clone`), or make a new slice for each message",
            ),
        };
        let found = Finding::new(rule, written.location, text)
            .here(Role::Write, "whoever received it may be reading it")
            .label(Role::Other, sent, how);
        let calls = written.calls.into_iter();
        let found = calls.fold(found, |found, call| {
            found.label(Role::Other, call, "called here")
        });
        let found = match written.emptied {
            Some(emptied) => found.label(Role::Other, emptied, "emptied here, in the same array"),
            None => found,
        };
        found
            .help(help)
            .sure(
                Confidence::Medium,
                "nothing waits in between for the one that received it",
            )
            .inside(self.package.function_name(facts.body))
    }
}
