//! Calls through interfaces of which only one method can be meant.
//!
//! Such a call is turned into a plain call of that method, in the bodies themselves: whoever reads
//! them later sees locks, accesses and goroutines behind it as behind any other call. The receiver
//! stays the interface value: what the method reaches through its receiver is named by way of it.

use contend_base::SourceMap;
use contend_ir::{
    Body, Callee, FuncId, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{Implementers, Lookup, ObjId, ObjectKind, PkgId, TypeId, VarKind, World};
use rustc_hash::FxHashMap;

use crate::library::{is_test, may_be_std, package_path};

/// What is stored is followed through so many variables, fields and results.
const MAX_ROUNDS: usize = 3;

/// Something that holds an interface value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    /// A variable that is no parameter, or a field in all structs of its type.
    Object(ObjId),
    /// The value of an expression, in the body of this number.
    Temp(usize, PlaceId),
    /// The first result of a function.
    Result(ObjId),
}

/// The type of all values that a holder gets in a package; `None` if that is not one type.
type Held = FxHashMap<Holder, Option<TypeId>>;

/// Knows all types of a program.
pub struct Dispatch<'a> {
    world: &'a World,
    files: &'a SourceMap,
    implementers: Implementers<'a>,
}

impl<'a> Dispatch<'a> {
    /// Built once, when all declarations are known.
    pub fn new(world: &'a World, files: &'a SourceMap) -> Self {
        Self {
            world,
            files,
            implementers: Implementers::new(world, world.defined_types()),
        }
    }

    /// Resolves the calls in all bodies of a package, to methods of the packages whose functions
    /// are known by now: others are found when the whole program is looked at.
    pub fn resolve(&self, bodies: &mut [Body], is_known: impl Fn(PkgId) -> bool) {
        let calls = bodies.iter().flat_map(|body| &body.calls);
        if !calls
            .into_iter()
            .any(|call| matches!(call.callee, Callee::Interface(_)))
        {
            return;
        }
        let held = self.held(bodies);
        let mut only: FxHashMap<(TypeId, ObjId), Option<ObjId>> = FxHashMap::default();
        for (index, body) in bodies.iter_mut().enumerate() {
            for at in 0..body.calls.len() {
                let call = &body.calls[at];
                let (Callee::Interface(method), Some(interface)) = (call.callee, call.receiver_ty)
                else {
                    continue;
                };
                let ty = match call.receiver {
                    Some(Operand::Place(place) | Operand::Addr(place)) => self
                        .holder(body, index, place)
                        .and_then(|it| *held.get(&it)?),
                    _ => None,
                };
                let callee = match ty {
                    Some(ty) => self.method(ty, method),
                    None => *only
                        .entry((interface, method))
                        .or_insert_with(|| self.only(interface, method)),
                };
                let package = callee.and_then(|it| self.world.object(it).package);
                if let Some(callee) = callee
                    && package.is_some_and(&is_known)
                {
                    body.calls[at].callee = Callee::Static(callee);
                }
            }
        }
    }

    /// The one method of the program behind a method of an interface. Types of tests stand in for
    /// others, and interfaces of the library are implemented everywhere.
    fn only(&self, interface: TypeId, method: ObjId) -> Option<ObjId> {
        if !self.world.is_interface(interface) || may_be_std(package_path(self.world, method)) {
            return None;
        }
        let mut found = None;
        for &ty in self.implementers.of(interface).iter() {
            let callee = self.method(ty, method)?;
            let location = self.world.object(callee).location?;
            if is_test(self.files, location.file) {
                continue;
            }
            if found.replace(callee).is_some_and(|it| it != callee) {
                return None;
            }
        }
        found
    }

    /// The method of that name that a type declares itself: an embedded value has another name.
    fn method(&self, ty: TypeId, method: ObjId) -> Option<ObjId> {
        let object = self.world.object(method);
        match self.world.lookup(ty, true, object.package, object.name) {
            Lookup::Method(selected) if selected.path.len() == 1 => {
                let is_declared = matches!(
                    self.world.object(selected.object).kind,
                    ObjectKind::Func { .. }
                );
                is_declared.then_some(self.world.original(selected.object))
            }
            _ => None,
        }
    }

    fn held(&self, bodies: &[Body]) -> Held {
        let mut held = Held::default();
        for _ in 0..MAX_ROUNDS {
            let mut next = Held::default();
            for (index, body) in bodies.iter().enumerate() {
                self.body(body, index, &held, &mut next);
            }
            if next == held {
                break;
            }
            held = next;
        }
        held
    }

    fn body(&self, body: &Body, index: usize, held: &Held, next: &mut Held) {
        for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
            let (place, value) = match instr.kind {
                InstrKind::Write { place, value } => (place, value),
                InstrKind::Convert { dst, value, .. } => (dst, value),
                InstrKind::Call(call) => {
                    let call = body.call(call);
                    if let Callee::Static(function) = call.callee
                        && let Some(&Operand::Place(result)) = body.operands(call.results).first()
                        && let Some(&ty) = held.get(&Holder::Result(function))
                    {
                        next.insert(Holder::Temp(index, result), ty);
                    }
                    continue;
                }
                _ => continue,
            };
            if let Some(holder) = self.holder(body, index, place) {
                self.store(body, index, value, holder, (held, next));
            }
        }
        let func = body.func(FuncId::new(0));
        let FuncKind::Declared(function) = func.kind else {
            return;
        };
        for block in &func.blocks {
            if let Terminator::Return(list) = block.terminator
                && let Some(&value) = body.operands(list).first()
            {
                self.store(body, index, value, Holder::Result(function), (held, next));
            }
        }
    }

    fn store(
        &self,
        body: &Body,
        index: usize,
        value: Operand,
        to: Holder,
        (held, next): (&Held, &mut Held),
    ) {
        let ty = match value {
            Operand::Nil => return,
            Operand::Place(place) => body.places.ty(place).and_then(|ty| {
                if !self.world.is_interface(ty) {
                    return Some(ty);
                }
                let holder = self.holder(body, index, place)?;
                held.get(&holder).copied().flatten()
            }),
            Operand::Addr(place) => body.places.ty(place).map(|ty| self.world.pointer_to(ty)),
            _ => None,
        };
        next.entry(to)
            .and_modify(|known| {
                if *known != ty {
                    *known = None;
                }
            })
            .or_insert(ty);
    }

    /// What holds the value at a place, where that can be an interface value.
    fn holder(&self, body: &Body, index: usize, place: PlaceId) -> Option<Holder> {
        let ty = body.places.ty(place)?;
        if !self.world.is_interface(ty) {
            return None;
        }
        match body.places.kind(place) {
            PlaceKind::Var(variable) => {
                let kind = self.world.object(variable).kind;
                let is_stored = matches!(kind, ObjectKind::Var(VarKind::Local | VarKind::Package));
                is_stored.then_some(Holder::Object(variable))
            }
            PlaceKind::Field { field, .. } => Some(Holder::Object(field)),
            PlaceKind::Temp(_) => Some(Holder::Temp(index, place)),
            _ => None,
        }
    }
}
