//! What was found out about the expressions and names of one top-level declaration.

use contend_base::{FileId, Range, Span};
use contend_syntax::ast::{ClauseId, DeclId, Expr, ExprId, Ident, IdentId};
use rustc_hash::FxHashMap;

use crate::constant::Constant;
use crate::{ObjId, PkgId, TypeId};

/// Facts about one top-level declaration: a function with its body, or a `var`, `const` or `type`
/// declaration. Function literals inside belong to it.
#[derive(Debug)]
pub struct Info {
    pub package: PkgId,
    pub file: FileId,
    /// The file's number in its package.
    pub file_index: u32,
    pub decl: DeclId,
    /// The expressions that `facts` and `objects` are about, first to last.
    pub exprs: Range<Expr>,
    /// The declared names that `defs` is about, first to last.
    pub idents: Range<Ident>,
    /// One per expression of `exprs`. Untyped operands have the type that their context gives
    /// them. An expression whose two values are asked for, as in `v, ok := m[k]`, has the tuple
    /// of both as its type and keeps its mode. Names on the left of `:=` have objects only.
    pub facts: Vec<ExprFact>,
    /// One per expression of `exprs`: for an identifier what it uses or (on the left of `:=`)
    /// declares; for a selector what the selected name is; for a composite literal's field key
    /// the field.
    pub objects: Vec<Option<ObjId>>,
    /// One per name of `idents`.
    pub defs: Vec<Option<ObjId>>,
    /// Selectors that are fields or methods; qualified identifiers are not here.
    pub selections: FxHashMap<ExprId, Selection>,
    /// Values of constant expressions.
    pub constants: FxHashMap<ExprId, Constant>,
    /// Type arguments, written or inferred, of each use of a generic function or type, by the
    /// identifier or selector that names it.
    pub instances: FxHashMap<ExprId, Box<[TypeId]>>,
    /// The variable that `switch x := y.(type)` declares in each clause.
    pub clause_vars: FxHashMap<ClauseId, ObjId>,
    /// Variables of enclosing functions that each function literal uses, in order of first use.
    pub captures: FxHashMap<ExprId, Vec<Capture>>,
    pub errors: Vec<TypeError>,
}

/// Type and mode of one expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExprFact {
    /// `None` where the expression has no type of its own (a key that is a field name, a blank
    /// identifier that is assigned to) or was not reached.
    pub ty: Option<TypeId>,
    pub mode: Mode,
}

/// What kind of operand an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    #[default]
    Invalid,
    /// A call without results.
    NoValue,
    Builtin,
    TypeExpr,
    Constant,
    /// An addressable variable.
    Variable,
    /// An element of a map: not addressable, may be assigned, allows comma-ok.
    MapIndex,
    Value,
    /// Untyped nil.
    Nil,
    /// A value that allows comma-ok: type assertion, receive.
    CommaOk,
    /// The result of a cgo call.
    Cgo,
}

/// What `base.name` selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    pub kind: SelectionKind,
    /// The field, method or interface method.
    pub object: ObjId,
    /// The type that the selection starts at: the type of `base`.
    pub receiver: TypeId,
    /// Field numbers from `receiver` through embedded fields; the last one is the field's number,
    /// or for methods the number in the method's declaring type.
    pub path: Box<[u32]>,
    /// A pointer was followed on the way, that of `receiver` included.
    pub indirect: bool,
    /// The type of the field, or the signature of the method, in this instance.
    pub ty: TypeId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectionKind {
    Field,
    /// `x.Method`.
    Method,
    /// `T.Method`.
    MethodExpr,
}

/// A variable that a function literal uses but does not declare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capture {
    pub variable: ObjId,
    /// The literal, or a literal inside it, assigns to the variable or takes its address.
    pub written: bool,
}

/// Something that could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeError {
    pub file: FileId,
    pub span: Span,
    /// Lower case, no full stop: "undefined: foo".
    pub message: String,
}

impl Info {
    /// Type and mode of an expression of this declaration.
    pub fn fact(&self, expr: ExprId) -> ExprFact {
        self.facts.get(self.slot(expr)).copied().unwrap_or_default()
    }

    /// The type of an expression.
    pub fn type_of(&self, expr: ExprId) -> Option<TypeId> {
        self.fact(expr).ty
    }

    /// What an identifier or a selector stands for.
    pub fn object_of(&self, expr: ExprId) -> Option<ObjId> {
        self.objects.get(self.slot(expr)).copied().flatten()
    }

    /// What a declared name declares.
    pub fn def(&self, ident: IdentId) -> Option<ObjId> {
        let slot = ident.index().checked_sub(self.idents.as_usize().start)?;
        self.defs.get(slot).copied().flatten()
    }

    /// Behind the end for expressions of other declarations.
    fn slot(&self, expr: ExprId) -> usize {
        expr.index()
            .checked_sub(self.exprs.as_usize().start)
            .unwrap_or(usize::MAX)
    }
}
