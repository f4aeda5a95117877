//! The tree of one Go file: flat tables of nodes that name each other by 32-bit ids.
//!
//! Nodes hold no text: an identifier is an interned [`Name`], everything else is a [`Span`] into
//! the file. Nodes of one declaration stand next to each other in each table (see [`Decl`]), so
//! that facts about one function body fit in a plain vector that starts at the declaration's
//! first expression.

use contend_base::{Idx, Name, Range, Span};

pub type ExprId = Idx<Expr>;
pub type StmtId = Idx<Stmt>;
pub type IdentId = Idx<Ident>;
pub type FieldId = Idx<Field>;
pub type FuncTypeId = Idx<FuncType>;
pub type ClauseId = Idx<Clause>;
pub type DeclId = Idx<Decl>;
pub type FuncId = Idx<FuncDecl>;
pub type TypeSpecId = Idx<TypeSpec>;
pub type ValueSpecId = Idx<ValueSpec>;
pub type ImportId = Idx<ImportSpec>;

/// A list of expressions: slots of [`Tree::expr_lists`].
pub type ExprList = Range<ExprId>;
/// A list of statements: slots of [`Tree::stmt_lists`].
pub type StmtList = Range<StmtId>;
/// Declared names that stand next to each other in [`Tree::idents`].
pub type IdentList = Range<Ident>;
/// Fields, parameters or interface elements: slots of [`Tree::fields`].
pub type FieldList = Range<Field>;
/// Cases of a switch or select: slots of [`Tree::clauses`].
pub type ClauseList = Range<Clause>;

/// One parsed file. Every table may be empty; nothing in it can fail.
#[derive(Debug, Default)]
pub struct Tree {
    /// The package clause's name; `None` where the clause is missing or broken.
    pub package: Option<Ident>,
    /// Offset of the keyword `package`.
    pub package_pos: u32,
    /// Top-level declarations first to last; declarations inside functions are in the same table
    /// but only reachable from their [`StmtKind::Decl`].
    pub top_level: Vec<DeclId>,

    pub decls: Vec<Decl>,
    pub funcs: Vec<FuncDecl>,
    pub type_specs: Vec<TypeSpec>,
    pub value_specs: Vec<ValueSpec>,
    pub imports: Vec<ImportSpec>,
    pub exprs: Vec<Expr>,
    pub stmts: Vec<Stmt>,
    pub idents: Vec<Ident>,
    pub fields: Vec<Field>,
    pub func_types: Vec<FuncType>,
    pub clauses: Vec<Clause>,
    pub slice_bounds: Vec<SliceBounds>,
    pub expr_lists: Vec<ExprId>,
    pub stmt_lists: Vec<StmtId>,

    /// All comments in order of position, directives included.
    pub comments: Vec<Comment>,
    /// The comments that mean something to a tool, in order of position.
    pub directives: Vec<Directive>,
}

/// The place where a name is declared (or a label is named), or the package clause's name.
///
/// Names that are *used* are [`ExprKind::Ident`]. The left side of `:=` is expressions too.
#[derive(Clone, Copy, Debug)]
pub struct Ident {
    pub name: Name,
    /// Offset of the first byte.
    pub pos: u32,
}

impl Ident {
    pub fn span(self) -> Span {
        Span::new(self.pos, self.pos + self.name.as_str().len() as u32)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Copy, Debug)]
pub enum ExprKind {
    /// Something that could not be parsed; the span says where.
    Bad,
    Ident(Name),
    /// The text is the span.
    Literal(Literal),
    /// `T{...}`; the type is absent in nested literals that leave it out.
    /// Elements may be [`ExprKind::KeyValue`].
    Composite {
        ty: Option<ExprId>,
        elements: ExprList,
    },
    /// `func(...) {...}`; the body is a [`StmtKind::Block`].
    FuncLit {
        ty: FuncTypeId,
        body: StmtId,
    },
    Paren(ExprId),
    /// `base.name`, also a qualified identifier. `name_pos` is the offset of `name`.
    Selector {
        base: ExprId,
        name: Name,
        name_pos: u32,
    },
    /// `base[i]`, `base[A, B]`: index and instantiation look alike until types are known.
    Index {
        base: ExprId,
        indices: ExprList,
    },
    /// `base[low:high:max]`.
    Slice {
        base: ExprId,
        bounds: Idx<SliceBounds>,
    },
    /// `base.(T)`; `None` is `base.(type)`.
    TypeAssert {
        base: ExprId,
        ty: Option<ExprId>,
    },
    /// `fun(args)`, `fun(args...)`.
    Call {
        fun: ExprId,
        args: ExprList,
        spread: bool,
    },
    /// `*x`: dereference or pointer type.
    Star(ExprId),
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    /// `op_pos` is the offset of the operator.
    Binary {
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        op_pos: u32,
    },
    /// An element of a composite literal.
    KeyValue {
        key: ExprId,
        value: ExprId,
    },

    /// `[]E`.
    SliceType(ExprId),
    /// `[N]E`; the length of `[...]E` is [`ExprKind::Ellipsis`] with `None`.
    ArrayType {
        len: ExprId,
        element: ExprId,
    },
    /// `...T` as the type of the last parameter, `...` as an array length.
    Ellipsis(Option<ExprId>),
    StructType(FieldList),
    FuncType(FuncTypeId),
    /// Methods have one name and a type that is [`ExprKind::FuncType`]; embedded elements have no
    /// name and may be unions ([`BinaryOp::Or`]) of [`UnaryOp::Tilde`] terms.
    InterfaceType(FieldList),
    MapType {
        key: ExprId,
        value: ExprId,
    },
    ChanType {
        dir: ChanDir,
        element: ExprId,
    },
}

/// The bounds of a slice expression: slots of [`Tree::slice_bounds`].
#[derive(Clone, Copy, Debug)]
pub struct SliceBounds {
    pub low: Option<ExprId>,
    pub high: Option<ExprId>,
    /// The third bound of `x[a:b:c]`.
    pub max: Option<ExprId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Literal {
    Int,
    Float,
    Imaginary,
    Rune,
    String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Plus,
    Minus,
    Not,
    Complement,
    Address,
    Receive,
    Tilde,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    LogicalOr,
    LogicalAnd,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Or,
    Xor,
    Multiply,
    Divide,
    Remainder,
    And,
    AndNot,
    ShiftLeft,
    ShiftRight,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChanDir {
    Both,
    Send,
    Receive,
}

#[derive(Clone, Copy, Debug)]
pub struct Stmt {
    pub span: Span,
    pub kind: StmtKind,
}

#[derive(Clone, Copy, Debug)]
pub enum StmtKind {
    /// Something that could not be parsed; the span says where.
    Bad,
    /// `implicit` where the semicolon was left out before `}`.
    Empty {
        implicit: bool,
    },
    Expr(ExprId),
    Send {
        channel: ExprId,
        value: ExprId,
    },
    IncDec {
        operand: ExprId,
        increment: bool,
    },
    /// `left op right`; [`AssignOp::Define`] is `:=`.
    Assign {
        op: AssignOp,
        left: ExprList,
        right: ExprList,
    },
    /// The operand is a call in valid code.
    Go(ExprId),
    /// The operand is a call in valid code.
    Defer(ExprId),
    Return(ExprList),
    Branch {
        kind: BranchKind,
        label: Option<IdentId>,
    },
    Block(StmtList),
    If {
        init: Option<StmtId>,
        cond: ExprId,
        then: StmtId,
        otherwise: Option<StmtId>,
    },
    Switch {
        init: Option<StmtId>,
        tag: Option<ExprId>,
        clauses: ClauseList,
    },
    /// `switch init; bind := subject.(type) {...}`. `subject` is the [`ExprKind::TypeAssert`].
    TypeSwitch {
        init: Option<StmtId>,
        bind: Option<IdentId>,
        subject: ExprId,
        clauses: ClauseList,
    },
    Select(ClauseList),
    For {
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: StmtId,
    },
    /// `for key, value = range over {...}`; `define` for `:=`.
    Range {
        key: Option<ExprId>,
        value: Option<ExprId>,
        define: bool,
        over: ExprId,
        body: StmtId,
    },
    Labeled {
        label: IdentId,
        stmt: StmtId,
    },
    Decl(DeclId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssignOp {
    /// `=`
    Assign,
    /// `:=`
    Define,
    /// `+=` and the like.
    Op(BinaryOp),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BranchKind {
    Break,
    Continue,
    Goto,
    Fallthrough,
}

/// A case of a switch, type switch or select.
#[derive(Clone, Copy, Debug)]
pub struct Clause {
    /// From `case` or `default` to the end of the body.
    pub span: Span,
    pub kind: ClauseKind,
    pub body: StmtList,
}

#[derive(Clone, Copy, Debug)]
pub enum ClauseKind {
    Default,
    /// Values or types of a switch.
    Case(ExprList),
    /// The send, receive or assignment of a select.
    Comm(StmtId),
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub span: Span,
    /// Empty for embedded fields, unnamed parameters and embedded interface elements.
    pub names: IdentList,
    pub ty: ExprId,
    /// The tag of a struct field, a string literal.
    pub tag: Option<ExprId>,
}

#[derive(Clone, Copy, Debug)]
pub struct FuncType {
    /// From `func` (or the parameters, for methods of interfaces and declarations) to the results.
    pub span: Span,
    pub type_params: FieldList,
    pub params: FieldList,
    pub results: FieldList,
    /// Whether the results stand in parentheses, `func() (int)`.
    pub results_in_parens: bool,
}

/// A declaration, and which slots of the node tables belong to it.
///
/// For every top-level declaration the ranges cover exactly the nodes below it, function
/// literals included, and ranges of different top-level declarations do not overlap.
#[derive(Clone, Copy, Debug)]
pub struct Decl {
    pub span: Span,
    pub kind: DeclKind,
    pub exprs: Range<Expr>,
    pub idents: Range<Ident>,
    pub stmts: Range<Stmt>,
}

#[derive(Clone, Copy, Debug)]
pub enum DeclKind {
    /// Something that could not be parsed; the span says where.
    Bad,
    Import(Range<ImportSpec>),
    Const(Range<ValueSpec>),
    Var(Range<ValueSpec>),
    Type(Range<TypeSpec>),
    Func(FuncId),
}

#[derive(Clone, Copy, Debug)]
pub struct ImportSpec {
    pub span: Span,
    /// The local name, `.` and `_` included.
    pub name: Option<IdentId>,
    /// The string literal.
    pub path_expr: ExprId,
    /// The unquoted path; empty where the literal is broken.
    pub path: Name,
}

/// `names type = values` of a `const` or `var` declaration.
#[derive(Clone, Copy, Debug)]
pub struct ValueSpec {
    pub span: Span,
    pub names: IdentList,
    pub ty: Option<ExprId>,
    pub values: ExprList,
    /// The position in its group: the value of `iota`.
    pub iota: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct TypeSpec {
    pub span: Span,
    pub name: IdentId,
    pub type_params: FieldList,
    /// `type A = B`.
    pub is_alias: bool,
    pub ty: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub struct FuncDecl {
    /// From `func` to the end of the body.
    pub span: Span,
    pub name: IdentId,
    /// One field in valid code; `None` for functions.
    pub receiver: Option<FieldList>,
    pub ty: FuncTypeId,
    /// A [`StmtKind::Block`]; `None` for functions implemented elsewhere.
    pub body: Option<StmtId>,
}

#[derive(Clone, Copy, Debug)]
pub struct Comment {
    /// From `//` or `/*`; line comments end before the line end.
    pub span: Span,
    pub is_block: bool,
    /// The comment belongs to the group of the comment before it, as in `go/ast`.
    pub joins: bool,
    /// The group starts on the line of the token before it, so it documents nothing below.
    pub trails: bool,
}

/// A comment that instructs a tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Directive {
    /// The whole comment.
    pub span: Span,
    pub kind: DirectiveKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DirectiveKind {
    /// `//go:build` above the package clause.
    Build,
    /// `// +build` above the package clause.
    PlusBuild,
    /// `//go:linkname`.
    Linkname,
    /// Any other `//go:`.
    Go,
    /// `//line` and `/*line`.
    Line,
    /// `//export` of cgo.
    Export,
    /// `//nolint`.
    Nolint,
    /// `//contend:`.
    Contend,
    /// The preamble of `import "C"`: the comment group right above it, one directive a comment.
    CgoPreamble,
    /// `// Code generated ... DO NOT EDIT.`
    Generated,
}

impl Tree {
    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    pub fn stmt(&self, id: StmtId) -> Stmt {
        self.stmts[id.index()]
    }

    pub fn ident(&self, id: IdentId) -> Ident {
        self.idents[id.index()]
    }

    pub fn field(&self, id: FieldId) -> Field {
        self.fields[id.index()]
    }

    pub fn func_type(&self, id: FuncTypeId) -> FuncType {
        self.func_types[id.index()]
    }

    pub fn clause(&self, id: ClauseId) -> Clause {
        self.clauses[id.index()]
    }

    pub fn decl(&self, id: DeclId) -> Decl {
        self.decls[id.index()]
    }

    pub fn func(&self, id: FuncId) -> FuncDecl {
        self.funcs[id.index()]
    }

    pub fn type_spec(&self, id: TypeSpecId) -> TypeSpec {
        self.type_specs[id.index()]
    }

    pub fn value_spec(&self, id: ValueSpecId) -> ValueSpec {
        self.value_specs[id.index()]
    }

    pub fn import(&self, id: ImportId) -> ImportSpec {
        self.imports[id.index()]
    }

    pub fn expr_list(&self, list: ExprList) -> &[ExprId] {
        &self.expr_lists[list.as_usize()]
    }

    pub fn stmt_list(&self, list: StmtList) -> &[StmtId] {
        &self.stmt_lists[list.as_usize()]
    }

    /// `expr` without the parentheses around it.
    pub fn unparen(&self, mut expr: ExprId) -> ExprId {
        while let ExprKind::Paren(inner) = self.expr(expr).kind {
            expr = inner;
        }
        expr
    }

    /// How many bytes of memory the tables hold.
    pub fn heap_bytes(&self) -> usize {
        fn bytes<T>(table: &Vec<T>) -> usize {
            table.capacity() * size_of::<T>()
        }
        bytes(&self.top_level)
            + bytes(&self.decls)
            + bytes(&self.funcs)
            + bytes(&self.type_specs)
            + bytes(&self.value_specs)
            + bytes(&self.imports)
            + bytes(&self.exprs)
            + bytes(&self.stmts)
            + bytes(&self.idents)
            + bytes(&self.fields)
            + bytes(&self.func_types)
            + bytes(&self.clauses)
            + bytes(&self.slice_bounds)
            + bytes(&self.expr_lists)
            + bytes(&self.stmt_lists)
            + bytes(&self.comments)
            + bytes(&self.directives)
    }
}
