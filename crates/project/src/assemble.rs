//! From the import graph to a [`Project`]: circles cut, ids given, everything in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use contend_base::{Idx, Name, known};

use crate::context::BuildContext;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::graph::{ImportGraph, Node, Visit};
use crate::model::{
    Counts, Exclusion, File, Import, Module, ModuleId, Package, PackageId, Project, Replacement,
    Variant,
};
use crate::mvs::ModuleVersion;
use crate::order::depth_first;
use crate::resolve::{NotFound, Origin, Resolver};
use crate::select::{self, Chosen};
use crate::std_lib::StdLib;
use crate::{conflicts, retractions, variants};

/// A package before ids are given. Numbers are positions in the list of drafts.
pub(crate) struct Draft {
    pub(crate) id: Arc<str>,
    pub(crate) node: usize,
    pub(crate) variant: DraftVariant,
    pub(crate) imports: Vec<(Name, Option<usize>)>,
    pub(crate) implicit: Vec<usize>,
}

impl Draft {
    /// All drafts that this one needs.
    pub(crate) fn needed(&self) -> impl Iterator<Item = usize> + '_ {
        let imports = self.imports.iter().filter_map(|(_, to)| *to);
        imports.chain(self.implicit.iter().copied())
    }
}

#[derive(Clone, Copy)]
pub(crate) enum DraftVariant {
    Plain,
    WithTests(usize),
    Rebuilt(usize),
    External(usize),
}

/// What an assembly takes beside the graph.
pub(crate) struct Assembly<'a> {
    pub(crate) resolver: &'a Resolver<'a>,
    pub(crate) std: Option<&'a StdLib>,
    pub(crate) std_is_summary: bool,
    pub(crate) load_tests: bool,
}

impl Assembly<'_> {
    /// Makes the project out of a graph and what went wrong before.
    pub(crate) fn assemble(
        &self,
        graph: &ImportGraph,
        context: BuildContext,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Project {
        self.report(graph, &mut diagnostics);
        let (plain, mut drafts) = draft(graph, &mut diagnostics);
        if self.load_tests {
            variants::add(graph, &plain, &mut drafts);
        }
        let modules = self.modules(graph);
        conflicts::report(self.resolver, &modules, &mut diagnostics);
        let counts = counts(graph);
        let packages = Self::packages(graph, &modules, &drafts);
        diagnostics.sort();
        diagnostics.dedup();
        Project {
            context,
            go_version: self
                .std
                .map_or(crate::GoVersion::NEWEST_KNOWN, |std| std.version),
            goroot: self.std.map(|std| std.goroot.clone()).unwrap_or_default(),
            std_is_summary: self.std_is_summary,
            modules,
            excluded: self.excluded(),
            packages,
            diagnostics,
            counts,
        }
    }

    fn report(&self, graph: &ImportGraph, out: &mut Vec<Diagnostic>) {
        for node in &graph.nodes {
            match node.state.as_ref() {
                Some(Ok(visit)) => {
                    let problems = visit.scan.problems.iter().cloned();
                    out.extend(problems.map(|problem| problem.of_package(&*node.path)));
                    Self::report_imports(graph, node, visit, out);
                }
                Some(Err(NotFound::NoModule(module, reason))) if node.is_named => {
                    let message = format!("{module} is missing: {reason}");
                    out.push(Diagnostic::new(DiagnosticKind::MissingModule, message));
                }
                Some(Err(NotFound::Missing(message))) if node.is_named => {
                    out.push(Diagnostic::new(DiagnosticKind::NoMatch, &**message));
                }
                _ => {}
            }
        }
        self.report_missing(graph, out);
    }

    /// Imports that lead nowhere: one message for each package, at its first import, and one for
    /// each module, at the line that requires it.
    fn report_missing(&self, graph: &ImportGraph, out: &mut Vec<Diagnostic>) {
        let mut sites: BTreeMap<usize, (Site<'_>, usize)> = BTreeMap::new();
        for (site, to) in graph.nodes.iter().flat_map(sites_of) {
            let is_lost = match graph.nodes[to].state.as_ref() {
                Some(Ok(visit)) => visit.scan.files.is_empty(),
                Some(Err(_)) => true,
                None => false,
            };
            if is_lost {
                let (first, count) = sites.entry(to).or_insert((site, 0));
                *count += 1;
                if (site.path, site.line) < (first.path, first.line) {
                    *first = site;
                }
            }
        }
        let mut by_module: BTreeMap<&ModuleVersion, (&str, Vec<&str>)> = BTreeMap::new();
        for (to, (site, count)) in sites {
            let path = &*graph.nodes[to].path;
            let (kind, message) = match graph.nodes[to].state.as_ref() {
                Some(Err(NotFound::NoModule(module, reason))) => {
                    by_module
                        .entry(module)
                        .or_insert((reason, Vec::new()))
                        .1
                        .push(path);
                    let message = format!("package {path} is missing with its module {module}");
                    (DiagnosticKind::MissingPackage, message)
                }
                Some(Err(NotFound::Ambiguous(message))) => {
                    (DiagnosticKind::AmbiguousImport, message.clone())
                }
                Some(Err(NotFound::Missing(message))) => {
                    (DiagnosticKind::MissingPackage, message.clone())
                }
                _ => {
                    let message = format!("build constraints exclude all Go files of {path}");
                    (DiagnosticKind::MissingPackage, message)
                }
            };
            let others = match count {
                1 => String::new(),
                2 => " (1 more file imports it)".to_owned(),
                _ => format!(" ({} more files import it)", count - 1),
            };
            let diagnostic = Diagnostic::new(kind, message + &others);
            out.push(diagnostic.at(site.path, site.line).of_package(site.package));
        }
        for (module, (reason, packages)) in by_module {
            out.push(self.missing_module(module, reason, &packages));
        }
    }

    fn missing_module(
        &self,
        module: &ModuleVersion,
        reason: &str,
        packages: &[&str],
    ) -> Diagnostic {
        let noun = if packages.len() == 1 {
            "package"
        } else {
            "packages"
        };
        let message = format!(
            "module {module} is missing with {} {noun}: {reason}",
            packages.len()
        );
        let diagnostic = Diagnostic::new(DiagnosticKind::MissingModule, message);
        let site = self.resolver.mains.require_line(module);
        match site {
            Some((file, line)) => diagnostic.at(file, line),
            None => diagnostic,
        }
    }

    /// Imports of packages that their owners keep to themselves.
    fn report_imports(graph: &ImportGraph, node: &Node, visit: &Visit, out: &mut Vec<Diagnostic>) {
        if visit.origin == Origin::Std {
            return;
        }
        for (site, to) in sites_of(node) {
            let target = &graph.nodes[to];
            let Some(target_visit) = target.visit() else {
                continue;
            };
            let Some(parent) = parent_of_internal(&target.path) else {
                continue;
            };
            let is_inside = target_visit.origin != Origin::Std
                && (parent.is_empty() || has_path_prefix(&node.path, parent));
            if !is_inside {
                let message = format!("use of internal package {} is not allowed", target.path);
                let diagnostic = Diagnostic::new(DiagnosticKind::InternalImport, message);
                out.push(diagnostic.at(site.path, site.line).of_package(&*node.path));
            }
        }
    }

    fn modules(&self, graph: &ImportGraph) -> Vec<Module> {
        let mains = &self.resolver.mains;
        let mut used: Vec<(ModuleVersion, bool)> = mains
            .modules
            .iter()
            .map(|main| (ModuleVersion::new(&main.path, ""), false))
            .collect();
        for visit in graph.nodes.iter().filter_map(Node::visit) {
            let is_vendored = matches!(visit.origin, Origin::Vendored(_));
            used.extend(visit.module().map(|module| (module.clone(), is_vendored)));
        }
        used.sort();
        used.dedup_by(|a, b| a.0 == b.0);
        let mut modules: Vec<Module> = used
            .iter()
            .map(|(module, is_vendored)| self.module(module, *is_vendored))
            .collect();
        modules.sort_by(|a, b| (!a.is_main, &a.path).cmp(&(!b.is_main, &b.path)));
        modules
    }

    fn module(&self, module: &ModuleVersion, is_vendored: bool) -> Module {
        let resolver = self.resolver;
        let mains = resolver.mains;
        let requires = mains.modules.iter().flat_map(|main| &main.gomod.require);
        let mut lines = requires.filter(|line| line.path == *module.path);
        let replace = mains.replacement(module).map(|replaced| Replacement {
            path: replaced.line.new_path.clone(),
            version: replaced.line.new_version.clone(),
        });
        let vendored = mains.vendor.as_ref().filter(|_| is_vendored);
        let go_version = match vendored {
            Some(vendor) => {
                let listed = vendor
                    .list
                    .modules
                    .iter()
                    .find(|it| it.path == *module.path);
                listed
                    .and_then(|it| it.go)
                    .unwrap_or(crate::GoVersion::OF_BARE_MODULE)
            }
            None => resolver.go_version(module),
        };
        let root = if is_vendored {
            None
        } else {
            resolver.module_root(module).ok()
        };
        Module {
            path: module.path.to_string(),
            version: module.version.to_string(),
            replace,
            dir: root.map(|root| root.dir.to_path_buf()),
            is_main: resolver.main(module).is_some(),
            is_direct: lines.any(|line| !line.indirect),
            is_vendored,
            is_excluded: mains.is_excluded(module),
            retraction: retractions::of(resolver, module),
            go_version,
        }
    }

    fn excluded(&self) -> Vec<Exclusion> {
        let lines = self.resolver.mains.modules.iter().flat_map(|main| {
            main.gomod.exclude.iter().map(|line| Exclusion {
                path: line.value.0.clone(),
                version: line.value.1.clone(),
                file: main.file.clone(),
                line: line.line,
            })
        });
        lines.collect()
    }

    /// Gives ids by name and turns drafts into packages.
    fn packages(graph: &ImportGraph, modules: &[Module], drafts: &[Draft]) -> Vec<Package> {
        let module_ids: BTreeMap<(&str, &str), ModuleId> = modules
            .iter()
            .enumerate()
            .map(|(at, module)| ((&*module.path, &*module.version), Idx::new(at)))
            .collect();
        let mut sorted: Vec<usize> = (0..drafts.len()).collect();
        sorted.sort_by(|&a, &b| drafts[a].id.cmp(&drafts[b].id));
        let mut ids: Vec<PackageId> = vec![Idx::new(0); drafts.len()];
        for (at, &draft) in sorted.iter().enumerate() {
            ids[draft] = Idx::new(at);
        }
        let build = |&at: &usize| {
            let draft = &drafts[at];
            let node = &graph.nodes[draft.node];
            let visit = node.visit().expect("only visited nodes become drafts");
            let module = visit
                .module()
                .and_then(|module| module_ids.get(&(&*module.path, &*module.version)).copied());
            package(draft, node, visit, module, &ids)
        };
        sorted.iter().map(build).collect()
    }
}

fn package(
    draft: &Draft,
    node: &Node,
    visit: &Visit,
    module: Option<ModuleId>,
    ids: &[PackageId],
) -> Package {
    let scan = &visit.scan;
    let name = scan.name.unwrap_or(known::BLANK);
    let mut files: Vec<File> = match draft.variant {
        DraftVariant::External(_) => select::files(&scan.external_tests),
        _ => select::files(&scan.files),
    };
    let mut import_path = Name::intern(&node.path);
    let mut package_name = name;
    let variant = match draft.variant {
        DraftVariant::Plain => Variant::Plain,
        DraftVariant::Rebuilt(of) => Variant::ForTest(ids[of]),
        DraftVariant::WithTests(of) => {
            files.extend(select::files(&scan.tests));
            files.sort_by(|a, b| a.name.cmp(&b.name));
            Variant::ForTest(ids[of])
        }
        DraftVariant::External(of) => {
            import_path = Name::intern(&format!("{}_test", node.path));
            package_name = Name::intern(&format!("{name}_test"));
            Variant::ExternalTest(ids[of])
        }
    };
    let imports = draft.imports.iter().map(|&(path, to)| {
        let package = to.map(|to| ids[to]);
        Import { path, package }
    });
    let is_rebuilt = matches!(draft.variant, DraftVariant::Rebuilt(_));
    Package {
        id: draft.id.clone(),
        import_path,
        name: package_name,
        dir: visit.shared_dir(),
        module,
        go_version: visit.go_version,
        variant,
        is_std: visit.origin == Origin::Std,
        is_target: node.is_target && !is_rebuilt,
        files,
        test_files: select::names(&scan.tests),
        xtest_files: select::names(&scan.external_tests),
        ignored_files: scan.ignored.clone(),
        other_files: scan.others.clone(),
        imports: imports.collect(),
        implicit_imports: draft.implicit.iter().map(|&to| ids[to]).collect(),
        is_broken: is_broken(visit),
    }
}

fn is_broken(visit: &Visit) -> bool {
    visit
        .scan
        .problems
        .iter()
        .any(|problem| problem.kind.is_loss())
        || visit.is_empty()
}

/// The plain packages, sorted by path, without edges that would close a circle.
fn draft(graph: &ImportGraph, out: &mut Vec<Diagnostic>) -> (Vec<Option<usize>>, Vec<Draft>) {
    let mut imported = vec![false; graph.nodes.len()];
    for visit in graph.nodes.iter().filter_map(Node::visit) {
        let lists = [
            &visit.imports,
            &visit.test_imports,
            &visit.external_test_imports,
        ];
        for edge in lists.into_iter().flatten() {
            imported[edge.node] = true;
        }
    }
    let is_kept = |at: usize| {
        let node = &graph.nodes[at];
        let visit = node.visit();
        visit.is_some_and(|visit| !visit.is_empty() || node.is_named || imported[at])
    };
    let mut kept: Vec<usize> = (0..graph.nodes.len()).filter(|&at| is_kept(at)).collect();
    kept.sort_by(|&a, &b| graph.nodes[a].path.cmp(&graph.nodes[b].path));
    let mut plain = vec![None; graph.nodes.len()];
    for (at, &node) in kept.iter().enumerate() {
        plain[node] = Some(at);
    }
    let visit = |at: usize| graph.nodes[at].visit().expect("kept nodes were visited");
    let edges = |at: usize| {
        let edges = visit(kept[at]).imports.iter().map(|edge| edge.node);
        edges
            .chain(visit(kept[at]).implicit.iter().copied())
            .filter_map(|to| plain[to])
            .collect()
    };
    let (_, closing) = depth_first(kept.len(), edges);
    for &(from, to) in &closing {
        report_cycle(graph, &graph.nodes[kept[from]], kept[to], out);
    }
    let drafts = kept.iter().enumerate().map(|(at, &node)| {
        let visit = visit(node);
        let mut imports = variants::edges(&visit.imports, &plain);
        for (_, to) in &mut imports {
            *to = to.filter(|&to| !closing.contains(&(at, to)));
        }
        let implicit = visit.implicit.iter().filter_map(|&to| plain[to]);
        let implicit = implicit
            .filter(|&to| !closing.contains(&(at, to)))
            .collect();
        Draft {
            id: graph.nodes[node].path.clone(),
            node,
            variant: DraftVariant::Plain,
            imports,
            implicit,
        }
    });
    let drafts = drafts.collect();
    (plain, drafts)
}

fn report_cycle(graph: &ImportGraph, from: &Node, to: usize, out: &mut Vec<Diagnostic>) {
    let Some((site, _)) = sites_of(from).into_iter().find(|&(_, at)| at == to) else {
        return;
    };
    let path = &graph.nodes[to].path;
    let message = format!(
        "import cycle: {path} needs {} in turn; this import is left out",
        from.path
    );
    let diagnostic = Diagnostic::new(DiagnosticKind::ImportCycle, message);
    out.push(diagnostic.at(site.path, site.line).of_package(&*from.path));
}

/// A place that imports something.
#[derive(Clone, Copy)]
struct Site<'a> {
    path: &'a str,
    line: u32,
    package: &'a str,
}

/// The imports of all loaded files of a node, with the nodes they mean.
fn sites_of(node: &Node) -> Vec<(Site<'_>, usize)> {
    let Some(visit) = node.visit() else {
        return Vec::new();
    };
    let lists: [(&[Chosen], &[crate::graph::Edge]); 3] = [
        (&visit.scan.files, &visit.imports),
        (&visit.scan.tests, &visit.test_imports),
        (&visit.scan.external_tests, &visit.external_test_imports),
    ];
    let mut sites = Vec::new();
    for (files, edges) in lists {
        for chosen in files {
            for &(path, span) in &chosen.imports {
                let at = edges.binary_search_by(|edge| edge.path.as_str().cmp(path.as_str()));
                let Ok(at) = at else { continue };
                let line = chosen.line(span.start);
                let site = Site {
                    path: &chosen.file.path,
                    line,
                    package: &node.path,
                };
                sites.push((site, edges[at].node));
            }
        }
    }
    sites
}

fn counts(graph: &ImportGraph) -> Counts {
    let is_lost = |at: usize| {
        graph.nodes[at]
            .visit()
            .is_none_or(|visit| visit.scan.files.is_empty())
    };
    let mut counts = Counts::default();
    for node in &graph.nodes {
        let Some(visit) = node.visit() else {
            counts.targets += usize::from(node.is_named);
            continue;
        };
        let lists = [
            &visit.imports,
            &visit.test_imports,
            &visit.external_test_imports,
        ];
        let missing = lists
            .into_iter()
            .flatten()
            .filter(|edge| is_lost(edge.node))
            .count();
        counts.missing_imports += missing;
        if node.is_target && (node.is_named || !visit.is_empty() || is_broken_target(visit)) {
            counts.targets += 1;
            counts.whole_targets += usize::from(missing == 0 && !is_broken(visit));
        }
    }
    counts
}

/// A directory whose files all failed is a package that was lost, not a directory without one.
fn is_broken_target(visit: &Visit) -> bool {
    visit
        .scan
        .problems
        .iter()
        .any(|problem| problem.kind.is_loss())
}

/// What stands before the last `internal` of an import path, if it has such an element.
fn parent_of_internal(path: &str) -> Option<&str> {
    let elements = path.rmatch_indices("internal").map(|(at, _)| at);
    let mut whole = elements.filter(|&at| {
        let end = at + "internal".len();
        (at == 0 || path.as_bytes()[at - 1] == b'/')
            && (end == path.len() || path.as_bytes()[end] == b'/')
    });
    whole.next().map(|at| path[..at].trim_end_matches('/'))
}

fn has_path_prefix(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_internal_is_found() {
        assert_eq!(parent_of_internal("a/internal/b"), Some("a"));
        assert_eq!(parent_of_internal("internal"), Some(""));
        assert_eq!(
            parent_of_internal("a/internal/b/internal"),
            Some("a/internal/b")
        );
        assert_eq!(parent_of_internal("a/internals/b"), None);
        assert!(has_path_prefix("a/b", "a") && !has_path_prefix("ab", "a"));
    }
}
