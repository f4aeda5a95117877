//! What local variables and the values of expressions stand for.
//!
//! `p := &x` makes `*p` another name of `x`; `t := s` makes `t[0]` another name of `s[0]`; so do
//! conversions, type assertions and slicing. Only variables that are given a value once are
//! followed: what they stand for holds wherever they are named.

use contend_ir::{
    Body, Callee, InstrKind, Key, Operand, Operator, PlaceId, PlaceKind, RangeKind, SelectKind,
    Terminator,
};
use contend_syntax::ast::BinaryOp;
use contend_types::{ObjectKind, Type, TypeId, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::Subject;
use crate::accessors::{Accessors, HandedOut};
use crate::carried::{bare_context, carried};
use crate::contents::{Content, Contents, allocated, puts, returned};
use crate::elements::Listed;
use crate::entries::{emptied, is_captured_entry};
use crate::path::{Path, Root, Step, Steps};
use crate::touched::same_memory;

/// Longer chains of names are cut.
const MAX_CHAIN: u32 = 8;

/// How far names are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Follow {
    /// From variable to variable.
    Names,
    /// Into values that the body makes as well: `w.*.cache` is `cache` after
    /// `w := &worker{cache: cache}`.
    Contents,
    /// From variables to the entries of maps that were looked up, too: `e.n` is a part of `m[...]` after
    /// `e := m[k]`.
    Entries,
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// What is stored at a place.
    Stored(PlaceId),
    /// The address of a place.
    Address(PlaceId),
    /// Some of the elements that the slice at a place has.
    PartOf(PlaceId),
    /// Some of the elements of the array at a place.
    PartOfArray(PlaceId),
    /// What some goroutine of the same function sent into the channel at a place.
    Received(PlaceId),
    /// One element after the other of the collection at a place.
    Each(PlaceId),
    /// What an accessor hands out: a number in the list of results.
    HandedOut(usize),
    Unknown,
}

/// The names of one body.
pub struct Values {
    known: FxHashMap<PlaceId, Value>,
    /// Where in the body a name got its value.
    named_at: FxHashMap<PlaceId, usize>,
    /// Where in the body a place was last assigned.
    assigned_at: FxHashMap<PlaceId, usize>,
    n_assignments: usize,
    /// Fields of structures in variables that are assigned: what is there is not what was there
    /// when the structure was copied.
    replaced: FxHashSet<(PlaceId, Vec<Step>)>,
    /// The one value that is sent into a channel.
    sent: FxHashMap<PlaceId, Operand>,
    /// What is put into values that the body makes.
    contents: Contents,
    /// Values of `range` that somebody uses.
    used: FxHashSet<PlaceId>,
    /// Slices made with room behind their last element, or grown by `append`.
    has_room: FxHashSet<PlaceId>,
    /// What accessors hand out.
    handed_out: Vec<HandedOut>,
    /// Numbers that were cut down to the number of elements, as those of shards are: others may
    /// come to the same one.
    wrapped: FxHashSet<PlaceId>,
    /// Contexts that carry nothing.
    bare: FxHashSet<PlaceId>,
    /// What is put into lists.
    listed: Listed,
    /// Maps out of which entries are taken for good.
    emptied: FxHashSet<PlaceId>,
}

impl Values {
    pub fn of(world: &World, body: &Body, accessors: &Accessors) -> Self {
        let mut values = Self {
            known: FxHashMap::default(),
            named_at: FxHashMap::default(),
            assigned_at: FxHashMap::default(),
            n_assignments: 0,
            replaced: FxHashSet::default(),
            sent: FxHashMap::default(),
            contents: Contents::default(),
            used: FxHashSet::default(),
            has_room: FxHashSet::default(),
            handed_out: Vec::new(),
            wrapped: FxHashSet::default(),
            bare: FxHashSet::default(),
            listed: Listed::of(body),
            emptied: emptied(body),
        };
        for func in &body.funcs {
            for instr in &func.instrs {
                values.instr(world, body, accessors, instr.kind);
            }
            for block in &func.blocks {
                if let Terminator::Select(select) = block.terminator {
                    for case in &body.selects[select.index()].cases {
                        values.case(case.kind);
                    }
                }
            }
        }
        values.fill(world, body, accessors);
        values
    }

    /// Finds out what is put where, when all names are known.
    fn fill(&mut self, world: &World, body: &Body, accessors: &Accessors) {
        let (allocated, returned) = (allocated(body), returned(body));
        for (made, put) in puts(body) {
            let made = self.made(body, made);
            if allocated.contains(&made)
                || put.is_first && returned.contains(&made)
                || self.is_filled_here(world, body, made)
            {
                let value = Value::of(put.value);
                let named_at = self.named_at.get(&made).copied().unwrap_or_default();
                self.contents.add(made, put.steps, value, named_at);
            }
        }
        for call in &body.calls {
            let [Operand::Place(result), ..] = *body.operands(call.results) else {
                continue;
            };
            let Callee::Static(function) = call.callee else {
                continue;
            };
            for put in accessors.contents(function) {
                let Some(from) = put.from.seen_by(world, body, call) else {
                    continue;
                };
                let value = Value::HandedOut(self.handed_out.len());
                self.handed_out.push(from);
                let named_at = self.named_at.get(&result).copied().unwrap_or_default();
                self.contents
                    .add(result, put.steps.clone(), value, named_at);
            }
        }
    }

    pub(crate) fn lists(&self) -> &Listed {
        &self.listed
    }

    /// True for `s = s[:n]`, which leaves the elements where they are.
    pub(crate) fn is_cut(&self, place: PlaceId, value: Operand) -> bool {
        matches!(value, Operand::Place(value)
            if self.known.get(&value) == Some(&Value::PartOf(place)))
    }

    /// The slice of which a value is some elements.
    pub(crate) fn cut_from(&self, body: &Body, value: PlaceId) -> Option<PlaceId> {
        match self.known.get(&self.made(body, value)) {
            Some(&Value::PartOf(slice)) => Some(slice),
            _ => None,
        }
    }

    /// The collection whose elements a name stands for, one after the other.
    pub(crate) fn ranged_over(&self, body: &Body, name: PlaceId) -> Option<PlaceId> {
        match self.known.get(&self.made(body, name)) {
            Some(&Value::Each(list)) => Some(list),
            _ => None,
        }
    }

    /// The place of the value that a name stands for.
    fn made(&self, body: &Body, name: PlaceId) -> PlaceId {
        let next = |&place: &PlaceId| match self.known.get(&place) {
            Some(&Value::Stored(from)) if body.places.kind(from).base().is_none() => Some(from),
            _ => None,
        };
        let names = std::iter::successors(Some(name), next);
        names.take(MAX_CHAIN as usize).last().unwrap_or(name)
    }

    /// True for a structure in a variable that is filled field by field.
    fn is_filled_here(&self, world: &World, body: &Body, place: PlaceId) -> bool {
        let PlaceKind::Var(variable) = body.places.kind(place) else {
            return false;
        };
        let ty = body.places.ty(place);
        world.object(variable).kind == ObjectKind::Var(VarKind::Local)
            && !self.known.contains_key(&place)
            && ty.is_some_and(|ty| matches!(world.underlying_type(ty), Type::Struct(_)))
    }

    /// The path of what was put somewhere, and whether it is the address of what is there.
    pub(crate) fn origin(
        &self,
        world: &World,
        body: &Body,
        content: &Content,
    ) -> Option<(Path, bool)> {
        let (further, is_address): (&[Step], bool) = match content.value {
            Value::Address(_) => (&[Step::Deref], true),
            _ => (&[], false),
        };
        let subject = if is_address {
            Subject::Variable
        } else {
            Subject::Map
        };
        let at = content.named_at;
        let path = self.behind((world, body), content.value, further, at, subject)?;
        if path.steps.contains(&Step::Entry) {
            return None;
        }
        Some((self.whole(world, body, path, subject), is_address))
    }

    /// What a value holds that the body makes, by the way from there.
    pub(crate) fn contents_of(&self, body: &Body, name: PlaceId) -> &[Content] {
        self.contents.of(self.made(body, name))
    }

    fn instr(&mut self, world: &World, body: &Body, accessors: &Accessors, kind: InstrKind) {
        match kind {
            InstrKind::Write { place, value } => {
                self.n_assignments += 1;
                if !self.is_cut(place, value) {
                    self.assigned_at.insert(place, self.n_assignments);
                }
                self.replaced.extend(own_field(body, place));
                if let Operand::Place(value) = value {
                    self.used.insert(value);
                }
                if is_followed(world, body, place) {
                    let value = match value {
                        Operand::Place(from) => {
                            if self.has_room.contains(&from) {
                                self.has_room.insert(place);
                            }
                            Value::Stored(from)
                        }
                        Operand::Addr(of) => Value::Address(of),
                        _ => Value::Unknown,
                    };
                    self.add(place, value);
                }
            }
            InstrKind::Convert { dst, value, .. } | InstrKind::TypeAssert { dst, value, .. } => {
                self.add_copy(dst, value);
            }
            InstrKind::Slice { dst, base, .. } => {
                let value = match base {
                    Operand::Place(slice) => Value::PartOf(slice),
                    Operand::Addr(array) => Value::PartOfArray(array),
                    _ => Value::Unknown,
                };
                self.add(dst, value);
            }
            InstrKind::Alloc {
                dst,
                has_room: true,
                ..
            } => {
                self.has_room.insert(dst);
            }
            InstrKind::Append { dst, slice, .. } => {
                self.has_room.insert(dst);
                if let Operand::Place(slice) = slice {
                    self.used.insert(slice);
                }
            }
            InstrKind::Receive {
                dst,
                channel: Operand::Place(channel),
                ..
            } => self.add(dst, Value::Received(channel)),
            InstrKind::Next {
                over: Operand::Place(channel),
                kind: RangeKind::Chan,
                key,
                ..
            } => self.add(key, Value::Received(channel)),
            InstrKind::Next {
                over: Operand::Place(list),
                kind: kind @ (RangeKind::Slice | RangeKind::Array | RangeKind::Map),
                key,
                value,
                ..
            } => {
                self.add(value, Value::Each(list));
                // `clients map[*client]bool`: a set of objects.
                if kind == RangeKind::Map && is_pointer(world, body, key) {
                    self.add(key, Value::Each(list));
                }
            }
            InstrKind::Send {
                channel: Operand::Place(channel),
                value,
            } => self.send(channel, value),
            InstrKind::Call(id) => {
                let call = body.call(id);
                self.bare.extend(bare_context(world, body, call));
                let [Operand::Place(result), ..] = *body.operands(call.results) else {
                    return;
                };
                if let Callee::Static(function) | Callee::Interface(function) = call.callee
                    && let Some(from) = same_memory(world, body, call, function)
                {
                    self.add_copy(result, from);
                } else if let Some(from) =
                    carried(world, body, call).or_else(|| accessors.result(world, body, call))
                {
                    self.add(result, Value::HandedOut(self.handed_out.len()));
                    self.handed_out.push(from);
                }
            }
            InstrKind::Operation {
                dst,
                op: Operator::Binary(BinaryOp::Remainder | BinaryOp::And),
                ..
            } => {
                self.wrapped.insert(dst);
            }
            _ => {}
        }
    }

    fn case(&mut self, kind: SelectKind) {
        match kind {
            SelectKind::Send {
                channel: Operand::Place(channel),
                value,
            } => self.send(channel, value),
            SelectKind::Receive {
                channel: Operand::Place(channel),
                value,
                ..
            } => self.add(value, Value::Received(channel)),
            _ => {}
        }
    }

    fn add_copy(&mut self, place: PlaceId, from: Operand) {
        self.add(place, Value::of(from));
    }

    /// A second value makes the name mean neither.
    fn add(&mut self, place: PlaceId, value: Value) {
        self.named_at.insert(place, self.n_assignments);
        self.known
            .entry(place)
            .and_modify(|known| *known = Value::Unknown)
            .or_insert(value);
    }

    fn send(&mut self, channel: PlaceId, value: Operand) {
        // What came out of the channel and goes in again is nothing new.
        if let Operand::Place(place) = value
            && let Some(Value::Stored(from)) = self.known.get(&place)
            && self.known.get(from) == Some(&Value::Received(channel))
        {
            return;
        }
        self.sent
            .entry(channel)
            .and_modify(|known| *known = Operand::Unknown)
            .or_insert(value);
    }

    /// True if somebody uses the elements that a `range` yields here.
    pub fn is_used(&self, place: PlaceId) -> bool {
        self.used.contains(&place)
    }

    /// True if `append` may find room behind the last element of the slice at this place.
    pub fn may_have_room(&self, place: PlaceId) -> bool {
        self.has_room.contains(&place)
    }

    /// The path of what is accessed at a place, under the name that it has everywhere.
    pub fn path(
        &self,
        world: &World,
        body: &Body,
        place: PlaceId,
        subject: Subject,
    ) -> Option<Path> {
        self.path_by(world, body, (place, &[]), subject, Follow::Names)
    }

    /// The same for what lies `further` behind the place, under the name that it had before it was put
    /// into something here.
    pub fn path_behind(
        &self,
        world: &World,
        body: &Body,
        place: PlaceId,
        further: &[Step],
        subject: Subject,
    ) -> Option<Path> {
        self.path_by(world, body, (place, further), subject, Follow::Contents)
    }

    /// The same, as far as `follow` says.
    pub fn path_by(
        &self,
        world: &World,
        body: &Body,
        (place, further): (PlaceId, &[Step]),
        subject: Subject,
        follow: Follow,
    ) -> Option<Path> {
        let mut path = self.raw(world, body, (place, further), subject)?;
        path.steps.extend_from_slice(further);
        let path = self.named(world, body, path, subject, follow);
        (!self.is_nowhere(body, &path)).then_some(path)
    }

    /// True for what a context would have to carry that carries nothing.
    fn is_nowhere(&self, body: &Body, path: &Path) -> bool {
        matches!(path.steps.first(), Some(Step::Carried(_)))
            && root_place(body, path).is_some_and(|it| self.bare.contains(&self.made(body, it)))
    }

    /// A path under the name that it has everywhere.
    pub fn whole(&self, world: &World, body: &Body, path: Path, subject: Subject) -> Path {
        self.named(world, body, path, subject, Follow::Names)
    }

    pub(crate) fn named(
        &self,
        world: &World,
        body: &Body,
        path: Path,
        subject: Subject,
        follow: Follow,
    ) -> Path {
        let mut path = path;
        // The last variable on the way: the value of an expression is no name.
        let mut named = None;
        for _ in 0..MAX_CHAIN {
            if matches!(path.root, Root::Var(_)) {
                named = Some(path.clone());
            }
            // A structure is copied; what it points to is not.
            if subject == Subject::Variable && !path.steps.contains(&Step::Deref) {
                break;
            }
            let inside = match follow {
                Follow::Contents => self.inside(world, body, &path, subject),
                Follow::Names | Follow::Entries => None,
            };
            let renamed = || self.renamed(world, body, &path, subject, follow);
            let Some(next) = inside.or_else(renamed) else {
                break;
            };
            path = next;
        }
        named.unwrap_or(path)
    }

    /// The path by the next name, if its root stands for something else.
    fn renamed(
        &self,
        world: &World,
        body: &Body,
        path: &Path,
        subject: Subject,
        follow: Follow,
    ) -> Option<Path> {
        let root = root_place(body, path)?;
        if self.is_replaced(root, &path.steps) {
            return None;
        }
        let value = *self.known.get(&root)?;
        let named_at = self.named_at.get(&root).copied()?;
        if follow == Follow::Entries && is_captured_entry(body, path, value) {
            return None;
        }
        let whole = self.behind((world, body), value, &path.steps, named_at, subject)?;
        let is_followed = follow == Follow::Entries || !whole.steps.contains(&Step::Entry);
        (whole.root != path.root && is_followed).then_some(whole)
    }

    /// The path by the name of what was put into the value that its root stands for.
    fn inside(&self, world: &World, body: &Body, path: &Path, subject: Subject) -> Option<Path> {
        let content = self.contents.at(root_place(body, path)?, &path.steps)?;
        let rest = &path.steps[content.steps.len()..];
        // The field itself is no part of what it was given.
        if subject == Subject::Variable && !rest.contains(&Step::Deref) {
            return None;
        }
        let whole = self.behind(
            (world, body),
            content.value,
            rest,
            content.named_at,
            subject,
        );
        whole.filter(|it| !it.steps.contains(&Step::Entry))
    }

    /// The path of what lies behind a value.
    fn behind(
        &self,
        (world, body): (&World, &Body),
        value: Value,
        steps: &[Step],
        named_at: usize,
        subject: Subject,
    ) -> Option<Path> {
        let mut value = value;
        if let Value::Received(channel) = value {
            match self.sent.get(&channel) {
                Some(sent) => value = Value::of(*sent),
                // Whatever others send is called in its turn.
                None if subject.is_call() => {
                    let mut whole = self.raw(world, body, (channel, steps), subject)?;
                    whole.steps.push(Step::Part);
                    whole.steps.extend_from_slice(steps);
                    return Some(whole);
                }
                None => return None,
            }
        }
        let (place, rest) = match value {
            Value::HandedOut(number) => {
                let from = &self.handed_out[number];
                let steps = from.steps(steps)?;
                let Some(place) = from.place else {
                    let root = from.path.root;
                    return Some(Path { root, steps });
                };
                (place, steps)
            }
            Value::Stored(place) => (place, Steps::from_slice(steps)),
            Value::Address(place) => match steps.split_first() {
                Some((Step::Deref, rest)) => (place, Steps::from_slice(rest)),
                _ => return None,
            },
            Value::PartOf(place) => (place, part(steps, &[Step::Deref, Step::Part])?),
            Value::PartOfArray(place) => (place, part(steps, &[Step::Part])?),
            // Which element it is matters to all but those who ask for what may be called.
            Value::Each(place) if subject.is_call() => {
                let to = if is_slice(world, body, place) {
                    &[Step::Deref, Step::Each][..]
                } else {
                    &[Step::Each]
                };
                (place, to.iter().chain(steps).copied().collect())
            }
            Value::Each(_) => return None,
            Value::Received(_) | Value::Unknown => return None,
        };
        if self.is_left(body, place, named_at) {
            return None;
        }
        let mut whole = self.raw(world, body, (place, &rest), subject)?;
        // A variable that takes several values is no name for any of them.
        // Of a list that grows all that is put there counts.
        if let Root::Var(variable) = whole.root
            && whole.steps.is_empty()
            && !matches!(value, Value::Each(_))
            && !is_stable(world, self, body, variable)
        {
            return None;
        }
        whole.steps.extend(rest);
        Some(whole)
    }
}

impl Values {
    /// The path of a place as it is written, where one goes `further` from. `None` for an element of a map
    /// that is not known, unless that is called: any of its functions may be the one; or one goes on to
    /// what it points to: who looks it up again finds the same there.
    fn raw(
        &self,
        world: &World,
        body: &Body,
        (place, further): (PlaceId, &[Step]),
        subject: Subject,
    ) -> Option<Path> {
        let mut steps = Steps::new();
        let mut at = place;
        let root = loop {
            let base = match body.places.kind(at) {
                PlaceKind::Var(variable) => break Root::Var(variable),
                PlaceKind::Temp(_) => break Root::Temp(at),
                PlaceKind::Unknown => return None,
                PlaceKind::Field { base, field } => {
                    steps.push(Step::Field(field));
                    base
                }
                PlaceKind::Deref { base } => {
                    steps.push(Step::Deref);
                    base
                }
                PlaceKind::Element { base, key } => {
                    steps.push(match key {
                        Key::Int(index) => Step::Constant(index),
                        // Slots of a ring are taken in turn; shards are not.
                        Key::Place(index)
                            if subject != Subject::Variable
                                && self.is_wrapped(index)
                                && is_shard(world, body, at) =>
                        {
                            Step::Each
                        }
                        Key::Place(index) => Step::At(index),
                        Key::Any | Key::Const(_) => Step::Part,
                    });
                    if !is_array(world, body, base) {
                        steps.push(Step::Deref);
                    }
                    base
                }
                PlaceKind::MapElement { base, key } => {
                    let next = steps.last().or(further.first());
                    let stays = next == Some(&Step::Deref) && !self.emptied.contains(&base);
                    steps.push(match key {
                        Key::Int(index) => Step::Constant(index),
                        Key::Const(number) => Step::Named(number),
                        Key::Any | Key::Place(_) if subject.is_call() => Step::Part,
                        Key::Any | Key::Place(_) if stays => Step::Entry,
                        Key::Any | Key::Place(_) => return None,
                    });
                    base
                }
            };
            at = base;
        };
        steps.reverse();
        Some(Path { root, steps })
    }

    fn is_wrapped(&self, index: PlaceId) -> bool {
        let next = |&place: &PlaceId| match self.known.get(&place) {
            Some(&Value::Stored(from)) => Some(from),
            _ => None,
        };
        let mut names = std::iter::successors(Some(index), next).take(MAX_CHAIN as usize);
        names.any(|it| self.wrapped.contains(&it))
    }
}

impl Value {
    fn of(operand: Operand) -> Self {
        match operand {
            Operand::Place(from) => Self::Stored(from),
            Operand::Addr(of) => Self::Address(of),
            _ => Self::Unknown,
        }
    }
}

impl Values {
    /// True if the path goes through a field of the structure itself that the body assigns.
    fn is_replaced(&self, root: PlaceId, steps: &[Step]) -> bool {
        let fields = steps.iter().take_while(|it| matches!(it, Step::Field(_)));
        let n_fields = fields.count();
        !self.replaced.is_empty()
            && (1..=n_fields).any(|n| self.replaced.contains(&(root, steps[..n].to_vec())))
    }

    /// True if a path that starts at this variable leads to what the function put there itself.
    pub fn leads_to_own(&self, body: &Body, path: &Path) -> bool {
        let root = path.variable().and_then(|it| body.places.variable(it));
        root.is_some_and(|root| self.is_replaced(root, &path.steps))
    }

    /// True if something on the way to a place was assigned after its value was taken: who takes a
    /// value away and leaves another one has it for himself.
    fn is_left(&self, body: &Body, place: PlaceId, named_at: usize) -> bool {
        let is_later = |step: PlaceId| self.assigned_at.get(&step).is_some_and(|&at| named_at < at);
        let is_variable = matches!(
            body.places.kind(place),
            PlaceKind::Var(_) | PlaceKind::Temp(_)
        );
        !is_variable && body.places.path(place).any(is_later)
    }
}

/// True for an element that is a map or has one: numbers that are cut down choose a shard then, and
/// a place in a ring otherwise.
fn is_shard(world: &World, body: &Body, element: PlaceId) -> bool {
    let is_map = |ty: TypeId| matches!(world.underlying_type(ty), Type::Map { .. });
    let has_map = |ty: TypeId| match world.underlying_type(ty) {
        Type::Struct(fields) => fields.iter().any(|field| is_map(field.ty)),
        _ => is_map(ty),
    };
    body.places.ty(element).is_some_and(|ty| {
        has_map(ty) || matches!(world.underlying_type(ty), Type::Pointer(to) if has_map(*to))
    })
}

fn root_place(body: &Body, path: &Path) -> Option<PlaceId> {
    match path.root {
        Root::Temp(place) => Some(place),
        Root::Var(variable) => body.places.variable(variable),
    }
}

/// The variable and the fields, for a field of the structure that is in a variable.
fn own_field(body: &Body, place: PlaceId) -> Option<(PlaceId, Vec<Step>)> {
    let mut steps = Vec::new();
    let mut at = place;
    while let PlaceKind::Field { base, field } = body.places.kind(at) {
        steps.push(Step::Field(field));
        at = base;
    }
    let is_variable = matches!(body.places.kind(at), PlaceKind::Var(_));
    steps.reverse();
    (is_variable && !steps.is_empty()).then_some((at, steps))
}

/// The element of a slice is one of those that it was cut from.
fn part(steps: &[Step], start: &[Step]) -> Option<Steps> {
    match steps {
        [Step::Deref, _element, rest @ ..] => Some(start.iter().chain(rest).copied().collect()),
        _ => None,
    }
}

/// A variable that is written once, or a parameter that is never written.
fn is_stable(world: &World, values: &Values, body: &Body, variable: contend_types::ObjId) -> bool {
    if !matches!(world.object(variable).kind, ObjectKind::Var(_)) {
        return false;
    }
    let Some(place) = body.places.variable(variable) else {
        return false;
    };
    match values.known.get(&place) {
        None => true,
        Some(value) => *value != Value::Unknown,
    }
}

/// True for variables of functions and for temporary values.
fn is_followed(world: &World, body: &Body, place: PlaceId) -> bool {
    match body.places.kind(place) {
        PlaceKind::Temp(_) => true,
        PlaceKind::Var(variable) => !matches!(
            world.object(variable).kind,
            ObjectKind::Var(VarKind::Package)
        ),
        _ => false,
    }
}

/// True for a place that holds a pointer.
fn is_pointer(world: &World, body: &Body, place: PlaceId) -> bool {
    let ty = body.places.ty(place);
    ty.is_some_and(|ty| matches!(world.underlying_type(ty), Type::Pointer(_)))
}

fn is_slice(world: &World, body: &Body, list: PlaceId) -> bool {
    let ty = body.places.ty(list);
    ty.is_some_and(|ty| matches!(world.underlying_type(ty), Type::Slice(_)))
}

fn is_array(world: &World, body: &Body, base: PlaceId) -> bool {
    match body.places.ty(base) {
        Some(ty) => matches!(world.underlying_type(ty), Type::Array { .. }),
        // What a pointer to an array points to has no type.
        None => matches!(body.places.kind(base), PlaceKind::Deref { .. }),
    }
}
