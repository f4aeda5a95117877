//! Types as text.

use std::fmt::{self, Write};

use crate::{ChanDir, PkgId, Signature, Type, TypeId, World};

/// How names of other packages are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Qualify {
    /// By import path: `net/http.Client`.
    Path,
    /// As code of a package would write it: `http.Client`, and its own names bare.
    From(PkgId),
}

/// A type that can be written. Made by [`World::display`].
pub struct DisplayType<'a> {
    world: &'a World,
    ty: TypeId,
    qualify: Qualify,
}

impl World {
    /// The type as Go source, in one line.
    pub fn display(&self, ty: TypeId, qualify: Qualify) -> DisplayType<'_> {
        DisplayType {
            world: self,
            ty,
            qualify,
        }
    }

    /// The canonical text of a type, packages by their import paths.
    pub fn type_string(&self, ty: TypeId) -> String {
        self.display(ty, Qualify::Path).to_string()
    }
}

impl fmt::Display for DisplayType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Writer {
            world: self.world,
            qualify: self.qualify,
            out: f,
        }
        .ty(self.ty)
    }
}

struct Writer<'a, 'b> {
    world: &'a World,
    qualify: Qualify,
    out: &'a mut fmt::Formatter<'b>,
}

impl Writer<'_, '_> {
    fn ty(&mut self, ty: TypeId) -> fmt::Result {
        let world = self.world;
        match world.ty(ty) {
            Type::Basic(basic) => self.out.write_str(basic.name()),
            Type::Named { origin, args } => {
                let object = world.named(*origin).object;
                self.package(world.object(object).package)?;
                self.out.write_str(world.name(object).as_str())?;
                if !args.is_empty() {
                    self.bracketed(args)?;
                }
                Ok(())
            }
            Type::TypeParam(param) => {
                let object = world.type_param(*param).object;
                self.out.write_str(world.name(object).as_str())
            }
            Type::Pointer(element) => self.prefixed("*", *element),
            Type::Slice(element) => self.prefixed("[]", *element),
            Type::Array { len, element } => {
                write!(self.out, "[{len}]")?;
                self.ty(*element)
            }
            Type::Map { key, value } => {
                self.out.write_str("map[")?;
                self.ty(*key)?;
                self.prefixed("]", *value)
            }
            Type::Chan { dir, element } => self.channel(*dir, *element),
            Type::Struct(fields) => {
                self.out.write_str("struct{")?;
                for (at, field) in fields.iter().enumerate() {
                    self.separator(at, "; ")?;
                    if !field.embedded {
                        write!(self.out, "{} ", field.name)?;
                    }
                    self.ty(field.ty)?;
                    if !field.tag.as_str().is_empty() {
                        self.out.write_char(' ')?;
                        write_quoted(self.out, field.tag.as_str())?;
                    }
                }
                self.out.write_char('}')
            }
            Type::Tuple(types) => {
                self.out.write_char('(')?;
                self.list(types, ", ")?;
                self.out.write_char(')')
            }
            Type::Signature(signature) => {
                self.out.write_str("func")?;
                self.signature(signature)
            }
            Type::Interface { methods, embedded } => {
                if methods.is_empty() && embedded.is_empty() {
                    return self.out.write_str("any");
                }
                self.out.write_str("interface{")?;
                for (at, method) in methods.iter().enumerate() {
                    self.separator(at, "; ")?;
                    self.out.write_str(method.name.as_str())?;
                    if let Type::Signature(signature) = world.ty(method.ty) {
                        self.signature(signature)?;
                    }
                }
                for (at, &element) in embedded.iter().enumerate() {
                    self.separator(methods.len() + at, "; ")?;
                    self.ty(element)?;
                }
                self.out.write_char('}')
            }
            Type::Union(terms) => {
                for (at, term) in terms.iter().enumerate() {
                    self.separator(at, " | ")?;
                    self.prefixed(if term.tilde { "~" } else { "" }, term.ty)?;
                }
                Ok(())
            }
        }
    }

    fn prefixed(&mut self, prefix: &str, ty: TypeId) -> fmt::Result {
        self.out.write_str(prefix)?;
        self.ty(ty)
    }

    fn separator(&mut self, at: usize, text: &str) -> fmt::Result {
        if at == 0 {
            Ok(())
        } else {
            self.out.write_str(text)
        }
    }

    fn list(&mut self, types: &[TypeId], separator: &str) -> fmt::Result {
        for (at, &ty) in types.iter().enumerate() {
            self.separator(at, separator)?;
            self.ty(ty)?;
        }
        Ok(())
    }

    fn bracketed(&mut self, types: &[TypeId]) -> fmt::Result {
        self.out.write_char('[')?;
        self.list(types, ",")?;
        self.out.write_char(']')
    }

    fn channel(&mut self, dir: ChanDir, element: TypeId) -> fmt::Result {
        let (prefix, parenthesized) = match dir {
            ChanDir::Send => ("chan<- ", false),
            ChanDir::Receive => ("<-chan ", false),
            // `chan (<-chan T)` is not `chan<- chan T`.
            ChanDir::Both => {
                let inner = self.world.ty(element);
                (
                    "chan ",
                    matches!(
                        inner,
                        Type::Chan {
                            dir: ChanDir::Receive,
                            ..
                        }
                    ),
                )
            }
        };
        if parenthesized {
            self.prefixed("chan (", element)?;
            return self.out.write_char(')');
        }
        self.prefixed(prefix, element)
    }

    fn signature(&mut self, signature: &Signature) -> fmt::Result {
        if !signature.type_params.is_empty() {
            self.type_params(signature)?;
        }
        self.out.write_char('(')?;
        let last = signature.params.len().wrapping_sub(1);
        for (at, &param) in signature.params.iter().enumerate() {
            self.separator(at, ", ")?;
            match self.world.ty(param) {
                Type::Slice(element) if signature.variadic && at == last => {
                    self.prefixed("...", *element)?;
                }
                // `append([]byte, string...)` is the one such signature.
                _ if signature.variadic && at == last => {
                    self.ty(param)?;
                    self.out.write_str("...")?;
                }
                _ => self.ty(param)?,
            }
        }
        self.out.write_char(')')?;
        match &*signature.results {
            [] => Ok(()),
            [only] => self.prefixed(" ", *only),
            several => {
                self.out.write_str(" (")?;
                self.list(several, ", ")?;
                self.out.write_char(')')
            }
        }
    }

    fn type_params(&mut self, signature: &Signature) -> fmt::Result {
        self.out.write_char('[')?;
        for (at, &param) in signature.type_params.iter().enumerate() {
            self.separator(at, ", ")?;
            let param = self.world.type_param(param);
            write!(self.out, "{} ", self.world.name(param.object))?;
            if let Some(&constraint) = param.constraint.get() {
                self.ty(constraint)?;
            }
        }
        self.out.write_char(']')
    }

    fn package(&mut self, package: Option<PkgId>) -> fmt::Result {
        let Some(id) = package else { return Ok(()) };
        let source = &self.world.package(id).source;
        match self.qualify {
            Qualify::Path => write!(self.out, "{}.", source.path),
            Qualify::From(own) if own == id => Ok(()),
            Qualify::From(_) => write!(self.out, "{}.", source.name),
        }
    }
}

/// A string literal as Go's `strconv.Quote` writes it, for the characters that tags hold.
fn write_quoted(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            '\r' => out.write_str("\\r")?,
            c if (c as u32) < 0x20 || c as u32 == 0x7f => write!(out, "\\x{:02x}", c as u32)?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snippet::Snippet;

    #[test]
    fn types_are_written_as_their_package_sees_them() {
        let snippet = Snippet::packages(&[
            ("net/a", "type T struct{}"),
            (
                "p",
                "import \"net/a\"
                type Own[K comparable] struct{}
                var x map[a.T][]*Own[a.T]
                var y struct { a.T `json:\"t\"`; n chan (<-chan int) }
                var z func(error, ...any) (interface{ M(rune) }, bool)
                func g[P ~int | string](P) {}",
            ),
        ]);
        let own = Qualify::From(snippet.package);
        let text = |name: &str| snippet.world.display(snippet.ty(name), own).to_string();
        assert_eq!(text("x"), "map[a.T][]*Own[a.T]");
        assert_eq!(
            text("y"),
            r#"struct{a.T "json:\"t\""; n chan (<-chan int)}"#
        );
        assert_eq!(text("z"), "func(error, ...any) (interface{M(int32)}, bool)");
        assert_eq!(text("g"), "func[P interface{~int | string}](P)");
        assert_eq!(snippet.text("x"), "map[net/a.T][]*p.Own[net/a.T]");
    }
}
