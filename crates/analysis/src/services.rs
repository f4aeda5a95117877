//! Services: values that a program hands to a framework, which calls their methods for each request.
//!
//! What takes them is mostly generated: a description of the service becomes an interface, and a
//! function that makes a handler of whatever implements it.

use contend_base::Name;
use contend_ir::{Call, Callee, Operand};
use contend_syntax::ast::DirectiveKind;
use contend_types::{ObjId, Type, TypeId, World};

use crate::library::package_path;
use crate::origins::named;
use crate::package::Package;

/// The methods of values that are handed to a framework which calls them for each request.
pub(crate) fn services(package: &Package) -> Vec<ObjId> {
    let mut services = Vec::new();
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for call in &facts.body.calls {
            let Some(number) = served_argument(package.world, call) else {
                continue;
            };
            let argument = facts.body.operands(call.args).get(number);
            let Some(&(Operand::Place(place) | Operand::Addr(place))) = argument else {
                continue;
            };
            let ty = facts.body.places.ty(place);
            services.extend(
                ty.into_iter()
                    .flat_map(|ty| served(package.world, call, number, ty)),
            );
        }
    }
    services
}

/// Which of its arguments a function serves.
fn served_argument(world: &World, call: &Call) -> Option<usize> {
    let Callee::Static(function) = call.callee else {
        return None;
    };
    let signature = world.as_signature(world.object_type(function))?;
    if registers(world, function) {
        return signature.params.len().checked_sub(1);
    }
    let number = (signature.params.iter()).position(|&it| is_of_package(world, function, it))?;
    let is_server = returns_handler(world, &signature.results)
        || ["Register", "DRPCRegister"]
            .iter()
            .any(|verb| world.name(function).as_str().starts_with(verb));
    (is_server && is_generated(world, function)).then_some(number)
}

/// True for the functions that generated code has for registering a gRPC service, and that of
/// `net/rpc`.
fn registers(world: &World, function: ObjId) -> bool {
    let name = world.name(function).as_str();
    let is_generated = name.starts_with("Register") && name.ends_with("Server");
    let is_rpc = package_path(world, function) == "net/rpc" && name.starts_with("Register");
    is_generated || is_rpc
}

/// True for an interface with methods that the package of the function declares.
fn is_of_package(world: &World, function: ObjId, ty: TypeId) -> bool {
    let Type::Named { origin, .. } = world.ty(ty) else {
        return false;
    };
    let object = world.object(world.named(*origin).object);
    object.package == world.object(function).package
        && world.is_interface(ty)
        && !world.type_set(ty).methods.is_empty()
}

/// True if one of the results handles requests: of HTTP, or by a processor of Thrift.
fn returns_handler(world: &World, results: &[TypeId]) -> bool {
    results.iter().any(|&result| {
        let is_processor = || {
            let name = named(world, result).map(|(_, name)| name);
            name.is_some_and(|it| it.ends_with("Processor"))
        };
        has_method(world, result, "ServeHTTP") || is_processor()
    })
}

fn has_method(world: &World, ty: TypeId, name: &str) -> bool {
    let wanted = Name::intern(name);
    if world.is_interface(ty) {
        return world
            .type_set(ty)
            .methods
            .iter()
            .any(|it| it.name == wanted);
    }
    let mut methods = world.method_set(ty).into_iter();
    methods.any(|(it, _)| it == wanted)
}

/// True for a function in a file that a tool wrote.
fn is_generated(world: &World, function: ObjId) -> bool {
    let object = world.object(function);
    let (Some(package), Some(location)) = (object.package, object.location) else {
        return false;
    };
    let files = &world.package(package).source.files;
    let file = files.iter().find(|it| it.file == location.file);
    file.is_some_and(|it| {
        let mut directives = it.parsed.tree.directives.iter();
        directives.any(|it| it.kind == DirectiveKind::Generated)
    })
}

/// The methods of a type that the framework calls.
fn served(world: &World, call: &Call, number: usize, ty: TypeId) -> Vec<ObjId> {
    let ty = world.deref(ty).0;
    if !matches!(world.ty(ty), Type::Named { .. }) || world.is_interface(ty) {
        return Vec::new();
    }
    let methods = world.method_set(world.pointer_to(ty)).into_iter();
    let served = methods.filter(|(name, selection)| {
        name.is_exported() && is_served(world, (call, number), *name, selection.object)
    });
    served.map(|(_, selection)| selection.object).collect()
}

/// True for the methods that the framework calls: those of the interface that the function takes,
/// and where it takes anything, those with the parameters of a remote call.
fn is_served(world: &World, (call, number): (&Call, usize), name: Name, method: ObjId) -> bool {
    let Callee::Static(function) = call.callee else {
        return false;
    };
    let signature = |it: ObjId| world.as_signature(world.object_type(it));
    let taken = signature(function).and_then(|it| it.params.get(number).copied());
    let methods = taken.map(|ty| &world.type_set(ty).methods);
    match methods {
        Some(methods) if !methods.is_empty() => methods.iter().any(|it| it.name == name),
        _ => signature(method).is_some_and(|it| it.params.len() == 2 && it.results.len() == 1),
    }
}
