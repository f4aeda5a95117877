//! Methods that functions of the standard library call of what they are given: a table.
//!
//! `heap.Push(&q, x)` calls `q.Push`, and `fmt.Sprint(e)` calls `e.String`.

use contend_base::Name;
use contend_ir::{Body, Call, CallMode, Callee, Operand};
use contend_types::{Lookup, ObjId, ObjectKind, PkgId, World};

use crate::library::package_path;

/// What a library function calls.
struct Row {
    package: &'static str,
    /// A name that ends in `*` stands for all that begin like it.
    names: &'static [&'static str],
    of: Of,
    methods: &'static [&'static str],
}

/// The arguments whose methods are called.
#[derive(Clone, Copy)]
enum Of {
    All,
    First,
    Second,
}

const TEXT: &[&str] = &["Error", "String"];
const WRITE: &[&str] = &["Write"];
const READ: &[&str] = &["Read"];

static TABLE: &[Row] = &[
    row(
        "container/heap",
        &["Push"],
        Of::First,
        &["Push", "Len", "Less", "Swap"],
    ),
    row(
        "container/heap",
        &["Pop", "Remove"],
        Of::First,
        &["Pop", "Len", "Less", "Swap"],
    ),
    row(
        "container/heap",
        &["Init", "Fix"],
        Of::First,
        &["Len", "Less", "Swap"],
    ),
    row(
        "sort",
        &["Sort", "Stable"],
        Of::First,
        &["Len", "Less", "Swap"],
    ),
    row(
        "fmt",
        &["Print*", "Sprint*", "Fprint*", "Append*", "Errorf"],
        Of::All,
        TEXT,
    ),
    row("log", &["Print*", "Fatal*", "Panic*"], Of::All, TEXT),
    row("encoding/json", &["Marshal*"], Of::First, &["MarshalJSON"]),
    row("fmt", &["Fprint*"], Of::First, WRITE),
    row("fmt", &["Fscan*"], Of::First, READ),
    row("io", &["Copy*", "WriteString"], Of::First, WRITE),
    row("io", &["Copy*"], Of::Second, READ),
    row(
        "io",
        &["ReadAll", "ReadAtLeast", "ReadFull"],
        Of::First,
        READ,
    ),
    // What is made of them is used soon, and mostly by who made it.
    row("io", &["MultiWriter"], Of::All, WRITE),
    row("io", &["MultiReader"], Of::All, READ),
    row("io", &["TeeReader"], Of::First, READ),
    row("io", &["TeeReader"], Of::Second, WRITE),
];

const fn row(
    package: &'static str,
    names: &'static [&'static str],
    of: Of,
    methods: &'static [&'static str],
) -> Row {
    Row {
        package,
        names,
        of,
        methods,
    }
}

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
    if call.mode != CallMode::Plain || call.receiver.is_some() {
        return Vec::new();
    }
    let args = body.operands(call.args);
    let rows = TABLE.iter().filter(is_it);
    let methods = rows.flat_map(|row| {
        let given = match row.of {
            Of::All => args,
            Of::First => args.get(..1).unwrap_or_default(),
            Of::Second => args.get(1..2).unwrap_or_default(),
        };
        given.iter().flat_map(|&value| {
            let methods = row.methods.iter();
            methods.filter_map(move |name| method(world, body, value, (None, Name::intern(name))))
        })
    });
    methods.collect()
}

/// The method of a value whose type declares it, and the receiver that it is called with. Names that are
/// not exported are those of package `from`.
pub(crate) fn method(
    world: &World,
    body: &Body,
    value: Operand,
    (from, name): (Option<PkgId>, Name),
) -> Option<(ObjId, Operand)> {
    let (Operand::Place(place) | Operand::Addr(place)) = value else {
        return None;
    };
    let (ty, by_pointer) = world.deref(body.places.ty(place)?);
    if world.is_interface(ty) {
        return None;
    }
    let Lookup::Method(selected) = world.lookup(ty, true, from, name) else {
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
