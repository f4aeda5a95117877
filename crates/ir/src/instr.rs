//! What a function does, one step at a time.

use contend_base::{Idx, Range, Span};
use contend_syntax::ast::{BinaryOp, UnaryOp};
use contend_types::{Builtin, ObjId, TypeId};

use crate::func::{BlockId, FuncId, WrittenOutId};
use crate::place::PlaceId;

pub type CallId = Idx<Call>;
pub type SelectId = Idx<Select>;
/// Slots of [`Body::operands`](crate::Body::operands).
pub type OperandList = Range<Operand>;

/// One step, and the source that made it: the very operand, not the statement.
#[derive(Clone, Copy, Debug)]
pub struct Instr {
    pub span: Span,
    pub kind: InstrKind,
    /// The call that it was written out for: the span is in the file of the called function then.
    pub within: Option<WrittenOutId>,
}

/// A value.
///
/// Naming a place here is no access: the access stands before it as an instruction of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// What is stored at a place.
    Place(PlaceId),
    /// The address of a place, `&x` or implied by a method call.
    Addr(PlaceId),
    Int(i32),
    Bool(bool),
    Nil,
    /// Any other constant.
    Const,
    /// A function, or a method as `T.Method`.
    Func(ObjId),
    /// A value that is of no interest, or that could not be understood.
    Unknown,
}

#[derive(Clone, Copy, Debug)]
pub enum InstrKind {
    /// A variable begins its life, with its zero value: a new one each time control passes here.
    Declare(ObjId),

    // Accesses.
    /// Variables, fields, elements of arrays and slices, what pointers point to, and the headers
    /// (pointer, slice, map, channel, interface) on the way there.
    Read(PlaceId),
    Write {
        place: PlaceId,
        value: Operand,
    },
    /// `m[k]`; `element` is a map element, its base is the map. `ok` is set for `v, ok := m[k]`.
    MapRead {
        element: PlaceId,
        ok: Option<PlaceId>,
    },
    MapWrite {
        element: PlaceId,
        value: Operand,
    },
    /// `delete(m, k)`.
    MapDelete {
        element: PlaceId,
    },
    /// `clear(m)` of the map at this place.
    MapClear(PlaceId),
    /// `len(m)` of the map at this place.
    MapLen(PlaceId),
    /// One step of a `range` loop, in the loop's head: sets `ok` to false when there is no more.
    /// Over a map it reads the map, over a channel it receives. `over` is the map, channel, slice,
    /// array, function or number that is ranged over.
    Next {
        over: Operand,
        kind: RangeKind,
        ok: PlaceId,
        key: PlaceId,
        value: PlaceId,
    },
    /// `append(slice, args...)`: reads and writes the elements behind the slice.
    Append {
        dst: PlaceId,
        slice: Operand,
        args: OperandList,
        /// The last argument is `x...`: its elements are read.
        spread: bool,
    },
    /// `copy(to, from)`.
    Copy {
        to: Operand,
        from: Operand,
    },

    // Values. Each writes a place of kind temp.
    /// `new`, `make` and composite literals. What the literal puts inside follows as writes.
    Alloc {
        dst: PlaceId,
        kind: AllocKind,
        ty: Option<TypeId>,
        /// The length or capacity given to `make`.
        size: Operand,
        /// There is a capacity beside the length: `append` may find room.
        has_room: bool,
    },
    Operation {
        dst: PlaceId,
        op: Operator,
        left: Operand,
        /// [`Operand::Nil`] of no meaning for operators with one operand.
        right: Operand,
    },
    /// A conversion that is written. Conversions to interfaces that are implied have no
    /// instruction; see [`Body::boxed`](crate::Body::boxed).
    Convert {
        dst: PlaceId,
        value: Operand,
        ty: Option<TypeId>,
    },
    TypeAssert {
        dst: PlaceId,
        value: Operand,
        ty: Option<TypeId>,
        ok: Option<PlaceId>,
    },
    /// `base[low:high]`: the same elements. For arrays `base` is an address.
    Slice {
        dst: PlaceId,
        base: Operand,
        /// Where it begins: 0 where nothing is written.
        low: Operand,
    },
    /// A function literal becomes a value; its captures are in the function.
    Closure {
        dst: PlaceId,
        func: FuncId,
    },
    /// `x.Method` that is not called: the receiver is evaluated now.
    MethodValue {
        dst: PlaceId,
        receiver: Operand,
        method: ObjId,
    },

    // Calls and synchronisation.
    Call(CallId),
    Send {
        channel: Operand,
        value: Operand,
    },
    Receive {
        dst: PlaceId,
        channel: Operand,
        ok: Option<PlaceId>,
    },
    Close(Operand),
    Recover {
        dst: PlaceId,
    },
    /// Runs the deferred calls registered on the way here, last first.
    RunDefers,
}

/// What an allocation makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AllocKind {
    /// `T{...}`: the value is at `dst` itself.
    Composite,
    /// `&T{...}` or `new(T)`: `dst` points to the value.
    New,
    /// `make(map...)` or a map literal.
    Map,
    /// `make([]T)` or a slice literal.
    Slice,
    /// `make(chan T)`.
    Chan,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    Unary(UnaryOp),
    Binary(BinaryOp),
    /// The operand of a type switch is of one of the types of a clause.
    HasType,
}

/// What a `range` loop goes over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RangeKind {
    Map,
    Chan,
    Slice,
    Array,
    String,
    Int,
    /// A function that calls the loop's body. The call of the function stands before the loop; the
    /// body is lowered like that of any loop.
    Func,
    Unknown,
}

/// A call, `go` or `defer`.
#[derive(Clone, Debug)]
pub struct Call {
    pub mode: CallMode,
    pub callee: Callee,
    /// The receiver of a method, that of a promoted method being the embedded value. A pointer
    /// receiver is always the address of a place: `p.*` where the source has a pointer `p`.
    pub receiver: Option<Operand>,
    /// Without the receiver. In a call `f(g())` the results of `g`.
    pub args: OperandList,
    /// The last argument is `x...`.
    pub spread: bool,
    /// One place a result, all temps. Empty for `go` and `defer`.
    pub results: OperandList,
    /// The type of the receiver's expression in interface calls: the interface or type parameter.
    pub receiver_ty: Option<TypeId>,
    /// The whole call; for `go` and `defer` the statement's call.
    pub span: Span,
    /// What stands before the arguments.
    pub callee_span: Span,
    /// There is no call expression in the source: `range` over a function.
    pub implied: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallMode {
    /// Runs here.
    Plain,
    /// Runs in a new goroutine; operands were evaluated here.
    Go,
    /// Runs at [`InstrKind::RunDefers`]; operands were evaluated here.
    Defer,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Callee {
    /// A declared function or a method of a concrete type.
    Static(ObjId),
    /// A method of an interface, or of a type parameter through its constraint.
    Interface(ObjId),
    /// A function literal that is called where it stands.
    Literal(FuncId),
    /// A function value.
    Value(Operand),
    Builtin(Builtin),
    /// Could not be resolved.
    Unknown,
}

/// A `select` statement that has at least one communication.
#[derive(Clone, Debug)]
pub struct Select {
    pub cases: Vec<SelectCase>,
}

/// Channels and values were evaluated before the select.
#[derive(Clone, Debug)]
pub struct SelectCase {
    pub kind: SelectKind,
    pub span: Span,
    pub target: BlockId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectKind {
    Default,
    Send {
        channel: Operand,
        value: Operand,
    },
    /// `value` and `ok` are set when the case is taken.
    Receive {
        channel: Operand,
        value: PlaceId,
        ok: Option<PlaceId>,
    },
}

/// How a block ends.
#[derive(Clone, Copy, Debug)]
pub enum Terminator {
    Jump(BlockId),
    Branch {
        cond: Operand,
        then: BlockId,
        otherwise: BlockId,
    },
    /// Waits for one of the cases.
    Select(SelectId),
    /// Leaves the function. Deferred calls ran before.
    Return(OperandList),
    /// A panic, or a call that ends the goroutine. `unwind` runs the deferred calls; `None` where
    /// the function has none.
    Panic {
        unwind: Option<BlockId>,
    },
    /// The panic goes on to the caller, unless a deferred call recovered.
    Unwind {
        recovered: Option<BlockId>,
    },
    /// Nothing follows: the process ends, or waits for ever.
    Stop,
}
