//! The checker: what is known while one package or one declaration is typed.

use contend_base::{FileId, Location, Name, Range, Span};
use contend_syntax::ast::{DeclId, DeclKind, Expr, ExprId, Ident, IdentId, Tree};
use rustc_hash::FxHashMap;

use crate::declare::Declaring;
use crate::operand::Operand;
use crate::resolve::{FileScope, Resolved};
use crate::scope::Scopes;
use crate::{
    ExprFact, GoVersion, Info, Mode, ObjId, Object, ObjectKind, Package, PkgId, TypeError, TypeId,
    World,
};

/// Statements and expressions nested deeper than this are not typed: it bounds the stack.
const MAX_DEPTH: u32 = 400;

/// Types one package's declarations, or one declaration with its body.
///
/// The same code serves both phases. While declarations are resolved, objects are completed when
/// they are first needed and nothing is recorded; later everything is there, and facts are kept.
pub(crate) struct Checker<'w> {
    pub(crate) world: &'w World,
    pub(crate) pkg: PkgId,
    pub(crate) package: &'w Package,
    /// Set in the declaration phase.
    pub(crate) declaring: Option<Box<Declaring>>,
    /// Set in the phase of bodies.
    pub(crate) resolved: Option<&'w Resolved>,
    pub(crate) env: Env<'w>,
    pub(crate) scopes: Scopes,
    /// Whether facts are kept in `info`.
    pub(crate) recording: bool,
    pub(crate) info: Info,
    /// Objects of embedded fields of types declared in function bodies.
    pub(crate) embedded: FxHashMap<ExprId, ObjId>,
    /// Parameters of generic aliases declared in function bodies.
    pub(crate) alias_params: FxHashMap<ObjId, Box<[crate::TypeParamId]>>,
    pub(crate) depth: u32,
}

/// What depends on the declaration that is being typed.
#[derive(Clone)]
pub(crate) struct Env<'w> {
    pub(crate) file_index: u32,
    pub(crate) file: FileId,
    pub(crate) tree: &'w Tree,
    pub(crate) text: &'w [u8],
    pub(crate) version: GoVersion,
    /// The value of `iota`, inside constant declarations.
    pub(crate) iota: Option<i64>,
    /// The mark of the block that is open, where `:=` looks for names it assigns to.
    pub(crate) block: usize,
    pub(crate) function: Function,
    /// A call or a receive was seen: `len` of such an array is no constant.
    pub(crate) has_call_or_receive: bool,
}

/// The function whose body is being typed.
#[derive(Clone, Default)]
pub(crate) struct Function {
    pub(crate) results: Vec<TypeId>,
    pub(crate) labels: Vec<(Name, ObjId)>,
    /// Branches to labels, resolved at the end of the function.
    pub(crate) branches: Vec<IdentId>,
}

impl<'w> Checker<'w> {
    pub(crate) fn new(world: &'w World, pkg: PkgId, file_index: u32) -> Self {
        let package = world.package(pkg);
        let env = Env::of_file(package, file_index);
        let info = Info::empty(pkg, env.file, file_index);
        Self {
            world,
            pkg,
            package,
            declaring: None,
            resolved: package.resolved.get(),
            env,
            scopes: Scopes::default(),
            recording: false,
            info,
            embedded: FxHashMap::default(),
            alias_params: FxHashMap::default(),
            depth: 0,
        }
    }

    /// The names of the current file.
    pub(crate) fn file_scope(&self) -> Option<&FileScope> {
        let resolved = match &self.declaring {
            Some(declaring) => Some(&declaring.resolved),
            None => self.resolved,
        };
        resolved?.files.get(self.env.file_index as usize)
    }

    /// Makes room for facts about one declaration.
    pub(crate) fn start_recording(&mut self, decl: DeclId) {
        let node = self.env.tree.decl(decl);
        self.info.decl = decl;
        self.info.exprs = node.exprs;
        self.info.idents = node.idents;
        self.info.facts = vec![ExprFact::default(); node.exprs.len()];
        self.info.objects = vec![None; node.exprs.len()];
        self.info.defs = vec![None; node.idents.len()];
        self.recording = true;
    }

    /// The place of an expression in the fact tables; behind their end for foreign ones.
    pub(crate) fn slot(&self, expr: ExprId) -> usize {
        expr.index().wrapping_sub(self.info.exprs.as_usize().start)
    }

    fn ident_slot(&self, ident: IdentId) -> usize {
        ident
            .index()
            .wrapping_sub(self.info.idents.as_usize().start)
    }

    pub(crate) fn record(&mut self, x: &Operand) {
        if !self.recording {
            return;
        }
        let Some(expr) = x.expr else { return };
        if x.mode == Mode::Invalid {
            return;
        }
        self.record_fact(expr, x.mode, x.ty);
        if let Some(value) = &x.value
            && x.mode == Mode::Constant
        {
            self.info.constants.insert(expr, value.clone());
        }
    }

    pub(crate) fn record_fact(&mut self, expr: ExprId, mode: Mode, ty: TypeId) {
        let slot = self.slot(expr);
        if self.recording
            && let Some(fact) = self.info.facts.get_mut(slot)
        {
            *fact = ExprFact { ty: Some(ty), mode };
        }
    }

    pub(crate) fn record_type(&mut self, expr: ExprId, ty: TypeId) {
        self.record_fact(expr, Mode::TypeExpr, ty);
    }

    pub(crate) fn record_use(&mut self, expr: ExprId, object: ObjId) {
        let slot = self.slot(expr);
        if self.recording
            && let Some(cell) = self.info.objects.get_mut(slot)
        {
            *cell = Some(object);
        }
    }

    pub(crate) fn record_def(&mut self, ident: IdentId, object: ObjId) {
        let slot = self.ident_slot(ident);
        if self.recording
            && let Some(cell) = self.info.defs.get_mut(slot)
        {
            *cell = Some(object);
        }
    }

    pub(crate) fn error(&mut self, span: Span, message: impl FnOnce() -> String) {
        if self.recording {
            let error = TypeError {
                file: self.env.file,
                span,
                message: message(),
            };
            self.info.errors.push(error);
        }
    }

    pub(crate) fn error_at(&mut self, expr: ExprId, message: impl FnOnce() -> String) {
        self.error(self.env.tree.expr(expr).span, message);
    }

    /// The source text of a span.
    pub(crate) fn text(&self, span: Span) -> &'w [u8] {
        let end = (span.end as usize).min(self.env.text.len());
        let start = (span.start as usize).min(end);
        &self.env.text[start..end]
    }

    /// The source text of an expression, for messages.
    pub(crate) fn show(&self, expr: ExprId) -> String {
        String::from_utf8_lossy(self.text(self.env.tree.expr(expr).span)).into_owned()
    }

    /// Runs `f` one level deeper, or gives up with an error.
    pub(crate) fn deeper<T>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if MAX_DEPTH <= self.depth {
            self.error(span, || "nested too deeply".to_owned());
            return None;
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        Some(result)
    }

    /// A new object declared in the current file.
    pub(crate) fn new_object(
        &self,
        name: Name,
        kind: ObjectKind,
        span: Span,
        ty: Option<TypeId>,
    ) -> ObjId {
        let object = Object {
            name,
            kind,
            package: Some(self.pkg),
            location: Some(Location::new(self.env.file, span)),
            ty: std::sync::OnceLock::new(),
            value: std::sync::OnceLock::new(),
        };
        if let Some(ty) = ty {
            let _ = object.ty.set(ty);
        }
        self.world.new_object(object)
    }

    /// The object that `ident` declares: the one from the declaration phase, or a new one.
    pub(crate) fn object_of_ident(
        &mut self,
        ident: IdentId,
        kind: ObjectKind,
        ty: Option<TypeId>,
    ) -> ObjId {
        if let Some(object) = self.known_ident(ident) {
            self.record_def(ident, object);
            if let Some(ty) = ty {
                self.set_type(object, ty);
            }
            return object;
        }
        let node = self.env.tree.ident(ident);
        let object = self.new_object(node.name, kind, node.span(), ty);
        if let Some(declaring) = &mut self.declaring {
            declaring.resolved.files[self.env.file_index as usize]
                .idents
                .insert(ident, object);
        }
        self.record_def(ident, object);
        object
    }

    /// A new variable that only this declaration knows.
    pub(crate) fn new_local(&mut self, ident: IdentId, kind: ObjectKind, ty: TypeId) -> ObjId {
        let node = self.env.tree.ident(ident);
        let object = self.new_object(node.name, kind, node.span(), Some(ty));
        self.record_def(ident, object);
        object
    }

    /// The object that was made for a declared name before.
    pub(crate) fn known_ident(&self, ident: IdentId) -> Option<ObjId> {
        let found = self
            .info
            .defs
            .get(self.ident_slot(ident))
            .copied()
            .flatten();
        found.or_else(|| self.file_scope()?.idents.get(&ident).copied())
    }

    /// The object that was made for an expression that declares something.
    pub(crate) fn known_expr(&self, expr: ExprId) -> Option<ObjId> {
        let found = self
            .file_scope()
            .and_then(|scope| scope.exprs.get(&expr).copied());
        found.or_else(|| self.embedded.get(&expr).copied())
    }

    pub(crate) fn remember_expr(&mut self, expr: ExprId, object: ObjId) {
        if let Some(declaring) = &mut self.declaring {
            declaring.resolved.files[self.env.file_index as usize]
                .exprs
                .insert(expr, object);
        } else {
            self.embedded.insert(expr, object);
        }
    }

    /// Sets the type of an object that has none yet.
    pub(crate) fn set_type(&self, object: ObjId, ty: TypeId) {
        let _ = self.world.object(object).ty.set(ty);
    }
}

impl<'w> Env<'w> {
    pub(crate) fn of_file(package: &'w Package, file_index: u32) -> Self {
        let file = &package.source.files[file_index as usize];
        Self {
            file_index,
            file: file.file,
            tree: &file.parsed.tree,
            text: &file.text,
            version: file.go_version,
            iota: None,
            block: 0,
            function: Function::default(),
            has_call_or_receive: false,
        }
    }
}

impl Info {
    /// No facts about no declaration.
    pub(crate) fn empty(package: PkgId, file: FileId, file_index: u32) -> Self {
        Self {
            package,
            file,
            file_index,
            decl: DeclId::new(0),
            exprs: Range::<Expr>::EMPTY,
            idents: Range::<Ident>::EMPTY,
            facts: Vec::new(),
            objects: Vec::new(),
            defs: Vec::new(),
            selections: FxHashMap::default(),
            constants: FxHashMap::default(),
            instances: FxHashMap::default(),
            clause_vars: FxHashMap::default(),
            captures: FxHashMap::default(),
            errors: Vec::new(),
        }
    }
}

impl World {
    /// Types one top-level declaration of a package whose declarations were resolved by
    /// [`World::check_declarations`]: all expressions in it, function bodies included.
    ///
    /// May be called from any thread, at any time after that, and again.
    pub fn check_decl(&self, pkg: PkgId, file_index: u32, decl: DeclId) -> Info {
        let mut checker = Checker::new(self, pkg, file_index);
        checker.start_recording(decl);
        match checker.env.tree.decl(decl).kind {
            DeclKind::Bad => {}
            DeclKind::Import(specs) => checker.record_imports(specs),
            DeclKind::Const(specs) => checker.const_group(specs),
            DeclKind::Var(specs) => checker.record_vars(specs),
            DeclKind::Type(specs) => checker.record_types(specs),
            DeclKind::Func(func) => checker.record_func(func),
        }
        checker.add_declaration_errors(decl);
        checker.info
    }

    /// Types all declarations of a package, in the order of its files.
    pub fn check_package(&self, pkg: PkgId) -> Vec<Info> {
        let files = &self.package(pkg).source.files;
        let decls = files.iter().enumerate().flat_map(|(file_index, file)| {
            file.parsed
                .tree
                .top_level
                .iter()
                .map(move |&decl| (file_index as u32, decl))
        });
        decls
            .map(|(file_index, decl)| self.check_decl(pkg, file_index, decl))
            .collect()
    }
}

impl Checker<'_> {
    /// What the declaration phase found wrong with this declaration.
    fn add_declaration_errors(&mut self, decl: DeclId) {
        let Some(resolved) = self.resolved else {
            return;
        };
        let span = self.env.tree.decl(decl).span;
        let file = self.env.file;
        let inside = |error: &&TypeError| error.file == file && span.contains(error.span.start);
        self.info
            .errors
            .extend(resolved.errors.iter().filter(inside).cloned());
    }
}
