//! Programs with expectations.

use std::collections::BTreeMap;
use std::sync::Arc;

use contend_base::{Name, SourceFile, SourceMap, Span};
use contend_syntax::ast::{ExprKind, Tree};
use contend_types::{
    Constant, GoVersion, Info, ObjId, PackageFile, PackageSource, PkgId, Sizes, World,
};
use rustc_hash::FxHashMap;

pub(crate) const NEWEST: GoVersion = GoVersion {
    major: 1,
    minor: 27,
};

/// A world with the packages of a test; the last one is looked at.
pub(crate) struct Program {
    pub(crate) world: World,
    pub(crate) files: SourceMap,
    pub(crate) package: PkgId,
    pub(crate) infos: Vec<Info>,
}

impl Program {
    /// Types a package of several files.
    pub(crate) fn of_files(texts: &[&str], go_version: GoVersion) -> Self {
        Self::of_packages(&[("p", texts)], go_version)
    }

    /// Types packages, each after those it imports.
    pub(crate) fn of_packages(sources: &[(&str, &[&str])], go_version: GoVersion) -> Self {
        let (world, files) = (World::new(Sizes::default()), SourceMap::default());
        let mut imports: FxHashMap<Name, PkgId> = FxHashMap::default();
        let mut package = world.universe().unsafe_package;
        for (path, texts) in sources {
            let file = |(index, text): (usize, &&str)| {
                let text: Arc<[u8]> = text.as_bytes().into();
                PackageFile {
                    file: files.add(format!("{path}/{index}.go"), Arc::clone(&text)),
                    parsed: Arc::new(contend_syntax::parse(&text)),
                    text,
                    go_version,
                }
            };
            package = world.add_package(PackageSource {
                path: Name::intern(path),
                name: Name::intern(path.rsplit('/').next().unwrap_or(path)),
                files: texts.iter().enumerate().map(file).collect(),
                imports: imports.clone(),
            });
            world.check_declarations(package);
            imports.insert(Name::intern(path), package);
        }
        let infos = world.check_package(package);
        Self {
            world,
            files,
            package,
            infos,
        }
    }

    /// Compares with what the comments of the last package's files say.
    pub(crate) fn expect(&self) {
        let source = &self.world.package(self.package).source;
        for (index, file) in source.files.iter().enumerate() {
            assert!(file.parsed.errors.is_empty(), "{:?}", file.parsed.errors);
            let infos = self
                .infos
                .iter()
                .filter(|it| it.file_index as usize == index);
            let facts = Facts::new(
                self,
                self.files.get(file.file),
                &file.parsed.tree,
                infos.collect(),
            );
            facts.compare();
        }
    }

    /// The messages of all errors.
    pub(crate) fn messages(&self) -> Vec<&str> {
        let errors = self.infos.iter().flat_map(|info| &info.errors);
        errors.map(|error| error.message.as_str()).collect()
    }

    /// The type of an object as text.
    pub(crate) fn type_of(&self, object: ObjId) -> String {
        self.world.type_string(self.world.object_type(object))
    }

    /// A package-level object.
    pub(crate) fn object(&self, name: &str) -> ObjId {
        let scope = self.world.package(self.package).scope.get();
        scope.expect("declarations are resolved").objects[&Name::intern(name)]
    }
}

/// Types one file and compares.
pub(crate) fn check(text: &str) {
    let text = format!("package p\n{text}");
    Program::of_files(&[&text], NEWEST).expect();
}

/// What is known of one file, by line.
struct Facts<'a> {
    file: &'a SourceFile,
    types: BTreeMap<(u32, &'a str), Vec<String>>,
    values: BTreeMap<(u32, &'a str), String>,
    errors: Vec<(u32, &'a str)>,
}

impl<'a> Facts<'a> {
    fn new(
        program: &'a Program,
        file: &'a SourceFile,
        tree: &'a Tree,
        infos: Vec<&'a Info>,
    ) -> Self {
        let mut facts = Self {
            file,
            types: BTreeMap::new(),
            values: BTreeMap::new(),
            errors: Vec::new(),
        };
        let world = &program.world;
        for info in infos {
            for expr in info.exprs.iter() {
                let span = tree.expr(expr).span;
                if let Some(ty) = info.type_of(expr) {
                    facts.add_type(span, world.type_string(ty));
                } else if let (ExprKind::Ident(_), Some(object)) =
                    (tree.expr(expr).kind, info.object_of(expr))
                {
                    facts.add_type(span, program.type_of(object));
                }
                if let Some(value) = info.constants.get(&expr) {
                    let place = facts.place(span);
                    facts.values.insert(place, show(value));
                }
            }
            for ident in info.idents.iter() {
                if let Some(object) = info.def(ident) {
                    facts.add_type(tree.ident(ident).span(), program.type_of(object));
                }
            }
            for error in &info.errors {
                let line = facts.file.line_column(error.span.start).line;
                facts.errors.push((line, error.message.as_str()));
            }
        }
        facts
    }

    fn place(&self, span: Span) -> (u32, &'a str) {
        let text = std::str::from_utf8(self.file.slice(span)).expect("tests are UTF-8");
        (self.file.line_column(span.start).line, text)
    }

    fn add_type(&mut self, span: Span, ty: String) {
        let place = self.place(span);
        self.types.entry(place).or_default().push(ty);
    }

    fn compare(mut self) {
        let text = std::str::from_utf8(&self.file.text).expect("tests are UTF-8");
        for (line, text) in (1u32..).zip(text.lines()) {
            for (what, want) in expectations(text, "//: ") {
                let got = self.types.get(&(line, what));
                let got = got.unwrap_or_else(|| panic!("line {line}: no {what} in {text}"));
                assert!(
                    got.iter().all(|ty| ty == want),
                    "line {line}: {what} is {got:?}, not {want}"
                );
            }
            for (what, want) in expectations(text, "//= ") {
                let got = self.values.get(&(line, what)).map(String::as_str);
                assert_eq!(got, Some(want), "line {line}: {what}");
            }
            if let Some((_, message)) = text.split_once("//! ") {
                let at = self
                    .errors
                    .iter()
                    .position(|(at, got)| *at == line && got.contains(message));
                let at = at.unwrap_or_else(|| {
                    panic!("line {line}: no error {message}, but {:?}", self.errors)
                });
                self.errors.remove(at);
            }
        }
        assert!(self.errors.is_empty(), "{:?}", self.errors);
    }
}

/// The pairs `x is y; z is w` behind a mark.
fn expectations<'t>(line: &'t str, mark: &str) -> Vec<(&'t str, &'t str)> {
    let Some((_, list)) = line.split_once(mark) else {
        return Vec::new();
    };
    let pair = |pair: &'t str| {
        pair.split_once(" is ")
            .unwrap_or_else(|| panic!("`{pair}` is no expectation"))
    };
    list.split("; ").map(pair).collect()
}

fn show(value: &Constant) -> String {
    match value {
        Constant::Bool(value) => value.to_string(),
        Constant::String(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(value) => value.to_string(),
        Constant::Float(value) => value.to_string(),
        Constant::Complex(parts) => format!("{} + {}i", parts.0, parts.1),
        Constant::Unknown => "unknown".to_owned(),
    }
}
