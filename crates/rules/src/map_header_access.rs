//! CT1010: the memory of a map, reached by `unsafe` or `reflect`.
//!
//! Two things give it away: a conversion of a map's address to a pointer to something else, and a
//! conversion to a struct that mirrors the runtime's. Both are seen without types, so files that
//! the build leaves out are checked like the others.

use contend_base::{Location, known};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_syntax::ast::{Expr, ExprId, ExprKind, Tree, UnaryOp};

use crate::SourceUnit;
use crate::file_scope::FileScope;
use crate::text::quoted;

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1010",
    name: "map-header-access",
    summary: "code looks into the memory of a map by `unsafe`",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_header_access.md"),
};

/// Fields by which a copy of the runtime's struct is known: `hmap` of Go 1.5 to 1.23 and `Map` of
/// `internal/runtime/maps` from 1.24.
const MIRRORS: &[[&str; 2]] = &[["hash0", "buckets"], ["dirPtr", "globalDepth"]];

pub(crate) fn check(unit: &SourceUnit, findings: &mut Vec<Finding>) {
    let tree = &unit.parsed.tree;
    if unit.is_std
        || !tree
            .imports
            .iter()
            .any(|import| import.path == known::UNSAFE)
    {
        return;
    }
    let scope = FileScope::new(tree);
    for &decl in &tree.top_level {
        let found = tree.decl(decl).exprs.iter().filter_map(|id| {
            let (target, operand) = conversion_to_pointer(tree, id)?;
            mirror(unit, &scope, id, target).or_else(|| {
                let parent_is_star = tree
                    .decl(decl)
                    .exprs
                    .iter()
                    .any(|it| is_star_of(tree, it, id));
                header(unit, &scope, id, target, operand, parent_is_star)
            })
        });
        findings.extend(found);
    }
}

/// `(*target)(operand)`
fn conversion_to_pointer(tree: &Tree, id: ExprId) -> Option<(ExprId, ExprId)> {
    let ExprKind::Call { fun, args, .. } = tree.expr(id).kind else {
        return None;
    };
    let ExprKind::Paren(inner) = tree.expr(fun).kind else {
        return None;
    };
    let ExprKind::Star(target) = tree.expr(tree.unparen(inner)).kind else {
        return None;
    };
    match tree.expr_list(args) {
        &[operand] => Some((target, operand)),
        _ => None,
    }
}

fn is_star_of(tree: &Tree, id: ExprId, operand: ExprId) -> bool {
    matches!(tree.expr(id).kind, ExprKind::Star(inner) if tree.unparen(inner) == operand)
}

/// A conversion to a pointer to a struct that looks like the runtime's.
fn mirror(unit: &SourceUnit, scope: &FileScope, id: ExprId, target: ExprId) -> Option<Finding> {
    let tree = &unit.parsed.tree;
    // A pointer to a pointer to the struct does as well.
    let target = match tree.expr(target).kind {
        ExprKind::Star(inner) => inner,
        _ => target,
    };
    let ExprKind::Ident(name) = tree.expr(target).kind else {
        return None;
    };
    let fields = scope.struct_fields(name)?;
    let has = |wanted: &str| fields.iter().any(|field| field.as_str() == wanted);
    if !MIRRORS
        .iter()
        .any(|mirror| mirror.iter().all(|field| has(field)))
    {
        return None;
    }
    let message = format!("`{name}` mirrors the runtime's map and is laid over memory");
    Some(finding(
        unit,
        id,
        message,
        "converted here",
        "the struct has the fields of the runtime's",
    ))
}

/// A conversion of the address of a map variable, or of the pointer of a reflected map.
fn header(
    unit: &SourceUnit,
    scope: &FileScope,
    id: ExprId,
    target: ExprId,
    operand: ExprId,
    is_read_through: bool,
) -> Option<Finding> {
    let tree = &unit.parsed.tree;
    let map = if let Some(variable) = address_of(tree, scope, operand) {
        // Pointers to the variable as a whole are what atomic functions want; the header is behind
        // one more step.
        let leads_into = matches!(tree.expr(target).kind, ExprKind::Star(_)) || is_read_through;
        leads_into.then_some(variable)?
    } else {
        reflected(tree, scope, operand)?
    };
    if !scope.is_map(map) {
        return None;
    }
    let name = quoted(unit.file, tree.expr(map).span);
    let message = format!("the memory of map {name} is read as something else");
    Some(finding(
        unit,
        id,
        message,
        "converted here",
        "the variable is declared as a map",
    ))
}

/// `x` of `unsafe.Pointer(&x)`
fn address_of(tree: &Tree, scope: &FileScope, id: ExprId) -> Option<ExprId> {
    let inner = unsafe_pointer_of(tree, scope, id)?;
    match tree.expr(tree.unparen(inner)).kind {
        ExprKind::Unary {
            op: UnaryOp::Address,
            operand,
        } => Some(tree.unparen(operand)),
        _ => None,
    }
}

/// `x` of `unsafe.Pointer(x)`
fn unsafe_pointer_of(tree: &Tree, scope: &FileScope, id: ExprId) -> Option<ExprId> {
    let ExprKind::Call { fun, args, .. } = tree.expr(tree.unparen(id)).kind else {
        return None;
    };
    match tree.expr_list(args) {
        &[operand] if scope.is_member(fun, "unsafe", "Pointer") => Some(operand),
        _ => None,
    }
}

/// `x` of `reflect.ValueOf(x).UnsafePointer()` and `unsafe.Pointer(reflect.ValueOf(x).Pointer())`
fn reflected(tree: &Tree, scope: &FileScope, id: ExprId) -> Option<ExprId> {
    let id = unsafe_pointer_of(tree, scope, id).unwrap_or(id);
    let ExprKind::Call { fun, .. } = tree.expr(tree.unparen(id)).kind else {
        return None;
    };
    let ExprKind::Selector { base, name, .. } = tree.expr(fun).kind else {
        return None;
    };
    if !matches!(name.as_str(), "Pointer" | "UnsafePointer") {
        return None;
    }
    let ExprKind::Call { fun, args, .. } = tree.expr(tree.unparen(base)).kind else {
        return None;
    };
    match tree.expr_list(args) {
        &[value] if scope.is_member(fun, "reflect", "ValueOf") => Some(tree.unparen(value)),
        _ => None,
    }
}

fn finding(unit: &SourceUnit, id: ExprId, message: String, label: &str, why: &str) -> Finding {
    let Expr { span, .. } = unit.parsed.tree.expr(id);
    Finding::new(&RULE, Location::new(unit.id, span), message)
        .here(Role::Read, label)
        .note("the layout of maps changed in Go 1.24 and may change again")
        .help("use the map operations of the language, or the package `reflect`")
        .sure(Confidence::High, why)
}
