//! From the tree of a declaration to its body.
//!
//! Operands are evaluated in the order that Go prescribes. Facts that are missing make unknown
//! operands, never a failure; what is nested deeper than [`MAX_DEPTH`] is left out and marked.

mod assign;
mod builtin;
mod call;
mod composite;
mod cond;
mod expr;
mod func;
mod no_return;
mod place;
mod range;
mod stmt;
mod switch;

use contend_base::{Location, Name, Span};
use contend_syntax::ast::{DeclKind, ExprId, IdentId, Tree, ValueSpecId};
use contend_types::{Info, ObjId, Object, Type, TypeId, World};
use rustc_hash::FxHashSet;

use crate::build::FuncBuilder;
use crate::func::{Body, Func, FuncId, FuncKind};
use crate::instr::{Call, InstrKind, Operand, OperandList, Select};
use crate::place::{PlaceId, PlaceKind, PlaceTable};

/// How deep expressions and statements may be nested. The lowering of one level takes up to a few
/// kilobytes of stack, and threads have two megabytes.
const MAX_DEPTH: u32 = 300;

/// Lowers a top-level declaration. `tree` is the file of the declaration that `info` is about.
///
/// Returns `None` for declarations that do nothing when the program runs: types, constants,
/// imports, functions without body, variables without initial value.
pub fn lower(world: &World, tree: &Tree, info: &Info) -> Option<Body> {
    let decl = tree.decl(info.decl);
    let mut lowerer = Lowerer::new(world, tree, info, decl.span);
    match decl.kind {
        DeclKind::Func(func) => {
            let func = tree.func(func);
            let body = func.body?;
            lowerer.declared_func(func, body);
        }
        DeclKind::Var(specs) => {
            let has_values = |spec: ValueSpecId| !tree.value_spec(spec).values.is_empty();
            if !specs.iter().any(has_values) {
                return None;
            }
            lowerer.package_vars(specs);
        }
        DeclKind::Bad | DeclKind::Import(_) | DeclKind::Const(_) | DeclKind::Type(_) => {
            return None;
        }
    }
    Some(lowerer.finish())
}

struct Lowerer<'a> {
    world: &'a World,
    tree: &'a Tree,
    info: &'a Info,
    places: PlaceTable,
    /// `None` while a function is being lowered.
    funcs: Vec<Option<Func>>,
    calls: Vec<Call>,
    selects: Vec<Select>,
    operands: Vec<Operand>,
    boxed: Vec<TypeId>,
    boxed_known: FxHashSet<TypeId>,
    /// Variables that function literals capture.
    captured: FxHashSet<ObjId>,
    depth: u32,
    /// The function that is being lowered.
    b: FuncBuilder,
    current_func: FuncId,
    /// The label right before the statement that comes next.
    pending_label: Option<Name>,
}

impl<'a> Lowerer<'a> {
    fn new(world: &'a World, tree: &'a Tree, info: &'a Info, span: Span) -> Self {
        Self {
            world,
            tree,
            info,
            places: PlaceTable::default(),
            funcs: vec![None],
            calls: Vec::new(),
            selects: Vec::new(),
            operands: Vec::new(),
            boxed: Vec::new(),
            boxed_known: FxHashSet::default(),
            captured: captured(info),
            depth: 0,
            b: FuncBuilder::new(empty_func(FuncKind::Init, span)),
            current_func: FuncId::new(0),
            pending_label: None,
        }
    }

    fn finish(self) -> Body {
        Body {
            package: self.info.package,
            file: self.info.file,
            file_index: self.info.file_index,
            decl: self.info.decl,
            funcs: self.funcs.into_iter().flatten().collect(),
            places: self.places.places,
            calls: self.calls,
            selects: self.selects,
            operands: self.operands,
            boxed: self.boxed,
            written_out: Vec::new(),
        }
    }

    /// Runs `inner` one level deeper, or marks the function as cut and gives `otherwise`.
    fn deeper<T>(&mut self, otherwise: T, inner: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            self.b.func.is_cut = true;
            return otherwise;
        }
        self.depth += 1;
        let value = inner(self);
        self.depth -= 1;
        value
    }

    fn emit(&mut self, kind: InstrKind, span: Span) {
        self.b.emit(kind, span);
    }

    fn span(&self, expr: ExprId) -> Span {
        self.tree.expr(expr).span
    }

    fn object(&self, id: ObjId) -> &'a Object {
        self.world.object(id)
    }

    /// The structure of a type: never a name.
    fn underlying(&self, ty: TypeId) -> &'a Type {
        self.world.ty(self.world.underlying(ty))
    }

    fn underlying_of(&self, expr: ExprId) -> Option<&'a Type> {
        self.info.type_of(expr).map(|ty| self.underlying(ty))
    }

    fn temp(&mut self, ty: Option<TypeId>) -> PlaceId {
        self.places.temp(ty)
    }

    fn var_place(&mut self, variable: ObjId) -> PlaceId {
        let ty = self.object(variable).ty.get().copied();
        self.places.intern(PlaceKind::Var(variable), ty)
    }

    fn list(&mut self, operands: &[Operand]) -> OperandList {
        let start = self.operands.len();
        self.operands.extend_from_slice(operands);
        OperandList::new(start, self.operands.len())
    }

    /// True if `object` is declared by the name at `span` of this file.
    fn is_declared_at(&self, object: ObjId, span: Span) -> bool {
        self.object(object).location == Some(Location::new(self.info.file, span))
    }

    fn def(&self, ident: IdentId) -> Option<ObjId> {
        if self.tree.ident(ident).name.is_blank() {
            return None;
        }
        self.info.def(ident)
    }

    /// Notes that a value of type `from` becomes one of type `to`.
    fn implied_conversion(&mut self, from: Option<TypeId>, to: Option<TypeId>) {
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        let is_interface = from != to
            && matches!(self.underlying(to), Type::Interface { .. })
            && !matches!(self.world.ty(to), Type::TypeParam(_));
        if is_interface {
            self.note_boxed(from);
        }
    }

    /// Notes that values of `ty` can be reached through an interface.
    fn note_boxed(&mut self, ty: TypeId) {
        if self.boxed_known.insert(ty) {
            let is_abstract = match self.world.ty(ty) {
                Type::Basic(_) | Type::TypeParam(_) | Type::Tuple(_) => true,
                _ => matches!(self.underlying(ty), Type::Interface { .. }),
            };
            if !is_abstract {
                self.boxed.push(ty);
            }
        }
    }
}

fn captured(info: &Info) -> FxHashSet<ObjId> {
    let captures = info.captures.values().flatten();
    captures.map(|capture| capture.variable).collect()
}

fn empty_func(kind: FuncKind, span: Span) -> Func {
    Func {
        kind,
        span,
        receiver: None,
        params: Vec::new(),
        results: Vec::new(),
        captures: Vec::new(),
        blocks: Vec::new(),
        instrs: Vec::new(),
        has_defer: false,
        is_cut: false,
    }
}
