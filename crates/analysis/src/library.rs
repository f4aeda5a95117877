//! What calls of the standard library and its like mean.

use contend_base::{FileId, SourceMap};
use contend_ir::{Body, Call, Callee, InstrKind, Operand, PlaceId};
use contend_syntax::ast::ExprKind;
use contend_types::{ObjId, ObjectKind, TypeId, World};

/// Packages of the standard library have no dot in the first element of their path.
pub fn may_be_std(path: &str) -> bool {
    !path.split('/').next().unwrap_or_default().contains('.')
}

/// True for files of tests.
pub fn is_test(files: &SourceMap, file: FileId) -> bool {
    files.get(file).path.ends_with("_test.go")
}

/// True for packages that show how another one is used, by the names that Go programs give their folders.
pub fn is_example(path: &str) -> bool {
    let words = [
        "_example",
        "_examples",
        "demo",
        "demos",
        "example",
        "examples",
        "sample",
        "samples",
    ];
    path.split('/').any(|folder| words.contains(&folder))
}

/// Sites on which modules stand below the name of an owner.
const WITH_OWNERS: &[&str] = &["bitbucket.org", "codeberg.org", "github.com", "gitlab.com"];

/// True for packages that are made for tests, by the names that Go programs give their folders. What
/// a module itself is called says nothing.
pub fn is_for_tests(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or_default();
    let of_module = match host {
        _ if WITH_OWNERS.contains(&host) => 3,
        _ if may_be_std(path) => 1,
        _ => 2,
    };
    path.split('/').skip(of_module).any(|folder| {
        let words = ["test", "mock", "fake"];
        words.iter().any(|word| folder.starts_with(word))
    })
}

/// How a lock is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    Exclusive,
    Shared,
}

/// True for the packages that make locks and goroutines and keep themselves in order by means
/// below the memory model. Go's race detector, too, looks at no access of theirs or at few
/// (`NoInstrument` and `NoRaceFunc` in cmd/internal/objabi/pkgspecial.go of Go 1.26).
pub fn is_below_memory_model(path: &str) -> bool {
    matches!(path, "runtime" | "sync" | "sync/atomic" | "internal/sync")
        || path.starts_with("internal/runtime/")
}

/// What a call does to a lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LockOp {
    Lock(Mode),
    /// Takes the lock if its result is true.
    TryLock(Mode),
    Unlock(Mode),
}

impl LockOp {
    fn for_reading(self) -> Self {
        match self {
            Self::Lock(_) => Self::Lock(Mode::Shared),
            Self::TryLock(_) => Self::TryLock(Mode::Shared),
            Self::Unlock(_) => Self::Unlock(Mode::Shared),
        }
    }
}

/// A call of a method of a lock.
#[derive(Clone, Copy, Debug)]
pub struct LockCall {
    pub op: LockOp,
    /// Where the lock is; a pointer to it for locks behind an interface.
    pub place: PlaceId,
    /// A mutex of package sync. Of other types with these methods only the names are known.
    pub is_mutex: bool,
}

/// The lock operation that a call is. To lock what `RLocker` returns is to lock the mutex for reading.
pub fn lock_call(world: &World, body: &Body, call: &Call) -> Option<LockCall> {
    let (Callee::Static(method) | Callee::Interface(method)) = call.callee else {
        return None;
    };
    let op = match world.name(method).as_str() {
        "Lock" => LockOp::Lock(Mode::Exclusive),
        "RLock" => LockOp::Lock(Mode::Shared),
        "TryLock" => LockOp::TryLock(Mode::Exclusive),
        "TryRLock" => LockOp::TryLock(Mode::Shared),
        "Unlock" => LockOp::Unlock(Mode::Exclusive),
        "RUnlock" => LockOp::Unlock(Mode::Shared),
        _ => return None,
    };
    let (Operand::Addr(place) | Operand::Place(place)) = call.receiver? else {
        return None;
    };
    let has_no_args = body.operands(call.args).is_empty();
    if let Callee::Interface(_) = call.callee
        && let Some(mutex) = locked_for_reading(world, body, place)
    {
        return has_no_args.then_some(LockCall {
            op: op.for_reading(),
            place: mutex,
            is_mutex: true,
        });
    }
    let is_mutex = matches!(
        (package_path(world, method), receiver_name(world, method)),
        ("sync", Some("Mutex" | "RWMutex"))
    ) && matches!(call.callee, Callee::Static(_));
    has_no_args.then_some(LockCall {
        op,
        place,
        is_mutex,
    })
}

/// The mutex that a `sync.Locker` locks for reading: the result of `RLocker`, or a variable that is
/// given nothing else.
fn locked_for_reading(world: &World, body: &Body, locker: PlaceId) -> Option<PlaceId> {
    let of_result = |result: Operand| {
        let mut calls = body.calls.iter();
        let call = calls.find(|it| body.operands(it.results) == [result])?;
        match (call.callee, call.receiver?) {
            (Callee::Static(method), Operand::Addr(mutex)) => {
                let is_it = world.name(method).as_str() == "RLocker"
                    && package_path(world, method) == "sync";
                is_it.then_some(mutex)
            }
            _ => None,
        }
    };
    if body.is_temp(locker) {
        return of_result(Operand::Place(locker));
    }
    body.places.root_var(locker)?;
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let mut given = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Write { place, value } if place == locker => Some(of_result(value)),
        _ => None,
    });
    let first = given.next()??;
    given.all(|it| it == Some(first)).then_some(first)
}

/// True for `Unlock` and `RUnlock` of package sync.
pub fn is_unlock(world: &World, method: ObjId) -> bool {
    matches!(world.name(method).as_str(), "Unlock" | "RUnlock")
        && package_path(world, method) == "sync"
}

/// What a call of a method of a wait group does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WaitGroupOp {
    Add,
    Done,
    Wait,
    /// Counts and starts a goroutine.
    Go,
}

/// The operation on a `sync.WaitGroup` that a call is, and where the group is.
pub fn wait_group_call(world: &World, call: &Call) -> Option<(WaitGroupOp, PlaceId)> {
    let Callee::Static(method) = call.callee else {
        return None;
    };
    let op = match world.name(method).as_str() {
        "Add" => WaitGroupOp::Add,
        "Done" => WaitGroupOp::Done,
        "Wait" => WaitGroupOp::Wait,
        "Go" => WaitGroupOp::Go,
        _ => return None,
    };
    let Some(Operand::Addr(place)) = call.receiver else {
        return None;
    };
    let is_group =
        package_path(world, method) == "sync" && receiver_name(world, method) == Some("WaitGroup");
    is_group.then_some((op, place))
}

/// The import path of the package that declares a function; empty for the universe.
pub fn package_path(world: &World, function: ObjId) -> &'static str {
    let package = world.object(function).package;
    package.map_or("", |package| world.package(package).source.path.as_str())
}

/// The defined type of a variable, behind a pointer.
pub fn defined_type(world: &World, variable: ObjId) -> Option<ObjId> {
    defined_behind(world, world.object_type(variable))
}

/// The defined type that a type is, or points to.
pub fn defined_behind(world: &World, ty: TypeId) -> Option<ObjId> {
    let (ty, _) = world.deref(ty);
    let (named, _) = world.named_parts(ty)?;
    Some(world.original(world.named(named).object))
}

/// The name of the type that a method is declared on.
pub fn receiver_name(world: &World, method: ObjId) -> Option<&'static str> {
    let object = world.object(method);
    let ObjectKind::Func {
        file,
        func,
        is_method: true,
        ..
    } = object.kind
    else {
        return None;
    };
    let tree = &world
        .package(object.package?)
        .source
        .files
        .get(file as usize)?
        .parsed
        .tree;
    let field = tree.func(func).receiver?.iter().next()?;
    let mut ty = tree.field(field).ty;
    loop {
        ty = match tree.expr(ty).kind {
            ExprKind::Paren(inner) | ExprKind::Star(inner) => inner,
            ExprKind::Index { base, .. } => base,
            ExprKind::Ident(name) => return Some(name.as_str()),
            _ => return None,
        };
    }
}

/// A function with its package, as findings name it: `example.com/a.(*T).Get`.
pub fn function_name(world: &World, function: ObjId) -> String {
    let path = package_path(world, function);
    let name = world.name(function);
    let by_pointer = matches!(
        world.object(function).kind,
        ObjectKind::Func {
            pointer_receiver: true,
            ..
        }
    );
    match receiver_name(world, function) {
        Some(receiver) if by_pointer => format!("{path}.(*{receiver}).{name}"),
        Some(receiver) => format!("{path}.{receiver}.{name}"),
        None => format!("{path}.{name}"),
    }
}

#[test]
fn folders_tell_what_is_made_for_tests() {
    for path in [
        "example.com/shop/testing",
        "github.com/a/shop/internal/mocks",
        "shop/testutil",
    ] {
        assert!(is_for_tests(path), "{path}");
    }
    for path in [
        "example.com/testbed/store",
        "github.com/a/mockery/store",
        "test",
        "shop/latest",
    ] {
        assert!(!is_for_tests(path), "{path}");
    }
}
