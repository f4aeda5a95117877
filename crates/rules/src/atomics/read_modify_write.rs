//! CT1108: a value is loaded atomically and stored atomically, and others may come in between.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contend_analysis::accesses::Accesses;
use contend_analysis::package::{BodyFacts, declared_in};
use contend_analysis::roles::Roles;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{BlockId, FuncId, InstrKind, Operand, PlaceId, Terminator};
use contend_types::ObjId;

use super::made_of::{is_known, made_of};
use super::operation::{Kind, Operation, Operations};
use crate::helpers::Found;

pub(crate) static RMW: RuleMeta = RuleMeta {
    code: "CT1108",
    name: "atomic-rmw",
    summary: "an atomic is loaded, then stored: what others stored in between is lost",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("atomic_rmw.md"),
};

/// A condition further away has little to do with the store.
const MAX_BLOCKS: usize = 4;

pub(super) fn check(operations: &Operations, roles: &Roles, accesses: &Accesses, all: &mut Found) {
    if operations.is_empty() {
        return;
    }
    let package = operations.package;
    let writers = writers(operations, roles);
    let mut of_words: BTreeMap<Option<ObjId>, Vec<Finding>> = BTreeMap::new();
    for (facts, func, found) in operations.functions() {
        all.findings
            .extend(assigned_result(operations, facts, func, found));
    }
    for (facts, func, found) in operations.functions() {
        if package.is_test(facts.body.file) || roles.is_setup(facts.index, func) {
            continue;
        }
        for store in found.iter().filter(|it| it.kind == Kind::Store) {
            let candidate = Candidate {
                operations,
                roles,
                accesses,
                facts,
                func,
                found,
                store,
            };
            match candidate.verdict(&writers) {
                Some(Verdict::Sure(finding)) => {
                    of_words.entry(store.owner).or_default().push(finding);
                    break;
                }
                Some(Verdict::IfBesideItself(finding)) => {
                    let node = (facts.index, func);
                    all.if_beside.push((finding, [node, node]));
                }
                None => {}
            }
        }
    }
    all.findings
        .extend(of_words.into_values().filter_map(told_together));
}

/// Functions that change one word in the same way are one defect.
fn told_together(mut of_word: Vec<Finding>) -> Option<Finding> {
    of_word.sort_by_key(|it| (Reverse(it.confidence), it.primary.location));
    let n_others = of_word.len() - 1;
    let first = of_word.into_iter().next()?;
    Some(match n_others {
        0 => first,
        1 => first.note("one other function changes it in the same way"),
        _ => first.note(format!(
            "{n_others} other functions change it in the same way"
        )),
    })
}

/// The functions that write to each atomic, except while it is set up.
fn writers(operations: &Operations, roles: &Roles) -> BTreeMap<ObjId, Vec<(usize, FuncId)>> {
    let mut writers: BTreeMap<ObjId, Vec<(usize, FuncId)>> = BTreeMap::new();
    for (facts, func, found) in operations.functions() {
        if roles.is_setup(facts.index, func) || operations.package.is_test(facts.body.file) {
            continue;
        }
        for owner in found
            .iter()
            .filter(|it| it.is_write())
            .filter_map(|it| it.owner)
        {
            let all = writers.entry(owner).or_default();
            if !all.contains(&(facts.index, func)) {
                all.push((facts.index, func));
            }
        }
    }
    writers
}

/// `x = atomic.AddInt64(&x, 1)`: an atomic addition, and then a plain write.
fn assigned_result(
    operations: &Operations,
    facts: &BodyFacts,
    func: FuncId,
    found: &[Operation],
) -> Vec<Finding> {
    let instrs = &facts.func(func).instrs;
    let adds = found.iter().filter(|it| it.kind == Kind::Add);
    let findings = adds.filter_map(|add| {
        let result = Operand::Place(add.result?);
        let instr = instrs.iter().skip(add.at).find(|instr| {
            matches!(instr.kind, InstrKind::Write { place, value }
                if place == add.place && value == result)
        })?;
        Some(
            Finding::new(
                &RMW,
                facts.place_of(instr),
                "the result of an atomic addition is written back without it",
            )
            .here(Role::Write, "a plain write to the word that was added to")
            .label(
                Role::Write,
                facts.place_of(&instrs[add.at]),
                "the addition has changed it already",
            )
            .help("drop the assignment")
            .sure(
                Confidence::High,
                "what others added between the two is lost, and the write is no atomic one",
            )
            .inside(operations.package.function_name(facts.body)),
        )
    });
    findings.collect()
}

struct Candidate<'a> {
    operations: &'a Operations<'a>,
    roles: &'a Roles,
    accesses: &'a Accesses<'a>,
    facts: &'a BodyFacts<'a>,
    func: FuncId,
    found: &'a [Operation],
    store: &'a Operation,
}

enum Verdict {
    Sure(Finding),
    /// A defect where goroutines of other packages run the function at the same time.
    IfBesideItself(Finding),
}

impl Candidate<'_> {
    fn verdict(&self, writers: &BTreeMap<ObjId, Vec<(usize, FuncId)>>) -> Option<Verdict> {
        let store = self.store;
        let same = || self.found.iter().filter(|it| it.place == store.place);
        if same().any(|it| it.kind == Kind::CompareAndSwap) || self.is_locked() {
            return None;
        }
        let load = same().rfind(|it| it.kind == Kind::Load && it.at < store.at)?;
        let known = made_of(self.facts, self.func, load.result?, load.at);
        let is_made =
            |value: &Operand| is_known(&known, *value) && !self.is_replaced(&known, *value);
        let is_computed = store.values.iter().any(is_made);
        let is_decided = !is_computed && self.is_decided_by(&known, load.at);
        if !(is_computed || is_decided) {
            return None;
        }
        let others = writers.get(&self.store.owner?)?;
        let others = others
            .iter()
            .filter(|it| **it != (self.facts.index, self.func));
        let n_others = others.count();
        let (sure, reason) = if self.runs_many_times() {
            (
                Confidence::High,
                "several goroutines run this at the same time".to_owned(),
            )
        } else if n_others > 0
            && !self.is_one_way()
            && !store.is_behind_call
            && !load.is_behind_call
        {
            let functions = if n_others == 1 {
                "function"
            } else {
                "functions"
            };
            // Who calls an exported function is not known; others often have one caller. Who fills a
            // cache second has mostly computed the same.
            let sure = if self.is_exported() && is_computed {
                Confidence::Medium
            } else {
                Confidence::Low
            };
            (sure, format!("{n_others} other {functions} change it too"))
        } else {
            let sure = if is_computed || self.is_one_way() {
                Confidence::Medium
            } else {
                Confidence::Low
            };
            let found = self.finding(load, is_computed).sure(
                sure,
                "goroutines of other packages run this at the same time",
            );
            return Some(Verdict::IfBesideItself(found));
        };
        let found = self.finding(load, is_computed).sure(sure, reason);
        Some(Verdict::Sure(found))
    }

    /// True if the variable is given something else right before the store.
    fn is_replaced(&self, known: &[PlaceId], value: Operand) -> bool {
        let Operand::Place(place) = value else {
            return false;
        };
        let func = self.facts.func(self.func);
        let mut blocks = func.blocks.iter().map(|block| block.instrs.as_usize());
        let Some(block) = blocks.find(|it| it.contains(&self.store.at)) else {
            return false;
        };
        let mut before = func.instrs[block.start..self.store.at].iter().rev();
        let last = before.find_map(|instr| match instr.kind {
            InstrKind::Write { place: it, value } if it == place => Some(value),
            _ => None,
        });
        last.is_some_and(|last| !is_known(known, last))
    }

    /// True for a store of a constant: a flag that is raised twice is raised.
    fn is_one_way(&self) -> bool {
        let is_constant = |value: &Operand| {
            matches!(
                value,
                Operand::Int(_) | Operand::Bool(_) | Operand::Const | Operand::Nil
            )
        };
        self.store.values.iter().all(is_constant)
    }

    fn is_locked(&self) -> bool {
        let held = self.accesses.locks(self.facts.index, self.func);
        !held.at(self.store.at).is_empty()
            || !self
                .roles
                .locks_at_entry(self.facts.index, self.func)
                .is_empty()
    }

    fn is_exported(&self) -> bool {
        let package = self.operations.package;
        declared_in(package, self.facts.index)
            .is_some_and(|it| package.world.name(it).is_exported())
    }

    fn runs_many_times(&self) -> bool {
        let node = (self.facts.index, self.func);
        self.roles.run_beside(node, node)
    }

    /// True if the store stands behind a condition on what was loaded.
    fn is_decided_by(&self, known: &[PlaceId], load: usize) -> bool {
        let func = self.facts.func(self.func);
        let predecessors = self.facts.body.predecessors(func);
        let holds = |at: usize| {
            func.blocks()
                .find(|(_, block)| block.instrs.as_usize().contains(&at))
                .map(|(id, _)| id)
        };
        let (Some(mut block), Some(loaded)) = (holds(self.store.at), holds(load)) else {
            return false;
        };
        // A flag is raised on grounds of the nearest condition only.
        let n_blocks = if self.is_one_way() { 1 } else { MAX_BLOCKS };
        for _ in 0..n_blocks {
            let &[before] = predecessors[block.index()].as_slice() else {
                return false;
            };
            if let Terminator::Branch {
                cond: Operand::Place(cond),
                ..
            } = func.block(before).terminator
                && known.contains(&cond)
            {
                return true;
            }
            if before == loaded || before == BlockId::new(0) {
                return false;
            }
            block = before;
        }
        false
    }

    fn finding(&self, load: &Operation, is_computed: bool) -> Finding {
        let name = self.store.owner.map_or_else(String::new, |owner| {
            self.operations.package.world.name(owner).to_string()
        });
        let (message, help) = if is_computed {
            (
                format!(
                    "`{name}` is loaded and stored again: what others store in between is lost"
                ),
                "use `Add`, or `CompareAndSwap` in a loop",
            )
        } else {
            (
                format!(
                    "`{name}` is stored on grounds of a look at it that others may have had too"
                ),
                "use `CompareAndSwap`, which looks and stores in one step",
            )
        };
        Finding::new(&RMW, self.store.location, message)
            .here(Role::Write, "stored")
            .label(Role::Read, load.location, "loaded before")
            .help(help)
            .inside(self.operations.package.function_name(self.facts.body))
    }
}
