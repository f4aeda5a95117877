//! Maps of a value that no lock guards, and only exported methods come to: whether callers come side by
//! side is not to be seen, but some values are made to be shared, and others never are.

use contend_analysis::accesses::Subject;
use contend_analysis::conventions::is_sort_name;
use contend_analysis::documented::Invitation;
use contend_analysis::library::{defined_type, is_for_tests, package_path};
use contend_analysis::manner::Manner;
use contend_analysis::package_calls::PackageCalls;
use contend_analysis::path::Step;
use contend_analysis::roots::RootKind;
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};

use super::objects::is_looked_up;
use super::{Place, Use};

/// The last word in the name of a type whose values have one user: what is built, read or written from
/// its beginning to its end, what a call is given, and plain collections, which are as safe as the map in
/// them.
static OF_ONE_USER: &[&str] = &[
    "Args",
    "Arguments",
    "Bag",
    "Body",
    "Builder",
    "Command",
    "Config",
    "Configuration",
    "Content",
    "Decoder",
    "Dict",
    "Diff",
    "Document",
    "Encoder",
    "Entry",
    "Event",
    "Extractor",
    "Factory",
    "Field",
    "Fields",
    "File",
    "Flags",
    "Formatter",
    "Generator",
    "Graph",
    "Header",
    "Headers",
    "Index",
    "Info",
    "Input",
    "Lexer",
    "Linker",
    "List",
    "Map",
    "Marshaler",
    "Message",
    "Metadata",
    "Node",
    "Object",
    "Options",
    "Opts",
    "Output",
    "Params",
    "Parameters",
    "Parser",
    "Plan",
    "Printer",
    "Properties",
    "Query",
    "Reader",
    "Record",
    "Renderer",
    "Report",
    "Request",
    "Resource",
    "Response",
    "Result",
    "Rule",
    "Scanner",
    "Schema",
    "Set",
    "Settings",
    "Spec",
    "Stack",
    "Statement",
    "Stmt",
    "Table",
    "Template",
    "Token",
    "Tree",
    "Trie",
    "Value",
    "Values",
    "Visitor",
    "Walker",
    "Writer",
];

/// Words in the name of what stands in the place of something else in tests.
static DOUBLES: &[&str] = &["dummy", "fake", "mock", "stub", "test"];

/// Verbs of methods that say how a value is to work, before it does.
static SETTERS: &[&str] = &[
    "Add",
    "Append",
    "Declare",
    "Define",
    "Handle",
    "Install",
    "On",
    "Prepend",
    "Register",
    "Subscribe",
    "Use",
];

/// True for a change without any lock by a method that others may call: of a map in a field, or of what the
/// method, which returns something, keeps in a field.
pub(super) fn may_be_shared(world: &World, it: &Use) -> bool {
    let access = it.access;
    access.is_write()
        && (access.subject == Subject::Map || keeps(it))
        && access.start.is_none()
        && it.root.kind == RootKind::Outside
        && it.root.package_calls.is_some()
        && is_of_value(world, it)
        && is_free(it)
}

/// True for a change of a map in what was looked up where all who ask are given the same.
pub(super) fn changes_looked_up(world: &World, it: &Use) -> bool {
    it.access.is_write()
        && it.access.subject == Subject::Map
        && it.root.kind == RootKind::Outside
        && is_looked_up(world, it.access)
}

/// True for what a method that returns something stores when it is first asked, and for whatever it stores
/// where siblings of it have a lock for that.
fn keeps(it: &Use) -> bool {
    let of_siblings = it.root.invites == Some(Invitation::Siblings);
    it.access.subject == Subject::Variable
        && (it.access.manner == Manner::FirstUse || of_siblings)
        && it.root.package_calls == Some(PackageCalls::ToGet)
}

/// True for a field of the receiver, or of what only the receiver holds: a map itself, where one is meant,
/// and not what hands a map out.
fn is_of_value(world: &World, it: &Use) -> bool {
    let path = &it.access.path;
    let of = path.variable().map(|it| world.object(it).kind);
    let is_plain = |step: &Step| matches!(step, Step::Field(_) | Step::Deref);
    let is_map = |field| {
        let ty = world.object_type(field);
        matches!(world.underlying_type(ty), Type::Map { .. })
    };
    let is_it = |field| it.access.subject == Subject::Variable || is_map(field);
    of == Some(ObjectKind::Var(VarKind::Receiver))
        && path.last_field().is_some_and(is_it)
        && path.steps.iter().all(is_plain)
}

/// True for a use without a lock, by a function that is not said to be for one goroutine.
fn is_free(it: &Use) -> bool {
    it.access.locks.is_empty() && !it.access.is_for_one
}

impl Place<'_> {
    /// True for two uses without a lock of a value that may be made to be shared.
    pub(super) fn is_unguarded(&self, one: &Use, other: &Use) -> bool {
        let is_change = |it: &Use| may_be_shared(self.world, it) && !self.is_setter(it);
        let is_use =
            |it: &Use| is_free(it) && is_of_value(self.world, it) && !self.has_one_user(it);
        (is_change(one) || is_change(other)) && is_use(one) && is_use(other)
    }

    /// True for two uses of a map in a value that all who look it up share, one of which changes it.
    pub(super) fn are_looked_up(&self, one: &Use, other: &Use) -> bool {
        let is_use = |it: &Use| is_looked_up(self.world, it.access) && !it.access.is_for_one;
        let is_change = |it: &Use| changes_looked_up(self.world, it);
        (is_change(one) || is_change(other)) && is_use(one) && is_use(other)
    }

    /// True for two uses without a lock of a value that one of them keeps when it is first asked.
    pub(super) fn is_kept_unguarded(&self, one: &Use, other: &Use) -> bool {
        (keeps(one) || keeps(other)) && self.is_unguarded(one, other)
    }

    /// True for a method that fills a map which says how the value works, or that sorting calls.
    fn is_setter(&self, it: &Use) -> bool {
        let name = it.root.home.map(|it| self.world.name(it).as_str());
        let is_named_so =
            |name: &str| is_sort_name(name) || SETTERS.iter().any(|verb| name.starts_with(verb));
        self.holds_callbacks(it.access) || name.is_some_and(is_named_so)
    }

    /// True if the names of the types say that one goroutine has the value.
    fn has_one_user(&self, it: &Use) -> bool {
        let receiver = it.access.path.variable();
        let receiver = receiver.and_then(|it| defined_type(self.world, it));
        let fields = it.access.path.steps.iter().rev().skip(1);
        let inner = fields.filter_map(|step| match step {
            Step::Field(field) => defined_type(self.world, *field),
            _ => None,
        });
        let mut types = receiver.into_iter().chain(inner);
        types.any(|it| is_for_one_user(self.world, it))
    }
}

fn is_for_one_user(world: &World, ty: ObjId) -> bool {
    let name = world.name(ty).as_str();
    let lower = name.to_ascii_lowercase();
    DOUBLES.iter().any(|word| lower.contains(word))
        || name.contains("Iter")
        || is_for_tests(package_path(world, ty))
        || OF_ONE_USER
            .iter()
            .any(|word| name.ends_with(word) || lower == word.to_ascii_lowercase())
}
