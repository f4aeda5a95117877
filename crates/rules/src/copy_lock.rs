//! CT1209: a lock, or a value with a lock inside, is copied.

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_syntax::ast::{AssignOp, DeclKind, ExprId, ExprKind, ExprList, FieldList, StmtKind};
use contend_types::{Mode, TypeId};

use crate::DeclarationUnit;
use contend_analysis::lock_types::{LockInside, type_name};

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1209",
    name: "copy-lock",
    summary: "a lock, or a value with a lock inside, is copied",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("copy_lock.md"),
};

pub(crate) fn check(unit: &DeclarationUnit, findings: &mut Vec<Finding>) {
    let mut checker = Checker { unit, findings };
    let decl = unit.tree.decl(unit.info.decl);
    match decl.kind {
        DeclKind::Func(func) => {
            let func = unit.tree.func(func);
            if let Some(receiver) = func.receiver {
                checker.parameters(receiver, "the receiver");
            }
            checker.parameters(unit.tree.func_type(func.ty).params, "the parameter");
        }
        DeclKind::Var(specs) => {
            for spec in specs.iter() {
                checker.values(unit.tree.value_spec(spec).values, "this initial value");
            }
        }
        _ => {}
    }
    for stmt in decl.stmts.iter() {
        checker.statement(unit.tree.stmt(stmt).kind);
    }
    for expr in decl.exprs.iter() {
        checker.expression(expr);
    }
}

struct Checker<'a, 'b> {
    unit: &'a DeclarationUnit<'a>,
    findings: &'b mut Vec<Finding>,
}

impl Checker<'_, '_> {
    fn statement(&mut self, kind: StmtKind) {
        let tree = self.unit.tree;
        match kind {
            StmtKind::Assign {
                op: AssignOp::Assign | AssignOp::Define,
                left,
                right,
            } => {
                let is_blank = |target: Option<&ExprId>| {
                    target.is_some_and(|&it| {
                        matches!(tree.expr(it).kind, ExprKind::Ident(name) if name.is_blank())
                    })
                };
                let left = tree.expr_list(left);
                for (at, &value) in tree.expr_list(right).iter().enumerate() {
                    // `_ = x` keeps the compiler quiet and copies nothing.
                    if !is_blank(left.get(at)) {
                        self.value(value, "this assignment");
                    }
                }
            }
            StmtKind::Decl(decl) => {
                if let DeclKind::Var(specs) = tree.decl(decl).kind {
                    for spec in specs.iter() {
                        self.values(tree.value_spec(spec).values, "this initial value");
                    }
                }
            }
            StmtKind::Range { key, value, .. } => {
                for variable in [key, value].into_iter().flatten() {
                    self.range_variable(variable);
                }
            }
            StmtKind::Return(values) => self.values(values, "this return"),
            StmtKind::Send { value, .. } => self.value(value, "this send"),
            _ => {}
        }
    }

    fn expression(&mut self, id: ExprId) {
        let tree = self.unit.tree;
        match tree.expr(id).kind {
            ExprKind::Call { fun, args, .. } if self.copies_arguments(fun) => {
                self.values(args, "this call");
            }
            ExprKind::Composite { elements, .. } => {
                for &element in tree.expr_list(elements) {
                    let value = match tree.expr(element).kind {
                        ExprKind::KeyValue { value, .. } => value,
                        _ => element,
                    };
                    self.value(value, "this literal");
                }
            }
            ExprKind::FuncLit { ty, .. } => {
                self.parameters(tree.func_type(ty).params, "the parameter");
            }
            _ => {}
        }
    }

    /// Conversions copy no more than what they are given to; built-in functions look at types or
    /// lengths, except those that put values in a slice.
    fn copies_arguments(&self, fun: ExprId) -> bool {
        match self.unit.info.fact(fun).mode {
            Mode::TypeExpr => false,
            Mode::Builtin => {
                let fun = self.unit.tree.unparen(fun);
                matches!(self.unit.tree.expr(fun).kind, ExprKind::Ident(name) if name.as_str() == "append")
            }
            _ => true,
        }
    }

    fn parameters(&mut self, list: FieldList, what: &str) {
        for field in list.iter() {
            let field = self.unit.tree.field(field);
            let Some(ty) = self.unit.info.type_of(field.ty) else {
                continue;
            };
            let names = field
                .names
                .iter()
                .map(|it| self.unit.tree.ident(it).name.as_str());
            let names: Vec<&str> = names.collect();
            let what = match names.as_slice() {
                [] => what.to_owned(),
                names => format!("{what} `{}`", names.join(", ")),
            };
            self.report_type(
                ty,
                self.unit.tree.expr(field.ty).span,
                &what,
                "passed by value",
            );
        }
    }

    fn values(&mut self, list: ExprList, what: &str) {
        for &value in self.unit.tree.expr_list(list) {
            self.value(value, what);
        }
    }

    /// Reports a value that was somewhere else before.
    fn value(&mut self, value: ExprId, what: &str) {
        if self.is_old(value)
            && let Some(ty) = self.unit.info.type_of(value)
        {
            self.report_type(ty, self.unit.tree.expr(value).span, what, "copied here");
        }
    }

    fn range_variable(&mut self, variable: ExprId) {
        let object = self.unit.info.object_of(variable);
        let declared = object.and_then(|it| self.unit.world.object(it).ty.get().copied());
        if let Some(ty) = self.unit.info.type_of(variable).or(declared) {
            let span = self.unit.tree.expr(variable).span;
            self.report_type(ty, span, "this loop variable", "copied in each iteration");
        }
    }

    /// True for places; literals and results of calls are new and belong to nobody.
    fn is_old(&self, value: ExprId) -> bool {
        let tree = self.unit.tree;
        let value = tree.unparen(value);
        let is_value = !matches!(
            self.unit.info.fact(value).mode,
            Mode::TypeExpr | Mode::NoValue
        );
        match tree.expr(value).kind {
            ExprKind::Ident(_) | ExprKind::Selector { .. } | ExprKind::Index { .. } => is_value,
            // `*new(T)` is a way to write a zero value.
            ExprKind::Star(pointer) => {
                is_value && !matches!(tree.expr(tree.unparen(pointer)).kind, ExprKind::Call { .. })
            }
            _ => false,
        }
    }

    fn report_type(&mut self, ty: TypeId, span: Span, what: &str, label: &str) {
        let (world, info) = (self.unit.world, self.unit.info);
        let Some(inside) = LockInside::of(world, ty) else {
            return;
        };
        let (outer, lock) = (
            type_name(world, ty, info.package),
            type_name(world, inside.lock, info.package),
        );
        let message = if inside.fields.is_empty() {
            format!("{what} copies {lock}")
        } else {
            format!("{what} copies {outer}, which holds a {lock}")
        };
        let mut finding = Finding::new(&RULE, Location::new(info.file, span), message)
            .here(Role::Copy, label)
            .help("use a pointer")
            .sure(Confidence::High, "the types say so");
        if let Some(&field) = inside.fields.last()
            && let Some(Location { file, span }) = world.object(field).location
        {
            let end = span.start + world.name(field).as_str().len() as u32;
            let place = Location::new(file, Span::new(span.start, end));
            let text = format!("the lock is `{}`", inside.path(world));
            finding = finding.label(Role::Declare, place, text);
        }
        self.findings.push(finding);
    }
}
