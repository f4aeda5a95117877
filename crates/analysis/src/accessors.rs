//! Functions that hand out what their receiver, a parameter or a package variable holds.
//!
//! `func (s *Server) Cache() *Cache { return s.cache }` makes `s.Cache().m` another name of
//! `s.cache.m`. A value that the function may have made instead is put where it looked, or is
//! nobody else's. `func (s *Server) lock() *sync.Mutex { return &s.mu }` makes `s.lock()` another
//! name of the address of `s.mu`.

use contend_ir::{
    Body, Call, Callee, Func, FuncId, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, TypeId, VarKind, World};
use rustc_hash::FxHashMap;

use crate::accesses::{Subject, is_package_variable};
use crate::known::Known;
use crate::path::{Path, Step, Steps};
use crate::values::Values;

/// Accessors of accessors are followed so far.
const MAX_ROUNDS: usize = 3;

/// More parts of one value than this are hardly shared.
const MAX_PUT_IN: usize = 16;

/// What a function hands out as its first result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accessor {
    pub receiver: Option<ObjId>,
    pub params: Vec<Option<ObjId>>,
    /// Begins at the receiver, a parameter or a package variable.
    pub path: Path,
    /// It hands out the address of what is there.
    pub is_address: bool,
    pub share: Share,
}

/// How much it hands out of what is at the path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Share {
    Whole,
    /// Some elements of the slice there.
    Part,
    /// A new list of what is in the slice or the map there.
    Listed {
        is_map: bool,
    },
}

/// What a part of a value was given that a function makes and returns first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutIn {
    /// From the result to the part.
    pub steps: Steps,
    pub from: Accessor,
}

/// What the first result of a call is.
#[derive(Clone, Debug)]
pub(crate) struct HandedOut {
    /// Behind this place; `None` for what begins at a package variable.
    pub place: Option<PlaceId>,
    /// The steps from there, or the whole path.
    pub path: Path,
    pub is_address: bool,
    pub share: Share,
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
        let (element, rest) = match (self.share, further) {
            (Share::Whole, _) => {
                steps.extend_from_slice(further);
                return Some(steps);
            }
            // The list is new; what its elements point to is not.
            (Share::Listed { .. }, [Step::Deref, _, Step::Deref, ..])
            | (Share::Part, [Step::Deref, _, ..]) => (further[1], &further[2..]),
            _ => return None,
        };
        if self.share != (Share::Listed { is_map: true }) {
            steps.push(Step::Deref);
        }
        // All of the part is taken for all of the slice: the elements that one most likely has.
        let is_all = matches!(element, Step::Each | Step::Round(_));
        steps.push(if is_all { Step::Each } else { Step::Part });
        steps.extend_from_slice(rest);
        Some(steps)
    }
}

/// What a function hands out of what is at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hand {
    Value,
    Address,
    /// A part of the value there, or a list of what it has.
    Share(Share),
}

/// The accessors of a package, and those of other packages.
pub struct Accessors<'a> {
    own: FxHashMap<ObjId, Accessor>,
    /// What makers put into what they return.
    contents: FxHashMap<ObjId, Vec<PutIn>>,
    known: &'a Known,
}

impl<'a> Accessors<'a> {
    pub fn of_package(world: &World, bodies: &[Body], known: &'a Known) -> Self {
        let mut accessors = Self {
            own: FxHashMap::default(),
            contents: FxHashMap::default(),
            known,
        };
        for _ in 0..MAX_ROUNDS {
            let before = (accessors.own.len(), accessors.contents.len());
            for body in bodies {
                if let Some(FuncKind::Declared(function)) = body.funcs.first().map(|it| it.kind) {
                    accessors.add(world, body, function);
                }
            }
            if (accessors.own.len(), accessors.contents.len()) == before {
                break;
            }
        }
        accessors
    }

    fn add(&mut self, world: &World, body: &Body, function: ObjId) {
        let Some(result) = first_result(world, function) else {
            return;
        };
        let may_hand_out = refers(world, result) && !self.own.contains_key(&function);
        let may_hold = holds_parts(world, result)
            && !self.contents.contains_key(&function)
            && returned(body).is_some();
        if !(may_hand_out || may_hold) {
            return;
        }
        let values = Values::of(world, body, self);
        if may_hand_out && let Some(accessor) = find(world, body, &values) {
            self.own.insert(function, accessor);
        } else if may_hold && let Some(contents) = put_in(world, body, &values) {
            self.contents.insert(function, contents);
        }
    }

    /// What a function puts into what it makes and returns first.
    pub fn contents(&self, function: ObjId) -> &[PutIn] {
        match self.contents.get(&function) {
            Some(own) => own,
            None => self.known.get(function).map_or(&[], |it| &it.puts_in),
        }
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
        self.get(function)?.seen_by(world, body, call)
    }
}

impl Accessor {
    /// What it is for the caller.
    pub(crate) fn seen_by(&self, world: &World, body: &Body, call: &Call) -> Option<HandedOut> {
        let variable = self.path.variable()?;
        let mut path = self.path.clone();
        let mut is_address = self.is_address;
        if world.object(variable).kind == ObjectKind::Var(VarKind::Package) {
            return Some(HandedOut {
                place: None,
                path,
                is_address,
                share: self.share,
            });
        }
        let operand = if self.receiver == Some(variable) {
            call.receiver?
        } else {
            let at = self.params.iter().position(|it| *it == Some(variable))?;
            *body.operands(call.args).get(at)?
        };
        let place = match operand {
            Operand::Place(place) => place,
            Operand::Addr(place) if path.steps.first() == Some(&Step::Deref) => {
                path.steps.remove(0);
                place
            }
            Operand::Addr(place) if path.steps.is_empty() && !is_address => {
                is_address = true;
                place
            }
            _ => return None,
        };
        Some(HandedOut {
            place: Some(place),
            path,
            is_address,
            share: self.share,
        })
    }
}

fn find(world: &World, body: &Body, values: &Values) -> Option<Accessor> {
    let func = body.func(FuncId::new(0));
    let mut found: Option<(Path, Hand)> = None;
    for block in &func.blocks {
        let Terminator::Return(results) = block.terminator else {
            continue;
        };
        for it in handed_out(world, body, values, *body.operands(results).first()?)? {
            if found.as_ref().is_some_and(|known| *known != it) {
                return None;
            }
            found = Some(it);
        }
    }
    let (path, hand) = found?;
    if takes_away(world, body, values, &path) {
        return None;
    }
    // What was given is handed back: nothing new.
    let is_given = hand != Hand::Address && path.steps.is_empty();
    let accessor = accessor(world, func, path, hand)?;
    (!is_given || is_package_variable(world, accessor.path.variable()?)).then_some(accessor)
}

/// The accessor for a path, if it begins where others know it.
fn accessor(world: &World, func: &Func, path: Path, hand: Hand) -> Option<Accessor> {
    let variable = path.variable()?;
    let is_address = hand == Hand::Address;
    let is_formal = func.receiver == Some(variable) || func.params.contains(&Some(variable));
    // The address of a copy that the function got is nobody else's.
    let is_reached = !is_address || path.steps.first() == Some(&Step::Deref);
    (is_package_variable(world, variable) || is_formal && is_reached).then(|| Accessor {
        receiver: func.receiver,
        params: func.params.clone(),
        path,
        is_address,
        share: match hand {
            Hand::Share(share) => share,
            Hand::Value | Hand::Address => Share::Whole,
        },
    })
}

/// The one place whose value a function returns first, where it returns something.
fn returned(body: &Body) -> Option<PlaceId> {
    let mut made = None;
    for block in &body.func(FuncId::new(0)).blocks {
        let Terminator::Return(results) = block.terminator else {
            continue;
        };
        match *body.operands(results).first()? {
            Operand::Nil => {}
            Operand::Place(place) if made.is_none_or(|known| known == place) => made = Some(place),
            _ => return None,
        }
    }
    made.filter(|&place| body.places.kind(place).base().is_none())
}

/// What the function puts into the one value that it makes and returns, where it has that from its
/// caller.
fn put_in(world: &World, body: &Body, values: &Values) -> Option<Vec<PutIn>> {
    let func = body.func(FuncId::new(0));
    let contents = values.contents_of(body, returned(body)?).iter();
    let mut put_in: Vec<PutIn> = contents
        .filter_map(|content| {
            let (path, is_address) = values.origin(world, body, content)?;
            let hand = if is_address {
                Hand::Address
            } else {
                Hand::Value
            };
            Some(PutIn {
                steps: content.steps.clone(),
                from: accessor(world, func, path.without_indexes(), hand)?,
            })
        })
        .take(MAX_PUT_IN)
        .collect();
    put_in.sort_by(|one, other| one.steps.cmp(&other.steps));
    (!put_in.is_empty()).then_some(put_in)
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
        let to = values.path(world, body, place, Subject::Map);
        let from = values.path(world, body, value, Subject::Map);
        to.is_some_and(|it| it == *path)
            && from.is_some_and(|it| it.root == path.root && path.steps.len() < it.steps.len())
    })
}

/// The paths that a returned value may have, and what it is of what is there; values that the function
/// made have none. `None` if it may be anything.
fn handed_out(
    world: &World,
    body: &Body,
    values: &Values,
    value: Operand,
) -> Option<Vec<(Path, Hand)>> {
    let place = match value {
        Operand::Place(place) | Operand::Addr(place) => place,
        Operand::Nil => return Some(Vec::new()),
        _ => return None,
    };
    if let Some((path, is_map)) = listed(world, body, values, place) {
        return Some(vec![(path, Hand::Share(Share::Listed { is_map }))]);
    }
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
                let (from, hand) = match values.cut_from(body, from) {
                    Some(slice) => (slice, Hand::Share(Share::Part)),
                    None => (from, Hand::Value),
                };
                let path = pointer(world, body, values, from)?;
                paths.push((path.without_indexes(), hand));
            }
            Operand::Addr(of) => {
                let path = values.path(world, body, of, Subject::Variable)?;
                paths.push((path.without_indexes(), Hand::Address));
            }
            _ => return None,
        }
    }
    Some(paths)
}

/// The path of what is returned: of a local variable, or an entry that was looked up, that of the list or map
/// that it stands in.
fn pointer(world: &World, body: &Body, values: &Values, place: PlaceId) -> Option<Path> {
    let plain = values.path(world, body, place, Subject::Map);
    let is_inner = |path: &Path| {
        path.variable().is_none_or(|it| {
            let kind = world.object(it).kind;
            matches!(
                kind,
                ObjectKind::Var(VarKind::Local | VarKind::Loop(_) | VarKind::Result)
            )
        })
    };
    match plain {
        Some(path) if !is_inner(&path) => Some(path),
        _ => values.as_element(world, body, place).or(plain),
    }
}

/// The list or the map from which a function puts pointers into a new list that it returns, and whether
/// it is a map: `for _, m := range l.members { out = append(out, m) }`.
fn listed(world: &World, body: &Body, values: &Values, place: PlaceId) -> Option<(Path, bool)> {
    let Type::Slice(element) = world.underlying_type(body.places.ty(place)?) else {
        return None;
    };
    if !matches!(world.underlying_type(*element), Type::Pointer(_)) {
        return None;
    }
    let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
    let mut stored = instrs().filter_map(|instr| match instr.kind {
        InstrKind::Write {
            place: to,
            value: Operand::Place(value),
        } if to == place => Some(value),
        _ => None,
    });
    let grown: Vec<PlaceId> = stored.by_ref().chain([place]).collect();
    let mut found: Option<(Path, bool)> = None;
    for instr in instrs() {
        let InstrKind::Append {
            dst, args, spread, ..
        } = instr.kind
        else {
            continue;
        };
        if !grown.contains(&dst) {
            continue;
        }
        let [Operand::Place(added)] = *body.operands(args) else {
            return None;
        };
        let from = if spread {
            added
        } else {
            values.ranged_over(body, added)?
        };
        let is_map = matches!(
            world.underlying_type(body.places.ty(from)?),
            Type::Map { .. }
        );
        let path = values.path(world, body, from, Subject::Map)?;
        let it = (path.without_indexes(), is_map);
        if found.as_ref().is_some_and(|known| *known != it) {
            return None;
        }
        found = Some(it);
    }
    found
}

fn is_made(body: &Body, place: PlaceId) -> bool {
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.any(|instr| matches!(instr.kind, InstrKind::Alloc { dst, .. } if dst == place))
}

fn first_result(world: &World, function: ObjId) -> Option<TypeId> {
    let signature = world.as_signature(world.object_type(function))?;
    signature.results.first().copied()
}

/// True for types whose values refer to memory that others can know.
fn refers(world: &World, ty: TypeId) -> bool {
    matches!(
        world.underlying_type(ty),
        Type::Pointer(_) | Type::Map { .. } | Type::Slice(_) | Type::Interface { .. }
    )
}

/// True for types whose values may hold what the function was given.
fn holds_parts(world: &World, ty: TypeId) -> bool {
    matches!(
        world.underlying_type(ty),
        Type::Pointer(_) | Type::Struct(_) | Type::Interface { .. }
    )
}
