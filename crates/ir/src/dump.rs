//! Bodies as text for people and tests: names in place of ids.

use std::fmt::Write as _;

use contend_base::Idx;
use contend_syntax::ast::{BinaryOp, UnaryOp};
use contend_types::{ObjId, World};
use rustc_hash::FxHashMap;

use crate::func::{BlockId, Body, Func, FuncId, FuncKind};
use crate::instr::{
    AllocKind, CallId, CallMode, Callee, InstrKind, Operand, OperandList, Operator, RangeKind,
    SelectKind, Terminator,
};
use crate::place::{Key, PlaceId, PlaceKind};

/// All functions of a body, one instruction a line.
///
/// Variables of one name are told apart by a number, temporary values are `t0`, `t1`. The text
/// depends on the source alone.
pub fn dump(world: &World, body: &Body) -> String {
    let mut printer = Printer {
        world,
        body,
        names: variable_names(world, body),
        out: String::new(),
    };
    for (id, func) in body.funcs() {
        printer.func(id, func);
    }
    printer.out
}

/// `x` for the first variable of that name, `x'2` for the second.
fn variable_names(world: &World, body: &Body) -> FxHashMap<ObjId, String> {
    let mut seen: FxHashMap<&str, u32> = FxHashMap::default();
    let mut names = FxHashMap::default();
    let mut add = |variable: ObjId| {
        names.entry(variable).or_insert_with(|| {
            let name = world.name(variable).as_str();
            let count = seen.entry(name).or_default();
            *count += 1;
            if *count == 1 {
                name.to_owned()
            } else {
                format!("{name}'{count}")
            }
        });
    };
    for func in &body.funcs {
        let declared = [func.receiver]
            .into_iter()
            .chain(func.params.iter().copied());
        declared
            .chain(func.results.iter().copied())
            .flatten()
            .for_each(&mut add);
    }
    for i in 0..body.places.len() {
        if let PlaceKind::Var(variable) = body.places.kind(Idx::new(i)) {
            add(variable);
        }
    }
    for func in &body.funcs {
        for instr in &func.instrs {
            if let InstrKind::Declare(variable) = instr.kind {
                add(variable);
            }
        }
    }
    names
}

struct Printer<'a> {
    world: &'a World,
    body: &'a Body,
    names: FxHashMap<ObjId, String>,
    out: String,
}

impl Printer<'_> {
    fn func(&mut self, id: FuncId, func: &Func) {
        let name = match func.kind {
            FuncKind::Declared(object) => self.world.name(object).to_string(),
            FuncKind::Literal { .. } => format!("func#{}", id.index()),
            FuncKind::Init => "init".to_owned(),
        };
        let receiver = match func.receiver {
            Some(receiver) => format!("({}) ", self.variable(receiver)),
            None => String::new(),
        };
        let params = self.variables(&func.params);
        let results = self.variables(&func.results);
        let _ = write!(self.out, "func {receiver}{name}({params})");
        if !func.results.is_empty() {
            let _ = write!(self.out, " ({results})");
        }
        if !func.captures.is_empty() {
            let captured = func.captures.iter().map(|capture| {
                let mark = if capture.written { "*" } else { "" };
                format!("{}{mark}", self.variable(capture.variable))
            });
            let captured = captured.collect::<Vec<_>>().join(" ");
            let _ = write!(self.out, " captures {captured}");
        }
        self.out.push_str(if func.is_cut { " cut\n" } else { "\n" });
        for (id, block) in func.blocks() {
            let _ = writeln!(self.out, "{}:", block_name(id));
            for instr in func.instrs(block) {
                let line = self.instr(instr.kind);
                let _ = writeln!(self.out, "  {line}");
            }
            let line = self.terminator(block.terminator);
            let _ = writeln!(self.out, "  {line}");
        }
    }

    fn instr(&self, kind: InstrKind) -> String {
        let place = |id| self.place(id);
        let operand = |value| self.operand(value);
        match kind {
            InstrKind::Declare(variable) => format!("declare {}", self.variable(variable)),
            InstrKind::Read(id) => format!("read {}", place(id)),
            InstrKind::Write { place: id, value } => format!("{} = {}", place(id), operand(value)),
            InstrKind::MapRead { element, ok: None } => format!("map read {}", place(element)),
            InstrKind::MapRead {
                element,
                ok: Some(ok),
            } => {
                format!("{} = map read ok {}", place(ok), place(element))
            }
            InstrKind::MapWrite { element, value } => {
                format!("map write {} = {}", place(element), operand(value))
            }
            InstrKind::MapDelete { element } => format!("map delete {}", place(element)),
            InstrKind::MapClear(map) => format!("map clear {}", place(map)),
            InstrKind::MapLen(map) => format!("map len {}", place(map)),
            InstrKind::Next {
                over,
                kind,
                ok,
                key,
                value,
            } => format!(
                "{}, {}, {} = next {} {}",
                place(ok),
                place(key),
                place(value),
                range_name(kind),
                operand(over)
            ),
            InstrKind::Append {
                dst, slice, args, ..
            } => {
                format!(
                    "{} = append {} [{}]",
                    place(dst),
                    operand(slice),
                    self.operands(args)
                )
            }
            InstrKind::Copy { to, from } => format!("copy {} {}", operand(to), operand(from)),
            InstrKind::Alloc {
                dst, kind, size, ..
            } => {
                let size = if size == Operand::Int(0) {
                    String::new()
                } else {
                    operand(size)
                };
                format!("{} = {} {size}", place(dst), alloc_name(kind))
                    .trim_end()
                    .to_owned()
            }
            InstrKind::Operation {
                dst,
                op,
                left,
                right,
            } => {
                let (dst, left) = (place(dst), operand(left));
                match op {
                    Operator::Unary(op) => format!("{dst} = {}{left}", unary_name(op)),
                    Operator::Binary(op) => {
                        format!("{dst} = {left} {} {}", binary_name(op), operand(right))
                    }
                    Operator::HasType => format!("{dst} = has type {left}"),
                }
            }
            InstrKind::Convert { dst, value, .. } => {
                format!("{} = convert {}", place(dst), operand(value))
            }
            InstrKind::TypeAssert { dst, value, ok, .. } => {
                let ok = ok.map_or(String::new(), |ok| format!(", {}", place(ok)));
                format!("{}{ok} = assert {}", place(dst), operand(value))
            }
            InstrKind::Slice { dst, base, .. } => {
                format!("{} = slice {}", place(dst), operand(base))
            }
            InstrKind::Closure { dst, func } => {
                format!("{} = closure func#{}", place(dst), func.index())
            }
            InstrKind::MethodValue {
                dst,
                receiver,
                method,
            } => {
                let method = self.world.name(method);
                format!(
                    "{} = method value {} {method}",
                    place(dst),
                    operand(receiver)
                )
            }
            InstrKind::Call(call) => self.call(call),
            InstrKind::Send { channel, value } => {
                format!("send {} {}", operand(channel), operand(value))
            }
            InstrKind::Receive { dst, channel, ok } => {
                let ok = ok.map_or(String::new(), |ok| format!(", {}", place(ok)));
                format!("{}{ok} = receive {}", place(dst), operand(channel))
            }
            InstrKind::Close(channel) => format!("close {}", operand(channel)),
            InstrKind::Recover { dst } => format!("{} = recover", place(dst)),
            InstrKind::RunDefers => "run defers".to_owned(),
        }
    }

    fn call(&self, id: CallId) -> String {
        let call = self.body.call(id);
        let mut line = String::new();
        if !call.results.is_empty() {
            let _ = write!(line, "{} = ", self.operands(call.results));
        }
        line.push_str(match call.mode {
            CallMode::Plain => "call ",
            CallMode::Go => "go ",
            CallMode::Defer => "defer ",
        });
        if let Some(receiver) = call.receiver {
            let _ = write!(line, "{} . ", self.operand(receiver));
        }
        match call.callee {
            Callee::Static(function) => {
                let _ = write!(line, "{}", self.world.name(function));
            }
            Callee::Interface(method) => {
                let _ = write!(line, "interface {}", self.world.name(method));
            }
            Callee::Literal(func) => {
                let _ = write!(line, "func#{}", func.index());
            }
            Callee::Value(value) => {
                let _ = write!(line, "value {}", self.operand(value));
            }
            Callee::Builtin(builtin) => {
                let _ = write!(line, "{}", format!("{builtin:?}").to_lowercase());
            }
            Callee::Unknown => line.push_str("unknown"),
        }
        let spread = if call.spread { "..." } else { "" };
        let _ = write!(line, "({}{spread})", self.operands(call.args));
        line
    }

    fn terminator(&self, terminator: Terminator) -> String {
        match terminator {
            Terminator::Jump(to) => format!("jump {}", block_name(to)),
            Terminator::Branch {
                cond,
                then,
                otherwise,
            } => format!(
                "if {} {} else {}",
                self.operand(cond),
                block_name(then),
                block_name(otherwise)
            ),
            Terminator::Select(select) => {
                let cases = self.body.selects[select.index()].cases.iter().map(|case| {
                    let what = match case.kind {
                        SelectKind::Default => "default".to_owned(),
                        SelectKind::Send { channel, value } => {
                            format!("send {} {}", self.operand(channel), self.operand(value))
                        }
                        SelectKind::Receive { channel, value, ok } => {
                            let ok = ok.map_or(String::new(), |ok| format!(", {}", self.place(ok)));
                            format!(
                                "{}{ok} = receive {}",
                                self.place(value),
                                self.operand(channel)
                            )
                        }
                    };
                    format!("{what}: {}", block_name(case.target))
                });
                format!("select {{ {} }}", cases.collect::<Vec<_>>().join("; "))
            }
            Terminator::Return(values) if values.is_empty() => "return".to_owned(),
            Terminator::Return(values) => format!("return {}", self.operands(values)),
            Terminator::Panic { unwind: None } => "panic".to_owned(),
            Terminator::Panic { unwind: Some(to) } => format!("panic to {}", block_name(to)),
            Terminator::Unwind { recovered: None } => "unwind".to_owned(),
            Terminator::Unwind {
                recovered: Some(to),
            } => {
                format!("unwind or recover to {}", block_name(to))
            }
            Terminator::Stop => "stop".to_owned(),
        }
    }

    fn operands(&self, list: OperandList) -> String {
        let values = self.body.operands(list).iter();
        values
            .map(|&value| self.operand(value))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn operand(&self, operand: Operand) -> String {
        match operand {
            Operand::Place(place) => self.place(place),
            Operand::Addr(place) => format!("&{}", self.place(place)),
            Operand::Int(value) => value.to_string(),
            Operand::Bool(value) => value.to_string(),
            Operand::Nil => "nil".to_owned(),
            Operand::Const => "const".to_owned(),
            Operand::Func(function) => format!("func {}", self.world.name(function)),
            Operand::Unknown => "_".to_owned(),
        }
    }

    fn place(&self, place: PlaceId) -> String {
        let key = |key| match key {
            Key::Any => "_".to_owned(),
            Key::Int(value) => value.to_string(),
            Key::Const(_) => "const".to_owned(),
            Key::Place(place) => self.place(place),
        };
        match self.body.places.kind(place) {
            PlaceKind::Var(variable) => self.variable(variable),
            PlaceKind::Temp(number) => format!("t{number}"),
            PlaceKind::Unknown => "?".to_owned(),
            PlaceKind::Field { base, field } => {
                format!("{}.{}", self.place(base), self.world.name(field))
            }
            PlaceKind::Deref { base } => format!("{}.*", self.place(base)),
            PlaceKind::Element { base, key: at } => format!("{}[{}]", self.place(base), key(at)),
            PlaceKind::MapElement { base, key: at } => {
                format!("{}{{{}}}", self.place(base), key(at))
            }
        }
    }

    fn variable(&self, variable: ObjId) -> String {
        let name = self.names.get(&variable).cloned();
        name.unwrap_or_else(|| self.world.name(variable).to_string())
    }

    fn variables(&self, variables: &[Option<ObjId>]) -> String {
        let names = variables.iter().map(|variable| match variable {
            Some(variable) => self.variable(*variable),
            None => "_".to_owned(),
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

fn block_name(block: BlockId) -> String {
    format!("b{}", block.index())
}

fn alloc_name(kind: AllocKind) -> &'static str {
    match kind {
        AllocKind::Composite => "composite",
        AllocKind::New => "new",
        AllocKind::Map => "make map",
        AllocKind::Slice => "make slice",
        AllocKind::Chan => "make chan",
    }
}

fn range_name(kind: RangeKind) -> &'static str {
    match kind {
        RangeKind::Map => "map",
        RangeKind::Chan => "chan",
        RangeKind::Slice => "slice",
        RangeKind::Array => "array",
        RangeKind::String => "string",
        RangeKind::Int => "int",
        RangeKind::Func => "func",
        RangeKind::Unknown => "unknown",
    }
}

fn unary_name(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Plus => "+",
        UnaryOp::Minus => "-",
        UnaryOp::Not => "!",
        UnaryOp::Complement => "^",
        UnaryOp::Address => "&",
        UnaryOp::Receive => "<-",
        UnaryOp::Tilde => "~",
    }
}

fn binary_name(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::LogicalOr => "||",
        BinaryOp::LogicalAnd => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Or => "|",
        BinaryOp::Xor => "^",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::And => "&",
        BinaryOp::AndNot => "&^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
    }
}
