//! `for range`.

use contend_base::{Name, Span};
use contend_syntax::ast::{ExprId, StmtId, StmtKind};
use contend_types::{Basic, Type, TypeId};

use super::Lowerer;
use crate::build::Target;
use crate::instr::{Call, CallMode, Callee, InstrKind, Operand, OperandList, RangeKind};

impl Lowerer<'_> {
    pub(super) fn range(&mut self, stmt: StmtId, label: Option<Name>) {
        let StmtKind::Range {
            key,
            value,
            define,
            over,
            body,
        } = self.tree.stmt(stmt).kind
        else {
            return;
        };
        let kind = self.range_kind(over);
        let source = self.range_source(over, kind, value.is_some());
        let (head, inside, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let head_span = self.range_head(stmt, over);
        self.b.begin(head);
        let (key_ty, value_ty) = self.range_types(over);
        let (ok, key_temp, value_temp) = (self.temp(None), self.temp(key_ty), self.temp(value_ty));
        let next = InstrKind::Next {
            over: source,
            kind,
            ok,
            key: key_temp,
            value: value_temp,
        };
        self.emit(next, head_span);
        self.branch_on(Operand::Place(ok), inside, end, head_span);
        self.b.begin(inside);
        for (expr, temp, ty) in [(key, key_temp, key_ty), (value, value_temp, value_ty)] {
            let Some(expr) = expr else { continue };
            let destination = self.destination(expr, define);
            self.implied_conversion(ty, destination.ty());
            self.store(destination, Operand::Place(temp));
        }
        let mut target = Target::new(label, end);
        target.on_continue = Some(head);
        self.b.targets.push(target);
        self.stmt(body);
        self.b.targets.pop();
        self.b.jump(head, self.tree.stmt(body).span);
        self.b.begin(end);
    }

    fn range_kind(&self, over: ExprId) -> RangeKind {
        match self.underlying_of(over) {
            Some(Type::Map { .. }) => RangeKind::Map,
            Some(Type::Chan { .. }) => RangeKind::Chan,
            Some(Type::Slice(_)) => RangeKind::Slice,
            Some(Type::Array { .. } | Type::Pointer(_)) => RangeKind::Array,
            Some(Type::Signature(_)) => RangeKind::Func,
            Some(Type::Basic(Basic::String | Basic::UntypedString)) => RangeKind::String,
            Some(Type::Basic(Basic::Invalid)) | None => RangeKind::Unknown,
            Some(Type::Basic(_)) => RangeKind::Int,
            Some(_) => RangeKind::Unknown,
        }
    }

    /// Evaluates what is ranged over, once. Arrays are only copied where their elements are used.
    fn range_source(&mut self, over: ExprId, kind: RangeKind, uses_elements: bool) -> Operand {
        match kind {
            RangeKind::Array if !uses_elements && self.is_array(over) => {
                Operand::Addr(self.place(over))
            }
            RangeKind::Func => {
                let function = self.operand(over);
                self.iterator_call(over, function);
                function
            }
            _ => self.operand(over),
        }
    }

    fn is_array(&self, over: ExprId) -> bool {
        matches!(self.underlying_of(over), Some(Type::Array { .. }))
    }

    fn iterator_call(&mut self, over: ExprId, function: Operand) {
        let span = self.span(over);
        let callee = match function {
            Operand::Func(function) => Callee::Static(function),
            Operand::Unknown => Callee::Unknown,
            value => Callee::Value(value),
        };
        let args = self.list(&[Operand::Unknown]);
        self.push_call(Call {
            mode: CallMode::Plain,
            callee,
            receiver: None,
            args,
            spread: false,
            results: OperandList::EMPTY,
            receiver_ty: None,
            span,
            callee_span: span,
            implied: true,
        });
    }

    /// The types of what one step yields.
    fn range_types(&self, over: ExprId) -> (Option<TypeId>, Option<TypeId>) {
        match self.underlying_of(over) {
            Some(Type::Map { key, value }) => (Some(*key), Some(*value)),
            Some(Type::Chan { element, .. }) => (Some(*element), None),
            Some(Type::Slice(element) | Type::Array { element, .. }) => (None, Some(*element)),
            Some(Type::Pointer(array)) => match self.underlying(*array) {
                Type::Array { element, .. } => (None, Some(*element)),
                _ => (None, None),
            },
            Some(Type::Signature(signature)) => match signature.params.first() {
                Some(&yields) => match self.underlying(yields) {
                    Type::Signature(yields) => (
                        yields.params.first().copied(),
                        yields.params.get(1).copied(),
                    ),
                    _ => (None, None),
                },
                None => (None, None),
            },
            _ => (None, None),
        }
    }

    /// From `for` to the end of what is ranged over.
    fn range_head(&self, stmt: StmtId, over: ExprId) -> Span {
        Span::new(self.tree.stmt(stmt).span.start, self.span(over).end)
    }
}
