//! The declaration phase: every package-level object gets its type, in whatever order they
//! need each other.

use contend_syntax::ast::{FuncId, TypeSpecId, ValueSpecId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::{Checker, Env};
use crate::resolve::{FileScope, Resolved};
use crate::{NamedId, ObjId, ObjectKind, PkgId, Scope, Type, TypeId, World};

/// What is known while a package's declarations are resolved.
#[derive(Default)]
pub(crate) struct Declaring {
    pub(crate) resolved: Resolved,
    pub(crate) scope: Scope,
    pub(crate) sites: FxHashMap<ObjId, Site>,
    /// All objects with a site, in source order.
    pub(crate) order: Vec<ObjId>,
    /// The objects being resolved, each needed by the one before.
    pub(crate) path: Vec<ObjId>,
    /// Defined types that hold by value only types of this set, or none.
    pub(crate) closed: FxHashSet<NamedId>,
    /// All defined types have their underlying types.
    types_done: bool,
}

/// Where an object is declared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Site {
    /// `source` is the specification with the type and values, which `spec` may repeat.
    Const {
        file: u32,
        spec: ValueSpecId,
        source: ValueSpecId,
        index: u32,
    },
    Var {
        file: u32,
        spec: ValueSpecId,
        index: u32,
    },
    Type {
        file: u32,
        spec: TypeSpecId,
    },
    Func {
        file: u32,
        func: FuncId,
    },
}

impl Site {
    fn file(self) -> u32 {
        match self {
            Self::Const { file, .. }
            | Self::Var { file, .. }
            | Self::Type { file, .. }
            | Self::Func { file, .. } => file,
        }
    }
}

impl World {
    /// Resolves all package-level declarations of a package: afterwards every object of its scope
    /// has a type. The packages it imports must be resolved. Does nothing the second time.
    ///
    /// One thread per package; different packages may be resolved at the same time.
    pub fn check_declarations(&self, pkg: PkgId) {
        let package = self.package(pkg);
        if package.scope.get().is_some() {
            return;
        }
        let declaring = if package.source.files.is_empty() {
            Declaring::default()
        } else {
            let mut checker = Checker::new(self, pkg, 0);
            let mut declaring = Declaring::default();
            declaring
                .resolved
                .files
                .resize_with(package.source.files.len(), FileScope::default);
            checker.declaring = Some(Box::new(declaring));
            checker.declare_all();
            checker
                .declaring
                .map(|declaring| *declaring)
                .unwrap_or_default()
        };
        let _ = package.resolved.set(declaring.resolved);
        let _ = package.scope.set(declaring.scope);
    }
}

impl Checker<'_> {
    fn declare_all(&mut self) {
        self.collect();
        let Some(declaring) = &self.declaring else {
            return;
        };
        let order = declaring.order.clone();
        // Types first: all that follows may ask for underlying types. Names of types are good as
        // soon as they are collected, so that types need each other only by `type A B`.
        for &object in &order {
            if self.named_of(object).is_some() {
                self.resolve(object);
            }
        }
        if let Some(declaring) = &mut self.declaring {
            declaring.types_done = true;
        }
        self.bind_constraints(&order);
        for pass in [Pass::Aliases, Pass::Funcs, Pass::Values] {
            for &object in &order {
                if pass.takes(self.world.object(object).kind) {
                    self.resolve(object);
                }
            }
        }
    }

    fn bind_constraints(&mut self, order: &[ObjId]) {
        for &object in order {
            let Some(Site::Type { file, spec }) = self.site(object) else {
                continue;
            };
            self.at_file(file, |checker| {
                let node = checker.env.tree.type_spec(spec);
                if let Some(params) = checker.type_params_of(object) {
                    checker.scope_type_params(&params);
                    checker.bind_type_params(node.type_params, &params);
                }
            });
        }
    }

    /// The type parameters of the type or alias that an object declares.
    pub(crate) fn type_params_of(&self, object: ObjId) -> Option<Box<[crate::TypeParamId]>> {
        if let Some(named) = self.named_of(object) {
            return self.world.named(named).type_params.get().cloned();
        }
        let own = match &self.declaring {
            Some(declaring) => declaring.resolved.alias_params.get(&object),
            None => self
                .resolved
                .and_then(|resolved| resolved.alias_params.get(&object)),
        };
        own.or_else(|| self.alias_params.get(&object)).cloned()
    }

    fn site(&self, object: ObjId) -> Option<Site> {
        self.declaring.as_ref()?.sites.get(&object).copied()
    }

    /// Runs `f` at package level of a file, hiding the declaration that is interrupted.
    fn at_file(&mut self, file: u32, f: impl FnOnce(&mut Self)) {
        let env = std::mem::replace(&mut self.env, Env::of_file(self.package, file));
        let floor = self.scopes.hide();
        f(self);
        self.scopes.reveal(floor);
        self.env = env;
    }

    /// The type of an object that is used; resolves it first if that was not done yet.
    pub(crate) fn type_of_object(&mut self, object: ObjId) -> TypeId {
        if let Some(&ty) = self.world.object(object).ty.get() {
            return ty;
        }
        self.resolve(object);
        self.world.object_type(object)
    }

    /// Resolves the declaration of an object of this package. Does nothing if that was done.
    fn resolve(&mut self, object: ObjId) {
        let Some(site) = self.site(object) else {
            return;
        };
        if self.is_resolved(object) {
            return;
        }
        let Some(declaring) = &mut self.declaring else {
            return;
        };
        if let Some(start) = declaring.path.iter().position(|&other| other == object) {
            self.report_cycle(start);
            return;
        }
        declaring.path.push(object);
        let span = self.span_of(object);
        let in_time = self.deeper(span, |checker| {
            checker.at_file(site.file(), |checker| checker.resolve_site(object, site));
        });
        if in_time.is_none() {
            self.set_type(object, self.world.invalid());
        }
        if let Some(declaring) = &mut self.declaring {
            declaring.path.pop();
        }
    }

    fn is_resolved(&self, object: ObjId) -> bool {
        match self.named_of(object) {
            Some(named) => self.world.named(named).underlying.get().is_some(),
            None => self.world.object(object).ty.get().is_some(),
        }
    }

    fn resolve_site(&mut self, object: ObjId, site: Site) {
        let tree = self.env.tree;
        match site {
            Site::Const {
                spec,
                source,
                index,
                ..
            } => {
                let source = tree.value_spec(source);
                let iota = tree.value_spec(spec).iota;
                let init = tree.expr_list(source.values).get(index as usize).copied();
                self.const_decl(object, source.ty, init, iota);
            }
            Site::Var { spec, index, .. } => {
                self.declare_var(object, tree.value_spec(spec), index as usize);
            }
            Site::Type { spec, .. } => self.type_body(object, spec),
            Site::Func { func, .. } => {
                let (ty, _) = self.func_decl_head(tree.func(func), object);
                self.set_type(object, ty);
            }
        }
    }

    /// Resolves the right side of a type declaration whose head was made before.
    pub(crate) fn type_body(&mut self, object: ObjId, spec: TypeSpecId) {
        let world = self.world;
        let node = self.env.tree.type_spec(spec);
        let mark = self.scopes.open();
        if let Some(params) = self.type_params_of(object) {
            self.scope_type_params(&params);
        }
        let ty = self.typ(node.ty);
        self.scopes.close(mark);
        let Some(named) = self.named_of(object) else {
            self.set_type(object, ty);
            return;
        };
        if world.is_type_param(ty) {
            self.error_at(node.ty, || {
                "a type parameter cannot be defined as a type".to_owned()
            });
        }
        let mut underlying = self.resolved_underlying(ty);
        if world.named(named).underlying.get().is_none() && self.contains_itself(named, underlying)
        {
            self.report_endless(object);
            underlying = world.invalid();
        }
        let _ = world.named(named).underlying.set(underlying);
    }

    /// The underlying type for `type A ty`; resolves what `ty` names before.
    fn resolved_underlying(&mut self, ty: TypeId) -> TypeId {
        let world = self.world;
        if world.is_type_param(ty) {
            return world.invalid();
        }
        if let Some((origin, _)) = world.named_parts(ty)
            && world.named(origin).underlying.get().is_none()
        {
            self.resolve(world.named(origin).object);
        }
        world.underlying(ty)
    }

    /// Resolves all types that a value of type `ty` is made of, so that its size and members are
    /// known. Only needed as long as types are still being resolved.
    pub(crate) fn complete(&mut self, ty: TypeId) {
        let Some(declaring) = &self.declaring else {
            return;
        };
        if declaring.types_done {
            return;
        }
        let world = self.world;
        let mut seen = FxHashSet::default();
        let mut work = vec![ty];
        while let Some(ty) = work.pop() {
            if !seen.insert(ty) {
                continue;
            }
            if let Type::Named { origin, .. } = world.ty(ty) {
                self.complete_named(*origin);
                work.extend(world.named(*origin).underlying.get());
            }
            world.ty(ty).for_each_part(|part| work.push(part));
        }
    }

    fn complete_named(&mut self, named: NamedId) {
        let object = self.world.named(named).object;
        let Some(declaring) = &self.declaring else {
            return;
        };
        // A type that is being resolved has no size yet; whoever asks gets the invalid type.
        if !declaring.path.contains(&object) {
            self.resolve(object);
        }
    }

    /// The names of the package.
    pub(crate) fn package_scope(&self) -> Option<&Scope> {
        match &self.declaring {
            Some(declaring) => Some(&declaring.scope),
            None => self.package.scope.get(),
        }
    }

    /// True if `expr` is a call or another value whose evaluation could be skipped because only
    /// its type is asked for.
    pub(crate) fn only_types(&self) -> bool {
        self.declaring.is_some()
    }
}

/// The order in which objects that are no defined types are resolved.
#[derive(Clone, Copy)]
enum Pass {
    Aliases,
    Funcs,
    Values,
}

impl Pass {
    fn takes(self, kind: ObjectKind) -> bool {
        match self {
            Self::Aliases => matches!(kind, ObjectKind::TypeName { is_alias: true }),
            Self::Funcs => matches!(kind, ObjectKind::Func { .. }),
            Self::Values => matches!(kind, ObjectKind::Const | ObjectKind::Var(_)),
        }
    }
}
