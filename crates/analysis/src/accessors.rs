//! Functions that hand out what their receiver, a parameter or a package variable holds.
//!
//! `func (s *Server) Cache() *Cache { return s.cache }` makes `s.Cache().m` another name of
//! `s.cache.m`. A value that the function may have made instead is put where it looked, or is
//! nobody else's. `func (s *Server) lock() *sync.Mutex { return &s.mu }` makes `s.lock()` another
//! name of the address of `s.mu`.

use contend_ir::{
    Body, Call, Callee, FuncId, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};
use rustc_hash::FxHashMap;

use crate::accesses::Subject;
use crate::known::Known;
use crate::path::{Path, Step, Steps};
use crate::values::Values;

/// Accessors of accessors are followed so far.
const MAX_ROUNDS: usize = 3;

/// What a function hands out as its first result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accessor {
    pub receiver: Option<ObjId>,
    pub params: Vec<Option<ObjId>>,
    /// Begins at the receiver, a parameter or a package variable.
    pub path: Path,
    /// It hands out the address of what is there.
    pub is_address: bool,
}

/// What the first result of a call is.
#[derive(Clone, Debug)]
pub(crate) struct HandedOut {
    /// Behind this place; `None` for what begins at a package variable.
    pub place: Option<PlaceId>,
    /// The steps from there, or the whole path.
    pub path: Path,
    pub is_address: bool,
}

impl HandedOut {
    /// The steps from the place to what lies `further` behind the result.
    pub(crate) fn steps(&self, further: &[Step]) -> Option<Steps> {
        let further = match further.split_first() {
            Some((Step::Deref, rest)) if self.is_address => rest,
            _ if self.is_address => return None,
            _ => further,
        };
        let mut steps = self.path.steps.clone();
        steps.extend_from_slice(further);
        Some(steps)
    }
}

/// The accessors of a package, and those of other packages.
pub struct Accessors<'a> {
    own: FxHashMap<ObjId, Accessor>,
    known: &'a Known,
}

impl<'a> Accessors<'a> {
    pub fn of_package(world: &World, bodies: &[Body], known: &'a Known) -> Self {
        let mut accessors = Self {
            own: FxHashMap::default(),
            known,
        };
        for _ in 0..MAX_ROUNDS {
            let before = accessors.own.len();
            for body in bodies {
                let Some(FuncKind::Declared(function)) = body.funcs.first().map(|it| it.kind)
                else {
                    continue;
                };
                if !accessors.own.contains_key(&function)
                    && hands_out_reference(world, function)
                    && let Some(accessor) = accessors.find(world, body)
                {
                    accessors.own.insert(function, accessor);
                }
            }
            if accessors.own.len() == before {
                break;
            }
        }
        accessors
    }

    pub fn get(&self, function: ObjId) -> Option<&Accessor> {
        let own = self.own.get(&function);
        own.or_else(|| self.known.get(function)?.hands_out.as_ref())
    }

    /// What the first result of a call is, if the function hands it out.
    pub(crate) fn result(&self, world: &World, body: &Body, call: &Call) -> Option<HandedOut> {
        let Callee::Static(function) = call.callee else {
            return None;
        };
        let Accessor {
            receiver,
            ref params,
            ref path,
            is_address,
        } = *self.get(function)?;
        let variable = path.variable()?;
        let mut path = path.clone();
        if world.object(variable).kind == ObjectKind::Var(VarKind::Package) {
            return Some(HandedOut {
                place: None,
                path,
                is_address,
            });
        }
        let operand = if receiver == Some(variable) {
            call.receiver?
        } else {
            let at = params.iter().position(|it| *it == Some(variable))?;
            *body.operands(call.args).get(at)?
        };
        let place = match operand {
            Operand::Place(place) => place,
            Operand::Addr(place) if path.steps.first() == Some(&Step::Deref) => {
                path.steps.remove(0);
                place
            }
            _ => return None,
        };
        Some(HandedOut {
            place: Some(place),
            path,
            is_address,
        })
    }

    fn find(&self, world: &World, body: &Body) -> Option<Accessor> {
        let func = body.func(FuncId::new(0));
        let values = Values::of(world, body, self);
        let mut found: Option<(Path, bool)> = None;
        for block in &func.blocks {
            let Terminator::Return(results) = block.terminator else {
                continue;
            };
            for it in handed_out(world, body, &values, *body.operands(results).first()?)? {
                if found.as_ref().is_some_and(|known| *known != it) {
                    return None;
                }
                found = Some(it);
            }
        }
        let (path, is_address) = found?;
        let variable = path.variable()?;
        if takes_away(world, body, &values, &path) {
            return None;
        }
        let is_formal = func.receiver == Some(variable) || func.params.contains(&Some(variable));
        let is_global = world.object(variable).kind == ObjectKind::Var(VarKind::Package);
        // The address of a copy that the function got is nobody else's.
        let is_reached = if is_address {
            path.steps.first() == Some(&Step::Deref)
        } else {
            !path.steps.is_empty()
        };
        (is_global || is_formal && is_reached).then(|| Accessor {
            receiver: func.receiver,
            params: func.params.clone(),
            path,
            is_address,
        })
    }
}

/// True if the function hands out what was there and puts something made of it in its place, as
/// `head := l.head; l.head = head.next` does: the next caller gets another one.
fn takes_away(world: &World, body: &Body, values: &Values, path: &Path) -> bool {
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let mut written = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Write {
            place,
            value: Operand::Place(value),
        } => Some((place, value)),
        _ => None,
    });
    written.any(|(place, value)| {
        let to = values.path(world, body, place, Subject::Call);
        let from = values.path(world, body, value, Subject::Call);
        to.is_some_and(|it| it == *path)
            && from.is_some_and(|it| it.root == path.root && path.steps.len() < it.steps.len())
    })
}

/// The paths that a returned value may have, and whether it is the address of what is there; values
/// that the function made have none. `None` if it may be anything.
fn handed_out(
    world: &World,
    body: &Body,
    values: &Values,
    value: Operand,
) -> Option<Vec<(Path, bool)>> {
    let place = match value {
        Operand::Place(place) | Operand::Addr(place) => place,
        Operand::Nil => return Some(Vec::new()),
        _ => return None,
    };
    let given: Vec<Operand> = match body.places.kind(place) {
        PlaceKind::Var(variable)
            if matches!(value, Operand::Place(_))
                && world.object(variable).kind == ObjectKind::Var(VarKind::Local) =>
        {
            let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
            let written = instrs.filter_map(|instr| match instr.kind {
                InstrKind::Write { place: to, value } if to == place => Some(value),
                _ => None,
            });
            written.collect()
        }
        _ => vec![value],
    };
    let mut paths = Vec::new();
    for value in given {
        match value {
            Operand::Nil => {}
            Operand::Place(from) if is_made(body, from) => {}
            Operand::Place(from) => {
                let path = values.path(world, body, from, Subject::Call)?;
                paths.push((path.without_indexes(), false));
            }
            Operand::Addr(of) => {
                let path = values.path(world, body, of, Subject::Variable)?;
                paths.push((path.without_indexes(), true));
            }
            _ => return None,
        }
    }
    Some(paths)
}

fn is_made(body: &Body, place: PlaceId) -> bool {
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.any(|instr| matches!(instr.kind, InstrKind::Alloc { dst, .. } if dst == place))
}

/// True if the first result refers to memory that others can know.
fn hands_out_reference(world: &World, function: ObjId) -> bool {
    let Some(signature) = world.as_signature(world.object_type(function)) else {
        return false;
    };
    signature.results.first().is_some_and(|&result| {
        matches!(
            world.underlying_type(result),
            Type::Pointer(_) | Type::Map { .. } | Type::Slice(_) | Type::Interface { .. }
        )
    })
}
