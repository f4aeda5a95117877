//! The rules that read source: each in a file of its own, with its page beside it.
//!
//! They know the program's meaning and no output format. A rule's page is its test: every finding
//! that a page announces must come, and no other.

mod add_in_goroutine;
mod atomics;
mod copied_lock;
mod copy_lock;
mod double_lock;
mod file_scope;
mod guarded;
mod helpers;
mod late_reports;
mod left_running;
mod loop_capture;
mod map_header_access;
mod map_runtime_linkname;
mod missing_unlock;
mod parallel_tests;
mod races;
mod text;
mod uses;

use contend_analysis::accesses::Accesses;
use contend_analysis::order::Meets;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;
use contend_analysis::written_out::written_out;
use contend_base::{FileId, Location, SourceFile, SourceMap};
use contend_finding::{Confidence, Finding, RuleMeta};
use contend_syntax::Parsed;
use contend_syntax::ast::Tree;
use contend_types::{Info, World};

pub use contend_analysis::PackageUnit;
pub use contend_analysis::dispatch::Dispatch;
pub use contend_analysis::guests::guests;
pub use contend_analysis::known::{Known, Table};
pub use contend_analysis::promises::Promises;
pub use contend_analysis::summary::PackageSummary;
pub use helpers::IfBeside;
pub use races::{Compared, Guard, OfField, ProgramUnit, settle};
pub use uses::{
    Alias, CallSite, Deed, FunctionPlace, HeldLock, Holder, PackageUses, Start, Thing, Use,
    resolve, uses,
};

/// All rules, by code.
pub static ALL: &[&RuleMeta] = &[
    &races::WRITE_WRITE,
    &races::READ_WRITE,
    &races::MAP_RANGE,
    &races::MAP_UNDER_RLOCK,
    &guarded::SPLIT,
    &guarded::ESCAPE,
    &races::MAP_HANDLER,
    &guarded::POINTEE,
    &guarded::NESTED,
    &map_header_access::RULE,
    &map_runtime_linkname::RULE,
    &loop_capture::RULE,
    &races::CAPTURE_WRITE,
    &races::NAMED_RESULT,
    &races::SLICE_APPEND,
    &races::FIELD,
    &races::GLOBAL,
    &races::MIXED_ATOMIC,
    &atomics::RMW,
    &atomics::ALIGNMENT,
    &races::PUBLICATION,
    &races::LAZY_INIT,
    &races::WORD_TEAR,
    &parallel_tests::RULE,
    &copied_lock::RULE,
    &races::NOT_SAFE,
    &atomics::ABA,
    &double_lock::RULE,
    &missing_unlock::RULE,
    &copy_lock::RULE,
    &add_in_goroutine::RULE,
];

/// One file, for the rules that need no types.
pub struct SourceUnit<'a> {
    /// The file's id.
    pub id: FileId,
    /// Its text.
    pub file: &'a SourceFile,
    /// Its tree.
    pub parsed: &'a Parsed,
    /// It belongs to the standard library.
    pub is_std: bool,
}

/// Applies the rules that need no types, also to files that the build leaves out.
pub fn check_source(unit: &SourceUnit) -> Vec<Finding> {
    let mut findings = Vec::new();
    map_header_access::check(unit, &mut findings);
    map_runtime_linkname::check(unit, &mut findings);
    findings
}

/// One top-level declaration, for the rules that read trees with types.
pub struct DeclarationUnit<'a> {
    /// All types.
    pub world: &'a World,
    /// All sources.
    pub files: &'a SourceMap,
    /// The tree of the declaration's file.
    pub tree: &'a Tree,
    /// What is known about the declaration.
    pub info: &'a Info,
}

/// Applies the rules that read trees with types.
pub fn check_declaration(unit: &DeclarationUnit) -> Vec<Finding> {
    let mut findings = Vec::new();
    copy_lock::check(unit, &mut findings);
    findings
}

/// What is said of a package, and what the program must know of it.
#[derive(Default)]
pub struct Checked {
    pub findings: Vec<Finding>,
    /// Verdicts that goroutines of other packages may change.
    pub of_fields: Vec<OfField>,
    /// The locks that are held where fields and variables are used.
    pub guards: Vec<Guard>,
    pub summary: PackageSummary,
    /// Where races are told already, with both sides for certain, and how sure they are.
    pub told: Vec<(Location, Confidence)>,
    /// What each function that starts goroutines has compared.
    pub compared: Vec<Vec<(Location, Location)>>,
    /// Verdicts that wait for the goroutines of other packages.
    pub if_beside: Vec<IfBeside>,
}

/// Applies the rules that follow the control flow.
pub fn check_package(unit: &PackageUnit) -> Checked {
    let package = Package::new(unit);
    let accesses = Accesses::new(&package);
    let roles = Roles::new(&package, &accesses);
    let meets = Meets::of(&package);
    let goroutines = || {
        let mut findings = Vec::new();
        let compared = races::check_spawned(&package, &accesses, &meets, &mut findings);
        races::check_loops(&package, &accesses, &mut findings);
        races::check_sent(&package, &accesses, &mut findings);
        races::check_late_stores(&package, &accesses, &mut findings);
        races::check_pooled(&package, &mut findings);
        races::say_once(&mut findings);
        (findings, compared)
    };
    let functions = || check_functions(&package, &accesses, &roles);
    let known = || {
        let guards = races::guards(&package, &accesses, &roles);
        (
            guards,
            PackageSummary::of(&package, &accesses, &roles, &meets),
        )
    };
    let ((mut findings, compared), (by_function, (guards, summary))) =
        rayon::join(goroutines, || rayon::join(functions, known));
    // What is said with doubt hides nothing that is surer.
    let told = findings
        .iter()
        .filter(|it| it.confidence != Confidence::Low)
        .flat_map(|it| {
            let labels = it.labels.iter().chain([&it.primary]);
            labels.map(|label| (label.location, it.confidence))
        })
        .collect();
    findings.extend(by_function.findings);
    parallel_tests::check(&package, &accesses, &mut findings);
    late_reports::check(&package, &mut findings);
    left_running::check(&package, &accesses, &mut findings);
    loop_capture::check(&package, &mut findings);
    double_lock::check(&package, &mut findings);
    missing_unlock::check(&package, &mut findings);
    add_in_goroutine::check(&package, &mut findings);
    Checked {
        findings,
        of_fields: by_function.of_fields,
        guards,
        summary,
        told,
        compared,
        if_beside: by_function.if_beside,
    }
}

/// What rules say that look at one function at a time.
struct ByFunction {
    findings: Vec<Finding>,
    of_fields: Vec<OfField>,
    if_beside: Vec<IfBeside>,
}

/// Applies the rules that look at one function at a time: they see its small helpers written out.
fn check_functions(package: &Package, accesses: &Accesses, roles: &Roles) -> ByFunction {
    let bodies = written_out(package);
    let wide = bodies.as_ref().map(|bodies| package.with_bodies(bodies));
    let wide_accesses = wide.as_ref().map(Accesses::of_each);
    let wide = match (&wide, &wide_accesses) {
        (Some(package), Some(accesses)) => (package, accesses),
        _ => (package, accesses),
    };
    let mut findings = Vec::new();
    let of_fields = races::check_locks(wide, (package, accesses), roles);
    let if_beside = helpers::check(wide, (package, accesses), roles, &mut findings);
    copied_lock::check(wide.0, wide.1, &mut findings);
    ByFunction {
        findings,
        of_fields,
        if_beside,
    }
}

/// Applies the rules that look at all packages of a program together.
pub fn check_program(unit: ProgramUnit, if_beside: Vec<IfBeside>) -> Vec<Finding> {
    let mut findings = helpers::settle(unit.packages, if_beside);
    findings.extend(races::check_program(unit));
    findings
}

/// The rule with this code or name.
pub fn find(word: &str) -> Option<&'static RuleMeta> {
    ALL.iter().copied().find(|rule| rule.is_called(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
        let mut names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn pages_start_with_their_name_and_hold_all_sections() {
        for rule in ALL {
            assert!(
                rule.doc.starts_with(&format!("# {}\n", rule.name)),
                "{}",
                rule.name
            );
            for section in [
                "\n## Why it hurts\n",
                "\n## Bad\n",
                "\n## Good\n",
                "\n## Known limit",
            ] {
                assert!(
                    rule.doc.contains(section),
                    "{} lacks {section:?}",
                    rule.name
                );
            }
        }
    }
}
