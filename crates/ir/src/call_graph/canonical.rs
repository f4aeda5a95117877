//! Calls in the canonical form of `corpus/tools/README.md`, in which they are compared with what
//! Go's own libraries say.

use std::collections::BTreeMap;

use contend_base::{SourceFile, SourceMap};
use contend_syntax::ast::ExprKind;
use contend_types::{ObjId, ObjectKind, Type, World};

use super::CallGraph;
use crate::func::Body;
use crate::instr::{Call, Callee};

/// One text a source file with calls, by `<import path>/<base name of the file>`.
pub fn call_dump(
    files: &SourceMap,
    graph: &CallGraph,
    bodies: &[Body],
) -> BTreeMap<String, String> {
    let world = graph.world();
    let mut lines: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    for body in bodies {
        let file = files.get(body.file);
        let package = world.package(body.package).source.path;
        let base = file.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let lines = lines.entry(format!("{package}/{base}")).or_default();
        lines.extend(body.calls.iter().filter_map(|call| line(file, graph, call)));
    }
    let text = |(name, mut lines): (String, Vec<(u32, String)>)| {
        lines.sort();
        let text: String = lines.into_iter().map(|(_, line)| line + "\n").collect();
        (name, text)
    };
    lines.into_iter().map(text).collect()
}

fn line(file: &SourceFile, graph: &CallGraph, call: &Call) -> Option<(u32, String)> {
    if call.implied {
        return None;
    }
    let offset = left_paren(&file.text, call.callee_span.end)?;
    let world = graph.world();
    let text = match call.callee {
        Callee::Static(function) => format!("S {offset} {}", name_of(world, function)),
        Callee::Interface(method) => {
            let ty = call.receiver_ty?;
            if matches!(world.ty(ty), Type::TypeParam(_)) || call.receiver.is_none() {
                return None;
            }
            let callees = graph.through_interface(ty, method).iter();
            let mut names: Vec<String> = callees.map(|&callee| name_of(world, callee)).collect();
            names.sort_unstable();
            format!("I {offset} {}", names.join(" "))
                .trim_end()
                .to_owned()
        }
        Callee::Literal(_) | Callee::Value(_) | Callee::Builtin(_) | Callee::Unknown => {
            return None;
        }
    };
    Some((offset, text))
}

/// The first `(` behind `from`: nothing but blanks and comments may stand before it.
fn left_paren(text: &[u8], from: u32) -> Option<u32> {
    let mut at = from as usize;
    loop {
        match text.get(at..)? {
            [b'(', ..] => return Some(at as u32),
            [b'/', b'*', rest @ ..] => at += 4 + rest.windows(2).position(|two| two == b"*/")?,
            [b'/', b'/', rest @ ..] => at += 2 + rest.iter().position(|&byte| byte == b'\n')?,
            [b' ' | b'\t' | b'\r' | b'\n', ..] => at += 1,
            _ => return None,
        }
    }
}

/// `<import path>.<name>` or `<import path>.(<type>).<method>`.
fn name_of(world: &World, function: ObjId) -> String {
    let object = world.object(function);
    let path = object
        .package
        .map_or("", |package| world.package(package).source.path.as_str());
    match receiver_name(world, function) {
        Some(receiver) => format!("{path}.({receiver}).{}", object.name),
        None => format!("{path}.{}", object.name),
    }
}

fn receiver_name(world: &World, function: ObjId) -> Option<contend_base::Name> {
    let object = world.object(function);
    let ObjectKind::Func {
        file,
        func,
        is_method: true,
        ..
    } = object.kind
    else {
        return None;
    };
    let tree = &world.package(object.package?).source.files[file as usize]
        .parsed
        .tree;
    let field = tree.func(func).receiver?.iter().next()?;
    let mut ty = tree.field(field).ty;
    loop {
        ty = match tree.expr(ty).kind {
            ExprKind::Paren(inner) | ExprKind::Star(inner) => inner,
            ExprKind::Index { base, .. } => base,
            ExprKind::Ident(name) => return Some(name),
            _ => return None,
        };
    }
}
