//! Calls of predeclared functions and of package `unsafe`.

use contend_syntax::ast::{BinaryOp, ExprId, ExprKind, ExprList};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::constant::Constant;
use crate::lookup::Lookup;
use crate::operand::Operand;
use crate::{Basic, Builtin, Mode, SelectionKind, Type, TypeId};

type Operands = SmallVec<[Operand; 4]>;

impl Checker<'_> {
    /// A call of a builtin; `None` if it has no meaning.
    pub(crate) fn builtin(
        &mut self,
        expr: ExprId,
        fun: ExprId,
        builtin: Builtin,
        list: ExprList,
        spread: bool,
    ) -> Option<Operand> {
        match builtin {
            Builtin::Make => return self.make(expr, list),
            Builtin::New => return self.new_value(expr, list),
            Builtin::UnsafeOffsetof => return self.offset_of(expr, list),
            _ => {}
        }
        let outer_call = self.env.has_call_or_receive;
        let measures = matches!(builtin, Builtin::Len | Builtin::Cap);
        if measures {
            // Whether the length of an array is constant depends on calls inside the argument.
            self.env.has_call_or_receive = false;
        }
        let mut args = self.values(list);
        let has_call = self.env.has_call_or_receive;
        if measures {
            self.env.has_call_or_receive = outer_call;
        }
        if args.iter().any(|x| !x.is_valid()) {
            return self.result_anyway(expr, builtin);
        }
        if args.len() < least_args(builtin) {
            self.error_at(expr, || {
                let name = self_text(builtin);
                format!("not enough arguments for {name}")
            });
            return self.result_anyway(expr, builtin);
        }
        match builtin {
            Builtin::Append => self.append(expr, &mut args, spread),
            Builtin::Len | Builtin::Cap => Some(self.length(expr, builtin, &args[0], has_call)),
            Builtin::Complex => self.complex(expr, args),
            Builtin::Real | Builtin::Imag => self.part(expr, builtin, args),
            Builtin::Min | Builtin::Max => self.extreme(expr, builtin, args),
            Builtin::Copy => Some(self.value(expr, Basic::Int)),
            Builtin::Delete => {
                let key = match self.world.core_type(args[0].ty).map(|ty| self.world.ty(ty)) {
                    Some(Type::Map { key, .. }) => Some(*key),
                    _ => None,
                };
                self.assignment(&mut args[1], key);
                Some(self.no_value(expr))
            }
            Builtin::Panic => {
                self.assignment(&mut args[0], Some(self.world.universe().any));
                Some(self.no_value(expr))
            }
            Builtin::Print | Builtin::Println | Builtin::Clear | Builtin::Close => {
                for x in &mut args {
                    self.settle(x);
                }
                Some(self.no_value(expr))
            }
            Builtin::Recover => Some(Operand::new(Mode::Value, self.world.universe().any, expr)),
            Builtin::Make | Builtin::New | Builtin::UnsafeOffsetof => None,
            _ => self.unsafe_call(expr, fun, builtin, args),
        }
    }

    /// What a builtin gives even where its arguments make no sense.
    fn result_anyway(&mut self, expr: ExprId, builtin: Builtin) -> Option<Operand> {
        Some(match builtin {
            Builtin::Copy | Builtin::Len | Builtin::Cap => self.value(expr, Basic::Int),
            Builtin::UnsafeSizeof | Builtin::UnsafeAlignof => self.value(expr, Basic::Uintptr),
            Builtin::Clear
            | Builtin::Close
            | Builtin::Delete
            | Builtin::Panic
            | Builtin::Print
            | Builtin::Println => self.no_value(expr),
            _ => return None,
        })
    }

    fn value(&self, expr: ExprId, basic: Basic) -> Operand {
        Operand::new(Mode::Value, self.world.basic(basic), expr)
    }

    fn no_value(&self, expr: ExprId) -> Operand {
        Operand::new(Mode::NoValue, self.world.universe().empty_tuple, expr)
    }

    /// Gives an untyped operand its default type.
    fn settle(&mut self, x: &mut Operand) {
        self.assignment(x, None);
    }

    /// The arguments as values; a single call may give several.
    fn values(&mut self, list: ExprList) -> Operands {
        let exprs = self.env.tree.expr_list(list);
        match *exprs {
            [single] => self.multi_expr(single, false).0.into_iter().collect(),
            _ => exprs.iter().map(|&expr| self.expr(expr)).collect(),
        }
    }

    fn append(&mut self, expr: ExprId, args: &mut Operands, spread: bool) -> Option<Operand> {
        let world = self.world;
        let slice = args[0].ty;
        let core = world.core_string(slice);
        let element = match core.map(|ty| world.ty(ty)) {
            Some(Type::Slice(element)) => *element,
            Some(Type::Basic(basic)) if basic.is_string() => world.basic(Basic::Uint8),
            _ => {
                if world.is_valid(self.under(slice)) {
                    self.error_at(expr, || "append to something that is no slice".to_owned());
                }
                return None;
            }
        };
        // The bytes of a string may be appended; the string stays what it is.
        let appends_text = spread
            && args.get(1).is_some_and(|y| {
                world
                    .core_string(y.ty)
                    .is_some_and(|core| world.is_string(core))
            });
        if appends_text {
            return Some(Operand::new(Mode::Value, slice, expr));
        }
        let target = if spread {
            world.slice_of(element)
        } else {
            element
        };
        for x in args.iter_mut().skip(1) {
            self.assignment(x, Some(target));
        }
        Some(Operand::new(Mode::Value, slice, expr))
    }

    fn length(&self, expr: ExprId, builtin: Builtin, x: &Operand, has_call: bool) -> Operand {
        let world = self.world;
        let int = world.basic(Basic::Int);
        if builtin == Builtin::Len
            && x.is_constant()
            && let Constant::String(bytes) = x.known()
        {
            return Operand::constant(Constant::Int(bytes.len() as i64), int, expr);
        }
        let mut array = self.under(x.ty);
        if let Type::Pointer(target) = world.ty(array) {
            array = self.under(*target);
        }
        if let Type::Array { len, .. } = world.ty(array)
            && !has_call
        {
            let value = if 0 <= *len {
                Constant::Int(*len)
            } else {
                Constant::Unknown
            };
            return Operand::constant(value, int, expr);
        }
        Operand::new(Mode::Value, int, expr)
    }

    fn make(&mut self, expr: ExprId, list: ExprList) -> Option<Operand> {
        let args = self.env.tree.expr_list(list);
        let (&ty, sizes) = args.split_first()?;
        let ty = self.typ(ty);
        if !self.only_types() {
            for &size in sizes {
                self.index_value(size);
            }
        }
        self.world
            .is_valid(ty)
            .then(|| Operand::new(Mode::Value, ty, expr))
    }

    fn new_value(&mut self, expr: ExprId, list: ExprList) -> Option<Operand> {
        let &arg = self.env.tree.expr_list(list).first()?;
        let mut x = self.expr_or_type(arg, false);
        if x.mode != Mode::TypeExpr {
            // Since Go 1.26 the argument may be a value.
            self.require_value(&mut x);
            self.settle(&mut x);
        }
        x.is_valid()
            .then(|| Operand::new(Mode::Value, self.world.pointer_to(x.ty), expr))
    }

    fn complex(&mut self, expr: ExprId, args: Operands) -> Option<Operand> {
        let world = self.world;
        let mut args = args.into_iter();
        let (mut x, mut y) = (args.next()?, args.next()?);
        let float = world.basic(Basic::UntypedFloat);
        match (world.is_untyped(x.ty), world.is_untyped(y.ty)) {
            (false, false) => {}
            (true, false) => {
                self.convert_untyped(&mut x, y.ty);
            }
            (false, true) => {
                self.convert_untyped(&mut y, x.ty);
            }
            (true, true) if x.is_constant() && y.is_constant() => {
                x.ty = float;
                y.ty = float;
            }
            (true, true) => {
                self.convert_untyped(&mut x, world.basic(Basic::Float64));
                self.convert_untyped(&mut y, world.basic(Basic::Float64));
            }
        }
        let result = match self.basic_under(x.ty)? {
            Basic::Float32 => Basic::Complex64,
            Basic::Float64 => Basic::Complex128,
            Basic::UntypedFloat => Basic::UntypedComplex,
            _ => return None,
        };
        let ty = world.basic(result);
        if x.is_constant() && y.is_constant() {
            let value = Constant::complex(&x.known(), &y.known());
            return Some(Operand::constant(value, ty, expr));
        }
        Some(Operand::new(Mode::Value, ty, expr))
    }

    fn part(&mut self, expr: ExprId, builtin: Builtin, args: Operands) -> Option<Operand> {
        let world = self.world;
        let mut x = args.into_iter().next()?;
        if world.is_untyped(x.ty) {
            if x.is_constant() {
                x.ty = world.basic(Basic::UntypedComplex);
            } else {
                self.convert_untyped(&mut x, world.basic(Basic::Complex128));
            }
        }
        let result = match self.basic_under(x.ty)? {
            Basic::Complex64 => Basic::Float32,
            Basic::Complex128 => Basic::Float64,
            Basic::UntypedComplex => Basic::UntypedFloat,
            _ => return None,
        };
        let ty = world.basic(result);
        if x.is_constant() {
            let value = x.known();
            let value = if builtin == Builtin::Real {
                value.real()
            } else {
                value.imaginary()
            };
            return Some(Operand::constant(value, ty, expr));
        }
        Some(Operand::new(Mode::Value, ty, expr))
    }

    fn extreme(&mut self, expr: ExprId, builtin: Builtin, args: Operands) -> Option<Operand> {
        let world = self.world;
        let op = if builtin == Builtin::Max {
            BinaryOp::Greater
        } else {
            BinaryOp::Less
        };
        let exprs: SmallVec<[Operand; 4]> = args.clone();
        let mut args = args.into_iter();
        let mut x = args.next()?;
        for mut y in args {
            if !self.match_types(&mut x, &mut y) {
                return None;
            }
            if x.is_constant() && y.is_constant() {
                if Constant::compare(op, &y.known(), &x.known()) == Some(true) {
                    x = y;
                }
            } else {
                if world.is_untyped(x.ty) && !world.is_untyped(y.ty) {
                    x.ty = y.ty;
                }
                x.mode = Mode::Value;
                x.value = None;
            }
        }
        if !x.is_constant() {
            x.mode = Mode::Value;
            self.settle(&mut x);
        }
        // All arguments have the type of the result.
        for arg in &exprs {
            self.update_type(arg, x.ty);
        }
        Some(Operand {
            expr: Some(expr),
            ..x
        })
    }

    fn offset_of(&mut self, expr: ExprId, list: ExprList) -> Option<Operand> {
        let world = self.world;
        let tree = self.env.tree;
        let uintptr = world.basic(Basic::Uintptr);
        let &arg = tree.expr_list(list).first()?;
        let selector = tree.unparen(arg);
        let ExprKind::Selector { base, name, .. } = tree.expr(selector).kind else {
            self.use_expr(arg);
            return None;
        };
        let x = self.expr(base);
        if !x.is_valid() {
            return Some(Operand::new(Mode::Value, uintptr, expr));
        }
        let mut ty = x.ty;
        if let Type::Pointer(target) = world.underlying_type(ty)
            && let Type::Struct(_) = world.underlying_type(*target)
        {
            ty = *target;
        }
        let Lookup::Field(selected) = world.lookup(ty, false, Some(self.pkg), name) else {
            let text = self.show(arg);
            self.error_at(arg, || format!("{text} is not a field"));
            return Some(Operand::new(Mode::Value, uintptr, expr));
        };
        self.record_use(selector, selected.object);
        if let Some(field) = selected.ty {
            if self.recording {
                let selection = selected.selection(SelectionKind::Field, ty, field);
                self.info.selections.insert(selector, selection);
            }
            let mode = if x.mode == Mode::Variable {
                x.mode
            } else {
                Mode::Value
            };
            self.record_fact(selector, mode, field);
        }
        let mut offset = Some(0i64);
        let mut holder = ty;
        for &index in &selected.path {
            let here = world.offset_of(holder, index as usize);
            offset = offset.and_then(|sum| sum.checked_add(here?));
            if let Type::Struct(fields) = world.underlying_type(holder)
                && let Some(field) = fields.get(index as usize)
            {
                holder = world.deref(field.ty).0;
            }
        }
        match offset {
            Some(offset) if world.size_of(ty).is_some() => {
                Some(Operand::constant(Constant::Int(offset), uintptr, expr))
            }
            _ => Some(Operand::new(Mode::Value, uintptr, expr)),
        }
    }

    fn unsafe_call(
        &mut self,
        expr: ExprId,
        fun: ExprId,
        builtin: Builtin,
        args: Operands,
    ) -> Option<Operand> {
        let world = self.world;
        let mut args = args.into_iter();
        let mut x = args.next()?;
        let second = args.next();
        let ty = match builtin {
            Builtin::UnsafeSizeof | Builtin::UnsafeAlignof => {
                self.settle(&mut x);
                return Some(self.measured(expr, builtin, x.ty));
            }
            Builtin::UnsafeAdd => {
                let pointer = world.basic(Basic::UnsafePointer);
                self.assignment(&mut x, Some(pointer));
                pointer
            }
            Builtin::UnsafeSlice => match world.core_type(x.ty).map(|ty| world.ty(ty)) {
                Some(Type::Pointer(element)) => world.slice_of(*element),
                _ => return self.bad_builtin(fun),
            },
            Builtin::UnsafeSliceData => match world.core_type(x.ty).map(|ty| world.ty(ty)) {
                Some(Type::Slice(element)) => world.pointer_to(*element),
                _ => return self.bad_builtin(fun),
            },
            Builtin::UnsafeString => {
                self.assignment(&mut x, Some(world.pointer_to(world.basic(Basic::Uint8))));
                world.basic(Basic::String)
            }
            Builtin::UnsafeStringData => {
                self.assignment(&mut x, Some(world.basic(Basic::String)));
                world.pointer_to(world.basic(Basic::Uint8))
            }
            _ => return None,
        };
        if let Some(mut length) = second {
            self.index_operand(&mut length);
        }
        Some(Operand::new(Mode::Value, ty, expr))
    }

    fn bad_builtin(&mut self, fun: ExprId) -> Option<Operand> {
        let text = self.show(fun);
        self.error_at(fun, || format!("wrong arguments for {text}"));
        None
    }

    /// The size or alignment of a type: a constant unless it depends on a type parameter.
    fn measured(&mut self, expr: ExprId, builtin: Builtin, ty: TypeId) -> Operand {
        let world = self.world;
        let size = match builtin {
            Builtin::UnsafeSizeof => world.size_of(ty),
            _ => world.align_of(ty),
        };
        let uintptr = world.basic(Basic::Uintptr);
        match size {
            Some(size) => Operand::constant(Constant::Int(size), uintptr, expr),
            None => Operand::new(Mode::Value, uintptr, expr),
        }
    }
}

fn least_args(builtin: Builtin) -> usize {
    match builtin {
        Builtin::Complex
        | Builtin::Copy
        | Builtin::Delete
        | Builtin::UnsafeAdd
        | Builtin::UnsafeSlice
        | Builtin::UnsafeString => 2,
        Builtin::Print | Builtin::Println | Builtin::Recover => 0,
        _ => 1,
    }
}

fn self_text(builtin: Builtin) -> String {
    format!("{builtin:?}").to_lowercase()
}
