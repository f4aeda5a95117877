//! What is known of a function when its body is gone.
//!
//! Packages are looked at in the order of their imports. Each leaves a [`PackageSummary`], and the
//! packages that import it see its functions through that. A summary is plain data: names,
//! locations and ids of objects, no reference into a body, and nothing that depends on the order
//! in which threads ran.

use std::sync::Arc;

use contend_base::Location;
use contend_ir::{Body, FuncId};
use contend_types::ObjId;
use rayon::prelude::*;

use crate::accesses::{Access, Accesses};
use crate::accessors::{Accessor, PutIn};
use crate::asked::asks;
use crate::back_references::{Reference, references};
use crate::callbacks::{Callback, callbacks};
use crate::conventions::is_end_name;
use crate::documented::{Invitation, invitation};
use crate::flags::{Shown, shown};
use crate::flows::{Flows, OwnFlows};
use crate::given_away::GivenAway;
use crate::goroutines::{Region, Walk};
use crate::guests::invited;
use crate::joined::{Joint, joints};
use crate::locks;
use crate::order::Meets;
use crate::package::{BodyFacts, Package, Target, declared_in, is_step};
use crate::package_calls::{PackageCalls, package_calls};
use crate::roles::Roles;
use crate::rooms::Room;
use crate::roots::{DeclaredCall, Root, called, called_later, declared_calls, roots, values};
use crate::services::services;
use crate::visits::Visits;

/// What the callers of one declared function must know of it.
#[derive(Clone, Debug)]
pub struct Summary {
    pub function: ObjId,
    pub receiver: Option<ObjId>,
    /// `None` for parameters without a name.
    pub params: Vec<Option<ObjId>>,
    /// What it does to memory that a caller may know, itself and through the functions it calls.
    /// Paths begin at the receiver, a parameter or a package variable.
    pub accesses: Arc<[Access]>,
    /// What it does, run as a goroutine, to objects in its locals that others know by then.
    pub given_away: Arc<[Access]>,
    /// What it does to locks of its caller.
    pub locks: Option<locks::Summary>,
    /// The locks that some caller in its package holds.
    pub callers_hold: Vec<ObjId>,
    /// It waits for another goroutine, itself or through functions of its package.
    pub waits: bool,
    /// It waits for others or tells others to go on, itself.
    pub synchronises: bool,
    /// Its first result is what the receiver, a parameter or a package variable holds.
    pub hands_out: Option<Accessor>,
    /// What it puts into the value that it makes and returns first.
    pub puts_in: Arc<[PutIn]>,
    /// The numbers of the parameters that it keeps or hands to somebody who does.
    pub keeps: Arc<[usize]>,
    /// It is one step without branches.
    pub is_step: bool,
    /// Its first result is a value that nobody else knows.
    pub returns_fresh: bool,
    /// It is called only while a value is made that nobody else knows yet.
    pub is_setup: bool,
    /// By its name it ends what others do with the value, and it waits for no answer to that.
    pub is_end: bool,
    /// Why others may call it at the same time.
    pub invites: Option<Invitation>,
    /// When others call it, as far as the state of the package goes.
    pub package_calls: Option<PackageCalls>,
    /// Where it has to do with other goroutines, and is small enough to be looked at again where it
    /// is called.
    pub body: Option<Arc<Body>>,
    /// How many values the channels have room for that this body names.
    pub rooms: Arc<[Room]>,
    /// What it reads itself behind a flag that it has seen under a lock.
    pub shown: Arc<[Shown]>,
    /// Of its name, which is the same in all variants of a package.
    pub location: Option<Location>,
}

/// The summaries of a package, by function in order of file and declaration.
#[derive(Default, Debug)]
pub struct PackageSummary {
    pub functions: Vec<Arc<Summary>>,
    /// The goroutines that begin in it.
    pub roots: Vec<Root>,
    /// Functions that it uses as values.
    pub values: Vec<ObjId>,
    /// Which values come to what holds interface values and functions.
    pub flows: Flows,
    /// Functions that it keeps.
    pub callbacks: Vec<Callback>,
    /// Fields that it puts one map in.
    pub joints: Vec<Joint>,
    /// What it puts into fields, and whether that is what the value with the field belongs to.
    pub references: Vec<Reference>,
    /// Functions that it calls.
    pub called: Vec<ObjId>,
    /// Those of them that others call than functions which set something up.
    pub called_later: Vec<ObjId>,
    pub declared_calls: Vec<DeclaredCall>,
    /// Methods that it hands to a framework which calls them for each request.
    pub services: Vec<ObjId>,
    /// Functions of other packages that its goroutines come to.
    pub visits: Visits,
    /// Accesses that are not in the summaries because a function makes too many.
    pub n_cut_off: usize,
}

impl PackageSummary {
    /// What other packages must know of a package. Tests are known to nobody.
    pub fn of(package: &Package, accesses: &Accesses, roles: &Roles, meets: &Meets) -> Self {
        let invited = invited(package, meets);
        let flows = OwnFlows::of(package);
        let given_away = GivenAway::of(package);
        let functions = package
            .own_bodies()
            .par_iter()
            .filter(|facts| !package.is_test(facts.body.file))
            .filter_map(|facts| {
                let is_guest = invited.contains(&facts.index);
                let found = summary(
                    (package, accesses),
                    (roles, &flows, &given_away),
                    facts,
                    is_guest,
                )?;
                Some(Arc::new(found))
            });
        Self {
            functions: functions.collect(),
            roots: roots(package, accesses, &given_away),
            values: values(package),
            callbacks: callbacks(package, accesses, &flows),
            flows: flows.flows,
            joints: joints(package),
            references: references(package),
            called: called(package),
            called_later: called_later(package, roles),
            declared_calls: declared_calls(package, roles),
            services: services(package),
            visits: Visits::of(package, roles),
            n_cut_off: accesses.n_cut_off(),
        }
    }
}

fn summary(
    (package, accesses): (&Package, &Accesses),
    (roles, flows, given_away): (&Roles, &OwnFlows, &GivenAway),
    facts: &BodyFacts,
    is_guest: bool,
) -> Option<Summary> {
    let function = declared_in(package, facts.index)?;
    let id = FuncId::new(0);
    let func = facts.func(id);
    let walk = Walk {
        package,
        facts,
        func,
        spawn: None,
        ends_at_receive: true,
        path: None,
    };
    let outer = accesses.outer(facts.index, id);
    let is_free = outer.iter().all(|it| !it.is_behind_wait) && walk.never_ends();
    let outer = if is_free {
        Arc::clone(outer)
    } else {
        behind_waits(outer, &accesses.of_shared(facts.index, id), &walk.whole())
    };
    Some(Summary {
        function,
        receiver: func.receiver,
        params: func.params.clone(),
        accesses: outer,
        given_away: given_away_by(package, accesses, given_away, function, facts),
        locks: package.summaries.declared(function).cloned(),
        callers_hold: package.callers.held(function),
        waits: package.waiting.waits(function),
        synchronises: roles.synchronises(facts.index, id),
        hands_out: package.accessors.get(function).cloned(),
        keeps: flows.kept_params(function, func.params.len()).into(),
        puts_in: package.accessors.contents(function).into(),
        is_step: is_step(facts.body),
        returns_fresh: package.fresh.is_maker(function),
        is_setup: roles.is_setup(facts.index, id),
        is_end: is_end_name(package.world.name(function).as_str()) && !asks(func),
        invites: invitation(package, facts),
        package_calls: package_calls(package, facts),
        body: is_guest.then(|| Arc::new(facts.body.clone())),
        rooms: if is_guest {
            package.rooms.named_in(facts.body).into()
        } else {
            Arc::default()
        },
        shown: shown(accesses, facts).into(),
        location: package.world.object(function).location,
    })
}

/// Only exported functions are started by other packages.
fn given_away_by(
    package: &Package,
    accesses: &Accesses,
    given_away: &GivenAway,
    function: ObjId,
    facts: &BodyFacts,
) -> Arc<[Access]> {
    if !package.world.name(function).is_exported() {
        return Arc::default();
    }
    let target = Target::Here {
        body: facts.index,
        function: FuncId::new(0),
    };
    given_away.inside(accesses, &target)
}

/// The accesses of a function, each with whether every way to it waits for somebody first. `own`
/// has the same accesses at all places of the function where they are done.
fn behind_waits(outer: &[Access], own: &[Access], free: &Region) -> Arc<[Access]> {
    let access = |access: &Access| {
        let mut same = own
            .iter()
            .filter(|it| it.location == access.location && it.path == access.path);
        Access {
            is_behind_wait: !same.any(|it| free.contains(it.at)),
            ..access.clone()
        }
    };
    outer.iter().map(access).collect()
}
