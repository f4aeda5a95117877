//! What one instruction reads and writes.

use contend_ir::{Body, Call, CallMode, Callee, InstrKind, Operand, PlaceId, RangeKind};
use contend_types::{ObjId, Type, TypeId, World};

use crate::accesses::{AccessKind, Subject};
use crate::binding::is_given;
use crate::library::{lock_call, package_path};
use crate::made_for_one::{made_for_one, used_through_interface};
use crate::manner::Manner;
use crate::path::{Path, Step};
use crate::reused::Reused;
use crate::roomy::Roomy;
use crate::touched::{Touch, touched};
use crate::values::Values;

/// Structures inside structures are looked into this deep.
const MAX_DEPTH: u32 = 2;

/// One use of memory.
pub struct Use {
    pub kind: AccessKind,
    pub subject: Subject,
    pub is_atomic: bool,
    pub verb: &'static str,
    pub path: Path,
    pub manner: Manner,
}

impl Use {
    /// A call of what is at the end of a path.
    pub fn call(path: Path, subject: Subject) -> Self {
        Self {
            kind: AccessKind::Read,
            subject,
            is_atomic: false,
            verb: "called",
            path,
            manner: Manner::Plain,
        }
    }
}

/// Where uses are found.
pub struct UsesOf<'a> {
    pub world: &'a World,
    pub body: &'a Body,
    pub values: &'a Values,
    pub(crate) reused: &'a Reused,
    pub(crate) roomy: &'a Roomy,
}

impl UsesOf<'_> {
    /// What the instruction does to memory.
    pub fn instr(&self, kind: InstrKind) -> Vec<Use> {
        let mut uses = Vec::new();
        if let Some((place, kind, verb)) = map_use(self.body, kind) {
            self.add(place, &[], Subject::Map, (kind, verb), &mut uses);
            return uses;
        }
        let read = (AccessKind::Read, "read");
        let write = (AccessKind::Write, "written");
        match kind {
            InstrKind::Read(place) => self.add(place, &[], Subject::Variable, read, &mut uses),
            // A result that is returned under its own name stays where it is.
            InstrKind::Write { place, value } if value == Operand::Place(place) => {}
            InstrKind::Write { place, .. } => {
                self.add(place, &[], Subject::Variable, write, &mut uses);
            }
            InstrKind::Append {
                dst,
                slice,
                args,
                spread,
            } => self.append((slice, dst), self.body.operands(args), spread, &mut uses),
            InstrKind::Copy { to, from } => {
                self.elements(
                    to,
                    Step::Each,
                    (AccessKind::Write, "copied over"),
                    &mut uses,
                );
                self.elements(
                    from,
                    Step::Each,
                    (AccessKind::Read, "copied from"),
                    &mut uses,
                );
            }
            InstrKind::Convert {
                value,
                ty: Some(ty),
                ..
            } if self.world.is_string(ty) => self.elements(value, Step::Each, read, &mut uses),
            InstrKind::Next {
                over,
                kind: RangeKind::Slice,
                key,
                value,
                ..
            } if self.values.is_used(value) => {
                let which = self.counter(key).map_or(Step::Each, Step::Round);
                self.elements(over, which, read, &mut uses);
            }
            InstrKind::Call(call) => self.call(self.body.call(call), &mut uses),
            _ => {}
        }
        uses
    }

    /// The variable that counts the rounds of a `range`.
    fn counter(&self, key: PlaceId) -> Option<PlaceId> {
        let mut instrs = self.body.funcs.iter().flat_map(|func| &func.instrs);
        instrs.find_map(|instr| match instr.kind {
            InstrKind::Write { place, value } if value == Operand::Place(key) => Some(place),
            _ => None,
        })
    }

    fn append(
        &self,
        (slice, grown): (Operand, PlaceId),
        args: &[Operand],
        spread: bool,
        uses: &mut Vec<Use>,
    ) {
        let moved = (AccessKind::Read, "copied by `append`");
        self.elements(slice, Step::Each, moved, uses);
        if let Operand::Place(place) = slice
            && (self.values.may_have_room(place)
                || is_given(self.world, self.body, place)
                || self.roomy.is_branched(self.body, place, grown))
        {
            let appended = (AccessKind::Write, "appended to");
            self.elements(slice, Step::Room, appended, uses);
        }
        if let Operand::Place(place) = slice
            && self.reused.has(self.body, place)
        {
            let refilled = (AccessKind::Write, "appended to");
            self.elements(slice, Step::Each, refilled, uses);
        }
        if let (Some(&last), true) = (args.last(), spread) {
            self.elements(last, Step::Each, (AccessKind::Read, "read"), uses);
        }
    }

    fn call(&self, call: &Call, uses: &mut Vec<Use>) {
        if call.mode != CallMode::Plain {
            return;
        }
        if let Some((place, kind)) = self.atomic(call) {
            let verb = match kind {
                AccessKind::Read => "read atomically",
                AccessKind::Write => "written atomically",
            };
            self.add(place, &[], Subject::Variable, (kind, verb), uses);
            for it in uses {
                it.is_atomic = true;
            }
            return;
        }
        if let Some(lock) = lock_call(self.world, self.body, call) {
            if lock.is_mutex {
                let used = (AccessKind::Read, "used as a lock");
                self.add(lock.place, &[], Subject::Variable, used, uses);
            }
            return;
        }
        let (Callee::Static(function) | Callee::Interface(function)) = call.callee else {
            return;
        };
        for operand in used_through_interface(self.world, self.body, call, function) {
            self.through_interface(operand, uses);
        }
        if let Some(receiver) = self.inherited_receiver(call, function) {
            self.through_interface(receiver, uses);
        }
        for (operand, touch) in touched(self.world, self.body, call, function) {
            if touch == Touch::Writes
                && call.receiver == Some(operand)
                && matches!(call.callee, Callee::Interface(_))
            {
                self.through_interface(operand, uses);
                continue;
            }
            let what = match touch {
                Touch::Reads => (AccessKind::Read, "read"),
                Touch::Writes => (AccessKind::Write, "written"),
            };
            self.behind(operand, what, uses);
        }
    }

    /// The receiver of a call of a method that an interface for one goroutine has from package io:
    /// `Write` of a `hash.Hash`.
    fn inherited_receiver(&self, call: &Call, method: ObjId) -> Option<Operand> {
        let receiver = call.receiver?;
        let (Operand::Place(place), Callee::Interface(_)) = (receiver, call.callee) else {
            return None;
        };
        let is_made_for_one = made_for_one(self.world, self.body.places.ty(place)?).is_some();
        (is_made_for_one && package_path(self.world, method) == "io").then_some(receiver)
    }

    /// The value that an interface holds, and that is changed by its methods.
    fn through_interface(&self, operand: Operand, uses: &mut Vec<Use>) {
        let first = uses.len();
        let what = (AccessKind::Write, "written");
        match operand {
            Operand::Addr(place) => {
                let ty = self.body.places.ty(place);
                if ty.is_some_and(|ty| made_for_one(self.world, ty).is_some()) {
                    self.add(place, &[], Subject::Variable, what, uses);
                }
            }
            Operand::Place(place) => {
                let Some(ty) = self.body.places.ty(place) else {
                    return;
                };
                let is_unknown = matches!(self.world.underlying_type(ty), Type::Interface { .. });
                if is_unknown || made_for_one(self.world, self.world.deref(ty).0).is_some() {
                    self.add(place, &[Step::Deref], Subject::Variable, what, uses);
                }
            }
            _ => {}
        }
        for it in &mut uses[first..] {
            it.manner = Manner::ThroughInterface;
        }
    }

    /// A function of `sync/atomic` that is given the address of a place.
    fn atomic(&self, call: &Call) -> Option<(PlaceId, AccessKind)> {
        let Callee::Static(function) = call.callee else {
            return None;
        };
        if call.receiver.is_some() || package_path(self.world, function) != "sync/atomic" {
            return None;
        }
        let &Operand::Addr(place) = self.body.operands(call.args).first()? else {
            return None;
        };
        let is_load = self.world.name(function).as_str().starts_with("Load");
        let kind = if is_load {
            AccessKind::Read
        } else {
            AccessKind::Write
        };
        Some((place, kind))
    }

    /// The elements of the slice that an operand is; nothing for strings.
    fn elements(
        &self,
        slice: Operand,
        which: Step,
        what: (AccessKind, &'static str),
        uses: &mut Vec<Use>,
    ) {
        if let Operand::Place(place) = slice
            && let Some(Type::Slice(_)) = self.type_of(place)
        {
            self.add(place, &[Step::Deref, which], Subject::Variable, what, uses);
        }
    }

    /// All that an argument of a library function refers to.
    fn behind(&self, operand: Operand, what: (AccessKind, &'static str), uses: &mut Vec<Use>) {
        let (place, steps) = match operand {
            Operand::Place(place) => (place, Vec::new()),
            Operand::Addr(place) => {
                self.add(place, &[], Subject::Variable, what, uses);
                (place, Vec::new())
            }
            _ => return,
        };
        if let Some(ty) = self.body.places.ty(place) {
            self.deep((place, steps), ty, what, 0, uses);
        }
    }

    fn deep(
        &self,
        (place, steps): (PlaceId, Vec<Step>),
        ty: TypeId,
        what: (AccessKind, &'static str),
        depth: u32,
        uses: &mut Vec<Use>,
    ) {
        let further = |step: &[Step]| (place, [&steps[..], step].concat());
        match self.world.underlying_type(ty) {
            Type::Map { .. } => self.add(place, &steps, Subject::Map, what, uses),
            Type::Slice(_) => {
                let (place, steps) = further(&[Step::Deref, Step::Each]);
                self.add(place, &steps, Subject::Variable, what, uses);
            }
            _ if self.is_reflected(ty) => {
                self.add(place, &[Step::Deref], Subject::Variable, what, uses);
            }
            // A type that writes its own text may well take a lock for it.
            _ if self.has_methods(ty) => {}
            Type::Pointer(pointee) if depth < MAX_DEPTH && !self.has_methods(*pointee) => {
                let (place, steps) = further(&[Step::Deref]);
                self.add(place, &steps, Subject::Variable, what, uses);
                self.deep((place, steps), *pointee, what, depth + 1, uses);
            }
            Type::Struct(fields) if depth < MAX_DEPTH && what.0 == AccessKind::Read => {
                for field in fields {
                    let inner = further(&[Step::Field(self.world.original(field.object))]);
                    self.deep(inner, field.ty, what, depth + 1, uses);
                }
            }
            _ => {}
        }
    }

    /// A `reflect.Value` refers to memory like a pointer.
    fn is_reflected(&self, ty: TypeId) -> bool {
        self.world.named_parts(ty).is_some_and(|(named, _)| {
            let object = self.world.named(named).object;
            self.world.name(object).as_str() == "Value"
                && package_path(self.world, object) == "reflect"
        })
    }

    fn has_methods(&self, ty: TypeId) -> bool {
        let (ty, _) = self.world.deref(ty);
        self.world.named_parts(ty).is_some()
            && !self.world.method_set(self.world.pointer_to(ty)).is_empty()
    }

    fn type_of(&self, place: PlaceId) -> Option<&Type> {
        let ty = self.body.places.ty(place)?;
        Some(self.world.underlying_type(ty))
    }

    fn add(
        &self,
        place: PlaceId,
        further: &[Step],
        subject: Subject,
        (kind, verb): (AccessKind, &'static str),
        uses: &mut Vec<Use>,
    ) {
        let path = self
            .values
            .path_behind(self.world, self.body, place, further, subject);
        uses.extend(path.map(|path| Use {
            kind,
            subject,
            is_atomic: false,
            verb,
            path,
            manner: Manner::Plain,
        }));
    }
}

fn map_use(body: &Body, kind: InstrKind) -> Option<(PlaceId, AccessKind, &'static str)> {
    let of_element = |element| body.places.kind(element).base();
    Some(match kind {
        InstrKind::MapRead { element, .. } => (of_element(element)?, AccessKind::Read, "read"),
        InstrKind::MapLen(map) => (map, AccessKind::Read, "read"),
        InstrKind::Next {
            over: Operand::Place(map),
            kind: RangeKind::Map,
            ..
        } => (map, AccessKind::Read, "read"),
        InstrKind::MapWrite { element, .. } => (of_element(element)?, AccessKind::Write, "written"),
        InstrKind::MapDelete { element } => (of_element(element)?, AccessKind::Write, "written"),
        InstrKind::MapClear(map) => (map, AccessKind::Write, "written"),
        _ => return None,
    })
}

/// The variables of a body that another function can know: function literals capture them, or
/// their address is taken.
pub fn exposed(body: &Body) -> rustc_hash::FxHashSet<ObjId> {
    let captured = body
        .funcs
        .iter()
        .flat_map(|func| &func.captures)
        .map(|capture| capture.variable);
    let values = body
        .funcs
        .iter()
        .flat_map(|func| &func.instrs)
        .filter_map(|instr| match instr.kind {
            InstrKind::Write { value, .. }
            | InstrKind::MapWrite { value, .. }
            | InstrKind::Send { value, .. }
            | InstrKind::Convert { value, .. } => Some(value),
            _ => None,
        });
    let operands = body.operands.iter().copied().chain(values);
    let addressed = operands.filter_map(|operand| match operand {
        Operand::Addr(place) => body.places.root_var(place),
        _ => None,
    });
    captured.chain(addressed).collect()
}
