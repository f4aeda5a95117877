//! One file of Go without what nobody who imports it needs.
//!
//! Function bodies, comments and the contents of composite literals go; what decides types stays:
//! declarations, constants, the other initial values. Cuts are made in the text, so the result is
//! Go source as before.

use std::collections::BTreeSet;

use contend_base::{Idx, Name, Span, known};
use contend_syntax::ast::{
    Decl, DeclKind, DirectiveKind, Expr, ExprId, ExprKind, StmtId, Tree, UnaryOp, ValueSpec,
};
use contend_syntax::parse;

/// A file while it is reduced.
pub(crate) struct Reduction {
    text: Vec<u8>,
    tree: Tree,
    /// What goes, and what comes in its place. Cuts do not overlap in part.
    cuts: Vec<(Span, &'static str)>,
    units: Vec<Unit>,
}

/// Something that stays or goes as a whole.
pub(crate) struct Unit {
    /// Where it stands, for the cut.
    span: Span,
    pub(crate) names: Vec<Name>,
    /// For methods: the name of the receiver's type, whose fate they share.
    pub(crate) receiver: Option<Name>,
    /// Every identifier in it.
    pub(crate) mentions: BTreeSet<Name>,
}

impl Unit {
    /// True if importers can see it.
    pub(crate) fn is_exported(&self) -> bool {
        self.names.iter().any(|name| name.is_exported())
    }
}

impl Reduction {
    /// Cuts comments and, unless `keep_bodies`, all that runs.
    pub(crate) fn new(text: &[u8], keep_bodies: bool) -> Self {
        let tree = parse(text).tree;
        let text = text.to_vec();
        let mut this = Self {
            text,
            tree,
            cuts: Vec::new(),
            units: Vec::new(),
        };
        this.cut_comments();
        if !keep_bodies {
            this.cut_bodies();
        }
        keep_outermost(&mut this.cuts);
        let top_level = this.tree.top_level.clone();
        this.units = top_level
            .into_iter()
            .flat_map(|at| this.units_of(this.tree.decl(at)))
            .collect();
        this
    }

    pub(crate) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The reduced text, without the units that `stays` refuses and without imports that nothing
    /// needs any more. `package_name` gives the name of an imported package.
    pub(crate) fn finish(
        mut self,
        stays: impl Fn(&Unit) -> bool,
        package_name: impl Fn(&str) -> Option<Name>,
    ) -> Vec<u8> {
        let gone: Vec<Span> = self
            .units
            .iter()
            .filter(|unit| !stays(unit))
            .map(|unit| unit.span)
            .collect();
        let kept = self.units.iter().filter(|unit| !gone.contains(&unit.span));
        let used: BTreeSet<Name> = kept
            .flat_map(|unit| unit.mentions.iter().copied())
            .collect();
        self.cuts.extend(gone.into_iter().map(|span| (span, "")));
        self.cut_imports(&used, package_name);
        keep_outermost(&mut self.cuts);
        let mut reduced = Vec::with_capacity(self.text.len() / 4);
        let mut at = 0;
        for (span, instead) in &self.cuts {
            reduced.extend(&self.text[at..span.start as usize]);
            reduced.extend(instead.as_bytes());
            at = span.end as usize;
        }
        reduced.extend(&self.text[at..]);
        squeeze(&reduced)
    }

    fn cut_comments(&mut self) {
        let kept: BTreeSet<Span> = self
            .tree
            .directives
            .iter()
            .filter(|it| matches!(it.kind, DirectiveKind::Build | DirectiveKind::Linkname))
            .map(|it| it.span)
            .collect();
        let comments = self
            .tree
            .comments
            .iter()
            .map(|comment| (comment.span, comment.is_block));
        let gone = comments.filter(|(span, _)| !kept.contains(span));
        // A block comment may stand for a line end.
        let cuts = gone.map(|(span, is_block)| (span, if is_block { "\n" } else { "" }));
        let inline =
            |span: Span| !self.text[span.start as usize..span.end as usize].contains(&b'\n');
        let cuts: Vec<_> = cuts
            .map(|(span, with)| (span, if inline(span) { " " } else { with }))
            .collect();
        self.cuts.extend(cuts);
    }

    fn cut_bodies(&mut self) {
        let tree = &self.tree;
        for &at in &tree.top_level {
            let decl = tree.decl(at);
            match decl.kind {
                DeclKind::Func(func) => {
                    let body = tree.func(func).body;
                    self.cuts
                        .extend(body.map(|body| (tree.stmt(body).span, "")));
                }
                DeclKind::Var(specs) => {
                    let cuts = specs
                        .iter()
                        .flat_map(|spec| cut_values(tree, tree.value_spec(spec)));
                    self.cuts.extend(cuts);
                    let literals = decl.exprs.iter().filter_map(|at| function_body(tree, at));
                    self.cuts
                        .extend(literals.map(|body| (tree.stmt(body).span, "{}")));
                }
                _ => {}
            }
        }
    }

    fn units_of(&self, decl: Decl) -> Vec<Unit> {
        let tree = &self.tree;
        let unit = |span: Span, names: Vec<Name>, receiver: Option<Name>| {
            let mentions = self.mentions(decl, span);
            Unit {
                span,
                names,
                receiver,
                mentions,
            }
        };
        match decl.kind {
            DeclKind::Func(func) => {
                let func = tree.func(func);
                let name = tree.ident(func.name).name;
                let receiver = func.receiver.map(|fields| {
                    let field = fields.iter().next();
                    field
                        .and_then(|at| base_name(tree, tree.field(at).ty))
                        .unwrap_or(known::BLANK)
                });
                vec![unit(func.span, vec![name], receiver)]
            }
            // The value of a constant may hang on its place in the group.
            DeclKind::Const(specs) => {
                let names = specs
                    .iter()
                    .flat_map(|spec| names_of(tree, tree.value_spec(spec)));
                vec![unit(decl.span, names.collect(), None)]
            }
            DeclKind::Var(specs) if specs.len() == 1 => {
                let names = specs
                    .iter()
                    .flat_map(|spec| names_of(tree, tree.value_spec(spec)));
                vec![unit(decl.span, names.collect(), None)]
            }
            DeclKind::Var(specs) => {
                let specs = specs.iter().map(|spec| tree.value_spec(spec));
                specs
                    .map(|spec| unit(spec.span, names_of(tree, spec), None))
                    .collect()
            }
            DeclKind::Type(specs) => {
                let alone = specs.len() == 1;
                let specs = specs.iter().map(|spec| tree.type_spec(spec));
                let specs = specs.map(|spec| {
                    let span = if alone { decl.span } else { spec.span };
                    unit(span, vec![tree.ident(spec.name).name], None)
                });
                specs.collect()
            }
            DeclKind::Import(_) | DeclKind::Bad => Vec::new(),
        }
    }

    /// The identifiers of a declaration inside `span` that no cut removes.
    fn mentions(&self, decl: Decl, span: Span) -> BTreeSet<Name> {
        let exprs = decl.exprs.iter().map(|at| self.tree.expr(at));
        let inside =
            exprs.filter(|expr| span.start <= expr.span.start && expr.span.end <= span.end);
        let kept = inside.filter(|expr| !self.is_cut(expr.span.start));
        kept.filter_map(|expr| match expr.kind {
            ExprKind::Ident(name) => Some(name),
            _ => None,
        })
        .collect()
    }

    fn is_cut(&self, offset: u32) -> bool {
        let end = self.cuts.partition_point(|(span, _)| span.start <= offset);
        end > 0 && self.cuts[end - 1].0.contains(offset)
    }

    fn cut_imports(&mut self, used: &BTreeSet<Name>, package_name: impl Fn(&str) -> Option<Name>) {
        let tree = &self.tree;
        for &at in &tree.top_level {
            let decl = tree.decl(at);
            let DeclKind::Import(specs) = decl.kind else {
                continue;
            };
            let is_needed = |at: Idx<_>| {
                let spec = tree.import(at);
                let local = spec.name.map(|name| tree.ident(name).name);
                match local {
                    Some(known::DOT) => true,
                    // `_ "unsafe"` is what allows linknames.
                    Some(known::BLANK) => spec.path == known::UNSAFE,
                    Some(name) => used.contains(&name),
                    None if spec.path == known::C => true,
                    None => package_name(spec.path.as_str()).is_none_or(|it| used.contains(&it)),
                }
            };
            if specs.iter().all(|at| !is_needed(at)) {
                self.cuts.push((decl.span, ""));
                continue;
            }
            let unneeded = specs.iter().filter(|&at| !is_needed(at));
            self.cuts
                .extend(unneeded.map(|at| (tree.import(at).span, "")));
        }
    }
}

/// Sorts cuts and drops those inside others.
fn keep_outermost(cuts: &mut Vec<(Span, &'static str)>) {
    cuts.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    cuts.retain(|(span, _)| {
        let is_outermost = end <= span.start;
        end = end.max(span.end);
        is_outermost
    });
}

/// Cuts in the initial values of variables: all of them if the type is written, else the elements
/// of composite literals. Those of `[...]T{}` stay, because they are the length.
fn cut_values(tree: &Tree, spec: ValueSpec) -> Vec<(Span, &'static str)> {
    let values: Vec<Expr> = spec
        .values
        .iter()
        .map(|at| tree.expr(list_item(tree, at)))
        .collect();
    let Some(last) = values.last() else {
        return Vec::new();
    };
    if let Some(ty) = spec.ty {
        return vec![(Span::new(tree.expr(ty).span.end, last.span.end), "")];
    }
    values
        .iter()
        .filter_map(|value| cut_elements(tree, *value))
        .collect()
}

fn cut_elements(tree: &Tree, value: Expr) -> Option<(Span, &'static str)> {
    match value.kind {
        ExprKind::Unary {
            op: UnaryOp::Address,
            operand,
        } => cut_elements(tree, tree.expr(operand)),
        ExprKind::Composite { ty: Some(ty), .. } => {
            let ty = tree.expr(ty);
            let counts = matches!(ty.kind, ExprKind::ArrayType { len, .. }
                if matches!(tree.expr(len).kind, ExprKind::Ellipsis(None)));
            (!counts).then(|| (Span::new(ty.span.end, value.span.end), "{}"))
        }
        _ => None,
    }
}

fn list_item(tree: &Tree, at: Idx<ExprId>) -> ExprId {
    tree.expr_lists[at.index()]
}

fn function_body(tree: &Tree, at: ExprId) -> Option<StmtId> {
    match tree.expr(at).kind {
        ExprKind::FuncLit { body, .. } => Some(body),
        _ => None,
    }
}

fn names_of(tree: &Tree, spec: ValueSpec) -> Vec<Name> {
    spec.names.iter().map(|at| tree.ident(at).name).collect()
}

/// `T` of a receiver `T`, `*T`, `T[P]`.
fn base_name(tree: &Tree, ty: ExprId) -> Option<Name> {
    match tree.expr(ty).kind {
        ExprKind::Ident(name) => Some(name),
        ExprKind::Star(inner) | ExprKind::Paren(inner) => base_name(tree, inner),
        ExprKind::Index { base, .. } => base_name(tree, base),
        _ => None,
    }
}

/// Removes blank lines and blanks at line ends. Raw strings may span lines: then all stays.
fn squeeze(text: &[u8]) -> Vec<u8> {
    if text.contains(&b'`') {
        return text.to_vec();
    }
    let mut squeezed = Vec::with_capacity(text.len());
    let mut in_header = true;
    for line in text.split(|&b| b == b'\n') {
        let line = line.trim_ascii_end();
        // `//go:build` needs the blank line above the package clause.
        if line.is_empty() && (!in_header || squeezed.ends_with(b"\n\n")) {
            continue;
        }
        in_header &= !line.starts_with(b"package ");
        squeezed.extend(line);
        squeezed.push(b'\n');
    }
    let start = squeezed
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .unwrap_or(0);
    squeezed.drain(..start);
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduce(text: &str) -> String {
        let stays = |unit: &Unit| unit.is_exported() || unit.receiver.is_some();
        let names = |path: &str| path.rsplit('/').next().map(Name::intern);
        let reduction = Reduction::new(text.as_bytes(), false);
        String::from_utf8(reduction.finish(stays, names)).expect("text")
    }

    #[test]
    fn what_runs_goes_and_what_is_declared_stays() {
        let text = "// Copyright\n\n//go:build linux\n\n// Package a is.\npackage a\n\n\
            import (\n\t\"fmt\"\n\t\"io\"\n)\n\n// F does.\nfunc F(r io.Reader) error {\n\tfmt.Println()\n\treturn nil\n}\n\n\
            var Table = map[string]int{\n\t\"a\": 1,\n}\nvar N = [...]int{1, 2}\nvar T io.Reader = x()\n\
            var G = func() { fmt.Println() }\nfunc hidden() {}\n";
        assert_eq!(
            reduce(text),
            "//go:build linux\n\npackage a\nimport (\n\t\"io\"\n)\nfunc F(r io.Reader) error\n\
             var Table = map[string]int{}\nvar N = [...]int{1, 2}\nvar T io.Reader\nvar G = func() {}\n"
        );
    }

    #[test]
    fn bodies_can_stay() {
        let reduction = Reduction::new(b"package a\nfunc f() int { return g() }\n", true);
        assert!(reduction.units()[0].mentions.contains(&Name::intern("g")));
        let text = reduction.finish(|_| true, |_| None);
        assert_eq!(text, b"package a\nfunc f() int { return g() }\n");
    }
}
