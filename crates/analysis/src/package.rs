//! What rules that follow the control flow know about a package.

use std::sync::Arc;

use contend_base::{FileId, Location, Name, SourceMap, Span};
use contend_ir::{
    Body, Call, Callee, Func, FuncId, FuncKind, Instr, InstrKind, Operand, PlaceId, Terminator,
};
use contend_types::{ObjId, PkgId, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::PackageUnit;
use crate::accessors::Accessors;
use crate::callers::{CallersLocks, expects_lock};
use crate::channel_locks::ChannelLocks;
use crate::documented::is_for_one;
use crate::fresh::Fresh;
use crate::implied::{implied, method};
use crate::known::Known;
use crate::library::{function_name, is_test};
use crate::literals::Literals;
use crate::locks::{LockFlow, Summaries};
use crate::origins;
use crate::promises::Promises;
use crate::random::OwnSources;
use crate::reused::Reused;
use crate::rooms::Rooms;
use crate::roomy::Roomy;
use crate::summary::Summary;
use crate::waiting::Waiting;

/// A package with facts about it that several rules need.
pub struct Package<'a> {
    pub world: &'a World,
    pub files: &'a SourceMap,
    pub id: PkgId,
    /// Those of the package, and behind them the guests.
    pub bodies: Vec<BodyFacts<'a>>,
    n_own: usize,
    /// The number of the body of each declared function.
    declared: Arc<FxHashMap<ObjId, usize>>,
    /// The same of functions of other packages whose bodies are at hand.
    guests: FxHashMap<ObjId, usize>,
    pub summaries: Arc<Summaries>,
    pub waiting: Arc<Waiting>,
    pub callers: Arc<CallersLocks>,
    pub channel_locks: ChannelLocks,
    pub(crate) own_sources: OwnSources,
    pub(crate) reused: Reused,
    pub(crate) roomy: Roomy,
    /// Of the channels of the package, and of those that its guests name.
    pub(crate) rooms: Rooms,
    pub fresh: Arc<Fresh>,
    pub accessors: Arc<Accessors<'a>>,
    /// The functions of other packages.
    known: &'a Known,
    pub(crate) promises: &'a Promises,
}

/// A body with facts about it.
pub struct BodyFacts<'a> {
    /// The body's number in the package.
    pub index: usize,
    pub body: &'a Body,
    pub literals: Literals,
    /// By function; `None` for functions that have to do with no lock.
    pub flows: Vec<Option<LockFlow<'a>>>,
    /// The declared function says that its caller holds a lock.
    pub expects_lock: bool,
    /// The declared function says that it is made for one goroutine at a time.
    pub is_for_one: bool,
    /// Methods taken as values, with their receivers.
    pub(crate) method_values: FxHashMap<PlaceId, (ObjId, Operand)>,
}

/// A function that somebody runs.
pub struct Started {
    pub target: Target,
    pub receiver: Option<Operand>,
    pub args: SmallVec<[Operand; 4]>,
}

/// A function whose doings are known.
#[derive(Clone)]
pub enum Target {
    /// It is in the package: the number of its body, and its own there.
    Here { body: usize, function: FuncId },
    /// It is in another package.
    Elsewhere(Arc<Summary>),
}

impl Target {
    /// The number of its body and its own there, if it is in the package.
    pub fn here(&self) -> Option<(usize, FuncId)> {
        match *self {
            Self::Here { body, function } => Some((body, function)),
            Self::Elsewhere(_) => None,
        }
    }
}

impl<'a> Package<'a> {
    pub fn new(unit: &PackageUnit<'a>) -> Self {
        let PackageUnit {
            world,
            files,
            package: id,
            bodies,
            guests,
            known,
            promises,
        } = *unit;
        let own: Vec<&Body> = bodies.iter().collect();
        let literals = literals(world, &own);
        let accessors = Accessors::of_package(world, bodies, known);
        let (summaries, (waiting, fresh)) = rayon::join(
            || Summaries::of_package(world, bodies, &literals, &accessors, known),
            || {
                (
                    Waiting::of_package(world, bodies, &literals, known),
                    Fresh::of_package(world, bodies, known),
                )
            },
        );
        let mut facts = all_facts(
            (world, files),
            (0, &own),
            literals,
            (&summaries, &accessors),
        );
        let callers = CallersLocks::new(facts.iter().map(|it| (it.body, &it.flows[..])));
        let declared = numbers(&facts);
        let guests: Vec<&Body> = guests.iter().map(|it| &**it).collect();
        let guests = all_facts(
            (world, files),
            (own.len(), &guests),
            self::literals(world, &guests),
            (&summaries, &accessors),
        );
        let numbers_of_guests = numbers(&guests);
        facts.extend(guests);
        let mut rooms = Rooms::of_bodies(bodies.iter());
        for function in facts[own.len()..].iter().filter_map(declared_by) {
            rooms.extend(known.get(function).map_or(&[], |it| &it.rooms));
        }
        Self {
            world,
            files,
            id,
            n_own: own.len(),
            declared: Arc::new(declared),
            guests: numbers_of_guests,
            summaries: Arc::new(summaries),
            waiting: Arc::new(waiting),
            callers: Arc::new(callers),
            channel_locks: ChannelLocks::of_package(world, bodies),
            own_sources: OwnSources::of_package(world, bodies),
            reused: Reused::of_package(bodies),
            roomy: Roomy::of_package(bodies),
            rooms,
            fresh: Arc::new(fresh),
            accessors: Arc::new(accessors),
            known,
            promises,
            bodies: facts,
        }
    }

    /// The package with other bodies of the same functions, which do the same, and without guests.
    pub fn with_bodies(&self, bodies: &'a [Body]) -> Self {
        let (world, files) = (self.world, self.files);
        let own: Vec<&Body> = bodies.iter().collect();
        let literals = literals(world, &own);
        Self {
            world,
            files,
            id: self.id,
            n_own: own.len(),
            declared: Arc::clone(&self.declared),
            guests: FxHashMap::default(),
            summaries: Arc::clone(&self.summaries),
            waiting: Arc::clone(&self.waiting),
            callers: Arc::clone(&self.callers),
            channel_locks: ChannelLocks::of_package(world, bodies),
            own_sources: OwnSources::of_package(world, bodies),
            reused: Reused::of_package(bodies),
            roomy: Roomy::of_package(bodies),
            rooms: Rooms::of_bodies(bodies.iter()),
            fresh: Arc::clone(&self.fresh),
            accessors: Arc::clone(&self.accessors),
            known: self.known,
            promises: self.promises,
            bodies: all_facts(
                (world, files),
                (0, &own),
                literals,
                (&self.summaries, &self.accessors),
            ),
        }
    }

    /// The bodies of the package without those of guests.
    pub fn own_bodies(&self) -> &[BodyFacts<'a>] {
        &self.bodies[..self.n_own]
    }

    /// The number of the body of a function, and its own there, if the body is at hand: that of a
    /// guest, too.
    pub(crate) fn at_hand(&self, target: &Target) -> Option<(usize, FuncId)> {
        match target {
            Target::Here { body, function } => Some((*body, *function)),
            Target::Elsewhere(summary) => {
                let body = *self.guests.get(&summary.function)?;
                Some((body, FuncId::new(0)))
            }
        }
    }

    /// The function that a call runs, where there is just one and it is known.
    pub fn callee(&self, facts: &BodyFacts, call: &Call) -> Option<Started> {
        let args = SmallVec::from_slice(facts.body.operands(call.args));
        if let Some(function) = facts.literals.of_callee(call.callee) {
            let body = facts.index;
            return Some(Started {
                target: Target::Here { body, function },
                receiver: None,
                args,
            });
        }
        match call.callee {
            Callee::Static(object) => Some(Started {
                target: self.target(object)?,
                receiver: call.receiver,
                args,
            }),
            Callee::Value(value) => Some(Started {
                args,
                ..self.function_value(facts, value)?
            }),
            _ => None,
        }
    }

    /// The function that a value is, without arguments.
    pub fn function_value(&self, facts: &BodyFacts, value: Operand) -> Option<Started> {
        if let Some(function) = facts.literals.of_value(value) {
            let body = facts.index;
            return Some(Started {
                target: Target::Here { body, function },
                receiver: None,
                args: SmallVec::new(),
            });
        }
        let (object, receiver) = match value {
            Operand::Func(object) => (object, None),
            Operand::Place(place) => {
                let &(method, receiver) = facts.method_values.get(&place)?;
                (method, Some(receiver))
            }
            _ => return None,
        };
        Some(Started {
            target: self.target(object)?,
            receiver,
            args: SmallVec::new(),
        })
    }

    /// The method of a value that a server of net/http calls for each request.
    pub(crate) fn handler_value(&self, facts: &BodyFacts, value: Operand) -> Option<Started> {
        let name = Name::intern("ServeHTTP");
        let (method, receiver) = method(self.world, facts.body, value, (None, name))?;
        Some(Started {
            target: self.target(method)?,
            receiver: Some(receiver),
            args: SmallVec::new(),
        })
    }

    /// The method of a value that is called where it is handed on as an interface value.
    pub(crate) fn method_of(
        &self,
        facts: &BodyFacts,
        value: Operand,
        of_interface: ObjId,
    ) -> Option<Started> {
        let of = self.world.object(of_interface);
        let (method, receiver) = method(self.world, facts.body, value, (of.package, of.name))?;
        Some(Started {
            target: self.target(method)?,
            receiver: Some(receiver),
            args: SmallVec::new(),
        })
    }

    /// The functions that a library function runs, as far as one can tell: those that it is given,
    /// and methods of what it is given.
    pub(crate) fn run_by_library(&self, facts: &BodyFacts, call: &Call) -> Vec<Started> {
        let args = facts.body.operands(call.args).iter();
        let given = args.filter_map(|&arg| self.function_value(facts, arg));
        let methods = implied(self.world, facts.body, call).into_iter();
        let methods = methods.filter_map(|(method, receiver)| {
            Some(Started {
                target: self.target(method)?,
                receiver: Some(receiver),
                args: SmallVec::new(),
            })
        });
        given.chain(methods).collect()
    }

    /// What is known of a function of another package.
    pub fn elsewhere(&self, function: ObjId) -> Option<&Summary> {
        self.known.get(function).map(Arc::as_ref)
    }

    fn target(&self, object: ObjId) -> Option<Target> {
        if let Some(&body) = self.declared.get(&object) {
            let function = FuncId::new(0);
            return Some(Target::Here { body, function });
        }
        self.known.get(object).cloned().map(Target::Elsewhere)
    }

    /// How the function is called, if it takes what only handlers take, and was not made for one
    /// request.
    pub fn handler(&self, target: &Target) -> Option<&'static str> {
        let params = match target {
            Target::Here { body, function } => {
                let facts = &self.bodies[*body];
                if self.is_made_for_request(facts, *function) {
                    return None;
                }
                &facts.func(*function).params
            }
            Target::Elsewhere(summary) => &summary.params,
        };
        origins::handler(self.world, params.iter().flatten().copied())
    }

    /// True if the first result of a function of any package is a value that nobody else knows.
    pub(crate) fn is_made_by(&self, function: ObjId) -> bool {
        self.fresh.is_made_by(self.world, self.known, function)
    }

    /// True for a literal inside a function that works on a request itself, as middleware does that
    /// wraps the next handler: whoever is given it calls it for this request alone.
    pub(crate) fn is_made_for_request(&self, facts: &BodyFacts, id: FuncId) -> bool {
        let serves = |call| match facts.body.call(call).callee {
            Callee::Static(method) | Callee::Interface(method) => {
                self.world.name(method).as_str() == "ServeHTTP"
            }
            _ => false,
        };
        let parent = |at: FuncId| facts.func(at).parent();
        std::iter::successors(parent(id), |&at| parent(at)).any(|at| {
            let func = facts.func(at);
            let params = func.params.iter().flatten().copied();
            origins::handler(self.world, params) == Some(origins::REQUEST)
                || func.calls().any(serves)
        })
    }

    /// The functions that are written out where others of the package call them.
    pub fn helpers(&self) -> FxHashSet<ObjId> {
        let bodies = self.bodies.iter();
        let all = bodies.flat_map(|facts| &facts.body.written_out);
        all.map(|it| it.function).collect()
    }

    /// True for a function that is one step without branches, as those are that read or set a field:
    /// a call of it is as near as what it does.
    pub fn is_step(&self, function: ObjId) -> bool {
        match self.declared.get(&function) {
            Some(&body) => is_step(self.bodies[body].body),
            None => self.known.get(function).is_some_and(|it| it.is_step),
        }
    }

    /// True for files of tests.
    pub fn is_test(&self, file: FileId) -> bool {
        is_test(self.files, file)
    }

    /// The declared function around a place of a body, as findings name it.
    pub fn function_name(&self, body: &Body) -> String {
        match body.funcs.first().map(|func| func.kind) {
            Some(FuncKind::Declared(object)) => function_name(self.world, object),
            _ => format!("{}.init", self.world.package(self.id).source.path),
        }
    }
}

impl<'a> BodyFacts<'a> {
    pub fn func(&self, id: FuncId) -> &'a Func {
        self.body.func(id)
    }

    pub fn flow(&self, id: FuncId) -> Option<&LockFlow<'a>> {
        self.flows[id.index()].as_ref()
    }

    /// The literals that the declared function returns.
    pub fn returned_literals(&self) -> impl Iterator<Item = FuncId> {
        let blocks = &self.func(FuncId::new(0)).blocks;
        let returned = blocks.iter().filter_map(|block| match block.terminator {
            Terminator::Return(values) => self.body.operands(values).first().copied(),
            _ => None,
        });
        returned.filter_map(|value| self.literals.of_value(value))
    }

    /// The method that a place holds as a value, if it holds one.
    pub fn method_value(&self, place: PlaceId) -> Option<ObjId> {
        self.method_values.get(&place).map(|(method, _)| *method)
    }

    pub fn location(&self, span: Span) -> Location {
        Location::new(self.body.file, span)
    }

    /// Where the source of an instruction stands.
    pub fn place_of(&self, instr: &Instr) -> Location {
        Location::new(self.body.file_of(instr), instr.span)
    }

    /// The call that an instruction was written out for.
    pub fn call_of(&self, instr: &Instr) -> Option<Location> {
        let written_out = self.body.written_out[instr.within?.index()];
        Some(self.location(written_out.call))
    }
}

fn literals(world: &World, bodies: &[&Body]) -> Vec<Literals> {
    bodies
        .par_iter()
        .map(|body| Literals::of(world, body))
        .collect()
}

/// The facts about bodies, which have the numbers from `first` on.
fn all_facts<'a>(
    (world, files): (&'a World, &SourceMap),
    (first, bodies): (usize, &[&'a Body]),
    literals: Vec<Literals>,
    (summaries, accessors): (&Summaries, &Accessors),
) -> Vec<BodyFacts<'a>> {
    let facts = |(index, (&body, literals)): (usize, (&&'a Body, Literals))| {
        let flow = |(id, _)| LockFlow::of(world, body, id, &literals, summaries, accessors);
        let flows = body.funcs().map(flow).collect();
        BodyFacts {
            index: first + index,
            body,
            literals,
            flows,
            expects_lock: expects_lock(world, files, body),
            is_for_one: is_for_one(world, files, body),
            method_values: method_values(body),
        }
    };
    bodies
        .par_iter()
        .zip(literals)
        .enumerate()
        .map(facts)
        .collect()
}

/// True for a declared function of one block.
pub(crate) fn is_step(body: &Body) -> bool {
    matches!(body.funcs.as_slice(), [func] if func.blocks.len() == 1)
}

/// The number of the body of each declared function.
fn numbers(bodies: &[BodyFacts]) -> FxHashMap<ObjId, usize> {
    let numbers = bodies
        .iter()
        .filter_map(|facts| Some((declared_by(facts)?, facts.index)));
    numbers.collect()
}

fn declared_by(facts: &BodyFacts) -> Option<ObjId> {
    match facts.body.funcs.first()?.kind {
        FuncKind::Declared(object) => Some(object),
        _ => None,
    }
}

pub(crate) fn method_values(body: &Body) -> FxHashMap<PlaceId, (ObjId, Operand)> {
    let mut values = FxHashMap::default();
    for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
        match instr.kind {
            InstrKind::MethodValue {
                dst,
                receiver,
                method,
            } => {
                values.insert(dst, (method, receiver));
            }
            // `http.HandlerFunc(s.serve)`.
            InstrKind::Convert {
                dst,
                value: Operand::Place(value),
                ..
            } => {
                let converted = values.get(&value).copied();
                values.extend(converted.map(|it| (dst, it)));
            }
            _ => {}
        }
    }
    values
}

/// The function's own declaration is a literal's outermost one.
pub fn declared_in(package: &Package, body: usize) -> Option<ObjId> {
    declared_by(&package.bodies[body])
}
