//! Bodies in which small functions are written out where they are called.
//!
//! A rule that follows values through one function sees what its small helpers do as if it stood in
//! the function itself. What was written out keeps its span, and says which call it is for; ids of
//! functions, and of the first part of each block, stay.

use contend_base::{Idx, Range, Span};
use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::func::{Block, BlockId, Body, Func, FuncId, FuncKind, WrittenOut, WrittenOutId};
use crate::instr::{
    Call, CallId, CallMode, Callee, Instr, InstrKind, Operand, OperandList, SelectKind, Terminator,
};
use crate::place::{Key, PlaceId, PlaceKind, PlaceTable};

/// Larger functions stay calls.
const MAX_INSTRS: usize = 40;

/// Functions with more branches stay calls.
const MAX_BLOCKS: usize = 8;

/// A function does not grow beyond this.
const MAX_TOTAL: usize = 2000;

/// The function that a call runs.
pub struct Inner<'a> {
    pub body: &'a Body,
    pub func: FuncId,
    /// The receiver, as the caller names it.
    pub receiver: Option<Operand>,
}

impl Body {
    /// The body with those calls written out for which `inner` knows a small function; `None` if
    /// there is none.
    pub fn with_calls_written_out<'b>(
        &'b self,
        inner: impl Fn(&Call) -> Option<Inner<'b>>,
    ) -> Option<Self> {
        let inner = |func: FuncId, call: &Call| {
            let found = inner(call).filter(|_| call.mode == CallMode::Plain)?;
            let is_itself = std::ptr::eq(found.body, self) && found.func == func;
            (!is_itself && is_small(found.body, found.func, call)).then_some(found)
        };
        let is_of_interest = |(id, func): (FuncId, &Func)| {
            let mut calls = func.calls();
            calls.any(|call| inner(id, self.call(call)).is_some())
        };
        let of_interest: Vec<FuncId> = self
            .funcs()
            .filter(|&it| is_of_interest(it))
            .map(|(id, _)| id)
            .collect();
        if of_interest.is_empty() {
            return None;
        }
        let mut writer = Writer {
            table: PlaceTable::of(&self.places),
            body: self.clone(),
            instrs: Vec::new(),
        };
        for id in of_interest {
            writer.func(self, id, &inner);
        }
        writer.body.places = writer.table.places;
        Some(writer.body)
    }
}

/// True for functions that do a few things and come back.
fn is_small(body: &Body, id: FuncId, call: &Call) -> bool {
    let func = body.func(id);
    let ends_well = |block: &Block| {
        matches!(
            block.terminator,
            Terminator::Jump(_) | Terminator::Branch { .. } | Terminator::Return(_)
        )
    };
    let is_plain = |instr: &Instr| match instr.kind {
        InstrKind::Closure { .. } | InstrKind::Recover { .. } | InstrKind::RunDefers => false,
        InstrKind::Call(call) => {
            let call = body.call(call);
            call.mode == CallMode::Plain && !matches!(call.callee, Callee::Literal(_))
        }
        _ => true,
    };
    let returns = |block: &Block| matches!(block.terminator, Terminator::Return(_));
    call.args.len() == func.params.len()
        && !func.has_defer
        && !func.is_cut
        && func.instrs.len() <= MAX_INSTRS
        && func.blocks.len() <= MAX_BLOCKS
        && func.blocks.iter().all(ends_well)
        && func.blocks.iter().any(returns)
        && func.instrs.iter().all(is_plain)
}

/// Names of one function for those of the body that is written.
struct Renaming<'a> {
    from: &'a Body,
    /// What stands for a variable or a value: not a place of its own.
    given: FxHashMap<PlaceId, Operand>,
    known: FxHashMap<PlaceId, PlaceId>,
    /// Variables of this very call; `None` for the function that is written.
    own: Option<FxHashSet<ObjId>>,
    /// The call that everything is written out for.
    within: Option<WrittenOutId>,
}

struct Writer {
    table: PlaceTable,
    body: Body,
    instrs: Vec<Instr>,
}

impl Writer {
    fn func<'b>(
        &mut self,
        from: &'b Body,
        id: FuncId,
        inner: &impl Fn(FuncId, &Call) -> Option<Inner<'b>>,
    ) {
        let func = from.func(id);
        let mut names = Renaming {
            from,
            given: FxHashMap::default(),
            known: FxHashMap::default(),
            own: None,
            within: None,
        };
        self.instrs = Vec::with_capacity(func.instrs.len() * 2);
        let mut blocks = func.blocks.clone();
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        order.sort_by_key(|&at| func.blocks[at].instrs.as_usize().start);
        for at in order {
            let block = func.blocks[at];
            let mut open = at;
            let mut start = self.instrs.len();
            for instr in func.instrs(&block) {
                let found = match instr.kind {
                    InstrKind::Call(call) if self.instrs.len() < MAX_TOTAL => {
                        inner(id, from.call(call)).map(|inner| (call, inner))
                    }
                    _ => None,
                };
                match found {
                    Some((call, inner)) => {
                        self.write_out(
                            &mut names,
                            (call, instr.within),
                            &inner,
                            &mut blocks,
                            (&mut open, &mut start),
                        );
                    }
                    None => self.instr(&mut names, instr),
                }
            }
            let terminator = self.terminator(&mut names, block.terminator);
            blocks[open] = Block {
                instrs: Range::new(start, self.instrs.len()),
                terminator,
                end_span: block.end_span,
            };
        }
        let written = &mut self.body.funcs[id.index()];
        written.blocks = blocks;
        written.instrs = std::mem::take(&mut self.instrs);
    }

    /// Writes the function out that a call runs. A function with branches ends the block at hand:
    /// `open` and `start` are of the one that goes on behind it.
    fn write_out(
        &mut self,
        names: &mut Renaming,
        (id, at): (CallId, Option<WrittenOutId>),
        inner: &Inner,
        blocks: &mut Vec<Block>,
        (open, start): (&mut usize, &mut usize),
    ) {
        let call = names.from.call(id);
        let func = inner.body.func(inner.func);
        let within = self.within(names, (call, at), inner);
        let mut inside = self.handed_over(names, call, inner, (at, within));
        let results: Vec<Operand> = names.from.operands(call.results).to_vec();
        if let [block] = func.blocks.as_slice() {
            for instr in func.instrs(block) {
                self.instr(&mut inside, instr);
            }
            if let Terminator::Return(list) = block.terminator {
                for (result, &value) in results.iter().zip(inner.body.operands(list)) {
                    if let Operand::Place(result) = *result {
                        let value = self.operand(&mut inside, value);
                        names.given.insert(result, value);
                    }
                }
            }
            return;
        }
        let first = blocks.len();
        let behind = first + func.blocks.len();
        let end_span = call.span;
        let ended = |instrs, terminator| Block {
            instrs,
            terminator,
            end_span,
        };
        blocks[*open] = ended(
            Range::new(*start, self.instrs.len()),
            Terminator::Jump(Idx::new(first)),
        );
        let moved = |to: BlockId| Idx::new(first + to.index());
        for block in &func.blocks {
            let begin = self.instrs.len();
            for instr in func.instrs(block) {
                self.instr(&mut inside, instr);
            }
            let terminator = match block.terminator {
                Terminator::Jump(to) => Terminator::Jump(moved(to)),
                Terminator::Branch {
                    cond,
                    then,
                    otherwise,
                } => Terminator::Branch {
                    cond: self.operand(&mut inside, cond),
                    then: moved(then),
                    otherwise: moved(otherwise),
                },
                Terminator::Return(list) => {
                    for (result, &value) in results.iter().zip(inner.body.operands(list)) {
                        if let Operand::Place(place) = *result {
                            let value = self.operand(&mut inside, value);
                            self.write(place, value, call.span, at);
                        }
                    }
                    Terminator::Jump(Idx::new(behind))
                }
                other => other,
            };
            blocks.push(ended(Range::new(begin, self.instrs.len()), terminator));
        }
        blocks.push(ended(Range::EMPTY, Terminator::Stop));
        (*open, *start) = (behind, self.instrs.len());
    }

    /// The entry of a function that is written out for a call which stands in `at`. What a literal
    /// of the body does stands in the body.
    fn within(
        &mut self,
        names: &Renaming,
        (call, at): (&Call, Option<WrittenOutId>),
        inner: &Inner,
    ) -> Option<WrittenOutId> {
        let FuncKind::Declared(function) = inner.body.func(inner.func).kind else {
            return None;
        };
        let call = match at {
            Some(outer) => names.from.written_out[outer.index()].call,
            None => call.span,
        };
        self.body.written_out.push(WrittenOut {
            function,
            file: inner.body.file,
            call,
        });
        Some(Idx::new(self.body.written_out.len() - 1))
    }

    /// The names of a called function, with what it is handed in the place of its parameters.
    fn handed_over<'b>(
        &mut self,
        names: &mut Renaming,
        call: &Call,
        inner: &Inner<'b>,
        (at, within): (Option<WrittenOutId>, Option<WrittenOutId>),
    ) -> Renaming<'b> {
        let func = inner.body.func(inner.func);
        let formals = func
            .receiver
            .into_iter()
            .chain(func.params.iter().flatten().copied());
        let declared = func.instrs.iter().filter_map(|instr| match instr.kind {
            InstrKind::Declare(variable) => Some(variable),
            _ => None,
        });
        let results = func.results.iter().flatten().copied();
        let mut inside = Renaming {
            from: inner.body,
            given: FxHashMap::default(),
            known: FxHashMap::default(),
            own: Some(formals.chain(declared).chain(results).collect()),
            within,
        };
        let receiver = func.receiver.map(|it| (Some(it), inner.receiver));
        let args = names.from.operands(call.args).iter();
        let params = func.params.iter().zip(args.map(|&arg| Some(arg)));
        let all = receiver
            .into_iter()
            .chain(params.map(|(&param, arg)| (param, arg)));
        for (formal, actual) in all.collect::<Vec<_>>() {
            let Some(place) = formal.and_then(|it| inner.body.places.variable(it)) else {
                continue;
            };
            let actual = actual.map_or(Operand::Unknown, |it| self.operand(names, it));
            if is_changed(inner.body, func, place) {
                let own = self.place(&mut inside, place);
                self.write(own, actual, call.span, at);
            } else {
                inside.given.insert(place, actual);
            }
        }
        inside
    }

    fn write(&mut self, place: PlaceId, value: Operand, span: Span, within: Option<WrittenOutId>) {
        let kind = InstrKind::Write { place, value };
        self.instrs.push(Instr { span, kind, within });
    }

    fn instr(&mut self, names: &mut Renaming, instr: &Instr) {
        let is_inside = names.own.is_some();
        let kind = match instr.kind {
            InstrKind::Declare(_) if is_inside => return,
            // A parameter is the caller's own value, and a variable of the function nobody else's.
            InstrKind::Read(place) if names.given.contains_key(&place) => return,
            InstrKind::Read(place) => {
                let place = self.place(names, place);
                if is_inside && matches!(self.table.places.kind(place), PlaceKind::Temp(_)) {
                    return;
                }
                InstrKind::Read(place)
            }
            other => self.kind(names, other),
        };
        let within = match names.own {
            Some(_) => names.within,
            None => instr.within,
        };
        self.instrs.push(Instr {
            span: instr.span,
            kind,
            within,
        });
    }

    fn kind(&mut self, names: &mut Renaming, kind: InstrKind) -> InstrKind {
        use InstrKind as K;
        match kind {
            K::Declare(_) | K::RunDefers => kind,
            K::Read(place) => K::Read(self.place(names, place)),
            K::Write { place, value } => K::Write {
                place: self.place(names, place),
                value: self.operand(names, value),
            },
            K::MapRead { element, ok } => K::MapRead {
                element: self.place(names, element),
                ok: ok.map(|it| self.place(names, it)),
            },
            K::MapWrite { element, value } => K::MapWrite {
                element: self.place(names, element),
                value: self.operand(names, value),
            },
            K::MapDelete { element } => K::MapDelete {
                element: self.place(names, element),
            },
            K::MapClear(map) => K::MapClear(self.place(names, map)),
            K::MapLen(map) => K::MapLen(self.place(names, map)),
            K::Next {
                over,
                kind,
                ok,
                key,
                value,
            } => K::Next {
                over: self.operand(names, over),
                kind,
                ok: self.place(names, ok),
                key: self.place(names, key),
                value: self.place(names, value),
            },
            K::Append {
                dst,
                slice,
                args,
                spread,
            } => K::Append {
                dst: self.place(names, dst),
                slice: self.operand(names, slice),
                args: self.list(names, args),
                spread,
            },
            K::Copy { to, from } => K::Copy {
                to: self.operand(names, to),
                from: self.operand(names, from),
            },
            K::Alloc {
                dst,
                kind,
                ty,
                size,
                has_room,
            } => K::Alloc {
                dst: self.place(names, dst),
                kind,
                ty,
                size: self.operand(names, size),
                has_room,
            },
            K::Operation {
                dst,
                op,
                left,
                right,
            } => K::Operation {
                dst: self.place(names, dst),
                op,
                left: self.operand(names, left),
                right: self.operand(names, right),
            },
            K::Convert { dst, value, ty } => K::Convert {
                dst: self.place(names, dst),
                value: self.operand(names, value),
                ty,
            },
            K::TypeAssert { dst, value, ty, ok } => K::TypeAssert {
                dst: self.place(names, dst),
                value: self.operand(names, value),
                ty,
                ok: ok.map(|it| self.place(names, it)),
            },
            K::Slice { dst, base, low } => K::Slice {
                dst: self.place(names, dst),
                base: self.operand(names, base),
                low: self.operand(names, low),
            },
            K::Closure { dst, func } => K::Closure {
                dst: self.place(names, dst),
                func,
            },
            K::MethodValue {
                dst,
                receiver,
                method,
            } => K::MethodValue {
                dst: self.place(names, dst),
                receiver: self.operand(names, receiver),
                method,
            },
            K::Call(call) => K::Call(self.call(names, call)),
            K::Send { channel, value } => K::Send {
                channel: self.operand(names, channel),
                value: self.operand(names, value),
            },
            K::Receive { dst, channel, ok } => K::Receive {
                dst: self.place(names, dst),
                channel: self.operand(names, channel),
                ok: ok.map(|it| self.place(names, it)),
            },
            K::Close(channel) => K::Close(self.operand(names, channel)),
            K::Recover { dst } => K::Recover {
                dst: self.place(names, dst),
            },
        }
    }

    /// A call under new names. In the function that is written, calls keep their ids.
    fn call(&mut self, names: &mut Renaming, id: CallId) -> CallId {
        let mut call = names.from.call(id).clone();
        if let Callee::Value(value) = call.callee {
            call.callee = Callee::Value(self.operand(names, value));
        }
        call.receiver = call.receiver.map(|it| self.operand(names, it));
        call.args = self.list(names, call.args);
        if names.own.is_none() {
            self.body.calls[id.index()] = call;
            return id;
        }
        call.results = self.list(names, call.results);
        self.body.calls.push(call);
        Idx::new(self.body.calls.len() - 1)
    }

    fn list(&mut self, names: &mut Renaming, list: OperandList) -> OperandList {
        if names.own.is_none() && names.given.is_empty() {
            return list;
        }
        // Where an empty list begins says nothing in another body.
        if list.is_empty() {
            return Range::EMPTY;
        }
        let from = names.from;
        let start = self.body.operands.len();
        for &operand in from.operands(list) {
            let operand = self.operand(names, operand);
            self.body.operands.push(operand);
        }
        Range::new(start, self.body.operands.len())
    }

    fn terminator(&mut self, names: &mut Renaming, terminator: Terminator) -> Terminator {
        match terminator {
            Terminator::Branch {
                cond,
                then,
                otherwise,
            } => Terminator::Branch {
                cond: self.operand(names, cond),
                then,
                otherwise,
            },
            Terminator::Return(list) => Terminator::Return(self.list(names, list)),
            Terminator::Select(id) => {
                let mut cases = names.from.selects[id.index()].cases.clone();
                for case in &mut cases {
                    match &mut case.kind {
                        SelectKind::Send { channel, value } => {
                            *channel = self.operand(names, *channel);
                            *value = self.operand(names, *value);
                        }
                        SelectKind::Receive { channel, .. } => {
                            *channel = self.operand(names, *channel);
                        }
                        SelectKind::Default => {}
                    }
                }
                self.body.selects[id.index()].cases = cases;
                terminator
            }
            other => other,
        }
    }

    fn operand(&mut self, names: &mut Renaming, operand: Operand) -> Operand {
        match operand {
            Operand::Place(place) => match names.given.get(&place) {
                Some(&given) => given,
                None => Operand::Place(self.place(names, place)),
            },
            Operand::Addr(place) => Operand::Addr(self.place(names, place)),
            other => other,
        }
    }

    fn place(&mut self, names: &mut Renaming, id: PlaceId) -> PlaceId {
        if let Some(&Operand::Place(given)) = names.given.get(&id) {
            return given;
        }
        if names.own.is_none() && names.given.is_empty() {
            return id;
        }
        if let Some(&known) = names.known.get(&id) {
            return known;
        }
        let named = self.named(names, id);
        names.known.insert(id, named);
        named
    }

    fn named(&mut self, names: &mut Renaming, id: PlaceId) -> PlaceId {
        let place = names.from.places.get(id);
        let is_own = |variable| {
            names
                .own
                .as_ref()
                .is_some_and(|own| own.contains(&variable))
        };
        let kind = match place.kind {
            PlaceKind::Var(variable) if is_own(variable) => return self.table.temp(place.ty),
            PlaceKind::Temp(_) if names.own.is_some() => return self.table.temp(place.ty),
            PlaceKind::Var(_) | PlaceKind::Temp(_) | PlaceKind::Unknown => place.kind,
            PlaceKind::Field { base, field } => PlaceKind::Field {
                base: self.place(names, base),
                field,
            },
            PlaceKind::Deref { base } => match names.given.get(&base) {
                Some(&Operand::Addr(given)) => return given,
                _ => PlaceKind::Deref {
                    base: self.place(names, base),
                },
            },
            PlaceKind::Element { base, key } => PlaceKind::Element {
                base: self.place(names, base),
                key: self.key(names, key),
            },
            PlaceKind::MapElement { base, key } => PlaceKind::MapElement {
                base: self.place(names, base),
                key: self.key(names, key),
            },
        };
        if kind == place.kind && names.own.is_none() {
            return id;
        }
        self.table.intern(kind, place.ty)
    }

    fn key(&mut self, names: &mut Renaming, key: Key) -> Key {
        match key {
            Key::Place(place) => match self.operand(names, Operand::Place(place)) {
                Operand::Place(place) => Key::Place(place),
                Operand::Int(index) => Key::Int(index),
                _ => Key::Any,
            },
            other => other,
        }
    }
}

/// True if the function assigns to a parameter or takes its address: it has a copy of its own then.
fn is_changed(body: &Body, func: &Func, parameter: PlaceId) -> bool {
    let is_part = |place: PlaceId| {
        let mut at = Some(place);
        while let Some(step) = at {
            if step == parameter {
                return true;
            }
            at = match body.places.kind(step) {
                PlaceKind::Field { base, .. } => Some(base),
                _ => None,
            };
        }
        false
    };
    let is_address = |operand: &Operand| matches!(operand, Operand::Addr(place) if is_part(*place));
    func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Write { place, value } => is_part(place) || is_address(&value),
        InstrKind::MapWrite { value, .. }
        | InstrKind::Send { value, .. }
        | InstrKind::Convert { value, .. }
        | InstrKind::Slice { base: value, .. } => is_address(&value),
        InstrKind::Call(call) => {
            let call = body.call(call);
            let args = body.operands(call.args).iter();
            args.chain(&call.receiver).any(is_address)
        }
        InstrKind::MethodValue { receiver, .. } => is_address(&receiver),
        _ => false,
    }) || func.blocks.iter().any(|block| match block.terminator {
        Terminator::Return(list) => body.operands(list).iter().any(is_address),
        _ => false,
    })
}
