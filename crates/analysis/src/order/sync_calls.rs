//! Calls of the library by which goroutines order themselves: a table.

use contend_ir::{Body, Call, Callee, Operand};
use contend_types::World;

use crate::library::{package_path, receiver_name};

/// What a call does to the object that it names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SyncCall {
    /// Counts a goroutine of a wait group.
    Add(Operand),
    Done(Operand),
    Wait(Operand),
    Signal(Operand),
    CondWait(Operand),
    /// Runs a function once.
    OnceDo(Operand, Operand),
    /// Sets a word atomically, to a value if it is known.
    Set(Operand, Option<i64>),
    /// Reads a word atomically.
    Get(Operand),
    /// Adds to a word atomically.
    Count(Operand, Option<i64>),
    /// Sets a word if it has a value.
    Swap {
        word: Operand,
        old: Option<i64>,
        new: Option<i64>,
    },
}

/// True if the call waits for all goroutines of a group.
pub(crate) fn waits_for_group(world: &World, body: &Body, call: &Call) -> bool {
    awaited_group(world, body, call).is_some()
}

/// The group whose goroutines a call waits for.
pub(crate) fn awaited_group(world: &World, body: &Body, call: &Call) -> Option<Operand> {
    match sync_call(world, body, call)? {
        SyncCall::Wait(group) => Some(group),
        _ => None,
    }
}

/// The group that a call tells that a goroutine is done.
pub(crate) fn done_group(world: &World, body: &Body, call: &Call) -> Option<Operand> {
    match sync_call(world, body, call)? {
        SyncCall::Done(group) => Some(group),
        _ => None,
    }
}

pub(super) fn sync_call(world: &World, body: &Body, call: &Call) -> Option<SyncCall> {
    let Callee::Static(function) = call.callee else {
        return None;
    };
    let path = package_path(world, function);
    if !matches!(path, "sync" | "sync/atomic" | "golang.org/x/sync/errgroup") {
        return None;
    }
    let args = body.operands(call.args);
    let name = world.name(function).as_str();
    if path == "sync/atomic" {
        return atomic(name, call.receiver, args);
    }
    let receiver = call.receiver?;
    Some(match (receiver_name(world, function)?, name) {
        ("WaitGroup", "Add") => match args.first() {
            Some(Operand::Int(n)) if *n < 0 => SyncCall::Done(receiver),
            _ => SyncCall::Add(receiver),
        },
        ("WaitGroup", "Done") => SyncCall::Done(receiver),
        ("WaitGroup" | "Group", "Wait") => SyncCall::Wait(receiver),
        ("Cond", "Signal" | "Broadcast") => SyncCall::Signal(receiver),
        ("Cond", "Wait") => SyncCall::CondWait(receiver),
        ("Once", "Do") => SyncCall::OnceDo(receiver, *args.first()?),
        _ => return None,
    })
}

fn atomic(name: &str, receiver: Option<Operand>, args: &[Operand]) -> Option<SyncCall> {
    let (word, args) = match receiver {
        Some(receiver) => (receiver, args),
        None => (*args.first()?, &args[1..]),
    };
    let value = |at: usize| args.get(at).copied().and_then(constant);
    Some(if name.starts_with("Load") {
        SyncCall::Get(word)
    } else if name.starts_with("Store") {
        SyncCall::Set(word, value(0))
    } else if name.starts_with("Add") {
        SyncCall::Count(word, value(0))
    } else if name.starts_with("CompareAndSwap") {
        SyncCall::Swap {
            word,
            old: value(0),
            new: value(1),
        }
    } else {
        // Swap, And, Or.
        SyncCall::Set(word, None)
    })
}

/// A constant as a number; truth values count as 0 and 1.
pub(super) fn constant(operand: Operand) -> Option<i64> {
    match operand {
        Operand::Int(value) => Some(i64::from(value)),
        Operand::Bool(value) => Some(i64::from(value)),
        _ => None,
    }
}
