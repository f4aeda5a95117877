//! Who calls a function, and in which goroutine.

use contend_base::Location;
use contend_ir::{Call, CallMode, Callee, FuncId, Operand};
use contend_types::ObjId;

use contend_analysis::package::{BodyFacts, Package, declared_in};

/// One place that calls or starts a declared function, or hands it to somebody who does.
#[derive(Clone, Copy, Debug)]
pub struct CallSite {
    /// The declared function around it; `None` for the initialisers of package variables.
    pub from: Option<ObjId>,
    /// The function; of an interface its method.
    pub to: ObjId,
    /// The call.
    pub location: Location,
    /// Who makes the call, if it is not the goroutine of `from`.
    pub start: Option<Start>,
}

/// Where a function is given to somebody who runs it.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The `go` statement or the call.
    pub location: Location,
    /// It surely runs in a goroutine of its own.
    pub is_goroutine: bool,
}

/// The calls of a declaration.
pub(super) fn of_body(package: &Package, facts: &BodyFacts, out: &mut Vec<CallSite>) {
    let from = declared_in(package, facts.index);
    for (id, func) in facts.body.funcs() {
        let around = start_of(package, facts, id);
        for call in func.calls() {
            let call = facts.body.call(call);
            let location = facts.location(call.span);
            let own = (call.mode == CallMode::Go).then(|| start(package, facts, call));
            if let Callee::Static(to) | Callee::Interface(to) = call.callee {
                out.push(CallSite {
                    from,
                    to,
                    location,
                    start: own.or(around),
                });
            }
            let handed = facts.body.operands(call.args).iter();
            for to in handed.filter_map(|arg| function(facts, *arg)) {
                out.push(CallSite {
                    from,
                    to,
                    location,
                    start: Some(start(package, facts, call)),
                });
            }
        }
    }
}

/// Where the goroutine starts that a function literal runs in: its `go`, or the call that it is
/// handed to. Literals that are called where they stand run in the function around them.
fn start_of(package: &Package, facts: &BodyFacts, id: FuncId) -> Option<Start> {
    let parent = facts.func(id).parent()?;
    let calls = &facts.body.calls;
    let is_run = |call: &&Call| {
        let is_started =
            call.mode == CallMode::Go && facts.literals.of_callee(call.callee) == Some(id);
        let mut args = facts.body.operands(call.args).iter();
        is_started || args.any(|arg| facts.literals.of_value(*arg) == Some(id))
    };
    let own = calls.iter().find(is_run);
    own.map(|call| start(package, facts, call))
        .or_else(|| start_of(package, facts, parent))
}

/// Methods that start goroutines are called `Go` everywhere.
fn start(package: &Package, facts: &BodyFacts, call: &Call) -> Start {
    let is_go = match call.callee {
        Callee::Static(callee) | Callee::Interface(callee) => {
            matches!(package.world.name(callee).as_str(), "Go" | "TryGo")
        }
        _ => false,
    };
    Start {
        location: facts.location(call.span),
        is_goroutine: is_go || call.mode == CallMode::Go,
    }
}

/// The declared function that a value is.
fn function(facts: &BodyFacts, value: Operand) -> Option<ObjId> {
    match value {
        Operand::Func(function) => Some(function),
        Operand::Place(place) => facts.method_value(place),
        _ => None,
    }
}
