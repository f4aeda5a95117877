//! Values that were taken out of a shared map, and the map itself under another name.
//!
//! A lock protects a map. What is looked up in it, or read from its variable, leaves the lock as a
//! value: these are the ways back from such a value to the map, through variables, type
//! assertions, loops and functions of the package that return it.

use std::cell::RefCell;
use std::rc::Rc;

use contend_base::Location;
use contend_ir::{
    BlockId, Call, Callee, Func, FuncId, InstrKind, Operand, OperandList, PlaceId, PlaceKind,
    RangeKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::{Accesses, is_package_variable};
use crate::library::{Mode, package_path, receiver_name};
use crate::package::{BodyFacts, Package};

/// Values are followed over so many steps.
const MAX_DEPTH: u32 = 6;

/// A variable that is set at more places than this has no known origin.
const MAX_BLOCKS: usize = 64;

/// How much of the map a value is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// The map: another header of the same entries.
    Whole,
    /// The value of an entry.
    Element,
    /// A list of values of entries.
    Listed,
    /// An iterator, which will read the map when it runs.
    Iterator,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The field or package variable that holds the map.
    pub container: ObjId,
    pub part: Part,
    /// The fields on the way from the entry, where the value is a part of it.
    pub fields: Vec<ObjId>,
    /// The body in which it was read.
    pub body: usize,
    /// Where it was read.
    pub location: Location,
    /// The locks held there, by field or variable.
    pub locks: Vec<(ObjId, Mode)>,
    /// The position in the function asked about: of the read, or of the call that returned it.
    pub at: Option<usize>,
    /// The call of the function that returned it.
    pub call: Option<Location>,
}

/// The values of a package.
pub struct Values<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    /// What declared functions return, by body and result.
    returned: FxHashMap<(usize, usize), Vec<Taken>>,
    functions: RefCell<FxHashMap<(usize, FuncId), Rc<Steps>>>,
}

/// A function, prepared for walks against the order of its steps.
struct Steps {
    block_of: Vec<BlockId>,
    predecessors: Vec<Vec<BlockId>>,
    /// The instruction that makes each temporary value.
    made: FxHashMap<PlaceId, usize>,
}

impl Steps {
    fn of(facts: &BodyFacts, id: FuncId) -> Self {
        let func = facts.func(id);
        let mut block_of = vec![BlockId::new(0); func.instrs.len()];
        for (block, data) in func.blocks() {
            for at in data.instrs.as_usize() {
                block_of[at] = block;
            }
        }
        let mut made = FxHashMap::default();
        for (at, instr) in func.instrs.iter().enumerate() {
            match instr.kind {
                InstrKind::TypeAssert { dst, .. }
                | InstrKind::Convert { dst, .. }
                | InstrKind::Append { dst, .. } => {
                    made.insert(dst, at);
                }
                InstrKind::Next { key, value, .. } => {
                    made.insert(key, at);
                    made.insert(value, at);
                }
                InstrKind::Call(call) => {
                    let results = facts.body.operands(facts.body.call(call).results);
                    for result in results {
                        if let Operand::Place(place) = *result {
                            made.insert(place, at);
                        }
                    }
                }
                _ => {}
            }
        }
        Self {
            block_of,
            predecessors: facts.body.predecessors(func),
            made,
        }
    }
}

impl<'a> Values<'a> {
    pub fn new(package: &'a Package<'a>, accesses: &'a Accesses<'a>) -> Self {
        let mut values = Self {
            package,
            accesses,
            returned: FxHashMap::default(),
            functions: RefCell::default(),
        };
        // Twice: a function may return what another one returned to it.
        for _ in 0..2 {
            let bodies = package.own_bodies().iter();
            let found: Vec<_> = bodies.flat_map(|facts| values.results_of(facts)).collect();
            values.returned = found.into_iter().collect();
        }
        values
    }

    pub fn accesses(&self) -> &'a Accesses<'a> {
        self.accesses
    }

    fn results_of(&self, facts: &BodyFacts) -> Vec<((usize, usize), Vec<Taken>)> {
        let id = FuncId::new(0);
        let Some(func) = facts.body.funcs.first() else {
            return Vec::new();
        };
        let mut results: FxHashMap<usize, Vec<Taken>> = FxHashMap::default();
        for (at, value) in returns(func) {
            for (index, &value) in facts.body.operands(value).iter().enumerate() {
                if self.is_reference(facts, value) {
                    let found = self.of(facts, id, at, value);
                    results.entry(index).or_default().extend(found);
                }
            }
        }
        let mut results: Vec<_> = results.into_iter().collect();
        results.retain(|(_, found)| !found.is_empty());
        results.sort_by_key(|(index, _)| *index);
        let key = |(index, found)| ((facts.index, index), found);
        results.into_iter().map(key).collect()
    }

    /// True for values that lead to memory elsewhere.
    fn is_reference(&self, facts: &BodyFacts, value: Operand) -> bool {
        let Operand::Place(place) = value else {
            return false;
        };
        facts.body.places.ty(place).is_some_and(|ty| {
            matches!(
                self.package.world.underlying_type(ty),
                Type::Pointer(_)
                    | Type::Map { .. }
                    | Type::Slice(_)
                    | Type::Interface { .. }
                    | Type::Signature(_)
            )
        })
    }

    /// Where a value comes from that instruction number `at` of a function uses.
    pub fn of(&self, facts: &BodyFacts, func: FuncId, at: usize, value: Operand) -> Vec<Taken> {
        let mut found = Vec::new();
        self.follow(facts, func, at, value, 0, &mut found);
        found.dedup();
        found
    }

    /// The map that a function has put the value of a variable in, before it comes to instruction
    /// number `at`.
    pub fn put(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        variable: PlaceId,
    ) -> Option<Taken> {
        let put = before(
            facts.func(func),
            at,
            |kind| matches!(kind, InstrKind::MapWrite { value, .. } if value == Operand::Place(variable)),
        )?;
        let InstrKind::MapWrite { element, .. } = facts.func(func).instrs[put].kind else {
            return None;
        };
        let map = facts.body.places.kind(element).base()?;
        let container = self.container(facts, func, put, map)?;
        let mut found = Vec::new();
        self.take(facts, func, put, container, Part::Element, &mut found);
        found.pop()
    }

    /// The field or package variable whose map is at a place.
    pub fn container(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        map: PlaceId,
    ) -> Option<ObjId> {
        self.container_at(facts, func, at, map, 0)
    }

    fn container_at(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        map: PlaceId,
        depth: u32,
    ) -> Option<ObjId> {
        if let Some(container) = self.direct(facts, map) {
            return Some(container);
        }
        let mut found = Vec::new();
        self.follow(facts, func, at, Operand::Place(map), depth, &mut found);
        let whole = found.into_iter().find(|taken| taken.part == Part::Whole);
        whole.map(|taken| taken.container)
    }

    /// The field or package variable that a place is.
    pub fn direct(&self, facts: &BodyFacts, place: PlaceId) -> Option<ObjId> {
        match facts.body.places.kind(place) {
            PlaceKind::Field { field, .. } => Some(field),
            PlaceKind::Var(variable) if is_package_variable(self.package.world, variable) => {
                Some(variable)
            }
            _ => None,
        }
    }

    /// The locks held at an instruction, by field or variable.
    pub fn locks(&self, facts: &BodyFacts, func: FuncId, at: usize) -> Vec<(ObjId, Mode)> {
        let held = self.accesses.locks(facts.index, func).at(at).iter();
        held.filter_map(|held| {
            let path = held.path.as_ref()?;
            Some((path.owner()?, held.mode))
        })
        .collect()
    }

    fn steps(&self, facts: &BodyFacts, func: FuncId) -> Rc<Steps> {
        let key = (facts.index, func);
        if let Some(known) = self.functions.borrow().get(&key) {
            return Rc::clone(known);
        }
        let steps = Rc::new(Steps::of(facts, func));
        self.functions.borrow_mut().insert(key, Rc::clone(&steps));
        steps
    }

    fn follow(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        value: Operand,
        depth: u32,
        found: &mut Vec<Taken>,
    ) {
        let Operand::Place(place) = value else { return };
        if MAX_DEPTH < depth {
            return;
        }
        match facts.body.places.kind(place) {
            PlaceKind::Var(variable) if !is_package_variable(self.package.world, variable) => {
                self.follow_variable(facts, func, at, variable, depth, found);
            }
            PlaceKind::Temp(_) => self.follow_temp(facts, func, at, place, depth, found),
            PlaceKind::MapElement { base, .. } => {
                let read = before(
                    facts.func(func),
                    at,
                    |kind| matches!(kind, InstrKind::MapRead { element, .. } if element == place),
                );
                if let Some(read) = read
                    && let Some(container) = self.container_at(facts, func, read, base, depth + 1)
                {
                    self.take(facts, func, read, container, Part::Element, found);
                }
            }
            _ => {
                let read = before(
                    facts.func(func),
                    at,
                    |kind| matches!(kind, InstrKind::Read(it) if it == place),
                );
                let Some(read) = read else { return };
                if let Some(container) = self.direct(facts, place)
                    && self.is_map(facts, place)
                {
                    self.take(facts, func, read, container, Part::Whole, found);
                }
                self.follow_part(facts, func, read, place, depth, found);
            }
        }
    }

    /// An element of a list of entries, or a field of what an entry points to.
    fn follow_part(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        place: PlaceId,
        depth: u32,
        found: &mut Vec<Taken>,
    ) {
        if let PlaceKind::Element { base, .. } = facts.body.places.kind(place) {
            let list = Operand::Place(base);
            self.follow_as(
                facts,
                func,
                (at, list),
                (Part::Listed, Part::Element),
                depth,
                found,
            );
        } else if self.is_reference(facts, Operand::Place(place))
            && let Some((entry, fields)) = fields_behind(facts, place)
        {
            let first = found.len();
            let entry = Operand::Place(entry);
            let same = (Part::Element, Part::Element);
            self.follow_as(facts, func, (at, entry), same, depth, found);
            for taken in &mut found[first..] {
                taken.fields.extend(&fields);
            }
        }
    }

    /// What a value is made of: those of its origins that are one kind of part become another.
    fn follow_as(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        (at, value): (usize, Operand),
        (from, to): (Part, Part),
        depth: u32,
        found: &mut Vec<Taken>,
    ) {
        let mut inside = Vec::new();
        self.follow(facts, func, at, value, depth + 1, &mut inside);
        inside.retain(|it| it.part == from);
        for taken in &mut inside {
            taken.part = to;
        }
        found.extend(inside);
    }

    fn is_map(&self, facts: &BodyFacts, place: PlaceId) -> bool {
        let ty = facts.body.places.ty(place);
        ty.is_some_and(|ty| matches!(self.package.world.underlying_type(ty), Type::Map { .. }))
    }

    fn take(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        container: ObjId,
        part: Part,
        found: &mut Vec<Taken>,
    ) {
        found.push(Taken {
            container,
            part,
            fields: Vec::new(),
            body: facts.index,
            location: facts.place_of(&facts.func(func).instrs[at]),
            locks: self.locks(facts, func, at),
            at: Some(at),
            call: None,
        });
    }

    fn follow_temp(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        place: PlaceId,
        depth: u32,
        found: &mut Vec<Taken>,
    ) {
        let Some(&made) = self.steps(facts, func).made.get(&place) else {
            return;
        };
        if at < made {
            return;
        }
        match facts.func(func).instrs[made].kind {
            InstrKind::TypeAssert { value, .. } | InstrKind::Convert { value, .. } => {
                self.follow(facts, func, made, value, depth + 1, found);
            }
            InstrKind::Next {
                over: Operand::Place(map),
                kind: RangeKind::Map,
                value,
                ..
            } if value == place => {
                if let Some(container) = self.container_at(facts, func, made, map, depth + 1) {
                    self.take(facts, func, made, container, Part::Element, found);
                }
            }
            InstrKind::Next {
                over,
                kind: RangeKind::Slice,
                value,
                ..
            } if value == place => {
                let part = (Part::Listed, Part::Element);
                self.follow_as(facts, func, (made, over), part, depth, found);
            }
            InstrKind::Append {
                slice,
                args,
                spread: false,
                ..
            } => {
                let same = (Part::Listed, Part::Listed);
                self.follow_as(facts, func, (made, slice), same, depth, found);
                for &arg in facts.body.operands(args) {
                    let part = (Part::Element, Part::Listed);
                    self.follow_as(facts, func, (made, arg), part, depth, found);
                }
            }
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                let results = facts.body.operands(call.results);
                let index = results.iter().position(|it| *it == Operand::Place(place));
                if let Some(index) = index {
                    self.follow_call(facts, func, made, (call, index), depth, found);
                }
            }
            _ => {}
        }
    }

    fn follow_call(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        (call, index): (&Call, usize),
        depth: u32,
        found: &mut Vec<Taken>,
    ) {
        if let Callee::Static(callee) = call.callee
            && package_path(self.package.world, callee) == "maps"
            && matches!(
                self.package.world.name(callee).as_str(),
                "All" | "Keys" | "Values"
            )
            && let Some(&map) = facts.body.operands(call.args).first()
        {
            let first = found.len();
            self.follow(facts, func, at, map, depth + 1, found);
            found[first..]
                .iter_mut()
                .for_each(|it| it.part = Part::Iterator);
            return;
        }
        if let Some(container) = self.looked_up(facts, call, index) {
            self.take(facts, func, at, container, Part::Element, found);
            return;
        }
        let Some(callee) = self.package.callee(facts, call) else {
            return;
        };
        let returned = match callee.target.here() {
            Some((body, function)) if function == FuncId::new(0) => {
                self.returned.get(&(body, index))
            }
            _ => None,
        };
        let own_locks = self.locks(facts, func, at);
        found.extend(returned.into_iter().flatten().map(|taken| {
            let mut taken = taken.clone();
            taken.locks.extend(own_locks.iter().copied());
            taken.at = Some(at);
            taken.call = Some(facts.place_of(&facts.func(func).instrs[at]));
            taken
        }));
    }

    /// The `sync.Map` that a call looks a value up in, and leaves it there.
    fn looked_up(&self, facts: &BodyFacts, call: &Call, result: usize) -> Option<ObjId> {
        let (Callee::Static(method), Some(Operand::Addr(map))) = (call.callee, call.receiver)
        else {
            return None;
        };
        let world = self.package.world;
        let is_lookup = result == 0
            && matches!(world.name(method).as_str(), "Load" | "LoadOrStore")
            && package_path(world, method) == "sync"
            && receiver_name(world, method) == Some("Map");
        self.direct(facts, map).filter(|_| is_lookup)
    }

    fn follow_variable(
        &self,
        facts: &BodyFacts,
        func: FuncId,
        at: usize,
        variable: ObjId,
        depth: u32,
        found: &mut Vec<Taken>,
    ) {
        let kind = self.package.world.object(variable).kind;
        if matches!(
            kind,
            ObjectKind::Var(VarKind::Param | VarKind::Receiver | VarKind::Field { .. })
        ) {
            return;
        }
        if facts.func(func).captures(variable) {
            let first = found.len();
            for (outer, data) in facts.body.funcs() {
                for at in 0..data.instrs.len() {
                    if outer != func
                        && let Some(value) = set_by(facts, data, at, variable)
                    {
                        self.follow(facts, outer, at, value, depth + 1, found);
                    }
                }
            }
            found[first..].iter_mut().for_each(|it| it.at = None);
            return;
        }
        for (at, value) in self.reaching(facts, func, at, variable) {
            self.follow(facts, func, at, value, depth + 1, found);
        }
    }

    /// The values that a variable may have before instruction number `at`, with the instructions
    /// that set it.
    pub fn reaching(
        &self,
        facts: &BodyFacts,
        id: FuncId,
        at: usize,
        variable: ObjId,
    ) -> Vec<(usize, Operand)> {
        let func = facts.func(id);
        let steps = self.steps(facts, id);
        let Some(&block) = steps
            .block_of
            .get(at.min(steps.block_of.len().wrapping_sub(1)))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open = vec![(block, at.min(func.instrs.len()))];
        while let Some((block, end)) = open.pop() {
            let range = func.block(block).instrs.as_usize();
            let mut steps_back = (range.start..end.min(range.end)).rev();
            let set = steps_back.find_map(|at| match func.instrs[at].kind {
                InstrKind::Declare(it) if it == variable => Some((at, None)),
                _ => set_by(facts, func, at, variable).map(|value| (at, Some(value))),
            });
            match set {
                Some((at, value)) => found.extend(value.map(|value| (at, value))),
                None => {
                    for &before in &steps.predecessors[block.index()] {
                        if seen.insert(before) && seen.len() < MAX_BLOCKS {
                            open.push((before, usize::MAX));
                        }
                    }
                }
            }
        }
        found.sort_by_key(|(at, _)| *at);
        found
    }
}

/// The returns of a function: the position of the last instruction, and what is returned.
pub fn returns(func: &Func) -> impl Iterator<Item = (usize, OperandList)> {
    func.blocks.iter().filter_map(|block| {
        let at = block.instrs.as_usize().end.checked_sub(1)?;
        match block.terminator {
            Terminator::Return(values) => Some((at, values)),
            _ => None,
        }
    })
}

/// The variable or expression behind whose pointer a field is, and the fields from there.
fn fields_behind(facts: &BodyFacts, place: PlaceId) -> Option<(PlaceId, Vec<ObjId>)> {
    let mut fields = Vec::new();
    let mut at = place;
    while let PlaceKind::Field { base, field } = facts.body.places.kind(at) {
        fields.push(field);
        at = base;
    }
    fields.reverse();
    match facts.body.places.kind(at) {
        PlaceKind::Deref { base } if !fields.is_empty() => Some((base, fields)),
        _ => None,
    }
}

/// The last instruction of a kind up to `at`.
fn before(func: &Func, at: usize, is_it: impl Fn(InstrKind) -> bool) -> Option<usize> {
    let until = func.instrs.len().min(at.saturating_add(1));
    func.instrs[..until]
        .iter()
        .rposition(|instr| is_it(instr.kind))
}

/// The value that an instruction gives to a variable.
fn set_by(facts: &BodyFacts, func: &Func, at: usize, variable: ObjId) -> Option<Operand> {
    let is_it = |place| facts.body.places.kind(place) == PlaceKind::Var(variable);
    match func.instrs[at].kind {
        InstrKind::Write { place, value } if is_it(place) => Some(value),
        InstrKind::Next { key, value, .. } if is_it(key) || is_it(value) => Some(Operand::Unknown),
        _ => None,
    }
}
