//! What rules that follow the control flow know about a package.

use contend_base::{Location, SourceMap, Span};
use contend_ir::{Body, Func, FuncId, FuncKind};
use contend_types::{PkgId, World};

use crate::PackageUnit;
use crate::callers::CallersLocks;
use crate::library::function_name;
use crate::literals::Literals;
use crate::locks::{LockFlow, Summaries};
use crate::waiting::Waiting;

/// A package with facts about it that several rules need.
pub(crate) struct Package<'a> {
    pub(crate) world: &'a World,
    pub(crate) files: &'a SourceMap,
    pub(crate) id: PkgId,
    pub(crate) bodies: Vec<BodyFacts<'a>>,
    pub(crate) summaries: Summaries,
    pub(crate) waiting: Waiting,
    pub(crate) callers: CallersLocks,
}

/// A body with facts about it.
pub(crate) struct BodyFacts<'a> {
    pub(crate) body: &'a Body,
    pub(crate) literals: Literals,
    /// By function; `None` for functions that have to do with no lock.
    pub(crate) flows: Vec<Option<LockFlow<'a>>>,
}

impl<'a> Package<'a> {
    pub(crate) fn new(unit: &PackageUnit<'a>) -> Self {
        let PackageUnit {
            world,
            files,
            package: id,
            bodies,
        } = *unit;
        let literals: Vec<Literals> = bodies
            .iter()
            .map(|body| Literals::of(world, body))
            .collect();
        let summaries = Summaries::of_package(world, bodies, &literals);
        let waiting = Waiting::of_package(world, bodies, &literals);
        let facts = |(body, literals): (&'a Body, Literals)| {
            let flow = |(id, _)| LockFlow::of(world, body, id, &literals, &summaries);
            let flows = body.funcs().map(flow).collect();
            BodyFacts {
                body,
                literals,
                flows,
            }
        };
        let bodies: Vec<BodyFacts> = bodies.iter().zip(literals).map(facts).collect();
        let callers = CallersLocks::new(bodies.iter().map(|it| (it.body, &it.flows[..])));
        Self {
            world,
            files,
            id,
            bodies,
            summaries,
            waiting,
            callers,
        }
    }

    /// The declared function around a place of a body, as findings name it.
    pub(crate) fn function_name(&self, body: &Body) -> String {
        match body.funcs.first().map(|func| func.kind) {
            Some(FuncKind::Declared(object)) => function_name(self.world, object),
            _ => format!("{}.init", self.world.package(self.id).source.path),
        }
    }
}

impl<'a> BodyFacts<'a> {
    pub(crate) fn func(&self, id: FuncId) -> &'a Func {
        self.body.func(id)
    }

    pub(crate) fn flow(&self, id: FuncId) -> Option<&LockFlow<'a>> {
        self.flows[id.index()].as_ref()
    }

    pub(crate) fn location(&self, span: Span) -> Location {
        Location::new(self.body.file, span)
    }
}
