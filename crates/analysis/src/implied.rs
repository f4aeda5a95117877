//! Methods that functions of the standard library call of what they are given: a table.
//!
//! `heap.Push(&q, x)` calls `q.Push`, and `fmt.Sprint(e)` calls `e.String`.

use contend_base::Name;
use contend_ir::{Body, Call, CallMode, Callee, Operand};
use contend_types::{Lookup, ObjId, ObjectKind, World};

use crate::library::package_path;

/// What a library function calls.
struct Row {
    package: &'static str,
    /// A name that ends in `*` stands for all that begin like it.
    names: &'static [&'static str],
    /// All arguments, or the first one only.
    is_of_all: bool,
    methods: &'static [&'static str],
}

const TEXT: &[&str] = &["Error", "String"];

static TABLE: &[Row] = &[
    Row {
        package: "container/heap",
        names: &["Push"],
        is_of_all: false,
        methods: &["Push", "Len", "Less", "Swap"],
    },
    Row {
        package: "container/heap",
        names: &["Pop", "Remove"],
        is_of_all: false,
        methods: &["Pop", "Len", "Less", "Swap"],
    },
    Row {
        package: "container/heap",
        names: &["Init", "Fix"],
        is_of_all: false,
        methods: &["Len", "Less", "Swap"],
    },
    Row {
        package: "sort",
        names: &["Sort", "Stable"],
        is_of_all: false,
        methods: &["Len", "Less", "Swap"],
    },
    Row {
        package: "fmt",
        names: &["Print*", "Sprint*", "Fprint*", "Append*", "Errorf"],
        is_of_all: true,
        methods: TEXT,
    },
    Row {
        package: "log",
        names: &["Print*", "Fatal*", "Panic*"],
        is_of_all: true,
        methods: TEXT,
    },
    Row {
        package: "encoding/json",
        names: &["Marshal*"],
        is_of_all: false,
        methods: &["MarshalJSON"],
    },
];

/// The methods that a call of a library function runs, each with its receiver.
pub(crate) fn implied(world: &World, body: &Body, call: &Call) -> Vec<(ObjId, Operand)> {
    let Callee::Static(function) = call.callee else {
        return Vec::new();
    };
    let package = package_path(world, function);
    let name = world.name(function).as_str();
    let is_it = |row: &&Row| {
        let is_called = |it: &&str| match it.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *it,
        };
        row.package == package && row.names.iter().any(is_called)
    };
    let Some(row) = TABLE.iter().find(is_it) else {
        return Vec::new();
    };
    let args = body.operands(call.args);
    let n_args = if row.is_of_all { args.len() } else { 1 };
    let is_plain = call.mode == CallMode::Plain && call.receiver.is_none();
    let given = args.iter().take(n_args).filter(|_| is_plain);
    let methods = |&value: &Operand| {
        let methods = row.methods.iter();
        methods.filter_map(move |name| method(world, body, value, Name::intern(name)))
    };
    given.flat_map(methods).collect()
}

/// The method of a value whose type declares it, and the receiver that it is called with.
pub(crate) fn method(
    world: &World,
    body: &Body,
    value: Operand,
    name: Name,
) -> Option<(ObjId, Operand)> {
    let (Operand::Place(place) | Operand::Addr(place)) = value else {
        return None;
    };
    let (ty, by_pointer) = world.deref(body.places.ty(place)?);
    if world.is_interface(ty) {
        return None;
    }
    let Lookup::Method(selected) = world.lookup(ty, true, None, name) else {
        return None;
    };
    let is_declared = selected.path.len() == 1;
    let ObjectKind::Func {
        pointer_receiver, ..
    } = world.object(selected.object).kind
    else {
        return None;
    };
    let receiver = match (value, pointer_receiver) {
        (Operand::Addr(_), true) => value,
        (Operand::Addr(place), false) => Operand::Place(place),
        (_, true) if by_pointer => value,
        (_, false) if !by_pointer => value,
        _ => return None,
    };
    is_declared.then_some((world.original(selected.object), receiver))
}
