//! Methods that are called from many goroutines because somebody promises it for them: the interface
//! that they belong to, by its comment, or what is known of who calls them.

use contend_base::{Name, SourceMap};
use contend_types::{ObjId, ObjectKind, PkgId, Type, TypeId, World};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::contracts::is_shared;
use crate::documented::{above, is_for_many};
use crate::library::{package_path, receiver_name};
use crate::origins::{REQUEST, named, without_version};

/// A method that is called from many goroutines once its value is handed over as an interface.
struct Promised {
    name: &'static str,
    /// A type that one of its parameters has, behind pointers and channels.
    param: (&'static str, &'static str),
    how: &'static str,
}

static PROMISED: &[Promised] = &[
    promised("ServeHTTP", ("net/http", "ResponseWriter"), REQUEST),
    promised("RoundTrip", ("net/http", "Request"), REQUEST),
    promised(
        "ServeDNS",
        ("github.com/miekg/dns", "ResponseWriter"),
        REQUEST,
    ),
    promised(
        "ConsumeClaim",
        ("github.com/IBM/sarama", "ConsumerGroupClaim"),
        "called for each claimed partition",
    ),
    promised(
        "ConsumeClaim",
        ("github.com/Shopify/sarama", "ConsumerGroupClaim"),
        "called for each claimed partition",
    ),
    promised(
        "ProcessTask",
        ("github.com/hibiken/asynq", "Task"),
        "called for each task",
    ),
    promised(
        "Collect",
        ("github.com/prometheus/client_golang/prometheus", "Metric"),
        "called for each scrape",
    ),
    promised(
        "Describe",
        ("github.com/prometheus/client_golang/prometheus", "Desc"),
        "called for each scrape",
    ),
];

const fn promised(
    name: &'static str,
    param: (&'static str, &'static str),
    how: &'static str,
) -> Promised {
    Promised { name, param, how }
}

/// How a method is called that one of the parameters gives away.
pub(crate) fn by_param(world: &World, method: ObjId, params: &[ObjId]) -> Option<&'static str> {
    let name = world.name(method).as_str();
    let row = PROMISED.iter().find(|row| {
        row.name == name
            && params
                .iter()
                .any(|&it| named(world, world.object_type(it)) == Some(row.param))
    })?;
    Some(row.how)
}

/// The methods of interfaces that are called from many goroutines.
#[derive(Default)]
pub struct Promises {
    by_method: FxHashMap<Name, Vec<Promise>>,
}

/// The interface that promises something of one of its methods.
struct Promise {
    package: PkgId,
    interface: TypeId,
}

impl Promises {
    /// Built once, when all declarations are known.
    pub fn new(world: &World, files: &SourceMap) -> Self {
        let packages: Vec<PkgId> = (0..world.package_count()).map(PkgId::new).collect();
        let of_package = |&package: &PkgId| {
            let scope = world.package(package).scope.get();
            let objects = scope.into_iter().flat_map(|it| it.objects.values());
            let mut objects: Vec<ObjId> = objects.copied().collect();
            objects.sort_unstable();
            let methods = objects.into_iter().flat_map(|it| methods(world, files, it));
            let promises = methods.map(|(name, interface)| (name, Promise { package, interface }));
            promises.collect::<Vec<_>>()
        };
        let all: Vec<Vec<_>> = packages.par_iter().map(of_package).collect();
        let mut promises = Self::default();
        for (name, promise) in all.into_iter().flatten() {
            promises.by_method.entry(name).or_default().push(promise);
        }
        promises
    }

    /// True for a method whose type implements an interface that promises it: one of its own package,
    /// or of one that is imported there, since nobody keeps the promises of interfaces that he does
    /// not know.
    pub(crate) fn has(&self, world: &World, method: ObjId) -> bool {
        self.find(world, method).is_some()
    }

    fn find(&self, world: &World, method: ObjId) -> Option<&Promise> {
        let promises = self.by_method.get(&world.name(method))?;
        let package = world.package(world.object(method).package?);
        // A receiver that is not used has no name.
        let receiver = Name::intern(receiver_name(world, method)?);
        let ty = world.object_type(*package.scope.get()?.objects.get(&receiver)?);
        let pointer = world.pointer_to(ty);
        let is_known = |it: PkgId| {
            let mut imports = package.source.imports.values();
            world.object(method).package == Some(it) || imports.any(|&imported| imported == it)
        };
        let mut known = promises.iter().filter(|it| is_known(it.package));
        known.find(|it| world.implements(pointer, it.interface))
    }
}

/// The methods of an interface that are called from many goroutines, each with the interface.
fn methods(world: &World, files: &SourceMap, object: ObjId) -> Vec<(Name, TypeId)> {
    if !matches!(world.object(object).kind, ObjectKind::TypeName { .. }) {
        return Vec::new();
    }
    let ty = world.object_type(object);
    let is_plain = matches!(world.ty(ty), Type::Named { .. }) && !world.is_generic(ty);
    if !is_plain || !world.is_interface(ty) {
        return Vec::new();
    }
    let says = |object: ObjId| {
        let location = world.object(object).location;
        location.is_some_and(|it| is_for_many(above(files, it)))
    };
    let path = without_version(package_path(world, object));
    let name = world.name(object).as_str();
    let are_all = is_shared(path, name) || says(object);
    let methods = world.type_set(ty).methods.iter();
    let promised = methods.filter(|method| are_all || says(method.object));
    promised.map(|method| (method.name, ty)).collect()
}
