//! Which locks the callers of a function hold.

use contend_base::SourceMap;
use contend_ir::{Body, CallMode, Callee, FuncId, FuncKind, InstrKind};
use contend_types::{ObjId, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::documented::comment;
use crate::locks::LockFlow;

/// Long chains of functions that expect a lock are rare.
const MAX_ROUNDS: usize = 6;

/// By declared function: the locks that some caller in the package holds, by field or variable.
#[derive(Default)]
pub struct CallersLocks {
    held: FxHashMap<ObjId, FxHashSet<ObjId>>,
}

/// A call of a declared function of the package with the locks held around it.
struct Edge {
    caller: Option<ObjId>,
    callee: ObjId,
    held: Vec<ObjId>,
}

impl CallersLocks {
    pub fn new<'a>(bodies: impl Iterator<Item = (&'a Body, &'a [Option<LockFlow<'a>>])>) -> Self {
        let mut edges = Vec::new();
        for (body, flows) in bodies {
            for (id, _) in body.funcs() {
                collect(body, id, flows[id.index()].as_ref(), &mut edges);
            }
        }
        let mut callers = Self::default();
        for _ in 0..MAX_ROUNDS {
            let mut is_new = false;
            for edge in &edges {
                let inherited = edge
                    .caller
                    .and_then(|caller| callers.held.get(&caller))
                    .cloned();
                let held = edge
                    .held
                    .iter()
                    .copied()
                    .chain(inherited.into_iter().flatten());
                let held: Vec<ObjId> = held.collect();
                if held.is_empty() {
                    continue;
                }
                let known = callers.held.entry(edge.callee).or_default();
                let before = known.len();
                known.extend(held);
                is_new |= known.len() > before;
            }
            if !is_new {
                break;
            }
        }
        callers
    }

    /// The locks that some caller of the function holds, by field or variable.
    pub fn held(&self, function: ObjId) -> Vec<ObjId> {
        let held = self.held.get(&function).into_iter().flatten();
        let mut held: Vec<ObjId> = held.copied().collect();
        held.sort_unstable();
        held
    }

    /// True if the function may run with the lock in this field or variable held by a caller.
    pub fn may_hold(&self, function: ObjId, lock: ObjId) -> bool {
        self.held
            .get(&function)
            .is_some_and(|held| held.contains(&lock))
    }
}

fn collect(body: &Body, id: FuncId, flow: Option<&LockFlow>, edges: &mut Vec<Edge>) {
    let func = body.func(id);
    // What a literal inherits is not known; what it holds itself is.
    let caller = match func.kind {
        FuncKind::Declared(object) => Some(object),
        FuncKind::Literal { .. } | FuncKind::Init => None,
    };
    let mut held_at: FxHashMap<usize, Vec<ObjId>> = FxHashMap::default();
    if let Some(flow) = flow {
        flow.visit(|point, instr, state| {
            if instr.is_some_and(|instr| matches!(instr.kind, InstrKind::Call(_))) {
                let locks = state
                    .held()
                    .filter_map(|(lock, ..)| flow.locks[lock].path.owner());
                held_at.insert(point.instr, locks.collect());
            }
        });
    }
    for (at, instr) in func.instrs.iter().enumerate() {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = body.call(call);
        if call.mode == CallMode::Go {
            continue;
        }
        if let Callee::Static(callee) = call.callee {
            let held = held_at.remove(&at).unwrap_or_default();
            if caller.is_some() || !held.is_empty() {
                edges.push(Edge {
                    caller,
                    callee,
                    held,
                });
            }
        }
    }
}

/// True if the name or the comment of a function says that its caller holds a lock.
pub fn expects_lock(world: &World, files: &SourceMap, body: &Body) -> bool {
    let Some(func) = body.funcs.first() else {
        return false;
    };
    let FuncKind::Declared(object) = func.kind else {
        return false;
    };
    let name = world.name(object).as_str();
    let by_name = ["Locked", "locked", "NoLock", "AndUnlock"];
    if by_name.iter().any(|word| name.ends_with(word)) {
        return true;
    }
    let mut comment = comment(files, body);
    comment.any(|line| {
        let line = line.to_ascii_lowercase();
        if ["external synchroni", "externally synchroni"]
            .iter()
            .any(|word| line.contains(word))
        {
            return true;
        }
        let about_lock = ["lock", "mutex", "mu "]
            .iter()
            .any(|word| line.contains(word));
        about_lock
            && [
                "held",
                "hold",
                "locked",
                "require",
                "caller",
                "acquired lock",
                "lock acquired",
                "called under",
                "called with",
            ]
            .iter()
            .any(|word| line.contains(word))
    })
}
