//! Everything known about one file, line by line, in the form of `corpus/tools/README.md`.

use contend_base::{FileId, Location, SourceMap, Span};
use contend_syntax::ast::{ExprId, ExprKind, IdentId, Tree};

use crate::{Canonical, Info, Mode, ObjId, ObjectKind, PkgId, Type, TypeId, World};

/// One line: the place, the letter, and what follows.
type Line = (u32, u32, char, String);

/// What was found out about the names and expressions of a file. `infos` are those of its
/// declarations; declarations without one have no lines.
pub fn dump_file(
    world: &World,
    files: &SourceMap,
    package: PkgId,
    file_index: usize,
    infos: &[&Info],
) -> String {
    let source = &world.package(package).source;
    let Some(file) = source.files.get(file_index) else {
        return String::new();
    };
    let mut dump = Dump {
        world,
        file: file.file,
        tree: &file.parsed.tree,
        canonical: Canonical::new(world, files),
        lines: Vec::new(),
    };
    for info in infos {
        dump.declaration(info);
    }
    dump.lines.sort();
    let write = |(start, end, letter, text): Line| format!("{letter} {start} {end} {text}\n");
    dump.lines.into_iter().map(write).collect()
}

struct Dump<'a> {
    world: &'a World,
    file: FileId,
    tree: &'a Tree,
    canonical: Canonical<'a>,
    lines: Vec<Line>,
}

impl Dump<'_> {
    fn line(&mut self, span: Span, letter: char, text: String) {
        self.lines.push((span.start, span.end, letter, text));
    }

    fn declaration(&mut self, info: &Info) {
        for expr in info.exprs.iter() {
            self.expression(info, expr);
        }
        for ident in info.idents.iter() {
            if let Some(object) = info.def(ident) {
                self.name(ident, object);
            }
        }
    }

    fn expression(&mut self, info: &Info, id: ExprId) {
        let expr = self.tree.expr(id);
        let fact = info.fact(id);
        if let Some(mode) = mode_name(info, id) {
            let ty = match fact.mode {
                Mode::NoValue | Mode::Builtin => "-".to_owned(),
                _ => fact
                    .ty
                    .map_or_else(|| "-".into(), |ty| self.canonical.ty(ty).to_owned()),
            };
            // The type of a function literal is an expression of its own in go/ast.
            if let ExprKind::FuncLit { ty: func_type, .. } = expr.kind {
                let span = self.tree.func_type(func_type).span;
                self.line(span, 'E', format!("type {ty}"));
            }
            self.line(expr.span, 'E', format!("{mode} {ty}"));
        }
        if let (ExprKind::StructType(_), Some(ty)) = (expr.kind, fact.ty) {
            self.embedded_fields(ty);
        }
        let Some(object) = info.object_of(id) else {
            return;
        };
        match expr.kind {
            ExprKind::Ident(_) => self.use_or_definition(expr.span, object),
            ExprKind::Selector { name, name_pos, .. } => {
                let span = Span::new(name_pos, name_pos + name.as_str().len() as u32);
                let text = self.canonical.object(object);
                self.line(span, 'U', text);
            }
            _ => {}
        }
    }

    /// Embedded fields are declared by the name of their type, which is a use of the type too.
    fn embedded_fields(&mut self, ty: TypeId) {
        let Type::Struct(fields) = self.world.ty(ty) else {
            return;
        };
        for field in fields.iter().filter(|field| field.embedded) {
            let object = self.world.object(field.object);
            if let Some(location) = object.location.filter(|it| it.file == self.file) {
                let start = location.span.start;
                let end = start + object.name.as_str().len() as u32;
                self.definition(Span::new(start, end), field.object);
            }
        }
    }

    /// An identifier that is an expression: mostly a use; the left side of `:=` and the type
    /// parameters of a receiver are definitions.
    fn use_or_definition(&mut self, span: Span, object: ObjId) {
        if self.is_declared_at(object, span) {
            self.definition(span, object);
            // Receivers use the type parameters that they declare.
            if !self.is_type_param(object) {
                return;
            }
        }
        let text = self.canonical.object(object);
        self.line(span, 'U', text);
    }

    fn name(&mut self, ident: IdentId, object: ObjId) {
        let span = self.tree.ident(ident).span();
        if self.is_declared_at(object, span) {
            self.definition(span, object);
        } else {
            let text = self.canonical.object(object);
            self.line(span, 'U', text);
        }
    }

    fn definition(&mut self, span: Span, object: ObjId) {
        let ty = match self.world.object(object).kind {
            ObjectKind::Label | ObjectKind::PkgName { .. } => "-".to_owned(),
            _ => self.canonical.ty(self.world.object_type(object)).to_owned(),
        };
        let text = format!("{} {ty}", self.canonical.object(object));
        self.line(span, 'D', text);
    }

    fn is_declared_at(&self, object: ObjId, span: Span) -> bool {
        let here =
            |location: Location| location.file == self.file && location.span.start == span.start;
        self.world.object(object).location.is_some_and(here)
    }

    fn is_type_param(&self, object: ObjId) -> bool {
        matches!(self.world.object(object).kind, ObjectKind::TypeName { .. })
            && self.world.is_type_param(self.world.object_type(object))
    }
}

/// The mode's name; none for expressions without a type of their own.
fn mode_name(info: &Info, id: ExprId) -> Option<&'static str> {
    let fact = info.fact(id);
    let name = match fact.mode {
        Mode::Invalid => return None,
        Mode::NoValue => return Some("novalue"),
        Mode::Builtin => return Some("builtin"),
        Mode::TypeExpr => "type",
        Mode::Constant => "const",
        Mode::Variable => "var",
        Mode::MapIndex => "mapindex",
        Mode::Value | Mode::Cgo => "value",
        Mode::Nil => "nil",
        Mode::CommaOk => "commaok",
    };
    fact.ty.map(|_| name)
}
