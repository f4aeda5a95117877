//! When others may be expected to call an exported function, as far as the state of its package goes.
//!
//! By convention functions of a package may be called from several goroutines without saying so
//! (<https://go.dev/doc/comment#func>), and so may methods of different values: the state of the package
//! belongs to all of them. But some set the package up, before the program begins its work.

use contend_types::{ObjId, World};

use crate::documented::is_for_set_up;
use crate::library::receiver_name;
use crate::package::{BodyFacts, Package, declared_in};

/// When others call an exported function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PackageCalls {
    /// At any time, to get something.
    ToGet,
    /// At any time.
    AtAnyTime,
    /// By its name mostly before the program begins its work: `RegisterCodec`.
    ToRegister,
    /// Before the program begins its work, by its name or because nobody in the program calls it later.
    AtStart,
}

/// Verbs of functions that add something to a package before it is used.
static REGISTRARS: &[&str] = &[
    "Add", "Allow", "Append", "Declare", "Define", "Install", "Must", "Provide", "Publish",
    "Register",
];

/// Verbs of functions that say how a package is to work, once.
static SETTERS: &[&str] = &[
    "Configure",
    "Disable",
    "Enable",
    "Init",
    "Load",
    "Override",
    "Provision",
    "Replace",
    "Set",
    "Setup",
    "Use",
];

/// When others call the function of a body; `None` if they cannot, or if its comment or name says that
/// it is for the time before the program begins its work, or for tests.
pub(crate) fn package_calls(package: &Package, facts: &BodyFacts) -> Option<PackageCalls> {
    let world = package.world;
    let function = declared_in(package, facts.index)?;
    let name = world.name(function);
    let is_open = name.is_exported() && !facts.is_for_one && !is_for_tests(name.as_str());
    if !is_open || is_for_set_up(package.files, facts.body) {
        return None;
    }
    let name = name.as_str();
    let is_method = receiver_name(world, function).is_some();
    let is_verb = |verb: &&str| {
        let rest = name.strip_prefix(*verb);
        rest.is_some_and(|rest| !rest.starts_with(|it: char| it.is_ascii_lowercase()))
    };
    Some(if !is_method && SETTERS.iter().any(is_verb) {
        PackageCalls::AtStart
    } else if !is_method && REGISTRARS.iter().any(is_verb) {
        PackageCalls::ToRegister
    } else if returns_value(world, function) {
        PackageCalls::ToGet
    } else {
        PackageCalls::AtAnyTime
    })
}

/// True for the name of a function that says so: `ResetForTest`.
fn is_for_tests(name: &str) -> bool {
    name.contains("Test") || name.contains("Mock")
}

/// True for a function that returns more than whether it went well.
fn returns_value(world: &World, function: ObjId) -> bool {
    let signature = world.as_signature(world.object_type(function));
    let results = signature.map_or(&[][..], |it| &it.results);
    let error = world.universe().error;
    let is_verdict = |&ty: &_| ty == error || world.is_boolean(ty);
    !results.iter().all(is_verdict)
}
