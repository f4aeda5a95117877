//! Declarations that need themselves.

use rustc_hash::FxHashSet;

use crate::check::Checker;
use crate::{NamedId, ObjId, ObjectKind, Type, TypeError, TypeId};

/// How many types are looked at for the one that closes a cycle; more are no program of a person.
const MAX_PARTS: usize = 2000;

impl Checker<'_> {
    /// The object at `start` of the path needs itself. Reports it, and gives the invalid type to
    /// what would otherwise have none.
    pub(crate) fn report_cycle(&mut self, start: usize) {
        let world = self.world;
        let Some(declaring) = &self.declaring else {
            return;
        };
        let cycle = &declaring.path[start..];
        let first = cycle[0];
        // The parameters of a function may ask for its type, as in `unsafe.Sizeof(f)`.
        if matches!(world.object(first).kind, ObjectKind::Func { .. }) {
            return;
        }
        let names: Vec<&str> = cycle.iter().map(|&id| world.name(id).as_str()).collect();
        let message = match *names.as_slice() {
            [name] => format!("{name} refers to itself"),
            _ => format!(
                "declarations need each other: {} -> {}",
                names.join(" -> "),
                names[0]
            ),
        };
        self.keep_error(first, message);
        if let Some(named) = self.named_of(first) {
            let _ = world.named(named).underlying.set(world.invalid());
        } else {
            self.set_type(first, world.invalid());
        }
    }

    /// A type that holds itself by value has no size.
    pub(crate) fn report_endless(&mut self, object: ObjId) {
        let message = format!(
            "invalid recursive type: {} contains itself",
            self.world.name(object)
        );
        self.keep_error(object, message);
    }

    /// Keeps an error about a declaration, whichever phase found it.
    fn keep_error(&mut self, object: ObjId, message: String) {
        let Some(location) = self.world.object(object).location else {
            return;
        };
        match &mut self.declaring {
            Some(declaring) => {
                let error = TypeError {
                    file: location.file,
                    span: location.span,
                    message,
                };
                declaring.resolved.errors.push(error);
            }
            None => self.error(location.span, || message),
        }
    }

    /// True if a value of type `underlying` would hold one of the type `named`, which is about to
    /// get this underlying type. The last type of a cycle finds it: the others are resolved.
    pub(crate) fn contains_itself(&mut self, named: NamedId, underlying: TypeId) -> bool {
        let world = self.world;
        let mut seen = FxHashSet::default();
        let mut work = vec![underlying];
        let mut is_closed = true;
        while let Some(ty) = work.pop() {
            match world.ty(ty) {
                Type::Struct(fields) => work.extend(fields.iter().map(|field| field.ty)),
                Type::Array { element, .. } => work.push(*element),
                Type::Named { origin, .. } if *origin == named => return true,
                Type::Named { origin, args } => {
                    let declaration = world.named(*origin);
                    is_closed &= args.is_empty() && declaration.underlying.get().is_some();
                    // Other packages lead back here only through type arguments.
                    let package = world.object(declaration.object).package;
                    let leads_on = package == Some(self.pkg) && !self.is_closed(*origin);
                    if (leads_on || !args.is_empty()) && seen.insert(ty) {
                        work.push(world.underlying(ty));
                    }
                    if MAX_PARTS < seen.len() {
                        return false;
                    }
                }
                _ => {}
            }
        }
        if is_closed && let Some(declaring) = &mut self.declaring {
            declaring.closed.insert(named);
        }
        false
    }

    /// True for a type that holds only types that were resolved before it: no cycle goes through.
    fn is_closed(&self, named: NamedId) -> bool {
        let declaring = self.declaring.as_ref();
        declaring.is_some_and(|declaring| declaring.closed.contains(&named))
    }
}
