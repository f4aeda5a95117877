//! CT1005 again, where the look and the change are functions of their own: each of them locks and
//! unlocks, and nothing is held from the one to the other.

use contend_analysis::accesses::{Access, Accesses, Subject};
use contend_analysis::package::{BodyFacts, Started};
use contend_analysis::path::Path;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{
    BlockId, Body, Call, CallMode, Callee, Func, FuncId, InstrKind, Operand, PlaceId, Terminator,
};

use super::guards::Guards;
use super::split::{SPLIT, made_of};
use crate::helpers::Found;

/// A call of a function that uses something under a lock of its own.
struct Section<'a> {
    at: usize,
    call: &'a Call,
    accesses: Vec<Access>,
}

pub(super) fn check(guards: &Guards, accesses: &Accesses, all: &mut Found) {
    for (facts, func) in guards.functions() {
        let node = (facts.index, func);
        let Some(found) = of_function(guards, accesses, facts, func) else {
            continue;
        };
        if all.findings.iter().any(|it| is_told(it, &found)) {
            continue;
        }
        if guards.roles.run_beside(node, node) {
            all.findings.push(found);
        } else {
            all.if_beside.push((found, [node, node]));
        }
    }
}

/// True if the change is told already, at its call.
fn is_told(told: &Finding, found: &Finding) -> bool {
    let mut places = found.labels.iter().chain([&found.primary]);
    told.rule.code == SPLIT.code && places.any(|it| it.location == told.primary.location)
}

fn of_function(
    guards: &Guards,
    accesses: &Accesses,
    facts: &BodyFacts,
    func: FuncId,
) -> Option<Finding> {
    let sections = sections(guards, accesses, facts, func);
    for (nth, change) in sections.iter().enumerate() {
        for look in &sections[..nth] {
            let Some((read, write)) = look.accesses.iter().find_map(|read| {
                let write = change.accesses.iter().find(|it| is_change(read, it))?;
                Some((read, write))
            }) else {
                continue;
            };
            let again = change.accesses.iter();
            let between = sections[..nth].iter().filter(|it| look.at < it.at);
            let mut again = again.chain(between.flat_map(|it| &it.accesses));
            let looks_again = again.any(|it| is_same(it, read));
            if !looks_again
                && !locks_before(guards, facts, func, look)
                && depends(facts, func, look, change, read.subject)
            {
                return Some(finding(guards, facts, (look, read), (change, write)));
            }
        }
    }
    None
}

/// The calls of the function that use something under a lock, and hold none before or behind.
fn sections<'a>(
    guards: &Guards,
    accesses: &Accesses,
    facts: &'a BodyFacts,
    func: FuncId,
) -> Vec<Section<'a>> {
    let mut sections = Vec::new();
    for (at, instr) in facts.func(func).instrs.iter().enumerate() {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = facts.body.call(call);
        if call.mode != CallMode::Plain || !guards.locks(facts, func, at).is_empty() {
            continue;
        }
        let Some(callee) = guards.package.callee(facts, call) else {
            continue;
        };
        let accesses = guarded(accesses, facts, &callee);
        if !accesses.is_empty() {
            sections.push(Section { at, call, accesses });
        }
    }
    sections
}

/// What a function does under locks, as its caller names it.
fn guarded(accesses: &Accesses, facts: &BodyFacts, callee: &Started) -> Vec<Access> {
    let inside = accesses.inside(callee).iter();
    inside
        .filter(|it| matches!(it.subject, Subject::Map | Subject::Variable))
        .filter(|it| it.start.is_none() && !it.is_atomic && !it.locks.is_empty())
        .filter_map(|it| accesses.seen_by_caller(it, facts, callee))
        .collect()
}

fn is_same(one: &Access, other: &Access) -> bool {
    one.path == other.path && one.subject == other.subject && one.is_write() == other.is_write()
}

/// True if a write changes what was read, both under one lock.
fn is_change(read: &Access, write: &Access) -> bool {
    let lock = |access: &Access| -> Vec<Path> {
        let locks = access.locks.iter();
        locks.filter_map(|held| held.path.clone()).collect()
    };
    let held = lock(write);
    !read.is_write()
        && write.is_write()
        && read.path == write.path
        && read.subject == write.subject
        && lock(read).iter().any(|it| held.contains(it))
}

/// True if the function has called something before the look that says that it locks: a lock for each
/// key, or one that others know.
fn locks_before(guards: &Guards, facts: &BodyFacts, func: FuncId, look: &Section) -> bool {
    let before = &facts.func(func).instrs[..look.at];
    before.iter().any(|instr| {
        let InstrKind::Call(call) = instr.kind else {
            return false;
        };
        match facts.body.call(call).callee {
            Callee::Static(function) | Callee::Interface(function) => {
                let name = guards.name(function).to_lowercase();
                name.starts_with("lock") || name.starts_with("acquire")
            }
            _ => false,
        }
    })
}

/// True if the change is made because of the look: of a map for the same key, on a branch that the
/// look decides; else with a value that is made of what was seen.
fn depends(
    facts: &BodyFacts,
    func: FuncId,
    look: &Section,
    change: &Section,
    subject: Subject,
) -> bool {
    let args = |section: &Section| facts.body.operands(section.call.args).to_vec();
    let results = facts.body.operands(look.call.results).iter();
    let seen: Vec<PlaceId> = results
        .filter_map(|it| match *it {
            Operand::Place(place) => Some(place),
            _ => None,
        })
        .collect();
    let known = made_of(facts, func, look.at, seen);
    let is_known = |it: &Operand| matches!(it, Operand::Place(place) if known.contains(place));
    let is_made = args(change).iter().any(is_known);
    let keys = args(look);
    let same_key = args(change)
        .iter()
        .any(|it| matches!(it, Operand::Place(_)) && keys.contains(it));
    let Some(round) = Round::of(facts, func, look.at, change.at) else {
        return false;
    };
    round.is_behind()
        && match subject {
            Subject::Map => same_key && (is_made || round.is_decided(is_known)),
            _ => is_made,
        }
}

/// A look and a change in the same round of a loop.
struct Round<'a> {
    body: &'a Body,
    func: &'a Func,
    look: BlockId,
    change: BlockId,
    /// Where the next round begins.
    heads: Vec<BlockId>,
    is_one_block: bool,
}

impl<'a> Round<'a> {
    fn of(facts: &BodyFacts<'a>, func: FuncId, look: usize, change: usize) -> Option<Self> {
        let (body, func) = (facts.body, facts.func(func));
        let block_of = |at: usize| {
            let mut blocks = func.blocks();
            blocks.find_map(|(id, block)| block.instrs.as_usize().contains(&at).then_some(id))
        };
        let (look, change) = (block_of(look)?, block_of(change)?);
        let loops = body.loops(func).into_iter();
        let heads = loops
            .filter(|it| it.blocks.contains(&look))
            .map(|it| it.head);
        Some(Self {
            body,
            func,
            look,
            change,
            heads: heads.collect(),
            is_one_block: look == change,
        })
    }

    fn reach(&self, from: BlockId) -> Vec<BlockId> {
        let (mut seen, mut open) = (Vec::new(), vec![from]);
        while let Some(block) = open.pop() {
            let is_next_round = block != self.look && self.heads.contains(&block);
            if seen.contains(&block) || is_next_round {
                continue;
            }
            seen.push(block);
            open.extend(self.body.successors(self.func, block));
        }
        seen
    }

    /// True if control may come from the look to the change.
    fn is_behind(&self) -> bool {
        self.is_one_block || self.reach(self.look).contains(&self.change)
    }

    /// True if a branch on what was seen leads to the change one way, and not the other way.
    fn is_decided(&self, is_known: impl Fn(&Operand) -> bool) -> bool {
        self.reach(self.look).into_iter().any(|block| {
            let Terminator::Branch {
                cond,
                then,
                otherwise,
            } = self.func.block(block).terminator
            else {
                return false;
            };
            let leads = |to: BlockId| self.reach(to).contains(&self.change);
            is_known(&cond) && leads(then) != leads(otherwise)
        })
    }
}

fn finding(
    guards: &Guards,
    facts: &BodyFacts,
    (look, read): (&Section, &Access),
    (change, write): (&Section, &Access),
) -> Finding {
    let world = guards.package.world;
    let name = read.path.text(world, Some(facts.body));
    let lock = write
        .locks
        .iter()
        .find_map(|held| held.path.as_ref())
        .map_or_else(String::new, |it| it.text(world, Some(facts.body)));
    Finding::new(
        &SPLIT,
        write.location,
        format!(
            "{}`{name}` is changed on grounds of a look at it before `{lock}` was released",
            read.noun()
        ),
    )
    .here(Role::Write, "written without looking again")
    .label(
        Role::Read,
        read.location,
        format!("looked at under an earlier hold of `{lock}`"),
    )
    .label(
        Role::Other,
        facts.location(look.call.span),
        "looked at by this call",
    )
    .label(
        Role::Other,
        facts.location(change.call.span),
        "changed by this call",
    )
    .help("look and change under one hold of the lock: one function that does both")
    .sure(
        Confidence::Medium,
        "several goroutines run this at the same time, and each may have looked before another one's change",
    )
    .inside(guards.package.function_name(facts.body))
}
