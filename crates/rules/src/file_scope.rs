//! What names mean by the look of one file, for rules that must do without types.

use std::collections::{BTreeMap, BTreeSet};

use contend_base::{Name, Span};
use contend_syntax::ast::{
    AssignOp, DeclKind, ExprId, ExprKind, IdentList, StmtKind, Tree, TypeSpec, ValueSpec,
};

/// Imports, structs and the variables and fields that are maps.
pub(crate) struct FileScope<'a> {
    tree: &'a Tree,
    /// Import path to local name.
    imports: BTreeMap<&'static str, Name>,
    /// Types declared in the file, also inside of functions.
    types: BTreeMap<&'static str, ExprId>,
    /// Names that are declared as maps, with the declaration in which they are.
    maps: BTreeSet<(&'static str, Option<usize>)>,
}

impl<'a> FileScope<'a> {
    pub(crate) fn new(tree: &'a Tree) -> Self {
        let mut scope = Self {
            tree,
            imports: BTreeMap::new(),
            types: BTreeMap::new(),
            maps: BTreeSet::new(),
        };
        for import in &tree.imports {
            let path = import.path.as_str();
            let last = path.rsplit('/').next().unwrap_or(path);
            let name = import
                .name
                .map_or_else(|| Name::intern(last), |id| tree.ident(id).name);
            scope.imports.insert(path, name);
        }
        for &TypeSpec { name, ty, .. } in &tree.type_specs {
            scope.types.insert(tree.ident(name).name.as_str(), ty);
        }
        scope.collect_maps();
        scope
    }

    /// True if `expr` is `package.member`, whatever the package is called here.
    pub(crate) fn is_member(&self, expr: ExprId, path: &str, member: &str) -> bool {
        let ExprKind::Selector { base, name, .. } = self.tree.expr(self.tree.unparen(expr)).kind
        else {
            return false;
        };
        let ExprKind::Ident(package) = self.tree.expr(base).kind else {
            return false;
        };
        name.as_str() == member && self.imports.get(path) == Some(&package)
    }

    /// The field names of a struct type of this file.
    pub(crate) fn struct_fields(&self, name: Name) -> Option<Vec<Name>> {
        let &ty = self.types.get(name.as_str())?;
        let ExprKind::StructType(fields) = self.tree.expr(ty).kind else {
            return None;
        };
        let names = fields
            .iter()
            .flat_map(|field| self.tree.field(field).names.iter());
        Some(names.map(|ident| self.tree.ident(ident).name).collect())
    }

    /// True if `expr` is a variable or a field that is declared as a map in this file.
    pub(crate) fn is_map(&self, expr: ExprId) -> bool {
        let span = self.tree.expr(expr).span;
        match self.tree.expr(self.tree.unparen(expr)).kind {
            ExprKind::Ident(name) => {
                let name = name.as_str();
                self.maps.contains(&(name, self.declaration_at(span)))
                    || self.maps.contains(&(name, None))
            }
            ExprKind::Selector { name, .. } => self.maps.contains(&(name.as_str(), None)),
            _ => false,
        }
    }

    fn collect_maps(&mut self) {
        let tree = self.tree;
        for field in &tree.fields {
            if self.is_map_type(field.ty) {
                self.add_maps(field.names, field.span);
            }
        }
        for &ValueSpec {
            names,
            ty,
            values,
            span,
            ..
        } in &tree.value_specs
        {
            let first = tree.expr_list(values).first();
            if ty.is_some_and(|ty| self.is_map_type(ty))
                || first.is_some_and(|it| self.makes_map(*it))
            {
                self.add_maps(names, span);
            }
        }
        for stmt in &tree.stmts {
            let StmtKind::Assign {
                op: AssignOp::Define,
                left,
                right,
            } = stmt.kind
            else {
                continue;
            };
            let pairs = tree.expr_list(left).iter().zip(tree.expr_list(right));
            for (&variable, &value) in pairs {
                if let ExprKind::Ident(name) = tree.expr(variable).kind
                    && self.makes_map(value)
                {
                    self.maps
                        .insert((name.as_str(), self.declaration_at(stmt.span)));
                }
            }
        }
    }

    fn add_maps(&mut self, names: IdentList, span: Span) {
        let place = self.declaration_at(span);
        for ident in names.iter() {
            self.maps
                .insert((self.tree.ident(ident).name.as_str(), place));
        }
    }

    /// The function that holds `span`; `None` at the top level, where names are seen everywhere.
    fn declaration_at(&self, span: Span) -> Option<usize> {
        self.tree.top_level.iter().position(|&decl| {
            let decl = self.tree.decl(decl);
            decl.span.contains(span.start) && matches!(decl.kind, DeclKind::Func(_))
        })
    }

    fn is_map_type(&self, ty: ExprId) -> bool {
        match self.tree.expr(self.tree.unparen(ty)).kind {
            ExprKind::MapType { .. } => true,
            ExprKind::Ident(name) => self
                .types
                .get(name.as_str())
                .is_some_and(|&ty| matches!(self.tree.expr(ty).kind, ExprKind::MapType { .. })),
            _ => false,
        }
    }

    /// `make(map[K]V)` or `map[K]V{...}`
    fn makes_map(&self, value: ExprId) -> bool {
        match self.tree.expr(self.tree.unparen(value)).kind {
            ExprKind::Composite { ty: Some(ty), .. } => self.is_map_type(ty),
            ExprKind::Call { fun, args, .. } => {
                let is_make = matches!(self.tree.expr(fun).kind, ExprKind::Ident(name) if name.as_str() == "make");
                is_make
                    && self
                        .tree
                        .expr_list(args)
                        .first()
                        .is_some_and(|ty| self.is_map_type(*ty))
            }
            _ => false,
        }
    }
}
