//! `contend debug`: what contend understands of a program, for oracles and for developers.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use contend_base::SourceFile;
use contend_check::{Loaded, Request, Silent};
use contend_ir::{Body, CallGraph, FuncKind};
use contend_project::{Disk, Tests};

use crate::args::{Args, Build, Debug};
use crate::commands::{Exit, docs};
use crate::environment::Environment;
use crate::failure::hinted;
use crate::plan::{self, Target};

pub(crate) fn run(
    args: &Args,
    debug: &Debug,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    match debug {
        Debug::Docs { dir } => return docs::run(&environment.cwd.join(dir), out),
        Debug::Types(dump) => {
            let files = with_program(args, dump.dir.as_slice(), &dump.build, environment, types)?;
            write_files(&environment.cwd.join(&dump.out), &files, "types")?;
        }
        Debug::Calls(dump) => {
            let files = with_program(args, dump.dir.as_slice(), &dump.build, environment, calls)?;
            write_files(&environment.cwd.join(&dump.out), &files, "calls")?;
        }
        Debug::Ir { place, build } => {
            let (file, name) = match place.rsplit_once(".go:") {
                Some((stem, name)) => (format!("{stem}.go"), Some(name)),
                None => (place.clone(), None),
            };
            let file = environment.cwd.join(file);
            let dir = file
                .parent()
                .unwrap_or(&file)
                .to_string_lossy()
                .into_owned();
            let one_package = [format!("{dir}/.")];
            let text = with_program(args, &one_package, build, environment, |loaded| {
                ir(loaded, &file, name)
            })?;
            if text.is_empty() {
                let help = "give FILE.go:FUNC or FILE.go:Type.Method";
                return Err(hinted(format!("no such function: {place}"), help));
            }
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(Exit::Clean)
}

/// Loads what the arguments mean, without tests, and does something with it in the same threads.
fn with_program<T: Send>(
    args: &Args,
    targets: &[String],
    build: &Build,
    environment: &Environment,
    job: impl FnOnce(&Loaded) -> T + Send,
) -> anyhow::Result<T> {
    let mut target = Target::resolve(args.directory.as_deref(), targets, build, environment);
    target.config.tests = Tests::Skip;
    let pool = plan::thread_pool(build.threads)?;
    let request = Request {
        fs: &Disk,
        config: &target.config,
        patterns: &target.patterns,
        memory_limit: None,
        progress: &Silent,
    };
    Ok(pool.install(|| job(&contend_check::load(&request))))
}

/// Texts by `import path/file name`.
fn types(loaded: &Loaded) -> BTreeMap<String, String> {
    let world = &loaded.program.world;
    let mut files = BTreeMap::new();
    for &package in &loaded.program.targets {
        let source = &world.package(package).source;
        let infos = world.check_package(package);
        for (at, file) in source.files.iter().enumerate() {
            let of_file: Vec<_> = infos
                .iter()
                .filter(|it| it.file_index as usize == at)
                .collect();
            let text = contend_types::dump_file(world, &loaded.files, package, at, &of_file);
            let name = base_name(loaded.files.get(file.file));
            files.insert(format!("{}/{name}", source.path), text);
        }
    }
    files
}

/// Texts by `import path/file name`.
fn calls(loaded: &Loaded) -> BTreeMap<String, String> {
    let bodies = bodies(loaded);
    let graph = CallGraph::new(&loaded.program.world, &bodies);
    contend_ir::call_dump(&loaded.files, &graph, &bodies)
}

fn ir(loaded: &Loaded, file: &Path, name: Option<&str>) -> String {
    let bodies = bodies(loaded);
    let is_wanted = |body: &&Body| {
        let path = &loaded.files.get(body.file).path;
        path.rsplit('/').next() == file.file_name().and_then(|it| it.to_str())
            && name.is_none_or(|name| declared_name(loaded, body).as_deref() == Some(name))
    };
    let world = &loaded.program.world;
    bodies
        .iter()
        .filter(is_wanted)
        .map(|body| contend_ir::dump(world, body) + "\n")
        .collect()
}

/// The bodies of all targets.
fn bodies(loaded: &Loaded) -> Vec<Body> {
    let program = &loaded.program;
    program
        .targets
        .iter()
        .flat_map(|&package| program.bodies(package, |_info| ()).bodies)
        .collect()
}

/// `Func` or `Type.Method`.
fn declared_name(loaded: &Loaded, body: &Body) -> Option<String> {
    let FuncKind::Declared(object) = body.funcs.first()?.kind else {
        return None;
    };
    let world = &loaded.program.world;
    let tree = &world.package(body.package).source.files[body.file_index as usize]
        .parsed
        .tree;
    let contend_syntax::ast::DeclKind::Func(func) = tree.decl(body.decl).kind else {
        return None;
    };
    let name = world.name(object);
    let Some(receiver) = tree.func(func).receiver else {
        return Some(name.to_string());
    };
    let field = tree.field(receiver.iter().next()?);
    let text = loaded.files.get(body.file).slice(tree.expr(field.ty).span);
    let text = String::from_utf8_lossy(text);
    let receiver = text
        .trim_start_matches('*')
        .split('[')
        .next()
        .unwrap_or_default();
    Some(format!("{receiver}.{name}"))
}

fn base_name(file: &SourceFile) -> &str {
    file.path
        .rsplit(['/', std::path::MAIN_SEPARATOR])
        .next()
        .unwrap_or(&file.path)
}

fn write_files(dir: &Path, files: &BTreeMap<String, String>, kind: &str) -> anyhow::Result<()> {
    for (name, text) in files {
        let path = dir.join(format!("{name}.{kind}"));
        let parent = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
