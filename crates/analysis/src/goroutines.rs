//! Where goroutines start, and what runs beside them.

use contend_base::Span;
use contend_ir::{
    AllocKind, BlockId, Body, Call, CallId, CallMode, Callee, Func, FuncId, Instr, InstrKind, Key,
    Loop, Operand, PlaceId, PlaceKind, RangeKind, SelectId, SelectKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, VarKind};
use rustc_hash::FxHashSet;

use crate::accesses::Subject;
use crate::library::{may_be_std, package_path};
use crate::origins::{BY_ERRGROUP, BY_WAIT_GROUP, Runs, callback, started_by};
use crate::package::{BodyFacts, Package, Started};
use crate::path::{Path, Root};

const BY_GO: &str = "started by `go`";

/// A place where a function of the package becomes a goroutine.
pub struct Spawn {
    /// The function around it.
    pub parent: FuncId,
    /// The position of the call in the parent's instructions.
    pub at: usize,
    /// What it runs.
    pub started: Started,
    pub span: Span,
    pub runs: Runs,
    /// What holds it beside others that run in turn with it.
    pub in_turn: Option<PlaceId>,
    /// "started by `go`", as findings say it.
    pub how: &'static str,
    /// Variables that the goroutine and the function around it both know.
    shared: FxHashSet<ObjId>,
}

/// The goroutines that a function starts with a literal as their function, which is in the same
/// body.
pub fn literal_spawns(
    package: &Package,
    facts: &BodyFacts,
    parent: FuncId,
) -> Vec<(FuncId, Spawn)> {
    let spawns = spawns(package, facts, parent).into_iter();
    spawns
        .filter_map(|spawn| {
            let (body, function) = spawn.started.target.here()?;
            let is_literal = package.bodies[body].func(function).parent().is_some();
            is_literal.then_some((function, spawn))
        })
        .collect()
}

/// The goroutines that a function starts whose function is known, and the handlers that it hands
/// to somebody.
pub fn spawns(package: &Package, facts: &BodyFacts, parent: FuncId) -> Vec<Spawn> {
    let func = facts.func(parent);
    let mut spawns = Vec::new();
    for (at, instr) in func.instrs.iter().enumerate() {
        let (all, given) = match instr.kind {
            InstrKind::Call(id) => {
                let call = facts.body.call(id);
                (started(package, facts, call), Some(call))
            }
            kind => (stored(package, facts, kind).into_iter().collect(), None),
        };
        for (started, runs, how) in all {
            let literal = match started.target.here() {
                Some((body, function)) if body == facts.index => Some(function),
                _ => None,
            };
            let shared = shared(facts, given, &started, literal);
            spawns.push(Spawn {
                parent,
                at,
                started,
                span: instr.span,
                runs,
                in_turn: runs_in_turn(facts, instr.kind, runs),
                how,
                shared,
            });
        }
    }
    spawns
}

/// What a call makes run in other goroutines, how often, and how it is started.
pub fn started(
    package: &Package,
    facts: &BodyFacts,
    call: &Call,
) -> Vec<(Started, Runs, &'static str)> {
    match call.mode {
        CallMode::Go => {
            let row = started_by(package.world, facts.body, call);
            if let Some((row, argument)) = row
                && let Some(started) = package.handler_value(facts, argument)
            {
                // `go http.Serve(listener, router)`.
                return vec![(started, Runs::Served, row.how)];
            }
            let started = match package.callee(facts, call) {
                Some(callee) => vec![callee],
                // `go wait.Until(work, period, stop)`: the library runs what it is given.
                None => package.run_by_library(facts, call),
            };
            let how = |it| (it, Runs::Once, BY_GO);
            started.into_iter().map(how).collect()
        }
        CallMode::Plain => {
            if let Some((row, argument)) = started_by(package.world, facts.body, call) {
                let started = package.function_value(facts, argument);
                let started = started.or_else(|| package.handler_value(facts, argument));
                return started
                    .map(|started| (started, row.runs, row.how))
                    .into_iter()
                    .collect();
            }
            let runs = if is_registered_once(package, call) {
                Runs::Once
            } else {
                Runs::Many
            };
            let args = facts.body.operands(call.args).iter();
            let given = args.filter_map(|&arg| package.function_value(facts, arg));
            given
                .filter_map(|given| {
                    let how = package.handler(&given.target)?;
                    Some((given, runs, how))
                })
                .collect()
        }
        CallMode::Defer => Vec::new(),
    }
}

/// What a call makes run in a goroutine of its own, where it is not known which function that is: what
/// is called there, and how it is started.
pub(crate) fn started_value(
    package: &Package,
    facts: &BodyFacts,
    call: &Call,
) -> Option<((PlaceId, Subject), &'static str)> {
    let (value, how) = match (call.mode, call.callee) {
        (CallMode::Go, Callee::Value(value)) => (value, BY_GO),
        (CallMode::Go, Callee::Interface(method)) => {
            let (Operand::Place(place) | Operand::Addr(place)) = call.receiver? else {
                return None;
            };
            let is_asked = !may_be_std(package_path(package.world, method));
            let subject = Subject::Method(method, call.receiver_ty.filter(|_| is_asked)?);
            return Some(((place, subject), BY_GO));
        }
        (CallMode::Plain, _) => {
            let (row, argument) = started_by(package.world, facts.body, call)?;
            (argument, Some(row.how).filter(|_| row.runs == Runs::Once)?)
        }
        _ => return None,
    };
    let Operand::Place(place) = value else {
        return None;
    };
    package
        .function_value(facts, value)
        .is_none()
        .then_some(((place, Subject::Call), how))
}

/// The function that an assignment puts where a library will run it in a goroutine of its own.
pub fn stored(
    package: &Package,
    facts: &BodyFacts,
    kind: InstrKind,
) -> Option<(Started, Runs, &'static str)> {
    let InstrKind::Write { place, value } = kind else {
        return None;
    };
    let places = &facts.body.places;
    let PlaceKind::Field { base, field } = places.kind(place) else {
        return None;
    };
    let (runs, how) = callback(package.world, facts.body, base, field)?;
    Some((package.function_value(facts, value)?, runs, how))
}

/// The structure of callbacks that a function is put into which a library runs in turn: one after
/// the other with all that is put there.
pub fn runs_in_turn(facts: &BodyFacts, kind: InstrKind, runs: Runs) -> Option<PlaceId> {
    match kind {
        InstrKind::Write { place, .. } if runs == Runs::InTurn => {
            facts.body.places.kind(place).base()
        }
        _ => None,
    }
}

/// True for functions that register a handler for one event: `AddHandlerOnce` and its like.
pub(crate) fn is_registered_once(package: &Package, call: &Call) -> bool {
    match call.callee {
        Callee::Static(function) | Callee::Interface(function) => {
            let name = package.world.name(function).as_str();
            name.ends_with("Once") || name.starts_with("Once")
        }
        _ => false,
    }
}

fn shared(
    facts: &BodyFacts,
    given: Option<&Call>,
    started: &Started,
    literal: Option<FuncId>,
) -> FxHashSet<ObjId> {
    let mut shared = FxHashSet::default();
    if let Some(literal) = literal {
        let captures = &facts.func(literal).captures;
        shared.extend(captures.iter().map(|capture| capture.variable));
    }
    let operands = given.into_iter().flat_map(|call| {
        let args = facts.body.operands(call.args).iter();
        args.chain(&call.receiver)
    });
    for &arg in operands.chain(&started.receiver) {
        if let Operand::Place(place) | Operand::Addr(place) = arg {
            shared.extend(facts.body.places.root_var(place));
        }
    }
    shared
}

impl Spawn {
    /// True if a group starts it, which can be waited for.
    pub(crate) fn is_by_group(&self) -> bool {
        matches!(self.how, BY_ERRGROUP | BY_WAIT_GROUP)
    }

    /// The literal that it runs, if it is one.
    pub fn literal<'p>(&self, package: &'p Package) -> Option<&'p Func> {
        let (body, function) = self.started.target.here()?;
        let func = package.bodies[body].func(function);
        func.parent().map(|_| func)
    }

    /// True for a variable of the function around it that the goroutine is given or captures.
    pub(crate) fn has(&self, variable: ObjId) -> bool {
        self.shared.contains(&variable)
    }

    /// True if the goroutine can know this place too.
    fn knows(&self, package: &Package, body: &Body, place: PlaceId) -> bool {
        body.places.root_var(place).is_some_and(|variable| {
            let kind = package.world.object(variable).kind;
            self.has(variable) || kind == ObjectKind::Var(VarKind::Package)
        })
    }

    fn knows_operand(&self, package: &Package, body: &Body, operand: Operand) -> bool {
        match operand {
            Operand::Place(place) | Operand::Addr(place) => self.knows(package, body, place),
            _ => false,
        }
    }
}

/// What control may come to after a point, on ways that do not wait for a goroutine and do not
/// change what a path means.
#[derive(Default)]
pub struct Region {
    /// By position in the function's instructions.
    instrs: Vec<bool>,
}

impl Region {
    pub fn contains(&self, at: usize) -> bool {
        self.instrs.get(at).copied().unwrap_or(false)
    }
}

/// A walk along the blocks of a function.
pub struct Walk<'a> {
    pub package: &'a Package<'a>,
    pub facts: &'a BodyFacts<'a>,
    pub func: &'a Func,
    /// Ways end where this goroutine may be waited for.
    pub spawn: Option<&'a Spawn>,
    /// Ways end at any receive, whoever sends.
    pub ends_at_receive: bool,
    /// Ways end where this path begins to mean other memory.
    pub path: Option<&'a Path>,
}

impl Walk<'_> {
    /// Everything behind instruction number `at`.
    pub fn after(&self, at: usize) -> Region {
        let block = self
            .func
            .blocks()
            .find(|(_, block)| block.instrs.as_usize().contains(&at));
        match block {
            Some((block, _)) => self.from(block, at + 1),
            None => Region { instrs: Vec::new() },
        }
    }

    /// Everything from the start of a block on.
    pub fn beginning_at(&self, block: BlockId) -> Region {
        self.from(block, 0)
    }

    /// True if nothing in the function ends a way, whichever way it goes.
    pub fn never_ends(&self) -> bool {
        let selects = self
            .func
            .blocks
            .iter()
            .any(|block| matches!(block.terminator, Terminator::Select(_)));
        !selects
            && !self
                .func
                .instrs
                .iter()
                .any(|instr| self.waits(instr) || self.changes_path(instr))
    }

    /// Everything from the entry on.
    pub fn whole(&self) -> Region {
        self.from(BlockId::new(0), 0)
    }

    fn from(&self, block: BlockId, start: usize) -> Region {
        let mut region = Region {
            instrs: vec![false; self.func.instrs.len()],
        };
        let waited_for = self.waited_for_by_loops();
        let mut entered = vec![false; self.func.blocks.len()];
        let mut open = vec![(block, start)];
        while let Some((block, start)) = open.pop() {
            let range = self.func.block(block).instrs.as_usize();
            if !self.run(start.max(range.start)..range.end, &mut region) {
                continue;
            }
            for to in self.followed(block) {
                if waited_for.contains(&(block, to)) {
                    continue;
                }
                if !std::mem::replace(&mut entered[to.index()], true) {
                    open.push((to, 0));
                }
            }
        }
        region
    }

    /// The ways out of loops that wait in each round: `for range n { <-done }` is left when all
    /// are done, and not before its first round.
    fn waited_for_by_loops(&self) -> Vec<(BlockId, BlockId)> {
        let mut exits = Vec::new();
        if !self.func.instrs.iter().any(|instr| self.waits(instr)) {
            return exits;
        }
        for Loop { head, blocks, .. } in self.facts.body.loops(self.func) {
            let waits = blocks.iter().any(|&block| {
                let block = self.func.block(block);
                self.func
                    .instrs(block)
                    .iter()
                    .any(|instr| self.waits(instr))
            });
            if waits {
                let outside = self.facts.body.successors(self.func, head);
                let outside = outside.into_iter().filter(|to| !blocks.contains(to));
                exits.extend(outside.map(|to| (head, to)));
            }
        }
        exits
    }

    /// Returns whether the way goes on behind these instructions.
    fn run(&self, range: std::ops::Range<usize>, region: &mut Region) -> bool {
        for at in range {
            let instr = &self.func.instrs[at];
            region.instrs[at] = true;
            if self.waits(instr) || self.changes_path(instr) {
                return false;
            }
        }
        true
    }

    /// The blocks that come next without waiting for the goroutine.
    fn followed(&self, block: BlockId) -> Vec<BlockId> {
        match self.func.block(block).terminator {
            Terminator::Select(select) => self.facts.body.selects[select.index()]
                .cases
                .iter()
                .filter(|case| match case.kind {
                    SelectKind::Default => true,
                    SelectKind::Send { channel, .. } | SelectKind::Receive { channel, .. } => {
                        !self.is_joining(channel)
                    }
                })
                .map(|case| case.target)
                .collect(),
            _ => self.facts.body.successors(self.func, block).to_vec(),
        }
    }

    fn is_joining(&self, channel: Operand) -> bool {
        self.ends_at_receive
            || self
                .spawn
                .is_some_and(|spawn| spawn.knows_operand(self.package, self.facts.body, channel))
    }

    fn waits(&self, instr: &Instr) -> bool {
        if self.spawn.is_none() && !self.ends_at_receive {
            return false;
        }
        match instr.kind {
            InstrKind::Receive { channel, .. } => self.is_joining(channel),
            InstrKind::Send { channel, .. } => {
                self.is_joining(channel)
                    && !is_buffered(self.facts.body, channel)
                    && !self.receives_again()
            }
            InstrKind::Next {
                over,
                kind: RangeKind::Chan,
                ..
            } => self.is_joining(over),
            InstrKind::Call(id) => self.call_waits(id),
            _ => false,
        }
    }

    /// True if the goroutine receives in a loop: with what it was sent it has just begun.
    fn receives_again(&self) -> bool {
        let target = self.spawn.and_then(|spawn| spawn.started.target.here());
        target.is_some_and(|(body, func)| {
            let body = self.package.bodies[body].body;
            let func = body.func(func);
            let mut blocks = body.loops(func).into_iter().flat_map(|it| it.blocks);
            blocks.any(|block| receives(body, func, block))
        })
    }

    fn call_waits(&self, id: CallId) -> bool {
        let call = self.facts.body.call(id);
        if call.mode != CallMode::Plain {
            return false;
        }
        let (world, facts) = (self.package.world, self.facts);
        let waiting = &self.package.waiting;
        if let Some(literal) = facts.literals.of_callee(call.callee) {
            return waiting.literal_waits(world, facts.body, &facts.literals, literal);
        }
        match self.spawn {
            Some(_) => waiting.call_may_join(world, call),
            None => waiting.call_waits(world, call),
        }
    }

    fn changes_path(&self, instr: &Instr) -> bool {
        let Some(path) = self.path else { return false };
        match instr.kind {
            InstrKind::Declare(variable) => path.root == Root::Var(variable),
            InstrKind::Write { place, .. } => changes(self.facts.body, path, place),
            _ => false,
        }
    }
}

fn receives(body: &Body, func: &Func, block: BlockId) -> bool {
    let block = func.block(block);
    let is_receive = |kind| {
        let is_range = |kind| {
            matches!(
                kind,
                InstrKind::Next {
                    kind: RangeKind::Chan,
                    ..
                }
            )
        };
        matches!(kind, InstrKind::Receive { .. }) || is_range(kind)
    };
    let is_case = |select: SelectId| {
        let mut cases = body.selects[select.index()].cases.iter();
        cases.any(|case| matches!(case.kind, SelectKind::Receive { .. }))
    };
    func.instrs(block).iter().any(|it| is_receive(it.kind))
        || matches!(block.terminator, Terminator::Select(select) if is_case(select))
}

/// True if the channel is made with room for values: a send is no meeting then.
fn is_buffered(body: &Body, channel: Operand) -> bool {
    let Operand::Place(channel) = channel else {
        return false;
    };
    let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
    let made = instrs().filter_map(|instr| match instr.kind {
        InstrKind::Write {
            place,
            value: Operand::Place(value),
        } if place == channel => Some(value),
        _ => None,
    });
    made.into_iter().any(|value| {
        instrs().any(|instr| {
            matches!(instr.kind, InstrKind::Alloc { dst, kind: AllocKind::Chan, size, .. }
                if dst == value && size != Operand::Int(0))
        })
    })
}

/// True if assigning to `place` makes `path` mean other memory.
pub fn changes(body: &Body, path: &Path, place: PlaceId) -> bool {
    Path::of(body, place).is_some_and(|written| path.is_changed_by(&written))
}

/// True if the path goes through an element whose index differs from round to round.
pub fn has_moving_index(body: &Body, place: PlaceId) -> bool {
    body.places
        .path(place)
        .any(|step| match body.places.kind(step) {
            PlaceKind::Element { key, .. } | PlaceKind::MapElement { key, .. } => {
                !matches!(key, Key::Int(_) | Key::Const(_))
            }
            _ => false,
        })
}
