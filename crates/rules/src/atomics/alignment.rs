//! CT1109: a 64-bit atomic that is not aligned to eight bytes on 32-bit processors.
//!
//! `sync/atomic` promises alignment for the first word of an allocated structure, array or slice,
//! of a variable, and for its own types `Int64` and `Uint64`. Elsewhere the offset decides.

use std::collections::BTreeSet;

use contend_analysis::library::package_path;
use contend_analysis::package::{BodyFacts, Package};
use contend_base::FileId;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{Call, Callee, InstrKind, Key, Operand, PlaceId, PlaceKind};
use contend_syntax::constraint::Constraint;
use contend_syntax::parse_header;
use contend_types::{ObjId, Sizes, Type};

pub(crate) static ALIGNMENT: RuleMeta = RuleMeta {
    code: "CT1109",
    name: "atomic64-align",
    summary: "a 64-bit atomic is not aligned on 32-bit processors",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("alignment.md"),
};

const UNIT: i64 = 8;

pub(super) fn check(package: &Package, findings: &mut Vec<Finding>) {
    let mut told: BTreeSet<ObjId> = BTreeSet::new();
    for facts in package.own_bodies() {
        for func in &facts.body.funcs {
            for instr in &func.instrs {
                let InstrKind::Call(call) = instr.kind else {
                    continue;
                };
                if let Some((place, field)) = atomic_field(package, facts, facts.body.call(call))
                    && !told.contains(&field)
                    && let Some(why) = misaligned(package, facts, place)
                    && runs_on_32_bits(package, facts.body.file)
                {
                    told.insert(field);
                    let name = package.world.name(field);
                    findings.push(
                        Finding::new(
                            &ALIGNMENT,
                            facts.place_of(instr),
                            format!(
                                "`{name}` is used atomically and not aligned on 32-bit processors"
                            ),
                        )
                        .here(Role::Write, why)
                        .help(format!(
                            "make `{name}` an `atomic.Int64` or `atomic.Uint64`, or the first field"
                        ))
                        .sure(
                            Confidence::Medium,
                            "the access panics on 386, arm and 32-bit mips",
                        )
                        .inside(package.function_name(facts.body)),
                    );
                }
            }
        }
    }
}

/// The field that a 64-bit function of `sync/atomic` is given the address of.
fn atomic_field(package: &Package, facts: &BodyFacts, call: &Call) -> Option<(PlaceId, ObjId)> {
    let Callee::Static(function) = call.callee else {
        return None;
    };
    let world = package.world;
    let is_it = call.receiver.is_none()
        && world.name(function).as_str().ends_with("64")
        && package_path(world, function) == "sync/atomic";
    let args = facts.body.operands(call.args);
    let Some(&Operand::Addr(place)) = args.first().filter(|_| is_it) else {
        return None;
    };
    match facts.body.places.kind(place) {
        PlaceKind::Field { field, .. } => Some((place, field)),
        _ => None,
    }
}

/// Why a place may not be aligned, if it may not.
fn misaligned(package: &Package, facts: &BodyFacts, place: PlaceId) -> Option<String> {
    let (world, places) = (package.world, &facts.body.places);
    let sizes = Sizes::for_arch("386");
    let mut offset = 0;
    let mut at = place;
    loop {
        match places.kind(at) {
            PlaceKind::Field { base, field } => {
                let structure = places.ty(base)?;
                let Type::Struct(fields) = world.underlying_type(structure) else {
                    return None;
                };
                let number = fields
                    .iter()
                    .position(|it| world.original(it.object) == field)?;
                offset += world.offset_with(sizes, structure, number)?;
                at = base;
            }
            PlaceKind::Element { base, key } => {
                let size = world.size_with(sizes, places.ty(at)?)?;
                match key {
                    Key::Int(index) => offset += size.checked_mul(i64::from(index))?,
                    _ if size % UNIT != 0 => {
                        return Some(format!(
                            "elements of {size} bytes: every second one is not aligned"
                        ));
                    }
                    _ => {}
                }
                let is_array = places
                    .ty(base)
                    .is_none_or(|ty| matches!(world.underlying_type(ty), Type::Array { .. }));
                if !is_array {
                    break;
                }
                at = base;
            }
            _ => break,
        }
    }
    (offset % UNIT != 0).then(|| format!("{offset} bytes behind the start of what is allocated"))
}

/// True if the file belongs to builds for 32-bit processors.
fn runs_on_32_bits(package: &Package, file: FileId) -> bool {
    let file = package.files.get(file);
    let header = parse_header(&file.text);
    let line = header
        .build
        .map(|span| String::from_utf8_lossy(file.slice(span)).into_owned());
    let of_64_bits = [
        "_amd64", "_arm64", "_riscv64", "_ppc64le", "_s390x", "_loong64",
    ];
    let stem = file.path.trim_end_matches(".go").trim_end_matches("_test");
    let is_for_64_bits = of_64_bits.iter().any(|it| stem.ends_with(it));
    let is_32 = |tag: &str| !matches!(tag, "amd64" | "arm64" | "riscv64" | "ppc64le" | "s390x");
    let is_built = line
        .and_then(|line| Constraint::parse(&line).ok())
        .is_none_or(|constraint| constraint.eval(&is_32));
    !is_for_64_bits && is_built
}
