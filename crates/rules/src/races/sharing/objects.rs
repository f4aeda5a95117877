//! Whether two accesses are to one object, and what kind of object it is.

use contend_analysis::accesses::{Access, Subject, is_of_somebody};
use contend_analysis::library::{
    defined_behind, defined_type, is_for_tests, is_test, package_path, receiver_name,
};
use contend_analysis::origins::is_of_request;
use contend_analysis::path::Step;
use contend_analysis::roots::RootKind;
use contend_base::{Location, Name};
use contend_types::{Lookup, ObjId, ObjectKind, PkgId, Type, TypeId, VarKind, World};

use super::{Place, Use};

/// How likely it is that two paths lead to one object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// One path goes on where the other begins.
    Part,
    /// Both are the same way from the same kind of value.
    Whole,
    /// Both begin at the same variable.
    Same,
}

impl Place<'_> {
    /// True if the path begins at a variable, or, in goroutines that each call of a function starts, at
    /// the receiver of the method that made what is called: not at what each goroutine of a loop is
    /// given, nor at what the function makes anew and returns. What the function around a loop was
    /// given itself is there for all of its goroutines, but of a list each may work on another element:
    /// the entries that they look up by themselves are those of all.
    pub(super) fn is_one_for_all(&self, it: &Use) -> bool {
        let variable = it.access.path.variable();
        variable.is_some_and(|variable| match self.world.object(variable).kind {
            ObjectKind::Var(VarKind::Package | VarKind::Local) => true,
            ObjectKind::Var(VarKind::Receiver | VarKind::Param) if it.root.is_many => {
                let steps = it.access.path.steps.iter();
                let mut elements = steps.filter(|it| it.is_element());
                elements.all(|it| *it == Step::Entry) && self.is_given_to_home(it, variable)
            }
            ObjectKind::Var(VarKind::Receiver) => {
                let returns_another = |home| self.returns_one_like(home, variable);
                !it.root.home.is_some_and(returns_another)
            }
            _ => false,
        })
    }

    /// True for what goroutines do to a value that the function makes which waits for them: others get it
    /// when they have ended.
    pub(super) fn is_being_made(&self, it: &Use, other: &Use) -> bool {
        let variable = it.access.path.variable();
        let kind = variable.map(|it| self.world.object(it).kind);
        it.root.is_joined
            && it.root.home != other.root.home
            && kind == Some(ObjectKind::Var(VarKind::Local))
            && !is_given_away(it)
    }

    /// True for a parameter or the receiver of the function that starts the goroutine.
    fn is_given_to_home(&self, it: &Use, variable: ObjId) -> bool {
        let home = it.root.home.and_then(|it| self.functions.get(&it));
        home.is_some_and(|home| {
            home.receiver == Some(variable) || home.params.contains(&Some(variable))
        })
    }

    /// True if a result of the function is of the type of the variable.
    fn returns_one_like(&self, function: ObjId, variable: ObjId) -> bool {
        let signature = self.world.as_signature(self.world.object_type(function));
        let mut results = signature.into_iter().flat_map(|it| &it.results);
        let wanted = defined_type(self.world, variable);
        wanted.is_some() && results.any(|it| defined_behind(self.world, *it) == wanted)
    }

    /// True for the fields of two objects that two functions have made, each for a goroutine of its
    /// own.
    pub(super) fn are_made_apart(&self, one: &Use, other: &Use) -> bool {
        if is_given_away(one) && is_given_away(other) {
            return true;
        }
        let made = |it: &Use| {
            let steps = it.access.path.steps.iter();
            let is_inside = steps.filter(|step| **step == Step::Deref).count() <= 1;
            let variable = it.access.path.variable()?;
            let is_local = self.world.object(variable).kind == ObjectKind::Var(VarKind::Local);
            // Of the locals that a goroutine which runs once is given only new objects are known.
            let is_new = it.root.kind == RootKind::Goroutine && is_local && is_inside;
            is_new.then_some(variable)
        };
        matches!((made(one), made(other)), (Some(one), Some(other)) if one != other)
    }

    /// True for a part of what stands for one request.
    pub(super) fn is_of_request(&self, access: &Access) -> bool {
        let fields = access.path.steps.iter().filter_map(|step| match step {
            Step::Field(field) => Some(*field),
            _ => None,
        });
        let mut on_the_way = access.path.variable().into_iter().chain(fields);
        on_the_way.any(|it| is_of_request(self.world, self.world.object_type(it)))
    }

    /// True for what a value does that a test puts in the place of the real one.
    pub(super) fn is_test_double(&self, it: &Use) -> bool {
        is_test(self.files, it.access.location.file)
    }

    /// True for what a double does that a package keeps for tests, which mostly ask it one question
    /// after the other.
    pub(super) fn is_made_for_tests(&self, it: &Use) -> bool {
        let function = it.access.inside;
        function.is_some_and(|it| is_for_tests(package_path(self.world, it)))
    }

    /// True for what goroutines of a program come to through an interface, and what stands behind it is
    /// kept for tests.
    pub(super) fn is_double(&self, it: &Use) -> bool {
        let is_of_program = |home: ObjId| !is_for_tests(package_path(self.world, home));
        it.is_reached && it.root.home.is_some_and(is_of_program) && self.is_made_for_tests(it)
    }

    /// True for a method by which goroutines read what comes over a network: two that read share the
    /// message.
    pub(super) fn reads_connection(&self, it: &Use) -> bool {
        let is_read = |method: &ObjId| self.world.name(*method).as_str() == "Read";
        let receiver = it.root.home.filter(is_read).and_then(|method| {
            let scope = self
                .world
                .package(self.world.object(method).package?)
                .scope
                .get()?;
            let receiver = receiver_name(self.world, method)?;
            scope.objects.get(&Name::intern(receiver)).copied()
        });
        receiver.is_some_and(|receiver| {
            let ty = self.world.object_type(receiver);
            let deadline = Name::intern("SetReadDeadline");
            let found = self.world.lookup(ty, true, None, deadline);
            matches!(found, Lookup::Method(_))
        })
    }

    /// True for a field or variable of function type: it is set before it is first called.
    pub(super) fn is_callback(&self, access: &Access) -> bool {
        let object = access
            .path
            .steps
            .last()
            .map_or(access.path.variable(), |_| access.path.last_field());
        object.is_some_and(|it| self.is_function(self.world.object_type(it)))
    }

    fn is_function(&self, ty: TypeId) -> bool {
        matches!(self.world.underlying_type(ty), Type::Signature { .. })
    }

    /// The package `main` that a function belongs to: two of them are two processes.
    pub(super) fn program(&self, function: ObjId) -> Option<PkgId> {
        let package = self.world.object(function).package?;
        let is_main = self.world.package(package).source.name.as_str() == "main";
        is_main.then_some(package)
    }

    /// True for a map of functions, or of lists of them.
    pub(super) fn holds_callbacks(&self, access: &Access) -> bool {
        let Some(object) = place(access) else {
            return false;
        };
        let ty = self.world.object_type(object);
        let Type::Map { value, .. } = self.world.ty(self.world.underlying(ty)) else {
            return false;
        };
        match self.world.underlying_type(*value) {
            Type::Slice(element) => self.is_function(*element),
            _ => self.is_function(*value),
        }
    }

    pub(super) fn likeness(&self, one: &Access, other: &Access) -> Option<Likeness> {
        let (a, b) = (one.path.variable()?, other.path.variable()?);
        let (a_fields, b_fields) = (self.fields(one), self.fields(other));
        if a == b && a_fields == b_fields {
            return Some(Likeness::Same);
        }
        let is_typed = |variable| {
            matches!(
                self.world.object(variable).kind,
                ObjectKind::Var(
                    VarKind::Receiver | VarKind::Param | VarKind::Local | VarKind::Field { .. }
                )
            )
        };
        if !is_typed(a) && !is_typed(b) {
            return None;
        }
        let same_type = match (defined_type(self.world, a), defined_type(self.world, b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        };
        // What a context carries under a key is one value wherever somebody asks for it.
        // Nor is it asked whose field it is that both go through.
        let is_field = |variable| is_of_somebody(self.world, variable);
        let is_one =
            same_type || is_carried(one) || is_carried(other) || is_field(a) || is_field(b);
        if is_one && a_fields == b_fields && is_typed(a) && is_typed(b) {
            return Some(Likeness::Whole);
        }
        let is_b_longer =
            a_fields.len() < b_fields.len() || a_fields.len() == b_fields.len() && !is_typed(b);
        let (long, short, short_root) = if is_b_longer {
            (b_fields, a_fields, a)
        } else {
            (a_fields, b_fields, b)
        };
        let is_part = is_typed(short_root) && !short.is_empty() && long.ends_with(&short);
        is_part.then_some(Likeness::Part)
    }

    /// True if the goroutine or the caller that has the shorter of two paths has the very object that the
    /// longer one leads to: a field leads back to what made the value it is in, or each such object has
    /// that goroutine. Where both run one function of the object, one of them takes the place of the other.
    pub(super) fn meet_in_part(&self, one: &Use, other: &Use) -> bool {
        let n_fields = |it: &Use| self.fields(it.access).len();
        let (long, short) = if n_fields(one) < n_fields(other) {
            (other, one)
        } else {
            (one, other)
        };
        let is_new = !comes_through(one, other) && !comes_through(other, one);
        is_new && (self.has_goroutine_of_its_own(short) || self.leads_back(long, n_fields(short)))
    }

    /// True for a map of an object with a goroutine that a method of it starts, or the function that makes
    /// it. What such a goroutine does to other fields is more often in turn with what ends it.
    fn has_goroutine_of_its_own(&self, it: &Use) -> bool {
        let root = it.access.path.variable();
        let kind = root.map(|it| self.world.object(it).kind);
        it.root.kind == RootKind::Goroutine
            && it.access.subject == Subject::Map
            && !it.is_reached
            && matches!(
                kind,
                Some(ObjectKind::Var(VarKind::Receiver | VarKind::Local))
            )
    }

    /// True if the field through which a path comes to its last `n` fields leads back.
    fn leads_back(&self, it: &Use, n: usize) -> bool {
        let fields = self.fields(it.access);
        let at = fields.len().checked_sub(n + 1);
        at.is_some_and(|at| self.back.has(fields[at]))
    }

    /// The fields on the way, the last one under the name of those that hold the same map.
    fn fields(&self, access: &Access) -> Vec<ObjId> {
        let mut fields = fields(access);
        let root = access.path.variable();
        if let Some(root) = root.filter(|it| is_of_somebody(self.world, *it)) {
            fields.insert(0, root);
        }
        if let Some(last) = fields.last_mut().filter(|_| access.subject == Subject::Map) {
            *last = self.joined.first(*last);
        }
        fields
    }
}

/// True if the one goes through the function that the other goroutine runs.
fn comes_through(one: &Use, other: &Use) -> bool {
    let is_in = |it: &Location, around: Location| {
        it.file == around.file
            && around.span.start <= it.span.start
            && it.span.end <= around.span.end
    };
    let access = one.access;
    let mut way = access.calls.iter().chain([&access.location]);
    other
        .root
        .runs
        .is_some_and(|around| way.any(|it| is_in(it, around)))
}

/// True for an object that the goroutine gives to others: another goroutine of the kind has its own.
pub(super) fn is_given_away(it: &Use) -> bool {
    let variable = it.access.path.variable();
    variable.is_some_and(|variable| it.root.given_away.contains(&variable))
}

/// True for what a context carries, or a part of it.
pub(super) fn is_carried(access: &Access) -> bool {
    matches!(access.path.steps.first(), Some(Step::Carried(_)))
}

/// True for a part of what a `sync.Map`, an atomic pointer or the like hands to all who ask for it.
pub(super) fn is_looked_up(world: &World, access: &Access) -> bool {
    access.path.steps.iter().any(|step| {
        let Step::Carried(by) = step else {
            return false;
        };
        matches!(world.object(*by).kind, ObjectKind::Func { .. })
    })
}

/// The field or the variable that is accessed.
fn place(access: &Access) -> Option<ObjId> {
    match access.path.steps.last() {
        Some(Step::Field(field)) => Some(*field),
        _ => access.path.variable(),
    }
}

fn fields(access: &Access) -> Vec<ObjId> {
    let fields = access.path.steps.iter().filter_map(|step| match step {
        Step::Field(field) => Some(*field),
        _ => None,
    });
    fields.collect()
}
