//! The names a package declares, and where each is declared.

use contend_base::{Name, Span, known};
use contend_syntax::ast::{
    DeclId, DeclKind, ExprId, ExprKind, FuncId, IdentId, ImportSpec, TypeSpecId, ValueSpec,
    ValueSpecId,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::{Checker, Env};
use crate::declare::Site;
use crate::{
    NamedId, ObjId, ObjectKind, PackageSource, PkgId, Scope, Type, TypeError, TypeParamId, VarKind,
};

/// What the declaration phase leaves behind for the phase that types bodies.
///
/// A declaration is looked at twice: once to learn its type, once more to record facts about its
/// expressions. The objects made the first time are kept here by their place in the source, so
/// that the second look meets the same objects, and thus the same types.
#[derive(Default)]
pub(crate) struct Resolved {
    pub(crate) files: Vec<FileScope>,
    /// Parameters of generic aliases.
    pub(crate) alias_params: FxHashMap<ObjId, Box<[TypeParamId]>>,
    /// What only the declaration phase can see: cycles and names declared twice.
    pub(crate) errors: Vec<TypeError>,
}

/// The names that only one file sees, and the objects declared in it.
#[derive(Default)]
pub(crate) struct FileScope {
    /// Imports by local name.
    pub(crate) imports: FxHashMap<Name, ObjId>,
    /// Packages imported with a dot.
    pub(crate) dot_imports: Vec<PkgId>,
    /// An import could not be loaded, so that a name that is not found may well be its.
    pub(crate) incomplete: bool,
    /// Objects of declared names: package level, fields, interface methods, type parameters.
    pub(crate) idents: FxHashMap<IdentId, ObjId>,
    /// Objects declared by an expression: embedded fields by their type, and the type parameters
    /// of receivers.
    pub(crate) exprs: FxHashMap<ExprId, ObjId>,
}

/// A method whose receiver's base type was not looked for yet.
struct Method {
    object: ObjId,
    base: Name,
}

impl Checker<'_> {
    /// Makes the objects of all package-level declarations and binds methods to their types.
    pub(crate) fn collect(&mut self) {
        let mut methods = Vec::new();
        for file_index in 0..self.package.source.files.len() as u32 {
            self.env = Env::of_file(self.package, file_index);
            let tree = self.env.tree;
            for &decl in &tree.top_level {
                match tree.decl(decl).kind {
                    DeclKind::Bad => {}
                    DeclKind::Import(specs) => {
                        specs
                            .iter()
                            .for_each(|spec| self.collect_import(tree.import(spec)));
                    }
                    DeclKind::Const(specs) => self.collect_consts(specs.iter()),
                    DeclKind::Var(specs) => specs.iter().for_each(|spec| self.collect_vars(spec)),
                    DeclKind::Type(specs) => specs.iter().for_each(|spec| self.collect_type(spec)),
                    DeclKind::Func(func) => methods.extend(self.collect_func(decl, func)),
                }
            }
        }
        self.bind_methods(&methods);
    }

    fn collect_import(&mut self, spec: ImportSpec) {
        let path = spec.path;
        if path == known::EMPTY {
            return;
        }
        let loaded = self.imported_package(path);
        let imported = loaded.unwrap_or_else(|| self.opaque_package(path));
        let ident = spec
            .name
            .map(|ident| (ident, self.env.tree.ident(ident).name));
        let name = ident.map_or_else(
            || self.world.package(imported).source.name,
            |(_, name)| name,
        );
        let kind = ObjectKind::PkgName { imported };
        let object = match ident {
            Some((ident, _)) => self.object_of_ident(ident, kind, None),
            None => self.new_object(name, kind, spec.span, None),
        };
        self.set_type(object, self.world.invalid());
        let Some(file) = self.declaring_file() else {
            return;
        };
        file.incomplete |= loaded.is_none();
        if name == known::DOT {
            file.dot_imports.push(imported);
        } else if !name.is_blank() {
            file.imports.insert(name, object);
        }
    }

    /// The package behind an import path; `None` if it could not be loaded, or for cgo's `C`.
    pub(crate) fn imported_package(&self, path: Name) -> Option<PkgId> {
        // The source of `unsafe` is there for its documentation only.
        if path == known::UNSAFE {
            return Some(self.world.universe().unsafe_package);
        }
        self.package.source.imports.get(&path).copied()
    }

    /// A package of which nothing is known; whatever is used of it has the invalid type.
    fn opaque_package(&self, path: Name) -> PkgId {
        let package = self.world.add_package(PackageSource {
            path,
            name: likely_name(path),
            files: Vec::new(),
            imports: FxHashMap::default(),
        });
        let node = self.world.package(package);
        let _ = node.scope.set(Scope::default());
        let _ = node.resolved.set(Resolved::default());
        package
    }

    fn collect_consts(&mut self, specs: impl Iterator<Item = ValueSpecId>) {
        let mut source = None;
        for spec in specs {
            let node = self.env.tree.value_spec(spec);
            // A specification without type and values repeats the last one that has some.
            if node.ty.is_some() || !node.values.is_empty() || source.is_none() {
                source = Some(spec);
            }
            let source = source.unwrap_or(spec);
            for (index, ident) in node.names.iter().enumerate() {
                let object = self.object_of_ident(ident, ObjectKind::Const, None);
                let file = self.env.file_index;
                let index = index as u32;
                self.add_declared(
                    object,
                    Site::Const {
                        file,
                        spec,
                        source,
                        index,
                    },
                );
            }
        }
    }

    fn collect_vars(&mut self, spec: ValueSpecId) {
        let names = self.env.tree.value_spec(spec).names;
        for (index, ident) in names.iter().enumerate() {
            let object = self.object_of_ident(ident, ObjectKind::Var(VarKind::Package), None);
            let file = self.env.file_index;
            self.add_declared(
                object,
                Site::Var {
                    file,
                    spec,
                    index: index as u32,
                },
            );
        }
    }

    fn collect_type(&mut self, spec: TypeSpecId) {
        let node = self.env.tree.type_spec(spec);
        let kind = ObjectKind::TypeName {
            is_alias: node.is_alias,
        };
        let object = self.object_of_ident(node.name, kind, None);
        self.add_declared(
            object,
            Site::Type {
                file: self.env.file_index,
                spec,
            },
        );
        self.new_type_head(object, spec);
    }

    /// Makes what a type declaration's name stands for, up to constraints and underlying type.
    pub(crate) fn new_type_head(&mut self, object: ObjId, spec: TypeSpecId) {
        let node = self.env.tree.type_spec(spec);
        if node.is_alias {
            if !node.type_params.is_empty() {
                let params = self.declare_type_params(node.type_params);
                match &mut self.declaring {
                    Some(declaring) => {
                        declaring.resolved.alias_params.insert(object, params);
                    }
                    None => {
                        self.alias_params.insert(object, params);
                    }
                }
            }
            return;
        }
        if self.world.object(object).ty.get().is_some() {
            return;
        }
        let named = self.world.new_named(object);
        self.set_type(object, self.world.named_type(named, &[]));
        let params = self.declare_type_params(node.type_params);
        let _ = self.world.named(named).type_params.set(params);
        if self.declaring.is_none() {
            // Types declared inside functions have no methods.
            let _ = self.world.named(named).methods.set(Box::default());
        }
    }

    fn collect_func(&mut self, decl: DeclId, func: FuncId) -> Option<Method> {
        let tree = self.env.tree;
        let node = tree.func(func);
        let receiver = node.receiver.and_then(|list| list.iter().next());
        let parts = receiver.map(|field| self.receiver_type(tree.field(field).ty));
        let file = self.env.file_index;
        let kind = ObjectKind::Func {
            file,
            decl,
            func,
            is_method: parts.is_some(),
            pointer_receiver: parts.as_ref().is_some_and(|parts| parts.pointer),
        };
        let object = self.object_of_ident(node.name, kind, None);
        let site = Site::Func { file, func };
        let name = tree.ident(node.name).name;
        let Some(parts) = parts else {
            if name == known::INIT {
                self.add_site(object, site);
            } else {
                self.add_declared(object, site);
            }
            return None;
        };
        self.add_site(object, site);
        let ExprKind::Ident(base) = tree.expr(parts.base).kind else {
            return None;
        };
        (!name.is_blank()).then_some(Method { object, base })
    }

    /// Enters an object into the package scope.
    fn add_declared(&mut self, object: ObjId, site: Site) {
        self.add_site(object, site);
        let name = self.world.name(object);
        if name.is_blank() {
            return;
        }
        let location = self.world.object(object).location;
        let Some(declaring) = &mut self.declaring else {
            return;
        };
        let first = *declaring.scope.objects.entry(name).or_insert(object);
        if first != object
            && let Some(location) = location
        {
            let message = format!("{name} redeclared in this package");
            let error = TypeError {
                file: location.file,
                span: location.span,
                message,
            };
            declaring.resolved.errors.push(error);
        }
    }

    fn add_site(&mut self, object: ObjId, site: Site) {
        if let Some(declaring) = &mut self.declaring {
            declaring.sites.insert(object, site);
            declaring.order.push(object);
        }
    }

    fn declaring_file(&mut self) -> Option<&mut FileScope> {
        let file_index = self.env.file_index as usize;
        self.declaring.as_mut()?.resolved.files.get_mut(file_index)
    }

    /// Gives each defined type of the package its methods, in the order of the source.
    fn bind_methods(&mut self, methods: &[Method]) {
        let mut lists: FxHashMap<NamedId, Vec<ObjId>> = FxHashMap::default();
        for method in methods {
            if let Some(named) = self.base_type(method.base) {
                lists.entry(named).or_default().push(method.object);
            }
        }
        let Some(declaring) = &self.declaring else {
            return;
        };
        for &object in &declaring.order {
            if let Some(named) = self.named_of(object) {
                let list = lists.remove(&named).unwrap_or_default();
                let _ = self.world.named(named).methods.set(list.into());
            }
        }
    }

    /// The defined type that a receiver's base type name stands for, through plain aliases.
    fn base_type(&self, mut name: Name) -> Option<NamedId> {
        let declaring = self.declaring.as_ref()?;
        let mut seen = FxHashSet::default();
        loop {
            let object = *declaring.scope.objects.get(&name)?;
            if let Some(named) = self.named_of(object) {
                return Some(named);
            }
            let Some(&Site::Type { file, spec }) = declaring.sites.get(&object) else {
                return None;
            };
            let tree = &self.package.source.files[file as usize].parsed.tree;
            let node = tree.type_spec(spec);
            if !seen.insert(object) || !node.type_params.is_empty() {
                return None;
            }
            let mut target = tree.unparen(node.ty);
            if let ExprKind::Star(inner) = tree.expr(target).kind {
                target = tree.unparen(inner);
            }
            let ExprKind::Ident(next) = tree.expr(target).kind else {
                return None;
            };
            name = next;
        }
    }

    /// The declaration of the defined type that an object names; `None` for aliases and others.
    pub(crate) fn named_of(&self, object: ObjId) -> Option<NamedId> {
        let node = self.world.object(object);
        if node.kind != (ObjectKind::TypeName { is_alias: false }) {
            return None;
        }
        match self.world.ty(*node.ty.get()?) {
            Type::Named { origin, .. } => Some(*origin),
            _ => None,
        }
    }

    /// Records what the names of imports stand for, and which imports are missing.
    pub(crate) fn record_imports(&mut self, specs: contend_base::Range<ImportSpec>) {
        for spec in specs.iter() {
            let spec = self.env.tree.import(spec);
            if let Some(ident) = spec.name
                && let Some(object) = self.known_ident(ident)
            {
                self.record_def(ident, object);
            }
            let path = spec.path;
            if path != known::EMPTY && path != known::C && self.imported_package(path).is_none() {
                self.error_at(spec.path_expr, || format!("package {path} was not found"));
            }
        }
    }

    /// The specifications of a constant group with the one that each takes its values from.
    pub(crate) fn const_sources(
        &self,
        specs: contend_base::Range<ValueSpec>,
    ) -> Vec<(ValueSpec, ValueSpec)> {
        let mut source = None;
        let with_source = |spec| {
            let node: ValueSpec = self.env.tree.value_spec(spec);
            if node.ty.is_some() || !node.values.is_empty() || source.is_none() {
                source = Some(node);
            }
            (node, source.unwrap_or(node))
        };
        specs.iter().map(with_source).collect()
    }

    /// The span of an object's name; empty for objects without a place.
    pub(crate) fn span_of(&self, object: ObjId) -> Span {
        self.world
            .object(object)
            .location
            .map_or(Span::at(0), |location| location.span)
    }
}

/// The package name that an import path suggests.
fn likely_name(path: Name) -> Name {
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let last = path
        .as_str()
        .rsplit('/')
        .find(|part| !is_version(part))
        .unwrap_or_default();
    let last = last.split(".v").next().unwrap_or(last);
    Name::intern(last.strip_prefix("go-").unwrap_or(last))
}
