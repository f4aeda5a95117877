//! Applying the rules, one package after the other, so that bodies need not be kept.

use std::sync::{Arc, OnceLock};

use contend_base::{Location, SourceMap};
use contend_finding::{Confidence, Finding};
use contend_ir::Body;
use contend_rules::{
    Checked, Compared, DeclarationUnit, Dispatch, Known, PackageUnit, ProgramUnit, Promises, Table,
};
use rustc_hash::FxHashMap;

use crate::fence::fenced;
use crate::schedule::{self, Scheduled};
use crate::{Program, Progress};

/// What the rules said of all packages.
#[derive(Default)]
pub(crate) struct Applied {
    pub(crate) findings: Vec<Finding>,
    /// Declarations that contend failed on, and how.
    pub(crate) failed_declarations: Vec<(Location, String)>,
    /// Packages whose rules failed, by path, and how.
    pub(crate) failed_packages: Vec<(String, String)>,
    /// How many names and expressions could not be resolved.
    pub(crate) type_errors: usize,
    /// Functions that are too large to be followed.
    pub(crate) too_large: usize,
}

/// A function with more steps than this, about five thousand lines, is not followed: such code is
/// generated, and some questions cost more than its length.
const MAX_STEPS: usize = 60_000;

fn steps(body: &Body) -> usize {
    body.funcs.iter().map(|func| func.instrs.len()).sum()
}

/// Types, lowers and checks all targets, each after those that it imports, whose functions it
/// sees. What all of them left is looked at together in the end.
pub(crate) fn apply_all(program: &Program, files: &SourceMap, progress: &dyn Progress) -> Applied {
    progress.begin("analysing", program.targets.len());
    let known = Arc::new(Table::new(&program.world));
    let dispatch = Dispatch::new(&program.world, files);
    let promises = Promises::new(&program.world, files);
    let done: Vec<_> = program.schedule.iter().map(|_| OnceLock::new()).collect();
    schedule::run(&program.schedule, |at| {
        let scheduled = &program.schedule[at];
        let wave = scheduled.wave;
        let before = Arc::new(Known::before(wave, &known));
        let (part, checked) = apply(program, files, scheduled, (&dispatch, &promises), &before);
        known.add(&checked.summary, wave);
        let _ = done[at].set((part, checked));
        progress.step();
    });
    let mut all = Applied::default();
    let mut compared = Compared::default();
    let (mut of_fields, mut guards) = (Vec::new(), Vec::new());
    let mut packages = Vec::new();
    let mut told: FxHashMap<Location, Confidence> = FxHashMap::default();
    let mut if_beside = Vec::new();
    for (part, checked) in done.into_iter().filter_map(OnceLock::into_inner) {
        all.findings.extend(part.findings);
        all.failed_declarations.extend(part.failed_declarations);
        all.failed_packages.extend(part.failed_packages);
        all.type_errors += part.type_errors;
        all.too_large += part.too_large;
        of_fields.extend(checked.of_fields);
        guards.extend(checked.guards);
        if_beside.extend(checked.if_beside);
        for (location, sure) in checked.told {
            let known = told.entry(location).or_insert(sure);
            *known = sure.max(*known);
        }
        compared.extend(checked.compared);
        packages.push(checked.summary);
    }
    let whole = fenced(|| {
        let unit = ProgramUnit {
            world: &program.world,
            files,
            known: &known,
            packages: &packages,
            of_fields,
            guards,
            told: &told,
            compared: &compared,
        };
        contend_rules::check_program(unit, if_beside)
    });
    match whole {
        Ok(findings) => all.findings.extend(findings),
        Err(panic) => all
            .failed_packages
            .push(("the program as a whole".to_owned(), panic)),
    }
    contend_rules::settle(files, &mut all.findings);
    all
}

fn apply(
    program: &Program,
    files: &SourceMap,
    scheduled: &Scheduled,
    (dispatch, promises): (&Dispatch, &Promises),
    known: &Arc<Known>,
) -> (Applied, Checked) {
    let package = scheduled.package;
    let world = &program.world;
    let source = &world.package(package).source;
    let mut bodies = program.bodies(package, |info| {
        let tree = &source.files[info.file_index as usize].parsed.tree;
        contend_rules::check_declaration(&DeclarationUnit {
            world,
            files,
            tree,
            info,
        })
    });
    let all = bodies.bodies.len();
    bodies.bodies.retain(|body| steps(body) <= MAX_STEPS);
    let too_large = all - bodies.bodies.len();
    dispatch.resolve(&mut bodies.bodies, |it| scheduled.knows(it));
    let guests = if scheduled.is_std {
        Vec::new()
    } else {
        contend_rules::guests(&bodies.bodies, known)
    };
    let unit = PackageUnit {
        world,
        files,
        package,
        bodies: &bodies.bodies,
        guests: &guests,
        known,
        promises,
    };
    let followed = fenced(|| contend_rules::check_package(&unit));
    let (mut checked, failed_packages) = match followed {
        Ok(checked) => (checked, Vec::new()),
        Err(panic) => (Checked::default(), vec![(source.path.to_string(), panic)]),
    };
    let of_package = std::mem::take(&mut checked.findings);
    let findings = bodies.visited.into_iter().flatten().chain(of_package);
    let applied = Applied {
        findings: findings.collect(),
        failed_declarations: bodies.failures,
        failed_packages,
        type_errors: bodies.type_errors,
        too_large,
    };
    (applied, checked)
}
