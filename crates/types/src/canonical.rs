//! Types and objects in the canonical form of `corpus/tools/README.md`, in which they are compared
//! with what `go/types` says.

use std::fmt::Write;

use contend_base::SourceMap;
use rustc_hash::FxHashMap;

use crate::{
    Basic, Builtin, ChanDir, ObjId, ObjectKind, Signature, Type, TypeId, TypeParamId, VarKind,
    World,
};

/// Writes types and objects, and remembers the text of types.
pub struct Canonical<'a> {
    world: &'a World,
    files: &'a SourceMap,
    texts: FxHashMap<TypeId, String>,
    /// Interfaces that are being written. One may mention itself without a name in between.
    open: Vec<TypeId>,
}

impl<'a> Canonical<'a> {
    /// `files` must be the map that the world's packages were parsed from.
    pub fn new(world: &'a World, files: &'a SourceMap) -> Self {
        Self {
            world,
            files,
            texts: FxHashMap::default(),
            open: Vec::new(),
        }
    }

    /// The text of a type.
    pub fn ty(&mut self, ty: TypeId) -> &str {
        if !self.texts.contains_key(&ty) {
            let mut out = String::new();
            self.write(ty, &mut out);
            self.texts.insert(ty, out);
        }
        &self.texts[&ty]
    }

    /// What an identifier stands for: kind and place of the declaration.
    pub fn object(&self, id: ObjId) -> String {
        let object = self.world.object(id);
        let kind = match object.kind {
            ObjectKind::PkgName { imported } => {
                return format!("pkgname:{}", self.world.package(imported).source.path);
            }
            ObjectKind::Builtin(builtin) if is_unsafe(builtin) => {
                return format!("builtin:unsafe.{}", object.name);
            }
            ObjectKind::Builtin(_) => return format!("builtin:{}", object.name),
            ObjectKind::Nil => return "nil".into(),
            ObjectKind::Const => "const",
            ObjectKind::TypeName { .. } => "type",
            ObjectKind::Var(VarKind::Field { .. }) => "field",
            ObjectKind::Var(_) => "var",
            ObjectKind::Func { .. } | ObjectKind::InterfaceMethod => "func",
            ObjectKind::Label => "label",
        };
        let Some(package) = object.package else {
            return format!("{kind}:universe:{}", object.name);
        };
        let path = self.world.package(package).source.path;
        match self.place(id) {
            Some(place) => format!("{kind}:{path}/{place}"),
            None => format!("{kind}:{path}:{}", object.name),
        }
    }

    /// Base name of the declaring file and offset of the declared name.
    fn place(&self, id: ObjId) -> Option<String> {
        let location = self.world.object(id).location?;
        let path = &self.files.get(location.file).path;
        let base = path.rsplit(['/', '\\']).next().unwrap_or(path);
        Some(format!("{base}:{}", location.span.start))
    }

    fn write(&mut self, ty: TypeId, out: &mut String) {
        let world = self.world;
        match world.ty(ty) {
            Type::Basic(Basic::Invalid) => out.push_str("invalid"),
            Type::Basic(basic) => out.push_str(basic.name()),
            Type::Named { origin, args } => self.named(world.named(*origin).object, args, out),
            Type::TypeParam(param) => self.param_name(*param, out),
            Type::Pointer(element) => self.prefixed("*", *element, out),
            Type::Slice(element) => self.prefixed("[]", *element, out),
            Type::Array { len, element } => {
                // Writing to a string cannot fail.
                let _ = write!(out, "[{len}]");
                self.write(*element, out);
            }
            Type::Map { key, value } => {
                self.prefixed("map[", *key, out);
                self.prefixed("]", *value, out);
            }
            Type::Chan { dir, element } => self.channel(*dir, *element, out),
            Type::Struct(fields) => {
                out.push_str("struct{");
                for (at, field) in fields.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "; " });
                    out.push_str(if field.embedded { "^" } else { "" });
                    self.prefixed(&format!("{} ", field.name), field.ty, out);
                    if !field.tag.as_str().is_empty() {
                        out.push(' ');
                        quote(field.tag.as_str(), out);
                    }
                }
                out.push('}');
            }
            Type::Tuple(types) => self.tuple(types, false, out),
            Type::Signature(signature) => self.signature(signature, out),
            Type::Interface { .. } => self.interface(ty, out),
            Type::Union(terms) => {
                for (at, term) in terms.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "|" });
                    self.prefixed(if term.tilde { "~" } else { "" }, term.ty, out);
                }
            }
        }
    }

    fn prefixed(&mut self, prefix: &str, ty: TypeId, out: &mut String) {
        out.push_str(prefix);
        self.write(ty, out);
    }

    fn named(&mut self, id: ObjId, args: &[TypeId], out: &mut String) {
        let world = self.world;
        let object = world.object(id);
        if let Some(package) = object.package {
            let package = world.package(package);
            out.push_str(package.source.path.as_str());
            out.push('.');
            out.push_str(object.name.as_str());
            let scope = package.scope.get();
            let global = scope.is_some_and(|scope| scope.objects.get(&object.name) == Some(&id));
            if !global && let Some(place) = self.place(id) {
                out.push('@');
                out.push_str(&place);
            }
        } else {
            out.push_str(object.name.as_str());
        }
        for (at, &arg) in args.iter().enumerate() {
            self.prefixed(if at == 0 { "[" } else { ", " }, arg, out);
        }
        out.push_str(if args.is_empty() { "" } else { "]" });
    }

    fn param_name(&self, param: TypeParamId, out: &mut String) {
        out.push('$');
        out.push_str(
            self.world
                .name(self.world.type_param(param).object)
                .as_str(),
        );
    }

    fn channel(&mut self, dir: ChanDir, element: TypeId, out: &mut String) {
        out.push_str(match dir {
            ChanDir::Both => "chan ",
            ChanDir::Send => "chan<- ",
            ChanDir::Receive => "<-chan ",
        });
        if let Type::Chan {
            dir: ChanDir::Receive,
            ..
        } = self.world.ty(element)
        {
            self.prefixed("(", element, out);
            out.push(')');
        } else {
            self.write(element, out);
        }
    }

    fn signature(&mut self, signature: &Signature, out: &mut String) {
        out.push_str("func");
        for (at, &param) in signature.type_params.iter().enumerate() {
            out.push_str(if at == 0 { "[" } else { ", " });
            self.param_name(param, out);
            if let Some(&constraint) = self.world.type_param(param).constraint.get() {
                self.prefixed(" ", constraint, out);
            }
        }
        out.push_str(if signature.type_params.is_empty() {
            ""
        } else {
            "]"
        });
        self.tuple(&signature.params, signature.variadic, out);
        match &*signature.results {
            [] => {}
            [only] => self.prefixed(" ", *only, out),
            several => {
                out.push(' ');
                self.tuple(several, false, out);
            }
        }
    }

    fn tuple(&mut self, types: &[TypeId], variadic: bool, out: &mut String) {
        out.push('(');
        for (at, &ty) in types.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            if variadic && at + 1 == types.len() {
                let element = match self.world.ty(ty) {
                    Type::Slice(element) => *element,
                    _ => ty,
                };
                self.prefixed("...", element, out);
            } else {
                self.write(ty, out);
            }
        }
        out.push(')');
    }

    /// All methods by name, then what restricts the type set.
    fn interface(&mut self, ty: TypeId, out: &mut String) {
        let world = self.world;
        if self.open.contains(&ty) {
            out.push_str("interface{...}");
            return;
        }
        self.open.push(ty);
        let mut parts = Vec::new();
        for method in &world.type_set(ty).methods {
            let mut part = String::new();
            if !method.name.is_exported()
                && let Some(package) = world.object(method.object).package
            {
                part.push_str(world.package(package).source.path.as_str());
                part.push('.');
            }
            part.push_str(method.name.as_str());
            self.prefixed(" ", method.ty, &mut part);
            parts.push(part);
        }
        parts.sort();
        let mut restrictions = Vec::new();
        self.restrictions(ty, 0, &mut restrictions);
        restrictions.sort();
        restrictions.dedup();
        parts.append(&mut restrictions);
        self.open.pop();
        out.push_str("interface{");
        out.push_str(&parts.join("; "));
        out.push('}');
    }

    fn restrictions(&mut self, interface: TypeId, depth: u32, out: &mut Vec<String>) {
        let world = self.world;
        let Type::Interface { embedded, .. } = world.underlying_type(interface) else {
            return;
        };
        for &element in embedded {
            if element == world.universe().comparable {
                out.push("comparable".into());
            } else if world.is_interface(element) {
                // Interfaces that embed themselves are not Go, but must not hang us.
                if depth < 64 {
                    self.restrictions(element, depth + 1, out);
                }
            } else {
                let mut text = String::new();
                self.write(element, &mut text);
                out.push(text);
            }
        }
    }
}

fn is_unsafe(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::UnsafeAdd
            | Builtin::UnsafeAlignof
            | Builtin::UnsafeOffsetof
            | Builtin::UnsafeSizeof
            | Builtin::UnsafeSlice
            | Builtin::UnsafeSliceData
            | Builtin::UnsafeString
            | Builtin::UnsafeStringData
    )
}

/// A string literal as `strconv.Quote` writes it.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c if c < ' ' || c == '\x7f' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snippet::Snippet;

    #[test]
    fn every_kind_of_type_has_its_text() {
        let snippet = Snippet::packages(&[
            (
                "a/b",
                "type T struct{}\ntype Pair[K comparable, V any] struct{ k K; v V }",
            ),
            (
                "p",
                "import \"a/b\"
                var pair b.Pair[string, []*b.T]
                var s struct { b.T; x, Y int `json:\"y\"` }
                var c chan (<-chan byte)
                var f func(int, ...any) (a, b error)
                func g[A ~int | string, B []A](A) B { panic(0) }
                type I interface { b() rune; Close() error; ~int | ~uint; comparable }
                func local() any { type T struct{}; return T{} }",
            ),
        ]);
        let mut canonical = Canonical::new(&snippet.world, &snippet.files);
        let mut text = |name: &str| canonical.ty(snippet.ty(name)).to_owned();
        assert_eq!(text("pair"), "a/b.Pair[string, []*a/b.T]");
        assert_eq!(
            text("s"),
            r#"struct{^T a/b.T; x int "json:\"y\""; Y int "json:\"y\""}"#
        );
        assert_eq!(text("c"), "chan (<-chan uint8)");
        assert_eq!(text("f"), "func(int, ...interface{}) (error, error)");
        assert_eq!(
            text("g"),
            "func[$A interface{~int|string}, $B interface{[]$A}]($A) $B"
        );
        let interface = snippet.world.underlying(snippet.ty("I"));
        assert_eq!(
            canonical.ty(interface),
            "interface{Close func() error; p.b func() int32; comparable; ~int|~uint}"
        );
    }

    #[test]
    fn quoting_is_that_of_go() {
        let mut out = String::new();
        quote("a\"\\\n\u{1}é", &mut out);
        assert_eq!(out, r#""a\"\\\n\x01é""#);
    }
}
