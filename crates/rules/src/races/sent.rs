//! CT1006 and CT1104: a map or a slice is sent to another goroutine, and the sender goes on to fill
//! the same one.

use contend_analysis::accesses::{Access, Accesses, Subject};
use contend_analysis::goroutines::{Region, Walk};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::{Path, Step};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{AllocKind, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind, RangeKind};
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
            for (at, instr) in func.instrs.iter().enumerate() {
                if let InstrKind::Send { value, .. } = instr.kind {
                    let kept = sender.parts(value).into_iter();
                    findings.extend(kept.filter_map(|part| sender.written_again(at, value, part)));
                }
            }
        }
    }
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
        let mut is_made = false;
        let mut parts = Vec::new();
        for instr in &self.func.instrs {
            match instr.kind {
                InstrKind::Slice {
                    dst,
                    base: Operand::Place(base),
                    ..
                } if dst == place => return vec![whole(base)],
                InstrKind::Alloc {
                    dst,
                    kind: AllocKind::Composite | AllocKind::New,
                    ..
                } if dst == place => is_made = true,
                InstrKind::Write {
                    place: to,
                    value: Operand::Place(from),
                } if is_made && places.root(to) == place => parts.push(Part {
                    place: from,
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

    fn written_again(&self, sent: usize, value: Operand, part: Part) -> Option<Finding> {
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
        let later = walk.after(sent);
        let named = self.accesses.path(self.facts, place, Subject::Map)?;
        let written = self.write(&later, &named, shared);
        let written = written.or_else(|| self.refilled(&later, place, shared))?;
        let found = self.finding(sent, written, &own, shared);
        Some(match self.received(value, part.field, shared) {
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
        })
    }

    /// `list = list[:0]`, to append to it again.
    fn refilled(&self, later: &Region, list: PlaceId, shared: Shared) -> Option<Written> {
        let instrs = &self.func.instrs;
        let is_cut = |value: Operand| {
            instrs.iter().any(|it| {
                matches!(it.kind, InstrKind::Slice { dst, base: Operand::Place(base), .. }
                    if base == list && value == Operand::Place(dst))
            })
        };
        let is_grown = instrs.iter().any(|it| {
            matches!(it.kind, InstrKind::Append { slice, .. } if slice == Operand::Place(list))
        });
        let mut all = instrs.iter().enumerate();
        let cut = all.find(|(at, it)| {
            later.contains(*at)
                && matches!(it.kind, InstrKind::Write { place, value }
                    if place == list && is_cut(value))
        });
        cut.filter(|_| shared == Shared::Array && is_grown)
            .map(|(_, it)| Written {
                location: self.facts.place_of(it),
                calls: Vec::new(),
            })
    }

    fn finding(&self, sent: usize, written: Written, own: &Path, shared: Shared) -> Finding {
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
                format!("the array of `{name}` is written after it was sent to another goroutine"),
                "send a copy (`slices.Clone`), or make a new slice for each message",
            ),
        };
        let found = Finding::new(rule, written.location, text)
            .here(Role::Write, "whoever received it may be reading it")
            .label(Role::Other, sent, "sent by reference");
        let calls = written.calls.into_iter();
        let found = calls.fold(found, |found, call| {
            found.label(Role::Other, call, "called here")
        });
        found
            .help(help)
            .sure(
                Confidence::Medium,
                "nothing waits in between for the one that received it",
            )
            .inside(self.package.function_name(facts.body))
    }
}
