//! A package in which small functions are written out where they are called: for rules that follow
//! values through one function, and see what its helpers do as if it stood there.

use contend_ir::{Body, Call, Callee, Inner};
use rayon::prelude::*;

use crate::library::package_path;
use crate::literals::Literals;
use crate::package::{BodyFacts, Package, Target, method_values};

/// Functions that are called by those that were written out are written out this often.
const MAX_ROUNDS: usize = 3;

/// The bodies of the package, by the same numbers; `None` if there is nothing to write out.
pub fn written_out(package: &Package) -> Option<Vec<Body>> {
    if !package
        .own_bodies()
        .iter()
        .any(|it| synchronises(package, it))
    {
        return None;
    }
    let bodies: Vec<Option<Body>> = package
        .own_bodies()
        .par_iter()
        .map(|facts| body(package, facts))
        .collect();
    if bodies.iter().all(Option::is_none) {
        return None;
    }
    let all = bodies.into_iter().zip(package.own_bodies());
    Some(
        all.map(|(body, facts)| body.unwrap_or_else(|| facts.body.clone()))
            .collect(),
    )
}

/// True if a body uses locks, or atomics and other means of the library.
fn synchronises(package: &Package, facts: &BodyFacts) -> bool {
    facts.flows.iter().any(Option::is_some)
        || facts.body.calls.iter().any(|call| match call.callee {
            Callee::Static(function) => matches!(
                package_path(package.world, function),
                "sync" | "sync/atomic" | "go.uber.org/atomic"
            ),
            _ => false,
        })
}

fn body(package: &Package, facts: &BodyFacts) -> Option<Body> {
    // The rules that ask do not look at tests.
    if package.is_test(facts.body.file) {
        return None;
    }
    let mut written = facts
        .body
        .with_calls_written_out(|call| inner(package, facts, call))?;
    for _ in 1..MAX_ROUNDS {
        let facts = BodyFacts {
            index: facts.index,
            body: &written,
            literals: Literals::of(package.world, &written),
            flows: Vec::new(),
            expects_lock: facts.expects_lock,
            is_for_one: facts.is_for_one,
            method_values: method_values(&written),
        };
        match written.with_calls_written_out(|call| inner(package, &facts, call)) {
            Some(next) => written = next,
            None => break,
        }
    }
    Some(written)
}

/// The function of the package that a call runs.
fn inner<'b>(package: &'b Package, facts: &BodyFacts<'b>, call: &Call) -> Option<Inner<'b>> {
    let started = package.callee(facts, call)?;
    let Target::Here { body, function } = started.target else {
        return None;
    };
    Some(Inner {
        body: if body == facts.index {
            facts.body
        } else {
            package.bodies[body].body
        },
        func: function,
        receiver: started.receiver,
    })
}
